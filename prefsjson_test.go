package appwrite_test

import (
	"bytes"
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
)

// awkward holds what decoding into Go values and encoding them again would change: numbers
// beyond float64 and int64, forms of numbers and of strings, the order of keys, duplicates.
const awkward = `{"theme":"dark","max":9223372036854775807,"min":-9223372036854775808,"beyond":18446744073709551615,` +
	`"pi":3.14159265358979323846264338327950288,"price":1.10,"huge":1E400,"zero":-0,"exp":1.5e+3,` +
	`"empty":[],"nested":{"empty":[],"deep":{"list":[1,2.50,{"a":[]}]}},"null":null,"b":true,` +
	`"html":"<a href=\"x\">&amp;<\/a>","escaped":"\u00e9\/\u2028","plain":"ü中🎉","":"no name","z":1,"a":2,"Theme":"other case"}`

func TestMergingKeepsTheBytesOfAllOtherKeys(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		prefs string
		patch any
		want  string
	}{
		"change in its place":       {awkward, map[string]any{"theme": "light"}, strings.Replace(awkward, `"dark"`, `"light"`, 1)},
		"new at the end":            {awkward, map[string]any{"new": 1}, strings.TrimSuffix(awkward, "}") + `,"new":1}`},
		"nothing":                   {awkward, map[string]any{}, awkward},
		"nothing, as a struct":      {awkward, struct{}{}, awkward},
		"remove":                    {awkward, map[string]any{"theme": nil}, strings.Replace(awkward, `"theme":"dark",`, "", 1)},
		"remove what is not there":  {`{"a":1}`, map[string]any{"b": nil}, `{"a":1}`},
		"remove the last":           {`{"a":1}`, map[string]any{"a": nil}, `{}`},
		"a number to another":       {`{"n":1.0,"m":2.0}`, map[string]any{"n": 3}, `{"n":3,"m":2.0}`},
		"an object is replaced":     {`{"o":{"a":1,"b":2}}`, map[string]any{"o": map[string]any{"c": 3}}, `{"o":{"c":3}}`},
		"null inside stays":         {`{"o":1}`, map[string]any{"o": map[string]any{"c": nil}}, `{"o":{"c":null}}`},
		"null that was there stays": {`{"n":null,"a":1}`, map[string]any{"a": 2}, `{"n":null,"a":2}`},
		"into nothing":              {`{}`, map[string]any{"a": 1}, `{"a":1}`},
		"into an empty list":        {`[]`, map[string]any{"a": 1}, `{"a":1}`},
		"order of the patch":        {`{"z":1}`, json.RawMessage(`{"y":1,"x":2,"z":3}`), `{"z":3,"y":1,"x":2}`},
		"keys differ by case":       {`{"Theme":1,"theme":2}`, map[string]any{"theme": 3}, `{"Theme":1,"theme":3}`},
		"empty key":                 {`{"":1,"a":2}`, map[string]any{"": 3}, `{"":3,"a":2}`},
		"duplicate keys stay":       {`{"a":1,"b":2,"a":3}`, map[string]any{"b": 4}, `{"a":1,"b":4,"a":3}`},
		"duplicate key is changed":  {`{"a":1,"b":2,"a":3}`, map[string]any{"a": 4}, `{"a":4,"b":2}`},
		"duplicate key is removed":  {`{"a":1,"b":2,"a":3}`, map[string]any{"a": nil}, `{"b":2}`},
		"duplicate in the patch":    {`{"a":1}`, json.RawMessage(`{"a":2,"b":1,"a":3,"b":null}`), `{"a":3}`},
		"key in another spelling":   {`{"\u0061":1,"b\/c":2}`, map[string]any{"a": 3, "b/c": 4}, `{"\u0061":3,"b\/c":4}`},
		"escaped keys stay":         {`{"\u00e9\/x":1,"a":2}`, map[string]any{"a": 3}, `{"\u00e9\/x":1,"a":3}`},
		"HTML stays as it is":       {`{"a":"<b>"}`, map[string]any{"c": "<&>"}, `{"a":"<b>","c":"<&>"}`},
		"preferences as a patch":    {`{"a":1}`, preferences(t, `{"b":1.50}`), `{"a":1,"b":1.50}`},
		"struct with nil pointers": {`{"a":1,"b":2,"c":3}`, struct {
			A *int `json:"a"`
			B int  `json:"b"`
			C *int `json:"c,omitempty"`
		}{B: 5}, `{"b":5,"c":3}`},
		"big numbers of Go": {`{"a":1}`, map[string]any{"a": uint64(math.MaxUint64), "b": int64(math.MinInt64), "c": json.Number("1.10")}, `{"a":18446744073709551615,"b":-9223372036854775808,"c":1.10}`},
	} {
		client := prefsClient(t, test.prefs)
		user, err := client.Account.MergePrefs(t.Context(), test.patch)
		require.NoError(t, err, name)
		assert.Equal(t, "u1", user.ID)
		requests := client.Take()
		require.Len(t, requests, 2, name)
		assert.Equal(t, "GET /v1/account/prefs PATCH /v1/account/prefs", requests[0].Method+" "+requests[0].URI+" "+requests[1].Method+" "+requests[1].URI)
		assert.Equal(t, `{"prefs":`+test.want+`}`, requests[1].Body, name)
	}
}

