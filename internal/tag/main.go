// Command tag checks that the tree is ready for a release, and lists the tags of the release:
// one for the root module, and one for each nested module that users import.
//
//	go run ./internal/tag v0.2.0        # checks, and lists the tags
//	go run ./internal/tag -tag v0.2.0   # also creates them
//
// It never pushes.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

const root = "github.com/seed17809555/appwrite"

// imported lists the nested modules, and whether users import them. A program or a test suite
// needs no tag.
var imported = map[string]bool{
	"appwritetest/nodetest":  false,
	"benchmarks":             false,
	"examples/opentelemetry": false,
	"examples/webapp":        false,
	"internal/faults":        false,
}

func main() {
	log.SetFlags(0)
	create := flag.Bool("tag", false, "create the tags")
	flag.Parse()
	if flag.NArg() != 1 {
		log.Fatal("usage: go run ./internal/tag [-tag] v1.2.3")
	}
	tree := tree{dir: ".", imported: imported}
	tags, err := tree.tags(flag.Arg(0), time.Now().UTC())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(strings.Join(tags, "\n"))
	if *create {
		if err := tree.create(tags); err != nil {
			log.Fatal(err)
		}
	}
}

// tree is a working tree of the repository.
type tree struct {
	dir      string
	imported map[string]bool
}

// tags returns the tags of a version that is released today, or an error with all that must be
// mended before.
func (t tree) tags(version string, today time.Time) ([]string, error) {
	if !regexp.MustCompile(`^v\d+\.\d+\.\d+(-[0-9A-Za-z.]+)?$`).MatchString(version) {
		return nil, fmt.Errorf("%q is not a version such as v1.2.3", version)
	}
	tags := []string{version}
	for _, dir := range slices.Sorted(maps.Keys(t.imported)) {
		if t.imported[dir] {
			tags = append(tags, dir+"/"+version)
		}
	}
	return tags, errors.Join(
		t.checkGit(tags),
		t.checkClient(version),
		t.checkChangelog(version, today),
		t.checkModules(version),
	)
}

func (t tree) create(tags []string) error {
	for _, tag := range tags {
		if _, err := t.git("tag", "-a", "-m", tag, tag); err != nil {
			return err
		}
	}
	return nil
}

func (t tree) checkGit(tags []string) error {
	changes, err := t.git("status", "--porcelain")
	if err != nil {
		return err
	}
	var found []error
	if changes != "" {
		found = append(found, fmt.Errorf("the tree has changes that are not committed:\n%s", changes))
	}
	for _, tag := range tags {
		existing, err := t.git("tag", "--list", tag)
		if err != nil {
			return err
		}
		if existing != "" {
			found = append(found, fmt.Errorf("the tag %s exists", tag))
		}
	}
	return errors.Join(found...)
}

func (t tree) checkClient(version string) error {
	text, err := t.read("client.go")
	if err != nil {
		return err
	}
	if want := fmt.Sprintf("\nconst Version = %q\n", strings.TrimPrefix(version, "v")); !strings.Contains(text, want) {
		return fmt.Errorf("client.go does not say%s", strings.TrimRight(want, "\n"))
	}
	return nil
}

// checkChangelog wants an empty section "Unreleased", and right after it the version's.
func (t tree) checkChangelog(version string, today time.Time) error {
	text, err := t.read("CHANGELOG.md")
	if err != nil {
		return err
	}
	heading := fmt.Sprintf("## [%s] - %s", strings.TrimPrefix(version, "v"), today.Format(time.DateOnly))
	_, unreleased, found := strings.Cut(text, "\n## [Unreleased]\n")
	if !found {
		return errors.New("CHANGELOG.md has no heading ## [Unreleased]")
	}
	before, _, found := strings.Cut(unreleased, heading+"\n")
	if !found {
		return fmt.Errorf("CHANGELOG.md has no heading %s", heading)
	}
	if strings.TrimSpace(before) != "" {
		return fmt.Errorf("CHANGELOG.md has text between ## [Unreleased] and %s", heading)
	}
	return nil
}

// checkModules wants every nested module to be listed. Those that users import must require the
// version of the root module that they are released with: a replace directive counts only here.
func (t tree) checkModules(version string) error {
	modules, err := t.nestedModules()
	if err != nil {
		return err
	}
	var found []error
	for _, dir := range modules {
		users, listed := t.imported[dir]
		if !listed {
			found = append(found, fmt.Errorf("internal/tag does not list the module in %s", dir))
		}
		if !users {
			continue
		}
		text, err := t.read(filepath.Join(dir, "go.mod"))
		if err != nil {
			return err
		}
		if !regexp.MustCompile(`(?m)^(require)?\s+` + regexp.QuoteMeta(root+" "+version) + `$`).MatchString(text) {
			found = append(found, fmt.Errorf("%s/go.mod does not require %s %s", dir, root, version))
		}
	}
	for _, dir := range slices.Sorted(maps.Keys(t.imported)) {
		if !slices.Contains(modules, dir) {
			found = append(found, fmt.Errorf("internal/tag lists a module in %s, where there is no go.mod", dir))
		}
	}
	return errors.Join(found...)
}

// nestedModules returns the folders of the modules below the root, with slashes.
func (t tree) nestedModules() (dirs []string, err error) {
	err = fs.WalkDir(os.DirFS(t.dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && entry.Name() == "node_modules" {
			return fs.SkipDir
		}
		if dir := path.Dir(name); entry.Name() == "go.mod" && dir != "." {
			dirs = append(dirs, dir)
		}
		return nil
	})
	return dirs, err
}

func (t tree) read(name string) (string, error) {
	text, err := os.ReadFile(filepath.Join(t.dir, name))
	return string(text), err
}

func (t tree) git(args ...string) (string, error) {
	out, err := exec.Command("git", append([]string{"-C", t.dir}, args...)...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("git %s: %w: %s", strings.Join(args, " "), err, out)
	}
	return strings.TrimRight(string(out), "\n"), nil
}
