package appwrite

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/seed17809555/appwrite/models"
)

// GetPrefs returns the user's preferences, a JSON object that apps fill as they like. See
// also the function GetPrefs, which decodes them.
func (a *Account) GetPrefs(ctx context.Context, opts ...RequestOption) (models.Preferences, error) {
	var prefs models.Preferences
	_, err := a.do(ctx, request{op: opGetPrefs}, &prefs, opts)
	return prefs, err
}

// GetPrefs returns the user's preferences decoded into a T, as encoding/json does it. An
// empty list is taken for an empty object: servers send nested empty objects that way.
func GetPrefs[T any](ctx context.Context, a *Account, opts ...RequestOption) (T, error) {
	var result T
	prefs, err := a.GetPrefs(ctx, opts...)
	if err != nil {
		return result, err
	}
	if err := prefs.Decode(&result); err != nil {
		return result, &DecodeError{Operation: opGetPrefs.name, StatusCode: 200, Err: &unfitPrefs{err}}
	}
	return result, nil
}

// unfitPrefs retells why preferences do not fit a type without their values, which the
// standard library's texts quote.
type unfitPrefs struct{ cause error }

func (e *unfitPrefs) Error() string {
	if m, ok := errors.AsType[*json.UnmarshalTypeError](e.cause); ok {
		sort, _, _ := strings.Cut(m.Value, " ") // "number 31415926"
		return fmt.Sprintf("JSON %s at %q does not fit %s", sort, m.Field, m.Type)
	}
	return "the preferences do not fit the type"
}

func (e *unfitPrefs) Unwrap() error { return e.cause }

// UpdatePrefs replaces all preferences: what prefs does not hold is gone. See MergePrefs.
//
// Servers before 0.7 cannot remove a key: they merge, as MergePrefs does.
//
// prefs is models.Preferences or anything that encoding/json writes as an object. At most
// 65,535 bytes of JSON. Servers change some values: a nested {} comes back as [], 1.0 as 1,
// an integer beyond 2^63 as a float; an object whose keys are 0, 1, 2… is refused.
func (a *Account) UpdatePrefs(ctx context.Context, prefs any, opts ...RequestOption) (*models.User, error) {
	object, err := encodeObject(prefs)
	if err != nil {
		return nil, err
	}
	return a.writePrefs(ctx, object, opts)
}

func (a *Account) writePrefs(ctx context.Context, object []byte, opts []RequestOption) (*models.User, error) {
	r := request{op: opUpdatePrefs, body: fields{rawJSON("prefs", object)}}
	if !a.mergesPrefs() {
		return send[models.User](ctx, a, r, opts)
	}
	// The user first, so that an error means that nothing was stored.
	user, err := a.Get(ctx, opts...)
	if err == nil {
		_, err = a.do(ctx, r, &user.Prefs, opts)
	}
	if err != nil {
		return nil, err
	}
	return user, nil
}

// mergesPrefs reports whether the client's server merges preferences and answers with them.
func (a *Account) mergesPrefs() bool {
	return a.usable() && opUpdatePrefs.merging.Has(a.state.core.version)
}

// MergePrefs reads the preferences, changes the keys that patch holds and writes them back:
// a nil value (JSON null) removes its key, and all other keys keep their bytes. patch is like
// the prefs of UpdatePrefs; nested objects are replaced, not merged.
//
// It is a read and a write, not atomic: of two that run at once, one may lose its keys.
// Servers before 0.7 merge themselves, but cannot remove a key: a nil value is refused.
func (a *Account) MergePrefs(ctx context.Context, patch any, opts ...RequestOption) (*models.User, error) {
	changes, err := encodeObject(patch)
	if err != nil {
		return nil, err
	}
	if a.mergesPrefs() {
		if err := refuseNull(changes); err != nil {
			return nil, err
		}
		return a.writePrefs(ctx, changes, opts)
	}
	prefs, err := a.GetPrefs(ctx, opts...)
	if err != nil {
		return nil, err
	}
	merged, err := mergeObjects(prefs.Raw(), changes)
	if err != nil {
		return nil, err
	}
	return a.writePrefs(ctx, merged, opts)
}

