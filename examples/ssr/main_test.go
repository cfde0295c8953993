package main

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite/appwritetest"
)

func TestAVisitorSignsInSeesThePageAndSignsOut(t *testing.T) {
	t.Parallel()
	srv := appwritetest.NewServer(t)
	srv.AddUser(appwritetest.User{Email: "ada@example.com", Password: "correct horse", Name: "<b>Ada"})
	app := httptest.NewTLSServer(newApp(srv.Client()))
	t.Cleanup(app.Close)
	browser := app.Client()
	var err error
	browser.Jar, err = cookiejar.New(nil)
	require.NoError(t, err)
	read := func(res *http.Response, err error) string {
		t.Helper()
		require.NoError(t, err)
		defer res.Body.Close()
		text, err := io.ReadAll(res.Body)
		require.NoError(t, err)
		return string(text)
	}

	form := url.Values{"email": {"ada@example.com"}, "password": {"correct horse"}}
	assert.Contains(t, read(browser.Get(app.URL)), "Sign in")
	assert.Contains(t, read(browser.PostForm(app.URL+"/sign-in", form)), "Hello, &lt;b&gt;Ada")
	assert.Contains(t, read(browser.Get(app.URL)), "Sign out")
	remove := srv.Fail(appwritetest.Fault{Operation: "account.get", Status: 403, Type: "general_access_forbidden"})
	assert.Contains(t, read(browser.Get(app.URL)), "try again later")
	remove()
	assert.Contains(t, read(browser.PostForm(app.URL+"/sign-out", nil)), "Sign in")
	form.Set("password", "wrong horse")
	assert.Contains(t, read(browser.PostForm(app.URL+"/sign-in", form)), "wrong address or password")
	srv.Fail(appwritetest.Fault{Operation: "account.createEmailPasswordSession", Status: 503})
	assert.Contains(t, read(browser.PostForm(app.URL+"/sign-in", form)), "try again later")
}
