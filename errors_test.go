package appwrite_test

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/internal/everycall"
)

// errorTypes reads the Err… constants of type ErrorType out of this package's source, so
// that a new one is tested without anyone remembering.
func errorTypes(t *testing.T) map[string]appwrite.ErrorType {
	t.Helper()
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	all := map[string]appwrite.ErrorType{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		ast.Inspect(parsed, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			if kind, ok := spec.Type.(*ast.Ident); !ok || kind.Name != "ErrorType" {
				return true
			}
			for i, name := range spec.Names {
				value, err := strconv.Unquote(spec.Values[i].(*ast.BasicLit).Value)
				require.NoError(t, err)
				all[name.Name] = appwrite.ErrorType(value)
			}
			return true
		})
	}
	require.Greater(t, len(all), 80)
	return all
}

// errorOf makes a call that is answered with an error and returns what came of it.
func errorOf(t *testing.T, status int, contentType, body string, opts ...appwrite.Option) *appwrite.Error {
	t.Helper()
	client, _ := memClient(t, memAnswer(status, contentType, body), append([]appwrite.Option{appwrite.WithRetryPolicy(appwrite.RetryPolicy{MaxAttempts: 1})}, opts...)...)
	user, err := client.Account.Get(t.Context())
	require.Nil(t, user)
	e, ok := errors.AsType[*appwrite.Error](err)
	require.True(t, ok, "%v", err)
	return e
}

func errorBody(status int, errorType appwrite.ErrorType) string {
	return fmt.Sprintf(`{"message":"Some text.","code":%d,"type":"%s","version":"1.9.6"}`, status, errorType)
}

func TestEveryErrorTypeIsMatchedThroughTheErrorOfACall(t *testing.T) {
	t.Parallel()
	all := errorTypes(t)
	for name, errorType := range all {
		err := fmt.Errorf("wrapped: %w", error(errorOf(t, 400, jsonType, errorBody(400, errorType))))
		assert.ErrorIs(t, err, errorType, name)
		for other, otherType := range all {
			if other != name {
				assert.NotErrorIs(t, err, otherType, "%s is not %s", name, other)
			}
		}
	}
}

func TestErrorTypesAreNamedAfterTheirWireNames(t *testing.T) {
	t.Parallel()
	initialisms := map[string]string{"id": "ID", "ip": "IP", "url": "URL", "jwt": "JWT", "api": "API", "smtp": "SMTP", "oauth2": "OAuth2"}
	wire := map[appwrite.ErrorType]string{}
	for name, errorType := range errorTypes(t) {
		want := "Err"
		for word := range strings.SplitSeq(string(errorType), "_") {
			if upper, ok := initialisms[word]; ok {
				want += upper
			} else {
				want += strings.ToUpper(word[:1]) + word[1:]
			}
		}
		assert.Equal(t, want, name)
		assert.Empty(t, wire[errorType], "%s twice", errorType)
		wire[errorType] = name
	}
	for _, pair := range appwrite.Renamed {
		assert.Empty(t, wire[pair[0]], "%s is a name that servers no longer send", pair[0])
		assert.NotEmpty(t, wire[pair[1]], pair[1])
	}
}

func TestATypeIsMatchedUnderItsNamesOfAllReleases(t *testing.T) {
	t.Parallel()
	tests := []struct{ before, today appwrite.ErrorType }{
		{"project_missing_user_id", appwrite.ErrUserMissingID},
		{"user_email_alread_verified", appwrite.ErrUserEmailAlreadyVerified},
		{"user_key_and_session_set", appwrite.ErrUserAPIKeyAndSessionSet},
		{"general_query_limit_exceeded", appwrite.ErrGeneralAttributeQueryLimitExceeded},
		{"general_query_limit_exceeded", appwrite.ErrGeneralColumnQueryLimitExceeded},
	}
	for _, test := range tests {
		assert.ErrorIs(t, errorOf(t, 400, jsonType, errorBody(400, test.before)), test.today)
		assert.ErrorIs(t, errorOf(t, 400, jsonType, errorBody(400, test.before)), test.before)
		assert.ErrorIs(t, errorOf(t, 400, jsonType, errorBody(400, test.today)), test.before)
	}
	assert.NotErrorIs(t, errorOf(t, 400, jsonType, errorBody(400, appwrite.ErrGeneralColumnQueryLimitExceeded)), appwrite.ErrGeneralAttributeQueryLimitExceeded)
}

