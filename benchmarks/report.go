package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"
)

// markdown is RESULTS.md.
func (r *results) markdown() string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("# Results\n")
	line("Written by `%s` in this folder: do not edit. %s, %s, %s/%s, %s, %d cores.\n",
		r.options.command, time.Now().Format(time.DateOnly), runtime.Version(), runtime.GOOS, runtime.GOARCH, processor(), runtime.NumCPU())
	line("Times are medians over %d rounds, in which the variants take turns of %v. They are wall-clock times of one", r.options.rounds, r.options.slice)
	line("goroutine; the servers run in a process of their own, on the same cores. Allocations and kB (1000 bytes) are")
	line("those of the client's process, net/http's included. \"×\" is the time beside the same by hand: with encoding/json")
	line("and a timeout of 30 s as this client has it, and without decoding and without a timeout.")
	if r.options.note != "" {
		line("\n%s", r.options.note)
	}

	line("\n## Targets\n\n| Case | Target | Measured | |\n|---|---|---|---|")
	for _, t := range r.targets() {
		line("| %s | %s | %s | %s |", t.name, t.wanted, t.measured, map[bool]string{true: "met", false: "**not met**"}[t.met])
	}

	line("\n## Calls\n")
	line("Of this client, by hand with encoding/json, by hand without decoding.\n")
	line("| Network | Case | µs | × encoding/json | × not decoded | Allocations | kB |\n|---|---|---|---|---|---|---|")
	for _, n := range r.networks {
		for _, c := range calls() {
			costs := r.calls[n][c.name]
			line("| %s | %s | %s | **%.2f** | %.2f | %s | %s |", n, c.name,
				three(costs, func(c cost) float64 { return micros(c) }), costs.ratio(decoded), costs.ratio(floor),
				three(costs, func(c cost) float64 { return c.allocations }), three(costs, func(c cost) float64 { return c.size / 1000 }))
		}
	}

	line("\n## Many goroutines\n")
	line("`Get` from a server that takes 2 ms, calls per second: this client, a copy of it per call, by hand with")
	line("encoding/json, by hand without decoding. The transports by hand keep and open as many connections as there are")
	line("goroutines. Medians of %d turns of %v. Connections: opened in the first %v of a variant, and after it; the", turns*r.options.rounds, r.options.burst, r.options.warmUp)
	line("copies share those of the client.\n")
	line("| Network | Goroutines | Calls per second | × encoding/json | × not decoded | Connections | Later |\n|---|---|---|---|---|---|---|")
	for _, n := range r.networks[1:] {
		for _, g := range goroutines {
			l := r.loads[n][g]
			four := func(value func(throughput) float64) string {
				return fmt.Sprintf("%.0f / %.0f / %.0f / %.0f", value(l[ours]), value(l[copies]), value(l[decoded]), value(l[floor]))
			}
			line("| %s | %d | %s | **%.2f** | %.2f | %s | %s |", n, g, four(func(t throughput) float64 { return t.rate }),
				l[ours].rate/l[decoded].rate, l[ours].rate/l[floor].rate,
				four(func(t throughput) float64 { return float64(t.opened) }), four(func(t throughput) float64 { return float64(t.later) }))
		}
	}

	line("\n## Without a call\n\n| | ns | Allocations | Bytes |\n|---|---|---|---|")
	for _, v := range small() {
		c := r.small[v.name]
		line("| %s | %.0f | %.0f | %.0f |", v.name, float64(c.time)/repeats, c.allocations/repeats, c.size/repeats)
	}

	line("\n## Decoding\n")
	line("Models of this package, which understand all releases, beside plain structs of today's keys with dates as text,")
	line("which the other decoders get. Only sonic's ConfigStd checks what it reads as the others do.")
	line("µs, allocations.\n")
	head, rule := "| Text | Bytes | This client | × encoding/json |", "|---|---|---|---|"
	for _, d := range decoders {
		head, rule = head+" "+d.name+" |", rule+"---|"
	}
	line("%s\n%s", head, rule)
	for _, s := range r.samples {
		costs := r.decoding[s.name]
		row := fmt.Sprintf("| %s | %d | %.1f, %.0f | **%.2f** |", s.name, len(s.text), micros(costs[ours]), costs[ours].allocations, costs.ratio(decoders[0].name))
		for _, d := range decoders {
			row += fmt.Sprintf(" %.1f, %.0f |", micros(costs[d.name]), costs[d.name].allocations)
		}
		line("%s", row)
	}

	line("\n## What the decoders do\n")
	head, rule = "| |", "|---|"
	for _, d := range decoders {
		head, rule = head+" "+d.name+" |", rule+"---|"
	}
	line("%s\n%s", head, rule)
	for _, h := range habits {
		row := "| " + h.name + " |"
		for _, d := range decoders {
			row += map[bool]string{true: " yes |", false: " **no** |"}[h.kept(d)]
		}
		line("%s", row)
	}
	return b.String()
}

func micros(c cost) float64 { return float64(c.time) / float64(time.Microsecond) }

// ratio is the time of this client beside that of another variant.
func (c costs) ratio(other string) float64 { return float64(c[ours].time) / float64(c[other].time) }

func three(c costs, value func(cost) float64) string {
	texts := make([]string, 3)
	for i, name := range []string{ours, decoded, floor} {
		v := value(c[name])
		format := "%.0f"
		if v < 10 {
			format = "%.1f"
		}
		texts[i] = fmt.Sprintf(format, v)
	}
	return strings.Join(texts, " / ")
}

// processor is what Linux calls it.
func processor() string {
	info, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(info)) {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "unknown processor"
}
