package codec

import (
	"slices"
	"strings"
)

// The namespaces whose terms are read, each with the prefixes that peers write for it. Bonfire uses the old Valueflows one.
const (
	asNS    = "https://www.w3.org/ns/activitystreams#"
	vfNS    = "https://w3id.org/valueflows/ont/vf#"
	oldVFNS = "https://w3id.org/valueflows#"
	om2NS   = "http://www.ontology-of-units-of-measure.org/resource/om-2/"
	potsNS  = "https://w3id.org/manypots/ns#"
)

// prefixes are what may stand before a term that we write bare. Compared as strings; no context is ever fetched.
func prefixes() [9]string {
	return [...]string{"as:", "vf:", "ValueFlows:", "om2:", asNS, "http" + asNS[len("https"):], vfNS, oldVFNS, om2NS}
}

// Name is the bare name of a type, unit or other term: Note for as:Note, vf:Note and full IRIs. A pots: term keeps its prefix.
func Name(term string) string {
	if rest, ok := strings.CutPrefix(term, potsNS); ok {
		return "pots:" + rest
	}
	for _, prefix := range prefixes() {
		if rest, ok := strings.CutPrefix(term, prefix); ok && rest != "" {
			return rest
		}
	}
	return term
}

// Get is a property under whichever spelling the sender chose; name is ours ("publishes", "pots:seq"). The bare spelling wins.
// An absent property and null are both nil.
func Get(doc map[string]any, name string) any {
	if v := doc[name]; v != nil {
		return v
	}
	if rest, ok := strings.CutPrefix(name, "pots:"); ok {
		return doc[potsNS+rest]
	}
	for _, prefix := range prefixes() {
		if v := doc[prefix+name]; v != nil {
			return v
		}
	}
	return nil
}

// Types are the bare names of a document's types.
func Types(doc map[string]any) []string {
	raw := Get(doc, "type")
	if raw == nil {
		raw = doc["@type"]
	}
	names := Strings(raw)
	for i, name := range names {
		names[i] = Name(name)
	}
	return names
}

// Type is the bare name of a document's type, empty when it has none or several.
func Type(doc map[string]any) string {
	if types := Types(doc); len(types) == 1 {
		return types[0]
	}
	return ""
}

// Is reports whether a document is, among other things, of a type.
func Is(doc map[string]any, name string) bool {
	for _, t := range Types(doc) {
		if t == name {
			return true
		}
	}
	return false
}

// Action is the bare name of a Valueflows action: transferCustody also for transfer-custody and full IRIs.
func Action(v any) string {
	words := strings.Split(Name(ID(v)), "-")
	for i, word := range words[1:] {
		if word != "" {
			words[i+1] = strings.ToUpper(word[:1]) + word[1:]
		}
	}
	return strings.Join(words, "")
}

// Proposal finds what a document offers or asks for: the document itself, or an attachment of it, when that publishes an
// intent (FEP-0837, by its properties and not by its type).
func Proposal(doc map[string]any) (map[string]any, bool) {
	for _, proposal := range append([]map[string]any{doc}, Objects(Get(doc, "attachment"))...) {
		if intent, _ := Intents(proposal); intent != nil {
			return proposal, true
		}
	}
	return nil, false
}

// Intents are the one that a proposal publishes, nil where there is not exactly one, and what is wanted in return, whatever that is.
// Bonfire puts each into a ProposedIntent that says which of the two it is.
func Intents(proposal map[string]any) (published map[string]any, wanted []any) {
	wanted = slices.Clone(list(Get(proposal, "reciprocal")))
	for _, intent := range Objects(Get(proposal, "publishes")) {
		back := Bool(Get(intent, "reciprocal"))
		if inner := Object(Get(intent, "publishes")); inner != nil {
			intent = inner
		}
		switch {
		case back:
			wanted = append(wanted, intent)
		case published != nil:
			return nil, nil
		default:
			published = intent
		}
	}
	return published, wanted
}
