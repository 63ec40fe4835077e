package main

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

// tour is a walk past every page and through every form, in browsers that run no script.
type tour struct {
	*testing.T
	*demo
	sage, rosa, karim *tab // at alder; Sage is a steward
	robin             *tab // a steward at birch
	stranger          *tab // at alder, not signed in
}

// Every form works without script: it does what it says, comes back with what was typed when something is wrong with it, does it
// once when it is sent twice, and says so when the page is old.
func everyFormWorksWithoutScript(language string) func(*testing.T, context.Context) {
	return func(t *testing.T, browser context.Context) {
		d := openStreet(t)
		met := &forms{}
		visit := func(n *node) *tab {
			at := openTab(t, browser, n, language, off)
			at.forms = met
			return at
		}
		member := func(n *node, nickname string) *tab { return visit(n).signIn(nickname).speaks() }
		r := &tour{t, d, member(d.alder, "Sage"), member(d.alder, "Rosa"), member(d.alder, "Karim"), member(d.birch, "Robin"), visit(d.alder)}

		r.outside()
		r.giving()
		r.asking()
		r.choosing()
		r.meeting()
		r.hiding()
		r.notMeeting()
		r.showingAgain()
		r.mine()
		r.stewarding()
		r.neighbouring()
		r.together()
		r.leaving(visit(d.alder))
		if unsent := met.unsent(); len(unsent) > 0 {
			t.Errorf("never sent: %v", unsent)
		}
	}
}

func (r *tour) outside() {
	r.stranger.open("/").picture("welcome").follow("Two kitchen chairs").picture("offer-outside").saysNot("ring at Rosa")
	r.stranger.open("/keeping").picture("keeping").says(r.stranger.sentence("kept.written")).goTo("/offers/00000000000000000000000000").is(404)
	r.stranger.open("/today").says(r.stranger.sentence("sign_in.nickname.label"))
}

// giving: Rosa gives something, thinks twice about it, and takes it back.
func (r *tour) giving() {
	rosa := r.rosa
	rosa.open("/offers/new").picture("give").write("title", "   ", "description", "Beech, oiled.", "faults", "A burn mark.").choose(phonePhoto(r.T))
	rosa.press("give.publish").is(422).picture("give-refused").has("description", "Beech, oiled.").has("faults", "A burn mark.")
	rosa.wait(`document.querySelector(".n-Kept-picture").naturalWidth > 0`)
	rosa.write("title", "A chopping board").impatiently("/offers")
	rosa.press("give.publish").is(200).says("A chopping board", "Beech, oiled.", rosa.sentence("flash.twice")).picture("offer-mine")
	rosa.wait(`document.querySelector("article img").naturalWidth > 0`)
	board := rosa.here()
	rosa.open("/offers?q=chopping")
	if n := evaluate[int](rosa, `document.querySelectorAll(".n-Card").length`); n != 1 {
		r.Errorf("sent twice, it is there %d times", n)
	}

	rosa.open(board).press("tools.edit").picture("edit").write("title", " ").press("give.save").is(422).has("description", "Beech, oiled.")
	rosa.write("title", "A chopping board", "description", "Beech, oiled last week.").press("give.save").is(200).says("oiled last week")
	rosa.press("tools.lengthen").is(200).says(rosa.sentence("flash.lengthened")).press("tools.rest").is(200).picture("offer-resting")
	rosa.press("tools.resume").is(200).unfold("tools.withdraw").send("/withdraw").is(200).says(rosa.sentence("offer.is.withdrawn"))

	rosa.open("/offers/new").write("title", "A shelf").press("give.draft").is(200).picture("offer-draft")
	rosa.send("/publish").is(200).says(rosa.sentence("flash.published"))
}

