package fetch

import (
	"errors"
	"mime"
	"strings"
)

// ActivityStreams is the media type that documents and deliveries are sent as, and the profile that makes JSON-LD one.
const (
	ActivityStreams = "application/activity+json"
	profile         = "https://www.w3.org/ns/activitystreams"
)

// Limits of what is read of an answer, in bytes (S7, S22).
const (
	MaxDocument = 1 << 20
	MaxJRD      = 64 << 10
	MaxImage    = 12 << 20
	MaxReply    = 4 << 10
)

// kind is what a GET asks for and takes.
type kind struct {
	accept string
	limit  int64
	takes  func(contentType string) bool
}

func documents() kind {
	return kind{ActivityStreams + `, application/ld+json; profile="` + profile + `"`, MaxDocument, IsActivityStreams}
}

func jrds() kind {
	return kind{"application/jrd+json, application/json;q=0.9", MaxJRD, func(header string) bool {
		t, _, err := mime.ParseMediaType(header)
		return err == nil && (t == "application/jrd+json" || t == "application/json")
	}}
}

// plainJSON is NodeInfo, whose type has a profile, and the sheet of a draw.
func plainJSON() kind {
	return kind{"application/json", MaxDocument, func(header string) bool {
		t, _, err := mime.ParseMediaType(header)
		return (err == nil || errors.Is(err, mime.ErrInvalidMediaParameter)) && t == "application/json"
	}}
}

func images() kind {
	return kind{"image/jpeg, image/png, image/webp", MaxImage, func(header string) bool {
		t, _, err := mime.ParseMediaType(header)
		return err == nil && strings.HasPrefix(t, "image/") && t != "image/svg+xml"
	}}
}

// IsActivityStreams reports whether a Content-Type is that of an ActivityPub document: application/activity+json, or
// application/ld+json with the ActivityStreams profile (AP 3.2). Anything else may be a file that somebody uploaded.
// Parameters may come in any order, and the profile in any quotes or none, as it does.
func IsActivityStreams(contentType string) bool {
	t, params, err := mime.ParseMediaType(contentType)
	loose := errors.Is(err, mime.ErrInvalidMediaParameter)
	switch {
	case err != nil && !loose:
		return false
	case t == ActivityStreams:
		return true
	case t != "application/ld+json":
		return false
	}
	given := params["profile"]
	if loose { // an address without quotes is no token
		given = looseProfile(contentType)
	}
	for _, one := range strings.Fields(strings.Trim(given, `'`)) {
		if one == profile {
			return true
		}
	}
	return false
}

func looseProfile(contentType string) string {
	for part := range strings.SplitSeq(contentType, ";") {
		name, value, _ := strings.Cut(part, "=")
		if strings.EqualFold(strings.TrimSpace(name), "profile") {
			return strings.Trim(strings.TrimSpace(value), `"'`)
		}
	}
	return ""
}
