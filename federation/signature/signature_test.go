package signature_test

import (
	"crypto"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/federation/signature"
)

func TestSignature_isAcceptedAsPeersReallySign(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*letter){
		"Mastodon":                    func(*letter) {},
		"hs2019":                      func(l *letter) { l.params = `algorithm="hs2019"` },
		"RSA-SHA512":                  func(l *letter) { l.params = `algorithm="rsa-sha512"`; l.seal = sealRSA(t, crypto.SHA512) },
		"a wrong name for the key":    func(l *letter) { l.params = `algorithm="ed25519"` },
		"other order of headers":      func(l *letter) { l.covered = "digest date host (request-target)" },
		"no content-type signed":      func(l *letter) { l.covered = "(request-target) host date digest" },
		"a clock 59 minutes slow":     func(l *letter) { l.header.Set("Date", now.Add(-59*time.Minute).Format(http.TimeFormat)) },
		"a clock 59 minutes fast":     func(l *letter) { l.header.Set("Date", now.Add(59*time.Minute).Format(http.TimeFormat)) },
		"a lower-case digest name":    func(l *letter) { l.header.Set("Digest", "sha-256"+l.header.Get("Digest")[len("SHA-256"):]) },
		"a list of digests":           func(l *letter) { l.header.Set("Digest", "SHA-512=AAAA, "+l.header.Get("Digest")) },
		"our host with its port":      func(l *letter) { l.host = "Alder.example:443" },
		"a comma in a quoted value":   func(l *letter) { l.params = `algorithm="rsa-sha256",note="a, b"` },
		"a header in two lines":       func(l *letter) { l.header["Accept"] = []string{"a", "b"}; l.covered += " accept" },
		"Content-Digest alone":        contentDigestAlone,
		"created instead of the date": func(l *letter) { created(l, now.Add(-time.Minute), now.Add(4*time.Minute)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := aPost(t)
			change(l)
			if err := verify(l.signed(), body); err != nil {
				t.Error(err)
			}
		})
	}
}

func contentDigestAlone(l *letter) {
	l.header.Set("Content-Digest", "sha-256=:"+l.header.Get("Digest")[len("SHA-256="):]+":")
	l.header.Del("Digest")
	l.covered = "(request-target) host date content-digest"
}

func created(l *letter, from, until time.Time) {
	l.covered = "(request-target) host (created) (expires) digest"
	l.created, l.expires = fmt.Sprint(from.Unix()), fmt.Sprint(until.Unix())
	l.params = fmt.Sprintf(`algorithm="hs2019",created=%s,expires=%s`, l.created, l.expires)
	l.header.Del("Date")
}