// asking: Karim and Sage would like Rosa's desk and her jars, and Karim would like her chairs.
func (r *tour) asking() {
	for _, title := range []string{"A standing desk", "Forty jars"} {
		r.rosa.open("/offers/new").write("title", title, "place", "Elm Street 12").unfold("give.more")
		day := r.clock.Now().Add(4 * 24 * time.Hour).Format(time.DateOnly)
		r.rosa.write("windows_date", day, "windows_from", "18:00", "windows_to", "20:00").tick("choose", "giver").press("give.publish").is(200)
	}
	r.karim.open("/offers").picture("things").open("/offers?q=nothing+of+this+kind").picture("things-none")
	r.karim.open("/offers").follow("A standing desk").unfold("ask.more").picture("offer")
	r.karim.write("note", "For homework.", "windows_date", "2031-01-01", "windows_from", "11:00", "windows_to", "10:00").send("/claims").is(422)
	r.karim.picture("offer-refused").has("note", "For homework.").has("windows_date", "2031-01-01")
	r.karim.write("windows_date", "", "windows_from", "", "windows_to", "").send("/claims").is(200).says(r.karim.sentence("claim.state.gathering"))
	r.karim.picture("claim-gathering").press("claim.offer").picture("offer-asked").send("/withdraw").is(200).says(r.karim.sentence("flash.taken_back"))
	for _, title := range []string{"A standing desk", "Forty jars", "Two kitchen chairs"} {
		r.karim.asks(title, "For homework.")
	}
	for _, title := range []string{"A standing desk", "Forty jars"} {
		r.sage.asks(title, "For the reading room.")
	}
}

// asks says of a thing that somebody would like it.
func (at *tab) asks(title, note string) {
	at.Helper()
	at.open("/offers").follow(title).unfold("ask.more").write("note", note).send("/claims").is(200)
}

// choosing: two days later Rosa chooses for the desk and lets a name be drawn for the jars; that of the chairs was drawn by itself.
func (r *tour) choosing() {
	r.clock.Advance(48 * time.Hour)
	rosa := r.rosa
	rosa.open("/today").until(rosa.sentence("today.choose.line", "Title", "Forty jars")).until(rosa.sentence("today.choose.line", "Title", "A standing desk")).picture("today-choose")
	rosa.open("/offers").follow("A standing desk").press("tools.choose").picture("choose")
	rosa.turn(rosa.tap(`[...document.querySelectorAll("main li")].find((card) => card.innerText.includes("Karim")).querySelector("button")`))
	rosa.is(200).says("Karim").picture("offer-promised")
	rosa.open("/offers").follow("Forty jars").press("tools.choose").press("choose.draw").is(200).says(rosa.sentence("flash.drawn"))
	rosa.press("offer.round", "Count", 1).picture("draw")
}

// meeting: Karim and Rosa agree on a time for the desk, and it changes hands.
func (r *tour) meeting() {
	rosa, karim := r.rosa, r.karim
	karim.open("/claims").picture("claims").follow("A standing desk").picture("claim-promised").says("Elm Street 12")
	claim := karim.here()
	karim.isHeldBack("/pick_window")
	karim.do(karim.tap(`document.querySelector("input[name=window]")`))
	karim.send("/pick_window").is(200).says(karim.sentence("flash.picked"))
	later := r.clock.Now().Add(5 * 24 * time.Hour).Format(time.DateOnly)
	karim.unfold("claim.time.change").write("windows_date", later, "windows_from", "11:00", "windows_to", "10:00").send("/propose_window").is(422)
	karim.picture("claim-refused").has("windows_from", "11:00").write("windows_to", "12:00").send("/propose_window").is(200)
	rosa.open("/today").until(rosa.sentence("today.proposed.verb")).picture("today-proposed").press("today.proposed.verb").picture("claim-proposed")
	rosa.do(rosa.tap(`document.querySelector("input[name=window]")`))
	rosa.send("/pick_window").is(200).write("text", "  ").send("/messages").is(422).write("text", "The side door is open.").send("/messages").is(200)
	karim.open("/today").picture("today-agreed").open(claim).says("The side door is open.").unfold("claim.send.receiver").write("contact", "Ring at the shop").send("/send_place").is(200)
	rosa.open(claim).says("Ring at the shop").picture("claim-talk").send("/handed_over").is(200).says(rosa.sentence("claim.state.done"))
	karim.unfold("claim.release").send("/release").is(409).picture("moved-on").press("error.now").is(200).says(karim.sentence("claim.state.done"))
	karim.picture("claim-done")
}

// isHeldBack sees that the browser itself keeps a form back, because something is missing that it must have.
func (at *tab) isHeldBack(action string) {
	at.Helper()
	at.do(at.tap(fmt.Sprintf(`document.querySelector('form[action$=%s] button')`, quoted(action))))
	at.wait(fmt.Sprintf(`document.activeElement.matches('form[action$=%s] :invalid')`, quoted(action)))
}

