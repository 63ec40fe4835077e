package federation

import (
	"codeberg.org/manypots/manypots/federation/codec"
	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
)

// promised gathers what an agreement of ours says to the collective that asked.
type promised struct {
	sharing.Claim
	by    people.Collective
	drawn bool // a draw that it took part in has been made
	// offered are the times that the giver named: told to the receiver and to nobody before (product 4.1).
	offered []agreeing.Window
}

// findAgreement reads a claim from another collective. One of our own members has nobody elsewhere to be told.
func findAgreement(v *store.View, id string) (p promised, err error) {
	if p.Claim, err = sharing.FindClaim(v, agreeing.ID(id)); err != nil {
		return p, err
	}
	if p.Peer == "" {
		return p, notThere()
	}
	if p.by, err = people.FindCollective(v); err != nil {
		return p, err
	}
	o, err := sharing.FindOffer(v, p.Offer)
	if err != nil {
		return p, err
	}
	if p.Outside == "" { // a stranger sees of the giver what the giver sends
		p.offered = o.Windows
	}
	_, err = sharing.SheetFor(v, p.Claim)
	p.drawn = err == nil
	if fault.Is(err, fault.NotFound) {
		err = nil
	}
	return p, err
}

// agreement writes a claim as its home sees it (DESIGN 3.6). It carries no note, no place and no contact, and no time at which it came.
func (f *Federation) agreement(p promised) map[string]any {
	id := string(p.ID)
	doc := map[string]any{
		"id": f.Base.Agreement(id), "type": "Agreement", "attributedTo": f.Base.Collective(), "to": []string{p.Peer},
		"pots:seq": p.Version, "pots:state": string(p.State),
		"preview": map[string]any{"type": "Note", "name": f.ours(p.by).say("claim.state." + string(p.State))},
		"stipulates": map[string]any{
			"id": f.Base.Commitment(id), "type": "Commitment", "satisfies": f.Base.Intent(string(p.Offer)), "receiver": p.Peer,
			"resourceQuantity": codec.Measure(p.Quantity),
		},
	}
	if p.Reason != "" {
		doc["pots:reason"] = p.Reason
	}
	if p.Window != nil {
		doc["pots:window"] = window(*p.Window)
	}
	if p.State == agreeing.Promised && len(p.offered) > 0 {
		doc["pots:windows"] = windows(p.offered)
	}
	stamp(doc, "pots:holdUntil", p.HoldUntil)
	if p.drawn {
		doc["pots:draw"] = f.Base.AgreementDraw(id)
	}
	if p.Apart {
		doc["pots:apart"] = f.Base.Agreement(id)
	}
	return doc
}

// receipt confirms a hand-over (FEP-0837: an activity that references the agreement). A Document, since an EconomicEvent makes
// some servers choke (protocol 3.1).
func (f *Federation) receipt(p promised) map[string]any {
	id := string(p.ID)
	doc := map[string]any{
		"id": f.Base.Receipt(id), "type": "Document", "name": f.ours(p.by).say("claim.state." + string(p.State)),
		"attributedTo": f.Base.Collective(), "context": f.Base.Agreement(id), "fulfills": f.Base.Commitment(id), "action": "transfer",
		"to": []string{p.Peer},
	}
	if p.PurgeAt != nil { // the end is not kept, only what follows from it
		ended := p.PurgeAt.Add(-agreeing.Kept)
		stamp(doc, "hasPointInTime", &ended)
		stamp(doc, "published", &ended)
	}
	return doc
}

// wish writes what our member asks for at another collective (DESIGN 3.5): nothing of it says who she is.
func (f *Federation) wish(a sharing.Asking, m sharing.Mirror) map[string]any {
	return map[string]any{
		"type": "Agreement",
		"stipulates": map[string]any{
			"type": "Commitment", "satisfies": m.IRI + "#primary", "receiver": f.Base.Collective(),
			"resourceQuantity": codec.Measure(a.Quantity),
		},
	}
}
