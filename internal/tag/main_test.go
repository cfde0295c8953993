package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEveryNestedModuleOfThisRepositoryIsListed(t *testing.T) {
	t.Parallel()
	assert.NoError(t, tree{dir: filepath.Join("..", ".."), imported: imported}.checkModules("v0.0.0"))
}

var today = time.Date(2026, 11, 27, 23, 0, 0, 0, time.UTC)

// ready returns a repository that v0.2.0 can be released from, with the changes committed that
// a test gives.
func ready(t *testing.T, changes map[string]string) tree {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("needs git")
	}
	made := tree{dir: t.TempDir(), imported: map[string]bool{"cache": true, "tools/lint": false}}
	files := map[string]string{
		"go.mod":            "module " + root + "\n",
		"client.go":         "package appwrite\n\nconst Version = \"0.2.0\"\n",
		"CHANGELOG.md":      "# Changelog\n\n## [Unreleased]\n\n## [0.2.0] - 2026-11-27\n\n- A line.\n\n## [0.1.0] - 2026-11-01\n",
		"cache/go.mod":      "module " + root + "/cache\n\nrequire (\n\t" + root + " v0.2.0\n)\n",
		"tools/lint/go.mod": "module " + root + "/tools/lint\n",
	}
	for name, text := range changes {
		files[name] = text
	}
	for name, text := range files {
		if text == "" {
			continue
		}
		path := filepath.Join(made.dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	}
	for _, args := range []string{"init -q", "config user.name A", "config user.email a@example.com", "config tag.gpgSign false", "add -A", "-c commit.gpgSign=false commit -qm all"} {
		_, err := made.git(strings.Fields(args)...)
		require.NoError(t, err)
	}
	return made
}

func TestARepositoryThatIsReadyHasATagForEachModuleThatUsersImport(t *testing.T) {
	t.Parallel()
	tags, err := ready(t, nil).tags("v0.2.0", today)
	require.NoError(t, err)
	assert.Equal(t, []string{"v0.2.0", "cache/v0.2.0"}, tags)

	tags, err = ready(t, map[string]string{
		"client.go":    "package appwrite\n\nconst Version = \"0.2.0-rc.1\"\n",
		"CHANGELOG.md": "# Changelog\n\n## [Unreleased]\n\n## [0.2.0-rc.1] - 2026-11-27\n",
		"cache/go.mod": "module x\n\nrequire " + root + " v0.2.0-rc.1\n",
	}).tags("v0.2.0-rc.1", today)
	require.NoError(t, err)
	assert.Equal(t, []string{"v0.2.0-rc.1", "cache/v0.2.0-rc.1"}, tags)
}

func TestWhatIsNotReadyIsNamed(t *testing.T) {
	t.Parallel()
	const heading = "# Changelog\n\n## [Unreleased]\n\n"
	for name, c := range map[string]struct {
		file, text string // a file without text is missing
		want       string
	}{
		"another version":            {"client.go", "\nconst Version = \"0.1.0\"\n", `client.go does not say`},
		"no client":                  {"client.go", "", "client.go"},
		"no changelog":               {"CHANGELOG.md", "", "CHANGELOG.md"},
		"nothing unreleased":         {"CHANGELOG.md", "# Changelog\n\n## [0.2.0] - 2026-11-27\n", "no heading ## [Unreleased]"},
		"no heading":                 {"CHANGELOG.md", heading + "- A line.\n", "no heading ## [0.2.0] - 2026-11-27"},
		"another day":                {"CHANGELOG.md", heading + "## [0.2.0] - 2026-11-26\n", "no heading ## [0.2.0] - 2026-11-27"},
		"a version between":          {"CHANGELOG.md", heading + "## [0.3.0] - 2026-11-27\n\n## [0.2.0] - 2026-11-27\n", "has text between"},
		"a line that stayed":         {"CHANGELOG.md", heading + "- A line.\n\n## [0.2.0] - 2026-11-27\n", "has text between"},
		"a module that is not known": {"new/go.mod", "module x\n", "does not list the module in new"},
		"a module that is gone":      {"tools/lint/go.mod", "", "lists a module in tools/lint"},
		"an older root":              {"cache/go.mod", "module x\n\nrequire " + root + " v0.1.0\n", "cache/go.mod does not require"},
		"a root that is replaced":    {"cache/go.mod", "module x\n\nrequire " + root + " v0.0.0\n\nreplace " + root + " v0.2.0 => ../\n", "cache/go.mod does not require"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := ready(t, map[string]string{c.file: c.text}).tags("v0.2.0", today)
			assert.ErrorContains(t, err, c.want)
		})
	}
}

func TestATreeWithChangesIsNotReleased(t *testing.T) {
	t.Parallel()
	made := ready(t, nil)
	require.NoError(t, os.WriteFile(filepath.Join(made.dir, "new.go"), nil, 0o600))
	_, err := made.tags("v0.2.0", today)
	assert.ErrorContains(t, err, "new.go")
}

func TestATagThatExistsIsNotMadeAgain(t *testing.T) {
	t.Parallel()
	made := ready(t, nil)
	_, err := made.git("tag", "cache/v0.2.0")
	require.NoError(t, err)
	_, err = made.tags("v0.2.0", today)
	assert.ErrorContains(t, err, "the tag cache/v0.2.0 exists")
}

func TestTheTagsAreCreated(t *testing.T) {
	t.Parallel()
	made := ready(t, nil)
	require.NoError(t, made.create([]string{"v0.2.0", "cache/v0.2.0"}))
	list, err := made.git("tag", "--list")
	require.NoError(t, err)
	assert.Equal(t, "cache/v0.2.0\nv0.2.0", list)
}

func TestAVersionHasThreeNumbersAndAV(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"", "0.2.0", "v0.2", "v0.2.0.1", "v0.2.0+linux", "v0.2.x", "v0.2.0 "} {
		_, err := tree{dir: t.TempDir()}.tags(version, today)
		assert.ErrorContains(t, err, "is not a version", version)
	}
}
