package appwrite

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/seed17809555/appwrite/models"
)

// GetPrefs returns the user's preferences, a JSON object that apps fill as they like. See also
// the function GetPrefs, which decodes them.
func (a *Account) GetPrefs(ctx context.Context, opts ...RequestOption) (models.Preferences, error) {
	var prefs models.Preferences
	_, err := a.do(ctx, request{op: opGetPrefs}, &prefs, opts)
	return prefs, err
}

// GetPrefs returns the user's preferences decoded into a T, as encoding/json does it. An empty
// list is taken for an empty object: servers send nested empty objects that way.
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

// unfitPrefs says why preferences do not fit a type. It does not quote values, as the texts of
// the standard library do.
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
// 65,535 bytes of JSON. Servers change some values: a nested {} comes back as [], 1.0 as 1, an
// integer beyond 2^63 as a float; an object whose keys are 0, 1, 2… is refused.
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
	return opUpdatePrefs.merging.Has(a.core().version)
}

// MergePrefs reads the preferences, changes the keys that patch holds and writes them back: a
// nil value (JSON null) removes its key, and all other keys keep their bytes. patch is like the
// prefs of UpdatePrefs; nested objects are replaced, not merged.
//
// It is a read and a write, not atomic: of two that run at once, one may lose its keys. Servers
// before 0.7 merge themselves, but cannot remove a key: a nil value is refused.
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
