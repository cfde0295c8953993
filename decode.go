package appwrite

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// decodeOptions accept what strict JSON forbids, because preferences may hold anything.
var decodeOptions = json.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))

// decode fills the result. Its error says what is wrong without quoting a value.
func (c *call) decode(resp *http.Response, body []byte) error {
	body = bytes.TrimSpace(body)
	if c.out == nil {
		// This may be the page of a proxy.
		if len(body) > 0 && !jsontext.Value(body).IsValid(decodeOptions) {
			return fmt.Errorf("%s where no content was expected", describeContent(resp.Header, c.masked))
		}
		return nil
	}
	if _, ok := c.out.(*location); ok {
		return errors.New("no redirect to the provider")
	}
	switch {
	case len(body) == 0:
		return errors.New("the body is empty")
	case body[0] != '{' && body[0] != '[':
		return fmt.Errorf("%s, not a JSON object", describeContent(resp.Header, c.masked))
	}
	if err := json.Unmarshal(body, c.out, decodeOptions); err != nil {
		return describeJSON(err)
	}
	if key := c.op.answer; key != "" && !c.op.merging.Has(c.version) && lacks(body, key) {
		return fmt.Errorf("it lacks %s", key)
	}
	return nil
}

// describeJSON says what is wrong without the decoder's own text, which may quote a value.
func describeJSON(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("truncated JSON: %w", io.ErrUnexpectedEOF)
	}
	if e, ok := errors.AsType[*json.SemanticError](err); ok && e.JSONPointer != "" {
		return fmt.Errorf("unfit JSON %s at %s", e.JSONKind, clip(string(e.JSONPointer), 100))
	}
	if e, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		return fmt.Errorf("malformed JSON at byte %d", e.ByteOffset)
	}
	return errors.New("unfit JSON")
}

// lacks reports whether a JSON object has no value under a key, or an empty string. The bare
// lists of old servers have no keys.
func lacks(body []byte, key string) bool {
	if body[0] == '[' || startsWith(body, key) {
		return false
	}
	d := jsontext.NewDecoder(bytes.NewBuffer(body), decodeOptions)
	_, _ = d.ReadToken()
	for d.PeekKind() == '"' {
		name, err := d.ReadToken()
		if err != nil {
			return true
		}
		if name.String() != key {
			if d.SkipValue() != nil {
				return true
			}
			continue
		}
		value, err := d.ReadToken()
		return err != nil || value.Kind() == 'n' || value.Kind() == '"' && value.String() == ""
	}
	return true
}

// startsWith reports whether a JSON object starts with a key and its value, which is where
// servers put it in all but lists. It spares most answers the decoder's allocations.
func startsWith(body []byte, key string) bool {
	const before, between = `{"`, `":`
	value := len(before) + len(key) + len(between)
	if len(body) < value+2 || string(body[:len(before)]) != before || string(body[len(before):value]) != key+between {
		return false
	}
	return body[value] != 'n' && string(body[value:value+2]) != `""`
}