func TestNoTypeMatchesNothing(t *testing.T) {
	t.Parallel()
	none := errorOf(t, 400, jsonType, `{"message":"Too many requests","code":400,"version":"0.12.3"}`)
	assert.Empty(t, none.Type)
	assert.NotErrorIs(t, none, appwrite.ErrorType(""))
	for name, errorType := range errorTypes(t) {
		assert.NotErrorIs(t, none, errorType, name)
	}
	some := errorOf(t, 400, jsonType, errorBody(400, appwrite.ErrUserNotFound))
	assert.NotErrorIs(t, some, appwrite.ErrorType(""))
}

func TestStatusClassesMatchTheirStatusAlone(t *testing.T) {
	t.Parallel()
	classes := map[error]func(status int) bool{
		appwrite.ErrUnauthorized: func(s int) bool { return s == 401 },
		appwrite.ErrBadRequest:   func(s int) bool { return s == 400 },
		appwrite.ErrForbidden:    func(s int) bool { return s == 403 },
		appwrite.ErrNotFound:     func(s int) bool { return s == 404 },
		appwrite.ErrConflict:     func(s int) bool { return s == 409 },
		appwrite.ErrRateLimited:  func(s int) bool { return s == 429 },
		appwrite.ErrServer:       func(s int) bool { return s >= 500 },
	}
	for status := 300; status < 600; status++ {
		var err error = errorOf(t, status, jsonType, errorBody(status, "some_type"))
		for class, has := range classes {
			assert.Equal(t, has(status), errors.Is(err, class), "%d %v", status, class)
			assert.NotEmpty(t, class.Error())
		}
	}
}

func TestAnErrorTellsWhatTheServerTold(t *testing.T) {
	t.Parallel()
	client, _ := memClient(t, func(r *http.Request) (*http.Response, error) {
		resp := response(r, 409, jsonType, `{"message":"A user with the same id, email, or phone already exists in this project.","code":409,"type":"user_already_exists","version":"1.9.6"}`)
		resp.Header.Set("X-Ratelimit-Limit", "10")
		resp.Header.Set("X-Ratelimit-Remaining", "3")
		resp.Header.Set("X-Ratelimit-Reset", "1795222800")
		resp.Header.Set("Server", "Appwrite")
		return resp, nil
	})
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		got, err := c.Do(t.Context(), client.Account, c.Full())
		assert.Nil(t, got)
		e, ok := errors.AsType[*appwrite.Error](err)
		require.True(t, ok, "%v", err)
		assert.Equal(t, 409, e.StatusCode)
		assert.Equal(t, appwrite.ErrUserAlreadyExists, e.Type)
		assert.Equal(t, "A user with the same id, email, or phone already exists in this project.", e.Message)
		assert.Equal(t, "1.9.6", e.Version)
		assert.Equal(t, c.Operation, e.Operation)
		assert.Equal(t, 10, e.RateLimit.Limit)
		assert.Equal(t, 3, e.RateLimit.Remaining)
		assert.Equal(t, int64(1795222800), e.RateLimit.Reset.Unix())
		assert.Equal(t, "Appwrite", e.Header.Get("Server"))
		assert.Contains(t, string(e.Body), `"code":409`)
		assert.Equal(t, c.Operation+": 409 user_already_exists: A user with the same id, email, or phone already exists in this project.", err.Error())
	})
}

func TestHeadersOfAnErrorHoldNoCookies(t *testing.T) {
	t.Parallel()
	var answered appwrite.Response
	client, _ := memClient(t, func(r *http.Request) (*http.Response, error) {
		resp := response(r, 401, jsonType, errorBody(401, appwrite.ErrUserInvalidToken))
		resp.Header.Add("Set-Cookie", "a_session_p1=cookie-secret; path=/")
		resp.Header.Add("Set-Cookie", "a_session_p1_legacy=cookie-secret; path=/")
		resp.Header.Set("X-Fallback-Cookies", `{"a_session_p1":"cookie-secret"}`)
		return resp, nil
	})
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		_, err := c.Do(t.Context(), client.Account, c.Full())
		e, ok := errors.AsType[*appwrite.Error](err)
		require.True(t, ok)
		assert.NotContains(t, fmt.Sprint(e.Header), "cookie-secret")
		assert.NotContains(t, e.Header, "Set-Cookie")
		assert.NotContains(t, e.Header, "X-Fallback-Cookies")
	})
	_, err := client.Account.Get(t.Context(), appwrite.CaptureResponse(&answered))
	require.Error(t, err)
	assert.Len(t, answered.Header.Values("Set-Cookie"), 2, "the captured ones are the caller's, whole")
}

