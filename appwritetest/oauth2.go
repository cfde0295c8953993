package appwritetest

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seed17809555/appwrite/appwritetest/internal/php"

	"github.com/golang-jwt/jwt/v5"

	"github.com/seed17809555/appwrite/models"
)

// A sign-in by OAuth2 leads a browser through four redirects: startOAuth2 sends it to the
// provider (oauth2provider.go), which sends it to returnOAuth2, that to finishOAuth2, and that
// to the app's page.

// oauth2Providers are the providers of the release, by the keys and names, and in the order, of
// the server's messages. The last two are its own doubles.
var oauth2Providers = []struct {
	key  models.OAuthProvider
	name string
}{
	{models.OAuthProviderAmazon, "Amazon"},
	{models.OAuthProviderApple, "Apple"},
	{models.OAuthProviderAuth0, "Auth0"},
	{models.OAuthProviderAuthentik, "Authentik"},
	{models.OAuthProviderAutodesk, "Autodesk"},
	{models.OAuthProviderBitbucket, "BitBucket"},
	{models.OAuthProviderBitly, "Bitly"},
	{models.OAuthProviderBox, "Box"},
	{models.OAuthProviderDailymotion, "Dailymotion"},
	{models.OAuthProviderDiscord, "Discord"},
	{models.OAuthProviderDisqus, "Disqus"},
	{models.OAuthProviderDropbox, "Dropbox"},
	{models.OAuthProviderEtsy, "Etsy"},
	{models.OAuthProviderFacebook, "Facebook"},
	{models.OAuthProviderFigma, "Figma"},
	{models.OAuthProviderFusionAuth, "FusionAuth"},
	{models.OAuthProviderGitHub, "GitHub"},
	{models.OAuthProviderGitLab, "GitLab"},
	{models.OAuthProviderGoogle, "Google"},
	{models.OAuthProviderKeycloak, "Keycloak"},
	{models.OAuthProviderKick, "Kick"},
	{models.OAuthProviderLinkedIn, "LinkedIn"},
	{models.OAuthProviderMicrosoft, "Microsoft"},
	{models.OAuthProviderNotion, "Notion"},
	{models.OAuthProviderOIDC, "OpenID Connect"},
	{models.OAuthProviderOkta, "Okta"},
	{models.OAuthProviderPayPal, "PayPal"},
	{models.OAuthProviderPayPalSandbox, "PayPal Sandbox"},
	{models.OAuthProviderPodio, "Podio"},
	{models.OAuthProviderSalesforce, "Salesforce"},
	{models.OAuthProviderSlack, "Slack"},
	{models.OAuthProviderSpotify, "Spotify"},
	{models.OAuthProviderStripe, "Stripe"},
	{models.OAuthProviderTradeshift, "Tradeshift"},
	{models.OAuthProviderTradeshiftBox, "Tradeshift Sandbox"},
	{models.OAuthProviderTwitch, "Twitch"},
	{models.OAuthProviderWordPress, "WordPress"},
	{models.OAuthProviderX, "X"},
	{models.OAuthProviderYahoo, "Yahoo"},
	{models.OAuthProviderYammer, "Yammer"},
	{models.OAuthProviderYandex, "Yandex"},
	{models.OAuthProviderZoho, "Zoho"},
	{models.OAuthProviderZoom, "Zoom"},
	{"mock", "Mock"},
	{"mock-unverified", "MockUnverified"},
}

// providerName returns "" for an unknown provider.
func providerName(key string) string {
	for _, provider := range oauth2Providers {
		if string(provider.key) == key {
			return provider.name
		}
	}
	return ""
}

// enabledProviders returns the providers of a project, where nil stands for all.
func enabledProviders(only []models.OAuthProvider) ([]models.OAuthProvider, error) {
	if only == nil {
		for _, provider := range oauth2Providers {
			only = append(only, provider.key)
		}
		return only, nil
	}
	for _, key := range only {
		if providerName(string(key)) == "" {
			return nil, fmt.Errorf("settings: %q is no OAuth2 provider of Appwrite %s", key, defaultVersion)
		}
	}
	return slices.Clone(only), nil
}

var (
	errProviderDisabled = &apiError{http.StatusPreconditionFailed, "project_provider_disabled", "This provider is disabled. Please enable the provider from your Appwrite console to continue."}
	errSuccessURL       = &apiError{http.StatusBadRequest, "project_invalid_success_url", "Invalid redirect URL for OAuth success."}
	errFailureURL       = &apiError{http.StatusBadRequest, "project_invalid_failure_url", "Invalid redirect URL for OAuth failure."}
	errOAuth2State      = &apiError{http.StatusInternalServerError, "general_server_error", "Server Error"}
	errMissingID        = &apiError{http.StatusBadRequest, "user_missing_id", "Missing ID from OAuth2 provider."}
	errNoEmail          = &apiError{http.StatusUnauthorized, "user_unauthorized", "OAuth provider failed to return email."}
	errInvalidEmail     = &apiError{http.StatusBadRequest, "general_invalid_email", "Value must be a valid email address."}
)

