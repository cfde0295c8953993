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
	"reflect"
	"regexp"
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
	"github.com/seed17809555/appwrite/query"
)

// TestEveryRecordedExchangeIsReplayed gives every recorded answer to the method that it is for,
// whose result must hold all of it, and compares what the method sent with the recorded
// request.
func TestEveryRecordedExchangeIsReplayed(t *testing.T) {
	t.Parallel()
	used, complete := newTally(), true
	for _, src := range sources {
		recordings := load(t, src.release)
		server := play(t, recordings)
		replayed, answers, refused, listed := newTally(), newTally(), newTally(), newTally()

		t.Run(src.release, func(t *testing.T) {
			for i := range recordings.Exchanges {
				x := &recordings.Exchanges[i]
				t.Run(x.Name, func(t *testing.T) {
					t.Parallel()
					special, isSpecial := src.exceptions[src.nameOf(x)]
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
					switch {
					case !hasRoute(c.operation, c.release):
						assert.False(t, isSpecial, "its operation is none of the release: it needs no row in the table")
						c.refuse(t, server, i)
						c.giveAnswerToWhomItIs(t)
						c.replay(t, server, i, true, used.add)
						refused.add(x.Name)
					case isSpecial:
						c.replay(t, server, i, true, used.add)
						answers.add(x.Name)
					default:
						c.replay(t, server, i, false, used.add)
						replayed.add(x.Name)
					}
				})
			}
		})
		t.Logf("%s: %d exchanges: replayed %d in both directions and %d answers, refused %d before they were sent, listed %d",
			src.release, len(recordings.Exchanges), replayed.len(), answers.len(), refused.len(), listed.len())

		for name := range src.exceptions {
			assert.True(t, slices.ContainsFunc(recordings.Exchanges, func(x Exchange) bool { return src.nameOf(&x) == name }), "exceptions: there is no recording %s of %s", name, src.release)
		}
		if replayed.len()+answers.len()+refused.len()+listed.len() < len(recordings.Exchanges) {
			complete = false // -run chose some
		}
	}
	if !complete {
		return
	}
	for key := range keysSince {
		assert.True(t, used.has(key), "keysSince: no answer lacks %s", key)
	}
	for key := range goneKeys {
		assert.True(t, used.has(key), "goneKeys: no answer has %s", key)
	}
	for operation := range spentSecrets {
		assert.True(t, used.has(operation), "spentSecrets: no answer to %s has one", operation)
	}
	for name := range paramsSince {
		assert.True(t, used.has(name), "paramsSince: no request has %s", name)
	}
	for name := range differences {
		assert.True(t, used.has(name), "differences: no request has %s", name)
	}
}

// refuse checks that a client which is set to a release without the operation sends nothing.
func (c *call) refuse(t *testing.T, server *player, i int) {
	client, err := appwrite.NewClient(server.endpoint(i), c.project, appwrite.WithHTTPClient(server.client), appwrite.WithServerVersion(c.release))
	require.NoError(t, err)
	method := c.method(client.Account)
	require.True(t, method.IsValid(), "Account has no method for %s", c.operation.Name)
	_, err = invoke(t.Context(), method, c.goodArguments(method.Type()))
	unsupported, ok := errors.AsType[*appwrite.UnsupportedError](err)
	require.True(t, ok, "%#v", err)
	assert.Equal(t, c.operation.Name, unsupported.Operation)
	assert.Equal(t, c.release, unsupported.ServerVersion)
	assert.Empty(t, server.requests(i))
}

// giveAnswerToWhomItIs turns a call that the client refused into one of the operation that
// answered the recorded request, if only with an error.
func (c *call) giveAnswerToWhomItIs(t *testing.T) {
	c.isUnfit("servers %s have no such operation", c.release)
	by, ok := c.answeredBy()
	if !ok {
		by = operationNamed("account.get")
	}
	if method := c.exchange.Request.Method; c.server == c.release && c.exchange.Response.Status < 400 {
		// Not so what creates or changes something: such an answer would mean that the server
		// has the operation after all.
		assert.True(t, ok && (method == http.MethodGet || method == http.MethodDelete), "servers %s answer it, and the client refuses it", c.server)
	}
	c.operation, c.ids, c.release = by, nil, c.server
}

