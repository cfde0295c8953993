package appwrite_test

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/internal/everycall"
	"github.com/seed17809555/appwrite/internal/testkit"
)

// refusedIDs would name something else than one segment, or cannot be in a request line.
var refusedIDs = []string{"", ".", "..", "\x00", "a\x00b", "\n", "a\nb", "\r", "\r\nX-Appwrite-Key: k", "\t", "\x1f", "\x7f"}

// escapedIDs must arrive as they are, in one segment.
var escapedIDs = []string{
	"a/b", "a?b", "a#b", "%2e%2e", "%2E", "a%2Fb", "%", "%00", "%zz", "ü", "a b", " ", "a\\b", "..\\..", "/", "//", "../x", "./", "..;", "...", ". .",
	"a;b", "a:b", "a@b", "a&b=c", "a+b", "a,b", "*", "~", "a'b\"c", "<x>", "[x]", "{sessionId}", "|", "^", "`", "\xff\xfe", "日本", "\u2028", "http://x/y", "unique()", "current",
}

// segmentsOf splits an escaped path and takes the escapes off, as servers do.
func segmentsOf(t testing.TB, path string) []string {
	t.Helper()
	segments := strings.Split(path, "/")
	for i := range segments {
		var err error
		segments[i], err = url.PathUnescape(segments[i])
		require.NoError(t, err)
	}
	return segments
}

func TestEveryIDIsRefusedOrArrivesAsOneSegment(t *testing.T) {
	t.Parallel()
	endpoints := map[string]string{"/v1": "/v1", "/v1/": "/v1", "/v1//": "/v1", "": "", "/": "", "/a%2Fb/v%201/": "/a%2Fb/v%201", "/%C3%BC/%7Ev1": "/%C3%BC/%7Ev1", "/ü/": "/%C3%BC"}
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		seen, server := testkit.Serve(t, handle(c.Succeed))
		route := strings.Split(c.Route().Path, "/")
		var braces []int
		for i, segment := range route {
			if strings.HasPrefix(segment, "{") {
				braces = append(braces, i)
			}
		}
		require.Len(t, braces, len(c.IDs), "everycall.All and the table must agree")
		for suffix, base := range endpoints {
			a := newClient(t, server.URL+suffix, appwrite.WithSession("s")).Account
			check := func(ids []string) {
				_, err := c.Do(t.Context(), a, c.FullFor(ids...))
				require.NoError(t, err, "%q", ids)
				path := seen.One(t).Path()
				rest, ok := strings.CutPrefix(path, base+"/")
				require.True(t, ok, "%q under %q", path, base)
				want := slices.Clone(route)
				for i, brace := range braces {
					want[brace] = ids[i]
				}
				require.Equal(t, want, segmentsOf(t, "/"+rest), "%q for %q", path, ids)
			}
			check(c.IDs)
			for at, brace := range braces {
				ids := slices.Clone(c.IDs)
				for _, id := range refusedIDs {
					ids[at] = id
					got, err := c.Do(t.Context(), a, c.FullFor(ids...))
					requireParamError(t, err, c.Operation, strings.Trim(route[brace], "{}"))
					assert.Nil(t, got)
					if len(id) > 1 {
						assert.NotContains(t, err.Error(), id)
					}
					require.Empty(t, seen.Take(), "sent for %q", id)
				}
				for _, id := range escapedIDs {
					ids[at] = id
					check(ids)
				}
			}
		}
	})
}

// The ID is checked before the credential is asked for and before anything else is done.
func TestABadIDAsksNoJWTSource(t *testing.T) {
	t.Parallel()
	asked, noJWT := 0, errors.New("no JWT today")
	client := memory(t, answersJSON(204, ""), appwrite.WithJWTSource(source(func(context.Context) (string, error) { asked++; return "", noJWT })))
	require.Error(t, client.Account.DeleteSession(t.Context(), ".."))
	assert.Zero(t, asked)
	require.ErrorIs(t, client.Account.DeleteSession(t.Context(), "s"), noJWT)
	assert.Equal(t, 1, asked)
}

func FuzzPathSegment(f *testing.F) {
	for _, seed := range []string{"", ".", "..", "current", "a/b", "a?b", "a#b", "%2e%2e", "%2F", "\x00", "\n", " ", "é", "\xff", "a;b", "..;", "unique()", "\\..\\", "ａ"} {
		f.Add(seed)
	}
	client := newClient(f, "https://appwrite.test/base%20path/v1")
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
		path := again.EscapedPath()
		if again.Host != "appwrite.test" || again.RawQuery != "" || again.Fragment != "" || !strings.HasPrefix(path, "/base%20path/v1/account/consents/c1/tokens/") {
			t.Fatalf("%q becomes %q", id, u)
		}
		if segments := segmentsOf(t, path); len(segments) != 8 || segments[7] != id || strings.HasSuffix(path, "/.") || strings.HasSuffix(path, "/..") {
			t.Fatalf("%q becomes %q", id, u)
		}
	})
}
