package people

import "codeberg.org/manypots/manypots/models/store"

// Spans tell how long what concerns a member is kept, beside what goes when she leaves.
func Spans() []store.Span {
	return []store.Span{
		{What: "news", For: noticesKept}, {What: "sessions", For: SessionIdle}, {What: "invites", For: invitesKept}, {What: "written", For: deedsKept},
		{What: "security", For: knockKept},
	}
}
