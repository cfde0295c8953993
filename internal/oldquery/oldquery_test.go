package oldquery

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite/query"
)

func TestQueriesAreRewrittenInTheSyntaxOfServersBefore15(t *testing.T) {
	t.Parallel()
	const iso = "2026-11-21T00:12:51.872+00:00"
	day := time.Date(2026, 11, 21, 0, 12, 51, 872e6, time.UTC)
	for want, text := range map[string]string{
		`limit(25)`:                                  query.Limit(25),
		`offset(0)`:                                  query.Offset(0),
		`cursorAfter("6b00e210eb735be726a5")`:        query.CursorAfter("6b00e210eb735be726a5"),
		`cursorBefore("i1")`:                         query.CursorBefore("i1"),
		`orderDesc("providerEmail")`:                 query.OrderDesc("providerEmail"),
		`orderAsc("$createdAt")`:                     query.OrderAsc("$createdAt"),
		`equal("provider", ["mock"])`:                query.Equal("provider", "mock"),
		`equal("provider", ["github","google"])`:     query.Equal("provider", "github", "google"),
		`equal("n", [1,-2,9007199254740993])`:        query.Equal("n", 1, -2, 9007199254740993),
		`equal("f", [0.5])`:                          query.Equal("f", 0.5),
		`equal("b", [true,false])`:                   query.Equal("b", true, false),
		`notEqual("provider", ["mock"])`:             query.NotEqual("provider", "mock"),
		`between("n", 1, 5)`:                         query.Between("n", 1, 5),
		`isNull("providerEmail")`:                    query.IsNull("providerEmail"),
		`startsWith("providerEmail", ["w"])`:         query.StartsWith("providerEmail", "w"),
		`select(["a","b"])`:                          query.Select("a", "b"),
		`equal("a", ["say \"hi\", it's [1]"])`:       query.Equal("a", `say "hi", it's [1]`),
		`equal("a", ["C:\dir"])`:                     query.Equal("a", `C:\dir`),
		`equal("a", ["é中"])`:                         query.Equal("a", "é中"),
		`lessThan("$createdAt", ["` + iso + `"])`:    query.CreatedBefore(day),
		`greaterThan("$updatedAt", ["` + iso + `"])`: query.UpdatedAfter(day),
	} {
		q, err := query.Parse(text)
		require.NoError(t, err, text)
		got, err := Write(q)
		require.NoError(t, err, text)
		assert.Equal(t, want, got)
	}
}

// read reads a quoted text as servers from 1.0 to 1.4 do, and tells whether it ends where they
// see its end.
func read(quoted string) (text string, ok bool) {
	for i := 1; i < len(quoted); i++ {
		switch {
		case quoted[i] == '"':
			return text, i == len(quoted)-1
		case quoted[i] == '\\' && i+1 < len(quoted):
			if !strings.ContainsRune(`,[]"'`, rune(quoted[i+1])) {
				text += `\`
			}
			i++
		}
		text += quoted[i : i+1]
	}
	return text, false
}

// A text that ended early would be another query.
func FuzzTextsOfOldQueriesAreReadAsTheyWere(f *testing.F) {
	for _, text := range []string{"", "github", `say "hi", it's [1]`, `C:\dir`, `a\\`, `a\\"b`, `\`, `\"`, `\,`, "é中"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		quoted, err := quote(text)
		if err != nil {
			return
		}
		got, ok := read(quoted)
		if !ok || got != text {
			t.Errorf("%q was written as %s, which is read as %q", text, quoted, got)
		}
	})
}
