package main

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheFilesAreThoseOfCONTRIBUTING(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../CONTRIBUTING.md")
	require.NoError(t, err)
	_, section, ok := strings.Cut(string(text), "## Adding an operation")
	require.True(t, ok)
	var listed, touched []string
	for _, row := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\|").FindAllStringSubmatch(section, -1) {
		listed = append(listed, strings.NewReplacer("<resource>", "badges", "<model>", "badge").Replace(row[1]))
	}
	for _, e := range parse(edits) {
		touched = append(touched, e.file)
	}
	for file := range generated {
		touched = append(touched, file)
	}
	slices.Sort(touched)
	assert.ElementsMatch(t, slices.Compact(touched), listed)
	assert.LessOrEqual(t, len(listed), 10)
}

func TestTheEditsStillApply(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, e := range parse(edits) {
		if e.before == "" {
			continue
		}
		source, err := os.ReadFile("../../" + e.file)
		require.NoError(t, err)
		assert.Equal(t, 1, strings.Count(string(source), "\n"+e.before), "%s: %s", e.file, e.before)
	}
	require.NoError(t, edit{file: "new.txt", text: "a\nb\n"}.apply(dir))
	require.NoError(t, edit{"new.txt", "b", "between\n"}.apply(dir))
	text, err := os.ReadFile(dir + "/new.txt")
	require.NoError(t, err)
	assert.Equal(t, "a\nbetween\nb\n", string(text))
	assert.Error(t, edit{"new.txt", "c", "x"}.apply(dir))
}
