package api

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/media"
)

// One input struct serves a form and a document: the json tag of a field is its name in both (DESIGN 7). What is absent keeps
// the value that the struct came with, so that a change can begin with what is there.

// formMost is how many values a form may have; the longest of ours has forty.
const formMost = 200

// decode reads what was sent into the fields of in.
func (c *call) decode(in any) error {
	if c.json {
		return c.decodeDocument(in)
	}
	if err := c.readForm(); err != nil {
		return err
	}
	wrong := fill(in, c.fillFromForm)
	return fault.Fields(append(c.badPhotos, wrong...)...)
}

func (c *call) decodeDocument(in any) error {
	body, err := io.ReadAll(c.Request().Body)
	if err != nil {
		return err
	}
	c.digest = digest(body)
	given := map[string]json.RawMessage{}
	if len(body) > 0 || c.Request().Method == http.MethodPatch { // who changes something says what
		if kind, _, _ := mime.ParseMediaType(c.Request().Header.Get("Content-Type")); kind != "application/json" {
			return mediaType()
		}
		if err := json.Unmarshal(body, &given); err != nil || given == nil {
			return notUnderstood(err)
		}
	}
	wrong := fill(in, func(name string, field reflect.Value) (fault.Field, bool) {
		raw, ok := given[name]
		delete(given, name)
		if !ok {
			return fault.Field{}, true
		}
		return fillFromJSON(name, raw, field)
	})
	for name := range given {
		wrong = append(wrong, fault.Field{Name: printable(name), Key: "field.unknown"})
	}
	return fault.Fields(wrong...)
}

// fill sets each field of a struct, cleans what people wrote, and gives what is wrong.
func fill(in any, set func(name string, field reflect.Value) (fault.Field, bool)) (wrong []fault.Field) {
	v := reflect.ValueOf(in).Elem()
	for i := range v.NumField() {
		name := v.Type().Field(i).Tag.Get("json")
		if problem, ok := set(name, v.Field(i)); !ok {
			wrong = append(wrong, problem)
		} else if !clean(v.Field(i)) {
			wrong = append(wrong, fault.Field{Name: name, Key: "text.control"})
		}
	}
	return wrong
}

func fillFromJSON(name string, raw json.RawMessage, field reflect.Value) (fault.Field, bool) {
	d := json.NewDecoder(strings.NewReader(string(raw)))
	d.DisallowUnknownFields()
	if string(raw) == "null" || d.Decode(field.Addr().Interface()) != nil {
		return fault.Field{Name: name, Key: "field.unreadable"}, false
	}
	return fault.Field{}, true
}

func (c *call) fillFromForm(name string, field reflect.Value) (fault.Field, bool) {
	switch at := field.Addr().Interface().(type) {
	case *[]agreeing.Window:
		windows, ok := c.windowRows()
		*at = windows
		return fault.Field{Name: name, Key: "windows.unreadable"}, ok
	case *agreeing.Window:
		var ok bool
		*at, ok = c.oneWindow(name)
		return fault.Field{Name: name, Key: "windows.unreadable"}, ok
	}
	values := c.form[name]
	if len(values) == 0 {
		return fault.Field{}, true
	}
	value := values[len(values)-1]
	switch field.Kind() {
	case reflect.Bool:
		field.SetBool(value == "true" || value == "on" || value == "1")
	case reflect.Int:
		n, err := strconv.Atoi(strings.TrimSpace(value))
		if err != nil && strings.TrimSpace(value) != "" {
			return fault.Field{Name: name, Key: "number.unreadable"}, false
		}
		field.SetInt(int64(n))
	case reflect.Slice:
		list := reflect.MakeSlice(field.Type(), len(values), len(values))
		for i, v := range values {
			list.Index(i).SetString(v)
		}
		field.Set(list)
	default:
		field.SetString(value)
	}
	return fault.Field{}, true
}

// windowRows reads the rows of a form, in the node's zone. Rows that are empty are left out.
func (c *call) windowRows() ([]agreeing.Window, bool) {
	dates, froms, tos := c.form["windows_date"], c.form["windows_from"], c.form["windows_to"]
	if len(dates) != len(froms) || len(dates) != len(tos) {
		return nil, false
	}
	var windows []agreeing.Window
	for i := range dates {
		if dates[i]+froms[i]+tos[i] == "" {
			continue
		}
		from, err := time.ParseInLocation("2006-01-02 15:04", dates[i]+" "+froms[i], c.zone())
		to, err2 := time.ParseInLocation("2006-01-02 15:04", dates[i]+" "+tos[i], c.zone())
		if err != nil || err2 != nil {
			return nil, false
		}
		windows = append(windows, agreeing.Window{From: from.UTC(), To: to.UTC()})
	}
	return windows, true
}

