package appwrite_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/models"
)

// prefsServer holds preferences as they are on the wire.
type prefsServer struct {
	prefs string   // what GET answers
	wrote []string // the bodies of each PATCH
	calls []string
}

func (s *prefsServer) client(t *testing.T) *appwrite.Client {
	t.Helper()
	return clientThrough(t, tripper(func(r *http.Request) (*http.Response, error) {
		s.calls = append(s.calls, r.Method+" "+r.URL.Path)
		if r.Method == http.MethodGet {
			return response(r, 200, jsonType, s.prefs), nil
		}
		body, err := io.ReadAll(r.Body)
		require.NoError(t, err)
		s.wrote = append(s.wrote, string(body))
		return response(r, 200, jsonType, userBody), nil
	}))
}

// awkward holds what decoding into Go values and encoding them again would change: numbers
// beyond float64 and int64, forms of numbers and of strings, the order of keys, duplicates.
const awkward = `{"theme":"dark","max":9223372036854775807,"min":-9223372036854775808,"beyond":18446744073709551615,` +
	`"pi":3.14159265358979323846264338327950288,"price":1.10,"huge":1E400,"zero":-0,"exp":1.5e+3,` +
	`"empty":[],"nested":{"empty":[],"deep":{"list":[1,2.50,{"a":[]}]}},"null":null,"b":true,` +
	`"html":"<a href=\"x\">&amp;<\/a>","escaped":"\u00e9\/\u2028","plain":"ü中🎉","":"no name","z":1,"a":2,"Theme":"other case"}`

func TestPreferencesAreWrittenBackAsTheyWereRead(t *testing.T) {
	t.Parallel()
	for _, prefs := range []string{awkward, `{}`, `{"a":1}`, `{"a":{"b":[]}}`, `{"a":1,"a":2}`, `{"\u0061\/b":1}`} {
		server := &prefsServer{prefs: prefs}
		client := server.client(t)
		read, err := client.Account.GetPrefs(t.Context())
		require.NoError(t, err)
		_, err = client.Account.UpdatePrefs(t.Context(), read)
		require.NoError(t, err)
		assert.Equal(t, []string{`{"prefs":` + prefs + `}`}, server.wrote)

		_, err = client.Account.UpdatePrefs(t.Context(), &read)
		require.NoError(t, err)
		assert.Equal(t, server.wrote[0], server.wrote[1], "a pointer is the same")
	}
}

func TestPreferencesOfAUserAreThoseOfGetPrefs(t *testing.T) {
	t.Parallel()
	user, _ := memClient(t, memAnswer(200, jsonType, `{"$id":"u1","prefs":`+awkward+`}`))
	got, err := user.Account.Get(t.Context())
	require.NoError(t, err)
	prefs, _ := memClient(t, memAnswer(200, jsonType, awkward))
	want, err := prefs.Account.GetPrefs(t.Context())
	require.NoError(t, err)
	assert.Equal(t, want, got.Prefs)
}

func TestMergingKeepsTheBytesOfAllOtherKeys(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
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
		"key in another spelling":   {`{"\u0061":1,"b\/c":2}`, map[string]any{"a": 3, "b/c": 4}, `{"a":3,"b/c":4}`},
		"escaped keys stay":         {`{"\u00e9\/x":1,"a":2}`, map[string]any{"a": 3}, `{"\u00e9\/x":1,"a":3}`},
		"HTML stays as it is":       {`{"a":"<b>"}`, map[string]any{"c": "<&>"}, `{"a":"<b>","c":"<&>"}`},
		"preferences as a patch":    {`{"a":1}`, preferences(t, `{"b":1.50}`), `{"a":1,"b":1.50}`},
		"struct with nil pointers": {`{"a":1,"b":2,"c":3}`, struct {
			A *int `json:"a"`
			B int  `json:"b"`
			C *int `json:"c,omitempty"`
		}{B: 5}, `{"b":5,"c":3}`},
		"big numbers of Go": {`{"a":1}`, map[string]any{"a": uint64(math.MaxUint64), "b": int64(math.MinInt64), "c": json.Number("1.10")}, `{"a":18446744073709551615,"b":-9223372036854775808,"c":1.10}`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := &prefsServer{prefs: test.prefs}
			user, err := server.client(t).Account.MergePrefs(t.Context(), test.patch)
			require.NoError(t, err)
			assert.Equal(t, "u1", user.ID)
			require.Len(t, server.wrote, 1)
			assert.Equal(t, []string{"GET /v1/account/prefs", "PATCH /v1/account/prefs"}, server.calls)
			if name == "key in another spelling" { // either is the same key
				assert.JSONEq(t, `{"prefs":`+test.want+`}`, server.wrote[0])
				return
			}
			assert.Equal(t, `{"prefs":`+test.want+`}`, server.wrote[0])
		})
	}
}

