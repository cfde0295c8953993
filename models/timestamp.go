package models

import (
	"bytes"
	"errors"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// Timestamp is a date of the server: UTC, in milliseconds. The zero value (IsZero) means that
// the server has none, for example no expiry of a provider's access token.
//
// It decodes each form that servers have used: RFC 3339 text (since 1.0), the same with a space
// and without a zone (some answers of 1.5 to 1.9), Unix seconds (before 1.0), and for "no date"
// the empty text, 0 or null. It encodes as today's servers do, 2026-11-21T00:12:51.872+00:00,
// and unset as the empty text.
//
// Decoding drops what is finer than a millisecond, since encoding could not give it back. A
// date outside of the years 0 to 9999 neither decodes nor encodes.
type Timestamp struct {
	time.Time
}

// timestampLayout is the server's: always three digits, and +00:00 where Go would write Z.
const timestampLayout = "2006-01-02T15:04:05.000-07:00"

// The first second of the year 0 and the last of the year 9999, which is as far as RFC 3339
// goes.
const (
	minUnix = -62167219200
	maxUnix = 253402300799
)

// None of them names the text that was refused: a hostile server could have put a secret there,
// and errors get logged.
var (
	errDateForm  = errors.New("not a date in a form that Appwrite uses")
	errDateRange = errors.New("date is outside of the years 0 to 9999")
)

// String returns the date as the server writes it, or "" when it is unset.
func (t Timestamp) String() string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(timestampLayout)
}

// AppendText implements [encoding.TextAppender].
func (t Timestamp) AppendText(b []byte) ([]byte, error) {
	if t.IsZero() {
		return b, nil
	}
	if !inRange(t.Unix()) {
		return b, errDateRange
	}
	return t.UTC().AppendFormat(b, timestampLayout), nil
}

// MarshalText implements [encoding.TextMarshaler]: the text of String.
func (t Timestamp) MarshalText() ([]byte, error) {
	return t.AppendText(make([]byte, 0, len(timestampLayout)))
}

// MarshalJSON implements [encoding/json.Marshaler].
func (t Timestamp) MarshalJSON() ([]byte, error) {
	return t.appendJSON(make([]byte, 0, len(timestampLayout)+2))
}

// MarshalJSONTo implements MarshalerTo of encoding/json/v2.
func (t Timestamp) MarshalJSONTo(enc *jsontext.Encoder) error {
	value, err := t.appendJSON(enc.AvailableBuffer())
	if err != nil {
		return err
	}
	return enc.WriteValue(value)
}

func (t Timestamp) appendJSON(b []byte) ([]byte, error) {
	b, err := t.AppendText(append(b, '"'))
	return append(b, '"'), err
}

// UnmarshalText implements [encoding.TextUnmarshaler]. It also takes Unix seconds, which is
// what an old server puts into the links it sends.
func (t *Timestamp) UnmarshalText(text []byte) error {
	if seconds, err := parseInt(text); err == nil {
		return t.setUnix(seconds)
	}
	return t.setText(text)
}

// UnmarshalJSON implements [encoding/json.Unmarshaler].
func (t *Timestamp) UnmarshalJSON(value []byte) error {
	switch {
	case len(value) == 0:
		return errDateForm
	case value[0] == '"':
		text, err := unquote(value)
		if err != nil {
			return errDateForm
		}
		return t.setText(text)
	case string(value) == "null":
		*t = Timestamp{}
		return nil
	default:
		seconds, err := parseInt(value)
		if err != nil {
			return errDateForm
		}
		return t.setUnix(seconds)
	}
}

// UnmarshalJSONFrom implements UnmarshalerFrom of encoding/json/v2.
func (t *Timestamp) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	value, err := dec.ReadValue()
	if err != nil {
		return err
	}
	return t.UnmarshalJSON(value)
}

func (t *Timestamp) setText(text []byte) error {
	var date time.Time
	if len(text) > 0 {
		// The strict parser of RFC 3339 first: it is the common form and does not allocate.
		if err := date.UnmarshalText(text); err != nil {
			date, err = time.Parse(time.DateTime, string(text)) // takes a fraction, too
			if err != nil {
				return errDateForm
			}
		}
	}
	date = date.UTC().Truncate(time.Millisecond)
	if !inRange(date.Unix()) {
		return errDateRange // the zone moved it over the edge
	}
	t.Time = date
	return nil
}

func (t *Timestamp) setUnix(seconds int64) error {
	switch {
	case seconds == 0:
		*t = Timestamp{}
	case !inRange(seconds):
		return errDateRange
	default:
		t.Time = time.Unix(seconds, 0).UTC()
	}
	return nil
}

func inRange(seconds int64) bool {
	return minUnix <= seconds && seconds <= maxUnix
}

// unquote returns the text of a JSON string, without copying where nothing is escaped in it.
func unquote(value []byte) ([]byte, error) {
	if len(value) >= 2 && value[len(value)-1] == '"' && bytes.IndexByte(value, '\\') < 0 {
		return value[1 : len(value)-1], nil
	}
	return jsontext.AppendUnquote(nil, value)
}
