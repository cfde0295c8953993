package appwritetest

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
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

// answer is what goes back to the caller, complete but for its encoding, which happens after
// the store was unlocked: body holds copies, never state.
type answer struct {
	status int
	header http.Header
	body   any // nil: no body
	server *serverRelease
	page   bool // an error, as a web page instead of JSON
	damage Damage
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	c := &call{store: s.store, server: s.store.server, r: r, params: newParams(s.store.server)}
	var err error
	if r.Method != http.MethodOptions {
		err = c.read(w)
	}
	fault := s.store.fault(c)
	if fault.Delay > 0 && !s.wait(r.Context(), fault.Delay) {
		fault = Fault{Damage: DropBefore}
	}
	c.begin(s.now())
	s.act(c, fault, err)
	c.answer.write(w, r)
}

// read finds the endpoint and reads the parameters.
func (c *call) read(w http.ResponseWriter) error {
	var path map[string]string
	var err error
	c.endpoint, path = c.server.routes.find(c.r.Method, c.r.URL.EscapedPath())
	c.params, err = readParams(c.server, w, c.r, path)
	c.server.prepare(c)
	return err
}

// begin sets what all answers have.
func (c *call) begin(now time.Time) {
	c.now, c.answer.server = now, c.server
	c.answer.header = http.Header{
		"Server":                 {"Appwrite"},
		"X-Content-Type-Options": {"nosniff"},
		"Date":                   {now.Format(http.TimeFormat)},
	}
	if c.secure() && !c.server.is(noHSTS) {
		c.answer.header.Set("Strict-Transport-Security", "max-age=10886400")
	}
}

// act does what the request asks for, or what the fault puts in its place. It holds the store's
// lock until the answer is known; err is why the request could not be read.
func (s *Server) act(c *call, fault Fault, err error) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	defer s.store.record(c)
	c.answer.damage = fault.Damage
	switch {
	case fault.instead():
		fault.answer(c)
		return
	case c.r.Method == http.MethodOptions:
		c.answer.preflight(c.r)
		return
	case err == nil:
		c.answer.body, err = c.run()
	}
	if err == nil {
		c.answer.status = c.endpoint.status
		c.answer.body = c.server.body(c, c.answer.body)
		return
	}
	refusal := errServer
	errors.As(err, &refusal)
	c.fail(refusal)
}

// run takes the call through the steps and its handler. The caller holds the store's lock.
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

// steps are what a request passes before its handler, in the server's order; the first error is
// the answer. Parameters are checked last, by the handler.
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

// findProject looks for the project's ID in the parameters, the header, and last in the query
// of a request whose parameters are in the body. Without one it is the console. An unknown ID
// is for checkProject to refuse.
func (c *call) findProject() error {
	id, _ := c.params.values.Get("project").(string)
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

// fail makes the answer an error.
func (c *call) fail(err *apiError) {
	a := &c.answer
	err = c.server.error(c.endpoint, err)
	a.status = err.status
	a.body = errorWire{err.message, err.status, err.kind, c.server.String()}
	if err == errDied {
		a.body, a.status = diedWire{}, http.StatusOK
		a.unnamed()
		return
	}
	a.header.Set("Cache-Control", "no-cache, no-store, must-revalidate")
	a.header.Set("Expires", "0")
	a.header.Set("Pragma", "no-cache")
}

// unnamed takes back the headers that the server sets once it knows project and caller.
func (a *answer) unnamed() {
	a.header.Set("Server", "swoole-http-server")
	a.header.Del("X-Content-Type-Options")
}

func (a *answer) write(w http.ResponseWriter, r *http.Request) {
	if a.damage == DropBefore || a.damage == DropAfter {
		drop(w)
		return
	}
	header := w.Header()
	for k, v := range a.header {
		header[k] = v
	}
	body := a.spoil(a.encode(header), header)
	if len(body) > a.server.compress && a.damage != BodyEndless && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		body = compress(body)
		header.Set("Content-Encoding", "gzip")
		if !a.server.is(barelyCompresses) {
			header.Set("Vary", "Accept-Encoding")
			header.Set("X-Utopia-Compression", "true")
		}
	}
	if len(body) > 0 && r.Method != http.MethodHead && a.damage != BodyEndless {
		header.Set("Content-Length", strconv.Itoa(len(body)))
	}
	w.WriteHeader(a.status)
	if (a.damage == BodyTruncated || a.damage == BodyEndless) && r.Method != http.MethodHead {
		writeDamaged(w, r, body, a.damage)
		return
	}
	_, _ = w.Write(body) // the caller is gone; nobody to tell
}

// encode returns the body and sets its type.
func (a *answer) encode(header http.Header) []byte {
	if a.body == nil {
		if header.Get("Content-Type") == "" {
			header.Set("Content-Type", "text/html")
		}
		return nil
	}
	if e, ok := a.body.(errorWire); ok && a.page {
		header.Set("Content-Type", "text/html; charset=UTF-8")
		return a.server.errorPage(e)
	} else if ok && a.server.is(untypedErrors) {
		a.body = untypedWire{e.Message, e.Code, e.Version}
	}
	if a.body == (diedWire{}) {
		header.Set("Content-Type", "text/html")
		return []byte(errDied.message)
	}
	header.Set("Content-Type", jsonType)
	body, err := encodeJSON(a.body)
	if err != nil {
		// Only a wire struct that cannot be written gets here.
		panic(fmt.Sprintf("appwritetest: encoding an answer: %v", err))
	}
	return body
}