// oneWindow reads a window that a page named by its interval (ISO 8601), or typed in one row.
func (c *call) oneWindow(name string) (agreeing.Window, bool) {
	if value := c.form.Get(name); value != "" {
		from, to, _ := strings.Cut(value, "/")
		f, err := time.Parse(time.RFC3339, from)
		t, err2 := time.Parse(time.RFC3339, to)
		return agreeing.Window{From: f, To: t}, err == nil && err2 == nil
	}
	windows, ok := c.windowRows()
	if !ok || len(windows) == 0 {
		return agreeing.Window{}, false
	}
	return windows[0], true
}

func windowID(w agreeing.Window) string {
	return w.From.UTC().Format(time.RFC3339) + "/" + w.To.UTC().Format(time.RFC3339)
}

// clean takes out of every string what could turn the direction of the page around it, and reports false for what cannot be
// shown at all (security B3, B11).
func clean(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.String:
		text, ok := cleanText(v.String())
		v.SetString(text)
		return ok
	case reflect.Slice:
		for i := range v.Len() {
			if !clean(v.Index(i)) {
				return false
			}
		}
	}
	return true
}

func cleanText(s string) (string, bool) {
	if !utf8.ValidString(s) {
		return "", false
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	ok := true
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069:
			return -1
		case unicode.IsControl(r) && r != '\n' && r != '\t':
			ok = false
		}
		return r
	}, s)
	return s, ok
}

// printable is a name of ours that somebody sent, short enough to be sent back.
func printable(name string) string {
	name, ok := cleanText(name)
	if !ok || len(name) > 40 {
		return "body"
	}
	return name
}

func digest(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// readForm reads a form. Photos in it are developed and kept as they come, because a form that is refused comes back with them;
// those of somebody who is not signed in are nobody's to keep.
func (c *call) readForm() error {
	if c.form != nil {
		return nil
	}
	c.form = url.Values{}
	kind, _, _ := mime.ParseMediaType(c.Request().Header.Get("Content-Type"))
	switch {
	case kind == "multipart/form-data" && c.route.upload:
		return c.readParts()
	case kind == "application/x-www-form-urlencoded" || c.Request().ContentLength == 0:
		if err := c.Request().ParseForm(); err != nil {
			return notUnderstood(err)
		}
		c.form = c.Request().PostForm
	default:
		return mediaType()
	}
	if len(c.form) > formMost {
		return fault.New(fault.Invalid, "request.too_large")
	}
	return nil
}

// readParts goes through a form with a photo, part by part, so that no photo lies in memory or on a disk as it came.
func (c *call) readParts() error {
	parts, err := c.Request().MultipartReader()
	if err != nil {
		return notUnderstood(err)
	}
	var fresh []string
	values, room := 0, int64(mostBody) // of all that was typed together
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return notUnderstood(err)
		}
		if values++; values > formMost {
			return fault.New(fault.Invalid, "request.too_large")
		}
		if part.FileName() == "" {
			text, err := io.ReadAll(io.LimitReader(part, room+1))
			room -= int64(len(text))
			switch {
			case err != nil:
				return notUnderstood(err)
			case room < 0:
				return fault.New(fault.Invalid, "request.too_large")
			}
			if part.Header.Get("Content-Type") != "" || part.FormName() == "photo" || part.FormName() == "image" {
				continue // a file field in which no file was chosen
			}
			c.form.Add(part.FormName(), string(text))
			continue
		}
		if c.member == nil {
			c.form.Set(photoLost, "true")
			continue
		}
		if twice, err := c.twice(); err != nil || twice {
			return err
		}
		id, _, err := c.keepPhoto(part)
		switch {
		case err == nil:
			fresh = append(fresh, string(id))
		case fault.Is(err, fault.Invalid) && strings.HasPrefix(fault.KeyOf(err), "media."):
			e, _ := fault.As(err)
			c.badPhotos = append(c.badPhotos, fault.Field{Name: "photos", Key: e.Key, Args: e.Args})
		default:
			return err
		}
	}
	if len(fresh) > 0 {
		c.form["photos"] = append(c.form["photos"], fresh...)
	}
	return nil
}

// keepPhoto develops a photo and keeps it, unattached for now. Nothing of it happens inside a transaction but the row.
func (c *call) keepPhoto(r io.Reader) (media.PhotoID, media.Picture, error) {
	if err := c.s.limits.take(photos, c.who()); err != nil {
		return "", media.Picture{}, err
	}
	image, err := c.s.Darkroom.Reencode(c.Request().Context(), r)
	if err != nil {
		return "", media.Picture{}, fmt.Errorf("develop a photo: %w", err)
	}
	id, err := c.s.Album.Put(image)
	if err != nil {
		return "", media.Picture{}, fault.New(fault.Busy, "store.unavailable").Because(err)
	}
	return id, image.Full, c.update(putDown(id, c.by(), image.Full))
}

func notUnderstood(cause error) error {
	return fault.New(fault.Invalid, "request.not_understood").Because(cause)
}

func mediaType() error { return fault.New(fault.Invalid, "request.media_type") }
