package signature_test

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/federation/signature"
)

// Protocol 8 case 65: the ways of those who speak RFC 9421, and what the RFC leaves to them.
func TestRFC9421_isAcceptedAsPeersReallySign(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*letter){
		"Mastodon": func(*letter) {},
		"Bonfire":  func(l *letter) { l.params = l.with(now, "") },
		"NodeBB": func(l *letter) {
			l.covered = "@method @target-uri @authority content-digest"
			l.params = l.with(now, `;nonce="b3k2pp5k7z-50gnwp.yemd";tag="activitypub"`)
		},
		"Mitra": func(l *letter) {
			l.covered = "@method @target-uri content-digest"
			l.params = l.with(now, fmt.Sprintf(";expires=%d", now.Add(12*time.Hour).Unix()))
		},
		"Mitra by parts":   func(l *letter) { l.covered = "@method @authority @request-target content-digest" },
		"ours":             func(l *letter) { l.covered = "@method @target-uri @authority content-digest content-type" },
		"path and host":    func(l *letter) { l.covered = "@method @path host content-digest" },
		"everything":       func(l *letter) { l.covered += " @authority @scheme @request-target @path @query host content-type" },
		"with a Date":      func(l *letter) { l.header.Set("Date", now.Format(http.TimeFormat)); l.covered += " date" },
		"both digests":     func(l *letter) { l.header.Set("Digest", digest()); l.covered += " digest" },
		"the older digest": func(l *letter) { l.header.Set("Digest", digest()); l.covered = "@method @target-uri digest" },
		"a list of digests": func(l *letter) {
			l.header.Set("Content-Digest", "sha-512=:AAAA:, "+l.header.Get("Content-Digest"))
		},
		"a clock 59 minutes slow": func(l *letter) { l.params = l.with(now.Add(-59*time.Minute), "") },
		"a clock 59 minutes fast": func(l *letter) { l.params = l.with(now.Add(59*time.Minute), "") },
		"unknown parameters":      func(l *letter) { l.params += `;colour="red";n=1.5;yes` },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := aMastodon(t)
			change(l)
			if err := verify(l.inRFC9421(), body); err != nil {
				t.Error(err)
			}
		})
	}
}

func digest() string {
	sum := sha256.Sum256(body)
	return "SHA-256=" + base64.StdEncoding.EncodeToString(sum[:])
}

