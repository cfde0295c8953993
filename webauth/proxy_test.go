package webauth_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/appwritetest"
	"github.com/seed17809555/appwrite/webauth"
)

func TestAppwriteIsToldTheVisitorsAddressAndNotWhatTheVisitorWrote(t *testing.T) {
	t.Parallel()
	const visitor, proxy, outer = "203.0.113.7", "10.0.0.1", "10.0.0.2"
	for name, c := range map[string]struct {
		connection string
		forwarded  []string
		want       string
	}{
		"direct":                              {visitor + ":4711", nil, visitor},
		"direct, spoofed":                     {visitor + ":4711", []string{"198.51.100.1"}, visitor},
		"direct, pretends to be a proxy":      {visitor + ":4711", []string{"198.51.100.1, " + proxy}, visitor},
		"direct, IPv6":                        {"[2001:db8::1]:4711", nil, "2001:db8::1"},
		"direct, IPv6 with zone":              {"[fe80::1%eth0]:4711", nil, "fe80::1"},
		"direct, IPv4 in IPv6":                {"[::ffff:203.0.113.7]:4711", nil, visitor},
		"proxy":                               {proxy + ":80", []string{visitor}, visitor},
		"proxy, spoofed":                      {proxy + ":80", []string{"198.51.100.1, " + visitor}, visitor},
		"proxy, spoofed in a line of its own": {proxy + ":80", []string{"198.51.100.1", visitor}, visitor},
		"two proxies":                         {proxy + ":80", []string{"198.51.100.1, " + visitor + ", " + outer}, visitor},
		"proxy in IPv6 form":                  {"[::ffff:10.0.0.1]:80", []string{visitor}, visitor},
		"proxy, with port":                    {proxy + ":80", []string{visitor + ":55"}, visitor},
		"proxy, IPv6 visitor":                 {proxy + ":80", []string{"[2001:db8::1]:55"}, "2001:db8::1"},
		"proxy that tells nothing":            {proxy + ":80", nil, proxy},
		"proxy, rubbish":                      {proxy + ":80", []string{"unknown"}, proxy},
		"proxy, rubbish beyond another":       {proxy + ":80", []string{visitor + ", rubbish, " + outer}, outer},
		"only proxies":                        {proxy + ":80", []string{outer}, outer},
		"no address":                          {"@", []string{visitor}, ""},
	} {
		a := newApp(t, func(c *webauth.Config) {
			c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
		})
		r := httptest.NewRequest("GET", "/account", nil)
		r.RemoteAddr = c.connection
		r.Header.Set("User-Agent", "Browser/1.0")
		for _, line := range c.forwarded {
			r.Header.Add("X-Forwarded-For", line)
		}
		r.Header.Set("X-Real-Ip", "198.51.100.9")
		r.Header.Set("Forwarded", "for=198.51.100.9")
		r.Header.Set("X-Forwarded-User-Agent", "Spoofed/1.0")
		r.AddCookie(&http.Cookie{Name: sessionCookie, Value: "s"})
		a.auth.Load(a.mux).ServeHTTP(httptest.NewRecorder(), r)
		_, _ = a.auth.SignInAccount(r).CreateAnonymousSession(t.Context())
		require.NoError(t, a.auth.SignOut(httptest.NewRecorder(), r))

		require.Len(t, a.Requests(), 3, name)
		for _, sent := range a.Requests() {
			assert.Equal(t, c.want, sent.Header.Get("X-Forwarded-For"), "%s: %s", name, sent.Operation)
			assert.Len(t, sent.Header.Values("X-Forwarded-For"), min(len(c.want), 1), name)
			assert.Equal(t, "Browser/1.0", sent.Header.Get("X-Forwarded-User-Agent"), name)
			for _, other := range []string{"X-Real-Ip", "Forwarded"} {
				assert.NotContains(t, sent.Header, other, name)
			}
		}
	}
}

func TestWithoutTrustedProxiesNoHeaderIsBelieved(t *testing.T) {
	t.Parallel()
	a := newApp(t, nil)
	b := a.browser(t)
	b.get("/account", "X-Forwarded-For", "198.51.100.1")
	assert.Equal(t, "203.0.113.7", a.Requests()[0].Header.Get("X-Forwarded-For"))
}

// The list of sessions shows the visitor's device, whichever client signs in.
func TestSessionsAreOfTheVisitorsDevice(t *testing.T) {
	t.Parallel()
	srv := appwritetest.NewServer(t, appwritetest.WithoutListener())
	srv.AddUser(appwritetest.User{Email: ada, Password: password})
	for name, client := range map[string]*appwrite.Client{"guest": srv.Client(), "API key": srv.Client(appwrite.WithAPIKey(srv.APIKey()))} {
		a := newAppOf(t, srv, client, nil)
		secret := a.browser(t).signIn(ada).cookie(sessionCookie).Value
		session, err := srv.Client(appwrite.WithSession(secret)).Account.GetSession(t.Context(), appwrite.CurrentSession)
		require.NoError(t, err)
		assert.Equal(t, "Chrome", session.ClientName, name)
		assert.Equal(t, "203.0.113.7", session.IP, name)
	}
}

// A header that the client refuses would take the address with it, and with it the rate limit.
func TestAnyUserAgentIsMadeFitForAHeader(t *testing.T) {
	t.Parallel()
	for name, agent := range map[string]string{
		"tab": "a\tb", "line break": "a\r\nX-Evil: 1", "NUL": "a\x00b", "C1 control": "a\u0085b",
		"no UTF-8": "a\xff\xfeb", "huge": strings.Repeat("x", 1<<20), "cut rune": strings.Repeat("x", 1023) + "ü", "none": "",
	} {
		a := newApp(t, nil)
		r := httptest.NewRequest("POST", "/", nil)
		r.RemoteAddr = "203.0.113.7:1"
		r.Header["User-Agent"] = []string{agent}
		_, err := a.auth.SignInAccount(r).CreateAnonymousSession(t.Context())
		require.NoError(t, err, name)
		sent := a.Requests()[0].Header
		assert.Equal(t, "203.0.113.7", sent.Get("X-Forwarded-For"), name)
		assert.LessOrEqual(t, len(sent.Get("User-Agent")), 1030, name)
		assert.NotContains(t, sent, "X-Evil", name)
	}
}

func TestRateLimitsAreTheVisitorsOwn(t *testing.T) {
	t.Parallel()
	a := newApp(t, nil, appwritetest.WithRateLimits())
	a.Clock().Set(time.Date(2030, 1, 1, 12, 0, 0, 0, time.UTC)) // calls are counted from hour to hour
	signIn := func(address string) error {
		r := httptest.NewRequest("POST", "/", nil)
		r.RemoteAddr = address
		_, err := a.auth.SignInAccount(r).CreateAnonymousSession(t.Context(), appwrite.NoRetry())
		return err
	}
	for range 50 {
		require.NoError(t, signIn("203.0.113.7:1"))
	}
	require.ErrorIs(t, signIn("203.0.113.7:2"), appwrite.ErrRateLimited)
	require.NoError(t, signIn("203.0.113.8:1"))
}
