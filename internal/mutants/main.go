// Mutants makes small faults in the code, one at a time, and tells which of them the tests
// notice. Run it from the module's root before and after tests are rearranged:
//
//	go run ./internal/mutants
//
// The faults stand in mutants.txt. Their files are not named: the old text is looked for in a
// package, so that the list survives when code moves. The work tree is never changed.
package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

//go:embed mutants.txt
var list string

// mutant is a small fault.
type mutant struct {
	name     string
	pkg      string // folder of the package
	old, new string // a text that the package has exactly once, and what takes its place
}

// parse reads the list: blocks of "# name", "package folder", "- old" and "+ new" lines.
func parse(text string) ([]mutant, error) {
	var all []mutant
	for block := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
		var m mutant
		var before, after []string
		for line := range strings.SplitSeq(block, "\n") {
			sign, rest, _ := strings.Cut(line, " ")
			switch sign {
			case "#":
				m.name = rest
			case "package":
				m.pkg = rest
			case "-":
				before = append(before, rest)
			case "+":
				after = append(after, rest)
			default:
				return nil, fmt.Errorf("cannot read %q", line)
			}
		}
		m.old, m.new = strings.Join(before, "\n"), strings.Join(after, "\n")
		if m.name == "" || m.pkg == "" || m.old == "" || m.old == m.new {
			return nil, fmt.Errorf("incomplete: %q", block)
		}
		all = append(all, m)
	}
	return all, nil
}

// apply returns the file below root that the mutant changes, and its changed text.
func (m mutant) apply(root string) (file, text string, err error) {
	files, err := filepath.Glob(filepath.Join(root, m.pkg, "*.go"))
	if err != nil {
		return "", "", err
	}
	found := 0
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		source, err := os.ReadFile(f)
		if err != nil {
			return "", "", err
		}
		if n := strings.Count(string(source), m.old); n > 0 {
			found += n
			file, text = f, strings.Replace(string(source), m.old, m.new, 1)
		}
	}
	if found != 1 {
		return "", "", fmt.Errorf("%s: package %s has %d times %q", m.name, m.pkg, found, m.old)
	}
	return file, text, nil
}

var firstFailure = regexp.MustCompile(`(?m)^\s*--- FAIL: (\S+)|^(panic: .*)|(WARNING: DATA RACE)|^FAIL\s+(\S+) \[build failed\]`)

// try returns what noticed the mutant: a test, or "" where none did.
func (m mutant) try(dir string, packages []string) (string, error) {
	file, text, err := m.apply(".")
	if err != nil {
		return "", err
	}
	changed := filepath.Join(dir, "changed.go")
	if err := os.WriteFile(changed, []byte(text), 0o600); err != nil {
		return "", err
	}
	absolute, err := filepath.Abs(file)
	if err != nil {
		return "", err
	}
	overlay, _ := json.Marshal(map[string]any{"Replace": map[string]string{absolute: changed}})
	if err := os.WriteFile(filepath.Join(dir, "overlay.json"), overlay, 0o600); err != nil {
		return "", err
	}
	for _, pkg := range packages {
		test := exec.Command("go", "test", "-overlay", filepath.Join(dir, "overlay.json"), "-count=1", "-failfast", "-timeout=150s", "-vet=off", pkg)
		output, err := test.CombinedOutput()
		if err == nil {
			continue
		}
		if bytes.Contains(output, []byte("[build failed]")) {
			return "", fmt.Errorf("%s does not compile:\n%s", m.name, output)
		}
		what := firstFailure.FindString(string(output))
		return strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(what), "--- FAIL:")) + " (" + pkg + ")", nil
	}
	return "", nil
}

func main() {
	only := flag.String("run", "", "try only mutants whose name matches this `regexp`")
	more := flag.String("more", ". ./internal/everycall ./internal/repocheck ./internal/replay ./internal/speccheck", "`packages` whose tests are tried where those of the mutant's own package notice nothing")
	flag.Parse()
	mutants, err := parse(list)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	dir, err := os.MkdirTemp("", "mutants")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	wanted := regexp.MustCompile(*only)
	tried, missed := 0, 0
	for _, m := range mutants {
		if !wanted.MatchString(m.name) {
			continue
		}
		tried++
		noticed, err := m.try(dir, append([]string{"./" + m.pkg}, strings.Fields(*more)...))
		switch {
		case err != nil:
			noticed = "ERROR " + err.Error()
			missed++
		case noticed == "":
			noticed = "SURVIVED"
			missed++
		}
		fmt.Printf("%-60s %s\n", m.name, noticed)
	}
	_ = os.RemoveAll(dir)
	fmt.Printf("%d of %d were noticed\n", tried-missed, tried)
	if missed > 0 {
		os.Exit(1)
	}
}
