package main

import (
	"fmt"
	"runtime"
	"slices"
	"time"
)

// variant is one way to do the same.
type variant struct {
	name string
	run  func() error
}

// cost is what a run of a variant takes: medians over the rounds.
type cost struct {
	time              time.Duration
	allocations, size float64 // of this process, size in bytes
}

// costs are those of variants, by name.
type costs map[string]cost

// measure runs the variants in turns, each for a slice of time in every round, so that other
// work of the machine meets all of them.
func (o options) measure(variants []variant) (costs, error) {
	rounds := make([][]cost, len(variants))
	runs := make([]int, len(variants))
	for i, v := range variants {
		started := time.Now()
		for runs[i] == 0 || time.Since(started) < o.slice { // warm up, and see how many fit
			if err := v.run(); err != nil {
				return nil, fmt.Errorf("%s: %w", v.name, err)
			}
			runs[i]++
		}
	}
	for round := range o.rounds {
		for i := range variants {
			i = (i + round) % len(variants)
			c, err := measureOnce(variants[i], runs[i])
			if err != nil {
				return nil, fmt.Errorf("%s: %w", variants[i].name, err)
			}
			rounds[i] = append(rounds[i], c)
		}
	}
	medians := costs{}
	for i, v := range variants {
		medians[v.name] = cost{
			time:        median(rounds[i], func(c cost) time.Duration { return c.time }),
			allocations: median(rounds[i], func(c cost) float64 { return c.allocations }),
			size:        median(rounds[i], func(c cost) float64 { return c.size }),
		}
	}
	return medians, nil
}

func measureOnce(v variant, runs int) (cost, error) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	started := time.Now()
	for range runs {
		if err := v.run(); err != nil {
			return cost{}, err
		}
	}
	took := time.Since(started)
	runtime.ReadMemStats(&after)
	n := float64(runs)
	return cost{
		time:        time.Duration(float64(took) / n),
		allocations: float64(after.Mallocs-before.Mallocs) / n,
		size:        float64(after.TotalAlloc-before.TotalAlloc) / n,
	}, nil
}

func median[T any, N int64 | float64 | time.Duration](list []T, value func(T) N) N {
	values := make([]N, len(list))
	for i, v := range list {
		values[i] = value(v)
	}
	slices.Sort(values)
	return values[len(values)/2]
}