func refuseNull(patch []byte) error {
	changes, err := members(patch)
	if err != nil {
		return badPrefs("is malformed")
	}
	for _, c := range changes {
		if c.value.Kind() == 'n' {
			return badPrefs("holds null: servers before " + opUpdatePrefs.merging.Before.String() + " cannot remove a key")
		}
	}
	return nil
}

func badPrefs(reason string) error {
	return &ParamError{Operation: opUpdatePrefs.name, Param: "prefs", Reason: reason}
}

// encodeObject writes a value as a JSON object, without the escapes for HTML that would
// change a string's bytes.
func encodeObject(v any) ([]byte, error) {
	switch v := v.(type) {
	case models.Preferences:
		return v.Raw(), nil
	case map[string]any:
		if isPlain(v, 0) {
			return encodePlain(v)
		}
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		reason := "cannot be encoded as JSON"
		if unfit, ok := errors.AsType[*json.UnsupportedTypeError](err); ok {
			reason += ": type " + unfit.Type.String() // other errors may quote a value
		}
		return nil, badPrefs(reason)
	}
	object := bytes.TrimSpace(b.Bytes())
	if len(object) == 0 || object[0] != '{' {
		return nil, badPrefs("is not a JSON object")
	}
	return object, nil
}

// encodePlain writes what isPlain allows as encoding/json does, which takes twice as long.
func encodePlain(object map[string]any) ([]byte, error) {
	if object == nil {
		return nil, badPrefs("is not a JSON object")
	}
	text, err := jsonv2.Marshal(object, plainOptions)
	if err != nil { // NaN or an infinity
		return nil, badPrefs("cannot be encoded as JSON")
	}
	return text, nil
}

var plainOptions = jsonv2.JoinOptions(
	jsonv2.Deterministic(true), jsonv2.FormatNilMapAsNull(true), jsonv2.FormatNilSliceAsNull(true),
	jsontext.AllowInvalidUTF8(true), jsontext.EscapeForJS(true),
)

// isPlain reports whether v holds nothing but the types that encoding/json decodes into an
// any, down to some depth: it may hold itself.
func isPlain(v any, depth int) bool {
	switch v := v.(type) {
	case nil, bool, string, float64, int:
		return true
	case []any:
		for _, element := range v {
			if depth == 100 || !isPlain(element, depth+1) {
				return false
			}
		}
		return true
	case map[string]any:
		for _, value := range v {
			if depth == 100 || !isPlain(value, depth+1) {
				return false
			}
		}
		return true
	}
	return false
}

// member is a key of a JSON object and its value, as they are written.
type member struct {
	key   string
	text  jsontext.Value // the key as it is written
	value jsontext.Value
}

func members(object []byte) ([]member, error) {
	d := jsontext.NewDecoder(bytes.NewReader(object), decodeOptions)
	if _, err := d.ReadToken(); err != nil {
		return nil, err
	}
	var all []member
	for d.PeekKind() == '"' {
		key, err := d.ReadValue()
		if err != nil {
			return nil, err
		}
		m := member{text: key.Clone()}
		name, _ := jsontext.AppendUnquote(nil, key)
		m.key = string(name)
		value, err := d.ReadValue()
		if err != nil {
			return nil, err
		}
		m.value = value.Clone()
		all = append(all, m)
	}
	_, err := d.ReadToken()
	return all, err
}

// mergeObjects puts the members of patch into object: in their place where it has the key,
// else at its end; null takes the key away.
func mergeObjects(object, patch []byte) ([]byte, error) {
	current, err := members(object)
	if err != nil {
		return nil, badPrefs("of the server are malformed")
	}
	changes, err := members(patch)
	if err != nil {
		return nil, badPrefs("is malformed")
	}
	changed := make(map[string]jsontext.Value, len(changes))
	for _, c := range changes {
		changed[c.key] = c.value
	}
	b := []byte{'{'}
	put := func(key, value jsontext.Value) {
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = append(append(append(b, key...), ':'), value...)
	}
	written := map[string]bool{}
	for _, m := range append(current, changes...) {
		value, isChanged := changed[m.key]
		switch {
		case !isChanged:
			put(m.text, m.value)
		case !written[m.key]:
			written[m.key] = true
			if value.Kind() != 'n' {
				put(m.text, value)
			}
		}
	}
	return append(b, '}'), nil
}
