package appwrite

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed17809555/appwrite/internal/release"
)

// Operation is one operation of the Account API, as the table below lists it.
type Operation struct {
	// Name is the operation as errors and logs name it: "account.createSession".
	Name string
	// Routes are the verbs and paths under which servers answer it, the ones that a client
	// prefers first.
	Routes []Route
}

// Route is one verb and path of an operation and the server releases that have it.
type Route struct {
	Method string // HTTP verb
	Path   string // relative to the endpoint, parameters in braces: "/account/sessions/{sessionId}"
	Since  string // first release with this route, "1.5.0"
	Until  string // last release with it; "" where the newest known release still has it
}

// Operations returns the table of all Account operations, in the order of the table: what this
// client calls and what package appwritetest serves. The result is the caller's to change.
func Operations() []Operation {
	list := make([]Operation, len(table))
	for i, op := range table {
		list[i] = Operation{Name: op.name, Routes: make([]Route, len(op.routes))}
		for j, r := range op.routes {
			list[i].Routes[j] = r.Route
		}
	}
	return list
}

// Has reports whether servers of the given release ("1.4", "1.4.13") answer the operation on
// this route. A release that cannot be parsed has no routes.
func (r Route) Has(serverVersion string) bool {
	v, err := release.Parse(serverVersion)
	if err != nil {
		return false
	}
	has, err := r.releases()
	return err == nil && has.Has(v)
}

// releases returns the releases that have the route.
func (r Route) releases() (release.Range, error) {
	since, err := release.Parse(r.Since)
	if err != nil || r.Until == "" {
		return release.Since(since), err
	}
	until, err := release.Parse(r.Until)
	return release.Between(since, until+1), err
}

// operation is a row of the table.
type operation struct {
	name         string
	routes       []route
	alternatives []string // names of operations that servers without it may have in its place

	// answer is a key that a success cannot lack, since {} is not a user. It is "" where any
	// object will do and where no content is expected.
	answer string

	// merging are the releases that merge preferences into those that are there, and answer
	// with all of them in place of the user.
	merging release.Range
}

// route is a Route, parsed once.
type route struct {
	Route
	in       release.Range
	segments []string
	params   int
}

func makeRoute(r Route) route {
	in, err := r.releases()
	if err != nil {
		panic(fmt.Errorf("appwrite: route %+v: %w", r, err))
	}
	parsed := route{Route: r, in: in, segments: strings.Split(r.Path, "/")[1:]}
	for _, s := range parsed.segments {
		if isParam(s) {
			parsed.params++
		}
	}
	return parsed
}

func isParam(segment string) bool { return strings.HasPrefix(segment, "{") }

// route returns the route to use for a server of the given release.
func (op *operation) route(v release.Version) (*route, error) {
	for i := range op.routes {
		if op.routes[i].in.Has(v) {
			return &op.routes[i], nil
		}
	}
	// The error names the next route that v is too old for, otherwise the one that v is too new
	// for.
	nearest := op.routes[0]
	for _, r := range op.routes {
		if r.in.Since > v && (nearest.in.Since <= v || r.in.Since < nearest.in.Since) {
			nearest = r
		}
	}
	return nil, &UnsupportedError{Operation: op.name, Since: nearest.Since, Until: nearest.Until, ServerVersion: v.String(), Instead: op.insteadOn(v)}
}

// insteadOn names the alternatives that servers of the release have.
func (op *operation) insteadOn(v release.Version) string {
	var names []string
	for _, other := range table {
		has := slices.ContainsFunc(other.routes, func(r route) bool { return r.in.Has(v) })
		if has && slices.Contains(op.alternatives, other.name) {
			names = append(names, other.name)
		}
	}
	return strings.Join(names, ", ")
}

// op makes a row of the table.
func op(name string, routes ...Route) *operation {
	row := &operation{name: "account." + name, routes: make([]route, len(routes))}
	for i, r := range routes {
		row.routes[i] = makeRoute(r)
	}
	return row
}

// or names what servers without the operation may have in its place.
func (op *operation) or(names ...string) *operation {
	for _, name := range names {
		op.alternatives = append(op.alternatives, "account."+name)
	}
	return op
}

// answers names a key that a success cannot lack.
func (op *operation) answers(key string) *operation {
	op.answer = key
	return op
}

func (op *operation) mergingIn(r release.Range) *operation {
	op.merging = r
	return op
}

func on(method, path, since string) Route {
	return Route{Method: method, Path: path, Since: since}
}

func (r Route) until(last string) Route {
	r.Until = last
	return r
}
