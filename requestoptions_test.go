package appwrite_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/internal/everycall"
)

func TestControlCharactersInCopiesAndRequestOptionsAreRefusedByEveryCall(t *testing.T) {
	t.Parallel()
	browser := func(agent string) *http.Request {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header["User-Agent"] = []string{agent}
		return r
	}
	onBoth(t, func(t *testing.T, connect connection) {
		base := connect(t, answersJSON(200, userBody))
		for _, value := range append(broken("value"), "") {
			sourced, err := base.With(appwrite.WithJWTSource(fixedJWT(value)))
			require.NoError(t, err)
			for _, c := range everycall.All {
				refuse := func(param string, a *appwrite.Account, opts ...appwrite.RequestOption) error {
					t.Helper()
					got, err := c.Do(t.Context(), a, c.Full(), opts...)
					requireParamError(t, err, c.Operation, param)
					assert.Nil(t, got)
					return err
				}
				for param, client := range map[string]*appwrite.Client{"session": base.WithSession(value), "jwt": base.WithJWT(value), "apiKey": base.WithAPIKey(value), "jwtSource": sourced} {
					assert.ErrorIs(t, refuse(param, client.Account), appwrite.ErrUnauthorized)
				}
				_ = refuse("header", base.Account, appwrite.RequestHeader(value, "v"))
				if value != "" {
					_ = refuse("header", base.Account, appwrite.RequestHeader("X-Own", value))
					_ = refuse("request", base.Account, appwrite.ForwardRequest(browser(value)))
				}
			}
		}
		assert.Empty(t, base.Take())
		// A guest made from a client with a bad credential has no credential.
		_, err := base.WithSession("\n").AsGuest().Account.Get(t.Context())
		require.NoError(t, err)
	})
}

func TestRequestHeadersAreOfOneCallOnly(t *testing.T) {
	t.Parallel()
	for _, c := range everycall.All {
		client := memory(t, c.Succeed, appwrite.WithLocale("en"))
		_, err := c.Do(t.Context(), client.Account, c.Full(), appwrite.RequestHeader("X-Own", "1"), appwrite.RequestHeader("x-appwrite-locale", "de"))
		require.NoError(t, err)
		header := client.One(t).Header
		assert.Equal(t, []string{"1"}, header["X-Own"], c.Method)
		assert.Equal(t, []string{"de"}, header["X-Appwrite-Locale"], c.Method)
		_, err = c.Do(t.Context(), client.Account, c.Full())
		require.NoError(t, err)
		header = client.One(t).Header
		assert.Empty(t, header["X-Own"], c.Method)
		assert.Equal(t, []string{"en"}, header["X-Appwrite-Locale"], c.Method)
	}
}

func TestForwardRequestSendsAgentAndAddressButNoHeaderThatAnyoneCanWrite(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, remote, agent string
		wantIP, wantAgent   []string
	}{
		{"address and agent", "203.0.113.7:4711", "Browser/1", []string{"203.0.113.7"}, []string{"Browser/1"}},
		{"IPv6", "[2001:db8::1]:4711", "Browser/1", []string{"2001:db8::1"}, []string{"Browser/1"}},
		{"no port", "203.0.113.7", "Browser/1", []string{"203.0.113.7"}, []string{"Browser/1"}},
		{"IPv6 without port", "2001:db8::1", "Browser/1", []string{"2001:db8::1"}, []string{"Browser/1"}},
		{"no agent", "203.0.113.7:4711", "", []string{"203.0.113.7"}, []string{"of the client"}},
		{"no address", "", "Browser/1", nil, []string{"Browser/1"}},
		{"socket", "@", "Browser/1", nil, []string{"Browser/1"}},
		{"name", "localhost:80", "", nil, []string{"of the client"}},
		{"list", "203.0.113.7, 198.51.100.1", "", nil, []string{"of the client"}},
		{"line end", "203.0.113.7\r\nX-Appwrite-Key: k", "", nil, []string{"of the client"}},
	} {
		client := memory(t, answersJSON(200, userBody), appwrite.WithForwardedUserAgent("of the client"))
		in := httptest.NewRequest(http.MethodPost, "http://app.example/login", nil)
		in.RemoteAddr = tc.remote
		if tc.agent != "" {
			in.Header.Set("User-Agent", tc.agent)
		}
		for _, forged := range []string{"X-Forwarded-For", "X-Real-Ip", "Forwarded", "X-Forwarded-User-Agent", "X-Client-Ip", "Cookie", "Authorization", "Origin", "Referer", "X-Appwrite-Session"} {
			in.Header.Set(forged, "198.51.100.66")
		}
		before := in.Header.Clone()
		_, err := client.Account.Get(t.Context(), appwrite.ForwardRequest(in))
		require.NoError(t, err)
		header := client.One(t).Header
		assert.Equal(t, tc.wantIP, header["X-Forwarded-For"], tc.name)
		assert.Equal(t, tc.wantAgent, header["X-Forwarded-User-Agent"], tc.name)
		assert.Equal(t, []string{appwrite.UserAgent}, header["User-Agent"])
		assert.NotContains(t, fmt.Sprint(header), "198.51.100.66")
		assert.Equal(t, before, in.Header)

		_, err = client.Account.Get(t.Context())
		require.NoError(t, err)
		assert.NotContains(t, client.One(t).Header, "X-Forwarded-For")
	}
}
