package conformance

import (
	"net/url"
	"strings"
)

// keyLacks is the message to an API key without the scope.
func (p *probe) keyLacks(scope string) string {
	p.tb.Helper()
	u, err := url.Parse(p.target.Endpoint)
	p.NoError(err)
	return "app." + p.target.ProjectID + "@service." + u.Hostname() + ` (role: applications) missing scopes (["` + scope + `"])`
}

func init() { add("credentials", credentialRules) }

var credentialRules = []rule{
	{"The cookies of a sign-in act for the user", "recordings/1.9.6/007-account-get-cookie", 0, func(p *probe) {
		a := p.signUp()
		value := url.QueryEscape(a.secret)
		p.cookies(p.cookieName()+"_legacy="+value, p.cookieName()+"="+value).get("/account").is(200).has("$id", quoted(a.id))
	}},
	{"Each of the two cookies will do", "docs/server/credentials.md#cookies", 0, func(p *probe) {
		a := p.signUp()
		for _, name := range []string{p.cookieName() + "_legacy", p.cookieName()} {
			p.cookies(name+"="+url.QueryEscape(a.secret)).get("/account").is(200).has("$id", quoted(a.id))
		}
	}},
	{"The session's secret in its header acts for the user", "recordings/1.9.6/008-account-get-session-header", 0, func(p *probe) {
		a := p.signUp()
		p.session(a.secret).get("/account").is(200).has("$id", quoted(a.id))
	}},
	{"The fallback that a sign-in gave acts for the user", "recordings/1.9.6/010-account-get-fallback-cookies", 0, func(p *probe) {
		a := p.register()
		r := p.guest().post("/account/sessions/email", a.credentials()).is(201)
		p.guest().with("X-Fallback-Cookies", r.header.Get("X-Fallback-Cookies")).get("/account").is(200).has("$id", quoted(a.id))
	}},
	{"A session header of nonsense makes a guest", "recordings/1.9.6/009-account-get-session-header-garbage", 0, func(p *probe) {
		p.session("garbage").get("/account").forGuests()
	}},
	{"A cookie of nonsense makes a guest", "docs/server/credentials.md#sessions-that-are-not-valid", 0, func(p *probe) {
		p.cookies(p.cookieName() + "=garbage").get("/account").forGuests()
	}},
	{"A fallback of nonsense makes a guest", "docs/server/credentials.md#sessions-that-are-not-valid", 0, func(p *probe) {
		p.guest().with("X-Fallback-Cookies", "garbage").get("/account").forGuests()
	}},
	{"A secret with padding works in its header once decoded from the cookie, not before", "docs/server/credentials.md#session-secret", 0, func(p *probe) {
		a := p.registerWith(with("userId", unique()[:18])).signedIn()
		p.True(strings.HasSuffix(a.secret, "=="), "a user ID of 18 characters makes a secret with padding")
		a.get("/account").is(200)
		p.session(url.QueryEscape(a.secret)).get("/account").forGuests()
		p.cookies(p.cookieName() + "=" + url.QueryEscape(a.secret)).get("/account").is(200)
	}},
	{"Of a cookie and a session header the cookie counts", "docs/server/credentials.md#order-of-the-three", 0, func(p *probe) {
		a, b := p.signUp(), p.signUp()
		p.cookies(p.cookieName()+"="+url.QueryEscape(a.secret)).with("X-Appwrite-Session", b.secret).get("/account").is(200).has("$id", quoted(a.id))
	}},
	{"Of a session header and the fallback the header counts", "docs/server/credentials.md#order-of-the-three", 0, func(p *probe) {
		a, b := p.signUp(), p.signUp()
		p.session(a.secret).with("X-Fallback-Cookies", `{"`+p.cookieName()+`":"`+b.secret+`"}`).get("/account").is(200).has("$id", quoted(a.id))
	}},
	{"A session of one user with the ID of another is a guest's", "docs/server/credentials.md#sessions-that-are-not-valid", 0, func(p *probe) {
		a, b := p.signUp(), p.signUp()
		_, secret := p.unwrap(a.secret)
		p.session(wrap(b.id, secret)).get("/account").forGuests()
	}},
	{"An API key alone has no account", "recordings/1.9.6/012-account-get-with-api-key-only", 0, func(p *probe) {
		p.key().get("/account").refused(401, "general_unauthorized_scope", p.keyLacks("account"))
	}},
	{"An API key wins over a session", "recordings/1.9.6/013-account-get-with-api-key-and-session", 0, func(p *probe) {
		p.session(p.signUp().secret).with("X-Appwrite-Key", p.target.APIKey).get("/account").refused(401, "general_unauthorized_scope", p.keyLacks("account"))
	}},
	{"An API key may sign users in who are signed in already", "docs/server/contradicted.md#a-key-beside-a-session-at-a-sign-in", 0, func(p *probe) {
		a := p.signUp()
		a.with("X-Appwrite-Key", p.target.APIKey).post("/account/sessions/email", a.credentials()).is(201)
	}},
	{"A wrong API key is refused", "recordings/1.9.6/268-err-bad-api-key", 0, func(p *probe) {
		p.guest().with("X-Appwrite-Key", "garbage").get("/account").
			refused(401, "user_unauthorized", "The current user is not authorized to perform the requested action.")
	}},
	{"A session and a JWT together are refused", "recordings/1.9.6/269-account-get-session-and-jwt", 0, func(p *probe) {
		a := p.signUp()
		a.with("X-Appwrite-JWT", a.newJWT()).get("/account").refused(403, "user_jwt_and_cookie_set",
			"JWT and cookie used in the same request. Use either `setJWT` or `setCookie`. Learn about which authentication method to use in the SSR docs: "+
				"https://appwrite.io/docs/products/auth/server-side-rendering")
	}},
	{"A JWT beside a session that is not valid acts for its user", "docs/server/credentials.md#session-and-jwt", 0, func(p *probe) {
		a := p.signUp()
		p.jwt(a.newJWT()).with("X-Appwrite-Session", "garbage").get("/account").is(200).has("$id", quoted(a.id))
	}},
	{"A user who may not impersonate acts as themselves, whomever they name", "docs/server/credentials.md#impersonation", 0, func(p *probe) {
		a, b := p.signUp(), p.signUp()
		for header, value := range map[string]string{"X-Appwrite-Impersonate-User-Id": b.id, "X-Appwrite-Impersonate-User-Email": b.email} {
			a.with(header, value).get("/account").is(200).has("$id", quoted(a.id))
		}
	}},
	{"A dev key of nonsense opens nothing", "docs/server/credentials.md#dev-keys", 0, func(p *probe) {
		a := p.signUp().with("X-Appwrite-Dev-Key", "garbage")
		a.get("/account").is(200)
		a.with("Origin", "http://evil.example").get("/account").refused(403, "general_unknown_origin", unknownOrigin)
	}},
	{"Without a project, the request goes to the console, where the caller is a guest", "recordings/1.9.6/247-err-no-project", 0, func(p *probe) {
		p.signUp().with("X-Appwrite-Project", "").get("/account").forGuests()
	}},
	{"An unknown project is answered with 404", "recordings/1.9.6/249-err-unknown-project", 0, func(p *probe) {
		p.guest().with("X-Appwrite-Project", "doesnotexist").get("/account").refused(404, "project_not_found", unknownProject)
	}},
	{"Nobody signs up at an unknown project", "recordings/1.9.6/250-err-unknown-project-create", 0, func(p *probe) {
		p.guest().with("X-Appwrite-Project", "doesnotexist").post("/account", newAccount()).refused(404, "project_not_found", unknownProject)
	}},
	{"The project may be named in the query", "recordings/1.9.6/342-account-get-project-in-query", 0, func(p *probe) {
		a := p.signUp()
		a.with("X-Appwrite-Project", "").get("/account?project="+p.target.ProjectID).is(200).has("$id", quoted(a.id))
	}},
	{"The project of the query counts, not that of the header", "docs/server/credentials.md#the-project", 0, func(p *probe) {
		a := p.signUp()
		a.with("X-Appwrite-Project", "doesnotexist").get("/account?project="+p.target.ProjectID).is(200).has("$id", quoted(a.id))
	}},
	{"Where there is a body, the project of the body counts", "docs/server/credentials.md#the-project", 0, func(p *probe) {
		a := p.signUp().with("X-Appwrite-Project", "doesnotexist")
		a.patch("/account/name", obj{"name": "Ada", "project": p.target.ProjectID}).is(200).has("name", `"Ada"`)
		a.patch("/account/name?project="+p.target.ProjectID, obj{"name": "Ada"}).refused(404, "project_not_found", unknownProject)
	}},
	{"Where neither body nor header name a project, that of the query counts", "docs/server/contradicted.md#the-project-in-the-query-of-a-change", 0, func(p *probe) {
		a := p.signUp().with("X-Appwrite-Project", "")
		a.patch("/account/name?project="+p.target.ProjectID, obj{"name": "Ada"}).is(200).has("name", `"Ada"`)
	}},
}

const unknownProject = "Project with the requested ID could not be found. Please check the value of the X-Appwrite-Project header to ensure the correct project ID is being used."
