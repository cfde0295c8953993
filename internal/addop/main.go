// Addop proves what CONTRIBUTING.md says about adding an operation: that the files of its table
// are enough, and that a test names what is missing if one of them is left out. It adds a
// made-up operation to a copy of the repository, account.getBadge, and runs the tests there:
//
//	go run ./internal/addop
//
// What it writes into each file stands in testdata/edits.txt. The work tree is not changed.
package main

import (
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

//go:embed testdata/edits.txt
var edits string

// edit puts text into a file: before a line, or as a new file.
type edit struct{ file, before, text string }

// generated are the files that commands write, by the command.
var generated = map[string][]string{
	"testdata/wire.txt":  {"go", "test", ".", "-run", "TestWhatEveryCallSends", "-update"},
	"docs/operations.md": {"go", "generate"},
}

// unguarded are files that nobody misses but readers.
var unguarded = "CHANGELOG.md"

// parse reads the edits: "=== file", or "=== file === line before which the text goes".
func parse(text string) (all []edit) {
	for block := range strings.SplitSeq("\n"+strings.TrimSpace(text), "\n=== ") {
		head, body, ok := strings.Cut(block, "\n")
		if !ok {
			continue
		}
		file, before, _ := strings.Cut(head, " === ")
		all = append(all, edit{file, before, body + "\n"})
	}
	return all
}

func (e edit) apply(dir string) error {
	path := filepath.Join(dir, e.file)
	if e.before == "" {
		return os.WriteFile(path, []byte(e.text), 0o600)
	}
	source, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	head, tail, ok := strings.Cut(string(source), "\n"+e.before)
	if !ok {
		return fmt.Errorf("%s has no line that starts with %q", e.file, e.before)
	}
	return os.WriteFile(path, []byte(head+"\n"+e.text+e.before+tail), 0o600)
}

// copyTo copies the files that git tracks.
func copyTo(dir string) error {
	list, err := exec.Command("git", "ls-files", "-z").Output()
	if err != nil {
		return fmt.Errorf("git ls-files: %w", err)
	}
	for name := range strings.SplitSeq(strings.TrimRight(string(list), "\x00"), "\x00") {
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		to := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(to, text, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// try adds the operation without one of the files, and returns what the tests say.
func try(without string) (output string, passed bool, err error) {
	dir, err := os.MkdirTemp("", "addop")
	if err != nil {
		return "", false, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if err := copyTo(dir); err != nil {
		return "", false, err
	}
	for _, e := range parse(edits) {
		if e.file == without {
			continue
		}
		if err := e.apply(dir); err != nil {
			return "", false, err
		}
	}
	run := func(command ...string) bool {
		c := exec.Command(command[0], command[1:]...)
		c.Dir = dir
		text, err := c.CombinedOutput()
		output += string(text)
		return err == nil
	}
	for file, command := range generated {
		if file != without && !run(command...) {
			return output, false, nil
		}
	}
	return output, run("go", "vet", "./...") && run("go", "test", "./..."), nil
}

func main() {
	files := []string{""}
	for _, e := range parse(edits) {
		if e.file != files[len(files)-1] {
			files = append(files, e.file)
		}
	}
	for file := range generated {
		files = append(files, file)
	}
	failed := false
	for _, file := range files {
		output, passed, err := try(file)
		switch {
		case err != nil:
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		case file == "" && !passed:
			failed = true
			fmt.Printf("with all files the tests FAIL:\n%s\n", output)
		case file == "":
			fmt.Printf("with these %d files all tests pass\n", len(files)-1)
		case passed && file == unguarded:
			fmt.Printf("%-40s no test needs it\n", file)
		case passed:
			failed = true
			fmt.Printf("%-40s NOBODY MISSES IT\n", file)
		default:
			fmt.Printf("%-40s %s\n", file, firstComplaint(output))
		}
	}
	if failed {
		os.Exit(1)
	}
}

// firstComplaint is the first failing test, and the first line that names the operation.
func firstComplaint(output string) string {
	var test, line string
	for l := range strings.Lines(output) {
		l = strings.TrimSpace(l)
		if name, ok := strings.CutPrefix(l, "--- FAIL: "); ok && test == "" {
			test, _, _ = strings.Cut(name, " ")
		}
		if line == "" && strings.Contains(strings.ToLower(l), "badge") {
			line = l
		}
	}
	if line == "" {
		return "MISSED, BUT NOT NAMED: " + test
	}
	return strings.TrimSpace(test + ": " + line[:min(len(line), 120)])
}
