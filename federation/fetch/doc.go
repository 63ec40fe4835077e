// Package fetch is the only way out of this server: an HTTP client for addresses that strangers chose.
//
// Where a request may go is decided in the dialer, on the address about to be dialled, after the name was resolved: a check
// before that can be fooled by a name that resolves differently the second time. Everything that comes back is bounded in
// size and time. What a document says is not this package's business.
//
// It imports the standard library, code.dny.dev/ssrf for the list of special networks, and federation/iri. Start reading at
// New and Client.Get in client.go; guard.go holds who may be dialled.
package fetch
