package main

import (
	"net/http"
	"sync"
)

// callHeader names a call that changes something, so that the server side can tell one call
// that was sent twice from two calls.
const callHeader = "X-Soak-Call"

// arrivals counts how often each call reached the server, other than to be told to wait.
type arrivals struct {
	next http.Handler

	mu    sync.Mutex
	seen  map[string]int
	twice int
}

func (a *arrivals) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := r.Header.Get(callHeader)
	if name == "" {
		a.next.ServeHTTP(w, r)
		return
	}
	answer := &status{ResponseWriter: w}
	// Deferred, since broken connections are panics here.
	defer func() {
		if answer.code == http.StatusTooManyRequests {
			return
		}
		a.mu.Lock()
		defer a.mu.Unlock()
		if a.seen[name]++; a.seen[name] > 1 {
			a.twice++
		}
	}()
	a.next.ServeHTTP(answer, r)
}

// status notes the status of an answer, 0 without an answer.
type status struct {
	http.ResponseWriter
	code int
}

func (s *status) WriteHeader(code int) {
	s.code = code
	s.ResponseWriter.WriteHeader(code)
}

// Unwrap lets faults take the connection.
func (s *status) Unwrap() http.ResponseWriter { return s.ResponseWriter }
