package api

import (
	"encoding/json"
	"net/http"
	"time"

	"codeberg.org/manypots/manypots/models/fault"
)

// nodeDocument is who we are, for programs.
type nodeDocument struct {
	Name     string `json:"name"`
	About    string `json:"about"`
	Area     string `json:"area"`
	Language string `json:"language"`
	Zone     string `json:"zone"`
	Open     bool   `json:"open"`
	URL      string `json:"url"`
	Actor    string `json:"actor"`
	Handle   string `json:"handle"`
	Software string `json:"software"`
	Version  string `json:"version"`
}

func showNode(c *call) error {
	our := c.collective
	return c.write(http.StatusOK, "application/json", nodeDocument{
		our.Name, our.About, our.Area, our.Language, our.Zone, our.Open, c.url("/"), c.url("/ap/collective"), c.handle(), "manypots", c.s.Version,
	})
}

// health is what an operator's probe reads. Reasons are words for operators and name nobody.
type health struct {
	Status  string   `json:"status"`
	Reasons []string `json:"reasons"`
}

func showHealth(c *call) error {
	h := health{Status: "ok", Reasons: []string{}}
	if c.s.Health != nil {
		h.Reasons = append(h.Reasons, c.s.Health(c.Request().Context())...)
	}
	if len(h.Reasons) > 0 {
		h.Status = "degraded"
	}
	return c.write(http.StatusOK, "application/json", h)
}

// Clock is the clock that a developer turns. Only domain time turns with it.
type Clock interface {
	// Advance turns the clock forward and returns what it shows now.
	Advance(time.Duration) time.Time
}

// turned is POST /dev/clock.
type turned struct {
	Advance string `json:"advance"`
}

func turnClock(c *call) error {
	var in turned
	if err := json.NewDecoder(c.Request().Body).Decode(&in); err != nil {
		return notUnderstood(err)
	}
	by, err := time.ParseDuration(in.Advance)
	if err != nil || by < 0 {
		return fault.Fields(fault.Field{Name: "advance", Key: "field.unreadable"})
	}
	return c.write(http.StatusOK, "application/json", map[string]time.Time{"now": c.s.Clock.Advance(by).UTC()})
}