// errProvider is what the failure page is told; the status never goes out as such.
func errProvider(message string) *apiError {
	return &apiError{http.StatusFailedDependency, "user_oauth2_provider_error", message}
}

// sent returns the error as it goes out: the server knows some statuses only, and says nothing
// about the others.
func (e *apiError) sent() *apiError {
	switch e.status {
	case 400, 401, 402, 403, 404, 405, 408, 409, 410, 412, 416, 422, 429, 451, 501, 503:
		return e
	}
	return &apiError{http.StatusInternalServerError, e.kind, errServer.message}
}

// oauth2Tokens are what a provider hands out for a user.
type oauth2Tokens struct {
	access  string
	refresh string
	expiry  time.Time // of the access token
}

// provider is the key of a provider of the release.
func (p *params) provider() string {
	var keys []string
	for _, provider := range oauth2Providers {
		if p.server.hasProvider(provider.key) {
			keys = append(keys, string(provider.key))
		}
	}
	return p.must("provider", func(key string) bool { return slices.Contains(keys, key) },
		"Value must be one of ("+strings.Join(keys, ", ")+")")
}

// scopes are up to 100 texts.
func (p *params) scopes(name string) []string {
	const most, length = 100, 4096
	v, ok := p.optional(name)
	if !ok {
		return nil
	}
	reason := "Value must a valid array no longer than " + strconv.Itoa(most) + " items and Value must be a valid string and at least 1 chars and no longer than " + strconv.Itoa(length) + " chars"
	list, ok := v.(*php.Array)
	if !ok || len(list.Values) > most {
		p.invalid(name, reason)
		return nil
	}
	var scopes []string
	for _, v := range list.Values {
		scopes = append(scopes, p.check(name, v, textUpTo(1, length), reason))
	}
	return scopes
}

// oauth2State is what a login hands from its start to its end, by way of the provider, as JSON.
type oauth2State struct {
	success string
	failure string
	token   bool // the app gets a token; otherwise the browser gets a session
	brief   bool // older releases have no word for that
}

func (s oauth2State) encode() string {
	state := php.NewArray()
	state.Set("success", s.success)
	state.Set("failure", s.failure)
	if !s.brief {
		state.Set("token", s.token)
	}
	return string(php.AppendValue(nil, state, true))
}

// Where a login ends that names no page of the app.
const (
	consoleSuccess = "/console/auth/oauth2/success"
	consoleFailure = "/console/auth/oauth2/failure"
)

// readOAuth2State checks the hosts again: the state came by way of the browser.
func (c *call) readOAuth2State(text string) (oauth2State, error) {
	var s oauth2State
	if text != "" {
		v, err := php.ParseJSON([]byte(text))
		state, ok := v.(*php.Array)
		if err != nil || !ok {
			return s, errOAuth2State
		}
		s.success, _ = state.Get("success").(string)
		s.failure, _ = state.Get("failure").(string)
		s.token = state.Get("token") == true
	}
	switch {
	case s.success != c.base()+consoleSuccess && c.project.refuses(s.success, "URI") != "":
		return s, errSuccessURL
	case s.failure != "" && s.failure != c.base()+consoleFailure && c.project.refuses(s.failure, "URI") != "":
		return s, errFailureURL
	}
	return s, nil
}

// redirect sends the browser on.
func (c *call) redirect(location string) {
	if !c.server.is(cachesRedirects) {
		c.answer.header.Set("Cache-Control", "no-store, no-cache, must-revalidate, max-age=0")
		c.answer.header.Set("Pragma", "no-cache")
	}
	c.answer.header.Set("Location", location)
}

// pageURL is the URL of the app's page with more in its query, in the form that the server
// gives it: with a path, and with # even where no fragment follows.
func pageURL(page string, more ...[2]string) string {
	u, err := url.Parse(withQuery(page, more...))
	if err != nil {
		return page // was checked when it came in
	}
	fragment := u.EscapedFragment()
	u.Fragment, u.RawFragment = "", ""
	if u.Path == "" && u.Opaque == "" {
		u.Path = "/"
	}
	return u.String() + "#" + fragment
}

func createOAuth2Session(c *call) (any, error) { return c.startOAuth2(false) }

func createOAuth2Token(c *call) (any, error) { return c.startOAuth2(true) }

