package appwrite_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/internal/everycall"
	"github.com/seed17809555/appwrite/models"
)

func TestASuccessIsReadWhateverTypeItClaims(t *testing.T) {
	t.Parallel()
	types := []string{jsonType, "application/json", "Application/JSON", "APPLICATION/JSON;CHARSET=utf-8", "", "text/html", "text/plain; charset", ";;;", "application/json, text/html"}
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		var contentType string
		client, _ := memClient(t, func(r *http.Request) (*http.Response, error) {
			resp := success(c, r)
			resp.Header.Del("Content-Type")
			if contentType != "" {
				resp.Header.Set("Content-Type", contentType)
			}
			return resp, nil
		})
		var first any
		for _, contentType = range types {
			got, err := c.Do(t.Context(), client.Account, c.Full())
			require.NoError(t, err, "%q", contentType)
			if c.Kind() == everycall.Deletes {
				continue
			}
			if c.Operation != "account.listMFAFactors" { // which may all be false
				require.False(t, isZeroModel(got), "%q", contentType)
			}
			if first == nil {
				first = got
			}
			require.Equal(t, first, got, "%q", contentType)
		}
	})
}

// foreignAnswer is what a proxy, a broken server or another version may answer. The three
// booleans name the calls for which it is right.
type foreignAnswer struct {
	name        string
	status      int
	contentType string
	body        string

	deleted, emptyList, emptyPrefs bool
}

var foreignAnswers = []foreignAnswer{
	{name: "204 with a JSON type", status: 204, contentType: jsonType, deleted: true},
	{name: "204 without a type", status: 204, deleted: true},
	{name: "200 and empty", status: 200, contentType: jsonType, deleted: true},
	{name: "201 and empty", status: 201, deleted: true},
	{name: "200 and white space", status: 200, contentType: jsonType, body: " \r\n\t", deleted: true},
	{name: "page", status: 200, contentType: htmlType, body: "<!DOCTYPE html><html><title>Sign in</title></html>"},
	{name: "page that claims to be JSON", status: 200, contentType: jsonType, body: "<html></html>"},
	{name: "failure of servers 0.9 to 0.11", status: 200, contentType: "text/html", body: "500: Server Error"},
	{name: "{}", status: 200, contentType: jsonType, body: "{}", deleted: true, emptyPrefs: true},
	{name: "[]", status: 200, contentType: jsonType, body: "[]", deleted: true, emptyPrefs: true, emptyList: true},
	{name: "null", status: 200, contentType: jsonType, body: "null", deleted: true},
	{name: "string", status: 200, contentType: jsonType, body: `"x"`, deleted: true},
	{name: "number", status: 200, contentType: jsonType, body: "0", deleted: true},
	{name: "true", status: 200, contentType: jsonType, body: "true", deleted: true},
	{name: "list of a number", status: 200, contentType: jsonType, body: "[5]", deleted: true},
	{name: "NUL", status: 200, contentType: jsonType, body: "\x00"},
	{name: "byte order mark alone", status: 200, contentType: jsonType, body: "\ufeff"},
	{name: "UTF-16", status: 200, contentType: jsonType, body: "\xff\xfe{\x00}\x00"},
	{name: "endless depth", status: 200, contentType: jsonType, body: strings.Repeat(`{"a":`, 20_000)},
	{name: "endless depth of lists", status: 200, contentType: jsonType, body: strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000)},
}

func (f foreignAnswer) isRightFor(c everycall.Call) bool {
	switch {
	case (c.Kind() == everycall.Deletes):
		return f.deleted
	case c.Method == "GetPrefs":
		return f.emptyPrefs
	case c.Operation == "account.listSessions" || c.Operation == "account.listLogs": // bare lists come from servers before 0.7
		return f.emptyList
	}
	return false
}

