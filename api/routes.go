package api

import (
	"net/http"
	"strings"

	"codeberg.org/manypots/manypots/api/web"
	"codeberg.org/manypots/manypots/models/people"
)

const apiPrefix = "/api/v1"

// who may use a route. What they may do there is the verb's business.
type who uint8

const (
	anyone who = iota
	member
	steward
)

// door names the thing that a route shows or changes: the matrix test tries each door with each viewer. No thing is shown but
// through neighbours.CanView (DESIGN 2).
type door string

const (
	none       door = ""
	offerDoor  door = "offer"  // an offer or a mirror, by its audience
	giverDoor  door = "giver"  // what only the giver of an offer sees or does
	claimDoor  door = "claim"  // a claim or an asking, for its two sides
	photoDoor  door = "photo"  // as the thing that it shows
	ownDoor    door = "own"    // a member's own session, token, notice, invite
	letterDoor door = "letter" // what was said from outside: stewards, and the giver of the thing that it is about
	edgeDoor   door = "edge"   // a neighbour: every member sees it, stewards decide about it
	secretDoor door = "secret" // whoever knows the address
)

// route is a row of the table.
type route struct {
	method, path string
	handle       func(*call) error
	who          who
	door         door
	scope        people.Scope // what a token needs under /api/v1; empty: nothing beyond being one
	rule         rule         // its own limit, where the common one is too wide
	upload       bool         // takes photos
	carries      bool         // brings along a whole form beside its own
	early        bool         // answers before set-up too
	bare         bool         // answers without asking who comes
	card         bool         // of the public card, or with its own way of asking: strangers come here also where only neighbours may see us
}

