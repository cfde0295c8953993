package appwritetest

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/seed17809555/appwrite/appwritetest/internal/php"
)

// OAuth2Provider is the double of all OAuth2 providers: whichever one a login is for, the
// server sends the browser to a page of its own, where the user of SetIdentity is signed in
// already and agrees at once. Browsers, and clients that follow redirects, so complete a login
// without further help; Login does it without a browser:
//
//	srv := appwritetest.NewServer(t)
//	location, err := srv.Client().Account.CreateOAuth2Token(ctx, models.OAuthProviderGitHub, appwrite.OAuth2Params{
//		Success: "http://localhost/success", Failure: "http://localhost/failure",
//	})
//	callback, err := appwrite.ParseCallback(srv.OAuth2().Login(location))
//	session, err := srv.Client().Account.CreateSession(ctx, appwrite.SessionParams{UserID: callback.UserID, Secret: callback.Secret})
//
// Its access tokens are valid for four hours of the server's clock, and are renewed by
// UpdateSession. All methods are safe for any number of goroutines.
type OAuth2Provider struct{ server *Server }

// OAuth2 returns the server's OAuth2 providers. All providers of the release are enabled; see
// [Settings].
func (s *Server) OAuth2() *OAuth2Provider { return &OAuth2Provider{s} }

// OAuth2Identity is an account at a provider, as the provider tells it: an empty field is one
// that it does not tell, and a login without ProviderUID or Email may fail for that.
type OAuth2Identity struct {
	ProviderUID   string
	Email         string
	Name          string
	EmailVerified bool // otherwise a user is not found by this address, and the address of a new one is not verified
}

// defaultIdentity is who logs in where a test names nobody.
var defaultIdentity = OAuth2Identity{ProviderUID: "1", Email: "useroauth@localhost.test", Name: "User Name", EmailVerified: true}

// SetIdentity sets who logs in from now on, at any provider. Until then it is {ProviderUID:
// "1", Email: "useroauth@localhost.test", Name: "User Name", EmailVerified: true}.
func (p *OAuth2Provider) SetIdentity(identity OAuth2Identity) {
	p.set(func(double *oauth2Double) { double.account = identity })
}

// Deny makes the next login end with the user's refusal at the provider:
// user_oauth2_provider_error, at the app's page for failures.
func (p *OAuth2Provider) Deny() {
	p.set(func(double *oauth2Double) { double.denies = true })
}

// FailTokens makes the provider refuse the server's next call for tokens with an HTTP status
// from 400 up: that of a login, which then ends at the app's page for failures, or that of
// UpdateSession, which answers the error. It is user_oauth2_bad_request after 400,
// user_oauth2_unauthorized after 401, user_oauth2_provider_error else.
func (p *OAuth2Provider) FailTokens(status int) {
	p.set(func(double *oauth2Double) { double.tokensFail = status })
}

// FailUserInfo makes the provider refuse the server's next question for the user with an HTTP
// status from 400 up. The types are those of FailTokens, but the browser sees an error page
// instead of the app's page for failures.
func (p *OAuth2Provider) FailUserInfo(status int) {
	p.set(func(double *oauth2Double) { double.userInfoFails = status })
}

func (p *OAuth2Provider) set(change func(*oauth2Double)) {
	p.server.store.mu.Lock()
	defer p.server.store.mu.Unlock()
	change(&p.server.store.oauth2)
}

// Login completes a login as a browser would and returns the URL of the app's page at its end,
// for success or failure: what [appwrite.ParseCallback] reads. location is what
// CreateOAuth2Token, CreateOAuth2Session, OAuth2TokenURL or OAuth2SessionURL returned. A login
// that ends on an error page of the server ends the test, or panics outside of one. Nothing is
// sent over the network.
func (p *OAuth2Provider) Login(location string) *url.URL {
	if p.server.tb != nil {
		p.server.tb.Helper()
	}
	res := p.Follow(location)
	defer res.Body.Close()
	page, err := res.Location()
	if err != nil {
		p.server.fail(fmt.Errorf("the OAuth2 login ended with %s", describePage(res)))
	}
	return page
}

// Follow is Login for a browser that has cookies: with those of a session, the login links the
// account at the provider to the session's user. It returns the answer that ends the login: it
// has the app's page as its Location and, after a session login, the new session's Cookies,
// which [appwrite.WithCookies] takes. It may also be an error page. Its body needs no closing.
// A location that is not a login of this server ends the test, or panics outside of one.
func (p *OAuth2Provider) Follow(location string, cookies ...*http.Cookie) *http.Response {
	if p.server.tb != nil {
		p.server.tb.Helper()
	}
	start, err := url.Parse(location)
	if err != nil || !isLoginStep(start) {
		p.server.fail(errors.New("the location is no OAuth2 login of this server"))
		return nil
	}
	res := p.get(start, cookies)
	for range loginSteps {
		next, err := res.Location()
		if err != nil || next.Host != start.Host || !isLoginStep(next) {
			break
		}
		res = p.get(next, cookies)
	}
	return res
}

// loginSteps is how many pages follow the start of a login: the provider's, the one that it
// returns to, and the last one.
const loginSteps = 3

// isLoginStep reports whether a login passes the URL on its way.
func isLoginStep(u *url.URL) bool {
	ep, _ := latest().routes.find(http.MethodGet, u.EscapedPath())
	return ep != nil && ep.page
}

// get asks the server without a connection.
func (p *OAuth2Provider) get(u *url.URL, cookies []*http.Cookie) *http.Response {
	req := &http.Request{Method: http.MethodGet, URL: u, Header: http.Header{}}
	for _, cookie := range cookies {
		req.AddCookie(cookie)
	}
	res, err := p.server.Transport().RoundTrip(req)
	if err != nil {
		p.server.fail(fmt.Errorf("the OAuth2 login broke off: %w", err))
	}
	return res
}

