package main

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// tally counts what calls came to.
type tally struct {
	took    time.Duration
	peak    reading
	calls   map[string]int // by method
	errors  map[string]int // by kind
	wrong   map[string]int // what must never happen
	effects int            // changes that the server did
	unsure  int            // changes of which no answer told whether they were done
	found   int            // of those, the ones that were
}

func newTally() *tally {
	return &tally{calls: map[string]int{}, errors: map[string]int{}, wrong: map[string]int{}}
}

func (t *tally) add(o *tally) {
	for _, m := range []struct{ to, from map[string]int }{{t.calls, o.calls}, {t.errors, o.errors}, {t.wrong, o.wrong}} {
		for k, n := range m.from {
			m.to[k] += n
		}
	}
	t.effects += o.effects
	t.unsure += o.unsure
	t.found += o.found
}

// reconcile compares what a user was told with what the server noted for that user.
func (t *tally) reconcile(p *person, logs int) {
	switch {
	case logs < p.logs:
		t.wrong["effects lost"] += p.logs - logs
	case logs > p.logs:
		t.wrong["effects doubled"] += logs - p.logs
	}
}

var entries = regexp.MustCompile(`(?m) prefs=.* logs=(\d+)$`)

// logged returns how many log entries each user has, in the order of their registration.
func logged(dump string) []int {
	var counts []int
	for _, found := range entries.FindAllStringSubmatch(dump, -1) {
		n, _ := strconv.Atoi(found[1])
		counts = append(counts, n)
	}
	return counts
}

func (t *tally) String() string {
	var b strings.Builder
	calls, failed := 0, 0
	for _, n := range t.calls {
		calls += n
	}
	for _, n := range t.errors {
		failed += n
	}
	fmt.Fprintf(&b, "peak: %v, with the server's\n", t.peak)
	fmt.Fprintf(&b, "%d calls in %v, %.0f a second\n", calls, t.took.Round(time.Second), float64(calls)/t.took.Seconds())
	for _, k := range sorted(t.calls) {
		fmt.Fprintf(&b, "  %-28s %8d\n", k, t.calls[k])
	}
	fmt.Fprintf(&b, "%d errors, %.1f %%\n", failed, 100*float64(failed)/float64(max(calls, 1)))
	for _, k := range sorted(t.errors) {
		fmt.Fprintf(&b, "  %-28s %8d\n", k, t.errors[k])
	}
	fmt.Fprintf(&b, "%d effects; of %d calls that may have been done, %d were\n", t.effects, t.unsure, t.found)
	for _, k := range []string{"changes sent twice", "effects lost", "effects doubled", "another user's data"} {
		fmt.Fprintf(&b, "  %-28s %8d\n", k, t.wrong[k])
	}
	return b.String()
}