// replay makes the call and checks what was sent and what came back.
func (c *call) replay(t *testing.T, server *player, i int, isSpecial bool, use func(row string)) {
	options := append([]appwrite.Option{appwrite.WithHTTPClient(server.client), appwrite.WithServerVersion(c.release)}, c.options...)
	client, err := appwrite.NewClient(server.endpoint(i), c.project, options...)
	if err != nil {
		c.isUnfit("%v", err)
		client, err = appwrite.NewClient(server.endpoint(i), c.project, appwrite.WithHTTPClient(server.client), appwrite.WithServerVersion(c.release))
		require.NoError(t, err)
	}
	method := c.method(client.Account)
	require.True(t, method.IsValid(), "Account has no method for %s", c.operation.Name)
	var answer appwrite.Response
	var result reflect.Value
	send := func(args []reflect.Value) {
		if len(args) > 0 {
			c.paging, _ = args[0].Interface().(appwrite.ListParams)
		}
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
	case recorded.Status >= 400 || isFailure(recorded):
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
		c.checkResult(t, server, result.Interface(), use)
	}
}

// isFailure reports whether a success is in truth a failure: text in place of JSON.
func isFailure(r Response) bool {
	return r.Status == http.StatusOK && strings.HasPrefix(r.Header.Get("Content-Type"), "text/html") && len(r.Body) > 0
}

// checkResult holds the result's JSON against the recorded body.
func (c *call) checkResult(t *testing.T, server *player, result any, use func(row string)) {
	recorded, err := tree(plain(t, c.exchange.Response))
	require.NoError(t, err)
	if c.operation.Name == "account.updatePrefs" && !isSince(c.release, "0.7") {
		prefs := recorded // of a server that answers with all preferences, not with the user
		recorded, err = tree(server.user.Response.Body)
		require.NoError(t, err)
		recorded.(map[string]any)["prefs"] = prefs
	}
	model := reflect.Indirect(reflect.ValueOf(result)).Type().Name()
	if model != "Preferences" {
		recorded = modern(model, recorded, use)
	}
	object, _ := recorded.(map[string]any)
	if model == "LogList" && !isSince(c.release, "0.12") { // the client cuts the page out
		object["logs"] = c.cut(object["logs"].([]any))
	}
	if reason := spentSecrets[c.operation.Name]; reason != "" && object["secret"] != "" && object["secret"] != nil {
		use(c.operation.Name)
		object["secret"] = ""
	}
	if _, ok := result.(*models.Session); ok && c.exchange.Response.Status == http.StatusCreated {
		if object["secret"] == "" || object["secret"] == nil {
			object["secret"] = cookieOf(t, c.exchange.Response.Header, "a_session_"+c.project)
		}
	}
	marshalled, err := json.Marshal(result)
	require.NoError(t, err)
	again := reflect.New(reflect.TypeOf(result))
	require.NoError(t, json.Unmarshal(marshalled, again.Interface()))
	assert.Equal(t, result, again.Elem().Interface(), "stored and read back")
	got, err := tree(marshalled)
	require.NoError(t, err)
	if model == "Preferences" {
		if list, ok := recorded.([]any); ok && len(list) == 0 {
			recorded = map[string]any{}
		}
		assert.Equal(t, recorded, got)
		return
	}
	assert.Empty(t, bodyDifferences(model, recorded, got, func(at, key string) bool {
		row := modelAt(at) + "." + key
		since, ok := keysSince[row]
		if !ok || isSince(c.form, since) {
			return false
		}
		use(row)
		return true
	}))
}

// cut returns the page that the client was asked for.
func (c *call) cut(all []any) []any {
	limit, offset := len(all), 0
	for _, text := range c.paging.Queries {
		if q, err := query.Parse(text); err == nil {
			switch n, _ := q.Int(); q.Method {
			case "limit":
				limit = n
			case "offset":
				offset = n
			}
		}
	}
	all = all[min(offset, len(all)):]
	return all[:min(limit, len(all))]
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

// checkError holds the error against the recorded answer, which is JSON or the server's HTML
// page.
func (c *call) checkError(t *testing.T, err error) {
	recorded := c.exchange.Response
	var want struct{ Message, Type, Version string }
	status := recorded.Status
	switch body := string(plain(t, recorded)); {
	case isFailure(recorded): // "500: Server Error", or "error: " and what went wrong
		status = http.StatusInternalServerError
		_, want.Message, _ = strings.Cut(body, ": ")
	case strings.HasPrefix(body, "<!DOCTYPE html>"):
		want.Message, want.Type = textOfPage(t, body)
	default:
		require.NoError(t, json.Unmarshal([]byte(body), &want))
	}
	e, ok := errors.AsType[*appwrite.Error](err)
	require.True(t, ok, "%#v", err)
	assert.Equal(t, status, e.StatusCode)
	if want.Type == "" {
		want.Type = c.typeSince(status, want.Message)
	}
	assert.Equal(t, appwrite.ErrorType(want.Type), e.Type, "%d %s", status, want.Message)
	assert.Equal(t, want.Message, e.Message)
	assert.Equal(t, want.Version, e.Version)
	assert.Equal(t, c.operation.Name, e.Operation)
	assert.Equal(t, rateLimit(t, recorded.Header), e.RateLimit)
}

// textOfPage reads message and type out of an error page. The pages before 1.8 have the message
// below a heading, and before 1.4 no type.
func textOfPage(t *testing.T, page string) (message, kind string) {
	heading := regexp.MustCompile(`(?s)<h1[^>]*>(.*?)</h1>\s*(?:<p[^>]*>(.*?)</p>)?`).FindStringSubmatch(page)
	require.NotNil(t, heading)
	message = heading[1]
	if strings.HasPrefix(message, "Error ") {
		message = heading[2]
	}
	if found := regexp.MustCompile(`<span class='type'>(.*?)</span>|<code class="inline-code">(.*?)</code>`).FindStringSubmatch(page); found != nil {
		kind = found[1] + found[2]
	}
	return html.UnescapeString(message), kind
}

// rateLimit is the limit that has least left: a route may have several.
func rateLimit(t *testing.T, h http.Header) (least appwrite.RateLimit) {
	number := func(name string, i int) int {
		n, err := strconv.Atoi(h.Values("X-Ratelimit-" + name)[i])
		require.NoError(t, err)
		return n
	}
	for i := range h.Values("X-Ratelimit-Limit") {
		if h.Get("X-Ratelimit-Reset") == "" { // 0.5 and 0.6 failed between the headers
			return appwrite.RateLimit{Limit: number("Limit", i)}
		}
		r := appwrite.RateLimit{Limit: number("Limit", i), Remaining: number("Remaining", i), Reset: time.Unix(int64(number("Reset", i)), 0).UTC()}
		if i == 0 || r.Remaining < least.Remaining {
			least = r
		}
	}
	return least
}

// TestRecordedBrowserURLsAreThoseOfTheURLBuilders compares the URLs to which browsers were sent
// for an OAuth2 sign-in with those that are built without a request.
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

// TestRecordedOAuth2RedirectIsParsed reads userId and secret out of the redirect with which an
// OAuth2 sign-in ended.
func TestRecordedOAuth2RedirectIsParsed(t *testing.T) {
	t.Parallel()
	for _, src := range sources {
		if !hasRoute(operationNamed("account.createOAuth2Token"), src.release) {
			continue
		}
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

// TestRecordedVersionsAreDetected asks the recorded servers for their version, which 0.5 and
// 0.6 do not tell.
func TestRecordedVersionsAreDetected(t *testing.T) {
	t.Parallel()
	for _, src := range oldSources() {
		recordings := load(t, src.release)
		server := play(t, recordings)
		for i := range recordings.Exchanges {
			if src.nameOf(&recordings.Exchanges[i]) != "health-version" {
				continue
			}
			client, err := appwrite.NewClient(server.endpoint(i), "good-project", appwrite.WithHTTPClient(server.client))
			require.NoError(t, err)
			told, err := client.ServerVersion(t.Context())
			if isSince(src.release, "0.7") {
				assert.NoError(t, err)
				assert.Equal(t, src.release, told)
				continue
			}
			assert.Error(t, err)
			_, err = client.DetectServerVersion(t.Context())
			assert.ErrorContains(t, err, "WithServerVersion", src.release)
		}
	}
}

func load(t *testing.T, release string) *Recordings {
	recordings, err := Of(release)
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
