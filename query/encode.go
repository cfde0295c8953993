package query

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"time"
	"unicode/utf8"
)

// Value is what an attribute can be compared with. Named types count as what they are made of:
// a type Provider string is sent as a string, whatever its methods.
//
// Integers are sent digit by digit, but servers read those outside int64 as floats. Times are
// sent in UTC, cut to the server's milliseconds.
type Value interface {
	~string | ~bool |
		~int | ~int8 | ~int16 | ~int32 | ~int64 |
		~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 |
		~float32 | ~float64 |
		time.Time
}

// timeLayout is the form in which servers send dates.
const timeLayout = "2006-01-02T15:04:05.000+00:00"

var (
	errNoValues  = errors.New("no values")
	errNoQueries = errors.New("no queries")
	errNotUTF8   = errors.New("not valid UTF-8")
	errNotFinite = errors.New("not a finite number")
	errYear      = errors.New("year outside 0 to 9999")
)

// invalidPrefix starts the text that stands for a query which cannot be sent. It is not JSON,
// so that no server takes it for a query either.
const invalidPrefix = "invalid query: "

func invalid(method, attribute string, reason error) string {
	if attribute == "" {
		return fmt.Sprintf("%s%s(): %v", invalidPrefix, method, reason)
	}
	return fmt.Sprintf("%s%s(%.40q): %v", invalidPrefix, method, attribute, reason)
}

// appendHead writes an object's start: method and, unless empty, attribute.
func appendHead(b []byte, method, attribute string) ([]byte, error) {
	b = append(b, `{"method":"`...)
	b = append(b, method...)
	b = append(b, '"')
	if attribute == "" {
		return b, nil
	}
	b = append(b, `,"attribute":`...)
	b, err := appendString(b, attribute)
	if err != nil {
		return b, fmt.Errorf("attribute: %w", err)
	}
	return b, nil
}

func appendValue[T Value](b []byte, value T) ([]byte, error) {
	switch v := any(value).(type) {
	case string:
		return appendString(b, v)
	case int:
		return strconv.AppendInt(b, int64(v), 10), nil
	case bool:
		return strconv.AppendBool(b, v), nil
	case time.Time:
		return appendTime(b, v)
	}
	// Named types, and the kinds that are rare enough to pay for reflection.
	switch v := reflect.ValueOf(value); v.Kind() {
	case reflect.String:
		return appendString(b, v.String())
	case reflect.Bool:
		return strconv.AppendBool(b, v.Bool()), nil
	case reflect.Float32:
		return appendFloat(b, float32(v.Float()))
	case reflect.Float64:
		return appendFloat(b, v.Float())
	default:
		if v.CanInt() {
			return strconv.AppendInt(b, v.Int(), 10), nil
		}
		return strconv.AppendUint(b, v.Uint(), 10), nil
	}
}

// appendFloat leaves the form to encoding/json, which writes floats as JavaScript does: the
// shortest digits, an exponent only for the very small and very large.
func appendFloat[F float32 | float64](b []byte, f F) ([]byte, error) {
	text, err := json.Marshal(f)
	if err != nil {
		return b, errNotFinite
	}
	return append(b, text...), nil
}

func appendTime(b []byte, t time.Time) ([]byte, error) {
	t = t.UTC()
	if y := t.Year(); y < 0 || y > 9999 {
		return b, errYear
	}
	b = append(b, '"')
	b = t.AppendFormat(b, timeLayout)
	return append(b, '"'), nil
}

// appendString escapes what JSON demands and nothing else. It is not encoding/json because that
// replaces invalid UTF-8 without an error.
func appendString(b []byte, s string) ([]byte, error) {
	if !utf8.ValidString(s) {
		return b, errNotUTF8
	}
	const hexDigits = "0123456789abcdef"
	b = append(b, '"')
	start := 0 // of what is not written yet
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		b = append(b, s[start:i]...)
		start = i + 1
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\b':
			b = append(b, `\b`...)
		case '\f':
			b = append(b, `\f`...)
		case '\n':
			b = append(b, `\n`...)
		case '\r':
			b = append(b, `\r`...)
		case '\t':
			b = append(b, `\t`...)
		default:
			b = append(b, `\u00`...)
			b = append(b, hexDigits[c>>4], hexDigits[c&15])
		}
	}
	b = append(b, s[start:]...)
	return append(b, '"'), nil
}
