package main

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"time"
)

// walk lets a giver at home find homes for things, with people of both nodes asking, in every way in which that can end.
func (y *aviary) walk(home, away *villager, way string) {
	y.Helper()
	giver, local := home.others[0], home.others[1]
	near, far := away.others[0], away.others[1]
	private := &y.private
	chair, shelf, bike := y.gives(home, giver, way+"chair", private), y.gives(home, giver, way+"shelf", private), y.gives(home, giver, way+"bike", private)
	y.settle()

	// One asks too late: the thing is taken back while the wish is on its way.
	y.asks(away, near, bike, way)
	y.call(home, giver, http.MethodPost, "/offers/"+bike.id+"/withdraw", nil, http.StatusOK)
	y.settle()

	chosen := y.asks(away, near, chair, way)
	y.asks(home, local, chair, way)
	back := y.asks(away, far, chair, way)
	kind, apart := y.asks(away, near, shelf, way), y.asks(away, far, shelf, way)
	y.asks(home, local, shelf, way)
	y.settle()
	y.call(away, far, http.MethodDelete, "/claims/"+back.id, nil, http.StatusNoContent)
	y.settle()
	y.untilFreeze(home, giver, chair)

	// The chair changes hands.
	promise := y.chooses(home, giver, chair, chosen)
	y.call(home, giver, http.MethodPost, "/claims/"+promise+"/send_place", nil, http.StatusOK)
	y.call(home, giver, http.MethodPost, "/claims/"+promise+"/send_place", doc{"contact": bird(&y.private, way, "contact")}, http.StatusOK)
	y.settle()
	y.writes(away, near, chosen.id, way+"thanks")
	y.writes(home, giver, promise, way+"welcome")
	y.settle()
	y.call(away, near, http.MethodPost, "/claims/"+chosen.id+"/handed_over", nil, http.StatusOK)
	y.settle()
	y.stands(away, near, chosen.id, "done")
	y.writes(away, near, chosen.id, way+"lid")
	y.settle()

	// The shelf does not: one lets it go, another is let go, and in the end it is taken back.
	promise = y.chooses(home, giver, shelf, kind)
	y.writes(home, giver, promise, way+"when")
	y.settle()
	y.writes(away, near, kind.id, way+"never")
	y.settle()
	y.call(away, near, http.MethodPost, "/claims/"+kind.id+"/release", nil, http.StatusOK)
	y.settle()
	promise = y.chooses(home, giver, shelf, apart)
	y.writes(away, far, apart.id, way+"rude")
	y.settle()
	y.call(home, giver, http.MethodPost, "/claims/"+promise+"/apart", nil, http.StatusOK)
	y.settle()
	y.stands(away, far, apart.id, "released")
	y.call(home, giver, http.MethodPost, "/offers/"+shelf.id+"/withdraw", nil, http.StatusOK)
	y.settle()
}

// untilFreeze turns the clock until nobody can ask any more who was not there at the beginning.
func (y *aviary) untilFreeze(home *villager, giver string, g given) {
	y.Helper()
	until, err := time.Parse(time.RFC3339, y.call(home, giver, http.MethodGet, "/offers/"+g.id, nil, http.StatusOK)["gather_until"].(string))
	if err != nil {
		y.Fatal(err)
	}
	y.later(until.Sub(y.demo.clock.Now()) + 20*time.Minute)
}

// given is a thing, and its title to find it elsewhere.
type given struct{ id, title string }

// gives publishes a thing; its place goes when the thing ends.
func (y *aviary) gives(home *villager, giver, what string, place *[]string) given {
	y.Helper()
	photo := y.photograph(home, giver)
	g := given{title: bird(&y.words, what, "title")}
	made := y.call(home, giver, http.MethodPost, "/offers", doc{
		"title": g.title, "description": bird(&y.words, what, "words"), "faults": bird(&y.words, what, "faults"), "area": bird(&y.words, what, "area"),
		"place": bird(place, what, "place"), "audience": "anyone", "choose": "giver", "photos": []string{photo},
	}, http.StatusCreated)
	g.id = made["id"].(string)
	y.call(home, giver, http.MethodPost, "/offers/"+g.id+"/publish", nil, http.StatusOK)
	return g
}

// photograph uploads a picture and gives its id.
func (y *aviary) photograph(home *villager, giver string) string {
	y.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("image", "IMG_1.png")
	if err == nil {
		_, err = io.Copy(part, gifts()[0].picture())
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		y.Fatal(err)
	}
	answer, status := y.send(home, giver, http.MethodPost, "/api/v1/media", form.FormDataContentType(), body.Bytes())
	if status != http.StatusCreated {
		y.Fatalf("a photo: %d\n%s", status, answer)
	}
	return y.read(answer)["id"].(string)
}

// asked is a wish: its id where it was made, and its note, by which its giver knows it.
type asked struct{ id, note string }

func (y *aviary) asks(at *villager, who string, g given, way string) asked {
	y.Helper()
	a := asked{note: bird(&y.private, way, g.title, strings.ToLower(who))}
	made := y.call(at, who, http.MethodPost, "/offers/"+y.found(at, who, g)+"/claims", doc{"note": a.note}, http.StatusCreated)
	a.id = made["id"].(string)
	y.private = append(y.private, made["ticket"].(string))
	return a
}