func (c *call) startOAuth2(token bool) (any, error) {
	provider := c.params.provider()
	state := oauth2State{
		success: c.params.optionalRedirect("success", c.project),
		failure: c.params.optionalRedirect("failure", c.project),
		token:   token,
		brief:   c.server.is(oldOAuth2State),
	}
	scopes := c.params.scopes("scopes")
	if err := c.params.done(); err != nil {
		return nil, err
	}
	if !slices.Contains(c.project.settings.OAuth2Providers, models.OAuthProvider(provider)) {
		return nil, errProviderDisabled
	}
	if state.success == "" {
		state.success = c.base() + consoleSuccess
	}
	if state.failure == "" {
		state.failure = c.base() + consoleFailure
	}
	c.redirect(c.loginURL(provider, scopes, state))
	return nil, nil
}

const callbackPath = basePath + "/account/sessions/oauth2/callback/"

// returnOAuth2 is where providers send browsers back to. It answers POST for those that have
// the browser send a form.
func returnOAuth2(c *call) (any, error) {
	provider := c.params.provider()
	project := c.params.text("projectId", 1024)
	c.params.anyText("code", 2048)
	c.params.optionalText("state", 2048)
	c.params.anyText("error", 2048)
	c.params.anyText("error_description", 2048)
	if err := c.params.done(); err != nil {
		return nil, err
	}
	query := php.NewArray()
	for i, name := range c.params.values.Keys {
		if name != "provider" && name != "projectId" {
			query.Set(name, c.params.values.Values[i])
		}
	}
	query.Set("project", project)
	c.redirect(c.base() + basePath + "/account/sessions/oauth2/" + provider + "/redirect?" + buildQuery(query))
	return nil, nil
}

// finishOAuth2 signs the user in whom the provider has named.
func finishOAuth2(c *call) (any, error) {
	provider := c.params.provider()
	code := c.params.anyText("code", 2048)
	stateText := c.params.optionalText("state", 2048)
	problem := c.params.anyText("error", 2048)
	description := c.params.anyText("error_description", 2048)
	if err := c.params.done(); err != nil {
		return nil, err
	}
	state, err := c.readOAuth2State(stateText)
	if err != nil {
		return nil, err
	}
	if err := c.checkReturn(provider, code, problem, description); err != nil {
		return c.failOAuth2(state, err)
	}
	tokens, account, refusal := c.store.oauth2.exchange(provider, code, c.store.random, c.now)
	if refusal != nil {
		return c.failOAuth2(state, refusal.apiError("Failed to obtain access token. The "+providerName(provider)+" OAuth2 provider returned an error: "))
	}
	if refusal := c.store.oauth2.userInfoRefusal(); refusal != nil {
		return nil, refusal.apiError("").sent() // the server forgets the failure page here
	}
	u, err := c.userOfAccount(provider, account)
	if err != nil {
		return c.failOAuth2(state, err)
	}
	c.link(u, provider, account, tokens)
	c.adoptAccount(u, account)
	made := session{provider: provider, providerUID: account.ProviderUID, tokens: tokens, factors: []string{"email", "oauth2"}}
	if s := c.caller.session; s != nil {
		made.targets = s.targets
		u.removeSession(s) // the new one takes its place
	}
	if state.token {
		c.redirect(pageURL(state.success, c.handOverToken(u, provider)...))
	} else {
		c.redirect(pageURL(state.success, c.handOverSession(u, state, made)...))
	}
	return nil, nil
}

// checkReturn refuses what needs no word with the provider.
func (c *call) checkReturn(provider, code, problem, description string) error {
	switch {
	case !slices.Contains(c.project.settings.OAuth2Providers, models.OAuthProvider(provider)):
		return errProviderDisabled
	case problem != "":
		if description != "" {
			problem += ": " + description
		}
		return errProvider("The " + providerName(provider) + " OAuth2 provider returned an error: " + problem)
	case code == "":
		return errProvider("Missing OAuth2 code. Please contact the Appwrite team for additional support.")
	}
	return nil
}

// failOAuth2 sends the browser to the app's page for failures and tells it the reason. Where
// there is no such page, the browser sees the error.
func (c *call) failOAuth2(state oauth2State, reason error) (any, error) {
	refusal := errServer
	errors.As(reason, &refusal)
	if state.failure == "" {
		return nil, refusal.sent()
	}
	if c.server.is(failsSilently) {
		c.answer.header.Set("Location", state.failure)
		return nil, nil
	}
	detail := php.NewArray()
	detail.Set("message", refusal.message)
	detail.Set("type", refusal.kind)
	detail.Set("code", int64(refusal.status))
	c.answer.header.Set("Location", pageURL(state.failure, [2]string{"error", string(php.AppendValue(nil, detail, true))}))
	return nil, nil
}