// notMeeting: the chairs are not picked up; the jars go on to the one who waits, and end there.
func (r *tour) notMeeting() {
	r.karim.open("/claims").follow("Two kitchen chairs").send("/did_not_happen").is(200).says(r.karim.sentence("flash.did_not_happen"))
	first, second := r.karim, r.sage
	if first.open("/claims"); evaluate[bool](first, `[...document.querySelectorAll("section[aria-labelledby=promised-title] li")].every((c) => !c.innerText.includes("jars"))`) {
		first, second = second, first
	}
	second.open("/claims").follow("Forty jars").picture("claim-waiting").says(second.sentence("claim.state.waiting"))
	first.open("/claims").follow("Forty jars").unfold("claim.release").send("/release").is(200).says(first.sentence("flash.released"))
	r.rosa.open("/offers").follow("Forty jars").press("tools.choose").send("/choose").is(200)
	second.turn(chromedp.Reload())
	second.says(second.sentence("claim.state.promised"))
	r.rosa.open(second.here()).unfold("claim.apart").send("/apart").is(200).says(r.rosa.sentence("flash.apart"))
}

// hiding: a member says that something is wrong, and a steward hides it, in words that its giver reads.
func (r *tour) hiding() {
	r.karim.open("/offers").follow("A shelf").unfold("report.title").write("words", "It is screwed to the wall.").send("/report").is(200)
	r.sage.open("/stewards").says("It is screwed to the wall.").send("/read").is(200).says(r.sage.sentence("flash.letter_read"))
	r.sage.open("/offers").follow("A shelf").unfold("hide.title").write("words", " ").send("/hide").is(422)
	r.sage.write("words", "It is screwed to the wall of the hall.").send("/hide").is(200).says(r.sage.sentence("flash.hidden"))
	r.sage.open("/stewards").picture("stewards-hidden")
	r.rosa.open("/today").picture("today-hidden").press("today.hidden.verb").picture("offer-hidden").says("It is screwed to the wall of the hall.")
}

// showingAgain: a week later its giver shows it again.
func (r *tour) showingAgain() {
	r.rosa.open("/today").press("today.hidden.verb")
	r.clock.Advance(8 * 24 * time.Hour)
	r.rosa.turn(chromedp.Reload())
	r.rosa.send("/show_again").is(200).says(r.rosa.sentence("flash.shown_again"))
}

// mine: settings, the feed, programs, devices.
func (r *tour) mine() {
	karim := r.karim
	karim.open("/us").picture("us").open("/settings").write("contact", "Knock twice").send("/settings").is(200).has("contact", "Knock twice")
	karim.send("/feed/renew").is(200).picture("settings")
	karim.unfold("settings.tokens.make").write("name", "A script").send("/tokens").is(422).has("name", "A script")
	karim.tick("scopes", "things:read").send("/tokens").is(200).picture("settings-token").send("/revoke").is(200)
	karim.unfold("leave.open").isHeldBack("/leave")
}

// stewarding: Sage invites, lets Karim back in, describes the collective, reads a letter, and looks after what is stuck.
func (r *tour) stewarding() {
	sage := r.sage
	sage.open("/invites").write("uses", "1", "days", "3").send("/invites").is(200).picture("invites").send("/revoke").is(200)
	r.do(r.alder, func(tx *store.Tx) error {
		return neighbours.HearLetter(tx, neighbours.Letter{
			From: "https://far.example/users/ines", Name: "Ines", Object: "https://far.example/notes/1", Text: "Is the shelf still there?\nI could come by bike.", Language: "en",
		})
	})
	sage.open("/today").picture("today-steward").open("/stewards").picture("stewards").says("Is the shelf still there?").send("/read").is(200)
	sage.write("nickname", "Nobody").send("/members/recover").is(422).has("nickname", "Nobody")
	sage.write("nickname", "Karim").send("/members/recover").is(200).picture("stewards-link")
	link := linkOn(sage, `/recover\?key=[a-z0-9]+`)
	sage.open("/stewards").write("about", "Neighbours around Elm Street.", "name", " ").send("/collective").is(422).has("about", "Neighbours around Elm Street.")
	sage.write("name", "Elm Street Commons").send("/collective").is(200)
	sage.open("/stewards").unfold("stewards.keys.open").send("/keys").is(200).says(sage.sentence("flash.keys_rolled"))

	r.karim.open("/today").picture("today-link").send("/seen").is(200)
	r.stranger.open(link).picture("recover-link").write("passphrase", "a kettle and four cups").send("/recover").is(200)
	r.karim = r.stranger

	for i := range 2 {
		r.park(r.alder, fmt.Sprintf("https://far.example/activities/%d", i))
	}
	sage.open("/queue").picture("queue").send("/requeue").is(200).send("/drop").is(200)
}

