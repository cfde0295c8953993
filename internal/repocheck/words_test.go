package repocheck

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// hardToRead are phrases that readers stumble over, with what to write in their place.
var hardToRead = map[*regexp.Regexp]string{
	regexp.MustCompile(`\bof none\b`):                                           "say what is missing",
	regexp.MustCompile(`\b(is|are|was|were) none\b`):                            "without one; there are no …",
	regexp.MustCompile(`\b[Ww]hat is no\b`):                                     "… that is not a …",
	regexp.MustCompile(`\bthat (is|are) no [a-z]`):                              "that is not a …",
	regexp.MustCompile(`\bmay well be\b`):                                       "may be",
	regexp.MustCompile(`(?i)\b(he|his|him|himself)\b`):                          "they, their, them",
	regexp.MustCompile(`(,|;|\bor|\band|\() else\b|\belse (a|the|an|it|one)\b`): "otherwise",
}

// maxComment is the width of a comment line, in runes; a tab counts as one.
const maxComment = 100

func TestCommentsAndPagesAreInPlainEnglish(t *testing.T) {
	t.Parallel()
	comment := regexp.MustCompile(`^\s*//( |$)`)
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name := d.Name(); name == ".git" || name == "node_modules" || name == "testdata" {
				return filepath.SkipDir
			}
			return nil
		}
		isGo := strings.HasSuffix(path, ".go")
		if !isGo && !strings.HasSuffix(path, ".md") || strings.HasSuffix(path, "words_test.go") {
			return nil
		}
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		for i, line := range strings.Split(string(text), "\n") {
			if isGo {
				// The output of an example is what it is.
				if comment.MatchString(line) && !strings.HasSuffix(path, "example_test.go") {
					assert.LessOrEqual(t, utf8.RuneCountInString(line), maxComment, "%s:%d is too wide", path, i+1)
				}
				_, after, found := strings.Cut(line, "// ")
				if !found || strings.Contains(line, `"`) && !comment.MatchString(line) {
					continue
				}
				line = after
			}
			for phrase, better := range hardToRead {
				if found := phrase.FindString(line); found != "" {
					assert.Fail(t, "hard to read", "%s:%d: %q: write %s", path, i+1, found, better)
				}
			}
		}
		return nil
	})
	require.NoError(t, err)
}
