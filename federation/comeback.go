package federation

import (
	"context"

	"codeberg.org/manypots/manypots/federation/iri"
	"codeberg.org/manypots/manypots/models"
	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// ComeBack is called when a node starts, before its wheels turn. It sees to it that every neighbour is read each day. After a restore it
// puts things right here and has every neighbour looked at at once; that our actor is sent again has them look at us.
//
// What waits to be sent is sent under the ids that it always had, so whoever has had it does nothing; new ids are never those of
// events that are lost, for they hold the time or chance.
func (f *Federation) ComeBack(ctx context.Context) (err error) {
	defer fault.Wrap(&err, "come back")
	return f.update(ctx, func(tx *store.Tx) error {
		back, err := models.ComeBack(tx)
		switch {
		case err != nil:
			return err
		case back:
			return f.PullAll(tx)
		}
		return eachFollowed(tx, f.pullTomorrow)
	})
}

// agreementsJob holds what our members have asked for at a collective against what it knows of it.
func (f *Federation) agreementsJob(collective string) store.Job {
	return f.job(JobAgreements, collective, f.Wall())
}

// reconcile reads which agreements a neighbour has with us and how far each has got. What is further there is fetched; what is not
// there any more, because that node was restored, is asked for again.
func (f *Federation) reconcile(ctx context.Context, collective string) (func(*store.Tx) error, error) {
	var asked []sharing.Asking
	var list string
	err := f.view(ctx, func(v *store.View) error {
		friends, err := friend(v, collective)
		if err != nil || !friends {
			return err
		}
		actor, err := neighbours.FindActor(v, collective)
		if err != nil {
			return err
		}
		list = agreementsOf(actor)
		asked, err = sharing.AskedAt(v, collective)
		return err
	})
	if err != nil || list == "" || len(asked) == 0 {
		return func(*store.Tx) error { return nil }, err
	}
	known, err := f.walk(ctx, list)
	if err != nil {
		return nil, err
	}
	further := map[agreeing.ID]map[string]any{}
	for _, a := range asked {
		if a.Theirs == "" || known[a.Theirs] <= a.Seq {
			continue
		}
		doc, at, err := f.fetchDocument(ctx, a.Theirs)
		if err != nil {
			return nil, err
		}
		if canonicalID(doc) != at || at != a.Theirs { // security I1
			return nil, notItself()
		}
		further[a.ID] = doc
	}
	return func(tx *store.Tx) error {
		for _, a := range asked {
			if err := f.holdAgainst(tx, a, known, further[a.ID]); err != nil && !refused(err) {
				return err
			}
		}
		return nil
	}, nil
}

// agreementsOf is where a node of our kind lists agreements (DESIGN 3.3); empty on other software.
func agreementsOf(a neighbours.Actor) string {
	base := iri.Base(a.Origin)
	if a.OpenURL != base.Open() {
		return ""
	}
	return base.Agreements()
}

func (f *Federation) holdAgainst(tx *store.Tx, a sharing.Asking, known map[string]int64, doc map[string]any) error {
	if doc != nil {
		h := &heard{signer: Signer{Actor: a.Peer, Origin: originOf(a.Peer)}, item: &wire.InboxItem{}}
		return f.heardAgreement(tx, h, a, doc)
	}
	if _, there := known[a.Theirs]; there || a.State == agreeing.Queued {
		return nil
	}
	offered, err := f.lastOffer(tx.View, a)
	if err != nil {
		return ignoreUnknown(err) // it is too old to be said again: its home stays silent
	}
	id, ours := f.ourActivity(offered)
	if !ours {
		return nil
	}
	if lost, err := sharing.LostThere(tx, a); err != nil || !lost {
		return err
	}
	return wire.PostAgain(tx, f.Wall(), id)
}

func originOf(actor string) string {
	origin, _ := wire.OriginOf(actor) // it was checked when it was learned
	return origin
}
