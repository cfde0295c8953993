package models

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strings"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	jsonv1 "github.com/go-json-experiment/json/v1"
)

// Preferences are a user's preferences: a JSON object whose content is the application's own.
// The zero value is the empty object. Preferences never change after they were decoded, and ==
// compares them.
//
// The server's text is kept rather than parsed, so that writing it back changes no number
// (2^63, 1.10), no order of keys and no escape. Only white space between tokens is dropped, and
// the characters that encoding/json escapes on its own account (<, >, &, U+2028, U+2029) are
// brought to the form the server uses: otherwise preferences that were stored and read back
// would not be equal.
//
// The server cannot tell an empty object from an empty list: a nested {} comes back as [], and
// until 0.11 so did the preferences as a whole.
type Preferences struct {
	raw string // "" is {}
}

var errNotObject = errors.New("preferences are not a JSON object")

// Decode stores the preferences in the value that v points to, as [json.Unmarshal] does: names
// match in any case, and a [json.Number] keeps every digit.
//
// Beyond that, an empty list is taken for an empty object wherever the target is a struct or a
// map, at any depth, because the server sends [] for {}. Types with an UnmarshalJSON of their
// own see what the server sent.
func (p Preferences) Decode(v any) error {
	return decodePHP(p.text(), v)
}

// Get stores the preference with the given key in the value that v points to, by the rules of
// [Preferences.Decode], and reports whether there is one. The key matches exactly. A preference
// of null is there and leaves the value as [json.Unmarshal] does.
func (p Preferences) Get(key string, v any) (bool, error) {
	value, ok := p.members()[key]
	if !ok {
		return false, nil
	}
	return true, decodePHP(value, v)
}

// Map returns a copy of the preferences. Numbers are [json.Number], objects map[string]any,
// lists []any. It is never nil.
func (p Preferences) Map() map[string]any {
	m := map[string]any{}
	dec := json.NewDecoder(bytes.NewReader(p.text()))
	dec.UseNumber()
	_ = dec.Decode(&m) // the text was checked when it was decoded
	return m
}

// Len returns the number of preferences.
func (p Preferences) Len() int {
	return len(p.members())
}

// Raw returns a copy of the JSON object.
func (p Preferences) Raw() json.RawMessage {
	return p.text()
}

func (p Preferences) members() map[string]json.RawMessage {
	if p.raw == "" {
		return nil
	}
	var m map[string]json.RawMessage
	_ = json.Unmarshal(p.text(), &m) // as in Map
	return m
}

func (p Preferences) text() []byte {
	if p.raw == "" {
		return []byte("{}")
	}
	return []byte(p.raw)
}

// String tells the number of preferences and nothing of their content.
func (p Preferences) String() string {
	return fmt.Sprintf("Preferences{Len:%d}", p.Len())
}

// Format implements [fmt.Formatter]: every verb prints what String returns.
func (p Preferences) Format(f fmt.State, _ rune) {
	_, _ = f.Write([]byte(p.String()))
}

// LogValue implements [slog.LogValuer]: the number of preferences.
func (p Preferences) LogValue() slog.Value {
	return slog.StringValue(p.String())
}

// MarshalJSON implements [json.Marshaler].
func (p Preferences) MarshalJSON() ([]byte, error) {
	return p.text(), nil
}

// MarshalJSONTo implements MarshalerTo of encoding/json/v2.
func (p Preferences) MarshalJSONTo(enc *jsontext.Encoder) error {
	return jsonv2.MarshalEncode(enc, jsontext.Value(p.text()), jsontext.PreserveRawStrings(true))
}

// UnmarshalJSON implements [json.Unmarshaler].
func (p *Preferences) UnmarshalJSON(text []byte) error {
	return unmarshal(text, p)
}