// describePage returns status and type of an error page.
func describePage(res *http.Response) string {
	text, _ := io.ReadAll(res.Body) // from memory
	_, kind, _ := strings.Cut(string(text), "<span class='type'>")
	kind, _, _ = strings.Cut(kind, "<")
	return strings.TrimSpace(fmt.Sprintf("%d %s", res.StatusCode, kind))
}

// oauth2Double is what the providers know. The store's lock guards it.
type oauth2Double struct {
	account       OAuth2Identity // who logs in
	denies        bool           // the next login
	tokensFail    int            // the status of the next answer; 0 is a success
	userInfoFails int
	grants        map[string]oauth2Grant // by code
}

// oauth2Grant is a login that the server has not fetched the tokens of.
type oauth2Grant struct {
	provider string
	account  OAuth2Identity
	expire   time.Time
}

func newOAuth2Double() oauth2Double {
	return oauth2Double{account: defaultIdentity, grants: map[string]oauth2Grant{}}
}

const (
	grantLifetime       = 10 * time.Minute // RFC 6749, section 4.1.2
	accessTokenLifetime = 4 * time.Hour    // that of the server's own double
)

// providerPath is the page of the server's own double of a provider, which stands for those of
// all providers here.
const providerPath = basePath + "/mock/tests/general/oauth2"

// loginURL is the page of the provider that a login starts at.
func (c *call) loginURL(provider string, scopes []string, state oauth2State) string {
	all := []string{"email"}
	for _, scope := range scopes {
		if !slices.Contains(all, scope) {
			all = append(all, scope)
		}
	}
	query := php.NewArray()
	query.Set("client_id", "appwritetest")
	query.Set("redirect_uri", c.base()+callbackPath+provider+"/"+c.project.id)
	query.Set("scope", strings.Join(all, " "))
	query.Set("state", state.encode())
	return c.base() + providerPath + "?" + buildQuery(query)
}

var errRedirectURI = &apiError{http.StatusBadRequest, "redirect_uri_mismatch", "The redirect_uri is not that of the application."}

// authorizeOAuth2 is that page. It sends whoever comes straight back.
func authorizeOAuth2(c *call) (any, error) {
	back := c.params.text("redirect_uri", 2048)
	if err := c.params.done(); err != nil {
		return nil, err
	}
	rest, ok := strings.CutPrefix(back, c.base()+callbackPath)
	provider, _, _ := strings.Cut(rest, "/")
	if !ok || providerName(provider) == "" {
		return nil, errRedirectURI
	}
	state, _ := c.params.values.Get("state").(string)
	double := &c.store.oauth2
	if double.denies {
		double.denies = false
		c.answer.header.Set("Location", withQuery(back, [2]string{"error", "access_denied"}, [2]string{"error_description", "The user denied the sign-in."}, [2]string{"state", state}))
		return nil, nil
	}
	code := c.store.random.hex(40)
	double.grants[code] = oauth2Grant{provider, double.account, c.now.Add(grantLifetime)}
	c.answer.header.Set("Location", withQuery(back, [2]string{"code", code}, [2]string{"state", state}))
	return nil, nil
}

// providerRefusal is an answer of a provider that is not a success.
type providerRefusal struct {
	status  int
	message string // as the server reads it out of the body
}

func refuse(status int) *providerRefusal {
	switch status {
	case http.StatusBadRequest:
		return &providerRefusal{status, "invalid_grant: The provider refused the grant."}
	case http.StatusUnauthorized:
		return &providerRefusal{status, "invalid_client: The provider refused the application."}
	}
	return &providerRefusal{status, "server_error: The provider failed."}
}

func (r *providerRefusal) apiError(prefix string) *apiError {
	kind := "user_oauth2_provider_error"
	switch r.status {
	case http.StatusBadRequest:
		kind = "user_oauth2_bad_request"
	case http.StatusUnauthorized:
		kind = "user_oauth2_unauthorized"
	}
	return &apiError{r.status, kind, prefix + r.message}
}

// exchange gives the tokens for a code, once, and the account that they are of.
func (d *oauth2Double) exchange(provider, code string, random *random, now time.Time) (oauth2Tokens, OAuth2Identity, *providerRefusal) {
	grant, ok := d.grants[code]
	delete(d.grants, code)
	refusal := d.tokensRefusal()
	if refusal == nil && (!ok || grant.provider != provider || !now.Before(grant.expire)) {
		refusal = refuse(http.StatusBadRequest)
	}
	if refusal != nil {
		return oauth2Tokens{}, OAuth2Identity{}, refusal
	}
	return issue(random.hex(40), random, now), grant.account, nil
}

// refresh gives a new access token; the refresh token stays.
func (d *oauth2Double) refresh(token string, random *random, now time.Time) (oauth2Tokens, *providerRefusal) {
	if refusal := d.tokensRefusal(); refusal != nil {
		return oauth2Tokens{}, refusal
	}
	return issue(token, random, now), nil
}

func issue(refresh string, random *random, now time.Time) oauth2Tokens {
	return oauth2Tokens{access: random.hex(40), refresh: refresh, expiry: now.Add(accessTokenLifetime)}
}

// tokensRefusal and userInfoRefusal return what the test has ordered, once.
func (d *oauth2Double) tokensRefusal() *providerRefusal   { return ordered(&d.tokensFail) }
func (d *oauth2Double) userInfoRefusal() *providerRefusal { return ordered(&d.userInfoFails) }

func ordered(status *int) *providerRefusal {
	if *status == 0 {
		return nil
	}
	defer func() { *status = 0 }()
	return refuse(*status)
}
