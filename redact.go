package appwrite

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"reflect"
	"strings"

	"github.com/seed17809555/appwrite/internal/mask"
)

const redacted = mask.Mask

// masked hides the secrets that this call sent.
func (c *call) masked(text string) string { return c.masker()(text) }

// masker returns what masked does, for more than one text.
func (c *call) masker() func(text string) string {
	secrets := append([]string{c.secret}, c.common[devKeyHeader]...)
	switch c.auth {
	case "Authorization":
		secrets = append(secrets, strings.TrimPrefix(c.secret, "Bearer "))
	case "Cookie":
		for part := range strings.SplitSeq(c.secret, "; ") {
			_, value, _ := strings.Cut(part, "=")
			plain, _ := url.PathUnescape(value)
			secrets = append(secrets, value, plain)
		}
	}
	for i := range c.fields {
		// A password "password" is not masked: that would blank the parameter's name, and so
		// give the password away.
		if f := &c.fields[i]; f.secret && f.text != f.nameFor(c.version) {
			secrets = append(secrets, f.text)
		}
	}
	return mask.New(secrets)
}

// shown returns the names and values of a struct's fields, those tagged `secret:"true"` masked
// unless they are empty.
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

// marshalParams is the MarshalJSON of the parameter structs that hold secrets. Logs use it;
// requests do not.
func marshalParams(params any) ([]byte, error) {
	names, values := shown(params)
	object := make(map[string]any, len(names))
	for i, name := range names {
		object[name] = values[i]
	}
	return json.Marshal(object)
}