func TestPagesOfAppwriteFillTypeAndMessage(t *testing.T) {
	t.Parallel()
	tests := []struct {
		file    string
		status  int
		typ     appwrite.ErrorType // "" where the release names none
		message string
	}{
		{"1.9.6-oauth2-disabled.html", 412, appwrite.ErrProjectProviderDisabled, "This provider is disabled. Please enable the provider from your Appwrite console to continue."},
		{"1.9.6-route.html", 404, appwrite.ErrGeneralRouteNotFound, "The page you're looking for doesn't exist."},
		{"1.8.1-oauth2-disabled.html", 412, appwrite.ErrProjectProviderDisabled, "This provider is disabled. Please enable the provider from your Appwrite console to continue."},
		{"1.5.11-oauth2-disabled.html", 412, appwrite.ErrProjectProviderDisabled, "This provider is disabled. Please enable the provider from your Appwrite console to continue."},
		{"1.4.13-oauth2-disabled.html", 412, appwrite.ErrProjectProviderDisabled, "This provider is disabled. Please enable the provider from your Appwrite console to continue."},
		{"0.5.3-oauth2-disabled.html", 400, "", `Param "success" is not optional.`},
	}
	for _, test := range tests {
		t.Run(test.file, func(t *testing.T) {
			t.Parallel()
			page, err := os.ReadFile(filepath.Join("testdata", "errorpages", test.file))
			require.NoError(t, err)
			client, _ := memClient(t, memAnswer(test.status, htmlType, string(page)))
			location, err := client.Account.CreateOAuth2Token(t.Context(), "google", appwrite.OAuth2Params{})
			assert.Empty(t, location)
			e, ok := errors.AsType[*appwrite.Error](err)
			require.True(t, ok, "%v", err)
			assert.Equal(t, test.status, e.StatusCode)
			assert.Equal(t, test.typ, e.Type)
			assert.Equal(t, test.message, e.Message)
			assert.Less(t, len(err.Error()), 300)
			assert.Equal(t, string(page[:min(len(page), 4<<10)]), string(e.Body))
		})
	}
}

const (
	nginxPage = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n" +
		"<hr><center>nginx/1.27.0</center>\r\n</body>\r\n</html>\r\n<!-- a padding to disable MSIE and Chrome friendly error page -->\r\n"
	edgePage = "<!DOCTYPE html>\n<!--[if lt IE 7]> <html class=\"no-js ie6 oldie\" lang=\"en-US\"> <![endif]-->\n<head>\n<title>appwrite.test | 521: Web server is down</title>\n" +
		"</head><body><div id=\"cf-wrapper\"><span class=\"inline-block\">Web server is down</span><span class=\"code-label\">Error code 521</span>" +
		"<h2 class=\"text-gray-600\">2026-11-21 00:12:51 UTC</h2><div>Ray ID: <code>8c0ffee</code></div></div></body></html>"
)