// userOfAccount returns the user whom the account at the provider signs in: the one who is
// signed in already, otherwise its owner, otherwise the user with its e-mail address, otherwise
// a new one.
func (c *call) userOfAccount(provider string, account OAuth2Identity) (*user, error) {
	if account.ProviderUID == "" {
		return nil, errMissingID
	}
	email := strings.ToLower(account.Email)
	if u := c.caller.user; u != nil {
		owner := c.project.emails[email]
		if (owner != nil && owner != u) || c.project.identityOf(email, u) != nil || !c.project.mayLink(u, provider, account) {
			return nil, errUserExists
		}
		return u, nil
	}
	u, err := c.findUser(provider, account, email)
	if err != nil {
		return nil, err
	}
	if u.blocked {
		return nil, errBlocked
	}
	if !c.project.mayLink(u, provider, account) {
		return nil, errBadRequest
	}
	return u, nil
}

// findUser finds or makes the user of a guest's login.
func (c *call) findUser(provider string, account OAuth2Identity, email string) (*user, error) {
	if u := c.project.sessionOwner(provider, account.ProviderUID); u != nil {
		return u, nil
	}
	if email == "" {
		return nil, errNoEmail
	}
	if i := c.project.account(provider, account.ProviderUID); i != nil {
		return i.owner, nil
	}
	u := c.project.emails[email]
	if i := c.project.identityOf(email, nil); u == nil && i != nil {
		u = i.owner
	}
	switch {
	case u != nil && !account.EmailVerified:
		return nil, errBadRequest // anyone could claim the address
	case u != nil:
		return u, nil
	case !validEmail(email):
		return nil, errInvalidEmail
	}
	u = c.store.newUser(uniqueID, c.now)
	u.email, u.emailVerified, u.name = email, account.EmailVerified, account.Name
	c.store.addTarget(u, "email", email, c.now)
	return u, c.project.add(u)
}

// sessionOwner returns the user of the oldest session that the account at the provider has
// started, or nil: it is the user's even when the identity is gone.
func (p *project) sessionOwner(provider, uid string) *user {
	var owner *user
	var oldest *session
	for _, u := range p.users {
		for _, s := range u.sessions {
			if s.provider == provider && s.providerUID == uid && (oldest == nil || s.created.Before(oldest.created)) {
				owner, oldest = u, s
			}
		}
	}
	return owner
}

// adoptAccount gives the user what the account has and the user has not.
func (c *call) adoptAccount(u *user, account OAuth2Identity) {
	if u.email == "" && account.Email != "" {
		c.project.setEmail(u, strings.ToLower(account.Email))
	}
	if u.name == "" {
		u.name = account.Name
	}
	u.updated = c.now
}

// handOverSession signs the browser in. The server's own page gets the secret as well, for apps
// on devices that share no cookies with the browser.
func (c *call) handOverSession(u *user, state oauth2State, made session) [][2]string {
	_, secret := c.startSession(u, made)
	if state.success != c.base()+consoleSuccess {
		return nil
	}
	pairs := [][2]string{{"project", c.project.id}}
	if domain := c.cookieDomain(); domain != "" {
		pairs = append(pairs, [2]string{"domain", domain})
	}
	return append(pairs, [2]string{"key", c.project.cookieName()}, [2]string{"secret", secret})
}

// oauth2Claims is the payload of the token that the app gets, in the server's order.
type oauth2Claims struct {
	Secret   string `json:"secret"`
	Provider string `json:"provider"`
	jwt.RegisteredClaims
}

const oauth2TokenLifetime = time.Minute

// handOverToken makes the token that the app exchanges for a session.
func (c *call) handOverToken(u *user, provider string) [][2]string {
	claims := oauth2Claims{Secret: c.store.random.hex(64), Provider: provider}
	claims.ExpiresAt = jwt.NewNumericDate(c.now.Add(oauth2TokenLifetime))
	c.store.addToken(u, tokenOAuth2, claims.Secret, c.project.settings.SessionDuration, c.now)
	c.log(u, "session.create")
	secret := claims.Secret
	if !c.server.is(plainOAuth2Tokens) {
		secret = c.project.signJWT(claims)
	}
	return [][2]string{{"secret", secret}, {"userId", u.id}}
}

// takeOAuth2Token removes the token and returns the provider that it is of; ok is false for a
// secret of another form.
func (c *call) takeOAuth2Token(u *user, secret string) (provider string, ok bool) {
	if c.server.is(plainOAuth2Tokens) {
		return "oauth2", u.takeToken(secret, c.now, tokenOAuth2) != nil
	}
	var claims oauth2Claims
	if c.parseJWT(secret, &claims) != nil || u.takeToken(claims.Secret, c.now, tokenOAuth2) == nil {
		return "", false
	}
	return claims.Provider, true
}

// refreshTokens renews the provider's tokens of a session that has some.
func (c *call) refreshTokens(s *session) error {
	if s.tokens.refresh == "" {
		return nil
	}
	tokens, refusal := c.store.oauth2.refresh(s.tokens.refresh, c.store.random, c.now)
	if refusal != nil {
		return refusal.apiError("").sent()
	}
	s.tokens = tokens
	return nil
}
