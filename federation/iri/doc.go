// Package iri decides when two ids are one, whose origin an id has, and what our own ids look like.
//
// Every id that comes from outside passes Canonical once, on entry; after that strings are compared. Attacks on this are old
// and many (Mastodon CVE-2023-42451: case, dots, ports, user info, look-alike characters), so what is odd is refused, not mended.
//
// It imports the standard library and golang.org/x/net/idna, nothing of ours. Start reading at Canonical in canonical.go; the
// addresses of DESIGN 3.3 are in base.go, and local.go reads them back.
package iri
