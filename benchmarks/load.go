package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"runtime/pprof"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/internal/plainmodels"
	"github.com/seed17809555/appwrite/models"
)

// throughput is what a variant does when many goroutines call at once.
type throughput struct {
	rate   float64 // calls per second
	opened int     // connections during the first second
	later  int     // connections after that
}

const copies = "this client, a copy per call"

// turns are what each variant has in a round: many short ones, since other work of the machine
// shows in throughput more than in the time of single calls.
const turns = 5

// load has goroutines call Get on a server that takes 2 ms. The variants run in turns.
func (o options) load(n network, goroutines int) (map[string]throughput, error) {
	const answer = "user-2ms"
	client, newUser := n.client(answer), plainmodels.New[models.User]()
	full, bare := n.hand(answer, goroutines, handTimeout), n.hand(answer, goroutines, 0)
	guest := client.AsGuest()
	get := func(c *appwrite.Client) error {
		_, err := c.Account.Get(ctx)
		return err
	}
	variants := []variant{
		{ours, func() error { return get(client) }},
		{copies, func() error { return get(guest.WithSession(secret)) }},
		{decoded, func() error {
			return full.do(ctx, http.MethodGet, "/account", nil, http.StatusOK, newUser())
		}},
		{floor, func() error { return bare.do(ctx, http.MethodGet, "/account", nil, http.StatusOK, nil) }},
	}
	counter := n.counter()
	rates, results := map[string][]float64{}, map[string]throughput{}
	for round := range turns*o.rounds + 1 {
		for i := range variants {
			v := variants[(i+round)%len(variants)]
			before, err := counter()
			if err != nil {
				return nil, err
			}
			duration := o.burst
			if round == 0 {
				duration = o.warmUp
			}
			rate, err := burst(v, goroutines, duration)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", v.name, err)
			}
			after, err := counter()
			if err != nil {
				return nil, err
			}
			r := results[v.name]
			if round == 0 {
				r.opened += after - before
			} else {
				r.later += after - before
				rates[v.name] = append(rates[v.name], rate)
			}
			results[v.name] = r
		}
	}
	for name, r := range results {
		r.rate = median(rates[name], func(f float64) float64 { return f })
		results[name] = r
	}
	return results, nil
}

// burst returns the calls per second.
func burst(v variant, goroutines int, d time.Duration) (float64, error) {
	timed, cancel := context.WithTimeout(context.Background(), d)
	defer cancel()
	var calls atomic.Int64
	var failed atomic.Pointer[error]
	var all sync.WaitGroup
	started := time.Now()
	for range goroutines {
		all.Go(func() {
			for timed.Err() == nil {
				if err := v.run(); err != nil {
					failed.Store(&err)
					return
				}
				calls.Add(1)
			}
		})
	}
	all.Wait()
	if err := failed.Load(); err != nil {
		return 0, *err
	}
	return float64(calls.Load()) / time.Since(started).Seconds(), nil
}

// counter returns how many connections a server has accepted, without opening one itself but
// for the first time.
func (n network) counter() func() (int, error) {
	h := n.hand("", 1, handTimeout)
	count := func() (int, error) {
		resp, err := h.http.Get(n.endpoint + "/connections")
		if err != nil {
			return 0, err
		}
		defer resp.Body.Close()
		text, err := io.ReadAll(resp.Body)
		if err != nil {
			return 0, err
		}
		return strconv.Atoi(string(text))
	}
	_, _ = count()
	return count
}

// ownGoroutines counts those that run code of package appwrite.
func ownGoroutines() int {
	var text strings.Builder
	_ = pprof.Lookup("goroutine").WriteTo(&text, 2)
	own := 0
	for stack := range strings.SplitSeq(text.String(), "\n\n") {
		if strings.Contains(stack, "github.com/seed17809555/appwrite.") {
			own++
		}
	}
	return own
}
