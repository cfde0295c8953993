package oldquery

import (
	"strings"
	"testing"
)

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
