package signature

import (
	"crypto"
	"crypto/ed25519"
	"net/http"
	"strings"
	"testing"
	"time"
)

// Keys of RFC 9421, appendix B.1.
const (
	rsaOfTheRFC = `-----BEGIN RSA PUBLIC KEY-----
MIIBCgKCAQEAhAKYdtoeoy8zcAcR874L8cnZxKzAGwd7v36APp7Pv6Q2jdsPBRrw
WEBnez6d0UDKDwGbc6nxfEXAy5mbhgajzrw3MOEt8uA5txSKobBpKDeBLOsdJKFq
MGmXCQvEG7YemcxDTRPxAleIAgYYRjTSd/QBwVW9OwNFhekro3RtlinV0a75jfZg
kne/YiktSvLG34lw2zqXBDTC5NHROUqGTlML4PlNZS5Ri2U4aCNx2rUPRcKIlE0P
uKxI4T+HIaFpv8+rdV6eUgOrB2xeI1dSFFn/nnv5OoZJEIB+VmuKn3DCUcCZSFlQ
PSXSfBDiUGhwOw76WuSSsf1D4b/vLoJ10wIDAQAB
-----END RSA PUBLIC KEY-----
`
	pssOfTheRFC = `-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAr4tmm3r20Wd/PbqvP1s2
+QEtvpuRaV8Yq40gjUR8y2Rjxa6dpG2GXHbPfvMs8ct+Lh1GH45x28Rw3Ry53mm+
oAXjyQ86OnDkZ5N8lYbggD4O3w6M6pAvLkhk95AndTrifbIFPNU8PPMO7OyrFAHq
gDsznjPFmTOtCEcN2Z1FpWgchwuYLPL+Wokqltd11nqqzi+bJ9cvSKADYdUAAN5W
Utzdpiy6LbTgSxP7ociU4Tn0g5I6aDZJ7A8Lzo0KSyZYoA485mqcO0GVAdVw9lq4
aOT9v6d+nb4bnNkQVklLQ3fVAvJm+xdDOp9LCNCN48V2pnDOkFV6+U9nV5oyc6XI
2wIDAQAB
-----END PUBLIC KEY-----
`
	ed25519OfTheRFC = `-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=
-----END PUBLIC KEY-----
`
	ed25519PrivateOfTheRFC = `-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF
-----END PRIVATE KEY-----
`
	ecdsaOfTheRFC = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEqIVYZVLCrPZHGHjP17CTW0/+D9Lf
w0EkjqF7xB4FivAxzic30tMM4GF+hR6Dxh71Z50VGGdldkkDXZCnTNnoXQ==
-----END PUBLIC KEY-----
`
)

// theRequest is that of RFC 9421, appendix B.2.
func theRequest(t *testing.T, host, input, value string) *http.Request {
	t.Helper()
	r, err := http.NewRequest("POST", "https://"+host+"/foo?param=Value&Pet=dog", strings.NewReader(`{"hello": "world"}`))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{
		"Date": "Tue, 20 Apr 2021 02:07:55 GMT", "Content-Type": "application/json", "Content-Length": "18",
		"Content-Digest": "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:",
		"Forwarded":      "for=192.0.2.123;host=example.com;proto=https", "Signature-Input": input, "Signature": value,
	} {
		r.Header.Set(name, value)
	}
	return r
}

func parsedKey(t *testing.T, text string) crypto.PublicKey {
	t.Helper()
	key, err := ParsePublicKey(text)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// The vectors in the two algorithms that are spoken here. They cover no SHA-256 of the body, so that Verify refuses them, and are
// checked one step below.
func TestSignature_matchesTheVectorsOfTheRFC(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ host, key, input, value, text string }{
		"B.2.6 ed25519": {
			"example.com", ed25519OfTheRFC,
			`sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"`,
			`sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:`,
			strings.Join([]string{
				`"date": Tue, 20 Apr 2021 02:07:55 GMT`, `"@method": POST`, `"@path": /foo`, `"@authority": example.com`,
				`"content-type": application/json`, `"content-length": 18`,
				`"@signature-params": ("date" "@method" "@path" "@authority" "content-type" "content-length")` +
					`;created=1618884473;keyid="test-key-ed25519"`,
			}, "\n"),
		},
		"4.3 rsa-v1_5-sha256": {
			"origin.host.internal.example", rsaOfTheRFC,
			`proxy_sig=("@method" "@authority" "@path" "content-digest" "content-type" "content-length" "forwarded");` +
				`created=1618884480;keyid="test-key-rsa";alg="rsa-v1_5-sha256";expires=1618884540`,
			`proxy_sig=:S6ZzPXSdAMOPjN/6KXfXWNO/f7V6cHm7BXYUh3YD/fRad4BCaRZxP+JH+8XY1I6+8Cy+CM5g92iHgxtRPz+MjniOaYmdkDcnL9cCpXJleXsOckpURl49GwiyUpZ10KHgOEe11sx3G2gxI8S0jnxQB+Pu68U9vVcasqOWAEObtNKKZd8tSFu7LB5YAv0RAGhB8tmpv7sFnIm9y+7X5kXQfi8NMaZaA8i2ZHwpBdg7a6CMfwnnrtflzvZdXAsD3LH2TwevU+/PBPv0B6NMNk93wUs/vfJvye+YuI87HU38lZHowtznbLVdp770I6VHR6WfgS9ddzirrswsE1w5o0LV/g==:`,
			strings.Join([]string{
				`"@method": POST`, `"@authority": origin.host.internal.example`, `"@path": /foo`,
				`"content-digest": sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:`,
				`"content-type": application/json`, `"content-length": 18`, `"forwarded": for=192.0.2.123;host=example.com;proto=https`,
				`"@signature-params": ("@method" "@authority" "@path" "content-digest" "content-type" "content-length" "forwarded")` +
					`;created=1618884480;keyid="test-key-rsa";alg="rsa-v1_5-sha256";expires=1618884540`,
			}, "\n"),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := theRequest(t, c.host, c.input, c.value)
			s, err := Parse(r)
			if err != nil {
				t.Fatal(err)
			}
			text, err := s.text(received(r, "https", c.host, targets(r)[0]))
			if err != nil || text != c.text {
				t.Fatalf("signed text\n%s\n(%v), want\n%s", text, err, c.text)
			}
			if !verifies(RFC9421, parsedKey(t, c.key), []byte(text), s.value) {
				t.Error("the signature does not match")
			}
		})
	}
}

