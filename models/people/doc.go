// Package people knows who is here: the collective and its seven answers, members with a nickname and nothing else, invites,
// passphrases and recovery words, sessions and API tokens, the steward's term, who must not meet whom, and what a member is
// to be told.
//
// Nothing asks for a name, a phone or an address (product F3). Whatever opens a door is random, shown once and kept as a hash;
// a passphrase is hashed outside transactions by a Hasher, and verbs take the finished hash.
//
// The package may import wire, store and fault. Start with collective.go and member.go, then join.go.
package people
