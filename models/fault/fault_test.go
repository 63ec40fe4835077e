package fault_test

import (
	"errors"
	"strings"
	"testing"

	"codeberg.org/manypots/manypots/models/fault"
)

func TestError_isFoundThroughWrapping(t *testing.T) {
	err := error(fault.New(fault.Conflict, "offer.moved_on"))
	fault.Wrap(&err, "claim %s", "abc")
	if !fault.Is(err, fault.Conflict) || fault.KeyOf(err) != "offer.moved_on" {
		t.Fatalf("kind %v, key %q", fault.KindOf(err), fault.KeyOf(err))
	}
	if got, want := err.Error(), "claim abc: conflict: offer.moved_on"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestError_ofOthersIsInternal(t *testing.T) {
	if got := fault.KindOf(errors.New("disk on fire")); got != fault.Internal {
		t.Errorf("got %v", got)
	}
	if fault.Is(nil, fault.Internal) {
		t.Error("no error has no kind")
	}
}

func TestError_neverLogsPeoplesWords(t *testing.T) {
	err := fault.New(fault.Invalid, "offer.title.long", fault.Args{"Title": "canary"})
	if strings.Contains(err.Error(), "canary") {
		t.Errorf("log line holds an argument: %s", err)
	}
}

func TestFields_withoutAFaultAreNoError(t *testing.T) {
	if err := fault.Fields(); err != nil {
		t.Fatal(err)
	}
	err := fault.Fields(fault.Field{Name: "title", Key: "offer.title.missing"})
	if !fault.Is(err, fault.Invalid) {
		t.Fatal(err)
	}
}
