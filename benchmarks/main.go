// Command benchmarks measures this client beside what one would write by hand with net/http,
// and writes RESULTS.md and chart.svg:
//
//	go run .
//
// It runs in this folder and takes some six minutes. Other work of the machine shows in the
// figures. To try something out, one minute is enough, and a folder for what it writes:
//
//	go run . -rounds 6 -slice 20ms -burst 20ms -out /tmp
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// options say how long to measure.
type options struct {
	command string // that runs this
	rounds  int
	slice   time.Duration // that a variant runs in a round
	warmUp  time.Duration // of many goroutines, before the first round
	burst   time.Duration // that many goroutines run in a turn
	note    string        // on the machine, for the report
}

func main() {
	o := options{warmUp: time.Second}
	flag.IntVar(&o.rounds, "rounds", 9, "rounds of which the medians are taken")
	flag.DurationVar(&o.slice, "slice", 100*time.Millisecond, "that each variant runs in a round")
	flag.DurationVar(&o.burst, "burst", 100*time.Millisecond, "that many goroutines run in a turn")
	flag.StringVar(&o.note, "note", "", "a sentence on the machine, for the report")
	out := flag.String("out", ".", "folder to write to")
	serving := flag.Bool("serve", false, "be the process of the servers")
	flag.Parse()
	o.command = "go run ."
	flag.Visit(func(f *flag.Flag) {
		if f.Name != "note" && f.Name != "out" { // they change nothing that is measured
			o.command += " -" + f.Name + " " + f.Value.String()
		}
	})

	var err error
	if *serving {
		err = serve(os.Stdin, os.Stdout)
	} else {
		err = run(o, *out)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "benchmarks:", err)
		os.Exit(1)
	}
}

func run(o options, folder string) error {
	where, stop, err := startProcess(context.Background())
	if err != nil {
		return err
	}
	defer stop()
	r, err := o.all(where)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, "RESULTS.md"), []byte(r.markdown()), 0o644); err != nil {
		return err
	}
	return r.chart(filepath.Join(folder, "chart.svg"))
}

// results are all measurements.
type results struct {
	options   options
	networks  []string
	calls     map[string]map[string]costs              // by network and case
	loads     map[string]map[int]map[string]throughput // by network, goroutines and variant
	small     costs
	samples   []sample
	decoding  map[string]costs // by sample
	errorBody costs            // of an error whose body has 64 MiB
	idle      int              // goroutines of idle clients that are not net/http's
}

var goroutines = []int{64, 256}

func (o options) all(where loopback) (*results, error) {
	r := &results{
		options: o, calls: map[string]map[string]costs{}, loads: map[string]map[int]map[string]throughput{}, decoding: map[string]costs{},
	}
	var err error
	for _, n := range append([]network{inMemory()}, where.networks()...) {
		r.networks = append(r.networks, n.name)
		r.calls[n.name] = map[string]costs{}
		for _, c := range calls() {
			progress("%s over %s", c.name, n.name)
			if r.calls[n.name][c.name], err = o.measure(c.variants(n)); err != nil {
				return nil, fmt.Errorf("%s over %s: %w", c.name, n.name, err)
			}
		}
	}
	for _, n := range where.networks() {
		r.loads[n.name] = map[int]map[string]throughput{}
		for _, g := range goroutines {
			progress("%d goroutines over %s", g, n.name)
			if r.loads[n.name][g], err = o.load(n, g); err != nil {
				return nil, fmt.Errorf("%d goroutines over %s: %w", g, n.name, err)
			}
		}
	}
	r.idle = ownGoroutines()
	progress("what needs no call")
	if r.small, err = o.measure(small()); err != nil {
		return nil, err
	}
	if r.samples, err = samples(); err != nil {
		return nil, err
	}
	for _, s := range r.samples {
		progress("decoding %s", s.name)
		if r.decoding[s.name], err = o.measure(s.variants()); err != nil {
			return nil, fmt.Errorf("decoding %s: %w", s.name, err)
		}
	}
	progress("64 MiB of an error's body")
	long := where.networks()[0].client("502-64M")
	r.errorBody, err = o.measure([]variant{{ours, func() error { return getError(long) }}})
	return r, err
}

func progress(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }
