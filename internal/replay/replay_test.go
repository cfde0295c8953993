package replay

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"html"
	"io"
	"net/http"
	"net/url"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/models"
)

// source is a file of recordings and what is special about its exchanges.
type source struct {
	release    string
	exceptions map[string]exception // by the exchange's name
}

// exception is an exchange that is not, or not wholly, what a method sends and receives.
// Every other one is replayed in both directions.
type exception struct {
	reason string
	// answer names the operation whose method is given the recorded answer although the SDK
	// cannot send the recorded request: "=" for the one that the request is for, "" for none,
	// because the answer is for nobody who calls the SDK.
	answer string
}

func noMethod(reason string) exception   { return exception{reason: reason} }
func answerOnly(reason string) exception { return exception{reason: reason, answer: "="} }
func answerFor(operation, reason string) exception {
	return exception{reason: reason, answer: operation}
}

var sources = []source{{
	release: "1.9.6",
	exceptions: map[string]exception{
		"015-account-head":           noMethod("HEAD: nothing to decode"),
		"016-account-options-cors":   noMethod("CORS: a browser's question"),
		"129-users-create-token":     noMethod("the Users API, of another service"),
		"133-oauth2-sessions-mock-2": noMethod("the provider's login page"),
		"134-oauth2-sessions-mock-3": noMethod("the provider's callback to the server"),
		"135-oauth2-sessions-mock-4": noMethod("the browser's way back from the provider"),
		"138-oauth2-tokens-mock-2":   noMethod("the provider's login page"),
		"139-oauth2-tokens-mock-3":   noMethod("the provider's callback to the server"),
		"140-oauth2-tokens-mock-4":   noMethod("the browser's way back from the provider"),

		"264-err-404-route":             answerFor("account.get", "no such path"),
		"265-err-404-route-accept-json": answerFor("account.get", "no such path"),
		"267-err-method-not-allowed":    answerFor("account.get", "no such verb"),

		"013-account-get-with-api-key-and-session": answerOnly("a client holds one credential"),
		"269-account-get-session-and-jwt":          answerOnly("a client holds one credential"),
		"247-err-no-project":                       answerOnly("a client has a project"),
		"248-err-no-project-create":                answerOnly("a client has a project"),

		"021-jwt-create-duration-too-long": answerOnly("the SDK refuses more than an hour"),
		"039-account-update-name-missing":  answerOnly("the SDK asks for a name"),
		"056-prefs-update-not-object":      answerOnly("the SDK refuses what is no object"),
		"058-prefs-update-missing":         answerOnly("the SDK always sends prefs"),
		"201-mfa-update-bad-value":         answerOnly("a bool in Go"),
		"257-err-missing-param":            answerOnly("the SDK always sends userId"),
		"258-unknown-param":                answerOnly("the SDK sends no parameters of others"),
		"259-err-no-body":                  answerOnly("the SDK sends what is required"),
		"260-err-invalid-json":             answerOnly("the SDK sends JSON objects"),
		"261-err-json-array":               answerOnly("the SDK sends JSON objects"),
		"262-err-text-plain-body":          answerOnly("the SDK sends JSON objects"),

		"263-account-create-form-urlencoded": answerOnly("the SDK sends JSON objects"),

		"078-logs-list-total-False":        answerOnly("a bool in Go, sent as 0 or not at all"),
		"080-logs-list-total-empty":        answerOnly("a bool in Go, sent as 0 or not at all"),
		"083-logs-list-query-old-syntax":   answerOnly("the SDK refuses queries of servers before 1.5"),
		"084-logs-list-query-invalid-json": answerOnly("the SDK refuses what is no query"),
		"085-logs-list-query-not-array":    answerOnly("a slice in Go"),

		"238-mfa-factors-format-1.4.0":                answerOnly("a client of 1.4 has no MFA"),
		"244-logs-list-query-old-syntax-format-1.4.0": answerOnly("queries are written with package query, in JSON"),
	},
}}

// keysSince are the keys that models have and answers in the form of older releases have
// not, and the first release that sends them. Only they may be in a result without being in
// the recorded body, with their zero value.
var keysSince = map[string]string{
	"factors":            "1.5.0",
	"secret":             "1.5.0", // of a session
	"impersonator":       "1.9.0",
	"impersonatorUserId": "1.9.0",
	"custom":             "1.9.7",
}

