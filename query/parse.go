package query

import (
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Query is what a query string says.
type Query struct {
	Method    string // "equal", "limit", …
	Attribute string // "" where the method has none
	// Values holds string, bool, json.Number and nil; the queries inside and/or are
	// map[string]any.
	Values []any
}

// Int returns the first value where it is an integer: the number of a limit or an offset. As
// servers do, it reads "25" like 25.
func (q Query) Int() (n int, ok bool) {
	if len(q.Values) == 0 {
		return 0, false
	}
	var digits string
	switch v := q.Values[0].(type) {
	case json.Number:
		digits = v.String()
	case string:
		digits = v
	}
	n, err := strconv.Atoi(digits)
	return n, err == nil
}

// Validate returns nil where q is a query in the JSON form of servers since 1.5: an object with
// a method, perhaps an attribute, perhaps a list of values. What methods and attributes there
// are is left to the server. For any other text the error gives the reason in a few words; it
// repeats neither q nor values.
func Validate(q string) error {
	_, err := Parse(q)
	return err
}

// Parse reads a query string. It returns an error where [Validate] does.
func Parse(q string) (Query, error) {
	if reason, ok := strings.CutPrefix(q, invalidPrefix); ok && isReason(reason) {
		return Query{}, errors.New(reason)
	}
	if q == "" {
		return Query{}, errors.New("empty")
	}
	if !utf8.ValidString(q) {
		return Query{}, errNotUTF8
	}
	// Not a struct: encoding/json would take "Method" for "method", servers do not.
	var fields map[string]any
	d := json.NewDecoder(strings.NewReader(q))
	d.UseNumber()
	err := d.Decode(&fields)
	if _, end := d.Token(); err != nil || end != io.EOF || fields == nil {
		if isOldSyntax(q) {
			return Query{}, errors.New("old string syntax; use package query")
		}
		return Query{}, errors.New("not a JSON object")
	}

	method, ok := field[string](fields, "method")
	if !ok {
		return Query{}, errors.New("method is not a string")
	}
	if method == "" {
		return Query{}, errors.New("no method")
	}
	attribute, ok := field[string](fields, "attribute")
	if !ok {
		return Query{}, errors.New("attribute is not a string")
	}
	values, ok := field[[]any](fields, "values")
	if !ok {
		return Query{}, errors.New("values is not a list")
	}
	return Query{Method: method, Attribute: attribute, Values: values}, nil
}

// field returns the zero value for a missing field and for null, as servers do.
func field[T any](fields map[string]any, name string) (v T, ok bool) {
	if fields[name] == nil {
		return v, true
	}
	v, ok = fields[name].(T)
	return v, ok
}

// isReason reports whether s looks like what invalid writes after its prefix. Anything longer
// or unprintable was not made here and is not repeated.
func isReason(s string) bool {
	const longest = 512 // 40 quoted runes of an attribute, and the words around them
	return s != "" && len(s) <= longest && utf8.ValidString(s) &&
		!strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
}

// isOldSyntax recognizes the form of servers 1.0 to 1.4: limit(25), equal("provider",
// ["github"]).
func isOldSyntax(s string) bool {
	s = strings.TrimSpace(s)
	method, _, ok := strings.Cut(s, "(")
	return ok && method != "" && strings.HasSuffix(s, ")") &&
		!strings.ContainsFunc(method, func(r rune) bool { return !unicode.IsLetter(r) })
}
