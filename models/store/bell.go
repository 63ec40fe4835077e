package store

// Bell wakes a worker after a commit that left it something to do. A lost ring is harmless: workers also poll.
type Bell string

// The bells, each heard by one kind of worker.
const (
	BellJournal    Bell = "journal"    // events to translate: the relay
	BellDeliveries Bell = "deliveries" // activities to send: the courier
	BellInbox      Bell = "inbox"      // activities to apply: the receiver
	BellJobs       Bell = "jobs"       // jobs due now
)

// Bell gives the channel on which a bell is heard. Rings that nobody hears yet melt into one.
func (s *Store) Bell(b Bell) <-chan struct{} { return s.bell(b) }

// Ring rings at once; Tx.Ring rings after the commit.
func (s *Store) Ring(b Bell) {
	select {
	case s.bell(b) <- struct{}{}:
	default:
	}
}

func (s *Store) bell(b Bell) chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bells[b] == nil {
		s.bells[b] = make(chan struct{}, 1)
	}
	return s.bells[b]
}

// Ring wakes a worker once the transaction is committed, never before.
func (tx *Tx) Ring(b Bell) { tx.rung[b] = true }
