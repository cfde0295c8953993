// Package php has the values of PHP, in which Appwrite is written, and it shows: objects and
// lists are one type, an empty object comes back as a list, 1.0 as 1. The package reads
// parameters into such values and writes them as PHP does.
//
// A value is nil, bool, int64, float64, string or *Array.
package php

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// Array is PHP's array: ordered, with strings for keys. Keys that PHP would turn into integers
// are kept as their digits, which compares the same.
type Array struct {
	Keys   []string
	Values []any
	places map[string]int // of the keys, once somebody has looked for one
	next   int            // the first number above all numeric keys
}

// NewArray returns an empty array.
func NewArray() *Array { return &Array{} }

// place returns where a key is, or -1. Most arrays have few keys, and in a long list nobody
// looks for one, so the map is made for those who do.
func (a *Array) place(key string) int {
	if len(a.Keys) <= 8 {
		return slices.Index(a.Keys, key)
	}
	if a.places == nil {
		a.places = make(map[string]int, len(a.Keys))
	}
	for i := len(a.places); i < len(a.Keys); i++ {
		a.places[a.Keys[i]] = i
	}
	if i, ok := a.places[key]; ok {
		return i
	}
	return -1
}

// Get returns the value of a key, or nil.
func (a *Array) Get(key string) any {
	if i := a.place(key); i >= 0 {
		return a.Values[i]
	}
	return nil
}

// Has reports whether the array has a key.
func (a *Array) Has(key string) bool { return a.place(key) >= 0 }

// Set keeps the place of a key that is there already, as PHP does.
func (a *Array) Set(key string, v any) {
	if i := a.place(key); i >= 0 {
		a.Values[i] = v
		return
	}
	if n, err := strconv.Atoi(key); err == nil && n >= a.next && n < math.MaxInt {
		a.next = n + 1
	}
	a.Keys = append(a.Keys, key)
	a.Values = append(a.Values, v)
}

// Remove takes a key out, and leaves the others as they are.
func (a *Array) Remove(key string) {
	if i := a.place(key); i >= 0 {
		a.Keys, a.Values = slices.Delete(a.Keys, i, i+1), slices.Delete(a.Values, i, i+1)
		a.places = nil
	}
}

// Rename gives a key another name, in its place.
func (a *Array) Rename(key, name string) {
	if i := a.place(key); i >= 0 {
		a.Keys[i], a.places = name, nil
	}
}

// Push adds to a list, which has no keys but its own.
func (a *Array) Push(v any) {
	a.Keys = append(a.Keys, strconv.Itoa(a.next))
	a.Values = append(a.Values, v)
	a.next++
}

// Put is set, but for the empty key, under which a form adds to a list.
func (a *Array) Put(key string, v any) {
	if key == "" {
		key = strconv.Itoa(a.next)
	}
	a.Set(key, v)
}

// IsList reports whether the keys are 0, 1, 2 and so on, in this order; then PHP writes a JSON
// array. The empty array is a list.
func (a *Array) IsList() bool {
	for i, k := range a.Keys {
		if k != strconv.Itoa(i) {
			return false
		}
	}
	return true
}

// maxDepth is json_decode's; what nests deeper is not JSON to the server.
const maxDepth = 512

var errNotJSON = errors.New("not JSON")

// ParseJSON reads one JSON value; what PHP does not take for JSON is an error.
func ParseJSON(b []byte) (any, error) {
	dec := jsontext.NewDecoder(bytes.NewBuffer(b), jsontext.AllowDuplicateNames(true))
	v, err := parseValue(dec, 0)
	if err != nil {
		return nil, err
	}
	if _, err := dec.ReadToken(); err != io.EOF {
		return nil, errNotJSON
	}
	return v, nil
}

func parseValue(dec *jsontext.Decoder, depth int) (any, error) {
	if depth > maxDepth {
		return nil, errNotJSON
	}
	token, err := dec.ReadToken()
	if err != nil {
		return nil, errNotJSON
	}
	switch token.Kind() {
	case 't', 'f':
		return token.Bool(), nil
	case '"':
		return token.String(), nil
	case '0':
		return parseNumber(token.String())
	case '[':
		list := NewArray()
		for dec.PeekKind() != ']' {
			v, err := parseValue(dec, depth+1)
			if err != nil {
				return nil, err
			}
			list.Push(v)
		}
		_, err := dec.ReadToken()
		return list, err
	case '{':
		object := NewArray()
		for dec.PeekKind() != '}' {
			name, err := dec.ReadToken()
			if err != nil {
				return nil, errNotJSON
			}
			key := name.String() // the token is void after the next read
			v, err := parseValue(dec, depth+1)
			if err != nil {
				return nil, err
			}
			object.Set(key, v)
		}
		_, err := dec.ReadToken()
		return object, err
	}
	return nil, nil // null
}

// parseNumber returns an integer if the text is one and fits, otherwise a float.
func parseNumber(s string) (any, error) {
	if !strings.ContainsAny(s, ".eE") && s != "-0" {
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			return n, nil
		}
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return nil, errNotJSON // beyond a float; PHP has an infinity that it cannot write
	}
	return f, nil
}

// ParseForm reads a query string or a form body: a=1, a[]=1, a[k]=1, a[k][l]=1.
func ParseForm(s string) *Array {
	form := NewArray()
	for pair := range strings.SplitSeq(s, "&") {
		name, value, _ := strings.Cut(pair, "=")
		name, err := url.QueryUnescape(name)
		if err != nil {
			continue
		}
		if value, err = url.QueryUnescape(value); err != nil {
			continue
		}
		form.SetPath(FormPath(name), value)
	}
	return form
}