// The ways in which a request of the SDK may differ from the recorded one and still be the
// same request to the server.
const (
	oldPath           = "old path"
	projectInQuery    = "project in the query"
	totalCounts       = "total that is not 0"
	ownName           = "X-SDK headers"
	fallbackAsSession = "X-Fallback-Cookies"
	sessionAsCookie   = "session as a cookie"
	noBody            = "no body"
	generatedID       = "unique()"
)

var differences = map[string]string{
	oldPath:           "the client takes the path that its server version has for good, not an alias",
	projectInQuery:    "browsers name the project there, the client in a header",
	totalCounts:       "servers count unless total is 0, so it is left out (they even read false as true)",
	ownName:           "they name the SDK that made the recording",
	fallbackAsSession: "the same secret travels as X-Appwrite-Session",
	sessionAsCookie:   "servers before 1.5 do not read X-Appwrite-Session, so a client set to one sends the cookie",
	noBody:            "an empty object and no body at all are the same to servers",
	generatedID:       "the client makes the ID, so that it knows it",
}

// TestEveryRecordedExchangeIsReplayed gives every recorded answer to the method that it is
// for, whose result must hold all of it, and compares what the method sent with the
// recorded request.
func TestEveryRecordedExchangeIsReplayed(t *testing.T) {
	t.Parallel()
	used, complete := newTally(), true
	for _, src := range sources {
		recordings := load(t, src.release)
		server := play(t, recordings)
		replayed, answers, listed := newTally(), newTally(), newTally()

		t.Run(src.release, func(t *testing.T) {
			for i := range recordings.Exchanges {
				x := &recordings.Exchanges[i]
				t.Run(x.Name, func(t *testing.T) {
					t.Parallel()
					special, isSpecial := src.exceptions[x.Name]
					op, route, ids := operationOf(x.Request)
					if isSpecial && special.answer == "" {
						listed.add(x.Name)
						assert.Empty(t, op.Name, "it has a method")
						return
					}
					c := &call{exchange: x, operation: op, route: route, ids: ids}
					if isSpecial && special.answer != "=" {
						assert.Empty(t, op.Name, "it has a method of its own")
						c.operation = operationNamed(special.answer)
						c.isUnfit("no operation has its verb and path")
					}
					require.NotEmpty(t, c.operation.Name, "neither is it an operation nor does the table say why not")
					c.prepare(recordings.Release)
					c.replay(t, server, i, isSpecial, used.add)
					if isSpecial {
						answers.add(x.Name)
					} else {
						replayed.add(x.Name)
					}
				})
			}
		})
		t.Logf("%s: %d exchanges: replayed %d in both directions and %d answers, listed %d",
			src.release, len(recordings.Exchanges), replayed.len(), answers.len(), listed.len())

		for name := range src.exceptions {
			assert.True(t, slices.ContainsFunc(recordings.Exchanges, func(x Exchange) bool { return x.Name == name }), "exceptions: there is no recording %s", name)
		}
		if replayed.len()+answers.len()+listed.len() < len(recordings.Exchanges) {
			complete = false // -run chose some
		}
	}
	if !complete {
		return
	}
	for key := range keysSince {
		assert.True(t, used.has(key), "keysSince: no answer lacks %s", key)
	}
	for name := range differences {
		assert.True(t, used.has(name), "differences: no request has %s", name)
	}
}

