package models

import (
	"bytes"
	"errors"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// lenient is how encoding/json reads text, too: what the server sent is not
// refused for a duplicate name or a broken character in, say, a user agent.
var lenient = json.JoinOptions(
	jsontext.AllowDuplicateNames(true),
	jsontext.AllowInvalidUTF8(true),
)

// unmarshal is the UnmarshalJSON of a model that has an UnmarshalJSONFrom: both
// ways to decode it are one.
func unmarshal(text []byte, model json.UnmarshalerFrom) error {
	return json.Unmarshal(text, model, lenient)
}

// marshal is the MarshalJSON of a model that has a MarshalJSONTo.
func marshal(model json.MarshalerTo) ([]byte, error) {
	return json.Marshal(model, lenient)
}

// marshalFields writes a model as the plain struct that it is. Models with
// slices go through it, because encoding/json would write a nil slice as null,
// which no server sends.
func marshalFields(enc *jsontext.Encoder, fields any) error {
	return json.MarshalEncode(enc, fields, json.FormatNilSliceAsNull(false))
}

// nilIfEmpty gives an empty list one form, so that a model is equal to itself
// after it was stored, whether the server sent [], null or nothing.
func nilIfEmpty[T any](s []T) []T {
	if len(s) == 0 {
		return nil
	}
	return s
}

var errNotInteger = errors.New("not an integer")

// parseInt reads an integer, also one that a proxy or a PHP float wrote as 11.0.
func parseInt(number []byte) (int64, error) {
	digits, fraction, _ := bytes.Cut(number, []byte("."))
	n, err := strconv.ParseInt(string(digits), 10, 64)
	if err != nil || len(bytes.TrimLeft(fraction, "0")) > 0 {
		return 0, errNotInteger // without the text: errors of hostile answers get logged
	}
	return n, nil
}

// listHead is the count of a list, under today's key or under that of servers
// before 0.13.
type listHead struct {
	Total count `json:"total"`
	Sum   count `json:"sum"`
}

// total is the server's count, or the length where a server sent none, as for
// logs in 0.7 to 0.11.
func (h listHead) total(length int) int {
	switch {
	case h.Total.sent:
		return h.Total.n
	case h.Sum.sent:
		return h.Sum.n
	default:
		return length
	}
}

// count tells a count of 0 from one that was not sent.
type count struct {
	n    int
	sent bool
}

func (c *count) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	value, err := dec.ReadValue()
	if err != nil {
		return err
	}
	*c = count{sent: true}
	if value.Kind() == jsontext.KindNull {
		return nil
	}
	n, err := parseInt(value)
	if err != nil {
		return err
	}
	c.n = int(n)
	if int64(c.n) != n {
		return errNotInteger
	}
	return nil
}

// isEmptyArray reports whether a valid JSON value is a list without elements.
func isEmptyArray(value []byte) bool {
	return len(value) >= 2 && value[0] == '[' &&
		len(bytes.TrimSpace(value[1:len(value)-1])) == 0
}