func TestSeal_makesTheSignatureOfTheRFC(t *testing.T) {
	t.Parallel()
	key, err := ParsePrivateKey(ed25519PrivateOfTheRFC)
	if err != nil {
		t.Fatal(err)
	}
	r := theRequest(t, "example.com", "", "")
	s := Signature{scheme: RFC9421, covered: []string{"date", "@method", "@path", "@authority", "content-type", "content-length"}}
	s.input = `("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"`
	const want = "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw=="
	if value, err := s.seal(r, key); err != nil || value != want {
		t.Errorf("sealed as %s (%v), want %s", value, err, want)
	}
}

// The vectors that are not for us: each is refused for what it is.
func TestSignature_refusesTheOtherVectorsOfTheRFC(t *testing.T) {
	t.Parallel()
	const full = `("date" "@method" "@path" "@query" "@authority" "content-type" "content-digest" "content-length");created=1618884473`
	for name, c := range map[string]struct {
		key, input, value string
		want              Reason
	}{
		"B.2.1 covers nothing": {
			pssOfTheRFC, `();created=1618884473;keyid="test-key-rsa-pss";nonce="b3k2pp5k7z-50gnwp.yemd"`,
			"d2pmTvmbncD3xQm8E9ZV2828BjQWGgiwAaw5bAkgibUopemLJcWDy/lkbbHAve4cRAtx31Iq786U7it++wgGxbtRxf8Udx7zFZsckzXaJMkA7ChG52eSkFxykJeNqsrWH5S+oxNFlD4dzVuwe8DhTSja8xxbR/Z2cOGdCbzR72rgFWhzx2VjBqJzsPLMIQKhO4DGezXehhWwE56YCE+O6c0mKZsfxVrogUvA4HELjVKWmAvtl6UnCh8jYzuVG5WSb/QEVPnP5TmcAnLH1g+s++v6d4s8m0gCw1fV5/SITLq9mhho8K3+7EPYTU8IU1bLhdxO5Nyt8C8ssinQ98Xw9Q==",
			Malformed,
		},
		"B.2.2 a parameter of the query": {
			pssOfTheRFC, `("@authority" "content-digest" "@query-param";name="Pet");created=1618884473;keyid="test-key-rsa-pss";tag="header-example"`,
			"LjbtqUbfmvjj5C5kr1Ugj4PmLYvx9wVjZvD9GsTT4F7GrcQEdJzgI9qHxICagShLRiLMlAJjtq6N4CDfKtjvuJyE5qH7KT8UCMkSowOB4+ECxCmT8rtAmj/0PIXxi0A0nxKyB09RNrCQibbUjsLS/2YyFYXEu4TRJQzRw1rLEuEfY17SARYhpTlaqwZVtR8NV7+4UKkjqpcAoFqWFQh62s7Cl+H2fjBSpqfZUJcsIk4N6wiKYd4je2U/lankenQ99PZfB4jY3I5rSV2DSBVkSFsURIjYErOs0tFTQosMTAoxk//0RoKUqiYY8Bh0aaUEb0rQl3/XaVe4bXTugEjHSw==",
			Unsupported,
		},
		"B.2.3 RSA-PSS": {
			pssOfTheRFC, full + `;keyid="test-key-rsa-pss"`,
			"bbN8oArOxYoyylQQUU6QYwrTuaxLwjAC9fbY2F6SVWvh0yBiMIRGOnMYwZ/5MR6fb0Kh1rIRASVxFkeGt683+qRpRRU5p2voTp768ZrCUb38K0fUxN0O0iC59DzYx8DFll5GmydPxSmme9v6ULbMFkl+V5B1TP/yPViV7KsLNmvKiLJH1pFkh/aYA2HXXZzNBXmIkoQoLd7YfW91kE9o/CCoC1xMy7JA1ipwvKvfrs65ldmlu9bpG6A9BmzhuzF8Eim5f8ui9eH8LZH896+QIF61ka39VBrohr9iyMUJpvRX2Zbhl5ZJzSRxpJyoEZAFL2FUo5fTIztsDZKEgM4cUA==",
			Forged,
		},
		"B.2.3 RSA-PSS by its name": {pssOfTheRFC, full + `;keyid="test-key-rsa-pss";alg="rsa-pss-sha512"`, "AAAA", Unsupported},
		"B.2.4 an answer": {
			rsaOfTheRFC, `("@status" "content-type" "content-digest" "content-length");created=1618884473;keyid="test-key-ecc-p256"`,
			"wNmSUAhwb5LxtOtOpNa6W5xj067m5hFrj0XQ4fvpaCLx0NKocgPquLgyahnzDnDAUy5eCdlYUEkLIj+32oiasw==", Malformed,
		},
		"B.2.5 HMAC": {
			rsaOfTheRFC, `("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret"`,
			"pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=", Forged,
		},
		"B.2.5 HMAC by its name": {
			rsaOfTheRFC, `("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret";alg="hmac-sha256"`,
			"pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=", Unsupported,
		},
		"B.2.6 by another key": {
			rsaOfTheRFC, `("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"`,
			"wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==", Forged,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := theRequest(t, "example.com", "sig="+c.input, "sig=:"+c.value+":")
			if got := verdict(t, r, parsedKey(t, c.key)); got != c.want {
				t.Errorf("refused as %q, want %q", got, c.want)
			}
		})
	}
	t.Run("B.1.3 a key for ECDSA", func(t *testing.T) {
		t.Parallel()
		if _, err := ParsePublicKey(ecdsaOfTheRFC); err == nil {
			t.Error("it was taken")
		}
	})
}

