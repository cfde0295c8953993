// Package oldquery writes queries in the syntax of servers before 1.5.
package oldquery

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"unicode"

	"github.com/seed17809555/appwrite/query"
)

// Write writes a query as servers from 1.0 to 1.4 read it: equal("provider", ["github"]).
func Write(q query.Query) (string, error) {
	if strings.ContainsFunc(q.Method, func(r rune) bool { return !unicode.IsLetter(r) }) {
		return "", errors.New("not a method of servers before 1.5.0")
	}
	var args []string
	if q.Attribute != "" {
		text, err := quote(q.Attribute)
		if err != nil {
			return "", err
		}
		args = append(args, text)
	}
	var values []string
	for _, v := range q.Values {
		text, err := value(v)
		if err != nil {
			return "", err
		}
		values = append(values, text)
	}
	switch {
	case len(values) == 0:
	case q.Method == "between", q.Attribute == "" && q.Method != "select":
		args = append(args, values...)
	default:
		args = append(args, "["+strings.Join(values, ",")+"]")
	}
	return q.Method + "(" + strings.Join(args, ", ") + ")", nil
}

func value(v any) (string, error) {
	switch v := v.(type) {
	case string:
		return quote(v)
	case bool:
		return strconv.FormatBool(v), nil
	case json.Number:
		return v.String(), nil
	case nil:
		return "null", nil
	}
	return "", errors.New("servers before 1.5.0 know no nested queries")
}

// quote quotes a text. Those servers take a backslash before one of ,[]"' as an escape and keep
// it otherwise; two in a row stay two. So a text with a single backslash before one of these
// characters cannot be written.
func quote(text string) (string, error) {
	var b strings.Builder
	b.WriteByte('"')
	backslashes := 0 // in a row, before c
	for i := 0; i <= len(text); i++ {
		c := byte('"') // the quote that ends the text
		if i < len(text) {
			c = text[i]
		}
		if c == '\\' {
			backslashes++
			b.WriteByte(c)
			continue
		}
		if backslashes%2 == 1 && strings.IndexByte(`,[]"'`, c) >= 0 {
			return "", errors.New("servers before 1.5.0 cannot read a backslash before a quote, comma or bracket")
		}
		backslashes = 0
		if c == '"' && i < len(text) {
			b.WriteByte('\\')
		}
		b.WriteByte(c)
	}
	return b.String(), nil
}