// UnmarshalJSONFrom implements UnmarshalerFrom of encoding/json/v2.
func (p *Preferences) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	value, err := dec.ReadValue()
	if err != nil {
		return err
	}
	switch {
	case value.Kind() == jsontext.KindNull || isEmptyArray(value):
		p.raw = ""
		return nil
	case value.Kind() != jsontext.KindBeginObject:
		return errNotObject
	}
	p.raw, err = storedForm(value)
	return err
}

// storedForm copies the text of an object, in the form that Preferences describes.
func storedForm(object []byte) (string, error) {
	if hasSpace(object) {
		var err error
		object, err = jsontext.AppendFormat(nil, object, lenient, jsontext.PreserveRawStrings(true))
		if err != nil {
			return "", err
		}
	}
	text := string(object)
	if text == "{}" {
		return "", nil
	}
	if strings.Contains(text, `\u00`) || strings.Contains(text, "\u2028") || strings.Contains(text, "\u2029") {
		text = serverEscapes.Replace(text)
	}
	return text, nil
}

// hasSpace reports whether valid JSON has white space between its tokens.
func hasSpace(text []byte) bool {
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			i += stringEnd(text[i:]) - 1
		case c <= ' ':
			return true
		}
	}
	return false
}

// serverEscapes undoes what encoding/json escapes and the server does not. It walks over pairs
// of \\ first, so that the text \u003c behind an escaped backslash stays.
var serverEscapes = strings.NewReplacer(
	`\\`, `\\`,
	`\u003c`, `<`, `\u003e`, `>`, `\u0026`, `&`,
	"\u2028", `\u2028`, "\u2029", `\u2029`,
)

// decodePHP is json.Unmarshal, which alone decides where the text fits the target. Where it
// meets a list that does not fit, the text is decoded once more by an engine with the same
// semantics and a hook for the empty list.
func decodePHP(text []byte, v any) error {
	err := json.Unmarshal(text, v)
	var mismatch *json.UnmarshalTypeError
	if !errors.As(err, &mismatch) || mismatch.Value != "array" {
		return err
	}
	err = jsonv2.Unmarshal(text, v, jsonv1.DefaultOptionsV1(), jsonv2.WithUnmarshalers(phpUnmarshalers))
	var v1 *jsonv1.UnmarshalTypeError
	if errors.As(err, &v1) {
		// The standard library's type is what callers know to look for.
		return &json.UnmarshalTypeError{Value: v1.Value, Type: v1.Type, Offset: v1.Offset, Struct: v1.Struct, Field: v1.Field}
	}
	return err
}

var phpUnmarshalers = jsonv2.JoinUnmarshalers(
	jsonv2.UnmarshalFromFunc(unmarshalNumber),
	jsonv2.UnmarshalFromFunc(unmarshalEmptyArray),
)

// unmarshalNumber is there because to the other engine a json.Number is any string.
func unmarshalNumber(dec *jsontext.Decoder, n *json.Number) error {
	value, err := dec.ReadValue()
	if err != nil {
		return err
	}
	return json.Unmarshal(value, n)
}

func unmarshalEmptyArray(dec *jsontext.Decoder, pointer any) error {
	target := reflect.ValueOf(pointer).Elem()
	if dec.PeekKind() != jsontext.KindBeginArray || !isPlainObject(target) {
		return errAsUsual
	}
	value, err := dec.ReadValue()
	if err != nil {
		return err
	}
	if !isEmptyArray(value) {
		return &json.UnmarshalTypeError{Value: "array", Type: target.Type(), Offset: dec.InputOffset()}
	}
	if target.Kind() == reflect.Map && target.IsNil() {
		target.Set(reflect.MakeMap(target.Type()))
	}
	return nil
}

// isPlainObject reports whether JSON objects decode into v without its own doing.
func isPlainObject(v reflect.Value) bool {
	if v.Kind() != reflect.Struct && v.Kind() != reflect.Map {
		return false
	}
	switch v.Addr().Interface().(type) {
	case json.Unmarshaler, jsonv2.UnmarshalerFrom:
		return false
	default:
		return true
	}
}
