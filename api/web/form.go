package web

import (
	"fmt"
	"strconv"
)

// Problem is a sentence beside a field of a refused form. A problem with the
// form as a whole has no field.
type Problem struct {
	Field    string // the field's JSON name
	Sentence string
}

// Problems are listed above the form in this order and again beside their
// fields.
type Problems []Problem

// On is the sentence beside one field, or "".
func (p Problems) On(field string) string {
	for _, problem := range p {
		if problem.Field == field {
			return problem.Sentence
		}
	}
	return ""
}

// In tells whether any of the fields has a problem, so that the fold they are
// in is open.
func (p Problems) In(fields ...string) bool {
	for _, field := range fields {
		if p.On(field) != "" {
			return true
		}
	}
	return false
}

// Photo is a picture to show, or one that was kept while its form was refused.
type Photo struct {
	ID    string // media id; the hidden field "photos" of a form
	URL   string
	Thumb string // the small picture for lists; URL when empty
	Alt   string // what it shows, in words; empty says so honestly
}

// Small is the picture for lists.
func (p Photo) Small() string {
	if p.Thumb != "" {
		return p.Thumb
	}
	return p.URL
}

// Option is one answer of a choice.
type Option struct {
	Value  string
	Label  string
	Chosen bool
}

// Field is one labelled input, made by the template function field:
//
//	{{template "parts/input" (field "give.title" .Title .Problems "max" 80 "required" true)}}
//
// The key's last part is the input's name, and its words are the sentences
// "<key>.label" and, where there is one, "<key>.hint".
type Field struct {
	Name, ID                 string
	Label, Hint, Problem     string
	Value                    string
	Type, Autocomplete, Mode string
	Min, Max                 string // of a number, or of the text's length
	List                     string // id of a datalist
	Rows                     int
	Required, Ticked         bool
	Options                  []Option
}

// Describedby is the value of aria-describedby, or "".
func (f Field) Describedby() string {
	switch {
	case f.Hint != "" && f.Problem != "":
		return f.ID + "-problem " + f.ID + "-hint"
	case f.Problem != "":
		return f.ID + "-problem"
	case f.Hint != "":
		return f.ID + "-hint"
	}
	return ""
}

// field makes a Field. value is a string, a bool for a tick, or an int.
// The pairs set what differs: "type", "autocomplete", "mode", "min", "max",
// "list", "rows", "required", "id" (where two forms share a name), "words"
// (a group of words.go as options) and "options".
func (l Locale) field(key string, value any, problems Problems, pairs ...any) (Field, error) {
	set, err := paired(pairs)
	if err != nil {
		return Field{}, fmt.Errorf("field %q: %w", key, err)
	}
	name := key[lastDot(key)+1:]
	f := Field{Name: name, ID: "f-" + name, Problem: problems.On(name), Type: "text"}
	if f.Label, err = l.t(key + ".label"); err != nil {
		return Field{}, err
	}
	if l.knows(key + ".hint") {
		f.Hint = l.say(key+".hint", nil)
	}
	switch v := value.(type) {
	case bool:
		f.Ticked = v
	case int:
		f.Value = strconv.Itoa(v)
	case string:
		f.Value = v
	default:
		return Field{}, fmt.Errorf("field %q holds a %T", key, value)
	}
	for setting, v := range set {
		if err := l.apply(&f, setting, v); err != nil {
			return Field{}, fmt.Errorf("field %q: %w", key, err)
		}
	}
	return f, nil
}

func (l Locale) apply(f *Field, setting string, v any) error {
	switch setting {
	case "id":
		f.ID = fmt.Sprint("f-", v)
	case "type":
		f.Type = fmt.Sprint(v)
	case "autocomplete":
		f.Autocomplete = fmt.Sprint(v)
	case "mode":
		f.Mode = fmt.Sprint(v)
	case "min":
		f.Min = fmt.Sprint(v)
	case "max":
		f.Max = fmt.Sprint(v)
	case "list":
		f.List = fmt.Sprint(v)
	case "rows":
		f.Rows, _ = v.(int)
	case "required":
		f.Required, _ = v.(bool)
	case "words":
		group := fmt.Sprint(v)
		for _, word := range l.all.groups[group] {
			f.Options = append(f.Options, Option{word, l.Word(group, word), word == f.Value})
		}
	case "options":
		f.Options, _ = v.([]Option)
	default:
		return fmt.Errorf("no setting %q", setting)
	}
	return nil
}

func lastDot(s string) int {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] == '.' {
			return i
		}
	}
	return -1
}

// WindowRow is one pick-up window as typed: a date and two clock times. The
// inputs are named windows_date, windows_from and windows_to, one of each for
// every row, empty rows included (product A5: up to six).
type WindowRow struct{ Date, From, To string }

// maxWindows is how many rows a form offers (product A5).
const maxWindows = 6

// WindowRows is the dot of the windows part.
type WindowRows struct {
	Field
	First, More []NumberedRow // the first two are always to be seen
	Open        bool          // whether the rest is unfolded
}

// NumberedRow gives a row's inputs their ids.
type NumberedRow struct {
	ID string
	WindowRow
}

// windows makes the rows of a form; id tells two forms of one page apart.
func (l Locale) windows(key, id string, rows []WindowRow, problems Problems) (WindowRows, error) {
	label, err := l.t(key + ".label")
	if err != nil {
		return WindowRows{}, err
	}
	w := WindowRows{Field: Field{ID: "f-" + id, Label: label, Problem: problems.On("windows")}}
	if l.knows(key + ".hint") {
		w.Hint = l.say(key+".hint", nil)
	}
	for i := range maxWindows {
		row := NumberedRow{ID: fmt.Sprintf("%s-%d", w.ID, i+1)}
		if i < len(rows) {
			row.WindowRow = rows[i]
		}
		if i < 2 {
			w.First = append(w.First, row)
			continue
		}
		w.More = append(w.More, row)
		w.Open = w.Open || row.WindowRow != WindowRow{}
	}
	return w, nil
}
