package main

import (
	"codeberg.org/manypots/manypots/api/web"
	"codeberg.org/manypots/manypots/federation/iri"
	"codeberg.org/manypots/manypots/models"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/store"
)

type neighbourCommand struct {
	Add    neighbourAddCommand    `cmd:"" help:"Ask another collective to be neighbours, or an account on other software to let us follow it."`
	List   neighbourListCommand   `cmd:"" help:"List neighbours and who asked."`
	Accept neighbourAcceptCommand `cmd:"" help:"Accept a collective that asked."`
	Part   neighbourPartCommand   `cmd:"" help:"Part from a neighbour."`
}

type neighbourAddCommand struct {
	Address string `arg:"" help:"Where the other collective is: a host, collective@host, or a link."`
}

// Run looks the other collective up and asks; people there decide. The running node sends it.
func (c neighbourAddCommand) Run(s *surroundings) error {
	return s.withStore(func(db *store.Store) error {
		pages, err := web.Open()
		if err != nil {
			return err
		}
		f, err := newFederation(s.config, db, &clock{}, s.log, words{pages}, nil)
		if err != nil {
			return err
		}
		actor, err := f.Lookup(s.ctx, c.Address)
		if err != nil {
			return err
		}
		err = db.Update(s.ctx, wall(), func(tx *store.Tx) error {
			_, err := neighbours.AddNeighbourByCommandLine(tx, actor)
			return err
		})
		if err != nil {
			return err
		}
		return s.print("Asked %s. They decide; see manypots neighbour list.", actor.IRI)
	})
}

type neighbourListCommand struct{}

// Run lists the other collectives by address and state.
func (neighbourListCommand) Run(s *surroundings) error {
	const page = 100
	return s.view(func(v *store.View) error {
		for after := neighbours.EdgeID(""); ; {
			list, err := neighbours.ListNeighbours(v, after, page)
			if err != nil || len(list) == 0 {
				return err
			}
			for _, n := range list {
				if err := s.print("%s  %s", n.Actor.Origin, n.Edge.State); err != nil {
					return err
				}
				after = n.Edge.ID
			}
		}
	})
}

type neighbourAcceptCommand struct {
	Address string `arg:"" help:"Its address, as manypots neighbour list prints it."`
}

// Run says yes.
func (c neighbourAcceptCommand) Run(s *surroundings) error {
	return s.update(func(tx *store.Tx) error {
		edge, err := edgeAt(tx.View, c.Address)
		if err != nil {
			return err
		}
		_, err = neighbours.AcceptNeighbourByCommandLine(tx, edge.Edge.ID)
		return err
	})
}

type neighbourPartCommand struct {
	Address string `arg:"" help:"Its address, as manypots neighbour list prints it."`
}

// Run parts, and ends what is open between the two.
func (c neighbourPartCommand) Run(s *surroundings) error {
	return s.update(func(tx *store.Tx) error {
		edge, err := edgeAt(tx.View, c.Address)
		if err != nil {
			return err
		}
		if _, err := neighbours.PartNeighbourByCommandLine(tx, edge.Edge.ID); err != nil {
			return err
		}
		return models.Part(tx, edge.Actor.IRI)
	})
}

// edgeAt finds the edge to the collective at an address.
func edgeAt(v *store.View, address string) (neighbours.Neighbour, error) {
	origin, err := iri.Origin(address)
	if err != nil {
		if origin, err = iri.Origin("https://" + address); err != nil {
			return neighbours.Neighbour{}, err
		}
	}
	const page = 100
	for after := neighbours.EdgeID(""); ; {
		list, err := neighbours.ListNeighbours(v, after, page)
		if err != nil {
			return neighbours.Neighbour{}, err
		}
		if len(list) == 0 {
			return neighbours.Neighbour{}, fault.New(fault.NotFound, "neighbour.unknown")
		}
		for _, n := range list {
			if n.Actor.Origin == origin {
				return n, nil
			}
			after = n.Edge.ID
		}
	}
}
