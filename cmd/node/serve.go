package main

import (
	"context"
	"errors"
	"net"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

type serveCommand struct{}

// Run serves until it is told to stop. An empty node prints the link that opens the seven questions.
func (serveCommand) Run(s *surroundings) (err error) {
	n, err := open(s.ctx, s.config, &clock{}, s.log)
	if err != nil {
		return err
	}
	defer func() {
		if e := n.close(); err == nil {
			err = e
		}
	}()
	listener, err := net.Listen("tcp", s.config.Listen)
	if err != nil {
		return err
	}
	if err := n.greet(s); err != nil {
		return err
	}
	if s.config.MetricsListen == "" {
		return n.serve(s.ctx, listener)
	}
	figures, err := net.Listen("tcp", s.config.MetricsListen)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(s.ctx)
	told := make(chan error, 1)
	go func() {
		err := n.serveFigures(ctx, figures)
		if err != nil {
			s.log.Error("figures are no longer served", "error", err)
		}
		told <- err
	}()
	err = n.serve(s.ctx, listener)
	stop()
	return errors.Join(err, <-told)
}

// greet tells the person at the terminal what to do next.
func (n *node) greet(s *surroundings) error {
	err := n.store.View(s.ctx, wall(), func(v *store.View) error {
		_, err := people.FindCollective(v)
		return err
	})
	switch {
	case fault.Is(err, fault.NotFound):
		link, err := setupLink(s, n.store)
		if err != nil {
			return err
		}
		return s.print("This node is new. Open this link once, within a day, to set it up:\n\n  %s\n", link)
	case err != nil:
		return err
	}
	return s.print("Manypots is at %s", s.config.URL)
}
