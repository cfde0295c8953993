package webauth_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite/webauth"
)

var elsewhere = map[string]string{
	"nothing":               "",
	"another host":          "https://evil.example",
	"the same host":         appURL + "/profile",
	"no scheme":             "//evil.example",
	"three slashes":         "///evil.example",
	"backslash":             `/\evil.example`,
	"two backslashes":       `\\evil.example`,
	"backslash, slash":      `\/evil.example`,
	"backslash within":      `/profile\..\evil`,
	"tab":                   "/\t/evil.example",
	"line feed":             "/\n/evil.example",
	"carriage return":       "/\r/evil.example",
	"tab in front":          "\t//evil.example",
	"space in front":        " //evil.example",
	"NUL":                   "/\x00/evil.example",
	"delete":                "/\x7f/evil.example",
	"header injection":      "/profile\r\nSet-Cookie: a=b",
	"script":                "javascript:alert(1)",
	"data":                  "data:text/html,evil",
	"relative":              "evil.example",
	"relative path":         "../profile",
	"user info":             "@evil.example",
	"bad escape":            "/%zz",
	"scheme without slash":  "https:evil.example",
	"scheme with one slash": "https:/evil.example",
	"too long":              "/" + strings.Repeat("a", 2048),
}

func TestAReturnPathToAnotherHostIsNotFollowed(t *testing.T) {
	t.Parallel()
	for name, path := range elsewhere {
		get := httptest.NewRequest("GET", "/sign-in?return_to="+url.QueryEscape(path), nil)
		assert.Equal(t, "/", webauth.ReturnPath(get), name)
		post := httptest.NewRequest("POST", "/sign-in", strings.NewReader(url.Values{"return_to": {path}}.Encode()))
		post.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		assert.Equal(t, "/", webauth.ReturnPath(post), name)
	}
	for _, path := range []string{"/", "/profile", "/profile?tab=2&a=%2F%2Fb", "/a//b", "/a:b", "/search?q=https://example.com", "/ü", "/%2F%2Fevil.example", "/a#b"} {
		r := httptest.NewRequest("GET", "/sign-in?return_to="+url.QueryEscape(path), nil)
		assert.Equal(t, path, webauth.ReturnPath(r))
	}
}

// Through the whole login: wherever it begins, no answer leads to another host.
func TestNoLoginEndsAtAnotherHost(t *testing.T) {
	t.Parallel()
	a := newApp(t, nil)
	a.addUsers(ada)
	a.identity(bob)
	base, err := url.Parse(appURL + "/oauth2/callback")
	require.NoError(t, err)
	lands := func(name string, res answer) {
		require.Equal(t, http.StatusSeeOther, res.StatusCode, name)
		to, err := base.Parse(res.Header.Get("Location"))
		require.NoError(t, err, name)
		assert.Equal(t, appURL+"/", to.String(), name)
	}
	for name, path := range elsewhere {
		b := a.browser(t)
		lands(name, b.do("POST", "/sign-in", url.Values{"email": {ada}, "password": {password}, "return_to": {path}}))
		begun := b.get("/oauth2/github?return_to=" + url.QueryEscape(path))
		lands(name, b.get(a.OAuth2().Login(begun.Header.Get("Location")).String()))
	}
}

func TestRequireUserNotesThePathThatTheBrowserAskedFor(t *testing.T) {
	t.Parallel()
	a := newApp(t, nil)
	b := newBrowser(t, appURL, a.auth.Load(http.StripPrefix("/app", a.mux)))
	assert.Equal(t, "/sign-in?return_to=%2Fapp%2Fprofile%3Ftab%3D2", b.get("/app/profile?tab=2").Header.Get("Location"))
}

// Anyone may send a form, and FormValue would write its files to the disk.
func TestNoFilesOfAVisitorAreStored(t *testing.T) {
	t.Parallel()
	a := newApp(t, nil)
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	require.NoError(t, form.WriteField("return_to", "/profile"))
	require.NoError(t, form.Close())
	for name, c := range map[string]struct {
		handler http.Handler
		want    string
	}{
		"the handler has not read it": {http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, webauth.ReturnPath(r), http.StatusSeeOther)
		}), "/"},
		"the handler has read it": {http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			r.PostFormValue("email")
			http.Redirect(w, r, webauth.ReturnPath(r), http.StatusSeeOther)
		}), "/profile"},
	} {
		r := httptest.NewRequest("POST", "/sign-in", bytes.NewReader(body.Bytes()))
		r.Header.Set("Content-Type", form.FormDataContentType())
		w := httptest.NewRecorder()
		c.handler.ServeHTTP(w, r)
		assert.Equal(t, c.want, w.Header().Get("Location"), name)
	}
	r := httptest.NewRequest("POST", "/oauth2/github", bytes.NewReader(body.Bytes()))
	r.Header.Set("Content-Type", form.FormDataContentType())
	a.mux.ServeHTTP(httptest.NewRecorder(), r)
	assert.Nil(t, r.MultipartForm)
}

// Where a visitor wanted to go is the visitor's text too.
func TestRequireUserNotesNoPathOfAnotherHost(t *testing.T) {
	t.Parallel()
	a := newApp(t, nil)
	handler := a.auth.RequireUser(http.NotFoundHandler())
	for target, want := range map[string]string{
		"//evil.example/":      "/sign-in",
		"///evil.example":      "/sign-in",
		`/\evil.example`:       "/sign-in",
		"/":                    "/sign-in",
		"/profile?tab=2":       "/sign-in?return_to=%2Fprofile%3Ftab%3D2",
		"/%2F/evil.example":    "/sign-in?return_to=%2F%252F%2Fevil.example",
		"/a?b=c&return_to=//d": "/sign-in?return_to=%2Fa%3Fb%3Dc%26return_to%3D%2F%2Fd",
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Accept", "text/html")
		path, rawQuery, _ := strings.Cut(target, "?")
		r.RequestURI, r.URL = target, &url.URL{Path: path, RawQuery: rawQuery}
		if unescaped, err := url.PathUnescape(path); err == nil && unescaped != path {
			r.URL = &url.URL{Path: unescaped, RawPath: path, RawQuery: rawQuery}
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		assert.Equal(t, want, w.Header().Get("Location"), target)
	}
}
