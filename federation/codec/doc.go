// Package codec reads and writes the documents that nodes exchange.
//
// Reading begins with Decode, which turns bounded bytes into one map and refuses what could be read in two ways, and goes on
// with getters that take every spelling peers use (protocol.md 1.3). What came is kept as bytes elsewhere: a map is a view
// and is never sent on. Writing ends with Encode, which alone puts the @context on a document.
//
// The ActivityStreams vocabulary is go-fed's `streams` and `vocab`. Nothing else of it is used, and it sees only what we
// have reduced to its envelope, since on foreign input it panics and loses things (security.md 2, protocol.md 2.4):
// Serialize replaces @context, drops contentMap and turns arrays of one into scalars. Valueflows and pots: terms are plain
// maps beside it. Only this package imports go-fed.
//
// It imports the standard library, go-fed and federation/iri. Start reading at Decode in decode.go and Encode in encode.go.
package codec