func TestNoCallTakesAForeignAnswerForAResult(t *testing.T) {
	t.Parallel()
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		for _, foreign := range foreignAnswers {
			client, mock := memClient(t, memAnswer(foreign.status, foreign.contentType, foreign.body))
			got, err := c.Do(t.Context(), client.Account, c.Full())
			assert.Equal(t, 1, mock.GetTotalCallCount(), foreign.name)
			if foreign.isRightFor(c) {
				assert.NoError(t, err, foreign.name)
				continue
			}
			e, ok := errors.AsType[*appwrite.DecodeError](err)
			if assert.True(t, ok, "%s: %v", foreign.name, err) {
				assert.Nil(t, got, foreign.name)
				assert.Equal(t, c.Operation, e.Operation, foreign.name)
				assert.Equal(t, foreign.status, e.StatusCode, foreign.name)
				assert.Equal(t, foreign.body[:min(len(foreign.body), 4096)], string(e.Body), foreign.name)
				assert.Less(t, len(err.Error()), 300, foreign.name)
			}
		}
	})
}

func TestNoCallTakesABrokenBodyForAResult(t *testing.T) {
	t.Parallel()
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		body := jsonBody(c)
		broken := map[string]string{
			"two documents": body + body,
			"garbage after": body + "<!-- served by proxy -->",
			"byte before":   "x" + body,
			"single quotes": strings.ReplaceAll(body, `"`, `'`),
			"BOM before":    "\ufeff" + body,
		}
		for _, n := range []int{1, 2, 5, len(body) / 3, len(body) / 2, len(body) - 2, len(body) - 1} {
			broken["cut after "+body[:n]] = body[:n]
		}
		for name, text := range broken {
			client, _ := memClient(t, memAnswer(200, jsonType, text))
			got, err := c.Do(t.Context(), client.Account, c.Full())
			_, ok := errors.AsType[*appwrite.DecodeError](err)
			assert.True(t, ok, "%s: %v", name, err)
			assert.Nil(t, got, name)
		}
	})
}

// A 302 that leads nowhere is a proxy's; browsers would show its page.
func TestARedirectWithoutLocationIsAnError(t *testing.T) {
	t.Parallel()
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		client, mock := memClient(t, memAnswer(http.StatusFound, jsonType, jsonBody(c)))
		got, err := c.Do(t.Context(), client.Account, c.Full())
		require.Error(t, err)
		assert.Nil(t, got)
		assert.Equal(t, 1, mock.GetTotalCallCount())
		if e, ok := errors.AsType[*appwrite.DecodeError](err); ok {
			assert.True(t, (c.Kind() == everycall.Redirects))
			assert.Equal(t, http.StatusFound, e.StatusCode)
			return
		}
		e, ok := errors.AsType[*appwrite.Error](err)
		require.True(t, ok, "%v", err)
		assert.Equal(t, http.StatusFound, e.StatusCode)
		assert.Contains(t, err.Error(), "Location")
	})
}

func TestAFieldOfTheWrongTypeIsNeverAZeroField(t *testing.T) {
	t.Parallel()
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		if c.Body == "" || c.Method == "GetPrefs" { // preferences have no wrong type
			return
		}
		for path, body := range wrongFields(t, c.Body) {
			client, _ := memClient(t, memAnswer(c.Status, jsonType, body))
			got, err := c.Do(t.Context(), client.Account, c.Full())
			e, ok := errors.AsType[*appwrite.DecodeError](err)
			if assert.True(t, ok, "%s: %v", path, err) {
				assert.Nil(t, got, path)
				assert.Equal(t, c.Status, e.StatusCode)
				assert.Contains(t, err.Error(), path, "the text names the field")
				assert.NotContains(t, err.Error(), "31415", "the text tells no value")
			}
		}
	})
}

// wrongFields puts a value that no field may have into each member of an object and of the
// objects in its lists, one at a time.
func wrongFields(t *testing.T, body string) map[string]string {
	t.Helper()
	const fits = "3.1415926"
	var object map[string]json.RawMessage
	require.NoError(t, json.Unmarshal([]byte(body), &object))
	all := map[string]string{}
	for key, value := range object {
		with := func(path string, text string) {
			changed := map[string]json.RawMessage{}
			for k, v := range object {
				changed[k] = v
			}
			changed[key] = json.RawMessage(text)
			b, err := json.Marshal(changed)
			require.NoError(t, err)
			all[path] = string(b)
		}
		with("/"+key, fits)
		var list []json.RawMessage
		if json.Unmarshal(value, &list) != nil || len(list) == 0 {
			continue
		}
		with("/"+key+"/0", "["+fits+"]")
		if list[0][0] == '{' {
			for path, inner := range wrongFields(t, string(list[0])) {
				with("/"+key+"/0"+path, "["+inner+"]")
			}
		}
	}
	return all
}

