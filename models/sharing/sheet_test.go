package sharing

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sort"
	"strings"
	"testing"
	"testing/iotest"

	"codeberg.org/manypots/manypots/models/fault"
)

// recheck is the second implementation: written from the words of DESIGN 4 alone, over the JSON as anybody else would read it, with an HMAC of its
// own (RFC 2104), hex strings compared as big-endian numbers and none of this package's types.
func recheck(file []byte) bool {
	var sheet struct {
		Offer, Commit            string
		Round, Left              int
		Secrets, Order, Promised []string
		Claims                   []map[string]any
	}
	if json.Unmarshal(file, &sheet) != nil || sheet.Round < 1 || sheet.Round > 64 || sheet.Left < 1 || sheet.Offer == "" {
		return false
	}
	hash := func(b []byte) []byte { sum := sha256.Sum256(b); return sum[:] }
	// The hash of s₁ was published; each secret is the hash of the next one.
	published := sheet.Commit
	for _, secret := range sheet.Secrets {
		raw, err := hex.DecodeString(secret)
		if err != nil || len(raw) != 32 || hex.EncodeToString(hash(raw)) != published || hex.EncodeToString(raw) != secret {
			return false
		}
		published = secret
	}
	if len(sheet.Secrets) != sheet.Round {
		return false
	}
	key, _ := hex.DecodeString(published)
	block := func(fill byte) []byte {
		pad := bytes.Repeat([]byte{fill}, 64)
		for i, b := range key {
			pad[i] ^= b
		}
		return pad
	}
	var lots []string
	wants := map[string]int{}
	last := ""
	for _, claim := range sheet.Claims {
		ticket, _ := claim["ticket"].(string)
		quantity, _ := claim["quantity"].(float64)
		raw, err := hex.DecodeString(ticket)
		if err != nil || len(raw) != 16 || ticket <= last || strings.ToLower(ticket) != ticket || quantity < 1 {
			return false
		}
		last, wants[ticket] = ticket, int(quantity)
		message := slices.Concat([]byte(sheet.Offer), []byte{0}, fmt.Append(nil, sheet.Round), []byte{0}, raw)
		lot := hex.EncodeToString(hash(append(block(0x5c), hash(append(block(0x36), message...))...)))
		group := "0"
		if claim["others_first"] == true {
			group = "1"
		}
		lots = append(lots, group+lot+ticket)
	}
	sort.Strings(lots)
	var order, promised []string
	left := sheet.Left
	for _, lot := range lots {
		ticket := lot[1+64:]
		order = append(order, ticket)
		if left-wants[ticket] >= 0 {
			left -= wants[ticket]
			promised = append(promised, ticket)
		}
	}
	return strings.Join(order, " ") == strings.Join(sheet.Order, " ") && strings.Join(promised, " ") == strings.Join(sheet.Promised, " ")
}

func example(t testing.TB) Sheet {
	t.Helper()
	random := luck(42)
	var claims []Entry
	for _, quantity := range []int{1, 2, 1, 4, 1} {
		claims = append(claims, Entry{Ticket: ticket(random), Quantity: quantity, OthersFirst: quantity == 2})
	}
	return drawn(t, chainOf(t, 42), 3, 3, claims...)
}

// In case both implementations here share a mistake: a round worked out with Python's hashlib and hmac.
func TestDraw_isTheOneThatOthersWorkOut(t *testing.T) {
	t.Parallel()
	chain, err := ParseChain(strings.Repeat("07", 32))
	if err != nil {
		t.Fatal(err)
	}
	var claims []Entry
	for _, b := range []string{"11", "22", "33", "44", "55", "66"} {
		claims = append(claims, Entry{Ticket: strings.Repeat(b, 16), Quantity: 1})
	}
	s, err := Draw(chain, "https://alder.example/ap/offers/1", 2, 1, claims)
	if err != nil {
		t.Fatal(err)
	}
	if want := "b3b622e05cb414b5e13894acf8f218ec596efbc1b38702a8158f1ff0921879c6"; s.Commit != want {
		t.Errorf("commitment %s, want %s", s.Commit, want)
	}
	if got, want := hex.EncodeToString(s.Secrets[1][:]), "9b09c36b0917cf53718e2bc6bdd85ddd9478e047162336e54036142dcf6648e7"; got != want {
		t.Errorf("second secret %s, want %s", got, want)
	}
	var order []string
	for _, ticket := range s.Order {
		order = append(order, ticket[:2])
	}
	if got, want := strings.Join(order, " "), "44 33 55 66 22 11"; got != want {
		t.Errorf("order %s, want %s", got, want)
	}
}

