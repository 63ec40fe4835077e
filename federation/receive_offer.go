package federation

import (
	"crypto/rand"
	"encoding/hex"

	"codeberg.org/manypots/manypots/federation/codec"
	"codeberg.org/manypots/manypots/federation/iri"
	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// receiveOffer takes a claim from a neighbouring collective, or what one of its members wishes for a promise (DESIGN 3.6); a stranger's
// claim waits for a human. Every
// answer is an activity that the relay sends, or a Reject from here where there is no claim to speak of.
func (f *Federation) receiveOffer(tx *store.Tx, h *heard) error {
	if kind, agreement, ok := f.Base.Local(h.object); ok && kind == iri.KindAgreement {
		return f.heardWish(tx, h, agreement)
	}
	o, why, err := f.claimable(tx.View, h)
	if err != nil {
		return err
	}
	if why != "" {
		return f.reject(tx, h, why)
	}
	// A neighbour's collective vouches for its members, unless it is limited, and nobody else on its node does.
	friends, err := friend(tx.View, h.signer.Actor)
	if err != nil {
		return err
	}
	away, err := neighbours.KeptAway(tx.View, h.signer.Actor)
	if err != nil {
		return err
	}
	if !friends || away {
		return f.strangerAsks(tx, h, o)
	}
	in, why := f.readClaim(h)
	if why != "" {
		return f.reject(tx, h, why)
	}
	var c sharing.Claim
	err = tx.Savepoint(func(tx *store.Tx) (err error) {
		c, err = sharing.HearClaim(tx, o.ID, in)
		return err
	})
	switch {
	case fault.Is(err, fault.Gone): // taken back before it came (protocol 8 case 44)
		return nil
	case fault.KeyOf(err) == "claim.already_promised": // that stands, and they may not have heard of it yet
		return f.rejectWith(tx, h, reasonOf(err), string(c.ID))
	case err != nil && refused(err):
		return f.reject(tx, h, reasonOf(err))
	}
	h.item.About = string(c.ID)
	return err
}

// Reasons of a refusal (pots:reason, protocol 3.1).
const (
	notAListing = "not-a-listing"
	ineligible  = "ineligible"
	limit       = "limit"
	badWindow   = "window"
)

// claimable finds the thing that is asked for. What the asker may not see is answered like what is not there (protocol 8 case 59).
func (f *Federation) claimable(v *store.View, h *heard) (o sharing.Offer, why string, err error) {
	commitment := codec.Object(codec.Get(h.embedded, "stipulates"))
	kind, local, ok := f.Base.Local(canonicalID(codec.Get(commitment, "satisfies")))
	if !ok || kind != iri.KindIntent {
		return o, notAListing, nil
	}
	o, err = sharing.FindOffer(v, sharing.OfferID(local))
	if fault.Is(err, fault.NotFound) {
		return o, notAListing, nil
	}
	if err != nil {
		return o, "", err
	}
	viewer, err := neighbours.ViewerOf(v, h.signer.Actor)
	if err != nil {
		return o, "", err
	}
	awaited, err := sharing.AwaitedBy(v, o)
	if err == nil && !neighbours.CanView(viewer, awaited) {
		why = notAListing
	}
	return o, why, err
}

// readClaim reads what a neighbour's member asks for.
func (f *Federation) readClaim(h *heard) (in sharing.HeardClaim, why string) {
	commitment := codec.Object(codec.Get(h.embedded, "stipulates"))
	measure := codec.Get(commitment, "resourceQuantity")
	quantity := 1
	if measure != nil {
		ok := false
		if quantity, ok = codec.Quantity(measure); !ok {
			return in, limit
		}
	}
	if unit := codec.Unit(measure); unit != "" && unit != "one" {
		return in, notAListing // protocol 8 case 58
	}
	in = sharing.HeardClaim{
		From: h.signer.Actor, Handle: codec.String(h.term("pots:for")), Asked: h.ID, Ticket: codec.String(h.term("pots:ticket")),
		Area:        plainLine(codec.Text(codec.Object(h.term("location")), "name"), areaWordLength),
		CommittedAt: h.item.ReceivedAt,
		Wish: sharing.Wish{
			Note: plainText(f.noteOf(h), wordsLength), Quantity: quantity, Windows: readWindows(h.term("pots:windows")),
			OthersFirst: codec.Bool(h.term("pots:othersFirst")),
		},
	}
	if in.Handle == "" {
		in.Handle = h.signer.Origin // without pots:for the actor stands for itself (DESIGN 3.5)
	}
	if h.term("pots:ticket") == nil {
		in.Ticket = newTicket() // the asker's software knows no draw; ours is as random
	}
	for _, id := range codec.IDs(h.term("pots:apart")) {
		if kind, local, ok := f.Base.Local(id); ok && kind == iri.KindAgreement {
			in.Apart = append(in.Apart, local)
		}
	}
	return in, ""
}

func (f *Federation) noteOf(h *heard) string {
	if note := codec.Text(h.doc, "content"); note != "" {
		return note
	}
	return codec.Text(h.embedded, "content")
}

func newTicket() string {
	var raw [16]byte
	_, _ = rand.Read(raw[:])
	return hex.EncodeToString(raw[:])
}

// heardWish takes what the receiver picks, proposes or says about a promise. The answer is the agreement as it stands then: an Update
// by the relay, or, where it cannot be, a Reject.
func (f *Federation) heardWish(tx *store.Tx, h *heard, agreement string) error {
	want := sharing.Wanted{
		From: h.signer.Actor, Agreement: agreeing.ID(agreement), State: agreeing.State(word(codec.Get(h.embedded, "pots:state"))),
		Window: readWindow(codec.Get(h.embedded, "pots:window")),
	}
	err := tx.Savepoint(func(tx *store.Tx) error { return sharing.HearWish(tx, want) })
	switch {
	case fault.Is(err, fault.NotFound):
		return f.reject(tx, h, notAListing)
	case err != nil && refused(err):
		return f.rejectWith(tx, h, reasonOf(err), agreement)
	}
	h.item.About = agreement
	return err
}

// rejectWith says no, and how the agreement stands.
func (f *Federation) rejectWith(tx *store.Tx, h *heard, why, agreement string) error {
	p, err := findAgreement(tx.View, agreement)
	if err != nil {
		return err
	}
	no, err := f.rejection(tx.View, h, why)
	if err != nil {
		return err
	}
	h.item.About, h.item.PurgeAt = agreement, p.PurgeAt
	no.row.Object, no.says.Result = agreement, f.agreement(p)
	return f.post(tx, no)
}

// reject answers an Offer that leaves no claim behind. Its bytes go after a week, like those of a claim that ended.
func (f *Federation) reject(tx *store.Tx, h *heard, why string) error {
	no, err := f.rejection(tx.View, h, why)
	if err != nil {
		return err
	}
	h.item.PurgeAt = no.row.PurgeAt
	return f.post(tx, no)
}

func (f *Federation) rejection(v *store.View, h *heard, why string) (letter, error) {
	no := letter{
		row:  wire.Activity{ID: wire.ActivityID(h.item.ID) + "-reject", Actor: wire.Collective, Type: "Reject", Object: h.ID},
		says: codec.Activity{Object: h.ID, Published: v.Now},
	}
	no.says.Terms = map[string]any{"pots:reason": why}
	return privately(v, no, h.signer.Actor, v.Now.Add(agreeing.Kept))
}

// reasonOf says why in a word that the asker's node can put into a sentence.
func reasonOf(err error) string {
	e, ok := fault.As(err)
	if !ok {
		return ineligible
	}
	switch e.Key {
	case "offer.unknown":
		return notAListing
	case "offer.moved_on":
		state, _ := e.Args["State"].(string)
		return reasonOfState(sharing.State(state))
	case "claim.already_promised":
		return limit
	}
	for _, field := range e.Fields {
		switch field.Name {
		case "quantity":
			return limit
		case "windows", "window":
			return badWindow
		}
	}
	return ineligible
}

// reasonOfState says why a thing in a state cannot be had.
func reasonOfState(s sharing.State) string {
	switch s {
	case sharing.Expired:
		return "expired"
	case sharing.Withdrawn, sharing.Resting:
		return "withdrawn"
	}
	return "taken"
}
