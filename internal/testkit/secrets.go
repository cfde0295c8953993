package testkit

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// SecretText makes a secret of 256 characters that shares no eight of them with another text.
func SecretText(seed string) string {
	var b strings.Builder
	for i := range 4 {
		sum := sha256.Sum256([]byte(seed + strconv.Itoa(i)))
		b.WriteString(hex.EncodeToString(sum[:]))
	}
	return b.String()
}

// Leak returns a piece of a secret that stands in the text, however a printer may have
// spelled it, or "". A piece is enough: what is cut off to shorten a text is still a secret.
func Leak(text, secret string) string {
	const piece = 8
	step := 1
	if len(secret) > 32 {
		step = 4 // then a piece of eleven is seen for certain
	}
	text = strings.ToLower(text)
	for i := 0; i+piece <= len(secret); i += step {
		s := secret[i : i+piece]
		if !strings.ContainsAny(s, "0123456789-") {
			continue // an ordinary word, such as password
		}
		if strings.Contains(text, strings.ToLower(s)) {
			return s
		}
	}
	// Bytes in hexadecimal, in decimal, as Go writes them, in base64.
	raw := []byte(secret[:min(len(secret), 12)])
	spelled := []string{
		hex.EncodeToString(raw),
		strings.Trim(fmt.Sprint(raw), "[]"),
		strings.TrimSuffix(strings.TrimPrefix(fmt.Sprintf("%#v", raw), "[]byte{"), "}"),
	}
	for i := range 3 {
		spelled = append(spelled, base64.StdEncoding.EncodeToString(raw[i:i+9]))
	}
	for _, s := range spelled {
		if strings.Contains(text, strings.ToLower(s)) {
			return s
		}
	}
	return ""
}

// Printings returns v in every form in which it may end in a log: under all verbs that print a
// value and the given ones, by slog, as JSON; plain, behind a pointer, and inside slices, maps
// and structs.
func Printings(v any, verbs ...string) map[string]string {
	rv := reflect.ValueOf(v)
	typ := rv.Type()
	pointer := reflect.New(typ)
	pointer.Elem().Set(rv)
	slice := reflect.Append(reflect.MakeSlice(reflect.SliceOf(typ), 0, 1), rv)
	pointers := reflect.Append(reflect.MakeSlice(reflect.SliceOf(pointer.Type()), 0, 1), pointer)
	object := reflect.New(reflect.StructOf([]reflect.StructField{{Name: "Value", Type: typ}, {Name: "Pointer", Type: pointer.Type()}})).Elem()
	object.Field(0).Set(rv)
	object.Field(1).Set(pointer)
	m := reflect.MakeMap(reflect.MapOf(reflect.TypeFor[string](), typ))
	m.SetMapIndex(reflect.ValueOf("key"), rv)

	forms := map[string]string{}
	for name, value := range map[string]any{
		"value": v, "pointer": pointer.Interface(), "slice": slice.Interface(), "pointers": pointers.Interface(),
		"struct": object.Interface(), "pointer to struct": object.Addr().Interface(), "map": m.Interface(), "any": []any{v, pointer.Interface()},
	} {
		for _, verb := range append([]string{"%v", "%+v", "%#v", "%s", "%q", "%#q", "%x", "%X", "% x", "%#x", "%d", "%10.3v"}, verbs...) {
			forms[name+" "+verb] = fmt.Sprintf(verb, value)
		}
		forms[name+" Println"] = fmt.Sprintln(value)
		if b, err := json.Marshal(value); err == nil {
			forms[name+" as JSON"] = string(b)
		}
		var text, object bytes.Buffer
		for _, h := range []slog.Handler{slog.NewTextHandler(&text, nil), slog.NewJSONHandler(&object, nil)} {
			l := slog.New(h)
			l.Info("message", "v", value)
			l.With("v", value).WithGroup("g").Info("message", slog.Group("g", "v", value))
		}
		forms[name+" slog text"] = text.String()
		forms[name+" slog JSON"] = object.String()
	}
	return forms
}

// RequireNoLeak fails for a text with a piece of a secret.
func RequireNoLeak(t testing.TB, text, where string, secrets ...string) {
	t.Helper()
	for _, secret := range secrets {
		if piece := Leak(text, secret); piece != "" {
			require.Failf(t, "secret shown", "%s: %q in %.300q", where, piece, text)
		}
	}
}

// RequirePrintsNoSecret fails where a form of v shows a secret.
func RequirePrintsNoSecret(t testing.TB, v any, secrets ...string) {
	t.Helper()
	for form, text := range Printings(v) {
		RequireNoLeak(t, text, form, secrets...)
	}
}

// RequireHidden looks at v in unexported fields. Package fmt calls no methods on those, and walks
// into what a pointer leads to where the verb does not fit pointers.
func RequireHidden[T any](t testing.TB, v T, secrets ...string) {
	t.Helper()
	hidden := struct{ value T }{v}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		RequireNoLeak(t, fmt.Sprintf(verb, hidden)+fmt.Sprintf(verb, &hidden), "unexported field "+verb, secrets...)
	}
}
