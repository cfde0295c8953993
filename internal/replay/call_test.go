package replay

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/query"
)

// call is an exchange made into a call of the SDK.
type call struct {
	exchange  *Exchange
	operation appwrite.Operation
	route     appwrite.Route // that the recording used
	ids       []string       // what stands in the recording for the braces of the route
	server    string         // release of the server
	release   string         // that the client is set to
	form      string         // release in whose form the server answers
	project   string
	options   []appwrite.Option // credential and headers of the recording

	params map[string]json.RawMessage // of body and query
	paging appwrite.ListParams        // that the client was given
	unfit  []string                   // why the SDK cannot send the recorded request
}

func (c *call) isUnfit(format string, args ...any) {
	c.unfit = append(c.unfit, fmt.Sprintf(format, args...))
}

// operationOf finds the operation whose verb and path the request has, under any path that it
// ever had.
func operationOf(r Request) (op appwrite.Operation, route appwrite.Route, ids []string) {
	path, isAPI := strings.CutPrefix(r.URL.EscapedPath(), "/v1")
	segments := strings.Split(path, "/")
	found := false
	for _, candidate := range appwrite.Operations() {
		for _, way := range candidate.Routes {
			in, ok := fit(strings.Split(way.Path, "/"), segments)
			// /sessions/email does not hold the ID of a session.
			if isAPI && ok && way.Method == r.Method && (!found || len(in) < len(ids)) {
				op, route, ids, found = candidate, way, in, true
			}
		}
	}
	return op, route, ids
}

// fit returns what stands for the braces of a route, if the path is one of its paths.
func fit(route, path []string) (ids []string, ok bool) {
	if len(route) != len(path) {
		return nil, false
	}
	for i, segment := range route {
		if strings.HasPrefix(segment, "{") {
			id, err := url.PathUnescape(path[i])
			if err != nil {
				return nil, false
			}
			ids = append(ids, id)
		} else if segment != path[i] {
			return nil, false
		}
	}
	return ids, true
}

// operationNamed is for answers to requests that do not belong to an operation.
func operationNamed(name string) appwrite.Operation {
	all := appwrite.Operations()
	return all[slices.IndexFunc(all, func(op appwrite.Operation) bool { return op.Name == name })]
}

// routeFor is the route that a client of the release has to take.
func routeFor(op appwrite.Operation, release string) (appwrite.Route, bool) {
	i := slices.IndexFunc(op.Routes, func(r appwrite.Route) bool { return r.Has(release) })
	if i < 0 {
		return appwrite.Route{}, false
	}
	return op.Routes[i], true
}

const (
	projectHeader = "X-Appwrite-Project"
	formatHeader  = "X-Appwrite-Response-Format"
)

// isSince reports whether a release is the other one or a later one.
func isSince(release, other string) bool { return appwrite.Route{Since: other}.Has(release) }

// hasRoute reports whether servers of the release have the operation.
func hasRoute(op appwrite.Operation, release string) bool {
	_, ok := routeFor(op, release)
	return ok
}

// answeredBy is the operation that answered a request for one that the server lacks. Servers
// before 1.3 have routes match whatever goes on after their end; later ones have nobody answer.
func (c *call) answeredBy() (found appwrite.Operation, ok bool) {
	if hasRoute(c.operation, c.server) {
		return c.operation, true
	}
	if isSince(c.server, "1.3") {
		return found, false
	}
	length := 0
	for _, op := range appwrite.Operations() {
		way, has := routeFor(op, c.server)
		if has && way.Method == c.exchange.Request.Method && len(way.Path) > length && strings.HasPrefix(c.exchange.Request.URL.Path, "/v1"+way.Path) {
			found, length = op, len(way.Path)
		}
	}
	return found, length > 0
}

// prepare reads client, credential and parameters out of the request.
func (c *call) prepare(release string) {
	r := c.exchange.Request
	c.server, c.release, c.form = release, release, release
	switch format := r.Header.Get(formatHeader); {
	case isSince(release, format):
		c.release, c.form = format, format
	case format != "" && !isSince("99.0.0", format):
		c.form = "0.0.0" // servers take a text that is not a release for older than all
	}
	c.project = cmp.Or(r.Header.Get(projectHeader), r.URL.Query().Get("project"))
	if c.project == "" {
		c.project = "good-project"
		c.isUnfit("it names no project")
	}
	c.readHeaders()
	c.readParams()
}