func TestWhateverAnErrorBodyIsTheTextIsShortAndTrue(t *testing.T) {
	t.Parallel()
	huge := strings.Repeat("very long ", 5000)
	tests := []struct {
		name        string
		status      int
		contentType string
		body        string
		typ         appwrite.ErrorType
		message     string // a part of it
		version     string
	}{
		{"nginx", 502, "text/html", nginxPage, "", `Bad Gateway, HTML page, "502 Bad Gateway"`, ""},
		{"the edge of a network", 521, htmlType, edgePage, "", `HTML page, "appwrite.test | 521: Web server is down"`, ""},
		{"page without title", 503, htmlType, "<html><body>" + huge + "</body></html>", "", "Service Unavailable, HTML page", ""},
		{"page with a huge title", 502, htmlType, "<title>" + huge + "</title>", "", "Bad Gateway, HTML page, \"very long", ""},
		{"page with a title of garbage", 502, htmlType, "<title>" + strings.Repeat("\xff\x00\u202e", 100) + "</title>", "", "Bad Gateway, HTML page", ""},
		{"page with markup in its title", 502, htmlType, "<title><b>Gone</b>\n  &amp; lost</title>", "", `"Gone & lost"`, ""},
		{"page with a type and no heading", 500, htmlType, "<p><span class='type'>general_unknown</span></p>", appwrite.ErrGeneralUnknown, "Internal Server Error", ""},
		{"empty", 500, jsonType, "", "", "Internal Server Error, empty body", ""},
		{"empty, of no known status", 599, "", "", "", "empty body", ""},
		{"plain text", 429, "text/plain", "Too many requests\nTry later\n", "", `Too Many Requests, "Too many requests"`, ""},
		{"plain text on one endless line", 500, "text/plain", huge, "", `Internal Server Error, "very long`, ""},
		{"plain text of 65,536 bytes and more", 500, "text/plain", strings.Repeat("x", 70_000), "", "Internal Server Error, \"xxx", ""},
		{"bytes", 500, "application/octet-stream", "\x00\x01\xff\xfe", "", "content of type application/octet-stream", ""},
		{"bytes of no type", 500, "", "\x00\x01\xff\xfe", "", "content of no known type", ""},
		{"huge message", 500, jsonType, `{"message":"` + huge + `","code":500,"type":"general_unknown","version":"1.9.6"}`, appwrite.ErrGeneralUnknown, "very long", "1.9.6"},
		{"old server without types", 401, jsonType, `{"message":"Unauthorized","code":401,"version":"0.12.3"}`, "", "Unauthorized", "0.12.3"},
		{"code as a string", 500, jsonType, `{"message":"Data too long","code":"22001","version":"0.7.2","file":"x.php","line":3}`, "", "Data too long", "0.7.2"},
		{"everything as numbers", 400, jsonType, `{"message":42,"code":"x","type":7,"version":1.9}`, "7", "42", "1.9"},
		{"everything of the wrong type", 400, jsonType, `{"message":{"a":[1]},"code":{},"type":["x"],"version":null}`, "", "Bad Request, content of type application/json", ""},
		{"nested garbage", 400, jsonType, `{"error":{"message":"inner","type":"user_not_found"}}`, "", "Bad Request", ""},
		{"keys in another case", 400, jsonType, `{"Message":"Other","TYPE":"user_not_found"}`, "", "Bad Request", ""},
		{"list", 400, jsonType, `[{"message":"m"}]`, "", "Bad Request, content of type application/json", ""},
		{"string", 400, jsonType, `"Forbidden by policy"`, "", "Forbidden by policy", ""},
		{"null", 400, jsonType, `null`, "", "null", ""},
		{"truncated", 400, jsonType, `{"message":"Invalid cred`, "", "Bad Request", ""},
		{"invalid UTF-8", 400, jsonType, "{\"message\":\"caf\xe9 ferm\xe9\",\"type\":\"user_not_found\"}", appwrite.ErrUserNotFound, "ferm", ""},
		{"twice the same key", 400, jsonType, `{"message":"one","type":"user_not_found","message":"two"}`, appwrite.ErrUserNotFound, "two", ""},
		{"escapes", 400, jsonType, `{"message":"Invalid \u0060url\u0060: http:\/\/x\/","type":"general_argument_invalid"}`, appwrite.ErrGeneralArgumentInvalid, "Invalid `url`: http://x/", ""},
		{"a type that nobody knows", 400, jsonType, `{"message":"New.","type":"user_something_new"}`, "user_something_new", "New.", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			e := errorOf(t, test.status, test.contentType, test.body)
			assert.Equal(t, test.status, e.StatusCode)
			assert.Equal(t, test.typ, e.Type)
			assert.Contains(t, e.Message, test.message)
			assert.Equal(t, test.version, e.Version)
			assert.Less(t, len(e.Message), 5<<10)
			assert.Equal(t, test.body[:min(len(test.body), 4<<10)], string(e.Body))
			text := e.Error()
			assert.Contains(t, text, "account.get: "+strconv.Itoa(test.status))
			assert.True(t, utf8.ValidString(text), "%q", text)
			assert.NotContains(t, text, "\n")
			assert.Less(t, len(text), 350)
			if strings.HasPrefix(test.body, "<") {
				assert.Less(t, len(text), 300)
				assert.NotContains(t, text, "<")
			}
		})
	}
}

