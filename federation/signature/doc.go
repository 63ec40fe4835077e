// Package signature signs HTTP requests between servers and verifies those of others, in both schemes that ActivityPub
// servers use: draft-cavage-http-signatures-12, which all of them understand, and RFC 9421 (HTTP Message Signatures).
//
// To verify a request, Parse it, see whether Check refuses it before any key is looked for, find the key that KeyID names, and
// Verify. Parse chooses the scheme: where Signature-Input stands, RFC 9421 alone decides, and its failure is final. To sign a
// request, complete it and call Sign or SignRFC9421 with an RSA key, or with an Ed25519 key, which costs a fraction.
//
// Whatever a request could be misused for must be signed: its method and target, the name of the server, the time, and a
// digest of the body. What is weaker is refused, whoever signed it. The algorithm follows from the key.
//
// What a key is worth is the caller's question: the package does not know whom it belongs to and whether they may speak. It
// fetches nothing, keeps nothing and reads no clock. It imports the standard library and httpsfv for structured fields, and
// knows nothing of ActivityPub or of the project that it comes from: lift it freely.
//
// Start reading at Parse and Signature.Verify in signature.go; what must be covered is one table there. What is signed is
// written in cavage.go and rfc9421.go, one file for each scheme.
package signature
