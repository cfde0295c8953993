package appwrite_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/internal/everycall"
	"github.com/seed17809555/appwrite/internal/replay"
	"github.com/seed17809555/appwrite/models"
)

// lenient are the options with which the client reads JSON.
var lenient = jsonv2.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))

// recordedAnswers are those of a real server.
func recordedAnswers(f *testing.F) []replay.Response {
	f.Helper()
	recordings, err := replay.Of("1.9.6")
	if err != nil {
		f.Fatal(err)
	}
	var answers []replay.Response
	for _, x := range recordings.Exchanges {
		answers = append(answers, x.Response)
	}
	return answers
}

// FuzzAnswers hands any answer to any call: it is a result or a typed error, and no panic.
func FuzzAnswers(f *testing.F) {
	for i, a := range recordedAnswers(f) {
		if len(a.Body) < 2<<10 { // the fuzzer spends its time on making long inputs shorter
			f.Add(uint8(i), uint16(a.Status), a.Header.Get("Content-Type"), a.Header.Get("Location"), a.Body)
		}
	}
	for i, c := range everycall.All {
		f.Add(uint8(i), uint16(c.Status), jsonType, everycall.ProviderPage, []byte(c.Body))
	}
	var answer *http.Response
	client, err := appwrite.NewClient("https://appwrite.test/v1", "p1", appwrite.WithRetryPolicy(appwrite.RetryPolicy{MaxAttempts: 1}), appwrite.WithMaxResponseBytes(64<<10),
		appwrite.WithHTTPClient(&http.Client{Transport: tripper(func(*http.Request) (*http.Response, error) { return answer, nil })}))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, n uint8, status uint16, contentType, location string, body []byte) {
		answer = &http.Response{
			StatusCode: int(status), Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)),
			Header: http.Header{"Content-Type": {contentType}, "Location": {location}, "X-Ratelimit-Reset": {contentType}, "X-Appwrite-Warning": {location}},
		}
		c := everycall.All[int(n)%len(everycall.All)]
		got, err := c.Do(t.Context(), client.Account, c.Full())
		if err == nil {
			if c.Status != http.StatusNoContent && !c.Iterates() && got == nil {
				t.Fatalf("%s: neither a result nor an error", c.Method)
			}
			return
		}
		if got != nil {
			t.Fatalf("%s: a result and an error", c.Method)
		}
		requireTyped(t, err)
	})
}

// FuzzLocation holds that a URL that is handed out is one that a browser may be sent to.
func FuzzLocation(f *testing.F) {
	for _, a := range recordedAnswers(f) {
		if to := a.Header.Get("Location"); to != "" {
			f.Add(to)
		}
	}
	for _, seed := range []string{
		everycall.ProviderPage, "", "//provider.example/x", "/login", "?x=1", "#x", "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "https://", "https:///x", "http://:80/",
		"https://user:password@provider.example/", "https://user@provider.example", "HTTPS://provider.example", "https:provider.example", "https://[::1", "https://a b/",
		"https://provider.example\r\nX: y", "\\\\provider.example\\x", "https://provider.example\\@other.example", "https://other.example/v1/account/sessions/oauth2/github", "https://%2f/", "https://\xff/",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		client := clientThrough(t, redirects(301, text))
		to, err := client.Account.CreateOAuth2Token(t.Context(), models.OAuthProviderGitHub, appwrite.OAuth2Params{}, appwrite.NoRetry())
		if err != nil {
			if to != "" {
				t.Fatalf("%q and %v", to, err)
			}
			requireTyped(t, err)
			return
		}
		u, err := url.Parse(to)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil {
			t.Fatalf("%q becomes %q", text, to)
		}
		// In a query they are harmless.
		if where, _, _ := strings.Cut(to, "?"); appwrite.ControlCharacters(to) != "" || strings.ContainsAny(where, " \\") {
			t.Fatalf("%q becomes %q, which browsers read otherwise", text, to)
		}
	})
}

