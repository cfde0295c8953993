package conformance

import (
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	successPage = "http://localhost/success"
	failurePage = "http://localhost/failure"
)

// browser returns a caller that follows links, and so has no header to name the project.
func (p *probe) browser() actor { return actor{p, http.Header{}} }

// pages returns the query of a start, with the pages to which the server shall lead back.
func (p *probe) pages() string {
	return url.Values{"success": {successPage}, "failure": {failurePage}, "scopes[]": {"email"}, "project": {p.target.ProjectID}}.Encode()
}

// start asks for the provider's page. The flow is "sessions" or "tokens".
func (p *probe) start(flow string) answer {
	p.tb.Helper()
	return p.browser().get("/account/" + flow + "/oauth2/" + p.target.OAuth2.Provider + "?" + p.pages()).is(301)
}

// redirect returns the address to which the answer sends the browser.
func (r answer) redirect() *url.URL {
	r.p.tb.Helper()
	to, err := url.Parse(r.header.Get("Location"))
	r.p.NoError(err)
	r.p.NotEmpty(to.Host, r)
	return to
}

// arrive follows the provider's callback, and returns the server's last answer, which leads to
// the success or failure page. All requests go to the target, whatever host an address names.
func (a actor) arrive(callback string) (r answer) {
	a.p.tb.Helper()
	const steps = "/account/sessions/oauth2/"
	for next := callback; ; next = r.header.Get("Location") {
		u, err := url.Parse(next)
		a.p.NoError(err)
		_, rest, ours := strings.Cut(u.EscapedPath(), steps)
		if !ours {
			a.p.NotEmpty(r.request, "the callback %s is not a path of the server", next)
			return r
		}
		r = a.get(steps + rest + "?" + u.RawQuery).is(301)
	}
}

// signInAt signs the identity in at the provider and arrives at the success page.
func (a actor) signInAt(flow string, who Identity) answer {
	a.p.tb.Helper()
	callback, err := a.p.target.OAuth2.SignIn(a.p.tb.Context(), a.p.start(flow).redirect().String(), who)
	a.p.NoError(err)
	r := a.arrive(callback)
	to := r.redirect()
	a.p.Equal(successPage, to.Scheme+"://"+to.Host+to.Path, r)
	return r
}

// failed returns the error that the failure page gets in its address.
func (r answer) failed() answer {
	r.p.tb.Helper()
	to := r.redirect()
	r.p.Equal(failurePage, to.Scheme+"://"+to.Host+to.Path, r)
	return answer{p: r.p, request: "the failure page", body: []byte(to.Query().Get("error"))}
}

func newIdentity() Identity {
	return Identity{ID: unique(), Email: newEmail(), Name: "Olga Auth"}
}

// token returns the user and the secret that the success page of the token flow gets.
func (p *probe) token(who Identity) obj {
	p.tb.Helper()
	query := p.browser().signInAt("tokens", who).redirect().Query()
	return obj{"userId": query.Get("userId"), "secret": query.Get("secret")}
}

// someDisabled asks for the page of some provider that the project has not enabled.
func (p *probe) someDisabled(flow string) answer {
	p.tb.Helper()
	for _, provider := range []string{"yammer", "tradeshift", "autodesk"} {
		if r := p.browser().get("/account/" + flow + "/oauth2/" + provider + "?" + p.pages()); r.status != 301 {
			return r
		}
	}
	p.tb.Skip("the target has enabled all providers that the rule tries")
	return answer{}
}

const disabledProvider = "This provider is disabled. Please enable the provider from your Appwrite console to continue."

func init() { add("oauth2", oauth2Rules) }