// credentials are the headers that carry one, and the options that send it.
var credentials = map[string]func(project, value string) appwrite.Option{
	"X-Appwrite-Session": func(_, value string) appwrite.Option { return appwrite.WithSession(value) },
	"X-Appwrite-Jwt":     func(_, value string) appwrite.Option { return appwrite.WithJWT(value) },
	"X-Appwrite-Key":     func(_, value string) appwrite.Option { return appwrite.WithAPIKey(value) },
	"Cookie": func(_, value string) appwrite.Option {
		cookies, _ := http.ParseCookie(value)
		return appwrite.WithCookies(cookies)
	},
	fallbackHeader: func(project, value string) appwrite.Option {
		return appwrite.WithSession(fallbackSecret(project, value))
	},
	"Authorization": func(_, value string) appwrite.Option {
		return appwrite.WithBearerToken(strings.TrimPrefix(value, "Bearer "))
	},
}

const fallbackHeader = "X-Fallback-Cookies"

func fallbackSecret(project, value string) string {
	var cookies map[string]string
	_ = json.Unmarshal([]byte(value), &cookies)
	return cookies["a_session_"+project]
}

// named are headers with an option of their own; all others go through WithHeader.
var named = map[string]func(string) appwrite.Option{
	"X-Appwrite-Locale":      appwrite.WithLocale,
	"X-Forwarded-User-Agent": appwrite.WithForwardedUserAgent,
	"User-Agent":             appwrite.WithUserAgent,
}

// written are headers that the client or the transport writes itself.
func written(name string) bool {
	switch name {
	case projectHeader, formatHeader, "Accept-Encoding", "Content-Length", "Content-Type", "Host":
		return true
	}
	return strings.HasPrefix(name, "X-Sdk-")
}

func (c *call) readHeaders() {
	var found []string
	for name, values := range c.exchange.Request.Header {
		switch {
		case credentials[name] != nil:
			found = append(found, name)
		case named[name] != nil:
			c.options = append(c.options, named[name](values[0]))
		case !written(name):
			c.options = append(c.options, appwrite.WithHeader(name, values[0]))
		}
	}
	if len(found) > 1 {
		c.isUnfit("it holds %d credentials", len(found))
	}
	for _, name := range found {
		c.options = append(c.options, credentials[name](c.project, c.exchange.Request.Header.Get(name)))
	}
}

func (c *call) readParams() {
	c.params = map[string]json.RawMessage{}
	if body := c.exchange.Request.Body; body != nil && (json.Unmarshal(body, &c.params) != nil || c.params == nil) {
		c.isUnfit("its body is no JSON object")
		c.params = map[string]json.RawMessage{}
	}
	put := func(name string, value any) {
		c.params[name], _ = json.Marshal(value)
	}
	var paging []string
	for key, values := range plainKeys(c.exchange.Request.URL.Query()) {
		name, isList := strings.CutSuffix(key, "[]")
		switch {
		case name == "project": // see prepare
		case name == "total" && slices.Contains(countingTotals, values[0]):
		case name == "total" && values[0] == "0":
			put("skipTotal", true)
		case name == "total":
			c.isUnfit("total is %q", values[0])
		case name == "queries" || name == "scopes":
			if !isList {
				c.isUnfit("%s is no list", name)
			}
			for i, text := range values {
				if q, ok := oldQueries[text]; ok && name == "queries" && !isSince(c.release, "1.5") {
					values[i] = q
				}
			}
			put(name, values)
		case name == "limit" || name == "offset":
			paging = append(paging, fmt.Sprintf(`{"method":%q,"values":[%s]}`, name, values[0]))
			put("queries", paging)
		default:
			put(name, values[0])
		}
	}
}

// oldQueries are the recorded queries in the form of 1.0 to 1.4, and what a caller writes.
var oldQueries = map[string]string{
	`limit(1)`:                       query.Limit(1),
	`limit(2)`:                       query.Limit(2),
	`offset(1)`:                      query.Offset(1),
	`equal("event",["user.create"])`: query.Equal("event", "user.create"),
	`equal("provider",["mock"])`:     query.Equal("provider", "mock"),
	`equal("nope",["x"])`:            query.Equal("nope", "x"),
	`orderDesc("providerEmail")`:     query.OrderDesc("providerEmail"),
}

