package appwritetest

import (
	"net"
	"net/http"
	"time"
)

// call is one request on its way to its answer.
type call struct {
	store    *store
	server   *serverRelease
	endpoint *endpoint
	r        *http.Request
	params   *params
	now      time.Time
	project  *project
	caller   caller
	answer   answer
}

// steps are what a request passes before its handler, in the server's order; the
// first error is the answer. Parameters are checked last, by the handler.
var steps = []func(*call) error{
	(*call).checkServed,
	(*call).findProject,
	(*call).identify,
	(*call).checkOrigin,
	(*call).checkProject,
	(*call).identifyKey,
	(*call).checkService,
	(*call).checkScope,
	(*call).checkBlocked,
	(*call).checkFactors,
	(*call).checkRate,
	(*call).checkMethod,
	(*call).checkSignedOut,
	(*call).checkRecentMFA,
}

// run takes the call through the steps and its handler. The caller holds the
// store's lock.
func (c *call) run() (any, error) {
	c.warnNewer()
	if c.endpoint != nil {
		c.answer.page = c.endpoint.page
		if c.endpoint.open {
			c.answer.unnamed()
			return c.endpoint.handle(c)
		}
	}
	for _, step := range steps {
		if err := step(c); err != nil {
			return nil, err
		}
	}
	body, err := c.endpoint.handle(c)
	if err == nil {
		c.resetRate()
	}
	return body, err
}

func (c *call) checkServed() error {
	if c.endpoint == nil && c.server.is(knowsRoutesLate) {
		c.endpoint = unknownRoute
		return nil
	}
	if c.endpoint == nil || (c.endpoint.cloud && !c.store.cloud) {
		c.answer.page = !c.server.is(jsonNotFound)
		return errRouteNotFound
	}
	return nil
}

// findProject looks for the project's ID in the parameters, the header, and last
// in the query of a request whose parameters are in the body. Without one it is
// the console; an ID of none is for checkProject to refuse.
func (c *call) findProject() error {
	id, _ := c.params.values.get("project").(string)
	if id == "" {
		id = c.r.Header.Get("X-Appwrite-Project")
	}
	if id == "" {
		id = c.r.URL.Query().Get("project")
	}
	if id == "" && !(c.server.is(mustNameProject) && c.endpoint.scope != "") {
		id = consoleID
	}
	c.project = c.store.projects[id]
	return nil
}

func (c *call) checkProject() error {
	switch {
	case c.project != nil:
		return nil
	case c.server.is(countsFirst) && c.endpoint.rate.limit > 0:
		_ = c.checkRate() // counts none of them: there is nowhere to count them
		return errServer
	}
	return errProjectNotFound
}

func (c *call) checkScope() error {
	role, scopes := c.caller.role()
	for _, scope := range scopes {
		if scope == c.endpoint.scope {
			return nil
		}
	}
	if c.endpoint.scope == "" {
		return nil
	}
	name := "User"
	if c.caller.key {
		name = "app." + c.project.id + "@service." + c.host()
	}
	return errScope(name, role, c.endpoint.scope)
}

func (c *call) checkBlocked() error {
	if c.caller.user != nil && c.caller.user.blocked {
		return errBlocked
	}
	return nil
}

// checkSignedOut refuses to sign in who is signed in.
func (c *call) checkSignedOut() error {
	if c.endpoint.signsIn && c.caller.user != nil {
		return errSessionExists
	}
	return nil
}

// host is the host of the request, without its port.
func (c *call) host() string {
	if host, _, err := net.SplitHostPort(c.r.Host); err == nil {
		return host
	}
	return c.r.Host
}

// secure reports whether the caller speaks https, to a proxy before the server.
func (c *call) secure() bool {
	return c.r.TLS != nil || c.r.Header.Get("X-Forwarded-Proto") == "https"
}

// base is the server's own URL as the caller has it, without a path.
func (c *call) base() string {
	if c.secure() {
		return "https://" + c.r.Host
	}
	return "http://" + c.r.Host
}

// revealed returns the secret for those who may see it in a body: API keys.
func (c *call) revealed(secret string) string {
	if c.caller.key {
		return secret
	}
	return ""
}

// changed marks a change of the user by this call, and logs it.
func (c *call) changed(u *user) {
	u.updated = c.now
	c.log(u, "user.update")
}
