package appwrite_test

import (
	"context"
	"encoding/json"
	"errors"
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

// prefsClient is a client of a server that holds preferences as they are on the wire.
func prefsClient(t *testing.T, prefs string) probe {
	t.Helper()
	return memory(t, func(r *http.Request) (*http.Response, error) {
		if r.Method == http.MethodGet {
			return response(200, jsonType, prefs), nil
		}
		return response(200, jsonType, userBody), nil
	})
}

func TestPreferencesAreWrittenBackAsTheyWereRead(t *testing.T) {
	t.Parallel()
	for _, prefs := range []string{awkward, `{}`, `{"a":1}`, `{"a":{"b":[]}}`, `{"a":1,"a":2}`, `{"\u0061\/b":1}`} {
		client := prefsClient(t, prefs)
		read, err := client.Account.GetPrefs(t.Context())
		require.NoError(t, err)
		client.One(t)
		for _, written := range []any{read, &read} {
			_, err = client.Account.UpdatePrefs(t.Context(), written)
			require.NoError(t, err)
			assert.Equal(t, `{"prefs":`+prefs+`}`, client.One(t).Body)
		}
		user, err := memory(t, answersJSON(200, `{"$id":"u1","prefs":`+prefs+`}`)).Account.Get(t.Context())
		require.NoError(t, err)
		assert.Equal(t, read, user.Prefs, "those of a user are the same")
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
	for name, test := range map[string]struct {
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
	} {
		client := prefsClient(t, "")
		_, err := client.Account.UpdatePrefs(t.Context(), test.prefs)
		require.NoError(t, err, name)
		assert.Equal(t, `{"prefs":`+test.want+`}`, client.One(t).Body, name)
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
	for name, prefs := range map[string]any{
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
	} {
		for _, call := range []func(*appwrite.Account, context.Context, any, ...appwrite.RequestOption) (*models.User, error){(*appwrite.Account).UpdatePrefs, (*appwrite.Account).MergePrefs} {
			client := prefsClient(t, `{"a":1}`)
			user, err := call(client.Account, t.Context(), prefs)
			assert.Nil(t, user, name)
			requireParamError(t, err, "account.updatePrefs", "prefs")
			assert.NotContains(t, err.Error(), "pa55word")
			assert.Empty(t, client.Take(), "nothing may be sent")
		}
	}
}

func TestMergingWritesNothingWhereReadingFails(t *testing.T) {
	t.Parallel()
	for name, respond := range map[string]tripper{
		"refused":       answersJSON(401, errorBody(401, appwrite.ErrGeneralUnauthorizedScope)),
		"page":          answersJSON(200, "<html></html>"),
		"truncated":     answersJSON(200, `{"a":1`),
		"list":          answersJSON(200, `["a"]`),
		"empty":         answersJSON(200, ""),
		"other's quota": answersJSON(429, limitBody),
	} {
		client := memory(t, respond)
		user, err := client.Account.MergePrefs(t.Context(), map[string]any{"b": 2})
		require.Error(t, err, name)
		assert.Nil(t, user, name)
		assert.Contains(t, err.Error(), "account.getPrefs", name)
		assert.Equal(t, "GET", client.One(t).Method, name)
	}
}

func TestMergingTellsWhenWritingFails(t *testing.T) {
	t.Parallel()
	client := memory(t, func(r *http.Request) (*http.Response, error) {
		if r.Method == http.MethodGet {
			return response(200, jsonType, `{}`), nil
		}
		return response(400, jsonType, errorBody(400, appwrite.ErrGeneralArgumentInvalid)), nil
	})
	var answered appwrite.Response
	_, err := client.Account.MergePrefs(t.Context(), map[string]any{"b": 2}, appwrite.CaptureResponse(&answered))
	require.ErrorIs(t, err, appwrite.ErrGeneralArgumentInvalid)
	assert.Contains(t, err.Error(), "account.updatePrefs")
	assert.Equal(t, 400, answered.StatusCode, "of the last of its two calls")
}

// What decodes into which types is tested in package models.
func TestPreferencesDecodeIntoTypes(t *testing.T) {
	t.Parallel()
	type settings struct {
		Theme string
		Max   int64       `json:"max"`
		Pi    json.Number `json:"pi"`
	}
	// One key in one case: what encoding/json makes of two is its own business.
	client := prefsClient(t, strings.Replace(awkward, `,"Theme":"other case"`, "", 1))
	got, err := appwrite.GetPrefs[settings](t.Context(), client.Account)
	require.NoError(t, err)
	assert.Equal(t, settings{"dark", math.MaxInt64, "3.14159265358979323846264338327950288"}, got)
	pointer, err := appwrite.GetPrefs[*settings](t.Context(), client.Account)
	require.NoError(t, err)
	assert.Equal(t, got, *pointer)
	raw, err := appwrite.GetPrefs[map[string]json.RawMessage](t.Context(), client.Account)
	require.NoError(t, err)
	assert.Equal(t, "1.10", string(raw["price"]))
}

func TestPreferencesThatDoNotFitATypeAreAnErrorWithoutTheirValues(t *testing.T) {
	t.Parallel()
	client := prefsClient(t, `{"token":"s3cr3t-value","at":"s3cr3t-date","n":31415926}`)
	check := func(_ any, err error) {
		t.Helper()
		e := as[*appwrite.DecodeError](t, err)
		assert.Equal(t, "account.getPrefs", e.Operation)
		assert.Equal(t, 200, e.StatusCode)
		assert.NotContains(t, err.Error(), "s3cr3t")
		assert.NotContains(t, err.Error(), "31415926")
	}
	_, err := appwrite.GetPrefs[struct{ Token int }](t.Context(), client.Account)
	check(nil, err)
	// Before Go 1.27 the field is spelled as in Go, since then as in JSON.
	assert.Equal(t, "token", strings.ToLower(as[*json.UnmarshalTypeError](t, err).Field))
	check(appwrite.GetPrefs[struct{ At time.Time }](t.Context(), client.Account))
	check(appwrite.GetPrefs[struct{ N int8 }](t.Context(), client.Account))
	check(appwrite.GetPrefs[[]string](t.Context(), client.Account))

	refusing := memory(t, answersJSON(401, errorBody(401, appwrite.ErrUserBlocked)))
	_, err = appwrite.GetPrefs[map[string]any](t.Context(), refusing.Account)
	assert.ErrorIs(t, err, appwrite.ErrUserBlocked)
}