// A development server's trace may be longer than what is read of an error.
func TestTypeAndMessageSurviveATraceOfAnyLength(t *testing.T) {
	t.Parallel()
	body := `{"message":"Server Error","code":500,"type":"general_unknown","version":"1.9.6","file":"x.php","line":1,"trace":[{"args":["` +
		strings.Repeat("a", 100<<10) + `"]}]}`
	e := errorOf(t, 500, jsonType, body)
	assert.Equal(t, appwrite.ErrGeneralUnknown, e.Type)
	assert.Equal(t, "Server Error", e.Message)
	assert.Equal(t, "1.9.6", e.Version)
	assert.Len(t, e.Body, 4<<10)
}

func TestAGuestIsToldThatNoSessionWasSent(t *testing.T) {
	t.Parallel()
	const hint = "no valid session or JWT"
	// As servers word it; the first two are recorded.
	guest := `{"message":"User (role: guests) missing scopes ([\"account\"])","code":401,"type":"general_unauthorized_scope","version":"1.9.6"}`
	key := `{"message":"app.p1@service.localhost (role: applications) missing scopes ([\"account\"])","code":401,"type":"general_unauthorized_scope","version":"1.9.6"}`
	old := `{"message":"guest (role: guests) missing scope (account)","code":401,"type":"general_unauthorized_scope","version":"0.15.3"}`
	assert.Contains(t, errorOf(t, 401, jsonType, guest).Error(), hint)
	assert.Contains(t, errorOf(t, 401, jsonType, old).Error(), hint)
	assert.NotContains(t, errorOf(t, 401, jsonType, key).Error(), hint)
	assert.NotContains(t, errorOf(t, 401, jsonType, errorBody(401, appwrite.ErrUserInvalidCredentials)).Error(), hint)
}

func TestAnEndpointWithoutPathIsNamedWhereNoRouteIsFound(t *testing.T) {
	t.Parallel()
	const notFound = `{"message":"The page you're looking for doesn't exist.","code":404,"type":"general_route_not_found","version":"1.9.6"}`
	for endpoint, named := range map[string]bool{"https://appwrite.test": true, "https://appwrite.test/": true, "https://appwrite.test/v1": false} {
		transport := tripper(func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 404, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(notFound)), Request: r}, nil
		})
		client, err := appwrite.NewClient(endpoint, "p1", appwrite.WithHTTPClient(&http.Client{Transport: transport}))
		require.NoError(t, err)
		_, err = client.Account.Get(t.Context())
		require.ErrorIs(t, err, appwrite.ErrGeneralRouteNotFound)
		assert.Equal(t, named, strings.Contains(err.Error(), "/v1"), endpoint)
		assert.Equal(t, named, strings.Contains(slog.AnyValue(err).Resolve().String(), "/v1"), endpoint)
	}
}

func TestATextOfTheServerStaysOnOneLine(t *testing.T) {
	t.Parallel()
	e := errorOf(t, 400, jsonType, `{"message":"one\nlevel=ERROR\u001b[31m","code":400}`)
	assert.Equal(t, "account.get: 400: one level=ERROR [31m", e.Error())
	assert.Equal(t, "one\nlevel=ERROR\x1b[31m", e.Message)

	link, err := url.Parse("https://app.example.com/callback?error=" + url.QueryEscape(`{"type":"a\nlevel=ERROR","message":"m","code":401}`))
	require.NoError(t, err)
	_, err = appwrite.ParseCallback(link) // anyone may write it
	assert.EqualError(t, err, "appwrite.ParseCallback: 401 a level=ERROR: m")
}

