package web

import "time"

// QueuePage says what waits for whom and since when: GET /queue.
type QueuePage struct {
	Steward bool
	Health  []string // sentences about the node itself, none when all is well
	Peers   []WaitingPeer
	Parked  []QueueItem // what came in and could not be understood
}

func (QueuePage) template() string { return "keeping/queue" }

// WaitingPeer is a node that something waits for.
type WaitingPeer struct {
	Name      string // the collective, or the host
	Host      string
	Since     time.Time // the oldest that waits
	LastHeard time.Time // zero: never
	Next      time.Time // next try, zero when it is being tried now
	Trouble   string    // the sentence that says why
	Items     []QueueItem
}

// QueueItem is one thing that waits.
type QueueItem struct {
	ID                  string
	What                string // a sentence: "the new state of Two kitchen chairs"
	Since               time.Time
	Trouble             string
	CanRequeue, CanDrop bool
}

// KeepingPage is what we keep and for how long: GET /keeping. It is readable
// by everybody.
type KeepingPage struct {
	Rows []Kept
	Safe *Safe // for members
}

// Safe says when what is kept was last backed up, checked and restored, and
// when a restore was rehearsed with the backup of which day; zero times mean
// never.
type Safe struct {
	BackedUp, Checked      time.Time
	Late                   bool // the backup is older than it may be
	Well                   bool // what the check found
	Rehearsed, RehearsedOf time.Time
	Restored, From         time.Time
}

func (KeepingPage) template() string { return "keeping/keeping" }

// Kept is one line of the retention table (product 6). Days of 0 mean that
// nothing is kept at all.
type Kept struct {
	What string // one of the words of the group "kept"
	Days int
	Here bool // it is kept for as long as somebody is a member
}

func keptKinds() []string {
	return []string{
		"yours", "promise", "photos", "asks", "silent", "offers", "letters", "news", "sessions", "invites", "written", "parted", "copies", "journal",
		"backups", "post", "riddles", "suggestions", "hashes", "servers", "recipients", "drafts", "forms", "security", "logs",
	}
}

// Calm tells whether nothing waits and nothing is wrong.
func (p QueuePage) Calm() bool { return len(p.Health)+len(p.Peers)+len(p.Parked) == 0 }
