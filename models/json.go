package models

import (
	"bytes"
	"errors"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// lenient is how encoding/json reads text, too: what the server sent is not refused for a
// duplicate name or a broken character in, say, a user agent.
var lenient = json.JoinOptions(
	jsontext.AllowDuplicateNames(true),
	jsontext.AllowInvalidUTF8(true),
)

// unmarshal is the UnmarshalJSON of a model that has an UnmarshalJSONFrom: both ways to decode
// it are one.
func unmarshal(text []byte, model json.UnmarshalerFrom) error {
	return json.Unmarshal(text, model, lenient)
}

// marshal is the MarshalJSON of a model that has a MarshalJSONTo.
func marshal(model json.MarshalerTo) ([]byte, error) {
	return json.Marshal(model, lenient)
}

// marshalFields writes a model as the plain struct that it is. Models with slices go through
// it, because encoding/json would write a nil slice as null, which no server sends.
func marshalFields(enc *jsontext.Encoder, fields any) error {
	return json.MarshalEncode(enc, fields, json.FormatNilSliceAsNull(false))
}

// nilIfEmpty gives an empty list one form, so that a model is equal to itself after it was
// stored, whether the server sent [], null or nothing.
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

// decodeOldList is decodeList for lists that servers before 0.7 send as the entries alone.
func decodeOldList[T any](dec *jsontext.Decoder, key string) (total int, entries []T, err error) {
	if dec.PeekKind() == jsontext.KindBeginArray {
		err = json.UnmarshalDecode(dec, &entries)
		return len(entries), nilIfEmpty(entries), err
	}
	return decodeList[T](dec, key)
}

// decodeList reads a list: an object with a count, under today's key or under that of servers
// before 0.13, and with the entries under a key of their own. Without a count, as for logs in
// 0.7 to 0.11, the total is the number of entries. null is an empty list.
func decodeList[T any](dec *jsontext.Decoder, key string) (total int, entries []T, err error) {
	if dec.PeekKind() != jsontext.KindBeginObject {
		var list struct{} // which tells what is wrong, or that there is null
		return 0, nil, json.UnmarshalDecode(dec, &list)
	}
	var today, old count
	if _, err := dec.ReadToken(); err != nil {
		return 0, nil, err
	}
	for dec.PeekKind() != jsontext.KindEndObject {
		name, err := dec.ReadToken()
		if err != nil {
			return 0, nil, err
		}
		switch name.String() {
		case key:
			err = json.UnmarshalDecode(dec, &entries)
		case "total":
			err = json.UnmarshalDecode(dec, &today)
		case "sum":
			err = json.UnmarshalDecode(dec, &old)
		default:
			err = dec.SkipValue()
		}
		if err != nil {
			return 0, nil, err
		}
	}
	_, err = dec.ReadToken()
	switch {
	case today.sent:
		total = today.n
	case old.sent:
		total = old.n
	default:
		total = len(entries)
	}
	return total, nilIfEmpty(entries), err
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