// park leaves something in the inbox that was tried often enough.
func (r *tour) park(n *node, id string) {
	r.do(n, func(tx *store.Tx) error {
		_, err := wire.Receive(tx, wall(), []wire.InboxItem{{
			ActivityID: id, Signer: "https://far.example/actor", Origin: "https://far.example", Type: "Create", Body: []byte(`{}`),
		}})
		if err != nil {
			return err
		}
		items, err := wire.Pending(tx, 10)
		for _, item := range items {
			for ; err == nil && item.Attempts < 5; item.Attempts++ {
				err = wire.Fail(tx, item, "not understood")
			}
		}
		return err
	})
}

func (r *tour) do(n *node, fn func(*store.Tx) error) {
	r.Helper()
	if err := n.store.Update(r.Context(), r.clock.Now(), fn); err != nil {
		r.Fatal(err)
	}
}

// neighbouring: Robin parts from alder, Sage asks again, and Robin says yes.
func (r *tour) neighbouring() {
	robin, sage := r.robin, r.sage
	robin.open("/neighbours").picture("neighbours").unfold("neighbours.part").send("/part").is(200).says(robin.sentence("neighbour.state.parted"))
	sage.open("/neighbours").until(sage.sentence("neighbour.state.parted"))
	sage.write("address", "nobody.localhost:1").press("neighbours.look").picture("neighbours-nobody").has("address", "nobody.localhost:1")
	sage.write("address", r.birch.config.URL.Authority()).press("neighbours.look").is(200).picture("neighbours-preview")
	sage.press("neighbours.ask").is(200).says(sage.sentence("neighbour.state.we_asked"))
	robin.open("/neighbours").until(robin.sentence("neighbour.state.asked_us")).picture("neighbours-asked").send("/accept").is(200)
	sage.open("/neighbours").until(sage.sentence("neighbours.part")) // what friends are called stands on the page anyway
}

// leaving: Rosa is signed out from another device while she writes, and loses nothing; Karim leaves.
func (r *tour) leaving(elsewhere *tab) {
	rosa := r.rosa
	rosa.open("/offers/new").write("title", "A tea towel", "description", "Linen.\nWith a hole.")
	elsewhere.signIn("Rosa").open("/settings").send("/end").is(200).says(elsewhere.sentence("flash.session_ended"))
	rosa.press("give.publish").is(401).says(rosa.sentence("sign_in.unsent")).picture("sign-in-unsent")
	rosa.write("nickname", "Rosa", "passphrase", demoPassphrase).press("frame.sign_in").is(200).picture("give-unsent")
	rosa.has("title", "A tea towel").has("description", "Linen.\nWith a hole.").press("give.publish").is(200).says("A tea towel", "With a hole.")
	elsewhere.open("/us").send("/sign-out").is(200)
	elsewhere.signIn("Rosa").open("/settings").send("/end-all").is(200)

	karim := r.karim
	karim.open("/settings").unfold("leave.open").do(karim.tap(`document.querySelector("input[name=sure]")`))
	karim.send("/leave").is(200).says(karim.sentence("flash.left")).picture("left")
}

// impatiently sends a form once more than its reader will, as a thumb does that taps twice.
func (at *tab) impatiently(action string) *tab {
	at.Helper()
	status := evaluate[int](at, fmt.Sprintf(`(() => {
		const form = document.querySelector('form[action=%s]');
		return fetch(form.action, { method: "POST", body: new FormData(form, form.querySelector("button")) }).then((answer) => answer.status);
	})()`, quoted(action)))
	if status != 200 {
		at.Fatalf("the first of two answered %d", status)
	}
	return at
}
