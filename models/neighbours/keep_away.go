package neighbours

import (
	"net/netip"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/net/publicsuffix"
	"gorm.io/gorm"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

// NewShutOut is what stewards say when they shut somebody out.
type NewShutOut struct {
	Subject  string // a host, an address on it, or the id of an actor
	Severity Severity
	Reason   string
	ReviewAt time.Time // zero: in three months, or as late as it may be
}

const (
	reasonLength = 500
	subjectMost  = 500
	reviewAfter  = 90 * 24 * time.Hour
	reviewAtMost = 366 * 24 * time.Hour
	// reviewOfOne is how far off the review may be of a block that one of two stewards made, until another says that it stands
	// (product 4.4).
	reviewOfOne = 14 * 24 * time.Hour
)

// KeepAway limits or blocks a host or an actor, or says anew why and until when; stewards do, and members read it. It gives the
// neighbours that are blocked by it: the caller calls models.Part for each in the same transaction. One steward blocks at once; where
// there are two the block is looked at again within 14 days, or later once another has said that it stands. Refusals: Forbidden
// "role.steward_needed", fields "subject", "severity", "reason" and "review".
func KeepAway(tx *store.Tx, by people.Member, in NewShutOut) (shut ShutOut, parted []Edge, err error) {
	defer fault.Wrap(&err, "keep away")
	if err := mustBeSteward(tx.View, by); err != nil {
		return shut, nil, err
	}
	if err := in.check(tx.View); err != nil {
		return shut, nil, err
	}
	if shut, parted, err = keepAway(tx, by, in); err != nil {
		return shut, nil, err
	}
	return shut, parted, people.WriteDownBy(tx, by, DeedShutOut, shut.Subject)
}

func keepAway(tx *store.Tx, by people.Member, in NewShutOut) (shut ShutOut, parted []Edge, err error) {
	shut, err = FindShutOut(tx.View, in.Subject)
	if fault.Is(err, fault.NotFound) {
		shut = ShutOut{Subject: shutName(in.Subject), Since: tx.Now}
	} else if err != nil {
		return shut, nil, err
	}
	if shut.Severity == Blocking && in.Severity != Blocking {
		shut.Record(ShutOutLifted, shut.Subject)
	}
	shut.wantedBy(by.ID, in.Severity)
	latest, err := latestReview(tx.View, shut)
	if err != nil {
		return shut, nil, err
	}
	review := in.review(tx.Now)
	if review.After(latest) && (in.ReviewAt.IsZero() || review.Before(latest.AddDate(0, 0, 1))) {
		review = latest // who names the last day may
	}
	if review.After(latest) {
		return shut, nil, fault.Fields(fault.Field{Name: "review", Key: "shut_out.review.one"})
	}
	shut.Severity, shut.Reason, shut.ReviewAt, shut.Reminded = in.Severity, strings.TrimSpace(in.Reason), &review, false
	if err := tx.Save(&shut); err != nil {
		return shut, nil, err
	}
	if err := people.Settle(tx, NoticeReview, shut.Subject); err != nil {
		return shut, nil, err
	}
	if err := hush(tx, shut); err != nil || shut.Severity != Blocking {
		return shut, nil, err
	}
	parted, err = EdgesBehind(tx.View, shut.Subject)
	return shut, parted, err
}

// wantedBy notes who wants it: a block is one steward's until another wants it, too.
func (s *ShutOut) wantedBy(by people.MemberID, severity Severity) {
	switch {
	case severity != Blocking:
		s.ByOne = nil
	case s.Severity != Blocking:
		s.ByOne = &by
	case s.ByOne != nil && *s.ByOne != by:
		s.ByOne = nil
	}
}

// latestReview is how late the review may be.
func latestReview(v *store.View, s ShutOut) (time.Time, error) {
	one, err := s.OfOne(v)
	if one {
		return v.Now.Add(reviewOfOne), err
	}
	return v.Now.Add(reviewAtMost), err
}

// Block is KeepAway from a host or an actor when there is no more to say than that.
func Block(tx *store.Tx, by people.Member, subject string) error {
	_, _, err := KeepAway(tx, by, NewShutOut{Subject: subject, Severity: Blocking})
	return err
}

// Review says that a shut-out stands until another day, zero as in NewShutOut; stewards do. NotFound "shut_out.unknown".
func Review(tx *store.Tx, by people.Member, subject string, until time.Time) (ShutOut, error) {
	if err := mustBeSteward(tx.View, by); err != nil {
		return ShutOut{}, err
	}
	s, err := FindShutOut(tx.View, subject)
	if err != nil {
		return s, err
	}
	in := NewShutOut{Subject: s.Subject, Severity: s.Severity, Reason: s.Reason, ReviewAt: until}
	s, _, err = KeepAway(tx, by, in)
	return s, err
}

// Unblock lifts a shut-out; stewards do. Nothing happens when there is none.
func Unblock(tx *store.Tx, by people.Member, subject string) error {
	if err := mustBeSteward(tx.View, by); err != nil {
		return err
	}
	return lift(tx, by, shutName(subject))
}

func lift(tx *store.Tx, by people.Member, subject string) error {
	s, err := FindShutOut(tx.View, subject)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	s.Record(ShutOutLifted, s.Subject)
	if err := tx.Delete(&s); err != nil {
		return err
	}
	if err := hush(tx, s); err != nil {
		return err
	}
	if err := people.Settle(tx, NoticeReview, subject); err != nil {
		return err
	}
	return people.WriteDownBy(tx, by, DeedLetIn, subject)
}

// EdgesBehind lists the edges that stand to nodes which a host or an actor covers.
func EdgesBehind(v *store.View, subject string) (found []Edge, err error) {
	s := ShutOut{Subject: shutName(subject)}
	const page = 100
	for after := EdgeID(""); ; {
		edges, err := store.All[Edge](v.DB().Where("id > ?", after).Order("id").Limit(page))
		if err != nil {
			return nil, err
		}
		for _, e := range edges {
			if after = e.ID; !e.Over() && s.Reaches(e.Actor) {
				found = append(found, e)
			}
		}
		if len(edges) < page {
			return found, nil
		}
	}
}

// hush sees to it that nothing is queued for whoever follows from there while a block covers them, this one or another, and that
// they hear again when none does.
func hush(tx *store.Tx, s ShutOut) error {
	covered := tx.DB().Model(&Follower{}).Where("actor = ?", s.Subject)
	if s.IsHost() {
		covered = tx.DB().Model(&Follower{})
	}
	var origins []string
	if err := covered.Distinct().Order("origin").Pluck("origin", &origins).Error; err != nil {
		return err
	}
	for _, origin := range origins {
		if s.IsHost() && !s.Reaches(origin) {
			continue
		}
		whole, err := Blocked(tx.View, origin)
		if err != nil {
			return err
		}
		alone := tx.DB().Model(&ShutOut{}).Select("1").Where("subject = followers.actor AND severity = ?", Blocking)
		err = tx.DB().Model(&Follower{}).Where("origin = ?", origin).
			Updates(map[string]any{"hushed": gorm.Expr("? OR EXISTS (?)", whole, alone), "version": gorm.Expr("version + 1")}).Error
		if err != nil {
			return err
		}
	}
	return nil
}

// remind tells stewards of the shut-outs whose day of review has come, each once.
func remind(tx *store.Tx) error {
	due, err := store.All[ShutOut](tx.DB().Where("NOT reminded AND review_at <= ?", tx.Now).Order("review_at").Limit(100))
	if err != nil || len(due) == 0 {
		return err
	}
	stewards, err := people.Stewards(tx.View)
	if err != nil || len(stewards) == 0 {
		return err // whoever takes the role up finds them due
	}
	for _, s := range due {
		for _, steward := range stewards {
			if err := people.Notify(tx, steward.Member, NoticeReview, s.Subject); err != nil {
				return err
			}
		}
		s.Reminded = true
		if err := tx.Save(&s); err != nil {
			return err
		}
	}
	return nil
}

func (in NewShutOut) review(now time.Time) time.Time {
	if in.ReviewAt.IsZero() {
		return now.Add(reviewAfter)
	}
	return in.ReviewAt
}

func (in NewShutOut) check(v *store.View) error {
	var wrong []fault.Field
	refuse := func(field, key string) { wrong = append(wrong, fault.Field{Name: field, Key: key}) }
	switch host := hostOf(in.Subject); {
	case strings.TrimSpace(in.Subject) == "" || host == "":
		refuse("subject", "neighbour.address.missing")
	case !hostShaped(host) || len(in.Subject) > subjectMost:
		refuse("subject", "neighbour.address.unreadable")
	case registry(host):
		refuse("subject", "shut_out.subject.registry")
	default:
		c, err := people.FindCollective(v)
		if err != nil {
			return err
		}
		if host == hostOf(c.BaseURL) || (ShutOut{Subject: shutName(in.Subject)}).Reaches(c.BaseURL) {
			refuse("subject", "neighbour.address.own")
		}
	}
	if in.Severity != Limited && in.Severity != Blocking {
		refuse("severity", "shut_out.severity")
	}
	if utf8.RuneCountInString(in.Reason) > reasonLength {
		refuse("reason", "shut_out.reason.long")
	}
	if at := in.review(v.Now); !at.After(v.Now) || at.Sub(v.Now) > reviewAtMost {
		refuse("review", "shut_out.review")
	}
	return fault.Fields(wrong...)
}

// registry reports a suffix under which anybody registers: who blocks "org" means something else.
func registry(host string) bool {
	suffix, registered := publicsuffix.PublicSuffix(host)
	return registered && suffix == host
}

func hostShaped(host string) bool {
	if _, err := netip.ParseAddr(host); err == nil {
		return true
	}
	for label := range strings.SplitSeq(host, ".") {
		if label == "" || len(label) > 63 || strings.ContainsFunc(label, func(r rune) bool {
			return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != '_'
		}) {
			return false
		}
	}
	return len(host) <= 253
}
