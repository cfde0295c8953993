package appwrite

import (
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"strings"
)

const redacted = "[redacted]"

// mask replaces every occurrence of the secrets in text. Servers and proxies may echo what
// they were sent.
func mask(text string, secrets []string) string {
	for _, s := range secrets {
		// A secret of a few characters would blank out half of an innocent text, and
		// tells nobody anything once it stands among other characters.
		if len(s) >= 4 {
			text = strings.ReplaceAll(text, s, redacted)
		}
	}
	return text
}

// shown returns the names and values of a struct's fields, those tagged `secret:"true"`
// masked unless they are empty.
func shown(params any) (names []string, values []any) {
	v := reflect.ValueOf(params)
	for i := range v.NumField() {
		f := v.Type().Field(i)
		names = append(names, f.Name)
		if f.Tag.Get("secret") != "" && !v.Field(i).IsZero() {
			values = append(values, redacted)
			continue
		}
		values = append(values, v.Field(i).Interface())
	}
	return names, values
}

// formatParams is the Format of the parameter structs that hold secrets.
func formatParams(s fmt.State, params any) {
	names, values := shown(params)
	var b strings.Builder
	b.WriteString(reflect.TypeOf(params).Name())
	b.WriteByte('{')
	for i, name := range names {
		if i > 0 {
			b.WriteByte(' ')
		}
		fmt.Fprintf(&b, "%s:%v", name, values[i])
	}
	b.WriteByte('}')
	_, _ = io.WriteString(s, b.String())
}

// marshalParams is the MarshalJSON of the parameter structs that hold secrets: they are
// written into logs, never onto the wire.
func marshalParams(params any) ([]byte, error) {
	names, values := shown(params)
	object := make(map[string]any, len(names))
	for i, name := range names {
		object[name] = values[i]
	}
	return json.Marshal(object)
}
