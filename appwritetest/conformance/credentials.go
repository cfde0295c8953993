package conformance

import (
	"net/url"
	"strings"
)

// keyLacks is the message to an API key that may not do something.
func (p *probe) keyLacks(scope string) string {
	p.tb.Helper()
	u, err := url.Parse(p.target.Endpoint)
	p.NoError(err)
	return "app." + p.target.ProjectID + "@service." + u.Hostname() + ` (role: applications) missing scopes (["` + scope + `"])`
}

var credentialRules = []rule{
	{"The cookies of a sign-in act for the user", "recordings/007", 0, func(p *probe) {
		a := p.signUp()
		value := url.QueryEscape(a.secret)
		p.cookies(p.cookieName()+"_legacy="+value, p.cookieName()+"="+value).get("/account").is(200).has("$id", quoted(a.id))
	}},
	{"Each of the two cookies will do", "status-by-version.txt, auth_and_transport.md §1", 0, func(p *probe) {
		a := p.signUp()
		for _, name := range []string{p.cookieName() + "_legacy", p.cookieName()} {
			p.cookies(name+"="+url.QueryEscape(a.secret)).get("/account").is(200).has("$id", quoted(a.id))
		}
	}},
	{"The session's secret in its header acts for the user", "recordings/008", 0, func(p *probe) {
		a := p.signUp()
		p.session(a.secret).get("/account").is(200).has("$id", quoted(a.id))
	}},
	{"The fallback that a sign-in gave acts for the user", "recordings/010", 0, func(p *probe) {
		a := p.register()
		r := p.guest().post("/account/sessions/email", a.credentials()).is(201)
		p.guest().with("X-Fallback-Cookies", r.header.Get("X-Fallback-Cookies")).get("/account").is(200).has("$id", quoted(a.id))
	}},
	{"A session header of nonsense makes a guest", "recordings/009", 0, func(p *probe) {
		p.session("garbage").get("/account").forGuests()
	}},
	{"A cookie of nonsense makes a guest", "auth_and_transport.md §2, status-by-version.txt", 0, func(p *probe) {
		p.cookies(p.cookieName() + "=garbage").get("/account").forGuests()
	}},
	{"A fallback of nonsense makes a guest", "auth_and_transport.md §2, status-by-version.txt", 0, func(p *probe) {
		p.guest().with("X-Fallback-Cookies", "garbage").get("/account").forGuests()
	}},
	{"A secret with padding works in its header once decoded from the cookie, not before", `observed-1.9.6.md "secret of a session or token"`, 0, func(p *probe) {
		a := p.registerWith(with("userId", unique()[:18])).signedIn()
		p.True(strings.HasSuffix(a.secret, "=="), "a user ID of 18 characters makes a secret with padding")
		a.get("/account").is(200)
		p.session(url.QueryEscape(a.secret)).get("/account").forGuests()
		p.cookies(p.cookieName() + "=" + url.QueryEscape(a.secret)).get("/account").is(200)
	}},
	{"Of a cookie and a session header the cookie counts", "auth_and_transport.md §2", 0, func(p *probe) {
		a, b := p.signUp(), p.signUp()
		p.cookies(p.cookieName()+"="+url.QueryEscape(a.secret)).with("X-Appwrite-Session", b.secret).get("/account").is(200).has("$id", quoted(a.id))
	}},
	{"Of a session header and the fallback the header counts", "auth_and_transport.md §2", 0, func(p *probe) {
		a, b := p.signUp(), p.signUp()
		p.session(a.secret).with("X-Fallback-Cookies", `{"`+p.cookieName()+`":"`+b.secret+`"}`).get("/account").is(200).has("$id", quoted(a.id))
	}},
	{"A session of one user with the ID of another is a guest's", "auth_and_transport.md §2", 0, func(p *probe) {
		a, b := p.signUp(), p.signUp()
		_, secret := p.unwrap(a.secret)
		p.session(wrap(b.id, secret)).get("/account").forGuests()
	}},
	{"An API key alone has no account", "recordings/012", 0, func(p *probe) {
		p.key().get("/account").refused(401, "general_unauthorized_scope", p.keyLacks("account"))
	}},
	{"An API key wins over a session", "recordings/013", 0, func(p *probe) {
		p.session(p.signUp().secret).with("X-Appwrite-Key", p.target.APIKey).get("/account").refused(401, "general_unauthorized_scope", p.keyLacks("account"))
	}},
	{"An API key may sign users in who are signed in already", "auth_and_transport.md §2", 0, func(p *probe) {
		a := p.signUp()
		a.with("X-Appwrite-Key", p.target.APIKey).post("/account/sessions/email", a.credentials()).is(201)
	}},
	{"A wrong API key is refused", "recordings/268", 0, func(p *probe) {
		p.guest().with("X-Appwrite-Key", "garbage").get("/account").
			refused(401, "user_unauthorized", "The current user is not authorized to perform the requested action.")
	}},
	{"A session and a JWT together are refused", "recordings/269", 0, func(p *probe) {
		a := p.signUp()
		a.with("X-Appwrite-JWT", a.newJWT()).get("/account").refused(403, "user_jwt_and_cookie_set",
			"JWT and cookie used in the same request. Use either `setJWT` or `setCookie`. Learn about which authentication method to use in the SSR docs: "+
				"https://appwrite.io/docs/products/auth/server-side-rendering")
	}},
	{"A JWT beside a session that is none acts for its user", "auth_and_transport.md §2", 0, func(p *probe) {
		a := p.signUp()
		p.jwt(a.newJWT()).with("X-Appwrite-Session", "garbage").get("/account").is(200).has("$id", quoted(a.id))
	}},
	{"Who names no project asks that of the console, where he is a guest", "recordings/247", 0, func(p *probe) {
		p.signUp().with("X-Appwrite-Project", "").get("/account").forGuests()
	}},
	{"An unknown project is answered with 404", "recordings/249", 0, func(p *probe) {
		p.guest().with("X-Appwrite-Project", "doesnotexist").get("/account").refused(404, "project_not_found", unknownProject)
	}},
	{"Nobody signs up at an unknown project", "recordings/250", 0, func(p *probe) {
		p.guest().with("X-Appwrite-Project", "doesnotexist").post("/account", newAccount()).refused(404, "project_not_found", unknownProject)
	}},
	{"The project may be named in the query", "recordings/342", 0, func(p *probe) {
		a := p.signUp()
		a.with("X-Appwrite-Project", "").get("/account?project="+p.target.ProjectID).is(200).has("$id", quoted(a.id))
	}},
	{"The project of the query counts, not that of the header", "auth_and_transport.md §1", 0, func(p *probe) {
		a := p.signUp()
		a.with("X-Appwrite-Project", "doesnotexist").get("/account?project="+p.target.ProjectID).is(200).has("$id", quoted(a.id))
	}},
}

const unknownProject = "Project with the requested ID could not be found. Please check the value of the X-Appwrite-Project header to ensure the correct project ID is being used."