// replay makes the call and checks what was sent and what came back.
func (c *call) replay(t *testing.T, server *player, i int, isSpecial bool, use func(row string)) {
	options := append([]appwrite.Option{appwrite.WithHTTPClient(server.client), appwrite.WithServerVersion(c.release)}, c.options...)
	client, err := appwrite.NewClient(server.endpoint(i), c.project, options...)
	if err != nil {
		c.isUnfit("%v", err)
		client, err = appwrite.NewClient(server.endpoint(i), c.project, appwrite.WithHTTPClient(server.client))
		require.NoError(t, err)
	}
	method := c.method(client.Account)
	require.True(t, method.IsValid(), "Account has no method for %s", c.operation.Name)
	var answer appwrite.Response
	var result reflect.Value
	send := func(args []reflect.Value) {
		result, err = invoke(t.Context(), method, args, appwrite.NoRetry(), appwrite.CaptureResponse(&answer))
	}

	if args := c.arguments(method.Type()); len(c.unfit) == 0 {
		send(args)
		if sent := server.requests(i); len(sent) == 1 {
			c.unfit = c.requestDifferences(sent[0], use)
		} else {
			c.isUnfit("the SDK refused it: %v", err)
		}
	}
	if isSpecial {
		require.NotEmpty(t, c.unfit, "the SDK sends this very request: it needs no row in the table")
		if len(server.requests(i)) == 0 {
			send(c.goodArguments(method.Type()))
		}
	} else {
		assert.Empty(t, c.unfit)
	}
	require.Len(t, server.requests(i), 1, "%v", err)

	assert.Equal(t, c.exchange.Response.Status, answer.StatusCode)
	assert.Equal(t, rateLimit(t, c.exchange.Response.Header), answer.RateLimit)
	switch recorded := c.exchange.Response; {
	case recorded.Status >= 400:
		assert.True(t, !result.IsValid() || result.IsZero(), "a result beside the error")
		c.checkError(t, err)
	case recorded.Status >= 300:
		require.NoError(t, err)
		assert.Equal(t, recorded.Header.Get("Location"), result.String())
	case !result.IsValid():
		assert.NoError(t, err)
		assert.Equal(t, http.StatusNoContent, recorded.Status)
	default:
		require.NoError(t, err)
		c.checkResult(t, result.Interface(), use)
	}
}

// checkResult holds the result's JSON against the recorded body.
func (c *call) checkResult(t *testing.T, result any, use func(row string)) {
	recorded, err := tree(plain(t, c.exchange.Response))
	require.NoError(t, err)
	if _, ok := result.(*models.Session); ok && c.exchange.Response.Status == http.StatusCreated {
		if body := recorded.(map[string]any); body["secret"] == "" || body["secret"] == nil {
			body["secret"] = cookieOf(t, c.exchange.Response.Header, "a_session_"+c.project)
		}
	}
	marshalled, err := json.Marshal(result)
	require.NoError(t, err)
	again := reflect.New(reflect.TypeOf(result))
	require.NoError(t, json.Unmarshal(marshalled, again.Interface()))
	assert.Equal(t, result, again.Elem().Interface(), "stored and read back")
	got, err := tree(marshalled)
	require.NoError(t, err)
	if c.operation.Name == "account.getPrefs" {
		assert.Equal(t, recorded, got)
		return
	}
	assert.Empty(t, bodyDifferences("$", recorded, got, func(key string) bool {
		since, ok := keysSince[key]
		if !ok || (appwrite.Route{Since: since}).Has(c.release) {
			return false
		}
		use(key)
		return true
	}))
}

// plain undoes the compression, which the client's Transport does for the SDK.
func plain(t *testing.T, r Response) []byte {
	if r.Header.Get("Content-Encoding") != "gzip" {
		return r.Body
	}
	z, err := gzip.NewReader(bytes.NewReader(r.Body))
	require.NoError(t, err)
	text, err := io.ReadAll(z)
	require.NoError(t, err)
	return text
}

// cookieOf is the value that the answer gives a cookie.
func cookieOf(t *testing.T, h http.Header, name string) string {
	for _, line := range h.Values("Set-Cookie") {
		if value, ok := strings.CutPrefix(line, name+"="); ok {
			value, _, _ = strings.Cut(value, ";")
			value, err := url.PathUnescape(value)
			require.NoError(t, err)
			require.NotEmpty(t, value)
			return value
		}
	}
	require.Fail(t, "no cookie "+name)
	return ""
}

// checkError holds the error against the recorded answer, which is JSON or the server's
// HTML page.
func (c *call) checkError(t *testing.T, err error) {
	recorded := c.exchange.Response
	var want struct{ Message, Type, Version string }
	if body := string(plain(t, recorded)); strings.HasPrefix(body, "<!DOCTYPE html>") {
		want.Message = html.UnescapeString(between(t, body, "<h1>", "</h1>"))
		want.Type = between(t, body, "<span class='type'>", "</span>")
	} else {
		require.NoError(t, json.Unmarshal([]byte(body), &want))
	}
	e, ok := errors.AsType[*appwrite.Error](err)
	require.True(t, ok, "%#v", err)
	assert.Equal(t, recorded.Status, e.StatusCode)
	assert.Equal(t, appwrite.ErrorType(want.Type), e.Type)
	assert.Equal(t, want.Message, e.Message)
	assert.Equal(t, want.Version, e.Version)
	assert.Equal(t, c.operation.Name, e.Operation)
	assert.Equal(t, rateLimit(t, recorded.Header), e.RateLimit)
}

