package federation

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/federation/codec"
	"codeberg.org/manypots/manypots/federation/iri"
	"codeberg.org/manypots/manypots/federation/signature"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/store/storetest"
	"codeberg.org/manypots/manypots/models/wire"
)

// corpus are real documents of many implementations, in the folder that TEST_CORPUS names or beside this project. They are other
// projects' test data and not in it; without them these tests say so and read nothing.
func corpus(t *testing.T) (files []string) {
	t.Helper()
	folder := os.Getenv("TEST_CORPUS")
	if folder == "" {
		folder = "../../shared/corpus"
	}
	files, err := filepath.Glob(filepath.Join(folder, "*", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Logf("there is no corpus in %s: its documents were not read", folder)
	}
	return files
}

// Security 4.2 and issue 3 point 5: each document goes the whole way, as what it is, sent by whom it names: decoded, admitted, applied.
// It is taken, or refused in words; nothing panics, nothing fails inside, and nothing is fetched while its sender waits.
func TestHostile_theCorpusGoesTheWholeWay(t *testing.T) {
	files := corpus(t)
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		v := newVillage()
		n := newNode(t, s, v)
		n.do(borrowedKeys)
		met, slowest := map[string]bool{}, time.Duration(0)
		answers := map[int]int{}
		for i, file := range files {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			began := time.Now()
			_, _ = hearing(raw)
			slowest = max(slowest, time.Since(began))
			for nth, says := range n.asActivities(raw, i) {
				actor := n.meets(says, met, i%2 == 0)
				if actor == "" {
					continue // nobody could have sent it
				}
				w := n.posts(n.signed(actor, says))
				if answers[w.Code]++; w.Code != http.StatusAccepted && (w.Code < 400 || w.Code >= 500) {
					n.Errorf("%s, as %d: %d %s", file, nth, w.Code, w.Body)
				}
				if got := v.addresses(); len(got) != 0 {
					n.Fatalf("%s, as %d, made us fetch %v", file, nth, got)
				}
			}
		}
		n.receives()
		for _, item := range n.items() {
			if strings.Contains(item.Error, "panic") || item.State == wire.ItemParked {
				n.Errorf("%s of %s is %s: %s", item.Type, item.Signer, item.State, item.Error)
			}
		}
		t.Logf("%d documents, answers %v, %d kept; the slowest was read in %s", len(files), answers, len(n.items()), slowest)
	})
}

// asActivities is a document as it is, if it is an activity, and otherwise as what its owner made and changed.
func (n *node) asActivities(raw []byte, nth int) (all [][]byte) {
	doc, err := codec.Decode(raw)
	if err != nil || codec.Get(doc, "actor") != nil {
		return [][]byte{raw}
	}
	id, err := iri.Canonical(codec.ID(doc))
	if err != nil {
		return nil
	}
	maker := owner(doc)
	if maker == "" {
		maker = id // an actor
	}
	var plain any // in the same bytes, but for the white space
	if err := json.Unmarshal(raw, &plain); err != nil {
		return nil
	}
	for _, kind := range []string{"Create", "Update", "Delete", "Announce"} {
		all = append(all, mustJSON(map[string]any{"id": fmt.Sprintf("%s/%s/%d", maker, kind, nth), "type": kind, "actor": maker, "object": plain, "to": us}))
	}
	return all
}

// meets makes the actor of an activity known, and a neighbour if it may be one; "" when there is none.
func (n *node) meets(raw []byte, met map[string]bool, friends bool) (actor string) {
	n.Helper()
	doc, err := codec.Decode(raw)
	if err != nil {
		return ""
	}
	ids := codec.IDs(codec.Get(doc, "actor"))
	if len(ids) == 0 {
		return ""
	}
	actor, err = iri.Canonical(ids[0])
	if err != nil || iri.Document(actor) != actor {
		return ""
	}
	origin, err := iri.Origin(actor)
	if err != nil || met[actor] {
		return actor
	}
	met[actor] = true
	n.known(actor)
	known := neighbours.Actor{IRI: actor, Type: "Organization", Name: "X", Inbox: origin + "/inbox"}
	n.do(func(tx *store.Tx) error {
		_, err := neighbours.LearnActor(tx, known)
		return err
	})
	if !friends {
		return actor
	}
	_ = n.update(n.Context(), func(tx *store.Tx) error { // a node has one collective, so that some cannot be
		if _, err := neighbours.HearFollow(tx, known, origin+"/follow"); err != nil {
			return err
		}
		if _, err := neighbours.AddNeighbour(tx, n.Sage, known); err != nil {
			return err
		}
		_, err := neighbours.HearAccept(tx, actor, "")
		return err
	})
	return actor
}

func (n *node) signed(actor string, body []byte) *http.Request {
	n.Helper()
	pair, _ := readerKey()
	r := n.request(vera(), body)
	r.Header.Del("Signature")
	if err := signature.Sign(r, body, actor+"#main-key", pair, n.Wall()); err != nil {
		n.Fatal(err)
	}
	return r
}

// What the corpus calls actors are read as the documents that a job fetches: known for what they are, or not.
func TestHostile_theCorpusesActorsAreReadAsFetched(t *testing.T) {
	for _, file := range corpus(t) {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := codec.Decode(raw)
		if err != nil {
			continue
		}
		id, err := iri.Canonical(codec.ID(doc))
		if err != nil {
			continue
		}
		p, err := readProfile(doc, id)
		if err != nil {
			t.Errorf("%s: %v", file, err)
		}
		for _, address := range []string{p.actor.Inbox, p.actor.SharedInbox, p.actor.OpenURL} {
			if address != "" && !iri.SameOrigin(address, id) {
				t.Errorf("%s: %s is on another server", file, address)
			}
		}
		for _, key := range p.keys {
			if key.Owner != id {
				t.Errorf("%s: a key of %s", file, key.Owner)
			}
		}
		_, _ = readListing(doc, id, owner(doc), noon)
		items(doc)
	}
}