func TestADeleteSucceedsOnlyOnWhatAServerMeansAsSuccess(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		status  int
		typ     string
		body    string
		success bool
	}{
		"204 as servers send it":    {204, "text/html", "", true},
		"204 with a JSON type":      {204, jsonType, "", true},
		"204 without a type":        {204, "", "", true},
		"200 and empty":             {200, "text/html", "", true},
		"200 with JSON":             {200, jsonType, `{"$id":"x"}`, true},
		"202 with JSON":             {202, jsonType, `{}`, true},
		"200 with a line of text":   {200, "text/html", "500: Server Error", false},
		"200 with an SQL error":     {200, "text/html; charset=UTF-8", "error: Data too long for column 'value' at row 1", false},
		"200 with a sign-in page":   {200, htmlType, "<html><title>Portal</title></html>", false},
		"200 with cut JSON":         {200, jsonType, `{"$id":`, false},
		"301 to somewhere":          {301, "", "", false},
		"304":                       {304, "", "", false},
		"404":                       {404, jsonType, `{"message":"x","code":404,"type":"user_session_not_found","version":"1.9.6"}`, false},
		"error inside of a success": {500, jsonType, `{"message":"Server Error","code":500,"type":"general_unknown"}`, false},
	}
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		if !(c.Kind() == everycall.Deletes) {
			return
		}
		for name, test := range tests {
			client, mock := memClient(t, memAnswer(test.status, test.typ, test.body))
			_, err := c.Do(t.Context(), client.Account, c.Full())
			assert.Equal(t, test.success, err == nil, "%s: %v", name, err)
			assert.Equal(t, 1, mock.GetTotalCallCount(), name)
		}
	})
}

// Bodies are read into buffers that the next call uses again.
func TestAResultSharesNothingWithLaterCalls(t *testing.T) {
	t.Parallel()
	page := "<!-- of the first call -->" + strings.Repeat("-", 6<<10)
	noise := `{"message":"` + strings.Repeat("#", 6<<10) + `"}`
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		var status int // 0 is the call's own success
		var body string
		client, _ := memClient(t, func(r *http.Request) (*http.Response, error) {
			if status != 0 {
				return response(r, status, jsonType, body), nil
			}
			return success(c, r), nil
		})
		call := func(s int, b string) (any, error) {
			status, body = s, b
			return c.Do(t.Context(), client.Account, c.Full())
		}
		kept, err := call(0, "")
		require.NoError(t, err)
		_, err = call(400, page)
		e, ok := errors.AsType[*appwrite.Error](err)
		require.True(t, ok, "%v", err)
		_, err = call(200, page)
		d, ok := errors.AsType[*appwrite.DecodeError](err)
		require.True(t, ok, "%v", err)
		want, err := call(0, "")
		require.NoError(t, err)
		for range 20 {
			_, err := call(400, noise)
			require.Error(t, err)
		}
		assert.Equal(t, want, kept)
		assert.Equal(t, page[:4<<10], string(e.Body))
		assert.Equal(t, page[:4<<10], string(d.Body))
	})
}

