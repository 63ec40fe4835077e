package people

import (
	"strings"
	"time"

	"golang.org/x/text/language"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/store"
)

// Collective is the neighbourhood collective that this node belongs to: one row, written at set-up (product J8).
type Collective struct {
	ID int `gorm:"primaryKey"`
	store.Root
	Name  string
	About string // who we are, in our own words; may be empty
	Area  string // where, as a word
	// Language is the BCP 47 tag of what the collective writes in public.
	Language string
	// Zone is the IANA name of the time zone in which windows and quiet hours are meant.
	Zone               string
	QuietFrom, QuietTo TimeOfDay
	// Open lets people join without an invite.
	Open bool
	// HoldVoices has what strangers say in public about a thing wait until a steward lets it through to the thing's page.
	HoldVoices bool
	// OnlyNeighbours lets strangers see the public card and nothing else (product H12).
	OnlyNeighbours bool
	// BaseURL is the public address under which every id of ours was made.
	BaseURL string
	// Secret makes handles (see Handle). It never leaves this row.
	Secret  Secret
	SetUpAt time.Time
}

// TableName is gorm's.
func (Collective) TableName() string { return "collective" }

// Answers are the seven questions, six here and the first steward beside them, and the collective's own words about itself.
type Answers struct {
	Name, About, Area, Language, Zone string
	QuietFrom, QuietTo                string // "21:00" as a form sends it; equal means no quiet hours
	Open, OnlyNeighbours              bool
	// ShowVoices lets what strangers say in public onto the pages of things at once; false holds it for a steward.
	ShowVoices bool
}

// CollectiveChanged is recorded when what others see of the collective changes: its actor is sent again.
const CollectiveChanged store.EventKind = "collective.changed"

const theCollective = 1

// FindCollective finds our own settings: NotFound "collective.not_set_up" before set-up.
func FindCollective(v *store.View) (Collective, error) {
	return store.First[Collective](v.DB().Where("id = ?", theCollective), "collective.not_set_up")
}

// ChangeCollective gives the answers anew; stewards do.
func ChangeCollective(tx *store.Tx, by Member, answers Answers) (c Collective, err error) {
	defer fault.Wrap(&err, "change the collective's settings")
	if err := mustBeSteward(tx.View, by); err != nil {
		return c, err
	}
	if c, err = FindCollective(tx.View); err != nil {
		return c, err
	}
	var in input
	c.answer(&in, answers)
	if err := in.err(); err != nil {
		return c, err
	}
	c.Record(CollectiveChanged, "collective")
	return c, tx.Save(&c)
}

// SayAgain has our actor sent again to all who know it: those who are neighbours look at everything anew.
func SayAgain(tx *store.Tx) error {
	c, err := FindCollective(tx.View)
	if err != nil {
		return err
	}
	c.Record(CollectiveChanged, "collective")
	return tx.Save(&c)
}

// AdoptURL takes over another base URL. Only the caller can know that nothing was ever sent from the old one (DESIGN 7).
func AdoptURL(tx *store.Tx, baseURL string) error {
	c, err := FindCollective(tx.View)
	if err != nil || c.BaseURL == baseURL {
		return err
	}
	c.BaseURL = baseURL
	return tx.Save(&c)
}

// Hours are when the collective sleeps.
func (c Collective) Hours() Hours {
	return Hours{Zone: c.Location(), QuietFrom: c.QuietFrom, QuietTo: c.QuietTo}
}

// Location is the time zone in which pages show times.
func (c Collective) Location() *time.Location {
	zone, err := time.LoadLocation(c.Zone)
	if err != nil {
		return time.UTC // the zone was known at set-up; a program built without tzdata still runs
	}
	return zone
}

func (c *Collective) answer(in *input, a Answers) {
	c.Name = in.required("name", "collective.name", a.Name, nameMax)
	c.About = in.paragraphs("about", "collective.about", a.About, aboutMax)
	c.Area = in.required("area", "collective.area", a.Area, areaMax)
	c.Language = in.language(a.Language)
	c.Zone = in.zone(a.Zone)
	c.QuietFrom = in.timeOfDay("quiet_from", a.QuietFrom)
	c.QuietTo = in.timeOfDay("quiet_to", a.QuietTo)
	c.Open, c.HoldVoices = a.Open, !a.ShowVoices
	c.OnlyNeighbours = a.OnlyNeighbours
}

func (in *input) language(text string) string {
	tag, err := language.Parse(text)
	if err != nil || tag == language.Und {
		in.refuse("language", "language.unknown")
	}
	return tag.String()
}

func (in *input) zone(text string) string {
	text = strings.TrimSpace(text)
	// "" and "Local" are zones to Go and would mean whatever the machine thinks.
	if _, err := time.LoadLocation(text); err != nil || text == "" || text == "Local" {
		in.refuse("zone", "collective.zone.unknown")
	}
	return text
}

func (in *input) timeOfDay(field, text string) TimeOfDay {
	t, err := ParseTimeOfDay(text)
	if err != nil {
		in.refuse(field, fault.KeyOf(err))
	}
	return t
}