func preferences(t *testing.T, text string) models.Preferences {
	t.Helper()
	var p models.Preferences
	require.NoError(t, json.Unmarshal([]byte(text), &p))
	return p
}

func TestWhateverEncodesAsAnObjectIsPreferences(t *testing.T) {
	t.Parallel()
	type settings struct {
		Theme string    `json:"theme"`
		Since time.Time `json:"since,omitzero"`
		inner int
	}
	tests := map[string]struct {
		prefs any
		want  string
	}{
		"map":                   {map[string]any{"b": 1, "a": []int{}}, `{"a":[],"b":1}`},
		"map of ints":           {map[int]string{7: "x"}, `{"7":"x"}`},
		"empty map":             {map[string]int{}, `{}`},
		"struct":                {settings{Theme: "dark", inner: 1}, `{"theme":"dark"}`},
		"pointer":               {&settings{Theme: "dark"}, `{"theme":"dark"}`},
		"pointer to pointer":    {new(&settings{Theme: "dark"}), `{"theme":"dark"}`},
		"raw":                   {json.RawMessage(` {"a" : 1.0} `), `{"a":1.0}`},
		"preferences":           {preferences(t, `{"a":1.0}`), `{"a":1.0}`},
		"no preferences":        {models.Preferences{}, `{}`},
		"marshaler":             {marshaler(`{"m":1}`), `{"m":1}`},
		"numbers as text":       {map[string]any{"n": json.Number("1e400")}, `{"n":1e400}`},
		"HTML and JavaScript":   {map[string]string{"h": "<script>&'\u2028"}, "{\"h\":\"<script>&'\\u2028\"}"},
		"nested nil is a value": {map[string]any{"n": nil}, `{"n":null}`},
		"plain map": {
			map[string]any{"s": "<\u2028é\xff", "f": []any{0.1, 1e21, 1e-7, 5.0}, "m": map[string]any{}, "nil": []any{[]any(nil), map[string]any(nil)}, "i": -7, "b": true},
			`{"b":true,"f":[0.1,1e+21,1e-7,5],"i":-7,"m":{},"nil":[null,null],"s":"<\u2028é` + "\uFFFD" + `"}`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := &prefsServer{}
			_, err := server.client(t).Account.UpdatePrefs(t.Context(), test.prefs)
			require.NoError(t, err)
			assert.Equal(t, []string{`{"prefs":` + test.want + `}`}, server.wrote)
		})
	}
}

// marshaler encodes as its own text.
type marshaler string

func (m marshaler) MarshalJSON() ([]byte, error) {
	if m == "" {
		return nil, errors.New("refused, with the value pa55word in its text")
	}
	return []byte(m), nil
}

