package main

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"codeberg.org/manypots/manypots/models/fault"
)

// After an hour without a database everything moves again within seconds.
func TestWheel_turnsSoonOnceTheDatabaseIsBack(t *testing.T) {
	if _, waited := recovers(t, fault.New(fault.Busy, "store.unavailable")); waited > recovery {
		t.Errorf("it took %s", waited)
	}
}

// What fails for another reason will fail again; once a minute is enough, and the log stays readable.
func TestWheel_thatFailsTriesOnceAMinute(t *testing.T) {
	if tries, waited := recovers(t, errors.New("a mistake of ours")); waited > time.Minute || tries > 70 {
		t.Errorf("it tried %d times in an hour and took %s", tries, waited)
	}
}

// recovers lets a wheel fail for an hour, and says how often it tried and how long it took to turn well after that.
func recovers(t *testing.T, failure error) (tries int, waited time.Duration) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		ctx, stop := context.WithCancel(t.Context())
		w := wheel{"test", nil, 2 * time.Hour, func(context.Context) (bool, error) {
			if time.Since(began) < time.Hour {
				tries++
				return false, failure
			}
			waited = time.Since(began) - time.Hour
			stop()
			return false, nil
		}}
		w.run(ctx, slog.New(slog.DiscardHandler), &ailing{})
	})
	return tries, waited
}