// countingTotals are the values of total that have servers count, as they do without one.
var countingTotals = []string{"1", "true", "false"}

// method is the operation's method of an Account.
func (c *call) method(account *appwrite.Account) reflect.Value {
	name := strings.TrimPrefix(c.operation.Name, "account.")
	if name == "deleteMFAAuthenticator" && !isSince(c.release, "1.6") {
		name += "WithOTP"
	}
	return reflect.ValueOf(account).MethodByName(strings.ToUpper(name[:1]) + name[1:])
}

// arguments fills the method's parameters with those of the recording.
func (c *call) arguments(method reflect.Type) []reflect.Value {
	var args []reflect.Value
	ids := c.ids
	for i := 1; i < method.NumIn()-1; i++ { // without context and options
		arg := reflect.New(method.In(i)).Elem()
		switch {
		case len(ids) > 0:
			arg.SetString(ids[0])
			ids = ids[1:]
		case arg.Kind() == reflect.Struct:
			c.fill(arg)
		case len(c.params) == 1:
			for name := range c.params {
				c.set(arg, name)
			}
		default:
			c.isUnfit("it has %d values for one parameter", len(c.params))
		}
		args = append(args, arg)
	}
	for name := range c.params {
		c.isUnfit("%s is no parameter", name)
	}
	return args
}

// oldNames are parameters under the names of some releases, and the fields that they are.
var oldNames = map[string]string{
	"old-password": "OldPassword",
	"password-a":   "Password",
	"number":       "Phone",
}

func (c *call) fill(params reflect.Value) {
	for _, again := range [][2]string{{"password", "passwordAgain"}, {"password-a", "password-b"}} {
		if c.params[again[1]] != nil && string(c.params[again[0]]) == string(c.params[again[1]]) {
			delete(c.params, again[1]) // which the client writes itself
		}
	}
	for i := range params.NumField() {
		for name := range c.params {
			if strings.EqualFold(cmp.Or(oldNames[name], name), params.Type().Field(i).Name) {
				c.set(params.Field(i), name)
			}
		}
	}
}

// set stores a parameter, which is then done with.
func (c *call) set(target reflect.Value, name string) {
	value := c.params[name]
	delete(c.params, name)
	var err error
	switch {
	case string(value) == "null":
		c.isUnfit("%s is null", name)
	case string(value) == `"unique()"`: // the SDK's word for it is ""
	case target.Kind() == reflect.Interface:
		target.Set(reflect.ValueOf(value))
	case target.Type() == reflect.TypeFor[time.Duration]():
		err = json.Unmarshal(value, target.Addr().Interface())
		target.SetInt(target.Int() * int64(time.Second))
	default:
		err = json.Unmarshal(value, target.Addr().Interface())
	}
	if err != nil {
		c.isUnfit("%s: %v", name, err)
	}
}

// goodArguments fills the method's parameters with anything that the SDK sends.
func (c *call) goodArguments(method reflect.Type) []reflect.Value {
	var args []reflect.Value
	for i := 1; i < method.NumIn()-1; i++ {
		arg := reflect.New(method.In(i)).Elem()
		setGood(arg)
		args = append(args, arg)
	}
	return args
}

func setGood(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString("good-value")
	case reflect.Interface:
		v.Set(reflect.ValueOf(map[string]string{"good": "value"}))
	case reflect.Struct:
		for i := range v.NumField() {
			setGood(v.Field(i))
		}
	default: // zero is as good
	}
}

// invoke calls the method. The result is invalid for a method that returns an error alone.
func invoke(ctx context.Context, method reflect.Value, args []reflect.Value, opts ...appwrite.RequestOption) (result reflect.Value, err error) {
	in := append([]reflect.Value{reflect.ValueOf(ctx)}, args...)
	for _, opt := range opts {
		in = append(in, reflect.ValueOf(opt))
	}
	out := method.Call(in)
	if last := out[len(out)-1]; !last.IsNil() {
		err = last.Interface().(error)
	}
	if len(out) == 2 {
		result = out[0]
	}
	return result, err
}
