// Package fault is how every part of Manypots says that something cannot be done.
//
// An error of this package has a kind, which decides the status; a message key with arguments, which one place turns into a
// sentence in the reader's language that says what to do next; and a cause, which only the log sees. Everything that is not
// a fault is internal: one apology with a request id. The package imports nothing of ours.
package fault