// The rows of security 1.2 in the words of RFC 9421; each letter is honestly signed and wrong.
func TestRFC9421_isRefusedWhenTheEnvelopeIsWrong(t *testing.T) {
	t.Parallel()
	covering := func(names string) func(*letter) { return func(l *letter) { l.covered = names } }
	at := func(created time.Time, more string) func(*letter) {
		return func(l *letter) { l.params = l.with(created, more) }
	}
	for name, c := range map[string]struct {
		change func(*letter)
		want   signature.Reason
	}{
		"H1 nothing":                       {covering(""), signature.Malformed},
		"H1 the digest alone":              {covering("content-digest"), signature.Uncovered},
		"H2 no method":                     {covering("@target-uri content-digest"), signature.Uncovered},
		"H2 no target":                     {covering("@method @authority content-digest"), signature.Uncovered},
		"H2 no host":                       {covering("@method @path content-digest"), signature.Uncovered},
		"H2 no created":                    {func(l *letter) { l.params = `;keyid="k"` }, signature.Uncovered},
		"H2 no digest, H3 not signed":      {covering("@method @target-uri"), signature.Uncovered},
		"H2 no query":                      {func(l *letter) { l.target += "?x=1"; l.covered = "@method @authority @path content-digest" }, signature.Uncovered},
		"H3 SHA-512 only":                  {func(l *letter) { l.header.Set("Content-Digest", "sha-512=:AAAA:") }, signature.WrongBody},
		"H3 one of two wrong":              {func(l *letter) { l.header.Set("Content-Digest", l.header.Get("Content-Digest")+", sha-256=:AAAA:") }, signature.WrongBody},
		"H3 the other digest is wrong":     {func(l *letter) { l.header.Set("Digest", "SHA-256="+strings.Repeat("A", 43)+"=") }, signature.WrongBody},
		"H3 the digest is gone":            {func(l *letter) { l.header.Del("Content-Digest") }, signature.WrongBody},
		"H4 for another host":              {func(l *letter) { l.host = "willow.example" }, signature.Forged},
		"H4 for another host by authority": {func(l *letter) { l.host = "willow.example"; l.covered = "@method @path @authority content-digest" }, signature.Forged},
		"H6 61 minutes old":                {at(now.Add(-61*time.Minute), ""), signature.Stale},
		"H6 61 minutes ahead":              {at(now.Add(61*time.Minute), ""), signature.Stale},
		"H6 expired":                       {at(now.Add(-6*time.Minute), fmt.Sprintf(";expires=%d", now.Add(-time.Minute).Unix())), signature.Stale},
		"H6 before time began":             {at(time.Unix(-1, 0), ""), signature.Malformed},
		"H6 created in words":              {func(l *letter) { l.params = `;created="now";keyid="k"` }, signature.Uncovered},
		"H6 expires in words":              {at(now, `;expires="never"`), signature.Malformed},
		"H6 a Date that is old": {func(l *letter) {
			l.header.Set("Date", now.Add(-2*time.Hour).Format(http.TimeFormat))
			l.covered += " date"
		}, signature.Stale},
		"H8 hmac": {func(l *letter) {
			l.params = l.with(now, `;alg="hmac-sha256"`)
			l.seal = func(text []byte) []byte {
				public, _ := signature.EncodePublicKey(&theKey().PublicKey)
				mac := hmac.New(sha256.New, []byte(public))
				mac.Write(text)
				return mac.Sum(nil)
			}
		}, signature.Unsupported},
		"RSA with SHA-512":           {func(l *letter) { l.seal = sealRSA(t, crypto.SHA512) }, signature.Forged},
		"alg of another kind of key": {at(now, `;alg="ed25519"`), signature.BadKey},
		"alg is no word":             {at(now, `;alg=1`), signature.Unsupported},
		"no keyid":                   {func(l *letter) { l.params = fmt.Sprintf(";created=%d", now.Unix()) }, signature.Malformed},
		"a name twice":               {func(l *letter) { l.covered += " @method" }, signature.Malformed},
		"a name in upper case":       {func(l *letter) { l.covered += " Content-Type" }, signature.Malformed},
		"an answer's status":         {func(l *letter) { l.covered += " @status" }, signature.Malformed},
		"a header not there":         {func(l *letter) { l.covered += " x-missing" }, signature.Malformed},
		"two lines in one header":    {func(l *letter) { l.header.Set("X-Odd", "a\n\"@method\": POST"); l.covered += " x-odd" }, signature.Malformed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := aMastodon(t)
			c.change(l)
			wantReason(t, verify(l.inRFC9421(), body), c.want)
		})
	}
}

func TestRFC9421_isRefusedWhenItsHeadersAreUnclear(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(http.Header)
		want   signature.Reason
	}{
		"no Signature":            {func(h http.Header) { h.Del("Signature") }, signature.Malformed},
		"two Signatures":          {func(h http.Header) { h.Add("Signature", h.Get("Signature")) }, signature.Malformed},
		"two Signature-Inputs":    {func(h http.Header) { h.Add("Signature-Input", h.Get("Signature-Input")) }, signature.Malformed},
		"no dictionary":           {func(h http.Header) { h.Set("Signature-Input", "(") }, signature.Malformed},
		"an empty one":            {func(h http.Header) { h.Set("Signature-Input", "") }, signature.Malformed},
		"no list":                 {func(h http.Header) { h.Set("Signature-Input", "s=1") }, signature.Malformed},
		"names that are no words": {func(h http.Header) { h.Set("Signature-Input", `s=(1);created=1;keyid="k"`) }, signature.Malformed},
		"no bytes":                {func(h http.Header) { h.Set("Signature", `s="AAAA"`) }, signature.Malformed},
		"under another label":     {func(h http.Header) { h.Set("Signature", strings.Replace(h.Get("Signature"), "s=", "z=", 1)) }, signature.Malformed},
		"two labels": {func(h http.Header) {
			h.Set("Signature-Input", h.Get("Signature-Input")+`, z=("@method");created=1;keyid="k"`)
			h.Set("Signature", h.Get("Signature")+", z=:AAAA:")
		}, signature.Malformed},
		"a component with a parameter": {func(h http.Header) {
			h.Set("Signature-Input", strings.Replace(h.Get("Signature-Input"), `"content-digest"`, `"content-digest";sf`, 1))
		}, signature.Unsupported},
		"very long": {func(h http.Header) { h.Set("Signature-Input", strings.Repeat("a", 9000)) }, signature.Malformed},
		// Security H14, protocol 8 case 66: the draft's signature is right and does not help.
		"H14 forged, beside the draft": {func(h http.Header) {
			h.Set("Authorization", "Signature "+aPost(t).signed().Header.Get("Signature"))
			h.Set("Date", now.Format(http.TimeFormat))
			h.Set("Digest", digest())
			h.Set("Signature", "s=:AAAA:")
		}, signature.Forged},
		"H14 nothing, beside the draft": {func(h http.Header) {
			h.Set("Signature", aPost(t).signed().Header.Get("Signature"))
		}, signature.Malformed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := aMastodon(t).inRFC9421()
			c.change(r.Header)
			wantReason(t, verify(r, body), c.want)
		})
	}
}

