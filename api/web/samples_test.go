package web

import (
	"strings"
	"time"
)

// sample is a page as somebody would see it.
type sample struct {
	name string
	page Page
	out  bool // seen without signing in
}

var now = time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)

func in(d time.Duration) time.Time { return now.Add(d) }

const day = 24 * time.Hour

var evenings = []Window{
	{ID: "w1", From: in(82 * time.Hour), To: in(84 * time.Hour)},
	{ID: "w2", From: in(105 * time.Hour), To: in(107 * time.Hour)},
}

var chairs = Photo{ID: "m1", URL: "/media/chairs.jpg", Thumb: "/media/chairs-small.jpg", Alt: "Two wooden chairs beside a window"}

var cards = []ThingCard{
	{Href: "/offers/1", Kind: "gift", Title: "Two kitchen chairs", Language: "en", Category: "furniture", Area: "Elm Street", State: "gathering", Until: in(81 * time.Hour), Photo: chairs, Mine: true},
	{Href: "/offers/2", Kind: "gift", Title: "Apples, about 6 kg", Language: "en", Category: "food", From: "Oak Row", State: "gathering", Until: in(3 * time.Hour), GoesOffToday: true},
	{Href: "/offers/3", Kind: "gift", Title: "معاطف شتوية للأطفال", Language: "ar", Category: "clothes", Area: "Mill Lane", State: "choosing"},
	{Href: "/offers/4", Kind: "gift", Title: "School books, year 7, with a very long title that goes on and on", Language: "en", Category: "books", From: "Mill Lane Collective", State: "open", Left: 7},
	{Href: "/offers/5", Kind: "gift", Title: "Blue child's bike (20 inch)", Language: "en", Category: "children", Area: "Nordpark", State: "all_promised"},
	{Href: "/offers/6", Kind: "gift", Title: "Cordless drill", Language: "en", Category: "tools", Area: "Elm Street", State: "gathering", Until: in(30 * time.Hour)},
	{Href: "/offers/7", Kind: "gift", Title: "Tomato seedlings", Language: "en", Category: "garden", Area: "Elm Street", State: "promised", Left: 3},
	{Href: "/offers/8", Kind: "gift", Title: "Large pot with lid", Language: "en", Category: "kitchen", From: "Oak Row", State: "gathering", Until: in(50 * time.Hour)},
	{Href: "/offers/10", Kind: "gift", There: true, Title: "Spade", Language: "en", Category: "tools", From: "Hill Sharing", State: "open"},
	{Href: "/offers/11", Kind: "priced", There: true, Title: "Sofa", Language: "en", Category: "furniture", From: "Flea market at the mill", State: "open"},
	{Href: "/offers/12", Kind: "loan", There: true, Title: "Cement mixer", Language: "en", Category: "tools", From: "Oak Row", State: "open"},
	{Href: "/offers/13", Kind: "wanted", There: true, Title: "Kettle", Language: "en", Category: "kitchen", From: "Hill Sharing", State: "open", Left: 2},
	{Href: "/offers/14", Kind: "help_wanted", There: true, Title: "Carry a washing machine", Language: "en", Category: "other", From: "Oak Row", State: "open"},
	{Href: "/offers/15", Kind: "help_offered", There: true, Title: "Sharpening of knives", Language: "en", Category: "other", From: "Oak Row", State: "open"},
	{Href: "/offers/9", Kind: "gift", Title: "Radio", Language: "en", Category: "electronics", Area: "Elm Street", State: "gone"},
	{Href: "/offers/10", Kind: "gift", Title: "Box of jars", Language: "en", Category: "other", Area: "Elm Street", State: "gathering", Until: in(20 * time.Hour), Left: 10},
}

func languages() []Option {
	return []Option{{Value: "en", Label: "English", Chosen: true}, {Value: "ar", Label: "العربية"}}
}

