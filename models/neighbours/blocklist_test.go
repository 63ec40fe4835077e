package neighbours_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/neighbours"
	"codeberg.org/manypots/manypots/models/store"
)

func TestBlocklist_isReadLiberally(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		list string
		want []string
	}{
		"Mastodon 4": {"#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate\nBad.Example,suspend,true,true,\"spam, and worse\",false\nquiet.example,silence,false,false,,false\nfine.example,noop,true,false,,false\n",
			[]string{"bad.example block spam, and worse", "quiet.example limit "}},
		"old Mastodon":      {"domain\nbad.example\n", []string{"bad.example block "}},
		"bare hosts":        {"bad.example\n\nworse.example.\n", []string{"bad.example block ", "worse.example block "}},
		"other order":       {"\ufeffseverity,domain\nlimit,a.example\n", []string{"a.example limit "}},
		"obfuscated":        {"b*d.example\n", nil},
		"a whole registry":  {"com\nco.uk\n", nil},
		"a formula":         {"domain,public_comment\na.example,'=1+1\n", []string{"a.example block =1+1"}},
		"an address":        {"https://bäd.example:8443/\n", []string{"xn--bd-via.example block "}},
		"hostile":           {"\"a\nb\x00c,,,\n=cmd|' /C calc'!A0\n\x00\n", nil},
		"nothing":           {"", nil},
		"prose":             {"Dear all, this is no list.", nil},
		"a review day":      {"#domain,#review_at\na.example,2027-02-01\n", []string{"a.example block "}},
		"no such day":       {"#domain,#review_at\na.example,soon\n", []string{"a.example block "}},
		"many empty fields": {",,,,,\n,,,\n", nil},
	} {
		lines, err := neighbours.ReadBlocklist(strings.NewReader(c.list))
		var got []string
		for _, l := range lines {
			got = append(got, l.Subject+" "+string(l.Severity)+" "+l.Reason)
		}
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, %v; want %q", name, got, err, c.want)
		}
	}
	if _, err := neighbours.ReadBlocklist(strings.NewReader(strings.Repeat("a.example\n", 6000))); err == nil {
		t.Error("a list without end was read")
	}
}

func TestBlocklist_whatIsWrittenCanBeReadAndIsNoFormula(t *testing.T) {
	t.Parallel()
	review := time.Date(2027, 2, 1, 0, 0, 0, 0, time.UTC)
	var out bytes.Buffer
	err := neighbours.WriteBlocklist(&out, []neighbours.ShutOut{
		{Subject: "bad.example", Severity: neighbours.Blocking, Reason: "=HYPERLINK(\"https://bad.example\")", ReviewAt: &review},
		{Subject: "quiet.example", Severity: neighbours.Limited, Reason: "-1, and \"more\""},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(out.String(), "\n") {
		for _, cell := range strings.Split(line, ",") {
			if cell = strings.TrimPrefix(cell, `"`); cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") {
				t.Errorf("a spreadsheet would run %q", cell)
			}
		}
	}
	lines, err := neighbours.ReadBlocklist(&out)
	if err != nil || len(lines) != 2 || lines[0].Reason != "=HYPERLINK(\"https://bad.example\")" || !lines[0].ReviewAt.Equal(review) ||
		lines[1].Severity != neighbours.Limited || lines[1].Reason != "-1, and \"more\"" {
		t.Errorf("read again: %+v, %v", lines, err)
	}
}

func TestTakeOver_doesWhatChangesShowsAndLeavesNeighboursAlone(t *testing.T) {
	alder(t, func(n *node) {
		n.befriended()
		n.away(neighbours.NewShutOut{Subject: "known.example", Severity: neighbours.Blocking})
		n.away(neighbours.NewShutOut{Subject: "odd.example", Severity: neighbours.Limited})
		lines, err := neighbours.ReadBlocklist(strings.NewReader("#domain,#severity\nbad.example,suspend\nbad.example,suspend\nbirch.example,suspend\nknown.example,silence\nodd.example,suspend\nalder.example,suspend\n"))
		if err != nil {
			n.Fatal(err)
		}
		n.look(func(v *store.View) error {
			changes, err := neighbours.Changes(v, lines)
			var got []string
			for _, c := range changes {
				word := c.Subject
				if c.Neighbour {
					word += " neighbour"
				}
				if c.Was != nil {
					word += " was " + string(c.Was.Severity)
				}
				got = append(got, word)
			}
			if want := []string{"bad.example", "birch.example neighbour", "odd.example was limit"}; !slices.Equal(got, want) {
				n.Errorf("it would change %q, want %q", got, want)
			}
			return err
		})
		n.refused(n.try(func(tx *store.Tx) error { return neighbours.TakeOver(tx, n.reed, lines) }), "role.steward_needed")
		n.do(func(tx *store.Tx) error { return neighbours.TakeOver(tx, n.sage, lines) })
		for host, want := range map[string]bool{"bad": true, "birch": false, "known": true, "odd": true, "alder": false} {
			n.look(func(v *store.View) error {
				got, err := neighbours.Blocked(v, "https://"+host+".example")
				if got != want {
					n.Errorf("%s: blocked %v, want %v", host, got, want)
				}
				return err
			})
		}
	})
}

func FuzzReadBlocklist(f *testing.F) {
	f.Add("#domain,#severity,#public_comment\nbad.example,suspend,\"x\n\"\n")
	f.Add("bäd.example\n'=1\n")
	f.Fuzz(func(t *testing.T, list string) {
		lines, err := neighbours.ReadBlocklist(strings.NewReader(list))
		if err != nil {
			return
		}
		var out bytes.Buffer
		var all []neighbours.ShutOut
		for _, l := range lines {
			all = append(all, neighbours.ShutOut{Subject: l.Subject, Severity: l.Severity, Reason: l.Reason})
		}
		if err := neighbours.WriteBlocklist(&out, all); err != nil {
			t.Fatal(err)
		}
		again, err := neighbours.ReadBlocklist(&out)
		if err != nil || len(again) != len(lines) {
			t.Errorf("%d lines were %d: %v", len(again), len(lines), err)
		}
	})
}