// lenient are the options with which the client reads JSON.
var lenient = jsonv2.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))

func FuzzMergeObjects(f *testing.F) {
	for _, seed := range [][2]string{
		{`{}`, `{}`}, {awkward, `{"theme":"light","z":null,"new":[]}`}, {`{"a":1,"a":2}`, `{"a":3}`}, {`{"\u0061\/b":1}`, `{"a\/b":2}`},
		{` { "a" : 1 } `, `{"b":{"c":null}}`}, {`{"a":1`, `{}`}, {`[]`, `{}`}, {`{"a":1}}`, `{"b":2}`}, {"{\"\xff\":1}", "{\"\xfe\":2}"}, {`{"":null}`, `{"":null}`},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, object, patch string) {
		merged, err := appwrite.MergeObjects([]byte(object), []byte(patch))
		if err != nil || !isObject(object) || !isObject(patch) {
			return // callers hand in objects
		}
		if !jsontext.Value(merged).IsValid(lenient) {
			t.Fatalf("not JSON: %q", merged)
		}
		if !utf8.ValidString(object) || !utf8.ValidString(patch) {
			return // encoding/json has no map to compare with
		}
		want, changes := decoded(t, object), decoded(t, patch)
		for key, value := range changes {
			if value == nil {
				delete(want, key)
			} else {
				want[key] = value
			}
		}
		if got := decoded(t, string(merged)); !reflect.DeepEqual(want, got) {
			t.Fatalf("%q and %q become %q", object, patch, merged)
		}
		same, err := appwrite.MergeObjects([]byte(object), []byte("{}"))
		if err != nil || !reflect.DeepEqual(decoded(t, object), decoded(t, string(same))) {
			t.Fatalf("%q becomes %q, %v", object, same, err)
		}
	})
}

func FuzzPlainPreferences(f *testing.F) {
	for _, text := range []string{awkward, `{}`, `{"a":{"b":[1e-7,[],{},null,true]},"\u2028":"<\u0007\ud800"}`, `{"n":[1e20,1e21,-0,123456789012345678]}`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var object map[string]any
		if json.Unmarshal([]byte(text), &object) != nil || object == nil {
			return
		}
		require.True(t, appwrite.IsPlain(object, 0) || strings.Count(text, "[")+strings.Count(text, "{") > 100)
		plain, err := appwrite.EncodePlain(object)
		require.NoError(t, err)
		var std bytes.Buffer
		e := json.NewEncoder(&std)
		e.SetEscapeHTML(false)
		require.NoError(t, e.Encode(object))
		require.Equal(t, strings.TrimSpace(std.String()), string(plain))
	})
}

func isObject(text string) bool {
	trimmed := strings.TrimSpace(text)
	return jsontext.Value(trimmed).IsValid(lenient) && json.Valid([]byte(trimmed)) && trimmed[0] == '{'
}

func decoded(t *testing.T, text string) map[string]any {
	t.Helper()
	m := map[string]any{}
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&m); err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return m
}