// found is the id of a thing or of its mirror.
func (y *aviary) found(at *villager, who string, g given) string {
	y.Helper()
	for _, item := range y.call(at, who, http.MethodGet, "/offers?limit=50", nil, http.StatusOK)["items"].([]any) {
		if o := item.(map[string]any); o["title"] == g.title {
			return o["id"].(string)
		}
	}
	y.Fatalf("%s sees no %s", who, g.title)
	return ""
}

// chooses promises a thing to whoever wrote that note, and gives the id of the promise at home.
func (y *aviary) chooses(home *villager, giver string, g given, a asked) string {
	y.Helper()
	for _, item := range y.call(home, giver, http.MethodGet, "/offers/"+g.id+"/claims", nil, http.StatusOK)["items"].([]any) {
		if c := item.(map[string]any); c["note"] == a.note {
			y.call(home, giver, http.MethodPost, "/offers/"+g.id+"/choose", doc{"claim": c["id"]}, http.StatusOK)
			y.settle()
			return c["id"].(string)
		}
	}
	y.Fatalf("%s does not see who wrote %s", giver, a.note)
	return ""
}

func (y *aviary) writes(at *villager, who, claim, what string) {
	y.Helper()
	y.call(at, who, http.MethodPost, "/claims/"+claim+"/messages", doc{"text": bird(&y.private, what, "message")}, http.StatusCreated)
}

func (y *aviary) stands(at *villager, who, claim, want string) {
	y.Helper()
	if got := y.call(at, who, http.MethodGet, "/claims/"+claim, nil, http.StatusOK)["state"]; got != want {
		y.Errorf("%s's claim is %s, want %s", who, got, want)
	}
}

// mishaps are words that come to the wrong place: to a neighbour who cannot be reached, to stewards from a stranger, into fields and
// addresses that are none.
func (y *aviary) mishaps() {
	y.Helper()
	lamp := y.gives(y.alder, "Rosa", "lamp", &y.words) // nobody takes it
	y.settle()
	y.alder.deaf = true
	y.call(y.birch, "Leyla", http.MethodPost, "/offers/"+y.found(y.birch, "Leyla", lamp)+"/claims", doc{"note": bird(&y.words, "unheard")}, http.StatusCreated)
	y.settle()
	y.alder.deaf = false

	y.letter(bird(&y.late, "letter"))
	for i, say := range []func(word string) (who, method, path, kind, body string){
		func(w string) (string, string, string, string, string) { return "", "GET", "/" + w, "", "" },
		func(w string) (string, string, string, string, string) { return "", "GET", "/offers?q=" + w, "", "" },
		func(w string) (string, string, string, string, string) { return "", "GET", "/offers/" + w, "", "" },
		func(w string) (string, string, string, string, string) {
			return "", "GET", "/.well-known/webfinger?resource=acct:" + w, "", ""
		},
		func(w string) (string, string, string, string, string) {
			return "", "POST", "/sign-in", "application/x-www-form-urlencoded", "nickname=" + w + "&passphrase=" + w
		},
		func(w string) (string, string, string, string, string) {
			return "Rosa", "POST", "/api/v1/offers", "application/json", `{"` + w + `": 1}`
		},
		func(w string) (string, string, string, string, string) {
			return "Rosa", "POST", "/api/v1/offers", "application/json", `{"title": "` + w
		},
		func(w string) (string, string, string, string, string) {
			return "Rosa", "POST", "/api/v1/offers", "application/json", `{"title": "` + w + `", "quantity": "` + w + `", "audience": "` + w + `"}`
		},
		func(w string) (string, string, string, string, string) {
			return "Rosa", "POST", "/api/v1/neighbours", "application/json", `{"address": "` + w + `"}`
		},
		func(w string) (string, string, string, string, string) {
			return "", "POST", "/ap/inbox", "application/activity+json", `{"type": "Create", "content": "` + w + `"}`
		},
		func(w string) (string, string, string, string, string) {
			return "", "POST", "/ap/inbox", w, w
		},
	} {
		word := fmt.Sprint("canarymishap", i, "end")
		who, method, path, kind, body := say(word)
		y.send(y.alder, who, method, path, kind, []byte(body))
		y.gone([]string{word})
	}
}

// letter is what a stranger writes to Alder.
func (y *aviary) letter(words string) {
	y.Helper()
	to := y.alder.config.URL.Collective()
	r := y.stranger.letter(y.Context(), y.alder.config.URL, y.stranger.activity("1", "Create", doc{
		"id": y.stranger.url + "/ap/notes/1", "type": "Note", "attributedTo": y.stranger.actor(), "to": []string{to}, "content": words,
		"tag": []doc{{"type": "Mention", "href": to}},
	}))
	r.Host = y.alder.config.URL.Authority()
	r.URL.Host = y.alder.config.Listen
	answer, err := client.Do(r)
	if err != nil {
		y.Fatal(err)
	}
	_ = answer.Body.Close()
	if answer.StatusCode != http.StatusAccepted {
		y.Fatalf("a letter is answered %d", answer.StatusCode)
	}
	y.settle()
}
