package fetch

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"syscall"
	"time"
)

// Cause is what kind of failure a fetch met.
type Cause string

// The causes. Refused and WrongType will not change by trying again soon.
const (
	Refused     Cause = "refused"     // we do not go there: the guard, or a redirect
	Unreachable Cause = "unreachable" // no connection, no TLS, no answer
	TooSlow     Cause = "too slow"    // the time ran out
	TooBig      Cause = "too big"     // more bytes than we read
	WrongType   Cause = "wrong type"  // an answer of another kind than asked for
	BadStatus   Cause = "bad status"  // an answer, and not 200; Status says which
	NotSigned   Cause = "not signed"  // our own signing failed
	BadRequest  Cause = "bad request" // no request could be made of it
)

// Failure is why a fetch brought nothing. Its text names no path, for it goes into logs.
type Failure struct {
	Cause      Cause
	Status     int           // of BadStatus
	RetryAfter time.Duration // of BadStatus: what the peer asked for, clamped; 0 when it did not ask
	Detail     string
	err        error
}

// Error is a line for the log.
func (f *Failure) Error() string { return "fetch " + string(f.Cause) + ": " + f.Detail }

// Unwrap gives the network's own error.
func (f *Failure) Unwrap() error { return f.err }

func refuse(detail string) error { return &Failure{Cause: Refused, Detail: detail} }

// failed turns what net/http says into a Failure, without the address that net/http puts into its errors.
func failed(host string, err error) error {
	var known *Failure
	if errors.As(err, &known) {
		return known
	}
	var network net.Error
	if errors.Is(err, context.DeadlineExceeded) || errors.As(err, &network) && network.Timeout() {
		return &Failure{Cause: TooSlow, Detail: host + " did not answer in time", err: err}
	}
	return &Failure{Cause: Unreachable, Detail: host + " cannot be reached: " + why(err), err: err}
}

// why puts the network's error into words of ours: its own may quote what the peer sent.
func why(err error) string {
	var name *net.DNSError
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.As(err, &name):
		return "its name is not known"
	case errors.As(err, &certificate):
		return "its certificate is not valid"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "it refuses connections"
	}
	return "the connection broke"
}

func tooBig(host string, limit int64) error {
	return &Failure{Cause: TooBig, Detail: fmt.Sprintf("%s sent more than %d bytes", host, limit)}
}