func between(t *testing.T, text, before, after string) string {
	_, text, ok := strings.Cut(text, before)
	require.True(t, ok, "no %s", before)
	text, _, ok = strings.Cut(text, after)
	require.True(t, ok, "no %s", after)
	return text
}

// rateLimit is the limit that has least left: a route may have several.
func rateLimit(t *testing.T, h http.Header) (least appwrite.RateLimit) {
	number := func(name string, i int) int {
		n, err := strconv.Atoi(h.Values("X-Ratelimit-" + name)[i])
		require.NoError(t, err)
		return n
	}
	for i := range h.Values("X-Ratelimit-Limit") {
		r := appwrite.RateLimit{Limit: number("Limit", i), Remaining: number("Remaining", i), Reset: time.Unix(int64(number("Reset", i)), 0).UTC()}
		if i == 0 || r.Remaining < least.Remaining {
			least = r
		}
	}
	return least
}

// TestRecordedBrowserURLsAreThoseOfTheURLBuilders compares the URLs to which browsers were
// sent for an OAuth2 sign-in with those that are built without a request.
func TestRecordedBrowserURLsAreThoseOfTheURLBuilders(t *testing.T) {
	t.Parallel()
	for _, src := range sources {
		compared := 0
		for _, x := range load(t, src.release).Exchanges {
			op, _, ids := operationOf(x.Request)
			recorded := x.Request.URL.Query()
			if len(ids) == 0 || !recorded.Has("project") {
				continue
			}
			compared++
			client, err := appwrite.NewClient("https://appwrite.example/v1", recorded.Get("project"), appwrite.WithServerVersion(src.release))
			require.NoError(t, err)
			build := client.Account.OAuth2SessionURL
			if op.Name == "account.createOAuth2Token" {
				build = client.Account.OAuth2TokenURL
			}
			built, err := build(models.OAuthProvider(ids[0]), appwrite.OAuth2Params{
				Success: recorded.Get("success"), Failure: recorded.Get("failure"), Scopes: recorded["scopes[]"],
			})
			require.NoError(t, err, x.Name)
			u, err := url.Parse(built)
			require.NoError(t, err, x.Name)
			assert.Equal(t, x.Request.URL.EscapedPath(), u.EscapedPath(), x.Name)
			assert.Equal(t, recorded, u.Query(), x.Name)
		}
		assert.NotZero(t, compared, "no recording of a browser's way into OAuth2")
	}
}

// TestRecordedOAuth2RedirectIsParsed reads userId and secret out of the redirect with which
// an OAuth2 sign-in ended.
func TestRecordedOAuth2RedirectIsParsed(t *testing.T) {
	t.Parallel()
	for _, src := range sources {
		recordings := load(t, src.release)
		i := slices.IndexFunc(recordings.Exchanges, func(x Exchange) bool {
			return strings.Contains(x.Response.Header.Get("Location"), "&userId=")
		})
		require.GreaterOrEqual(t, i, 0, "no recording of it")
		to, err := url.Parse(recordings.Exchanges[i].Response.Header.Get("Location"))
		require.NoError(t, err)
		callback, err := appwrite.ParseCallback(to)
		require.NoError(t, err)

		signIn := recordings.Exchanges[i+1].Request // with what the redirect brought
		var used struct{ UserID, Secret string }
		require.NoError(t, json.Unmarshal(signIn.Body, &used))
		assert.Equal(t, used.UserID, callback.UserID)
		assert.Equal(t, used.Secret, callback.Secret)
	}
}

func load(t *testing.T, release string) *Recordings {
	file, err := os.Open("testdata/" + release + ".jsonl")
	require.NoError(t, err)
	defer file.Close()
	recordings, err := Load(file, release)
	require.NoError(t, err)
	require.NotEmpty(t, recordings.Exchanges)
	return recordings
}

// tally is a set of names that subtests fill.
type tally struct {
	mu  sync.Mutex
	set map[string]bool
}

func newTally() *tally { return &tally{set: map[string]bool{}} }

func (n *tally) add(name string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.set[name] = true
}

func (n *tally) has(name string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.set[name]
}

func (n *tally) len() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return len(n.set)
}