// FormPath splits prefs[a][] into prefs, a and the empty key, which means the next free number.
// What follows an unclosed bracket is left out.
func FormPath(name string) []string {
	first, rest, _ := strings.Cut(name, "[")
	path := []string{first}
	for len(path) < maxDepth {
		key, after, closed := strings.Cut(rest, "]")
		if !closed {
			break
		}
		path = append(path, key)
		if rest, closed = strings.CutPrefix(after, "["); !closed {
			break
		}
	}
	return path
}

// SetPath sets a value in nested arrays, which it makes where they are missing.
func (a *Array) SetPath(path []string, v any) {
	if path[0] == "" {
		return // a value without a name
	}
	last := len(path) - 1
	for _, key := range path[:last] {
		inner, ok := a.Get(key).(*Array)
		if !ok {
			inner = NewArray()
			a.Put(key, inner)
		}
		a = inner
	}
	a.Put(path[last], v)
}

// AppendJSON writes v as json_encode does with JSON_UNESCAPED_UNICODE, but for the slashes,
// which answer.go escapes in the whole body at once.
func AppendJSON(dst []byte, v any) []byte { return AppendValue(dst, v, false) }

// PlainJSONSize is the length of json_encode without flags, by which the server measures
// preferences.
func PlainJSONSize(v any) int { return len(AppendValue(nil, v, true)) }

// AppendValue writes a value as JSON, with all escapes that PHP makes if escapeAll is set.
func AppendValue(dst []byte, v any, escapeAll bool) []byte {
	switch v := v.(type) {
	case bool:
		return strconv.AppendBool(dst, v)
	case int64:
		return strconv.AppendInt(dst, v, 10)
	case float64:
		return appendFloat(dst, v)
	case string:
		return appendString(dst, v, escapeAll)
	case *Array:
		return appendArray(dst, v, escapeAll)
	case json.RawMessage: // as appendJSON has written it
		return append(dst, v...)
	}
	return append(dst, "null"...)
}

func appendArray(dst []byte, a *Array, escapeAll bool) []byte {
	list := a.IsList()
	dst = append(dst, pick(list, '[', '{'))
	for i, v := range a.Values {
		if i > 0 {
			dst = append(dst, ',')
		}
		if !list {
			dst = append(appendString(dst, a.Keys[i], escapeAll), ':')
		}
		dst = AppendValue(dst, v, escapeAll)
	}
	return append(dst, pick(list, ']', '}'))
}

func pick(first bool, a, b byte) byte {
	if first {
		return a
	}
	return b
}

// appendFloat writes the shortest digits that read back as f, with an exponent where PHP has
// one: 1.0 is 1, 1e25 is 1.0e+25, 0.00001 is 1.0e-5.
func appendFloat(dst []byte, f float64) []byte {
	text := strconv.FormatFloat(f, 'e', -1, 64)
	mantissa, exponent, _ := strings.Cut(text, "e")
	exp, _ := strconv.Atoi(exponent)
	if f == 0 || math.IsInf(f, 0) || (exp >= -4 && exp < 17) {
		return strconv.AppendFloat(dst, f, 'f', -1, 64)
	}
	dst = append(dst, mantissa...)
	if !strings.Contains(mantissa, ".") {
		dst = append(dst, ".0"...)
	}
	dst = append(dst, 'e')
	if exp > 0 {
		dst = append(dst, '+')
	}
	return strconv.AppendInt(dst, int64(exp), 10)
}

const hexDigits = "0123456789abcdef"

func appendString(dst []byte, s string, escapeAll bool) []byte {
	dst = append(dst, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\' || (r == '/' && escapeAll):
			dst = append(dst, '\\', byte(r))
		case r == '\b':
			dst = append(dst, `\b`...)
		case r == '\f':
			dst = append(dst, `\f`...)
		case r == '\n':
			dst = append(dst, `\n`...)
		case r == '\r':
			dst = append(dst, `\r`...)
		case r == '\t':
			dst = append(dst, `\t`...)
		case r < ' ' || r == '\u2028' || r == '\u2029' || (r >= utf8.RuneSelf && escapeAll && r <= 0xffff):
			dst = appendUnicode(dst, r)
		case r > 0xffff && escapeAll:
			r -= 0x10000
			dst = appendUnicode(appendUnicode(dst, 0xd800+r>>10), 0xdc00+r&0x3ff)
		default:
			dst = utf8.AppendRune(dst, r)
		}
	}
	return append(dst, '"')
}

func appendUnicode(dst []byte, r rune) []byte {
	return append(dst, '\\', 'u', hexDigits[r>>12&15], hexDigits[r>>8&15], hexDigits[r>>4&15], hexDigits[r&15])
}

// ToInt returns an integer, also one that is written as text.
func ToInt(v any) (int64, bool) {
	switch v := v.(type) {
	case int64:
		return v, true
	case string:
		n, err := strconv.ParseInt(v, 10, 64)
		return n, err == nil
	}
	return 0, false
}

// Grouped writes n as PHP's number_format: 3,600.
func Grouped(n int64) string {
	if n < 0 {
		return "-" + Grouped(-n)
	}
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// TypeName is gettype.
func TypeName(v any) string {
	switch v.(type) {
	case bool:
		return "boolean"
	case int64:
		return "integer"
	case float64:
		return "double"
	case string:
		return "string"
	case *Array:
		return "array"
	}
	return "NULL"
}
