// Package agreeing holds what a promise, a booking and a helper's seat share: who the two parties are, the handle that stands
// for a person towards another collective, the state word that both nodes use, and the private messages between the two.
//
// A district embeds Agreement in its own noun (sharing.Claim and sharing.Asking today). The package may import neighbours,
// people, wire and store. Start with agreement.go, whose doc comment holds the table of states.
package agreeing
