package webauth

import (
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"

	"golang.org/x/sync/singleflight"

	"github.com/seed17809555/appwrite"
)

// Config is how an app signs its users in. Only URL is required. Paths begin with a slash and
// are of the app's own host.
type Config struct {
	// URL is the app's public address, scheme and host, as browsers see it:
	// "https://app.example.com". It decides whether cookies are Secure, and begins the URLs of
	// OAuth2 callbacks and mails, which a request's Host header never does. Plain http is taken
	// for loopback hosts alone.
	URL string

	// Neither of the first two may be behind RequireUser, which leads there.
	SignInPath         string // where a visitor signs in; default "/sign-in"
	MFAPath            string // where a second factor is asked for; default "/mfa"
	OAuth2CallbackPath string // where OAuth2Callback is; default "/oauth2/callback"

	// Key signs the cookie of an OAuth2 login that is under way: 32 random bytes or more, the
	// same in all processes of the app. Default is a key of this process, which loses the
	// logins that are under way when it ends.
	Key []byte

	// Cache keeps users between requests, see NewMemoryCache. Without one: one call to Appwrite
	// for each request that asks for the user.
	Cache Cache

	// TrustedProxies are the addresses of the proxies in front of the app, whose
	// X-Forwarded-For is believed. Without any, a visitor's address is that of the connection.
	TrustedProxies []netip.Prefix

	// Error answers a request that failed: with 400, 401, 403, 405 or 503. err tells why and
	// holds no secret; it is one of this package's errors or of the client's. Default is
	// WriteError, which logs nothing: log err here, at least with 503, and call it.
	Error func(w http.ResponseWriter, r *http.Request, status int, err error)
}

// Auth signs users in and finds out who a request is from. It is safe for any number of
// goroutines.
type Auth struct {
	client  *appwrite.Client // a guest or an API key: signs users in, and never acts for one
	guest   *appwrite.Client // what clients of users are made from
	config  Config
	origin  string
	secure  bool
	realm   string // whose users the cache's entries are: apps may share one
	cookie  string // name of the session's cookie
	state   string // name of the cookie of an OAuth2 login
	csrf    *http.CrossOriginProtection
	lookups singleflight.Group
	dropped atomic.Uint64 // how often a cached user was dropped
}

// New returns an Auth for the client's project. The client is a guest or holds an API key,
// which is used to sign users in and never to act for one. Appwrite does not apply its rate
// limits to API keys: with one, limit how often a visitor may try to sign in yourself.
func New(client *appwrite.Client, config Config) (*Auth, error) {
	if client.Endpoint() == "" {
		return nil, errors.New("webauth: the client was not made by appwrite.NewClient")
	}
	if kind := client.CredentialKind(); kind != appwrite.CredentialGuest && kind != appwrite.CredentialAPIKey {
		return nil, errors.New("webauth: the client is neither a guest nor an API key: it cannot sign anyone in")
	}
	u, err := url.Parse(config.URL)
	switch {
	case err != nil || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http":
		return nil, errors.New("webauth: Config.URL is not an http or https URL with a host")
	case u.User != nil || strings.Trim(u.Path, "/") != "" || strings.ContainsAny(config.URL, "?#"):
		return nil, errors.New("webauth: Config.URL has more than scheme and host")
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		return nil, errors.New("webauth: Config.URL is plain http: sessions would cross the network unprotected")
	case len(config.Key) > 0 && len(config.Key) < 32:
		return nil, errors.New("webauth: Config.Key is shorter than 32 bytes")
	}
	config.SignInPath = cmp.Or(config.SignInPath, "/sign-in")
	config.MFAPath = cmp.Or(config.MFAPath, "/mfa")
	config.OAuth2CallbackPath = cmp.Or(config.OAuth2CallbackPath, "/oauth2/callback")
	for _, path := range []string{config.SignInPath, config.MFAPath, config.OAuth2CallbackPath} {
		if !isLocal(path) || strings.ContainsAny(path, "?#") {
			return nil, fmt.Errorf("webauth: %q is not a path", path)
		}
	}
	if config.Error == nil {
		config.Error = WriteError
	}
	for _, proxy := range config.TrustedProxies {
		if !proxy.IsValid() || proxy.Addr().Is4In6() {
			return nil, fmt.Errorf("webauth: Config.TrustedProxies: %v is no prefix of IPv4 or IPv6 addresses", proxy)
		}
	}
	config.TrustedProxies = slices.Clone(config.TrustedProxies)
	if config.Key = slices.Clone(config.Key); config.Key == nil {
		config.Key = []byte(rand.Text() + rand.Text())
	}
	a := &Auth{
		client: client,
		guest:  client.AsGuest(),
		config: config,
		origin: originOf(u),
		realm:  client.Endpoint() + " " + client.ProjectID(),
		secure: u.Scheme == "https",
		csrf:   http.NewCrossOriginProtection(),
	}
	a.cookie, a.state = a.cookieName("session"), a.cookieName("oauth2")
	// A proxy may have changed the Host that browsers without Sec-Fetch-Site are judged by.
	if err := a.csrf.AddTrustedOrigin(a.origin); err != nil {
		return nil, errors.New("webauth: Config.URL cannot be an origin")
	}
	return a, nil
}

// Format prints the configuration without its key.
func (c Config) Format(s fmt.State, _ rune) {
	_, _ = fmt.Fprintf(s, "webauth.Config{URL:%s SignInPath:%s MFAPath:%s OAuth2CallbackPath:%s Cache:%t TrustedProxies:%v}",
		c.URL, c.SignInPath, c.MFAPath, c.OAuth2CallbackPath, c.Cache != nil, c.TrustedProxies)
}

// Format prints client and configuration without secrets.
func (a *Auth) Format(s fmt.State, _ rune) {
	_, _ = fmt.Fprintf(s, "webauth.Auth{%v %v}", a.client, a.config)
}

// originOf returns what browsers send as Origin for the URL's pages.
func originOf(u *url.URL) string {
	host, port := strings.ToLower(u.Host), map[string]string{"https": ":443", "http": ":80"}[u.Scheme]
	return u.Scheme + "://" + strings.TrimSuffix(host, port)
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || ip != nil && ip.IsLoopback()
}

// URL returns the absolute URL of a page of the app, for a mail's link:
//
//	auth.SignInAccount(r).CreateMagicURLToken(ctx, appwrite.MagicURLTokenParams{
//		Email: email, URL: auth.URL("/magic-link"),
//	})
func (a *Auth) URL(path string) string { return a.origin + path }

// Load finds out who a request is from, for ClientFrom, AccountFrom and UserFrom. It makes no
// call. It refuses requests of unsafe methods that another site caused, so put it around the
// whole app. It leaves Cache-Control to the handlers: a page that shows the user and is not
// behind RequireUser says no-store itself.
func (a *Auth) Load(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if visitOf(r.Context()).isOf(a) {
			next.ServeHTTP(w, r)
			return
		}
		v := a.visitFrom(r)
		if !v.isJWT && a.crossOrigin(r) {
			a.fail(w, r, http.StatusForbidden, ErrCrossOrigin)
			return
		}
		next.ServeHTTP(w, r.WithContext(v.in(r.Context())))
	})
}

// RequireUser lets only requests of a signed-in user through, and answers all others as Refuse
// does. Inside, UserFrom returns the user without a further call. It includes Load.
//
// Answers are marked as not to be stored by any cache, unless the handler says otherwise.
func (a *Auth) RequireUser(next http.Handler) http.Handler {
	return a.Load(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := UserFrom(r.Context()); err != nil {
			a.Refuse(w, r, err)
			return
		}
		w.Header().Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	}))
}
