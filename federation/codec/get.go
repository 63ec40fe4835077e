package codec

import (
	"encoding/json"
	"maps"
	"slices"

	"golang.org/x/text/language"

	"codeberg.org/manypots/manypots/federation/iri"
)

// one unwraps arrays of one.
func one(v any) any {
	if list, ok := v.([]any); ok && len(list) == 1 {
		return list[0]
	}
	return v
}

// list makes an array of anything: nothing of null, one of a scalar.
func list(v any) []any {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		return v
	}
	return []any{v}
}

// ID is the id that a value names: an IRI, an object with an id, or an array of one of these. It is as sent; iri.Canonical
// comes next.
func ID(v any) string {
	switch v := one(v).(type) {
	case string:
		return v
	case map[string]any:
		if id, ok := v["id"].(string); ok {
			return id
		}
		id, _ := v["@id"].(string)
		return id
	}
	return ""
}

// IDs are the ids that a value names, without those that are none.
func IDs(v any) []string {
	var ids []string
	for _, item := range list(v) {
		if id := ID(item); id != "" {
			ids = append(ids, id)
		}
	}
	return ids
}

// Link is the address in a property such as url, icon or image: a string, or the href or url of the first object.
func Link(v any) string {
	for _, item := range list(v) {
		switch item := item.(type) {
		case string:
			return item
		case map[string]any:
			if href := String(item["href"]); href != "" {
				return href
			}
			if href := String(item["url"]); href != "" {
				return href
			}
		}
	}
	return ""
}

// Object is an embedded object, alone or in an array of one; nil for everything else.
func Object(v any) map[string]any {
	object, _ := one(v).(map[string]any)
	return object
}

// Objects are the embedded objects of a value.
func Objects(v any) []map[string]any {
	var objects []map[string]any
	for _, item := range list(v) {
		if object, ok := item.(map[string]any); ok {
			objects = append(objects, object)
		}
	}
	return objects
}

// String is a string, alone, in an array of one, or as a JSON-LD value object; empty for everything else.
func String(v any) string {
	v = one(v)
	if object, ok := v.(map[string]any); ok {
		v = object["@value"]
	}
	s, _ := v.(string)
	return s
}

// Strings are the strings of a value.
func Strings(v any) []string {
	var all []string
	for _, item := range list(v) {
		if s, ok := item.(string); ok {
			all = append(all, s)
		}
	}
	return all
}

// Bool is true or false; absent and everything else is false.
func Bool(v any) bool {
	b, _ := one(v).(bool)
	return b
}

// Text is a property in words: itself, or from its language map the first of the languages wanted, or the map's first. It
// may be HTML, and hostile.
func Text(doc map[string]any, name string, languages ...string) string {
	if s := String(Get(doc, name)); s != "" {
		return s
	}
	byLanguage := Object(Get(doc, name+"Map"))
	for _, language := range append(languages, slices.Sorted(maps.Keys(byLanguage))...) {
		if s := String(byLanguage[language]); s != "" {
			return s
		}
	}
	return ""
}

// Language is the language of a property's words as a BCP 47 tag, where its map names exactly one.
func Language(doc map[string]any, name string) string {
	byLanguage := Object(Get(doc, name+"Map"))
	if len(byLanguage) != 1 {
		return ""
	}
	tag := slices.Collect(maps.Keys(byLanguage))[0]
	if _, err := language.Parse(tag); err != nil { // or the key is anything that somebody wrote
		return ""
	}
	return tag
}

// Seq is a whole number from 0 on, such as pots:seq.
func Seq(v any) (int64, bool) {
	number, ok := one(v).(json.Number)
	if !ok {
		return 0, false
	}
	n, err := number.Int64()
	return n, err == nil && n >= 0
}

// IsPublic reports whether an audience holds everyone; peers write it in three ways (AP 5.6).
func IsPublic(audience ...any) bool {
	for _, field := range audience {
		for _, id := range IDs(field) {
			if id == iri.Public || id == "as:Public" || id == "Public" {
				return true
			}
		}
	}
	return false
}
