// Package signature signs HTTP requests between servers and verifies those of others.
//
// It speaks draft-cavage-http-signatures-12, which every ActivityPub server understands. A Signature says nothing of its
// scheme, so RFC 9421 can stand beside it without a change to callers: Parse is where the scheme is chosen.
//
// The package imports the standard library only and knows nothing of ActivityPub or of this project: lift it freely.
// Who a key belongs to and whether it may speak is the caller's question; see Key.
//
// Start reading at Parse and Signature.Verify in signature.go; what must be covered is one table there.
package signature
