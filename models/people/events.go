package people

import "codeberg.org/manypots/manypots/models/store"

// Events are the kinds that this package records. Members are not actors (DESIGN 3.5), so nothing about a person is an event.
func Events() []store.EventKind { return []store.EventKind{CollectiveChanged} }
