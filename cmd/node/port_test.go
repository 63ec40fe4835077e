package main

import (
	"math/rand/v2"
	"net"
	"strconv"
	"testing"
)

// freePort is one that nothing listens on. It is outside the range from which the system gives ports to whoever asks for any, so
// that nobody takes it between the question and its use.
func freePort(t testing.TB) string {
	t.Helper()
	for range 1000 {
		port := strconv.Itoa(20000 + rand.IntN(10000))
		if l, err := net.Listen("tcp", "localhost:"+port); err == nil {
			l.Close()
			return port
		}
	}
	t.Fatal("no port is free between 20000 and 30000")
	return ""
}
