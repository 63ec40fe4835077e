package codec

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// MaxQuantity is the largest number of things that is read.
const MaxQuantity = 9999

// Quantity is how many, from 1 to MaxQuantity: a number or a string, or a measure with one of these. Only whole numbers
// without an exponent count; 1, "1" and "1.0" are equal.
func Quantity(v any) (int, bool) {
	n, ok := Available(v)
	return n, ok && n > 0
}

// Available is what is left of a quantity: like Quantity, and 0 when all is taken.
func Available(v any) (int, bool) {
	v = one(v)
	if measure, ok := v.(map[string]any); ok && measure["@value"] == nil {
		v = one(Get(measure, "hasNumericalValue"))
	}
	text := String(v)
	if number, ok := v.(json.Number); ok {
		text = number.String()
	}
	whole, fraction, point := strings.Cut(text, ".")
	if len(whole) > 4 || strings.Trim(whole, "0123456789") != "" || len(fraction) > 9 || strings.Trim(fraction, "0") != "" || point && fraction == "" {
		return 0, false
	}
	n, err := strconv.Atoi(whole)
	return n, err == nil
}

// Unit is the bare name of a measure's unit ("one", "hour").
func Unit(v any) string { return Name(ID(Get(Object(v), "hasUnit"))) }

// Measure writes a number of single things. The number is a string, as FEP-0837 has it and Mitra reads it.
func Measure(n int) map[string]any {
	return map[string]any{"hasUnit": "one", "hasNumericalValue": strconv.Itoa(n)}
}

// Time is an instant: RFC 3339 with or without fraction, with any offset, in capitals or not; seconds may be missing (AS2
// 2.3). Without an offset it names no instant and is not read.
func Time(v any) (time.Time, bool) {
	text := strings.ToUpper(String(v))
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00"} {
		if t, err := time.Parse(layout, text); err == nil && t.UTC().Year() >= 1900 && t.UTC().Year() <= 9999 {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}

// Stamp writes an instant in UTC without fraction, which some peers cannot read.
func Stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }
