package federation

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"codeberg.org/manypots/manypots/federation/fetch"
	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// show answers with what find finds for whoever asks, on one snapshot. A signature is verified before anything is looked up, whatever
// is asked for, so that neither the answer nor a fetch of the signer's key tells what is there. One that cannot be verified is as
// good as none, except that where there is nothing to see its sender is told what is wrong with it.
func (f *Federation) show(find func(v *store.View, viewer neighbours.Viewer, id string) (answer, error)) func(*http.Request) (answer, error) {
	return func(r *http.Request) (a answer, err error) {
		if _, _, ours := f.Base.Local(string(f.Base) + r.URL.Path); !ours { // PostgreSQL takes no NUL, not even in a question
			return answer{}, notThere()
		}
		id := r.PathValue("id")
		signer, unproved := Signer{}, error(nil)
		if signed(r) {
			signer, unproved = f.signer(r, nil)
			var known *refusal
			if unproved != nil && !errors.As(unproved, &known) {
				return answer{}, unproved
			}
		}
		err = f.view(r.Context(), func(v *store.View) error {
			viewer, err := neighbours.ViewerOf(v, signer.Actor)
			if err != nil {
				return err
			}
			if a, err = find(v, viewer, id); err != nil {
				return err
			}
			closed, err := onlyNeighbours(v)
			a.private = a.private || closed
			return err
		})
		if unproved != nil && fault.Is(err, fault.NotFound) {
			err = unproved
		}
		return a, err
	}
}

// toNeighbours shows what is for anybody, but where the collective shows itself to its neighbours only, to nobody else (product H12).
func (f *Federation) toNeighbours(handle func(*http.Request) (answer, error)) func(*http.Request) (answer, error) {
	return func(r *http.Request) (answer, error) {
		var closed bool
		err := f.view(r.Context(), func(v *store.View) (err error) {
			closed, err = onlyNeighbours(v)
			return err
		})
		switch {
		case err != nil:
			return answer{}, err
		case !closed:
			return handle(r)
		}
		_, err = f.show(func(_ *store.View, viewer neighbours.Viewer, _ string) (answer, error) {
			if !viewer.Neighbour || viewer.Blocked {
				return answer{}, notThere()
			}
			return answer{}, nil
		})(r)
		if err != nil {
			return answer{}, err
		}
		return private(handle(r))
	}
}

// onlyNeighbours reports whether strangers see the public card and nothing else.
func onlyNeighbours(v *store.View) (bool, error) {
	c, err := people.FindCollective(v)
	if fault.Is(err, fault.NotFound) {
		return false, nil
	}
	return c.OnlyNeighbours, err
}

// offerFor serves a thing of ours as it is, or 410 and a Tombstone to those who could have known it.
func (f *Federation) offerFor(v *store.View, viewer neighbours.Viewer, id string) (answer, error) {
	l, err := findListing(v, sharing.OfferID(id))
	if err != nil {
		return answer{}, err
	}
	awaited, err := sharing.AwaitedBy(v, l.Offer)
	if err != nil {
		return answer{}, err
	}
	var a answer
	switch {
	case neighbours.CanView(viewer, awaited):
		a, err = document(f.note(l))
	case wasFor(viewer, l.Offer):
		a, err = document(f.tombstone(l.Offer))
		a.status = http.StatusGone
	default:
		return answer{}, notThere()
	}
	a.private = l.Audience != people.Anyone
	return a, err
}

// wasFor reports that the viewer belongs to the audience of a thing that was published and is no longer shown.
func wasFor(viewer neighbours.Viewer, o sharing.Offer) bool {
	return o.PublishedAt != nil && o.State == sharing.Withdrawn && slices.Contains(neighbours.Audiences(viewer, o.Flow()), o.Audience)
}

// agreementFor serves an agreement to the collective that asked, by whichever of its actors it signs (protocol 8 case 62).
func (f *Federation) agreementFor(v *store.View, viewer neighbours.Viewer, id string) (answer, error) {
	p, err := partyTo(v, viewer, id)
	if err != nil {
		return answer{}, err
	}
	return privateDocument(f.agreement(p))
}

// drawFor serves the sheet of the draw that an agreement came from, for draw check.
func (f *Federation) drawFor(v *store.View, viewer neighbours.Viewer, id string) (answer, error) {
	p, err := partyTo(v, viewer, id)
	if err != nil {
		return answer{}, err
	}
	sheet, err := sharing.SheetFor(v, p.Claim)
	if err != nil {
		return answer{}, err
	}
	a, err := plain("application/json", sheet)
	a.private = true
	return a, err
}

// receiptFor serves the confirmation of a hand-over.
func (f *Federation) receiptFor(v *store.View, viewer neighbours.Viewer, id string) (answer, error) {
	p, err := partyTo(v, viewer, id)
	if err != nil {
		return answer{}, err
	}
	if p.State != agreeing.Done {
		return answer{}, notThere()
	}
	return privateDocument(f.receipt(p))
}

func privateDocument(doc map[string]any) (answer, error) {
	a, err := document(doc, nil)
	a.private = true
	return a, err
}

// partyTo finds an agreement for the other party to it. To everybody else there is none.
func partyTo(v *store.View, viewer neighbours.Viewer, id string) (promised, error) {
	p, err := findAgreement(v, id)
	if err != nil {
		return p, err
	}
	if !from(viewer, p.Peer) {
		return promised{}, notThere()
	}
	return p, nil
}

// from reports that the viewer speaks for an actor's node.
func from(viewer neighbours.Viewer, actor string) bool {
	origin, err := wire.OriginOf(actor)
	return err == nil && viewer.Origin == origin && !viewer.Blocked
}

// activityFor serves what we said, in the bytes that were sent: to everybody, to neighbours, or to its one recipient. Private words
// are only ever sent (protocol 3.4), and what was said about a thing goes when the thing goes.
func (f *Federation) activityFor(v *store.View, viewer neighbours.Viewer, id string) (answer, error) {
	a, err := wire.FindActivity(v, wire.ActivityID(id))
	if err != nil {
		return answer{}, err
	}
	switch {
	case a.Recipient != "":
		if !from(viewer, a.Recipient) || a.Type == "Create" {
			return answer{}, notThere()
		}
	default:
		if shown, err := f.stillSaid(v, viewer, a); err != nil || !shown {
			return answer{}, orNotThere(err)
		}
	}
	if a.Blank() {
		return answer{}, fault.New(fault.Gone, "activity.purged")
	}
	return answer{mediaType: fetch.ActivityStreams, body: a.Body, private: !a.Public}, nil
}

// stillSaid reports whether what we said to many stands, and the viewer is one of them. A Delete stands for ever.
func (f *Federation) stillSaid(v *store.View, viewer neighbours.Viewer, a wire.Activity) (bool, error) {
	if viewer.Blocked || viewer.Outside || !a.Public && !viewer.Neighbour {
		return false, nil
	}
	id, listing := strings.CutPrefix(a.Object, offerObject(""))
	if news := offerOfNews(a.Object); news != "" {
		id, listing = news, true
	}
	if !listing || a.Type == "Delete" {
		return true, nil
	}
	o, err := sharing.FindOffer(v, sharing.OfferID(id))
	if err != nil {
		return false, err
	}
	return neighbours.CanView(viewer, o), nil
}

// offerOfNews is the offer that something was said about beside its own post; empty for everything else.
func offerOfNews(object string) string {
	id, news := strings.CutPrefix(object, newsObject(""))
	if !news {
		return ""
	}
	return id
}

func orNotThere(err error) error {
	if err != nil {
		return err
	}
	return notThere()
}