// The rows H1 to H8 and H11 of the security brief that a signed request can break; each letter is honestly signed and wrong.
func TestSignature_isRefusedWhenTheEnvelopeIsWrong(t *testing.T) {
	t.Parallel()
	without := func(name string) func(*letter) {
		return func(l *letter) { l.covered = strings.Replace(l.covered, name+" ", "", 1) }
	}
	date := func(value string) func(*letter) { return func(l *letter) { l.header.Set("Date", value) } }
	for name, c := range map[string]struct {
		change func(*letter)
		want   signature.Reason
	}{
		"H1 only the date":            {func(l *letter) { l.covered = "date" }, signature.Uncovered},
		"H1 no headers":               {func(l *letter) { l.covered = "" }, signature.Malformed},
		"H2 no target":                {without("(request-target)"), signature.Uncovered},
		"H2 no host":                  {without("host"), signature.Uncovered},
		"H2 no date":                  {without("date"), signature.Uncovered},
		"H2 no digest, H3 not signed": {without("digest"), signature.Uncovered},
		"H3 SHA-512 only":             {func(l *letter) { l.header.Set("Digest", "SHA-512=AAAA") }, signature.WrongBody},
		"H3 one of two wrong": {func(l *letter) {
			l.header.Set("Digest", l.header.Get("Digest")+",SHA-256="+strings.Repeat("A", 43)+"=")
		}, signature.WrongBody},
		"H3 Content-Digest differs": {func(l *letter) {
			l.header.Set("Content-Digest", "sha-256=:"+strings.Repeat("A", 43)+"=:")
		}, signature.WrongBody},
		"H3 not a digest":         {func(l *letter) { l.header.Set("Digest", "SHA-256") }, signature.WrongBody},
		"H4 for another host":     {func(l *letter) { l.host = "willow.example" }, signature.Forged},
		"H5 two hours old":        {date(now.Add(-2 * time.Hour).Format(http.TimeFormat)), signature.Stale},
		"H6 61 minutes old":       {date(now.Add(-61 * time.Minute).Format(http.TimeFormat)), signature.Stale},
		"H6 61 minutes ahead":     {date(now.Add(61 * time.Minute).Format(http.TimeFormat)), signature.Stale},
		"H6 1970":                 {date("Thu, 01 Jan 1970 00:00:00 GMT"), signature.Stale},
		"H6 not a date":           {date("yesterday"), signature.Malformed},
		"H6 created in future":    {func(l *letter) { created(l, now.Add(61*time.Minute), now.Add(2*time.Hour)) }, signature.Stale},
		"H6 expired":              {func(l *letter) { created(l, now.Add(-time.Hour), now.Add(-time.Second)) }, signature.Stale},
		"H6 expired, not signed":  {func(l *letter) { l.params += fmt.Sprintf(",expires=%d", now.Unix()) }, signature.Stale},
		"H6 created not a number": {func(l *letter) { created(l, now, now); l.params = `created="soon"` }, signature.Malformed},
		"H8 hmac": {func(l *letter) {
			l.params = `algorithm="hmac-sha256"`
			l.seal = func(text []byte) []byte {
				public, _ := signature.EncodePublicKey(&theKey().PublicKey)
				mac := hmac.New(sha256.New, []byte(public))
				mac.Write(text)
				return mac.Sum(nil)
			}
		}, signature.Unsupported},
		"H11 Date twice":      {func(l *letter) { l.header.Add("Date", l.header.Get("Date")) }, signature.Malformed},
		"H11 Digest twice":    {func(l *letter) { l.header.Add("Digest", l.header.Get("Digest")) }, signature.Malformed},
		"H11 Host twice":      {func(l *letter) { l.header["Host"] = []string{"a", "b"} }, signature.Malformed},
		"a header not there":  {func(l *letter) { l.covered += " x-missing" }, signature.Malformed},
		"twice the same name": {func(l *letter) { l.params = `keyId="https://willow.example/key"` }, signature.Malformed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := aPost(t)
			c.change(l)
			wantReason(t, verify(l.signed(), body), c.want)
		})
	}
}

func TestSignature_isRefusedWhenItsHeadersAreUnclear(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(http.Header)
		want   signature.Reason
	}{
		"H1 none":                     {func(h http.Header) { h.Del("Signature") }, signature.Absent},
		"H1 two":                      {func(h http.Header) { h.Add("Signature", h.Get("Signature")) }, signature.Malformed},
		"H1 in Authorization as well": {func(h http.Header) { h.Set("Authorization", "Signature "+h.Get("Signature")) }, signature.Malformed},
		"H1 unparsable":               {func(h http.Header) { h.Set("Signature", "hello") }, signature.Malformed},
		"H1 empty":                    {func(h http.Header) { h.Set("Signature", "") }, signature.Malformed},
		"H1 an open quote":            {func(h http.Header) { h.Set("Signature", `keyId="x`) }, signature.Malformed},
		"H1 not base64":               {func(h http.Header) { h.Set("Signature", `keyId="x",signature="%%"`) }, signature.Malformed},
		"H11 a line feed":             {func(h http.Header) { h.Set("Signature", "keyId=\"x\ny\",signature=\"AAAA\"") }, signature.Malformed},
		"very long":                   {func(h http.Header) { h.Set("Signature", strings.Repeat("a", 9000)) }, signature.Malformed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := aPost(t).signed()
			c.change(r.Header)
			wantReason(t, verify(r, body), c.want)
		})
	}
}

func TestSignature_mayHaveSpacesOrStandInAuthorization(t *testing.T) {
	t.Parallel()
	r := aPost(t).signed()
	r.Header.Set("Signature", strings.ReplaceAll(r.Header.Get("Signature"), `",`, `" , `))
	if err := verify(r, body); err != nil {
		t.Error(err)
	}
	r.Header.Set("Authorization", "signature "+r.Header.Get("Signature"))
	r.Header.Del("Signature")
	if err := verify(r, body); err != nil {
		t.Error(err)
	}
}

