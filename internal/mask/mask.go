// Package mask hides secrets in texts of servers, in every form in which they may repeat them.
package mask

import (
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// Mask stands where a secret stood.
const Mask = "[redacted]"

// New returns a function that replaces the secrets in a text. Servers and proxies may echo what
// they were sent.
func New(secrets []string) func(text string) string {
	var spelled []string
	for _, s := range secrets {
		// Masking a very short secret would blank out half of an innocent text; among other
		// characters it gives nothing away.
		if len(s) >= 4 {
			spelled = append(spelled, spellings(s)...)
		}
	}
	// Longest first: a secret may be the start of a longer one, whose rest must not remain.
	slices.SortFunc(spelled, func(a, b string) int { return len(b) - len(a) })
	return func(text string) string {
		for _, s := range spelled {
			text = strings.ReplaceAll(text, s, Mask)
		}
		return text
	}
}

// spellings are the forms that a secret takes in JSON, HTML, URLs and Go's quotes, from servers
// of several languages.
func spellings(secret string) []string {
	if !strings.ContainsFunc(secret, needsEscape) {
		return []string{secret}
	}
	inJSON, _ := jsontext.AppendQuote(nil, secret)
	inner := string(inJSON[1 : len(inJSON)-1])
	inASCII := asciiJSON(inner)
	quoted := strconv.Quote(secret)
	forHTML, _ := json.Marshal(secret)
	all := []string{
		secret,
		inner,
		strings.ReplaceAll(inner, "/", `\/`),
		inASCII,
		strings.ReplaceAll(inASCII, "/", `\/`),
		string(forHTML[1 : len(forHTML)-1]),
		quoted[1 : len(quoted)-1],
		html.EscapeString(secret),
		phpEntities.Replace(secret),
	}
	query := url.QueryEscape(secret)
	for _, escaped := range []string{query, strings.ReplaceAll(query, "+", "%20")} {
		all = append(all, escaped, percentEscape.ReplaceAllStringFunc(escaped, strings.ToLower))
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// needsEscape reports whether a rune looks different in one of the forms.
func needsEscape(r rune) bool {
	return (r < 'a' || 'z' < r) && (r < 'A' || 'Z' < r) && (r < '0' || '9' < r) && r != '-' && r != '_' && r != '.'
}

var (
	phpEntities   = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#039;")
	percentEscape = regexp.MustCompile("%[0-9A-F]{2}")
)

// asciiJSON escapes all but ASCII, as PHP does by default.
func asciiJSON(text string) string {
	var b strings.Builder
	for _, r := range text {
		if r < utf8.RuneSelf {
			b.WriteRune(r)
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(&b, `\u%04x`, unit)
		}
	}
	return b.String()
}
