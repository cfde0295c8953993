package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite/appwritetest"
)

// environment is the getenv of a run.
func environment(variables map[string]string) func(string) string {
	return func(name string) string { return variables[name] }
}

// start runs the program on a free port until the test ends, and returns what it said.
func start(t *testing.T, variables map[string]string, args ...string) (url, said string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out, in := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- run(ctx, in, append([]string{"-listen", "127.0.0.1:0"}, args...), environment(variables))
		_ = in.Close()
	}()
	first := make([]byte, 512)
	n, err := out.Read(first)
	require.NoError(t, err)
	go func() { _, _ = io.Copy(io.Discard, out) }()
	t.Cleanup(func() {
		cancel()
		assert.NoError(t, <-ended)
	})
	match := regexp.MustCompile(`The app is at (http://localhost:\d+)`).FindSubmatch(first[:n])
	require.NotNil(t, match, string(first[:n]))
	return string(match[1]), string(first[:n])
}

func TestWithoutConfigurationItRunsOnTheEmbeddedServer(t *testing.T) {
	t.Parallel()
	url, _ := start(t, nil)
	for _, path := range []string{"/", "/inbox"} {
		answer, err := http.Get(url + path)
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
		assert.Equal(t, http.StatusOK, answer.StatusCode, path)
	}
}

func TestTheEnvironmentNamesTheInstanceAndItsKey(t *testing.T) {
	t.Parallel()
	srv := appwritetest.NewServer(t)
	url, said := start(t, map[string]string{
		"APPWRITE_ENDPOINT": srv.Endpoint(), "APPWRITE_PROJECT_ID": srv.ProjectID(), "APPWRITE_API_KEY": srv.APIKey(),
	}, "-oauth2", "gitlab, microsoft")
	assert.Contains(t, said, srv.Endpoint())
	assert.NotContains(t, said, srv.APIKey())

	c := newClient(t, srv, nil)
	c.url = url
	_, body := c.get("/sign-in")
	assert.Contains(t, body, "Continue with GitLab")
	assert.Contains(t, body, "Continue with Microsoft")
	answer, _ := c.post("/sign-up", "name", "Ada", "email", email, "password", password)
	require.Equal(t, "/", answer.Request.URL.Path)
	for _, r := range srv.Requests() {
		key := r.Header.Get("X-Appwrite-Key") != ""
		assert.Equal(t, r.Operation == "account.create" || r.Operation == "account.createEmailPasswordSession", key, "%s: the key signs in, and acts for nobody", r.Operation)
	}
	mail, ok := srv.Inbox().Last(email)
	require.True(t, ok)
	answer, body = c.post(mail.URL[len(url):])
	assert.Equal(t, "/profile", answer.Request.URL.Path)
	assert.Contains(t, body, "Your e-mail address is verified.")
}

func TestSettingsThatCannotWorkAreRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		variables map[string]string
		args      []string
		says      string
	}{
		"endpoint alone":          {map[string]string{"APPWRITE_ENDPOINT": "https://example.com/v1"}, nil, "set both"},
		"project alone":           {map[string]string{"APPWRITE_PROJECT_ID": "p"}, nil, "set both"},
		"no URL":                  {map[string]string{"APPWRITE_ENDPOINT": "example", "APPWRITE_PROJECT_ID": "p"}, nil, "endpoint"},
		"mails for all the world": {nil, []string{"-listen", "0.0.0.0:0"}, "for loopback only"},
		"sessions unprotected":    {nil, []string{"-listen", "127.0.0.1:0", "-url", "http://example.com"}, "plain http"},
		"unknown flag":            {nil, []string{"-nope"}, "not defined"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			assert.ErrorContains(t, run(t.Context(), &out, append([]string{"-listen", "127.0.0.1:0"}, c.args...), environment(c.variables)), c.says)
		})
	}
}
