package main

import (
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

// together: Karim is a steward, too. Sage suggests to part from birch, and Karim sets it aside; she keeps somebody away, and he says
// that it stands.
func (r *tour) together() {
	sage, karim := r.sage, r.karim
	sage.open("/shut-out").picture("shut-out-one").open("/neighbours").says(sage.sentence("decides.one"))
	r.do(r.alder, func(tx *store.Tx) error {
		by, err := people.FindByNickname(tx.View, "Sage")
		if err != nil {
			return err
		}
		too, err := people.FindByNickname(tx.View, "Karim")
		if err != nil {
			return err
		}
		_, code, err := people.MakeInvite(tx, by, people.NewInvite{Kind: people.ForSteward, Uses: 1, Days: 1})
		if err != nil {
			return err
		}
		return people.TakeUp(tx, too, code)
	})
	sage.open("/neighbours").picture("neighbours-two").unfold("neighbours.part.two").send("/part").is(200).says(sage.sentence("flash.suggested")).picture("neighbours-mine")
	karim.open("/today").picture("today-agree").open("/stewards").picture("stewards-two").open("/neighbours").picture("neighbours-agree")
	karim.open("/neighbours").send("/set_aside").is(200).says(karim.sentence("flash.set_aside"))

	sage.open("/shut-out").picture("shut-out-two").write("subject", "bad.example").tick("severity", "block").send("/shut-out").is(200).picture("shut-out-mine")
	karim.open("/shut-out").picture("shut-out-agree").send("/shut-out/review").is(200).says(karim.sentence("flash.shut_out.kept"))
	karim.send("/shut-out/lift").is(200).write("list", "worse.example").send("/shut-out/import").is(200).picture("shut-out-list").send("/shut-out/import").is(200)
}