func TestSignature_cannotBeCarriedToAnotherPathBodyOrServer(t *testing.T) {
	t.Parallel()
	t.Run("H7 another inbox", func(t *testing.T) {
		t.Parallel()
		r := aPost(t).signed()
		r.RequestURI = "/ap/decisions/inbox"
		wantReason(t, verify(r, body), signature.Forged)
	})
	t.Run("H3 another body", func(t *testing.T) {
		t.Parallel()
		wantReason(t, verify(aPost(t).signed(), []byte(`{"type":"Delete"}`)), signature.WrongBody)
	})
	t.Run("H4 the host changed back to ours", func(t *testing.T) {
		t.Parallel()
		l := aPost(t)
		l.host = "willow.example"
		r := l.signed()
		r.Host = "alder.example"
		wantReason(t, verify(r, body), signature.Forged)
	})
}

func TestSignature_survivesAProxyThatRewritesTheHost(t *testing.T) {
	t.Parallel()
	r := aPost(t).signed()
	r.Host = "127.0.0.1:8080"
	if err := verify(r, body); err != nil {
		t.Error(err)
	}
}

func TestSignature_needsAnOrigin(t *testing.T) {
	t.Parallel()
	r := aPost(t).signed()
	s, err := signature.Parse(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Verify(r, body, &theKey().PublicKey, signature.Options{Now: now}); err == nil {
		t.Error("a request was believed without knowing our own host")
	}
}

func TestSignature_ofAGetMayLeaveOutTheQuery(t *testing.T) {
	t.Parallel()
	r := aGet(t, "/ap/collective/open?page=2").signed()
	if err := verify(r, nil); err != nil {
		t.Error(err)
	}
	r = aGet(t, "/ap/collective/open").signed()
	r.RequestURI = "/ap/collective/open?page=2"
	if err := verify(r, nil); err != nil {
		t.Error("without the query:", err)
	}
	r = aPost(t).signed()
	r.RequestURI = "/ap/inbox?x=1"
	wantReason(t, verify(r, body), signature.Forged)
}

func TestSignature_namesTheSkewInMinutes(t *testing.T) {
	t.Parallel()
	l := aPost(t)
	l.header.Set("Date", now.Add(-90*time.Minute).Format(http.TimeFormat))
	err := verify(l.signed(), body)
	var refusal *signature.Refusal
	if !errors.As(err, &refusal) || refusal.Skew != -90*time.Minute || !strings.Contains(err.Error(), "90 minutes behind our clock") {
		t.Errorf("got %v", err)
	}
}

func TestSignature_ofEd25519IsVerifiedByTheKeysKind(t *testing.T) {
	t.Parallel()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	l := aPost(t)
	l.seal = func(text []byte) []byte { return ed25519.Sign(private, text) }
	r := l.signed()
	s, err := signature.Parse(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Verify(r, body, public, opts); err != nil {
		t.Error(err)
	}
	wantReason(t, s.Verify(r, body, &theKey().PublicKey, opts), signature.Forged)
	wantReason(t, s.Verify(r, body, public[:31], opts), signature.BadKey)
	wantReason(t, s.Verify(r, body, "a string", opts), signature.BadKey)
}

func TestSignature_failsForEveryFlippedBit(t *testing.T) {
	t.Parallel()
	good := aPost(t).signed()
	if err := verify(good, body); err != nil {
		t.Fatal(err)
	}
	flips := func(s string, with func(flipped string)) {
		for i := range len(s) * 8 {
			b := []byte(s)
			b[i/8] ^= 1 << (i % 8)
			with(string(b))
		}
	}
	refused := func(r *http.Request, content []byte, what string) {
		if verify(r, content) == nil {
			t.Errorf("%s was believed", what)
		}
	}
	flips(string(body), func(s string) { refused(good, []byte(s), "body "+s) })
	flips(good.RequestURI, func(s string) {
		r := good.Clone(t.Context())
		r.RequestURI = s
		if strings.HasPrefix(s, "/") {
			refused(r, body, "target "+s)
		}
	})
	for _, name := range []string{"Date", "Digest", "Content-Type"} {
		flips(good.Header.Get(name), func(s string) {
			r := good.Clone(t.Context())
			r.Header.Set(name, s)
			if strings.TrimSpace(s) != good.Header.Get(name) {
				refused(r, body, name+" "+s)
			}
		})
	}
	head, encoded, _ := strings.Cut(good.Header.Get("Signature"), `signature="`)
	value, err := base64.StdEncoding.DecodeString(strings.TrimSuffix(encoded, `"`))
	if err != nil {
		t.Fatal(err)
	}
	flips(string(value), func(s string) {
		r := good.Clone(t.Context())
		r.Header.Set("Signature", head+`signature="`+base64.StdEncoding.EncodeToString([]byte(s))+`"`)
		refused(r, body, "a signature")
	})
}
