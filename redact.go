package appwrite

import (
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

const redacted = "[redacted]"

// masked hides the secrets that this call sent.
func (c *call) masked(text string) string { return c.masker()(text) }

// masker returns what masked does, for more than one text.
func (c *call) masker() func(text string) string {
	secrets := append([]string{c.secret}, c.common[devKeyHeader]...)
	switch c.auth {
	case "Authorization":
		secrets = append(secrets, strings.TrimPrefix(c.secret, "Bearer "))
	case "Cookie":
		for part := range strings.SplitSeq(c.secret, "; ") {
			_, value, _ := strings.Cut(part, "=")
			plain, _ := url.PathUnescape(value)
			secrets = append(secrets, value, plain)
		}
	}
	for i := range c.fields {
		// A password "password" is not masked: that would blank the parameter's name, and so
		// give the password away.
		if f := &c.fields[i]; f.secret && f.text != f.nameFor(c.version) {
			secrets = append(secrets, f.text)
		}
	}
	return newMask(secrets)
}

// newMask returns a function that replaces the secrets in a text. Servers and proxies may echo
// what they were sent.
func newMask(secrets []string) func(text string) string {
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
			text = strings.ReplaceAll(text, s, redacted)
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

// shown returns the names and values of a struct's fields, those tagged `secret:"true"`
// masked unless they are empty.
func shown(params any) (names []string, values []any) {
	v := reflect.ValueOf(params)
	for i := range v.NumField() {
		f := v.Type().Field(i)
		names = append(names, f.Name)
		if f.Tag.Get("secret") != "" && !v.Field(i).IsZero() {
			values = append(values, redacted)
			continue
		}
		values = append(values, v.Field(i).Interface())
	}
	return names, values
}

// formatParams is the Format of the parameter structs that hold secrets.
func formatParams(s fmt.State, params any) {
	names, values := shown(params)
	var b strings.Builder
	b.WriteString(reflect.TypeOf(params).Name())
	b.WriteByte('{')
	for i, name := range names {
		if i > 0 {
			b.WriteByte(' ')
		}
		fmt.Fprintf(&b, "%s:%v", name, values[i])
	}
	b.WriteByte('}')
	_, _ = io.WriteString(s, b.String())
}

// marshalParams is the MarshalJSON of the parameter structs that hold secrets. Logs use it;
// requests do not.
func marshalParams(params any) ([]byte, error) {
	names, values := shown(params)
	object := make(map[string]any, len(names))
	for i, name := range names {
		object[name] = values[i]
	}
	return json.Marshal(object)
}