func TestSheet_showsEveryAlteration(t *testing.T) {
	t.Parallel()
	other := Secret{1, 2, 3}
	for name, c := range map[string]struct {
		alter func(*Sheet)
		want  string
	}{
		"nothing":                      {func(*Sheet) {}, ""},
		"another commitment":           {func(s *Sheet) { s.Commit = commitTo(other) }, "draw.commit"},
		"a commitment in capitals":     {func(s *Sheet) { s.Commit = strings.ToUpper(s.Commit) }, "draw.commit"},
		"another first secret":         {func(s *Sheet) { s.Secrets[0] = other }, "draw.commit"},
		"another second secret":        {func(s *Sheet) { s.Secrets[1] = other }, "draw.chain"},
		"another secret for the round": {func(s *Sheet) { s.Secrets[2] = other }, "draw.chain"},
		"a secret left out":            {func(s *Sheet) { s.Secrets = s.Secrets[:2] }, "draw.round"},
		"another round":                {func(s *Sheet) { s.Round = 2 }, "draw.round"},
		"no round":                     {func(s *Sheet) { s.Round, s.Secrets = 0, nil }, "draw.round"},
		"another offer":                {func(s *Sheet) { s.Offer += "x" }, "draw.order"},
		"no offer":                     {func(s *Sheet) { s.Offer = "" }, "draw.claims"},
		"an offer with a NUL":          {func(s *Sheet) { s.Offer += "\x00" }, "draw.claims"},
		"nothing left":                 {func(s *Sheet) { s.Left = 0 }, "draw.claims"},
		"more left":                    {func(s *Sheet) { s.Left = 100 }, "draw.promised"},
		"a ticket twice":               {func(s *Sheet) { s.Claims[1] = s.Claims[0] }, "draw.claims"},
		"claims in another order":      {func(s *Sheet) { slices.Reverse(s.Claims) }, "draw.claims"},
		"a ticket that is none":        {func(s *Sheet) { s.Claims[0].Ticket = "x" }, "draw.claims"},
		"a negative quantity":          {func(s *Sheet) { s.Claims[0].Quantity = -1 }, "draw.claims"},
		"a claim left out":             {func(s *Sheet) { s.Claims = s.Claims[1:] }, "draw.order"},
		"a claim added": {func(s *Sheet) {
			s.Claims = append(s.Claims, Entry{Ticket: strings.Repeat("f", 32), Quantity: 1})
		}, "draw.order"},
		"somebody sent behind": {func(s *Sheet) {
			i := slices.IndexFunc(s.Claims, func(e Entry) bool { return e.Ticket == s.Order[0] })
			s.Claims[i].OthersFirst = true
		}, "draw.order"},
		"two exchanged":      {func(s *Sheet) { s.Order[0], s.Order[1] = s.Order[1], s.Order[0] }, "draw.order"},
		"an order cut":       {func(s *Sheet) { s.Order = s.Order[1:] }, "draw.order"},
		"another promise":    {func(s *Sheet) { s.Promised[0] = s.Order[len(s.Order)-1] }, "draw.promised"},
		"a promise left out": {func(s *Sheet) { s.Promised = s.Promised[1:] }, "draw.promised"},
		"a promise added":    {func(s *Sheet) { s.Promised = slices.Clone(s.Order) }, "draw.promised"},
		"too large a claim": {func(s *Sheet) {
			i := slices.IndexFunc(s.Claims, func(e Entry) bool { return e.Ticket == s.Promised[0] })
			s.Claims[i].Quantity = 100
		}, "draw.promised"},
	} {
		s := example(t)
		c.alter(&s)
		err := s.Check()
		if fault.KeyOf(err) != c.want {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
		if err != nil && errors.Unwrap(err) == nil {
			t.Errorf("%s: no sentence says what is wrong", name)
		}
		if agreed := recheck(written(t, s)); agreed != (err == nil) {
			t.Errorf("%s: the second implementation says %v, Check says %v", name, agreed, err)
		}
	}
}

func TestSheet_isReadBackAsItWasWritten(t *testing.T) {
	t.Parallel()
	file := written(t, example(t))
	s, err := ReadSheet(bytes.NewReader(file))
	if err != nil || s.Check() != nil {
		t.Fatal(err, s.Check())
	}
	if again := written(t, s); !bytes.Equal(again, file) {
		t.Errorf("got %s, want %s", again, file)
	}
	var names map[string]any
	if err := json.Unmarshal(file, &names); err != nil {
		t.Fatal(err)
	}
	want := []string{"claims", "commit", "left", "offer", "order", "promised", "round", "secrets"} // DESIGN 4
	if got := slices.Sorted(maps.Keys(names)); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if !s.Has(s.Order[0]) || s.Has(strings.Repeat("0", 32)) {
		t.Error("Has does not know who took part")
	}
}

func TestSheet_isReadStrictly(t *testing.T) {
	t.Parallel()
	good := string(written(t, example(t)))
	for name, file := range map[string]string{
		"nothing":           "",
		"no sheet":          "[]",
		"a half":            good[:len(good)/2],
		"something behind":  good + "{}",
		"an unknown name":   strings.Replace(good, `"round"`, `"note":"x","round"`, 1),
		"a name twice":      strings.Replace(good, `"round"`, `"left":3,"round"`, 1),
		"a name in a claim": strings.Replace(good, `"others_first"`, `"quantity":1,"others_first"`, 1),
		"capitals":          strings.Replace(good, `"round"`, `"Round"`, 1),
		"a long s":          strings.Replace(good, `"secrets"`, `"ſecrets"`, 1),
		"secrets in capital": strings.Replace(good, good[strings.Index(good, `"secrets":["`)+12:][:64],
			strings.ToUpper(good[strings.Index(good, `"secrets":["`)+12:][:64]), 1),
		"a fraction":   strings.Replace(good, `"round":3`, `"round":3.5`, 1),
		"a huge round": strings.Replace(good, `"round":3`, `"round":99999999999999999999`, 1),
		"deep":         strings.Repeat("[", 100_000),
		"large":        `{"offer":"` + strings.Repeat("x", sheetBytes) + `"}`,
	} {
		if _, err := ReadSheet(strings.NewReader(file)); fault.KeyOf(err) != "draw.unreadable" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := ReadSheet(iotest.ErrReader(errors.New("disk"))); err == nil || fault.KindOf(err) != fault.Internal {
		t.Errorf("a broken disk: %v", err)
	}
}

func FuzzSheet(f *testing.F) {
	f.Add(written(f, example(f)))
	f.Add(written(f, drawn(f, chainOf(f, 1), 1, 1)))
	f.Add([]byte(`{"offer":null,"round":1,"secrets":[null],"claims":[null],"order":[null]}`))
	f.Fuzz(func(t *testing.T, file []byte) {
		s, err := ReadSheet(bytes.NewReader(file))
		if err != nil {
			return
		}
		sound := s.Check() == nil
		again := written(t, s)
		if recheck(again) != sound {
			t.Errorf("the two implementations disagree: Check says %v about %s", s.Check(), again)
		}
		second, err := ReadSheet(bytes.NewReader(again))
		if err != nil || (second.Check() == nil) != sound {
			t.Errorf("written and read again: %v, %v", err, second.Check())
		}
	})
}