// routes are all of them. A page and a document of the same thing have the same handler; {id} is written as in the OpenAPI
// document.
func routes(clock bool) []route {
	const get, post, patch, del = http.MethodGet, http.MethodPost, http.MethodPatch, http.MethodDelete
	page := func(method, path string, handle func(*call) error, w who, d door) route {
		return route{method: method, path: path, handle: handle, who: w, door: d}
	}
	json := func(method, path string, handle func(*call) error, w who, d door, s people.Scope) route {
		return route{method: method, path: apiPrefix + path, handle: handle, who: w, door: d, scope: s}
	}
	both := func(method, path string, handle func(*call) error, w who, d door, s people.Scope) []route {
		return []route{page(method, path, handle, w, d), json(method, path, handle, w, d, s)}
	}
	table := [][]route{
		// People: coming in
		{page(get, "/setup", showSetup, anyone, none).atOnce().toAll(), page(post, "/setup", setUp, anyone, none).atOnce().toAll()},
		{page(get, "/join", showJoin, anyone, none).toAll(), page(post, "/join", join, anyone, none).toAll()},
		{page(get, "/sign-in", showSignIn, anyone, none).toAll(), page(post, "/sign-in", signIn, anyone, none).limited(knocks).toAll().carrying()},
		{page(get, "/recover", showRecover, anyone, none).toAll(), page(post, "/recover", recoverMember, anyone, none).toAll()},
		{page(post, "/sign-out", signOut, anyone, none)},

		// People: being here, and leaving
		{page(get, "/settings", showSettings, member, none), page(post, "/settings", changeSettings, member, none)},
		{page(post, "/sessions/{id}/end", endSession, member, ownDoor), page(post, "/sessions/end-all", endSessions, member, none)},
		{json(get, "/sessions", showSessions, member, none, people.PeopleScope), json(del, "/sessions", endSessions, member, none, people.PeopleScope)},
		{page(post, "/tokens", makeToken, member, none), page(post, "/tokens/{id}/revoke", revokeToken, member, ownDoor)},
		{page(post, "/feed/renew", renewFeed, member, none), page(get, "/feed/{file}", showFeed, anyone, secretDoor).toAll()},
		{page(get, "/export", export, member, none), page(post, "/leave", leave, member, none)},
		{json(get, "/me", showMe, member, none, "")},

		// Invites, and the stewards' ways
		both(get, "/invites", showInvites, member, none, people.PeopleScope),
		both(post, "/invites", makeInvite, member, none, people.PeopleScope),
		{page(post, "/invites/{id}/revoke", revokeInvite, member, ownDoor)},
		{page(get, "/stewards", showStewards, steward, none), page(post, "/members/recover", letBackIn, steward, none)},
		{page(post, "/collective", changeCollective, steward, none), page(post, "/keys", rollKeys, steward, none).limited(forgings)},
		{page(post, "/letters/{id}/read", readLetter, steward, none)},
		{page(post, "/letters/{id}/let_through", letThrough, steward, none), page(post, "/letters/{id}/take_off", takeOff, steward, none)},
		{page(post, "/letters/{id}/let_in", letIn, member, letterDoor), page(post, "/letters/{id}/report", reportVoice, member, letterDoor)},
		{page(post, "/letters/{id}/pass_on", passOn, steward, none)},

		// Sharing: offers
		both(get, "/offers", listOffers, anyone, none, people.ThingsRead),
		{page(get, "/offers/new", showGive, member, none)},
		{page(post, "/offers", writeOffer, member, none).uploads(), json(post, "/offers", writeOffer, member, none, people.ThingsWrite)},
		{page(get, "/offers/{id}", showOffer, anyone, offerDoor).toAll()},
		{json(get, "/offers/{id}", showOffer, anyone, offerDoor, people.ThingsRead).toAll()},
		{page(get, "/offers/{id}/edit", showEdit, member, giverDoor), page(post, "/offers/{id}", editOffer, member, giverDoor).uploads()},
		{json(patch, "/offers/{id}", editOffer, member, giverDoor, people.ThingsWrite)},
		both(post, "/offers/{id}/publish", publishOffer, member, giverDoor, people.ThingsWrite),
		both(post, "/offers/{id}/lengthen", lengthenOffer, member, giverDoor, people.ThingsWrite),
		both(post, "/offers/{id}/rest", restOffer, member, giverDoor, people.ThingsWrite),
		{page(post, "/offers/{id}/resume", resumeOffer, member, giverDoor)},
		both(post, "/offers/{id}/relist", relistOffer, member, giverDoor, people.ThingsWrite),
		both(post, "/offers/{id}/withdraw", withdrawOffer, member, giverDoor, people.ThingsWrite),
		{page(post, "/offers/{id}/hide", hideOffer, steward, offerDoor), page(post, "/offers/{id}/show_again", showAgain, member, giverDoor)},
		{page(post, "/offers/{id}/report", reportOffer, member, offerDoor)},
		{page(get, "/offers/{id}/choose", showChoose, member, giverDoor)},
		both(post, "/offers/{id}/choose", choose, member, giverDoor, people.ThingsWrite),
		both(get, "/offers/{id}/draw", showDraw, member, giverDoor, people.ThingsRead),
		both(post, "/offers/{id}/draw", drawOffer, member, giverDoor, people.ThingsWrite),

		// Sharing: claims, and askings at neighbours'
		both(post, "/offers/{id}/claims", ask, member, offerDoor, people.ClaimsScope),
		{json(get, "/offers/{id}/claims", listAsks, member, giverDoor, people.ThingsRead)},
		both(get, "/claims", listClaims, member, none, people.ClaimsScope),
		both(get, "/claims/{id}", showClaim, member, claimDoor, people.ClaimsScope),
		{page(post, "/claims/{id}/withdraw", withdrawClaim, member, claimDoor), json(del, "/claims/{id}", withdrawClaim, member, claimDoor, people.ClaimsScope)},
		both(post, "/claims/{id}/pick_window", pickWindow, member, claimDoor, people.ClaimsScope),
		both(post, "/claims/{id}/propose_window", proposeWindow, member, claimDoor, people.ClaimsScope),
		both(post, "/claims/{id}/send_place", sendPlace, member, claimDoor, people.ClaimsScope),
		both(post, "/claims/{id}/release", release, member, claimDoor, people.ClaimsScope),
		both(post, "/claims/{id}/handed_over", handedOver, member, claimDoor, people.ClaimsScope),
		both(post, "/claims/{id}/did_not_happen", didNotHappen, member, claimDoor, people.ClaimsScope),
		both(post, "/claims/{id}/apart", keepApart, member, claimDoor, people.ClaimsScope),
		both(post, "/claims/{id}/messages", sendMessage, member, claimDoor, people.ClaimsScope),
		{json(get, "/claims/{id}/messages", listMessages, member, claimDoor, people.ClaimsScope)},

		// Photos
		{json(post, "/media", uploadPhoto, member, none, people.ThingsWrite).uploads()},
		{page(get, "/media/{file}", showPhoto, anyone, photoDoor).toAll()},

		// Neighbours
		{page(get, "/neighbours", showNeighbours, member, none), json(get, "/neighbours", showNeighbours, member, none, people.NeighboursRead)},
		{page(post, "/neighbours", addNeighbour, steward, none).limited(lookups)},
		{json(post, "/neighbours", addNeighbour, steward, none, people.NeighboursWrite).limited(lookups)},
		{page(get, "/neighbours/{id}", showNeighbour, member, edgeDoor), page(post, "/neighbours/{id}/flow", chooseFlow, steward, edgeDoor)},
		{page(get, "/shut-out", showShutOuts, member, none), page(post, "/shut-out", keepAway, steward, none)},
		{page(get, "/shut-out.csv", exportShutOuts, steward, none), page(post, "/shut-out/import", importShutOuts, steward, none)},
		{page(post, "/shut-out/review", reviewShutOut, steward, none), page(post, "/shut-out/lift", liftShutOut, steward, none)},
		both(post, "/neighbours/{id}/accept", acceptNeighbour, steward, none, people.NeighboursWrite),
		both(post, "/neighbours/{id}/part", partNeighbour, steward, none, people.NeighboursWrite),
		both(post, "/neighbours/{id}/set_aside", setAside, steward, none, people.NeighboursWrite),

		// Us, and the node
		{page(get, "/", showWelcome, anyone, none).toAll(), page(get, "/today", showToday, member, none)},
		{page(get, "/decisions", showWelcome, anyone, none)}, // the page of /ap/decisions (DESIGN 3.3), until there are some
		{page(post, "/notices/{id}/seen", seeNotice, member, ownDoor)},
		{page(get, "/us", showUs, member, none), page(get, "/keeping", showKeeping, anyone, none).toAll()},
		{page(get, "/queue", showQueue, member, none)},
		{page(post, "/queue/{id}/requeue", requeue, steward, none), page(post, "/queue/{id}/drop", dropQueued, steward, none)},
		{json(get, "/node", showNode, anyone, none, "").toAll(), json(get, "/openapi.json", showOpenAPI, anyone, none, "").plainly()},
		{page(get, "/healthz", showHealth, anyone, none).plainly()},
	}
	if clock {
		table = append(table, []route{page(post, "/dev/clock", turnClock, anyone, none).plainly()})
	}
	var all []route
	for _, rows := range table {
		all = append(all, rows...)
	}
	return all
}