func offer(state string) OfferPage {
	return OfferPage{
		ID: "1", Kind: "gift", Title: "Two kitchen chairs", Description: "Sturdy, they go together.\nI can carry them down.", Faults: "One has a scratch on the seat.",
		Language: "en", Category: "furniture", Condition: "worn", State: state, Collective: "Elm Street Commons", Giver: "Rosa", Area: "Elm Street",
		Audience: "friends", Windows: evenings, Quantity: 1, Left: 1, MaxPerClaim: 1, Published: in(-20 * time.Hour), GatherUntil: in(81 * time.Hour),
		Choose: "draw", DrawCommit: "3f1b0a6f5cb0b1f0cfb31fdcaf2a54a1c4a3b8a7e5f30fa5e4f6b61d0c86b1e9",
	}
}

// there is a thing of a neighbour's that cannot be asked for from here.
func there(kind, title, category string) OfferPage {
	return OfferPage{
		ID: "1", Kind: kind, Title: title, Description: "Two years old, a little worn.", Language: "en", Category: category, State: "open",
		Collective: "Hill Sharing", Area: "Hill", Audience: "anyone", Quantity: 1, Left: 1, MaxPerClaim: 1, Published: in(-20 * time.Hour), Choose: "draw",
		Home: &Home{"Hill Sharing", "https://hill.example/items/1", true, in(6 * day), time.Time{}}, Report: &ReportForm{},
	}
}

func with[T any](v T, change func(*T)) T { change(&v); return v }

