package conformance

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sources returns the sources of the rule one by one.
func (r rule) sources() []string { return strings.Split(r.source, ", ") }

var (
	recordingForm = regexp.MustCompile(`^recordings/(\d+\.\d+\.\d+)/([\w.-]+)$`)
	pageForm      = regexp.MustCompile(`^docs/server/([\w-]+\.md)#([\w-]+)$`)
	headingForm   = regexp.MustCompile(`(?m)^#+ (.+)$`)
	linkInPage    = regexp.MustCompile(`\]\(([^)#]*)(?:#([^)]+))?\)`)
)

func TestEverySourceExists(t *testing.T) {
	t.Parallel()
	recorded, sections := map[string]map[string]exchange{}, map[string][]string{}
	for _, r := range allRules() {
		for _, source := range r.sources() {
			if parts := recordingForm.FindStringSubmatch(source); parts != nil {
				release, name := parts[1], parts[2]
				if recorded[release] == nil {
					recorded[release] = recordings(t, release)
				}
				assert.Contains(t, recorded[release], name, r.name)
				continue
			}
			parts := pageForm.FindStringSubmatch(source)
			require.NotNil(t, parts, "the source of %q is neither a recording nor a section of a page: %q", r.name, source)
			page, section := parts[1], parts[2]
			if sections[page] == nil {
				sections[page] = anchors(t, page)
			}
			assert.Contains(t, sections[page], section, "%s names a section that %s lacks", r.name, page)
		}
	}
}

func TestLinksBetweenThePagesLeadSomewhere(t *testing.T) {
	t.Parallel()
	pages, err := filepath.Glob(filepath.Join(pagesDir, "*.md"))
	require.NoError(t, err)
	require.NotEmpty(t, pages)
	for _, path := range pages {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		for _, link := range linkInPage.FindAllStringSubmatch(string(text), -1) {
			page, section := link[1], link[2]
			if page == "" {
				page = filepath.Base(path)
			}
			_, err := os.Stat(filepath.Join(pagesDir, page))
			assert.NoError(t, err, path)
			if section != "" {
				assert.Contains(t, anchors(t, page), section, "%s links to a section that %s lacks", path, page)
			}
		}
	}
}

func TestTheContradictedRulesExist(t *testing.T) {
	t.Parallel()
	const page = "contradicted.md"
	text, err := os.ReadFile(filepath.Join(pagesDir, page))
	require.NoError(t, err)
	var told, rules []string
	for _, quoted := range regexp.MustCompile(`Rule "([^"]+)"`).FindAllStringSubmatch(strings.ReplaceAll(string(text), "\n", " "), -1) {
		told = append(told, quoted[1])
	}
	for _, r := range allRules() {
		if strings.Contains(r.source, page) {
			rules = append(rules, r.name)
		}
	}
	assert.ElementsMatch(t, rules, told)
}

func TestAPageIsLinkedFromTheIndex(t *testing.T) {
	t.Parallel()
	index, err := os.ReadFile(filepath.Join(pagesDir, "README.md"))
	require.NoError(t, err)
	pages, err := filepath.Glob(filepath.Join(pagesDir, "*.md"))
	require.NoError(t, err)
	for _, path := range pages {
		if page := filepath.Base(path); page != "README.md" {
			assert.Contains(t, string(index), "]("+page+")")
		}
	}
}

func TestAnchorsAreThoseOfGitHub(t *testing.T) {
	t.Parallel()
	for heading, want := range map[string]string{
		"The project":               "the-project",
		"E-mail address":            "e-mail-address",
		"The token's secret":        "the-tokens-secret",
		"`X-Forwarded-For`, and so": "x-forwarded-for-and-so",
	} {
		assert.Equal(t, want, anchor(heading))
	}
}

var pagesDir = filepath.Join("..", "..", "docs", "server")

// anchors returns the anchors of the page's headings, each of which must be there once.
func anchors(t *testing.T, page string) (all []string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(pagesDir, page))
	require.NoError(t, err)
	for _, heading := range headingForm.FindAllStringSubmatch(string(text), -1) {
		require.NotContains(t, all, anchor(heading[1]), "%s has two such headings", page)
		all = append(all, anchor(heading[1]))
	}
	return all
}

// anchor returns the anchor that GitHub gives to a heading.
func anchor(heading string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
			return unicode.ToLower(r)
		}
		return -1
	}, heading)
}
