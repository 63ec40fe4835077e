// Package sharing is the free store: offers, the claims on them, the gathering window in which being first means nothing, the
// draw that anybody can recheck, promises and hand-overs; and, for things that live at a neighbour, mirrors and askings.
//
// It may import agreeing and everything to the left of it. Start with offer.go, whose doc comment holds the table of states;
// then claim.go, round.go and advance.go follow a thing from the first claim to its new home.
package sharing