var oauth2Rules = []rule{
	{"A sign-in at a provider starts with 301 to its page, without a body", "recordings/1.9.6/131-oauth2-sessions-mock-1-start", oauth2, func(p *probe) {
		r := p.start("sessions")
		p.Empty(r.body)
		p.Equal("text/html", r.header.Get("Content-Type"))
		r.redirect()
	}},
	{"The way to a provider is not to be cached", "recordings/1.9.6/131-oauth2-sessions-mock-1-start", oauth2, func(p *probe) {
		r := p.start("sessions")
		p.Equal("no-store, no-cache, must-revalidate, max-age=0", r.header.Get("Cache-Control"))
		p.Equal("no-cache", r.header.Get("Pragma"))
	}},
	{"A header may name the project of a sign-in at a provider", "recordings/1.9.6/132-oauth2-sessions-mock-1-start-project-header", oauth2, func(p *probe) {
		query := url.Values{"success": {successPage}, "failure": {failurePage}, "scopes[]": {"email"}}
		r := p.guest().get("/account/sessions/oauth2/" + p.target.OAuth2.Provider + "?" + query.Encode()).is(301)
		p.Contains(r.redirect().Query().Get("redirect_uri"), "/"+p.target.ProjectID)
	}},
	{"The provider's page leads back to the server's callback", "recordings/1.9.6/131-oauth2-sessions-mock-1-start, recordings/1.9.6/136-oauth2-tokens-mock-1-start", oauth2, func(p *probe) {
		for _, flow := range []string{"sessions", "tokens"} {
			back := p.start(flow).redirect().Query().Get("redirect_uri")
			p.True(strings.HasSuffix(back, "/v1/account/sessions/oauth2/callback/"+p.target.OAuth2.Provider+"/"+p.target.ProjectID), back)
		}
	}},
	{"The state at the provider holds the caller's pages and the flow", "recordings/1.9.6/131-oauth2-sessions-mock-1-start, recordings/1.9.6/136-oauth2-tokens-mock-1-start", oauth2, func(p *probe) {
		for flow, token := range map[string]string{"sessions": "false", "tokens": "true"} {
			p.Equal(`{"success":"http:\/\/localhost\/success","failure":"http:\/\/localhost\/failure","token":`+token+`}`,
				p.start(flow).redirect().Query().Get("state"))
		}
	}},
	{"The provider is asked for the scopes", "recordings/1.9.6/131-oauth2-sessions-mock-1-start", oauth2, func(p *probe) {
		p.Contains(p.start("sessions").redirect().Query().Get("scope"), "email")
	}},
	{"Without pages of the caller's, a sign-in leads to the console's", "recordings/1.9.6/153-oauth2-token-no-urls", oauth2, func(p *probe) {
		state := p.guest().get("/account/tokens/oauth2/" + p.target.OAuth2.Provider).is(301).redirect().Query().Get("state")
		p.Regexp(`^\{"success":"[^"]*\\/console\\/auth\\/oauth2\\/success","failure":"[^"]*\\/console\\/auth\\/oauth2\\/failure","token":true\}$`, state)
	}},
	{"A provider that is not enabled is refused with 412, as a web page", "recordings/1.9.6/150-oauth2-session-provider-disabled", 0, func(p *probe) {
		p.Equal(disabledProvider, p.someDisabled("sessions").page(412, "project_provider_disabled"))
	}},
	{"In the token flow, too, a provider that is not enabled is refused", "recordings/1.9.6/151-oauth2-token-provider-disabled", 0, func(p *probe) {
		p.Equal(disabledProvider, p.someDisabled("tokens").page(412, "project_provider_disabled"))
	}},
	{"An unknown provider is refused with 400, as a web page that names the known ones", "recordings/1.9.6/152-oauth2-token-provider-unknown", 0, func(p *probe) {
		message := p.browser().get("/account/tokens/oauth2/nonsense?"+p.pages()).page(400, "general_argument_invalid")
		p.True(strings.HasPrefix(message, "Invalid `provider` param: Value must be one of (amazon, apple, auth0, "), message)
		p.Contains(message, ", github, ")
	}},
	{"A sign-in leads back to hosts of the project only", "docs/server/parameters.md#pages", 0, func(p *probe) {
		query := url.Values{"success": {"http://evil.example/x"}, "project": {p.target.ProjectID}}
		p.Equal("Invalid `success` param: "+unknownHost, p.browser().get("/account/sessions/oauth2/google?"+query.Encode()).page(400, "general_argument_invalid"))
	}},

	{"The session flow ends at the success page with a fragment and no query", "recordings/1.9.6/135-oauth2-sessions-mock-4", oauth2, func(p *probe) {
		p.Equal(successPage+"#", p.browser().signInAt("sessions", newIdentity()).header.Get("Location"))
	}},
	{"The session flow sets the cookies and the fallback", "recordings/1.9.6/135-oauth2-sessions-mock-4", oauth2, func(p *probe) {
		r := p.browser().signInAt("sessions", newIdentity())
		p.Len(r.header.Values("Set-Cookie"), 2)
		p.Contains(r.header.Get("X-Fallback-Cookies"), r.secret())
		p.session(r.secret()).get("/account").is(200)
	}},
	{"A session of the session flow knows the provider, its user and its tokens, and has two factors", "recordings/1.9.6/146-session-get-current-oauth2-cookie", oauth2, func(p *probe) {
		who := newIdentity()
		secret := p.browser().signInAt("sessions", who).secret()
		r := p.session(secret).get("/account/sessions/current").is(200)
		r.has("provider", quoted(p.target.OAuth2.Provider), "providerUid", quoted(who.ID), "factors", `["email","oauth2"]`)
		p.NotEmpty(r.text("providerAccessToken"))
		r.date("providerAccessTokenExpiry")
	}},
	{"Renewing a session of the session flow renews the provider's token, in a date without a zone", "recordings/1.9.6/147-session-update-oauth2-cookie-refresh", oauth2, func(p *probe) {
		secret := p.browser().signInAt("sessions", newIdentity()).secret()
		r := p.session(secret).patch("/account/sessions/current", obj{}).is(200)
		r.stamp("expire")
		r.stamp("providerAccessTokenExpiry")
		p.NotEmpty(r.text("providerAccessToken"))
	}},
	{"A user whom a provider vouches for has its name and address, verified, and no password", "recordings/1.9.6/145-account-get-oauth2-cookie", oauth2, func(p *probe) {
		who := newIdentity()
		secret := p.browser().signInAt("sessions", who).secret()
		p.session(secret).get("/account").is(200).has("email", quoted(who.Email), "name", quoted(who.Name), "emailVerification", "true",
			"passwordUpdate", `""`, "targets.0.identifier", quoted(who.Email))
	}},
	{"Signing in at the provider again leads to the same user", "recordings/1.9.6/140-oauth2-tokens-mock-4, recordings/1.9.6/145-account-get-oauth2-cookie", oauth2, func(p *probe) {
		who := newIdentity()
		secret := p.browser().signInAt("sessions", who).secret()
		p.Equal(p.session(secret).get("/account").is(200).text("$id"), p.token(who)["userId"])
	}},
	{"A signed-in user gets the identity", "docs/server/oauth2.md#signed-in-callers", oauth2, func(p *probe) {
		a, who := p.signUp(), newIdentity()
		browser := p.browser().with("Cookie", p.cookieName()+"="+url.QueryEscape(a.secret))
		secret := browser.signInAt("sessions", who).secret()
		r := p.session(secret).get("/account/identities").is(200)
		r.has("total", "1", "identities.0.userId", quoted(a.id), "identities.0.providerUid", quoted(who.ID))
	}},
	{"A signed-in user gets a new session in the place of the old one", "docs/server/oauth2.md#signed-in-callers", oauth2, func(p *probe) {
		a := p.signUp()
		secret := p.browser().with("Cookie", p.cookieName()+"="+url.QueryEscape(a.secret)).signInAt("sessions", newIdentity()).secret()
		a.get("/account").forGuests()
		p.session(secret).get("/account/sessions").is(200).has("total", "1", "sessions.0.userId", quoted(a.id))
	}},
	{"A blocked user arrives at the failure page", "docs/server/oauth2.md#blocked-users", oauth2, func(p *probe) {
		who := newIdentity()
		p.session(p.browser().signInAt("sessions", who).secret()).patch("/account/status", nil).is(200)
		for _, flow := range []string{"sessions", "tokens"} {
			callback, err := p.target.OAuth2.SignIn(p.tb.Context(), p.start(flow).redirect().String(), who)
			p.NoError(err)
			p.browser().arrive(callback).failed().has("type", `"user_blocked"`, "code", "403")
		}
	}},
	{"The token flow ends at the success page with a secret and the user, and a fragment", "recordings/1.9.6/140-oauth2-tokens-mock-4", oauth2, func(p *probe) {
		r := p.browser().signInAt("tokens", newIdentity())
		p.Empty(r.header.Values("Set-Cookie"))
		p.Regexp(`^http://localhost/success\?secret=[^&]+&userId=[^&]+#$`, r.header.Get("Location"))
	}},
	{"The token flow's secret is a JWT of at most 256 characters, for a minute", "recordings/1.9.6/140-oauth2-tokens-mock-4", oauth2, func(p *probe) {
		secret := p.token(newIdentity())["secret"].(string)
		p.LessOrEqual(len(secret), 256)
		_, payload := p.claims(secret)
		p.Equal([]string{"secret", "provider", "exp"}, payload.keys(""))
		payload.has("provider", quoted(p.target.OAuth2.Provider))
		p.expires(secret, time.Minute)
	}},
	{"The token flow's secret signs in", "recordings/1.9.6/141-session-token-create-oauth2", oauth2, func(p *probe) {
		token := p.token(newIdentity())
		r := p.guest().post("/account/sessions/token", token).is(201)
		r.has("userId", quoted(token["userId"].(string)), "provider", quoted(p.target.OAuth2.Provider), "providerUid", `""`, "factors", `["email"]`, "current", "true")
	}},
	{"A session of the token flow knows the provider, but none of its tokens", "recordings/1.9.6/143-session-get-current-oauth2", oauth2, func(p *probe) {
		secret := p.guest().post("/account/sessions/token", p.token(newIdentity())).is(201).secret()
		p.session(secret).get("/account/sessions/current").is(200).has("provider", quoted(p.target.OAuth2.Provider), "providerUid", `""`,
			"providerAccessToken", `""`, "factors", `["email"]`)
	}},
	{"The token flow's secret signs in once", "docs/server/oauth2.md#the-tokens-secret", oauth2, func(p *probe) {
		token := p.token(newIdentity())
		p.guest().post("/account/sessions/token", token).is(201)
		p.guest().post("/account/sessions/token", token).badToken()
	}},
	{"The token flow's secret is no good after a minute", "docs/server/oauth2.md#the-tokens-secret", clock | oauth2, func(p *probe) {
		p = p.movable(Settings{})
		token := p.token(newIdentity())
		p.target.Clock.Advance(time.Minute + 2*time.Second)
		p.guest().post("/account/sessions/token", token).badToken()
	}},
	{"A user who does not agree at the provider arrives at the failure page, with the error as JSON", "docs/server/oauth2.md#refusal-at-the-provider", oauth2, func(p *probe) {
		if p.target.OAuth2.Deny == nil {
			p.tb.Skip("needs an OAuth2 provider where users can refuse")
		}
		callback, err := p.target.OAuth2.Deny(p.tb.Context(), p.start("tokens").redirect().String())
		p.NoError(err)
		failure := p.browser().arrive(callback).failed()
		failure.has("type", `"user_oauth2_provider_error"`, "code", "424")
		p.NotEmpty(failure.text("message"))
	}},
}