func TestRFC9421_aloneDecidesBesideTheDraft(t *testing.T) {
	t.Parallel()
	r := aMastodon(t).inRFC9421()
	r.Header.Set("Authorization", `Signature keyId="x",signature="AAAA"`)
	if err := verify(r, body); err != nil {
		t.Error(err)
	}
}

func TestRFC9421_ofAGetMayLeaveOutTheQuery(t *testing.T) {
	t.Parallel()
	get := func(target string) *letter {
		l := aMastodon(t)
		l.method, l.target, l.body, l.covered = "GET", target, nil, "@method @target-uri"
		l.header.Del("Content-Digest")
		return l
	}
	if err := verify(get("/ap/collective/open?page=2").inRFC9421(), nil); err != nil {
		t.Error(err)
	}
	r := get("/ap/collective/open").inRFC9421()
	r.RequestURI = "/ap/collective/open?page=2"
	if err := verify(r, nil); err != nil {
		t.Error("without the query:", err)
	}
	r = aMastodon(t).inRFC9421()
	r.RequestURI = "/ap/inbox?x=1"
	wantReason(t, verify(r, body), signature.Forged)
}

// A proxy before us may have rewritten the host, and speak plain http to us.
func TestRFC9421_isForThePublicAddressWhateverAProxySays(t *testing.T) {
	t.Parallel()
	r := aMastodon(t).inRFC9421()
	r.Host = "127.0.0.1:8080"
	if err := verify(r, body); err != nil {
		t.Error(err)
	}
	s, err := signature.Parse(r)
	if err != nil {
		t.Fatal(err)
	}
	for origin, want := range map[string]bool{
		"https://ALDER.example:443": true, "http://alder.example": false, "https://alder.example:8443": false, "https://willow.example": false,
	} {
		err := s.Verify(r, body, &theKey().PublicKey, signature.Options{Now: now, Origin: origin})
		if (err == nil) != want {
			t.Errorf("at %s: %v", origin, err)
		}
	}
}

func TestRFC9421_withEd25519IsVerifiedByTheKeysKind(t *testing.T) {
	t.Parallel()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for _, alg := range []string{"", `;alg="ed25519"`} {
		l := aMastodon(t)
		l.params = l.with(now, alg)
		l.seal = func(text []byte) []byte { return ed25519.Sign(private, text) }
		r := l.inRFC9421()
		s, err := signature.Parse(r)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Verify(r, body, public, opts); err != nil {
			t.Error(err)
		}
		want := signature.Forged
		if alg != "" {
			want = signature.BadKey
		}
		wantReason(t, s.Verify(r, body, &theKey().PublicKey, opts), want)
	}
}

func TestRFC9421_failsForEveryFlippedBit(t *testing.T) {
	t.Parallel()
	good := aMastodon(t).inRFC9421()
	if err := verify(good, body); err != nil {
		t.Fatal(err)
	}
	flips := func(value []byte, with func(flipped []byte)) {
		for i := range len(value) * 8 {
			flipped := bytes.Clone(value)
			flipped[i/8] ^= 1 << (i % 8)
			with(flipped)
		}
	}
	refused := func(name, value string) {
		r := good.Clone(t.Context())
		r.Header.Set(name, value)
		if verify(r, body) == nil {
			t.Errorf("%s: %s was believed", name, value)
		}
	}
	for _, name := range []string{"Content-Digest", "Signature-Input"} {
		flips([]byte(good.Header.Get(name)), func(flipped []byte) { refused(name, string(flipped)) })
	}
	value, err := base64.StdEncoding.DecodeString(strings.Trim(good.Header.Get("Signature"), "s=:") + "==")
	if err != nil {
		t.Fatal(err)
	}
	flips(value, func(flipped []byte) { refused("Signature", "s=:"+base64.StdEncoding.EncodeToString(flipped)+":") })
}