// verdict is why a request is refused, without asking what it covers: that comes before all else and would hide it.
func verdict(t *testing.T, r *http.Request, key crypto.PublicKey) Reason {
	t.Helper()
	s, err := Parse(r)
	if err == nil {
		var text string
		if text, err = s.text(received(r, "https", "example.com", targets(r)[0])); err == nil && !verifies(RFC9421, key, []byte(text), s.value) {
			return Forged
		}
	}
	refusal, _ := err.(*Refusal)
	if refusal == nil {
		t.Fatal("it is not refused")
	}
	return refusal.Reason
}

// None of the vectors covers what a delivery to us must.
func TestSignature_refusesAVectorThatLeavesOutTheBody(t *testing.T) {
	t.Parallel()
	r := theRequest(t, "example.com",
		`sig=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"`,
		`sig=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:`)
	s, err := Parse(r)
	if err != nil {
		t.Fatal(err)
	}
	opts := Options{Now: time.Unix(1618884473, 0), Origin: "https://example.com"}
	err = s.Verify(r, []byte(`{"hello": "world"}`), parsedKey(t, ed25519OfTheRFC), opts)
	if refusal, _ := err.(*Refusal); refusal == nil || refusal.Reason != Uncovered {
		t.Errorf("got %v", err)
	}
}

// The example of FEP-521a, and the key of the RFC's appendix in the same spelling.
func TestMultikey_isReadAndWritten(t *testing.T) {
	t.Parallel()
	const example = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
	key, err := ParseMultikey(example)
	if err != nil || EncodeMultikey(key) != example {
		t.Errorf("read %x (%v)", key, err)
	}
	own := parsedKey(t, ed25519OfTheRFC).(ed25519.PublicKey)
	if again, err := ParseMultikey(EncodeMultikey(own)); err != nil || !again.Equal(own) {
		t.Errorf("came back as %x (%v)", again, err)
	}
	for name, bad := range map[string]string{
		"empty": "", "another base": "u7QEm", "not base58": "z6Mk0OIl", "too short": "z6MkrJVnaZke", "too long": example + "1",
		"another kind of key": "zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169", "very long": "z" + strings.Repeat("6", 4000),
		"zeros before it": "z1" + example[1:],
	} {
		if _, err := ParseMultikey(bad); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}