func (r route) limited(by rule) route { r.rule = by; return r }
func (r route) uploads() route        { r.upload = true; return r }
func (r route) carrying() route       { r.carries = true; return r }
func (r route) atOnce() route         { r.early = true; return r }
func (r route) plainly() route        { r.bare = true; return r }
func (r route) toAll() route          { r.card = true; return r }

// api reports that the route speaks JSON.
func (r route) api() bool { return underAPI(r.path) || r.path == "/healthz" }

// place is where in the navigation its pages are.
func (r route) place() web.Place {
	switch noun, _, _ := strings.Cut(strings.TrimPrefix(r.path, "/"), "/"); noun {
	case "today":
		return web.Today
	case "offers", "claims":
		return web.Things
	case "us", "settings", "invites", "neighbours", "shut-out", "shut-out.csv", "queue", "keeping", "stewards":
		return web.Us
	}
	return ""
}

// thing is the path under which the things of this route are, where they have a page: what has moved on can be looked at there.
func (r route) thing() string {
	for _, noun := range []string{"/offers/", "/claims/"} {
		if strings.HasPrefix(r.path, noun+"{id}") {
			return noun
		}
	}
	if strings.HasPrefix(r.path, "/neighbours/{id}") {
		return "/neighbours?"
	}
	return ""
}