func TestWhatIsNoObjectIsRefusedAsPreferences(t *testing.T) {
	t.Parallel()
	loop := map[string]any{}
	loop["loop"] = loop
	tests := map[string]any{
		"nil":               nil,
		"nil map":           map[string]any(nil),
		"nil pointer":       (*struct{})(nil),
		"nil preferences":   (*models.Preferences)(nil),
		"nil raw":           json.RawMessage(nil),
		"list":              []string{"a"},
		"empty list":        []any{},
		"string":            "theme",
		"JSON in a string":  `{"a":1}`,
		"bytes":             []byte(`{"a":1}`),
		"number":            1,
		"bool":              true,
		"NaN":               math.NaN(),
		"NaN inside":        map[string]any{"x": math.NaN()},
		"infinity inside":   map[string]any{"x": math.Inf(-1)},
		"channel":           make(chan int),
		"channel inside":    map[string]any{"x": make(chan int)},
		"function":          func() {},
		"complex":           map[string]any{"x": 1i},
		"loop":              loop,
		"raw null":          json.RawMessage(`null`),
		"raw list":          json.RawMessage(`[{"a":1}]`),
		"raw garbage":       json.RawMessage(`{"a":`),
		"raw and more":      json.RawMessage(`{"a":1}{"b":2}`),
		"bad number":        map[string]any{"n": json.Number("1x")},
		"marshaler fails":   marshaler(""),
		"marshaler of text": marshaler(`"text"`),
		"marshaler lies":    marshaler(`{"a":`),
	}
	for name, prefs := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, call := range []func(*appwrite.Account, context.Context, any, ...appwrite.RequestOption) (*models.User, error){(*appwrite.Account).UpdatePrefs, (*appwrite.Account).MergePrefs} {
				server := &prefsServer{prefs: `{"a":1}`}
				user, err := call(server.client(t).Account, t.Context(), prefs)
				assert.Nil(t, user)
				e, ok := errors.AsType[*appwrite.ParamError](err)
				require.True(t, ok, "%v", err)
				assert.Equal(t, "prefs", e.Param)
				assert.Equal(t, "account.updatePrefs", e.Operation)
				assert.NotContains(t, err.Error(), "pa55word")
				assert.Empty(t, server.calls, "nothing may be sent")
			}
		})
	}
}

func TestMergingWritesNothingWhereReadingFails(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]struct {
		status int
		body   string
	}{
		"refused":       {401, errorBody(401, appwrite.ErrGeneralUnauthorizedScope)},
		"page":          {200, "<html></html>"},
		"truncated":     {200, `{"a":1`},
		"list":          {200, `["a"]`},
		"empty":         {200, ""},
		"other's quota": {429, limitBody},
	} {
		var verbs []string
		client := clientThrough(t, tripper(func(r *http.Request) (*http.Response, error) {
			verbs = append(verbs, r.Method)
			return response(r, answer.status, jsonType, answer.body), nil
		}))
		user, err := client.Account.MergePrefs(t.Context(), map[string]any{"b": 2})
		require.Error(t, err, name)
		assert.Nil(t, user, name)
		assert.Contains(t, err.Error(), "account.getPrefs", name)
		assert.Equal(t, []string{"GET"}, verbs, name)
	}
}

func TestMergingTellsWhenWritingFails(t *testing.T) {
	t.Parallel()
	client := clientThrough(t, tripper(func(r *http.Request) (*http.Response, error) {
		if r.Method == http.MethodGet {
			return response(r, 200, jsonType, `{}`), nil
		}
		return response(r, 400, jsonType, errorBody(400, appwrite.ErrGeneralArgumentInvalid)), nil
	}))
	var answered appwrite.Response
	_, err := client.Account.MergePrefs(t.Context(), map[string]any{"b": 2}, appwrite.CaptureResponse(&answered))
	require.ErrorIs(t, err, appwrite.ErrGeneralArgumentInvalid)
	assert.Contains(t, err.Error(), "account.updatePrefs")
	assert.Equal(t, 400, answered.StatusCode, "of the last of its two calls")
}