func FuzzParseCallback(f *testing.F) {
	for _, seed := range []string{
		"", "userId=u&secret=s", "secret=a%2Bb%3D%3D&userId=u#", "userId=u&secret=s&expire=2026-11-21T01%3A12%3A51.872%2B00%3A00",
		"userId=u&secret=s&expire=2026-11-21T01:12:51.872+00:00", "userId=u&secret=s&expire=1795223571", "userId=u&secret=s&expire=+++++++++++++",
		"error=%7B%22message%22%3A%22m%22%2C%22type%22%3A%22user_blocked%22%2C%22code%22%3A403%7D", "error=access_denied", "error=%3Ch1%3Ex%3C/h1%3E",
		"userId=u%00&secret=s", "userId=%zz;secret=s",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, query string) {
		cb, err := appwrite.ParseCallback(&url.URL{Scheme: "https", Host: "app.example", Path: "/", RawQuery: query})
		if err != nil {
			if cb != (appwrite.Callback{}) {
				t.Fatalf("an error and a callback: %v", err)
			}
			_, isParam := errors.AsType[*appwrite.ParamError](err)
			if e, ok := errors.AsType[*appwrite.Error](err); ok == isParam || ok && (len(e.Body) > appwrite.MaxKeptBytes || !utf8.ValidString(e.Error()) && utf8.ValidString(query)) {
				t.Fatalf("%T: %q", err, err.Error())
			}
			return
		}
		if appwrite.BadHeaderValue(cb.UserID) != "" || appwrite.BadHeaderValue(cb.Secret) != "" {
			t.Fatalf("%q %q", cb.UserID, cb.Secret)
		}
		again, err := appwrite.ParseCallback(&url.URL{RawQuery: url.Values{"userId": {cb.UserID}, "secret": {cb.Secret}, "expire": {cb.Expire.String()}}.Encode()})
		if err != nil || !again.Expire.Equal(cb.Expire.Time) || again.Secret != cb.Secret {
			t.Fatalf("%v: %v, %v", err, again.Expire, cb.Expire)
		}
	})
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
	client, err := appwrite.NewClient("https://appwrite.test/v1", "p1")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, status int, contentType string, body []byte) {
		const session = "session-secret-1"
		e := client.AnswerError(session, &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {contentType}}}, body)
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

func FuzzSetCookieSecret(f *testing.F) {
	f.Add("a_session_p1="+paddedCookie+cookieTail, `{"a_session_p1":"`+paddedSecret+`"}`)
	f.Add("a_session_p1"+deleted, "[]")
	f.Add("a_session_p1_legacy=x", "")
	f.Add("a_session_p2=x", `{"a_session_p2":"x"}`)
	f.Add(`a_session_p1="q u o"; path`, "null")
	f.Add("a_session_p1=%00", `{"a_session_p1":"\n"}`)
	f.Add("=;=;", `{"a_session_p1":{}}`)
	for _, a := range recordedAnswers(f) {
		for _, cookie := range a.Header.Values("Set-Cookie") {
			f.Add(cookie, a.Header.Get("X-Fallback-Cookies"))
		}
	}
	f.Fuzz(func(t *testing.T, cookie, fallback string) {
		h := http.Header{"Set-Cookie": {cookie}, "X-Fallback-Cookies": {fallback}}
		secret := appwrite.SecretFromCookies(h, "a_session_p1")
		if secret != "" && appwrite.BadHeaderValue(secret) != "" {
			t.Fatalf("cannot be sent: %q", secret)
		}
		if secret != "" && !strings.Contains(cookie, "a_session_p1") && !strings.Contains(fallback, "a_session_p1") && !strings.Contains(fallback, `\u`) {
			t.Fatalf("%q is of no cookie of the project", secret)
		}
		if found := appwrite.SecretFromCookies(h, "a_session_another"); found != "" && !strings.Contains(cookie+fallback, "another") && !strings.Contains(fallback, `\u`) {
			t.Fatalf("%q is another project's", found)
		}
	})
}

func FuzzPathSegment(f *testing.F) {
	for _, seed := range []string{"", ".", "..", "current", "a/b", "a?b", "a#b", "%2e%2e", "%2F", "\x00", "\n", " ", "é", "\xff", "a;b", "..;", "unique()", "\\..\\", "ａ"} {
		f.Add(seed)
	}
	client, err := appwrite.NewClient("https://appwrite.test/base%20path/v1", "p1")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, id string) {
		u, bad := client.URLOfConsentToken("c1", id)
		if bad != nil {
			if appwrite.BadSegment(id) == "" || bad.Param != "tokenId" || len(id) > 4 && strings.Contains(bad.Error(), id) {
				t.Fatalf("%q: %v", id, bad)
			}
			return
		}
		// As the server takes it apart.
		again, err := url.Parse(u.String())
		if err != nil {
			t.Fatal(err)
		}
		segments := strings.Split(again.EscapedPath(), "/")
		if len(segments) != 8 || again.Host != "appwrite.test" || again.RawQuery != "" || again.Fragment != "" {
			t.Fatalf("%q becomes %q", id, u)
		}
		last, err := url.PathUnescape(segments[7])
		if err != nil || last != id {
			t.Fatalf("%q arrives as %q", id, last)
		}
		if segments[7] == "." || segments[7] == ".." || !strings.HasPrefix(again.EscapedPath(), "/base%20path/v1/account/consents/c1/tokens/") {
			t.Fatalf("%q becomes %q", id, u)
		}
	})
}

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
	trimmed := bytes.TrimSpace([]byte(text))
	return jsontext.Value(trimmed).IsValid(lenient) && json.Valid(trimmed) && trimmed[0] == '{'
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