func TestEveryFormOfADateIsReadInEveryDateField(t *testing.T) {
	t.Parallel()
	date := time.Date(2026, 11, 21, 0, 12, 51, 872_000_000, time.UTC)
	forms := map[string]time.Time{
		`"2026-11-21T00:12:51.872+00:00"`: date,
		`"2026-11-21T00:12:51.872Z"`:      date,
		`"2026-11-21T01:12:51.872+01:00"`: date,
		`"2026-11-21 00:12:51.872"`:       date,
		`1795219971`:                      date.Truncate(time.Second),
		`"2026-11-21T00:12:51+00:00"`:     date.Truncate(time.Second),
		`""`:                              {},
		`null`:                            {},
		`0`:                               {},
	}
	answers := []struct {
		model reflect.Type
		wrap  func(object string) string
		get   func(ctx context.Context, a *appwrite.Account) (any, error)
	}{
		{reflect.TypeFor[models.Session](), asItIs, func(ctx context.Context, a *appwrite.Account) (any, error) { return a.GetSession(ctx, "s1") }},
		{reflect.TypeFor[models.Token](), asItIs, func(ctx context.Context, a *appwrite.Account) (any, error) {
			return a.CreateEmailToken(ctx, appwrite.EmailTokenParams{Email: "w@example.com"})
		}},
		{reflect.TypeFor[models.User](), asItIs, func(ctx context.Context, a *appwrite.Account) (any, error) { return a.Get(ctx) }},
		{reflect.TypeFor[models.MFAChallenge](), asItIs, func(ctx context.Context, a *appwrite.Account) (any, error) {
			return a.CreateMFAChallenge(ctx, models.FactorTOTP)
		}},
		{reflect.TypeFor[models.Log](), inList("logs"), func(ctx context.Context, a *appwrite.Account) (any, error) {
			list, err := a.ListLogs(ctx, appwrite.ListParams{})
			if err != nil {
				return nil, err
			}
			return &list.Logs[0], nil
		}},
		{reflect.TypeFor[models.Identity](), inList("identities"), func(ctx context.Context, a *appwrite.Account) (any, error) {
			list, err := a.ListIdentities(ctx, appwrite.ListParams{})
			if err != nil {
				return nil, err
			}
			return &list.Identities[0], nil
		}},
	}
	for _, answer := range answers {
		t.Run(answer.model.Name(), func(t *testing.T) {
			t.Parallel()
			dates := 0
			for i := range answer.model.NumField() {
				field := answer.model.Field(i)
				if field.Type != reflect.TypeFor[models.Timestamp]() {
					continue
				}
				dates++
				for form, want := range forms {
					client, _ := memClient(t, memAnswer(200, jsonType, answer.wrap(`{"$id":"x","`+field.Tag.Get("json")+`":`+form+`}`)))
					got, err := answer.get(t.Context(), client.Account)
					require.NoError(t, err, "%s %s", field.Name, form)
					read := reflect.ValueOf(got).Elem().Field(i).Interface().(models.Timestamp)
					assert.True(t, read.Equal(want), "%s %s: %v", field.Name, form, read)
					assert.Equal(t, want.IsZero(), read.IsZero(), "%s %s", field.Name, form)
				}
				for _, bad := range []string{`"tomorrow"`, `"2026-11-21"`, `1.5`, `true`, `{}`, `[]`} {
					client, _ := memClient(t, memAnswer(200, jsonType, answer.wrap(`{"$id":"x","`+field.Tag.Get("json")+`":`+bad+`}`)))
					_, err := answer.get(t.Context(), client.Account)
					_, ok := errors.AsType[*appwrite.DecodeError](err)
					assert.True(t, ok, "%s %s: %v", field.Name, bad, err)
				}
			}
			assert.NotZero(t, dates)
		})
	}
}

func asItIs(object string) string { return object }

func inList(key string) func(string) string {
	return func(object string) string { return `{"total":1,"` + key + `":[` + object + `]}` }
}

// Users store sessions and tokens.
func TestWhatACallReturnsSurvivesStoring(t *testing.T) {
	t.Parallel()
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		if c.Kind() == everycall.Deletes {
			return
		}
		client, _ := memClient(t, func(r *http.Request) (*http.Response, error) { return success(c, r), nil })
		got, err := c.Do(t.Context(), client.Account, c.Full())
		require.NoError(t, err)
		text, err := json.Marshal(got)
		require.NoError(t, err)
		typ := reflect.TypeOf(got)
		pointer := typ.Kind() == reflect.Pointer
		if pointer {
			typ = typ.Elem()
		}
		again := reflect.New(typ)
		require.NoError(t, json.Unmarshal(text, again.Interface()))
		if !pointer {
			again = again.Elem()
		}
		assert.Equal(t, got, again.Interface())
	})
}