func TestPreferencesDecodeIntoTypes(t *testing.T) {
	t.Parallel()
	type settings struct {
		Theme  string
		Max    int64       `json:"max"`
		Beyond uint64      `json:"beyond"`
		Pi     json.Number `json:"pi"`
		Price  float64     `json:"price"`
		Empty  struct{ A int }
		Nested struct {
			Empty map[string]int
			Deep  struct{ List []any }
		} `json:"nested"`
		Missing *int
	}
	// One key in one case: what encoding/json makes of two is its own business.
	client, _ := memClient(t, memAnswer(200, jsonType, strings.Replace(awkward, `,"Theme":"other case"`, "", 1)))
	got, err := appwrite.GetPrefs[settings](t.Context(), client.Account)
	require.NoError(t, err)
	assert.Equal(t, "dark", got.Theme, "names are matched without regard to case, as encoding/json does")
	assert.Equal(t, int64(math.MaxInt64), got.Max)
	assert.Equal(t, uint64(math.MaxUint64), got.Beyond)
	assert.Equal(t, json.Number("3.14159265358979323846264338327950288"), got.Pi)
	assert.InDelta(t, 1.10, got.Price, 0)
	assert.NotNil(t, got.Nested.Empty, "an empty list stands for an empty object")
	assert.Len(t, got.Nested.Deep.List, 3)
	assert.Nil(t, got.Missing)

	pointer, err := appwrite.GetPrefs[*settings](t.Context(), client.Account)
	require.NoError(t, err)
	assert.Equal(t, got, *pointer)
	raw, err := appwrite.GetPrefs[map[string]json.RawMessage](t.Context(), client.Account)
	require.NoError(t, err)
	assert.Equal(t, "1.10", string(raw["price"]))
	_, err = appwrite.GetPrefs[map[string]bool](t.Context(), client.Account)
	require.Error(t, err)
}

func TestEmptyPreferencesDecodeIntoAnyObject(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{}`, `[]`, " [ ] "} {
		client, _ := memClient(t, memAnswer(200, jsonType, body))
		prefs, err := client.Account.GetPrefs(t.Context())
		require.NoError(t, err)
		assert.Zero(t, prefs.Len())
		assert.Equal(t, models.Preferences{}, prefs)
		m, err := appwrite.GetPrefs[map[string]int](t.Context(), client.Account)
		require.NoError(t, err)
		assert.NotNil(t, m)
		_, err = appwrite.GetPrefs[struct{ A int }](t.Context(), client.Account)
		require.NoError(t, err)
	}
}

func TestPreferencesThatDoNotFitATypeAreAnErrorWithoutTheirValues(t *testing.T) {
	t.Parallel()
	client, _ := memClient(t, memAnswer(200, jsonType, `{"token":"s3cr3t-value","at":"s3cr3t-date","n":31415926}`))
	check := func(err error) {
		t.Helper()
		e, ok := errors.AsType[*appwrite.DecodeError](err)
		require.True(t, ok, "%v", err)
		assert.Equal(t, "account.getPrefs", e.Operation)
		assert.Equal(t, 200, e.StatusCode)
		assert.NotContains(t, err.Error(), "s3cr3t")
		assert.NotContains(t, err.Error(), "31415926")
	}
	_, err := appwrite.GetPrefs[struct{ Token int }](t.Context(), client.Account)
	check(err)
	mismatch, ok := errors.AsType[*json.UnmarshalTypeError](err)
	require.True(t, ok, "%v", err)
	assert.Equal(t, "token", strings.ToLower(mismatch.Field)) // Go 1.26 names the Go field, 1.27 the JSON key
	_, err = appwrite.GetPrefs[struct{ At time.Time }](t.Context(), client.Account)
	check(err)
	_, err = appwrite.GetPrefs[struct{ N int8 }](t.Context(), client.Account)
	check(err)
	_, err = appwrite.GetPrefs[[]string](t.Context(), client.Account)
	check(err)

	refusing, _ := memClient(t, memAnswer(401, jsonType, errorBody(401, appwrite.ErrUserBlocked)))
	_, err = appwrite.GetPrefs[map[string]any](t.Context(), refusing.Account)
	assert.ErrorIs(t, err, appwrite.ErrUserBlocked)
}