func samples() []sample {
	ticket := "9f2c41d07be8a35610cc4e8e0fb1d2a7"
	claim := ClaimPage{
		ID: "c1", Side: "receiver", State: "promised", OfferHref: "/offers/1", Title: "Two kitchen chairs", Language: "en", Category: "furniture",
		Other: "Rosa", Area: "Elm Street", Quantity: 1, Ticket: ticket, HoldUntil: in(7 * day), Windows: evenings,
		CanPick: true, CanPropose: true, CanSendPlace: true, CanRelease: true, CanHandOver: true, CanNotHappen: true, CanKeepApart: true, CanWrite: true,
		Messages: []Message{
			{From: "Rosa", Text: "Hello! Friday evening would be lovely.", Language: "en", At: in(-2 * time.Hour)},
			{Mine: true, Text: "Good, I will bring a cart.", Language: "en", At: in(-time.Hour)},
		},
		Rounds: []Round{{1, "/offers/1/draw?round=1"}},
	}
	oak := Neighbour{ID: "n1", Name: "Oak Row Collective", Host: "oakrow.example", Href: "https://oakrow.example/", About: "We share a courtyard and a cargo bike.", State: "friends", LastHeard: in(-time.Hour), FriendsSee: true, WeSee: true, CanPart: true}
	oakAlone := NeighbourPage{Of: oak, Sends: []Option{{"offers", "Offers", true}}, Shows: []Option{{"offers", "Offers", false}}}
	setup := SetupPage{Key: "k", QuietFrom: "21:00", QuietTo: "08:00", Language: "en", Languages: languages(), Joining: "invite", Zones: []string{"Europe/Berlin", "Asia/Amman"}}
	give := GivePage{Category: "", Quantity: "1", MaxPerClaim: "1", Audience: "friends", Choose: "draw", Language: "en", Languages: languages()}
	return []sample{
		{"welcome", WelcomePage{About: "Two streets and a park. We have given, lent and mended since 2019.", Area: "Elm Street and the park", Handle: "collective@elm.example", Things: cards[:4], Neighbours: []Link{{"Oak Row Collective", "https://oakrow.example/"}}, Contact: "Thursdays at the library, six o'clock", Open: true}, true},
		{"welcome-empty", WelcomePage{}, true},
		{"today", TodayPage{CanGive: true, Things: cards[:4], Cards: []TodayCard{
			{Kind: TodayFeed, Href: "/settings#feed"},
			{Kind: TodayPromised, Href: "/claims/c1", Title: "Two kitchen chairs", When: in(7 * day), Photo: chairs},
			{Kind: TodayChoose, Href: "/offers/1/choose", Title: "Cordless drill"},
			{Kind: TodayAgreed, Href: "/claims/c2", Title: "Large pot", Who: "Maya", When: in(33 * time.Hour)},
		}}, false},
		{"today-empty", TodayPage{CanGive: true}, false},
		{"today-every-card", TodayPage{Cards: everyCard()[:7]}, false},
		{"today-other-cards", TodayPage{Cards: everyCard()[7:14]}, false},
		{"today-last-cards", TodayPage{Cards: everyCard()[14:21]}, false},
		{"today-rarest-cards", TodayPage{Cards: everyCard()[21:]}, false},
		{"error-404", ErrorPage{Status: 404}, true},
		{"error-409", ErrorPage{Status: 409, Next: Link{"See how it stands now", "/offers/1"}}, false},
		{"error-418", ErrorPage{Status: 418}, true},
		{"error-500", ErrorPage{Status: 500, RequestID: "7d1e0c"}, true},
		{"error-507", ErrorPage{Status: 507}, true},
		{"setup", setup, true},
		{"setup-refused", with(setup, func(p *SetupPage) {
			p.Name, p.Area = "Elm Street Commons", "Elm Street"
			p.Problems = Problems{{"zone", "Please pick a time zone such as Europe/Berlin."}, {"passphrase", "At least ten characters, please."}}
		}), true},
		{"join", JoinPage{Invite: "abc", Kind: "member", Languages: languages()}, true},
		{"join-steward", JoinPage{Invite: "abc", Kind: "steward", Nickname: "Maya", Languages: languages(), Problems: Problems{{"nickname", "Somebody here has that nickname already."}}}, true},
		{"sign-in", SignInPage{Next: "/offers/1"}, true},
		{"sign-in-refused", SignInPage{Nickname: "Rosa", Problems: Problems{{"", "Nickname and passphrase do not go together."}}}, true},
		{"sign-in-unsent", SignInPage{Unsent: &Unsent{Fields: []HiddenField{{"unsent_at", "/offers"}, {"unsent.title", "A \"big\" pot"}}, PhotoLost: true}}, true},
		{"recover", RecoverPage{}, true},
		{"recover-link", RecoverPage{Key: "k", Nickname: "Rosa"}, true},
		{"recovery-words", RecoveryWordsPage{Nickname: "Rosa", Words: []string{"maple", "teapot", "harbour", "violet", "anchor", "crumb"}, Next: "/today"}, false},
		{"recovery-words-setup", RecoveryWordsPage{Nickname: "Rosa", Words: []string{"maple", "teapot"}, Next: "/today", BackupKey: "AGE-SECRET-KEY-1" + strings.Repeat("Q", 58)}, false},
		{"us", UsPage{About: "Two streets and a park.", Area: "Elm Street", Handle: "collective@elm.example", Stewards: []Steward{{"Rosa", in(80 * day), true}, {"Maya", in(20 * day), false}}, Written: []Note{{in(-day), "An invite was made on the command line."}}}, false},
		{"settings", SettingsPage{Nickname: "Rosa", Language: "en", Languages: languages(), FeedURL: "https://elm.example/feed/3f1b0a6f5cb0b1f0cfb31fdcaf2a54a1.atom", CalendarURL: "https://elm.example/feed/3f1b0a6f5cb0b1f0cfb31fdcaf2a54a1.ics",
			Sessions: []Session{{"s1", "", in(-9 * day), true}, {"s2", "Kitchen tablet", in(-30 * day), false}}, Tokens: []Token{{"t1", "Notice board", []string{"things:read", "claims"}, in(30 * day)}}, FreshToken: "mp_9f2c41d07be8a356",
			TokenScopes: []Option{{"things:read", "see things", true}, {"claims", "ask for things and agree on times", false}}}, false},
		{"settings-restored", SettingsPage{Nickname: "Rosa", Languages: languages(), RestoredOn: in(-day)}, false},
		{"settings-first", SettingsPage{Nickname: "Rosa", Languages: languages(), RecoveredOn: in(-day), Problems: Problems{{"sure", "Please tick the box if you are sure."}}}, false},
		{"invites", InvitesPage{Uses: "1", Days: "14", Kind: "member", Steward: true, Fresh: "https://elm.example/join?invite=9f2c41d07be8a356", Invites: []Invite{{"i1", "steward", 1, in(13 * day), "Rosa"}, {"i2", "member", 5, in(3 * day), "Maya"}}}, false},
		{"invites-none", InvitesPage{Uses: "0", Days: "14", RestoredOn: in(-day), Problems: Problems{{"uses", "Between 1 and 50, please."}}}, false},
		{"stewards", StewardsPage{Until: in(80 * day), Stewards: []Steward{{"Rosa", in(80 * day), true}}, RecoverLink: "https://elm.example/recover?key=9f2c", RecoverFor: "Maya", Suggestions: []Suggestion{*suggested("ask", false), *suggested("accept", true), *suggested("part", false)}, Hidden: []HiddenThing{{"Old fridge", "/offers/9", "The seal is broken; please say so.", in(5 * day)}},
			Letters: []Letter{{ID: "l0", Kind: "wish", From: "@nina@toot.example", Host: "toot.example", Text: "I'd like this", About: Link{"Two kitchen chairs", "/offers/1"}, At: in(-time.Hour), CanLetIn: true}, {ID: "l1", Kind: "voice", CanLetIn: true, From: "@ana@social.example", Text: "Is the chair still there? I could come on Friday.", Language: "en", About: Link{"Two kitchen chairs", "/offers/1"}, At: in(-time.Hour)}, {ID: "l4", Kind: "report", From: "Elm Street Commons", Text: "This is an advertisement.", At: in(-day), CanPassOn: true}, {ID: "l5", Kind: "move", From: "Oak Row", Text: "https://oak.example/ap/collective", At: in(-day), MovedTo: "/neighbours?address=https%3A%2F%2Foak.example%2Fap%2Fcollective"}, {ID: "l3", Kind: "voice", From: "@cy@social.example", Text: "What a chair.", At: in(-day), Read: true, Shown: true}, {ID: "l2", Kind: "word", From: "@bo@social.example", Text: "مرحبًا بكم", Language: "ar", At: in(-day), Read: true}}}, false},
		{"stewards-quiet", StewardsPage{Until: in(80 * day), Collective: &CollectiveForm{Name: "Elm Street Commons", About: "Two streets and a park.", Area: "Elm Street", Language: "en", Zone: "Europe/Berlin", QuietFrom: "21:00", QuietTo: "08:00", Joining: "invite", Voices: "held", Languages: languages(), Problems: Problems{{"area", "A short word is enough."}}}}, false},
		{"things", ThingsPage{Items: cards, Neighbours: []Option{{"oakrow.example", "Oak Row", false}, {"mill.example", "Mill Lane Collective", false}}, Next: "abc", CanGive: true}, false},
		{"things-filtered", ThingsPage{Query: "chair", Category: "furniture", From: "home", Items: cards[:1], CanGive: true, Plain: true}, false},
		{"things-none", ThingsPage{Query: "unicorn", CanGive: true}, false},
		{"things-empty", ThingsPage{}, true},
		{"give", with(give, func(p *GivePage) { p.AlsoShownAt, p.OnlyNeighbours = []string{"Oak Row", "Mill Lane"}, true }), false},
		{"give-refused", with(give, func(p *GivePage) {
			p.Description, p.Photos, p.Quantity = "Sturdy.", []Photo{chairs}, "0"
			p.Windows = []WindowRow{{"2026-11-27", "20:00", "18:00"}, {}, {"2026-11-28", "10:00", "12:00"}}
			p.Problems = Problems{{"title", "Please say what it is."}, {"quantity", "Between 1 and 999, please."}, {"windows", "A time ends before it begins."}, {"photos", "That photo is damaged. Please take another one."}}
		}), false},
		{"give-edit", with(give, func(p *GivePage) {
			p.ID, p.Published, p.Title, p.Photos = "1", true, "Two kitchen chairs", []Photo{chairs}
		}), false},
		{"offer", with(offer("gathering"), func(p *OfferPage) { p.Ask, p.Photos = &AskForm{Most: 1}, []Photo{chairs} }), false},
		{"offer-several", with(offer("gathering"), func(p *OfferPage) {
			p.Quantity, p.Left, p.MaxPerClaim, p.GoesOffToday = 10, 7, 2, true
			p.Ask = &AskForm{Most: 2, Quantity: "3", Note: "For the school.", Problems: Problems{{"quantity", "Between 1 and 2, please."}}}
		}), false},
		{"offer-mine", with(offer("gathering"), func(p *OfferPage) { p.Mine = &MyClaim{"c1", "gathering", ticket, true} }), false},
		{"offer-choosing", with(offer("choosing"), func(p *OfferPage) { p.Choose, p.Mine = "giver", &MyClaim{"c1", "waiting", "", true} }), false},
		{"offer-open", with(offer("open"), func(p *OfferPage) { p.Ask = &AskForm{Most: 1, OthersFirst: true} }), false},
		{"offer-promised", with(offer("promised"), func(p *OfferPage) { p.Rounds = []Round{{1, "/offers/1/draw?round=1"}} }), false},
		{"offer-gone", offer("gone"), false},
		{"offer-voices", with(offer("gathering"), func(p *OfferPage) {
			p.Audience, p.Report = "anyone", &ReportForm{Problems: Problems{{"words", "Please use at most 500 characters."}}}
			p.Voices = []Voice{{"l1", "@ana@social.example", "social.example", "Is the chair still there?\nI could come on Friday.", "en", in(-time.Hour), true, true}, {"l2", "@bo@social.example", "social.example", "كرسي جميل", "ar", in(-day), false, false}}
		}), false},
		{"offer-public", with(offer("gathering"), func(p *OfferPage) {
			p.Giver, p.Why = "", "Members can ask for this. Sign in, or ask a member for an invite."
		}), true},
		{"offer-mirror", with(offer("gathering"), func(p *OfferPage) {
			p.Collective, p.Giver = "Oak Row Collective", ""
			p.Home = &Home{"Oak Row Collective", "https://oakrow.example/offers/1", false, in(6 * day), in(-2 * day)}
			p.Ask = &AskForm{Most: 1}
		}), false},
		{"offer-there", there("gift", "Spade", "tools"), false},
		{"offer-there-asked", with(there("gift", "Spade", "tools"), func(p *OfferPage) { p.Mine = &MyClaim{"c1", "waiting", ticket, true} }), false},
		{"offer-priced", there("priced", "Sofa", "furniture"), false},
		{"offer-loan", there("loan", "Cement mixer", "tools"), false},
		{"offer-wanted", there("wanted", "Kettle", "kitchen"), false},
		{"offer-help-wanted", there("help_wanted", "Carry a washing machine", "other"), false},
		{"offer-help-offered", there("help_offered", "Sharpening of knives", "other"), false},
		{"offer-giver", with(offer("gathering"), func(p *OfferPage) {
			p.Place, p.AlsoShownAt = "Elm Street 7, ground floor", []string{"Oak Row Collective", "Mill Lane"}
			p.Tools = &GiverTools{Edit: true, Rest: true, Withdraw: true, Lengthen: true}
		}), false},
		{"offer-giver-choosing", with(offer("choosing"), func(p *OfferPage) { p.Tools = &GiverTools{Choose: true, Rest: true, Withdraw: true} }), false},
		{"offer-giver-promised", with(offer("all_promised"), func(p *OfferPage) {
			p.Tools = &GiverTools{Withdraw: true, Promises: []ClaimLink{{"c1", "Maya", "", "promised"}, {"c2", "", "Oak Row", "promised"}}}
		}), false},
		{"offer-draft", with(offer("draft"), func(p *OfferPage) {
			p.Published, p.Tools = time.Time{}, &GiverTools{Publish: true, Edit: true, Withdraw: true}
		}), false},
		{"offer-hidden", with(offer("withdrawn"), func(p *OfferPage) { p.Hid = &Hidden{"The seal is broken; please say so.", in(5 * day), true} }), false},
		{"offer-moved", with(offer("withdrawn"), func(p *OfferPage) { p.MovedTo = "/offers/2" }), false},
		{"offer-resting", offer("resting"), false},
		{"offer-giver-drawn-out", with(offer("resting"), func(p *OfferPage) {
			p.Tools = &GiverTools{Relist: true, Edit: true, Withdraw: true, Promises: []ClaimLink{{"c1", "Maya", "", "promised"}}}
		}), false},
		{"offer-expired", offer("expired"), false},
		{"offer-steward", with(offer("gathering"), func(p *OfferPage) { p.Hide = &HideForm{Problems: Problems{{"words", "Please say why."}}} }), false},
		{"choose", ChoosePage{ID: "1", Title: "Two kitchen chairs", Left: 2, Quantity: 2, Choose: "giver", Asks: []Ask{
			{ClaimID: "c1", Name: "Maya", Area: "Elm Street", Note: "We have just moved in and sit on boxes.", Quantity: 2, Windows: evenings},
			{ClaimID: "c2", From: "Oak Row", Quantity: 1, OthersFirst: true},
			{ClaimID: "c3", Name: "سلمى", Area: "المتنزه", Note: "أحتاجها لغرفة الأولاد.", Quantity: 1},
		}, Problems: Problems{{"claim", "Please choose somebody, or let it be drawn."}}}, false},
		{"draw", DrawPage{Back: "/offers/1", Title: "Two kitchen chairs", Round: 2, Commit: offer("").DrawCommit, Secrets: []string{offer("").DrawCommit, offer("").DrawCommit}, Left: 1, Sheet: "/offers/1/draw?format=json",
			Tickets: []Ticket{{1, ticket, 2, false, false, false}, {2, ticket, 1, false, true, true}, {3, ticket, 1, true, false, false}}, Rounds: []Round{{1, "/offers/1/draw?round=1"}}}, false},
		{"draw-wrong", DrawPage{Back: "/claims/1", Title: "Two kitchen chairs", Round: 1, Left: 1, Wrong: "The first secret does not match the seal."}, false},
		{"claim", claim, false},
		{"claim-agreed", with(claim, func(p *ClaimPage) {
			p.Picked, p.CanPick, p.Place, p.Contact, p.PurgeOn, p.PlaceSent = &evenings[0], false, "Elm Street 7, ground floor", "ring at the blue door", in(10*day), true
		}), false},
		{"claim-giver", with(claim, func(p *ClaimPage) {
			p.Side, p.Other, p.OtherFrom, p.CanPick, p.Proposed, p.MyPlace = "giver", "", "Oak Row", true, &evenings[1], "Elm Street 7"
			p.Note, p.Quantity = "For the school.", 2
			p.Problems = Problems{{"window", "That time is not among those offered."}, {"place", "Please say where it is."}, {"text", "Please write something."}}
		}), false},
		{"claim-proposing", with(claim, func(p *ClaimPage) {
			p.Proposed, p.ByMe, p.ProposeRow = &evenings[1], true, WindowRow{"2026-11-29", "10:00", "09:00"}
			p.Problems = Problems{{"windows", "A time ends before it begins."}}
		}), false},
		{"claim-gathering", ClaimPage{ID: "c1", Side: "receiver", State: "gathering", OfferHref: "/offers/1", Title: "Two kitchen chairs", Category: "furniture", Ticket: ticket, Note: "We sit on boxes.", GatherUntil: in(81 * time.Hour), CanWithdraw: true}, false},
		{"claim-waiting", ClaimPage{ID: "c1", State: "waiting", OfferHref: "/offers/1", Title: "Pot", CanWithdraw: true}, false},
		{"claim-queued", ClaimPage{ID: "c1", State: "queued", OfferHref: "/offers/1", Title: "Pot", Home: "Oak Row", CanWithdraw: true}, false},
		{"claim-on-its-way", ClaimPage{ID: "c1", State: "on_its_way", OfferHref: "/offers/1", Title: "Pot", Home: "Oak Row", CanWithdraw: true}, false},
		{"claim-silent", ClaimPage{ID: "c1", State: "silent", OfferHref: "/offers/1", Title: "Pot", Home: "Oak Row", HomeContact: "Thursdays at the library", CanWithdraw: true}, false},
		{"claim-done", ClaimPage{ID: "c1", State: "done", OfferHref: "/offers/1", Title: "Pot"}, false},
		{"claim-refused", ClaimPage{ID: "c1", State: "refused", OfferHref: "/offers/1", Title: "Pot"}, false},
		{"claim-released", ClaimPage{ID: "c1", State: "released", OfferHref: "/offers/1", Title: "Pot"}, false},
		{"claim-giver-done", ClaimPage{ID: "c1", Side: "giver", State: "done", OfferHref: "/offers/1", Title: "Pot", Other: "Maya"}, false},
		{"claims", ClaimsPage{
			Promised: []ClaimCard{{Href: "/claims/c1", Title: "Two kitchen chairs", Category: "furniture", State: "promised", Giving: true, Until: in(82 * time.Hour)}},
			Waiting:  []ClaimCard{{Href: "/claims/c2", Title: "Large pot with lid", Category: "kitchen", State: "gathering", Home: "Oak Row", Until: in(50 * time.Hour)}, {Href: "/claims/c3", Title: "Books", Category: "books", State: "on_its_way", Home: "Oak Row"}},
			Past:     []ClaimCard{{Href: "/claims/c4", Title: "Radio", Category: "electronics", State: "done"}},
		}, false},
		{"claims-none", ClaimsPage{}, false},
		{"shut-out", ShutOutPage{Rows: []ShutOut{{Subject: "bad.example", Severity: "block", Reason: "They print our photos.", Since: in(-100 * day), Review: in(-day), Due: true}}}, false},
		{"shut-out-steward", ShutOutPage{Steward: true, Severity: "block", Rows: []ShutOut{{Subject: "https://odd.example/users/eve", Severity: "limit", Since: in(-day), Review: in(80 * day), CanAct: true}}, List: "bad.example", Looked: true,
			Changes: []ShutOutChange{{Subject: "bad.example", Severity: "block", Reason: "spam", Stricter: true}, {Subject: "oakrow.example", Severity: "block", Neighbour: true}}}, false},
		{"shut-out-two", ShutOutPage{Steward: true, Two: true, Severity: "block", Rows: []ShutOut{
			{Subject: "bad.example", Severity: "block", Since: in(-day), Review: in(13 * day), CanAct: true, OfOne: true, Mine: true},
			{Subject: "worse.example", Severity: "block", Since: in(-day), Review: in(13 * day), CanAct: true, OfOne: true},
		}}, false},
		{"shut-out-none", ShutOutPage{Steward: true, Looked: true, Severity: "block", Problems: Problems{{"subject", "Please give an address."}}}, false},
		{"neighbour", oakAlone, false},
		{"neighbour-silent", with(oakAlone, func(p *NeighbourPage) {
			p.Steward, p.WaitsSince, p.Next, p.AwaitedSince = true, in(-50*time.Hour), in(time.Hour), in(-30*time.Hour)
			p.Of.Trouble = "Not heard since Tuesday."
		}), false},
		{"neighbour-suggested", with(oakAlone, func(p *NeighbourPage) { p.Of.Suggestion = suggested("part", false) }), false},
		{"neighbour-forgot-us", with(oakAlone, func(p *NeighbourPage) {
			p.Of.Trouble = "They no longer have us as a neighbour, since Tuesday, 24 November. We have asked again: perhaps somebody there has to say yes."
		}), false},
		{"neighbours", NeighboursPage{Steward: true, Stewards: "one", Friends: []Neighbour{oak, with(oak, func(n *Neighbour) {
			n.ID, n.Name, n.Trouble, n.WeSee = "n2", "Mill Lane", "Their clock is 40 minutes behind.", false
		})},
			Asking:   []Neighbour{{ID: "n3", Name: "Harbour House", Host: "harbour.example", State: "asked_us", CanAccept: true, CanPart: true}, {ID: "n4", Name: "Hill", Host: "hill.example", State: "we_asked", CanPart: true}},
			Followed: []Neighbour{{ID: "n6", Name: "Flea market at the mill", Host: "fleas.example", State: "followed", LastHeard: in(-day), CanPart: true}},
			Parted:   []Neighbour{{ID: "n5", Name: "Old Mill", Host: "oldmill.example", State: "parted", LastHeard: in(-20 * day)}}}, false},
		{"neighbours-two", NeighboursPage{Steward: true, Stewards: "two", Two: true,
			Friends: []Neighbour{with(oak, func(n *Neighbour) { n.Two = true }), with(oak, func(n *Neighbour) { n.ID, n.CanPart, n.Suggestion = "n2", false, suggested("part", false) }), with(oak, func(n *Neighbour) { n.ID, n.CanPart, n.Suggestion = "n6", false, suggested("part", true) })},
			Asking: []Neighbour{
				{ID: "n3", Name: "Harbour House", Host: "harbour.example", State: "asked_us", CanAccept: true, CanPart: true, Two: true},
				{ID: "n4", Name: "Hill", Host: "hill.example", State: "asked_us", CanPart: true, Two: true, Suggestion: suggested("accept", false)},
				{ID: "n7", Name: "Dale", Host: "dale.example", State: "asked_us", CanPart: true, Two: true, Suggestion: suggested("accept", true)},
				{ID: "n5", Name: "Lake", Host: "lake.example", State: "suggested", Two: true, Ours: true, Suggestion: suggested("ask", false)},
				{ID: "n8", Name: "Marsh", Host: "marsh.example", State: "suggested", Two: true, Suggestion: suggested("ask", true)},
			}}, false},
		{"neighbours-alone", NeighboursPage{Steward: true, Stewards: "one", Asking: []Neighbour{{ID: "n3", Name: "Lake", Host: "lake.example", State: "suggested", Suggestion: with(suggested("ask", true), func(s **Suggestion) {
			(*s).Alone, (*s).CanAgree = true, true
		})}}}, false},
		{"neighbours-preview-two", NeighboursPage{Steward: true, Stewards: "two", Two: true, Address: "oakrow.example", Preview: &NeighbourPreview{Address: "oakrow.example", Name: "Oak Row Collective", Host: "oakrow.example"}}, false},
		{"neighbours-preview", NeighboursPage{Steward: true, Stewards: "one", Address: "oakrow.example", Preview: &NeighbourPreview{Address: "oakrow.example", Name: "Oak Row Collective", Host: "oakrow.example", About: "We share a courtyard.", Ours: true}}, false},
		{"neighbours-preview-other", NeighboursPage{Steward: true, Stewards: "one", Address: "fleas.example", Preview: &NeighbourPreview{Address: "https://fleas.example/users/ida", Name: "Flea market at the mill", Host: "fleas.example"}}, false},
		{"neighbours-first", NeighboursPage{Steward: true, Stewards: "one", Address: "x", Problems: Problems{{"address", "That is not an address we can use."}}}, false},
		{"neighbours-member", NeighboursPage{Stewards: "none", Friends: []Neighbour{oak}}, false},
		{"queue", QueuePage{Steward: true, Health: []string{"The node cannot write just now."}, Peers: []WaitingPeer{{Name: "Oak Row Collective", Host: "oakrow.example", Since: in(-3 * day), LastHeard: in(-3 * day), Next: in(time.Hour), Trouble: "Their node cannot be reached.",
			Items: []QueueItem{{"q1", "How a thing stands now", in(-3 * day), "", true, true}, {"q2", "A wish for a thing", in(-time.Hour), "", false, false}}}},
			Parked: []QueueItem{{"q3", "Something else", in(-day), "This could not be understood.", true, true}}}, false},
		{"queue-empty", QueuePage{}, false},
		{"keeping", KeepingPage{Rows: everyKept()}, true},
		{"keeping-members", KeepingPage{Rows: everyKept(), Safe: &Safe{BackedUp: in(-day), Checked: in(-2 * day), Well: true, Restored: in(-9 * day), From: in(-10 * day), Rehearsed: in(-3 * day), RehearsedOf: in(-4 * day)}}, false},
		{"keeping-late", KeepingPage{Rows: everyKept(), Safe: &Safe{Late: true, BackedUp: in(-5 * day)}}, false},
		{"keeping-never", KeepingPage{Rows: everyKept(), Safe: &Safe{}}, false},
	}
}

func suggested(act string, mine bool) *Suggestion {
	return &Suggestion{Act: act, Who: "Maya", Mine: mine, Until: in(13 * day), CanAgree: !mine, CanSetAside: true, Of: Link{"Oak Row Collective", "/neighbours#n1"}}
}

func everyCard() []TodayCard {
	var all []TodayCard
	for _, kind := range todayKinds() {
		all = append(all, TodayCard{Kind: kind, Href: "/today", Title: "Two kitchen chairs", Who: "Maya", When: in(day)})
	}
	return all
}

func everyKept() []Kept {
	var all []Kept
	for i, kind := range keptKinds() {
		all = append(all, Kept{What: kind, Days: i * 7 % 31})
	}
	return append(all, Kept{What: "yours", Here: true}, Kept{What: "logs"})
}
