package signature

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"strings"
	"testing"
)

// The key and requests of draft-cavage-http-signatures-12, appendix C. The key has 1024 bits, so Verify refuses it and the
// vectors are checked one step below.
const appendixKey = `-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDCFENGw33yGihy92pDjZQhl0C3
6rPJj+CvfSC8+q28hxA161QFNUd13wuCTUcq0Qd2qsBe/2hFyc2DCJJg0h1L78+6
Z4UMR7EOcpfdUE9Hf3m/hs+FUR45uBJeDK1HSFHD8bHKD6kv8FPGfJTotc+2xjJw
oYi+1hqp1fIekaxsyQIDAQAB
-----END PUBLIC KEY-----
`

func TestSignature_matchesTheVectorsOfTheDraft(t *testing.T) {
	t.Parallel()
	const (
		date  = "Date: Sun, 05 Jan 2014 21:31:40 GMT"
		value = `SjWJWbWN7i0wzBvtPl8rbASWz5xQW6mcJmn+ibttBqtifLN7Sazz6m79cNfwwb8DMJ5cou1s7uEGKKCs+FLEEaDV5lp7q25WqS+lavg7T8hc0GppauB6hbgEKTwblDHYGEtbGmtdHgVCk9SuS13F0hZ8FD0k/5OxEPXe5WozsbM=`
		basic = `qdx+H7PHHDZgy4y/Ahn9Tny9V3GP6YgBPyUXMmoxWtLbHpUnXS2mg2+SbrQDMCJypxBLSPQR2aAjn7ndmw2iicw3HMbe8VfEdKFYRqzic+efkb3nndiv/x1xSHDJWeSWkx3ButlYSuBskLu6kd9Fswtemr3lgdDEmn04swr2Os0=`
		all   = `vSdrb+dS3EceC9bcwHSo4MlyKS59iFIrhgYkz8+oVLEEzmYZZvRs8rgOp+63LEM3v+MFHB32NfpB2bEKBIvB1q52LaEUHFv120V01IL+TAD48XaERZFukWgHoBTLMhYS2Gb51gWxpeIq8knRmPnYePbF5MOkR0Zkly4zKH7s1dE=`
	)
	for name, c := range map[string]struct{ headers, value, text string }{
		"C.1 date alone": {"date", value, "date: Sun, 05 Jan 2014 21:31:40 GMT"},
		"C.2 basic": {"(request-target) host date", basic, strings.Join([]string{
			"(request-target): post /foo?param=value&pet=dog", "host: example.com", "date: Sun, 05 Jan 2014 21:31:40 GMT"}, "\n")},
		"C.3 all headers": {"(request-target) host date content-type digest content-length", all, strings.Join([]string{
			"(request-target): post /foo?param=value&pet=dog", "host: example.com", "date: Sun, 05 Jan 2014 21:31:40 GMT",
			"content-type: application/json", "digest: SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=", "content-length: 18"}, "\n")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body := `{"hello": "world"}`
			r, err := http.NewRequest("POST", "http://example.com/foo?param=value&pet=dog", strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Date", strings.TrimPrefix(date, "Date: "))
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Digest", "SHA-256="+sha256Of([]byte(body)))
			r.Header.Set("Signature", `keyId="Test",algorithm="rsa-sha256",headers="`+c.headers+`",signature="`+c.value+`"`)

			s, err := Parse(r)
			if err != nil {
				t.Fatal(err)
			}
			text, err := s.text(received(r, "http", "example.com", targets(r)[0]))
			if err != nil || text != c.text {
				t.Fatalf("signed text %q (%v), want %q", text, err, c.text)
			}
			block, _ := pem.Decode([]byte(appendixKey))
			key, err := x509.ParsePKIXPublicKey(block.Bytes)
			if err != nil {
				t.Fatal(err)
			}
			sum := sha256.Sum256([]byte(text))
			if err := rsa.VerifyPKCS1v15(key.(*rsa.PublicKey), crypto.SHA256, sum[:], s.value); err != nil {
				t.Error(err)
			}
			if _, err := ParsePublicKey(appendixKey); err == nil {
				t.Error("a key of 1024 bits was taken")
			}
		})
	}
}
