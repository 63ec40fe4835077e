package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"
	_ "time/tzdata" // a bare machine has no time zones of its own

	"github.com/alecthomas/kong"

	"codeberg.org/manypots/manypots/api/web"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/store"
)

// commands are what can be typed after manypots. Their names stay (DESIGN 7).
type commands struct {
	Serve     serveCommand     `cmd:"" help:"Run the node."`
	Demo      demoCommand      `cmd:"" help:"Run two neighbouring nodes with people and things, on loopback, with one clock to turn."`
	SetupLink setupLinkCommand `cmd:"" help:"Print a new one-time set-up link."`
	Config    configCommand    `cmd:"" help:"Print every option as a commented environment file."`
	Invite    inviteCommand    `cmd:"" help:"Print an invite link."`
	Token     tokenCommand     `cmd:"" help:"Print an API token for a member."`
	Member    memberCommand    `cmd:"" help:"List members, or let one back in."`
	Neighbour neighbourCommand `cmd:"" help:"Add, list, accept or part from neighbouring collectives."`
	Queue     queueCommand     `cmd:"" help:"See what waits for whom, and requeue or drop what was given up."`
	Backup    backupCommand    `cmd:"" help:"Back the node up while it runs: database, photos and keys in one sealed file."`
	Restore   restoreCommand   `cmd:"" help:"Read a backup into an empty data folder."`
	Check     checkCommand     `cmd:"" help:"Look whether database, photos and keys are in order, or whether a backup is."`
	Draw      drawCommand      `cmd:"" help:"Recheck a draw."`
	Version   versionCommand   `cmd:"" help:"Print the version."`
}

// surroundings is what every command gets.
type surroundings struct {
	ctx    context.Context
	config config
	out    io.Writer
	errs   io.Writer
	log    *slog.Logger
}

func main() {
	syscall.Umask(0o077) // the database holds private keys, and nobody else on the machine may read it
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Environ(), os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "manypots:", plain(err))
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context, args, environ []string, out, errs io.Writer) error {
	var typed commands
	parser, err := kong.New(&typed, kong.Name("manypots"), kong.Writers(out, errs),
		kong.Description("The server of one neighbourhood collective. Options are environment variables: see manypots config."))
	if err != nil {
		return err
	}
	chosen, err := parser.Parse(args)
	if err != nil {
		return err
	}
	c, err := readConfig(environ)
	if err != nil {
		return err
	}
	log := slog.New(slog.NewJSONHandler(errs, &slog.HandlerOptions{Level: c.Log}))
	return chosen.Run(&surroundings{ctx: ctx, config: c, out: out, errs: errs, log: log})
}

// plain says an error to somebody at a terminal: a refusal in the words of the pages, with what is behind it.
func plain(err error) string {
	e, ok := fault.As(err)
	if !ok || e.Kind == fault.Internal {
		return err.Error()
	}
	pages, broken := web.Open()
	if broken != nil {
		return err.Error()
	}
	sentence := pages.Locale(time.UTC, "en").Sentence
	says := sentence(e.Key, e.Args)
	if len(e.Fields) > 0 {
		says = e.Fields[0].Name + ": " + sentence(e.Fields[0].Key, e.Fields[0].Args)
	}
	if e.Cause != nil {
		says += " (" + e.Cause.Error() + ")"
	}
	return says
}

// withStore opens the database beside a running node, for one admin command, which leaves its schema alone.
func (s *surroundings) withStore(fn func(*store.Store) error) error {
	if err := os.MkdirAll(s.config.Data, 0o700); err != nil {
		return err
	}
	db, err := store.OpenBeside(s.ctx, s.config.store(s.log))
	if err != nil {
		return err
	}
	defer db.Close()
	return fn(db)
}

// update runs one transaction of an admin command.
func (s *surroundings) update(fn func(*store.Tx) error) error {
	return s.withStore(func(db *store.Store) error { return db.Update(s.ctx, time.Now(), fn) })
}

// view runs one read of an admin command.
func (s *surroundings) view(fn func(*store.View) error) error {
	return s.withStore(func(db *store.Store) error { return db.View(s.ctx, time.Now(), fn) })
}

func (s *surroundings) print(format string, args ...any) error {
	_, err := fmt.Fprintf(s.out, format+"\n", args...)
	return err
}