func TestACredentialThatIsMissingIsUnauthorized(t *testing.T) {
	t.Parallel()
	client, _ := memClient(t, memAnswer(200, jsonType, userBody))
	for name, as := range map[string]*appwrite.Client{"session": client.WithSession(""), "jwt": client.WithJWT(""), "apiKey": client.WithAPIKey("a\nb")} {
		_, err := as.Account.Get(t.Context())
		require.ErrorIs(t, err, appwrite.ErrUnauthorized)
		require.NotErrorIs(t, err, appwrite.ErrForbidden)
		requireParamError(t, err, "account.get", name)
	}
	_, err := client.With(appwrite.WithCookies(nil))
	require.ErrorIs(t, err, appwrite.ErrUnauthorized)
	requireParamError(t, err, "appwrite.Client.With", "cookies")
	_, err = client.Account.GetSession(t.Context(), "")
	require.NotErrorIs(t, err, appwrite.ErrUnauthorized)
}

// The parts of an error are cut to a length. A secret that lies across the cut must not show
// its first half.
func TestAnEchoedSecretIsMaskedWhereverATextIsCut(t *testing.T) {
	t.Parallel()
	secret := "SECRET" + strings.Repeat("0123456789abcdef", 24)
	var leaks []string
	for _, before := range []int{0, 10, 60, 75, 100, 150, 235, 4000, 4090, 4095} {
		filler := strings.Repeat("-", before)
		bodies := map[string]string{
			"JSON":  `{"message":"` + filler + secret + `","type":"some_type"}`,
			"type":  `{"message":"x","type":"` + filler + secret + `"}`,
			"text":  filler + secret,
			"title": "<html><title>" + filler + secret + "</title></html>",
			"page":  "<h1>" + filler + secret + "</h1><span class='type'>some_type</span>",
			"other": "[" + filler + secret + "]",
		}
		for name, body := range bodies {
			e := errorOf(t, 400, "", body, appwrite.WithSession(secret))
			for part, text := range map[string]string{"Error()": e.Error(), "Message": e.Message, "Type": string(e.Type), "Body": string(e.Body)} {
				if strings.Contains(text, "SECRET0") {
					leaks = append(leaks, fmt.Sprintf("%s of %s, %d bytes before", part, name, before))
				}
			}
		}
	}
	assert.Empty(t, leaks)
}

func TestTheKeptBodyStaysShortWhateverIsMasked(t *testing.T) {
	t.Parallel()
	e := errorOf(t, 400, "text/plain", strings.Repeat("abcd", 3000), appwrite.WithSession("abcd"))
	assert.LessOrEqual(t, len(e.Body), 4<<10)
	assert.NotContains(t, string(e.Body), "abcd")
	assert.LessOrEqual(t, len(e.Message), 4<<10)
}

func TestAnErrorSaysWhyTheCallEnded(t *testing.T) {
	t.Parallel()
	e := &appwrite.Error{StatusCode: 503, Operation: "account.get", Message: "Service Unavailable"}
	require.NoError(t, e.Unwrap())
	require.NotErrorIs(t, e, context.Canceled)
	err := appwrite.GaveUp(e, context.Canceled)
	assert.ErrorIs(t, err, context.Canceled)
	assert.ErrorIs(t, err, appwrite.ErrServer)
	assert.Equal(t, "account.get: 503: Service Unavailable: then context canceled", err.Error())
}

func TestEveryErrorTypeExplainsItself(t *testing.T) {
	t.Parallel()
	for name, errorType := range errorTypes(t) {
		assert.Equal(t, string(errorType), errorType.Error(), name)
		assert.Equal(t, strings.ToLower(string(errorType)), string(errorType), name)
	}
	assert.Equal(t, "account.get: sessionId is empty", (&appwrite.ParamError{Operation: "account.get", Param: "sessionId", Reason: "is empty"}).Error())
	assert.Equal(t, "x: not on servers 1.4.0, only since 1.5.0", (&appwrite.UnsupportedError{Operation: "x", Since: "1.5.0", ServerVersion: "1.4.0"}).Error())
	assert.Equal(t, "x: not on servers 2.0.0, only since 0.5.0 until 1.9.6", (&appwrite.UnsupportedError{Operation: "x", Since: "0.5.0", Until: "1.9.6", ServerVersion: "2.0.0"}).Error())
	assert.ErrorIs(t, &appwrite.DecodeError{Err: os.ErrInvalid}, os.ErrInvalid)
}
