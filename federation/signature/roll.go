package signature

import (
	"net/http"
	"strings"
)

// Roll is the header in which a delivery says who follows its sender, of those at the server that it goes to (FEP-8fcf). Sign and
// SignRFC9421 cover it; it must be set before.
const Roll = "Collection-Synchronization"

// RollOf reads that header into its parameters, whose names come in lower case. It is not ok unless it is there once, in the syntax of
// the draft's own header, and covered by the signature.
func (s Signature) RollOf(r *http.Request) (params map[string]string, ok bool) {
	values := r.Header.Values(Roll)
	if len(values) != 1 || len(values[0]) > maxHeader || !s.has(strings.ToLower(Roll)) {
		return nil, false
	}
	return splitParams(values[0])
}
