package main

import (
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
	"codeberg.org/manypots/manypots/models/wire"
)

type queueCommand struct {
	List    queueListCommand    `cmd:"" help:"What waits for whom and since when, and what was given up."`
	Requeue queueRequeueCommand `cmd:"" help:"Try something that was given up again."`
	Drop    queueDropCommand    `cmd:"" help:"Give something up for good."`
}

type queueListCommand struct{}

// queueShown is how many lines of each kind are printed.
const queueShown = 200

// Run prints peers and ids, never what a message says.
func (queueListCommand) Run(s *surroundings) error {
	return s.view(func(v *store.View) error {
		lanes, err := wire.Lanes(v, "", queueShown)
		if err != nil {
			return err
		}
		for _, l := range lanes {
			if err := s.print("waiting  %s  since %s  %s", l.Peer.Origin, l.Since.Format("2006-01-02 15:04"), l.Peer.LastError); err != nil {
				return err
			}
		}
		deliveries, err := wire.StuckDeliveries(v, "", queueShown)
		if err != nil {
			return err
		}
		for _, d := range deliveries {
			if err := s.print("out  %s  %s  %s  %s", d.ID, d.Host, d.State, d.LastError); err != nil {
				return err
			}
		}
		items, err := wire.StuckItems(v, "", queueShown)
		if err != nil {
			return err
		}
		for _, i := range items {
			if err := s.print("in   %s  %s  %s  %s", i.ID, i.Origin, i.Type, i.Error); err != nil {
				return err
			}
		}
		return nil
	})
}

type queueRequeueCommand struct {
	ID string `arg:"" help:"The id, as manypots queue list prints it."`
}

// deedQueue is written down where all members see it.
const deedQueue people.DeedKind = "queue.changed"

// Run tries it again.
func (c queueRequeueCommand) Run(s *surroundings) error {
	return s.update(func(tx *store.Tx) error {
		if err := wire.Requeue(tx, wall(), c.ID); err != nil {
			return err
		}
		return people.WriteDown(tx, deedQueue, c.ID)
	})
}

type queueDropCommand struct {
	ID string `arg:"" help:"The id, as manypots queue list prints it."`
}

// Run gives it up.
func (c queueDropCommand) Run(s *surroundings) error {
	return s.update(func(tx *store.Tx) error {
		if err := wire.Drop(tx, c.ID); err != nil {
			return err
		}
		return people.WriteDown(tx, deedQueue, c.ID)
	})
}
