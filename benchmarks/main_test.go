package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestMain(m *testing.M) {
	if slices.Contains(os.Args, "-serve") {
		if err := serve(os.Stdin, os.Stdout); err != nil {
			panic(err)
		}
		return
	}
	os.Exit(m.Run())
}

func TestTheCommandMeasuresEveryCase(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	o := options{command: "go test .", rounds: 1, slice: time.Millisecond, warmUp: 20 * time.Millisecond, burst: 5 * time.Millisecond}
	if err := run(o, folder); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(folder, "RESULTS.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"NaN", "Inf"} {
		if strings.Contains(string(text), bad) {
			t.Errorf("RESULTS.md holds %s", bad)
		}
	}
	for _, network := range []string{"memory", "http", "TLS, HTTP/1.1", "TLS, HTTP/2"} {
		for _, c := range calls() {
			if !strings.Contains(string(text), "| "+network+" | "+c.name+" |") {
				t.Errorf("%s over %s is not measured", c.name, network)
			}
		}
	}
	chart, err := os.ReadFile(filepath.Join(folder, "chart.svg"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(chart), "<svg") {
		t.Error("chart.svg is no SVG")
	}
}
