package appwrite_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/internal/everycall"
	"github.com/seed17809555/appwrite/models"
)

func parsed(t testing.TB, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	require.NoError(t, err)
	return u
}

// refusedIDs would name something else than one segment, or cannot be in a request line.
var refusedIDs = []string{"", ".", "..", "\x00", "a\x00b", "\n", "a\nb", "\r", "\r\nX-Appwrite-Key: k", "\t", "\x1f", "\x7f"}

// escapedIDs must arrive as they are, in one segment.
var escapedIDs = []string{
	"a/b", "a?b", "a#b", "%2e%2e", "%2E", "a%2Fb", "%", "%00", "%zz", "ü", "a b", " ", "a\\b", "..\\..", "/", "//", "../x", "./", "..;", "...", ". .",
	"a;b", "a:b", "a@b", "a&b=c", "a+b", "a,b", "*", "~", "a'b\"c", "<x>", "[x]", "{sessionId}", "|", "^", "`", "\xff\xfe", "日本", "\u2028", "http://x/y", "unique()", "current",
}

func TestEveryIDIsRefusedOrArrivesAsOneSegment(t *testing.T) {
	t.Parallel()
	endpoints := []struct{ suffix, path string }{
		{"/v1", "/v1"},
		{"/v1/", "/v1"},
		{"", ""},
		{"/", ""},
		{"/a%2Fb/v%201/", "/a%2Fb/v%201"},
		{"/%C3%BC/%7Ev1", "/%C3%BC/%7Ev1"},
	}
	for _, c := range everycall.All {
		if len(c.IDs) == 0 {
			continue
		}
		t.Run(c.Method, func(t *testing.T) {
			t.Parallel()
			seen, server := recordingServer(t, func(w http.ResponseWriter, _ *http.Request) { answer(c, w) })
			route := strings.Split(c.Route().Path, "/")
			var braces []int
			for i, segment := range route {
				if strings.HasPrefix(segment, "{") {
					braces = append(braces, i)
				}
			}
			require.Len(t, braces, len(c.IDs), "everycall.All and the table must agree")

			for _, endpoint := range endpoints {
				a := newClient(t, server.URL+endpoint.suffix, appwrite.WithSession("s")).Account
				for at, brace := range braces {
					for _, id := range refusedIDs {
						ids := slices.Clone(goodIDs)
						ids[at] = id
						got, err := c.Do(context.Background(), a, withIDs(c, ids))
						requireParamError(t, err, c.Operation, strings.Trim(route[brace], "{}"))
						assert.Nil(t, got)
						if len(id) > 1 {
							assert.NotContains(t, err.Error(), id)
						}
						require.Empty(t, seen.take(), "sent for %q", id)
					}
					for _, id := range escapedIDs {
						ids := slices.Clone(goodIDs)
						ids[at] = id
						_, err := c.Do(context.Background(), a, withIDs(c, ids))
						require.NoError(t, err, "%q", id)
						requests := seen.take()
						require.Len(t, requests, 1)
						path, _, _ := strings.Cut(requests[0].uri, "?")
						rest, ok := strings.CutPrefix(path, endpoint.path+"/")
						require.True(t, ok, "%q under %q", path, endpoint.path)
						segments := append([]string{""}, strings.Split(rest, "/")...)
						require.Len(t, segments, len(route), "%q for %q", path, id)
						want := slices.Clone(route)
						for i, brace := range braces {
							want[brace] = ids[i]
						}
						for i, segment := range segments {
							plain, err := url.PathUnescape(segment)
							require.NoError(t, err)
							require.Equal(t, want[i], plain, "%q for %q", path, id)
						}
					}
				}
			}
		})
	}
}

func TestPathsWithoutIDsKeepTheEndpointsEscapes(t *testing.T) {
	t.Parallel()
	for _, c := range everycall.All {
		if len(c.IDs) > 0 {
			continue
		}
		seen, server := recordingServer(t, func(w http.ResponseWriter, _ *http.Request) { answer(c, w) })
		for suffix, base := range map[string]string{"": "", "/": "", "/v1": "/v1", "/v1/": "/v1", "/v1//": "/v1", "/a%2Fb/v%201": "/a%2Fb/v%201", "/ü/": "/%C3%BC"} {
			_, err := c.Do(context.Background(), newClient(t, server.URL+suffix).Account, c.Full())
			require.NoError(t, err)
			path, _, _ := strings.Cut(seen.take()[0].uri, "?")
			assert.Equal(t, base+c.Route().Path, path)
		}
	}
}

// An escaped slash at the end is not a slash: cutting it off would address another endpoint.
func TestAnEscapedSlashAtTheEndOfTheEndpointIsKeptOrRefused(t *testing.T) {
	t.Parallel()
	seen, server := recordingServer(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(sessionBody)) })
	c, err := appwrite.NewClient(server.URL+"/v1%2F", testProject)
	if err != nil {
		requireParamError(t, err, "appwrite.NewClient", "endpoint")
		return
	}
	t.Cleanup(c.CloseIdleConnections)
	assert.Equal(t, server.URL+"/v1%2F", c.Endpoint())
	_, err = c.Account.Get(context.Background())
	require.NoError(t, err)
	_, err = c.Account.GetSession(context.Background(), "s")
	require.NoError(t, err)
	requests := seen.take()
	assert.Equal(t, "/v1%2F/account", requests[0].uri)
	assert.Equal(t, "/v1%2F/account/sessions/s", requests[1].uri)
}

func TestOAuth2URLsHoldTheProviderAsOneSegment(t *testing.T) {
	t.Parallel()
	a := newClient(t, "http://host/v%201/").Account
	builders := map[string]func(models.OAuthProvider, appwrite.OAuth2Params) (string, error){
		"account.createOAuth2Token":   a.OAuth2TokenURL,
		"account.createOAuth2Session": a.OAuth2SessionURL,
	}
	for operation, build := range builders {
		for _, id := range refusedIDs {
			text, err := build(models.OAuthProvider(id), appwrite.OAuth2Params{})
			requireParamError(t, err, operation, "provider")
			assert.Empty(t, text)
		}
		for _, id := range escapedIDs {
			text, err := build(models.OAuthProvider(id), appwrite.OAuth2Params{})
			require.NoError(t, err)
			u := parsed(t, text)
			assert.Equal(t, "project="+testProject, u.RawQuery)
			assert.Empty(t, u.Fragment)
			segments := strings.Split(u.EscapedPath(), "/")
			require.Len(t, segments, 6, text)
			plain, err := url.PathUnescape(segments[5])
			require.NoError(t, err)
			assert.Equal(t, id, plain)
		}
	}
}

// The ID is checked before the credential is asked for and before anything else is done.
func TestABadIDAsksNoJWTSource(t *testing.T) {
	t.Parallel()
	_, hc := recordingTransport(memAnswer(204, jsonType, ""))
	source := failingSource{}
	c := newClient(t, "http://host/v1", appwrite.WithHTTPClient(hc), appwrite.WithJWTSource(&source))
	require.Error(t, c.Account.DeleteSession(context.Background(), ".."))
	assert.Zero(t, source.asked)
	require.ErrorIs(t, c.Account.DeleteSession(context.Background(), "s"), errNoJWT)
	assert.Equal(t, 1, source.asked)
}

var errNoJWT = errors.New("no JWT today")

type failingSource struct{ asked int }

func (s *failingSource) JWT(context.Context) (string, error) {
	s.asked++
	return "", errNoJWT
}
