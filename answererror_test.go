package appwrite_test

import (
	"fmt"
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

const (
	nginxPage = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n" +
		"<hr><center>nginx/1.27.0</center>\r\n</body>\r\n</html>\r\n<!-- a padding to disable MSIE and Chrome friendly error page -->\r\n"
	edgePage = "<!DOCTYPE html>\n<!--[if lt IE 7]> <html class=\"no-js ie6 oldie\" lang=\"en-US\"> <![endif]-->\n<head>\n<title>appwrite.test | 521: Web server is down</title>\n" +
		"</head><body><div id=\"cf-wrapper\"><span class=\"inline-block\">Web server is down</span><span class=\"code-label\">Error code 521</span>" +
		"<h2 class=\"text-gray-600\">2026-11-21 00:12:51 UTC</h2><div>Ray ID: <code>8c0ffee</code></div></div></body></html>"

	// errorPage is the page that Appwrite shows to browsers, also at the start of an OAuth2
	// login, shortened in its styles and its trace.
	errorPage = `<!DOCTYPE html><html lang="en"><head> <meta charset="UTF-8"> <style> @font-face { font-family: 'Inter'; } </style> ` +
		`<title>SDK Test - Error</title> <style> h1 { color: #2D2D31; } .type { padding: 2px; } </style></head><body> <div class="main"> ` +
		`<div id="views-error" class="content small-error"> <div class="center"><span class="">Error %d</span></div> ` +
		`<h1>%s</h1> <div class="center"> <span class='type'>%s</span> </div> ` +
		`<div class="center"> <button class="bordered-button" onclick="openTraceView()">View error trace</button> </div> </div> ` +
		`<div id="views-trace" style="display: none;" class="error-trace"> <div class="trace-grid"> <div class="trace-label">file</div> ` +
		`<div class="trace-value">/usr/src/code/app/http.php</div> </div> </div> </div> <script> function openErrorView() {} </script></body></html>`
)

func TestPagesOfAppwriteFillTypeAndMessage(t *testing.T) {
	t.Parallel()
	const disabled = "This provider is disabled. Please enable the provider from your Appwrite console to continue."
	recorded := func(file string) string {
		page, err := os.ReadFile(filepath.Join("testdata", "errorpages", file))
		require.NoError(t, err)
		return string(page)
	}
	for _, test := range []struct {
		page    string
		status  int
		typ     appwrite.ErrorType // "" where the release names none
		message string
	}{
		{recorded("1.9.6-oauth2-disabled.html"), 412, appwrite.ErrProjectProviderDisabled, disabled},
		{recorded("1.9.6-route.html"), 404, appwrite.ErrGeneralRouteNotFound, "The page you're looking for doesn't exist."},
		{recorded("1.8.1-oauth2-disabled.html"), 412, appwrite.ErrProjectProviderDisabled, disabled},
		{recorded("1.5.11-oauth2-disabled.html"), 412, appwrite.ErrProjectProviderDisabled, disabled},
		{recorded("1.4.13-oauth2-disabled.html"), 412, appwrite.ErrProjectProviderDisabled, disabled},
		{recorded("0.5.3-oauth2-disabled.html"), 400, "", `Param "success" is not optional.`},
		{fmt.Sprintf(errorPage, 400, "Invalid `provider` param: Value must be one of (amazon, apple, x &amp; &#039;mock&#039;)", "general_argument_invalid"), 400,
			appwrite.ErrGeneralArgumentInvalid, "Invalid `provider` param: Value must be one of (amazon, apple, x & 'mock')"},
		{fmt.Sprintf(errorPage, 501, "  Not\n  here ", "a_type_of_tomorrow"), 501, "a_type_of_tomorrow", "Not here"},
	} {
		for _, c := range oauth2Calls() {
			client := memory(t, answers(test.status, htmlType, test.page))
			location, err := c.Do(t.Context(), client.Account, c.Full())
			assert.Nil(t, location)
			e := as[*appwrite.Error](t, err)
			assert.Equal(t, test.status, e.StatusCode)
			assert.Equal(t, test.typ, e.Type)
			assert.Equal(t, test.message, e.Message)
			assert.Less(t, len(err.Error()), 300)
			assert.Equal(t, test.page[:min(len(test.page), 4<<10)], string(e.Body))
			client.One(t)
		}
	}
}

func TestWhateverAnErrorBodyIsTheTextIsShortAndTrue(t *testing.T) {
	t.Parallel()
	huge := strings.Repeat("very long ", 5000)
	for _, test := range []struct {
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
		// A development server's trace may be longer than what is read of an error.
		{"huge trace", 500, jsonType, `{"message":"Server Error","code":500,"type":"general_unknown","version":"1.9.6","file":"x.php","line":1,"trace":[{"args":["` +
			strings.Repeat("a", 100<<10) + `"]}]}`, appwrite.ErrGeneralUnknown, "Server Error", "1.9.6"},
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
	} {
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

func TestHeadersOfAnErrorHoldNoCookies(t *testing.T) {
	t.Parallel()
	client := memory(t, func(*http.Request) (*http.Response, error) {
		resp := response(401, jsonType, errorBody(401, appwrite.ErrUserInvalidToken))
		resp.Header.Add("Set-Cookie", "a_session_p1=cookie-secret; path=/")
		resp.Header.Add("Set-Cookie", "a_session_p1_legacy=cookie-secret; path=/")
		resp.Header.Set("X-Fallback-Cookies", `{"a_session_p1":"cookie-secret"}`)
		return resp, nil
	})
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		var answered appwrite.Response
		_, err := c.Do(t.Context(), client.Account, c.Full(), appwrite.CaptureResponse(&answered))
		e := as[*appwrite.Error](t, err)
		assert.NotContains(t, fmt.Sprint(e.Header), "cookie-secret")
		assert.Len(t, answered.Header.Values("Set-Cookie"), 2, "the captured ones are the caller's, whole")
	})
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
	notFound := answersJSON(404, `{"message":"The page you're looking for doesn't exist.","code":404,"type":"general_route_not_found","version":"1.9.6"}`)
	for endpoint, named := range map[string]bool{"https://appwrite.test": true, "https://appwrite.test/": true, "https://appwrite.test/v1": false} {
		_, err := newClient(t, endpoint, through(notFound)).Account.Get(t.Context())
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

	link := "https://app.example.com/callback?error=" + url.QueryEscape(`{"type":"a\nlevel=ERROR","message":"m","code":401}`)
	_, err := appwrite.ParseCallback(parsed(t, link)) // anyone may write it
	assert.EqualError(t, err, "appwrite.ParseCallback: 401 a level=ERROR: m")
}

func TestTheKeptBodyStaysShortWhateverIsMasked(t *testing.T) {
	t.Parallel()
	e := errorOf(t, 400, "text/plain", strings.Repeat("abcd", 3000), appwrite.WithSession("abcd"))
	assert.LessOrEqual(t, len(e.Body), 4<<10)
	assert.NotContains(t, string(e.Body), "abcd")
	assert.LessOrEqual(t, len(e.Message), 4<<10)
}

func FuzzErrorBody(f *testing.F) {
	// Short ones: the fuzzer spends its time on making long inputs shorter.
	f.Add(412, htmlType, []byte(`<title>SDK Test - Error</title><span class="">Error 412</span><h1>This provider is disabled.</h1><p>Type</p><span class='type'>project_provider_disabled</span>`))
	f.Add(400, htmlType, []byte(`<title>SDK Test - Error</title><h1 class="margin-bottom">Error 400</h1><p>Param "success" is not optional.</p>`))
	f.Add(400, htmlType, []byte("<h1>Error 400</h1><p>caf\xe9</p>"))
	for _, seed := range []string{errorBody(401, appwrite.ErrUserNotFound), nginxPage, edgePage, limitBody, "", "500: Server Error", `{"message":{"a":[1]},"type":7}`, `{"message":"caf` + "\xe9" + `"}`, "[[[[", "\x00", "<title>\xff", "<h1><span class='type'>x</span>"} {
		f.Add(502, jsonType, []byte(seed))
	}
	for _, a := range recordedAnswers(f) {
		if a.Status >= 400 && len(a.Body) < 1<<10 {
			f.Add(a.Status, a.Header.Get("Content-Type"), a.Body)
		}
	}
	client := newClient(f, "https://appwrite.test/v1")
	f.Fuzz(func(t *testing.T, status int, contentType string, body []byte) {
		const session = "session-secret-1"
		e := client.AnswerError(session, response(status, contentType, ""), body)
		text := e.Error()
		switch {
		case !utf8.ValidString(text):
			t.Fatalf("not UTF-8: %q", text)
		case len(text) > 400:
			t.Fatalf("%d bytes: %q", len(text), text)
		case len(e.Body) > appwrite.MaxKeptBytes || len(e.Message) > appwrite.MaxKeptBytes+len("…"):
			t.Fatalf("kept %d, %d bytes", len(e.Body), len(e.Message))
		case strings.Contains(text+e.Message+string(e.Body)+string(e.Type), session):
			t.Fatalf("shows the secret: %q", text)
		case e.Message == "":
			t.Fatal("no message")
		case e.StatusCode != status:
			t.Fatal(e.StatusCode)
		}
	})
}
