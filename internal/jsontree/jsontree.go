// Package jsontree reads JSON as it was written, for tests that compare answers.
package jsontree

import (
	"bytes"
	"encoding/json"
	"reflect"
)

// Of returns a JSON text as maps, slices and scalars. Numbers are json.Number.
func Of(text []byte) (v any, err error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	err = d.Decode(&v)
	return v, err
}

// IsZero reports whether a value is null or empty, as a field that was not sent is written.
func IsZero(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case json.Number:
		return v == "0"
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return reflect.ValueOf(v).IsZero()
}
