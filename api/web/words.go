package web

import "slices"

// wordGroups are the closed vocabularies that pages put into words. Each value
// has the sentence "<group>.<value>", and each group "<group>.unknown" for
// what a neighbour's newer software may say.
func wordGroups() map[string][]string {
	return map[string][]string{
		"category":       Categories(),
		"condition":      Conditions(),
		"audience":       Audiences(),
		"offer.audience": {"members", "friends", "anyone"}, // who a thing can be for; the others are for later districts
		"choose.by":      {"draw", "giver"},
		"offer.state": {
			"draft", "gathering", "choosing", "open", "promised", "all_promised", "resting", "gone", "withdrawn", "expired",
		},
		"claim.state": {
			"queued", "on_its_way", "silent", "gathering", "waiting", "promised", "handed_over", "done",
			"released", "lapsed", "did_not_happen", "refused", "revoked",
		},
		"neighbour.state": {"asked_us", "we_asked", "friends", "followed", "parted", "blocked", "suggested"},
		"suggestion":      acts(),
		"decides":         {"none", "one", "two"}, // how many stewards there are, as far as it matters
		"thing.kind":      Kinds(),
		"offer.there":     Kinds(),
		"flow":            {"offers"},
		"severity":        {"limit", "block"},
		"invite.as":       {"member", "steward"},
		"joining":         {"invite", "open"},
		"letter.kind":     {"word", "voice", "wish", "report", "move"},
		"voices":          {"held", "shown"},
		"seen.by":         {"anyone", "neighbours"},
		"scope":           Scopes(),
		"today":           todayKinds(),
		"kept":            keptKinds(),
	}
}

// acts are what two stewards decide together: suggestion.<act>, its ".mine" for whoever suggests it, and its ".of" with the name.
func acts() []string { return []string{"ask", "accept", "part"} }

// Categories are the kinds of things, in the order they are shown.
func Categories() []string {
	return []string{"furniture", "kitchen", "clothes", "children", "books", "tools", "garden", "food", "electronics", "other"}
}

// Conditions are the four words for a thing's condition (product A3).
func Conditions() []string { return []string{"new", "good", "worn", "needs_repair"} }

// Kinds are what a thing can be; a neighbour's may be no gift.
func Kinds() []string {
	return []string{"gift", "priced", "loan", "wanted", "help_wanted", "help_offered"}
}

// Audiences are who may see something, from the narrowest (product 6).
func Audiences() []string { return []string{"involved", "circle", "members", "friends", "anyone"} }

// Scopes are what an API token may do.
func Scopes() []string {
	return []string{"things:read", "things:write", "claims", "neighbours:read", "neighbours:write", "people"}
}

// Word is the reader's word for a value of a closed vocabulary.
func (l Locale) Word(group, value string) string {
	if slices.Contains(l.all.groups[group], value) {
		return l.say(group+"."+value, nil)
	}
	return l.say(group+".unknown", nil)
}
