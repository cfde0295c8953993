package main

import (
	"fmt"
	"strings"
)

// target is what this client is to reach.
type target struct {
	name, wanted, measured string
	met                    bool
}

// limit is one number of a target.
type limit struct {
	format string // of the value
	value  float64
	most   float64
}

func (r *results) targets() []target {
	memory, http := r.calls[r.networks[0]], r.calls[r.networks[1]]
	return []target{
		upTo("Get, memory transport", "≤ 25 allocations, ≤ 0.55 × by hand with encoding/json",
			limit{"%.0f allocations", memory["Get"][ours].allocations, 25}, limit{"%.2f ×", memory["Get"].ratio(decoded), 0.55}),
		upTo("Get, loopback", "≤ 1.0 × by hand with encoding/json, ≤ 1.4 × by hand without decoding and timeout",
			limit{"%.2f ×", http["Get"].ratio(decoded), 1}, limit{"%.2f ×", http["Get"].ratio(floor), 1.4}),
		upTo("ListLogs (100), loopback", "≤ 0.45 × by hand with encoding/json, ≤ 260 allocations in all",
			limit{"%.2f ×", http["ListLogs (100)"].ratio(decoded), 0.45}, limit{"%.0f allocations", http["ListLogs (100)"][ours].allocations, 260}),
		upTo("GetPrefs 60 kB, loopback", "raw ≤ 0.4 ×, into a struct ≤ 1.2 × by hand with encoding/json",
			limit{"%.2f ×", http["GetPrefs 60 kB, raw"].ratio(decoded), 0.4}, limit{"%.2f ×", http["GetPrefs 60 kB, into a struct"].ratio(decoded), 1.2}),
		upTo("UpdatePrefs 60 kB, loopback", "raw ≤ 0.4 ×, from a map ≤ 0.7 × by hand with encoding/json",
			limit{"%.2f ×", http["UpdatePrefs 60 kB, raw"].ratio(decoded), 0.4}, limit{"%.2f ×", http["UpdatePrefs 60 kB, from a map"].ratio(decoded), 0.7}),
		r.underLoad(r.networks[2]),
		r.underLoad(r.networks[3]),
		r.perCopy("Client.WithJWT"),
		r.perCopy("Client.WithSession"),
		upTo("id.Unique", "≤ 1 allocation, ≤ 300 ns", r.each("id.Unique", 1, 300)...),
		upTo("query.Equal with one string", "≤ 2 allocations", limit{"%.0f allocations", r.small["query.Equal with a string"].allocations / repeats, 2}),
		upTo("64 MiB error body", "< 128 KiB allocated by the client", limit{"%.0f KiB", r.errorBody[ours].size / 1024, 128}),
		upTo("idle client", "no goroutine but net/http's", limit{"%.0f", float64(r.idle), 0}),
	}
}

func (r *results) perCopy(name string) target {
	return upTo(name, "≤ 1 allocation, ≤ 150 ns", r.each(name, 1, 150)...)
}

func (r *results) each(name string, allocations, ns float64) []limit {
	c := r.small[name]
	return []limit{{"%.0f allocations", c.allocations / repeats, allocations}, {"%.0f ns", float64(c.time) / repeats, ns}}
}

func (r *results) underLoad(network string) target {
	l := r.loads[network][256]
	share := l[ours].rate / l[decoded].rate
	later := l[ours].later + l[copies].later // of one pool
	return target{
		name:     "256 goroutines, 2 ms server, " + network,
		wanted:   "≥ 0.95 of a tuned transport's throughput, no connection after the first second",
		measured: fmt.Sprintf("%.2f ×, %d connections later (by hand %d)", share, later, l[decoded].later),
		met:      share >= 0.95 && later == 0,
	}
}

// upTo is a target that is met where no value is above its limit.
func upTo(name, wanted string, limits ...limit) target {
	t := target{name: name, wanted: wanted, met: true}
	var measured []string
	for _, l := range limits {
		measured = append(measured, fmt.Sprintf(l.format, l.value))
		t.met = t.met && l.value <= l.most
	}
	t.measured = strings.Join(measured, ", ")
	return t
}
