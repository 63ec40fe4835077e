package api

import (
	"bytes"
	"net/http"
	"strings"
	"time"

	"codeberg.org/manypots/manypots/api/web"
	"codeberg.org/manypots/manypots/models"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/store"
)

const (
	shutOutsShown = 200
	shutOutsMost  = 10_000 // in an exported list
)

// showShutOuts shows whom we keep away from: there is no silent block.
func showShutOuts(c *call) error {
	var page web.ShutOutPage
	err := c.view(func(v *store.View) (err error) {
		page, err = c.shutOutPage(v)
		return err
	})
	if err != nil {
		return err
	}
	return c.send(http.StatusOK, page)
}

func (c *call) shutOutPage(v *store.View) (web.ShutOutPage, error) {
	page := web.ShutOutPage{Steward: c.steward, Severity: string(neighbours.Blocking)}
	var err error
	if _, page.Two, err = c.whoDecides(v); err != nil {
		return page, err
	}
	all, err := neighbours.ShutOuts(v, "", shutOutsShown+1)
	if len(all) > shutOutsShown {
		page.More, all = true, all[:shutOutsShown]
	}
	for _, s := range all {
		one, err := s.OfOne(v)
		if err != nil {
			return page, err
		}
		page.Rows = append(page.Rows, web.ShutOut{
			Subject: s.Subject, Severity: string(s.Severity), Reason: s.Reason, Since: s.Since, Review: dated(s.ReviewAt),
			Due: s.ReviewAt != nil && !s.ReviewAt.After(v.Now), CanAct: c.steward,
			OfOne: one, Mine: one && *s.ByOne == c.by().ID,
		})
	}
	return page, err
}

// shutOutInput says whom to keep away, how far, why and until which day.
type shutOutInput struct {
	Subject  string `json:"subject"`
	Severity string `json:"severity"`
	Reason   string `json:"reason"`
	Review   string `json:"review"`
}

func keepAway(c *call) error {
	var in shutOutInput
	err := c.decode(&in)
	review, wrong := c.reviewDay(in.Review)
	if err == nil {
		err = wrong
	}
	return c.do(err, act{
		verb: func(tx *store.Tx) (result, error) {
			_, parted, err := neighbours.KeepAway(tx, c.by(), neighbours.NewShutOut{
				Subject: in.Subject, Severity: neighbours.Severity(in.Severity), Reason: in.Reason, ReviewAt: review,
			})
			if err != nil {
				return result{}, err
			}
			return result{at: "/shut-out", flash: "flash.shut_out"}, partAll(tx, parted)
		},
		again: func(v *store.View, wrong web.Problems) (web.Page, error) {
			page, err := c.shutOutPage(v)
			page.Subject, page.Severity, page.Reason, page.Review, page.Problems = in.Subject, in.Severity, in.Reason, in.Review, wrong
			return page, err
		},
	})
}

// partAll ends what is open with neighbours that are blocked now. They hear nothing of it.
func partAll(tx *store.Tx, edges []neighbours.Edge) error {
	for _, e := range edges {
		if err := models.Part(tx, e.Actor); err != nil {
			return err
		}
	}
	return nil
}

// reviewDay reads a day, in the node's zone; zero leaves it to the verb.
func (c *call) reviewDay(day string) (time.Time, error) {
	if day == "" {
		return time.Time{}, nil
	}
	at, err := time.ParseInLocation(time.DateOnly, day, c.zone())
	if err != nil {
		return at, fault.Fields(fault.Field{Name: "review", Key: "shut_out.review"})
	}
	return at.Add(12 * time.Hour).UTC(), nil // noon, so that it is the same day in UTC
}

// subjectInput names one that stands.
type subjectInput struct {
	Subject string `json:"subject"`
}

func reviewShutOut(c *call) error {
	var in subjectInput
	return c.do(c.decode(&in), act{verb: func(tx *store.Tx) (result, error) {
		s, err := neighbours.Review(tx, c.by(), in.Subject, time.Time{})
		if err != nil {
			return result{}, err
		}
		one, err := s.OfOne(tx.View)
		if one {
			return result{at: "/shut-out", flash: "flash.shut_out.kept.one"}, err
		}
		return result{at: "/shut-out", flash: "flash.shut_out.kept"}, err
	}})
}

func liftShutOut(c *call) error {
	var in subjectInput
	return c.do(c.decode(&in), act{verb: func(tx *store.Tx) (result, error) {
		return result{at: "/shut-out", flash: "flash.shut_out.lifted"}, neighbours.Unblock(tx, c.by(), in.Subject)
	}})
}

// listInput is a list as it was pasted, first to look at what it would change, then to do it.
type listInput struct {
	List string `json:"list"`
	Sure bool   `json:"sure"`
}

func importShutOuts(c *call) error {
	var in listInput
	err := c.decode(&in)
	return c.do(err, act{
		verb: func(tx *store.Tx) (result, error) {
			lines, err := neighbours.ReadBlocklist(strings.NewReader(in.List))
			if err != nil {
				return result{}, beside("list", "blocklist.unreadable", err)
			}
			if in.Sure {
				return result{at: "/shut-out", flash: "flash.shut_out.list"}, neighbours.TakeOver(tx, c.by(), lines)
			}
			page, err := c.changesPage(tx.View, lines)
			page.List = in.List
			return result{at: "/shut-out", shown: &shown{page: page}}, err
		},
		again: func(v *store.View, wrong web.Problems) (web.Page, error) {
			page, err := c.shutOutPage(v)
			page.List, page.Problems = in.List, wrong
			return page, err
		},
	})
}

func (c *call) changesPage(v *store.View, lines []neighbours.NewShutOut) (web.ShutOutPage, error) {
	page, err := c.shutOutPage(v)
	if err != nil {
		return page, err
	}
	changes, err := neighbours.Changes(v, lines)
	page.Looked = true
	for _, change := range changes {
		page.Changes = append(page.Changes, web.ShutOutChange{
			Subject: change.Subject, Severity: string(change.Severity), Reason: change.Reason,
			Stricter: change.Was != nil, Neighbour: change.Neighbour,
		})
	}
	return page, err
}

// exportShutOuts gives the list as a file that Mastodon reads, too.
func exportShutOuts(c *call) error {
	var out bytes.Buffer
	err := c.view(func(v *store.View) error {
		all, err := neighbours.ShutOuts(v, "", shutOutsMost)
		if err != nil {
			return err
		}
		return neighbours.WriteBlocklist(&out, all)
	})
	if err != nil {
		return err
	}
	c.Response().Header().Set("Content-Disposition", `attachment; filename="shut-out.csv"`)
	return c.Blob(http.StatusOK, "text/csv; charset=utf-8", out.Bytes())
}
