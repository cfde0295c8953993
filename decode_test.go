package appwrite_test

import (
	"net/http"
	"reflect"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/internal/everycall"
)

// changing answers with what was stored in it last.
type changing struct{ now atomic.Pointer[tripper] }

func (c *changing) set(respond tripper) { c.now.Store(&respond) }

func (c *changing) respond(r *http.Request) (*http.Response, error) { return (*c.now.Load())(r) }

func TestASuccessIsReadWhateverTypeItClaims(t *testing.T) {
	t.Parallel()
	types := []string{jsonType, "application/json", "Application/JSON", "APPLICATION/JSON;CHARSET=utf-8", "", "text/html", "text/plain; charset", ";;;", "application/json, text/html"}
	onBoth(t, func(t *testing.T, connect connection) {
		forEveryCall(t, func(t *testing.T, c everycall.Call) {
			var now changing
			client := connect(t, now.respond)
			var first any
			for _, contentType := range types {
				now.set(func(*http.Request) (*http.Response, error) {
					resp := c.Success()
					resp.Header.Del("Content-Type")
					if contentType != "" {
						resp.Header.Set("Content-Type", contentType)
					}
					return resp, nil
				})
				got, err := c.Do(t.Context(), client.Account, c.Full())
				require.NoError(t, err, "%q", contentType)
				if c.Kind() == everycall.Deletes {
					continue
				}
				if c.Operation != "account.listMFAFactors" { // which may all be false
					require.False(t, reflect.Indirect(reflect.ValueOf(got)).IsZero(), "%q", contentType)
				}
				if first == nil {
					first = got
				}
				require.Equal(t, first, got, "%q", contentType)
			}
		})
	})
}

// foreignAnswer is what a proxy, a broken server or another version may answer. The three
// booleans name the calls for which it is right.
type foreignAnswer struct {
	name        string
	status      int
	contentType string
	body        string

	deleted, emptyList, prefs bool
}

var foreignAnswers = []foreignAnswer{
	{name: "204 with a JSON type", status: 204, contentType: jsonType, deleted: true},
	{name: "204 without a type", status: 204, deleted: true},
	{name: "204 as servers send it", status: 204, contentType: "text/html", deleted: true},
	{name: "200 and empty", status: 200, contentType: jsonType, deleted: true},
	{name: "201 and empty", status: 201, deleted: true},
	{name: "200 and white space", status: 200, contentType: jsonType, body: " \r\n\t", deleted: true},
	{name: "page", status: 200, contentType: htmlType, body: "<!DOCTYPE html><html><title>Sign in</title></html>"},
	{name: "page that claims to be JSON", status: 200, contentType: jsonType, body: "<html></html>"},
	{name: "failure of servers 0.9 to 0.11", status: 200, contentType: "text/html", body: "500: Server Error"},
	{name: "error of a database", status: 200, contentType: htmlType, body: "error: Data too long for column 'value' at row 1"},
	{name: "{}", status: 200, contentType: jsonType, body: "{}", deleted: true, prefs: true},
	{name: "202 with {}", status: 202, contentType: jsonType, body: "{}", deleted: true, prefs: true},
	{name: "an object of another kind", status: 200, contentType: jsonType, body: `{"url":"https://provider.example"}`, deleted: true, prefs: true},
	{name: "[]", status: 200, contentType: jsonType, body: "[]", deleted: true, prefs: true, emptyList: true},
	{name: "null", status: 200, contentType: jsonType, body: "null", deleted: true},
	{name: "string", status: 200, contentType: jsonType, body: `"` + strings.Repeat("x", 100) + `"`, deleted: true},
	{name: "number", status: 200, contentType: jsonType, body: "0", deleted: true},
	{name: "true", status: 200, contentType: jsonType, body: "true", deleted: true},
	{name: "list of a number", status: 200, contentType: jsonType, body: "[5]", deleted: true},
	{name: "NUL", status: 200, contentType: jsonType, body: "\x00"},
	{name: "byte order mark alone", status: 200, contentType: jsonType, body: "\ufeff"},
	{name: "UTF-16", status: 200, contentType: jsonType, body: "\xff\xfe{\x00}\x00"},
	{name: "cut off", status: 200, contentType: jsonType, body: `{"$id":`},
	{name: "endless depth", status: 200, contentType: jsonType, body: strings.Repeat(`{"a":`, 20_000)},
	{name: "endless depth of lists", status: 200, contentType: jsonType, body: strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000)},
}

func (f foreignAnswer) isRightFor(c everycall.Call) bool {
	switch {
	case c.Kind() == everycall.Deletes:
		return f.deleted
	case c.Method == "GetPrefs":
		return f.prefs
	case c.Operation == "account.listSessions" || c.Operation == "account.listLogs": // bare lists come from servers before 0.7
		return f.emptyList
	}
	return false
}

func TestNoCallTakesAForeignAnswerForAResult(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, connect connection) {
		forEveryCall(t, func(t *testing.T, c everycall.Call) {
			var now changing
			client := connect(t, now.respond)
			for _, foreign := range foreignAnswers {
				now.set(answers(foreign.status, foreign.contentType, foreign.body))
				got, err := c.Do(t.Context(), client.Account, c.Full())
				client.One(t)
				if foreign.isRightFor(c) {
					assert.NoError(t, err, foreign.name)
					continue
				}
				e := as[*appwrite.DecodeError](t, err)
				assert.Nil(t, got, foreign.name)
				assert.Equal(t, c.Operation, e.Operation, foreign.name)
				assert.Equal(t, foreign.status, e.StatusCode, foreign.name)
				assert.Equal(t, foreign.body[:min(len(foreign.body), 4096)], string(e.Body), foreign.name)
				assert.Less(t, len(err.Error()), 300, foreign.name)
			}
		})
	})
}

func TestNoCallTakesABrokenBodyForAResult(t *testing.T) {
	t.Parallel()
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		body := c.JSON()
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
			got, err := c.Do(t.Context(), memory(t, answersJSON(200, text)).Account, c.Full())
			as[*appwrite.DecodeError](t, err)
			assert.Nil(t, got, name)
		}
	})
}

// That every field of every model has its type is tested in package models.
func TestAFieldOfTheWrongTypeIsNamedAndItsValueIsNot(t *testing.T) {
	t.Parallel()
	member := regexp.MustCompile(`"(\$?\w+)":("[^"]*"|\w+)`)
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		if c.Method == "GetPrefs" { // preferences have no wrong type
			return
		}
		for _, at := range member.FindAllStringSubmatchIndex(c.Body, -1) {
			body := c.Body[:at[4]] + "3.1415926" + c.Body[at[5]:]
			got, err := c.Do(t.Context(), memory(t, answersJSON(c.Status, body)).Account, c.Full())
			assert.Nil(t, got, body)
			assert.Equal(t, c.Status, as[*appwrite.DecodeError](t, err).StatusCode)
			assert.Contains(t, err.Error(), "/"+c.Body[at[2]:at[3]])
			assert.NotContains(t, err.Error(), "31415")
		}
	})
}
