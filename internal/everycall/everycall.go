// Package everycall lists every method of appwrite.Account that makes a call: how it is called
// with good parameters, what it needs on the server, and what a success looks like. All tests
// that claim something of every call read this list.
package everycall

import (
	"cmp"
	"context"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/internal/testkit"
	"github.com/seed17809555/appwrite/models"
)

// Call is a row of the list.
type Call struct {
	Method    string // of Account: "ListIdentities"
	Operation string // of the operations table: "account.listIdentities"
	Guest     bool   // whether a caller who is not signed in makes it
	Status    int    // of a success
	Body      string // of a success
	IDs       []string
	Optional  string // names of the text parameters that may be empty: "userId name"
	Release   string // of server and client; "" is the client's default

	// Ready prepares the server so that the call succeeds, and fills in what the call takes
	// from there. It is nil where nothing is needed.
	Ready func(w *World)

	// Do makes the call. It returns a pointer to a model, models.Preferences, the first entry
	// of an iterator, a URL, or nil.
	Do func(ctx context.Context, a *appwrite.Account, in Inputs, opts ...appwrite.RequestOption) (any, error)
}

// Inputs are the arguments of a call. A tag names the parameter of the body that a text fills.
type Inputs struct {
	IDs         []string // of the path, in its order
	UserID      string   `param:"userId"`
	Email       string   `param:"email"`
	Phone       string   `param:"phone"`
	Password    string   `param:"password"`
	OldPassword string   `param:"oldPassword"`
	Name        string   `param:"name"`
	URL         string   `param:"url"`
	Secret      string   `param:"secret"`
	OTP         string   `param:"otp"`
	ChallengeID string   `param:"challengeId"`
	TargetID    string   `param:"targetId"`
	Identifier  string   `param:"identifier"`
	ProviderID  string   `param:"providerId"`

	Factor   models.AuthenticationFactor
	Enabled  bool
	Prefs    any
	Phrase   bool
	Duration time.Duration
	OAuth2   appwrite.OAuth2Params
	List     appwrite.ListParams
}

// Kind is what the rules of retries and of answers look at.
type Kind int

// The kinds of calls.
const (
	Reads     Kind = iota // GET with a model
	Redirects             // GET with a Location
	Changes               // with a model
	Deletes               // without content
)

func (k Kind) String() string { return [...]string{"reads", "redirects", "changes", "deletes"}[k] }

// Kind returns the kind of the call.
func (c Call) Kind() Kind {
	switch {
	case c.Status == http.StatusMovedPermanently:
		return Redirects
	case c.Status == http.StatusNoContent:
		return Deletes
	case c.Route().Method == http.MethodGet:
		return Reads
	}
	return Changes
}

// Iterates reports whether the method returns an iterator.
func (c Call) Iterates() bool {
	m, _ := reflect.TypeFor[*appwrite.Account]().MethodByName(c.Method)
	return m.Type.Out(0).Kind() == reflect.Func
}

// Route returns the route that is preferred on today's servers.
func (c Call) Route() appwrite.Route { return c.Routes()[0] }

// Routes returns the routes of the call's operation.
func (c Call) Routes() []appwrite.Route {
	all := appwrite.Operations()
	i := slices.IndexFunc(all, func(op appwrite.Operation) bool { return op.Name == c.Operation })
	if i < 0 {
		panic("everycall: " + c.Method + ": no operation " + c.Operation)
	}
	return all[i].Routes
}

// ServerVersion returns the release of server and client with which the call succeeds.
func (c Call) ServerVersion() string { return cmp.Or(c.Release, appwrite.LatestServerVersion) }

// ProviderPage is where the answers of the calls lead that redirect.
const ProviderPage = "https://provider.example/login?client_id=1"

// Header is the header of the call's success.
func (c Call) Header() http.Header {
	switch c.Kind() {
	case Redirects:
		return http.Header{"Location": {ProviderPage}}
	case Deletes:
		return http.Header{"Content-Type": {"text/html"}}
	}
	return http.Header{"Content-Type": {"application/json; charset=UTF-8"}}
}

// Success returns the answer that is the call's success.
func (c Call) Success() *http.Response {
	resp := testkit.Response(c.Status, "", c.Body)
	resp.Header = c.Header()
	return resp
}

// Succeed answers every request with the call's success, as a Transport does.
func (c Call) Succeed(*http.Request) (*http.Response, error) { return c.Success(), nil }

// JSON is a body of the kind that the call decodes; for deletes and redirects it is a user.
func (c Call) JSON() string { return cmp.Or(c.Body, User) }

// Repeatable reports whether the call may be sent again although it may have been done.
func (c Call) Repeatable() bool { return c.Route().Method == http.MethodGet }

// FullFor returns Full with other IDs in the path.
func (c Call) FullFor(ids ...string) Inputs {
	in := c.Full()
	in.IDs = ids
	return in
}

// Full returns inputs with which all parameters are sent.
func (c Call) Full() Inputs {
	return Inputs{
		IDs:         slices.Clone(c.IDs),
		UserID:      "u1",
		Email:       "w@example.com",
		Phone:       "+14155550123",
		Password:    "param-password-1",
		OldPassword: "param-password-2",
		Name:        "Walter",
		URL:         "http://localhost/page",
		Secret:      "param-secret-1",
		OTP:         "param-otp-1",
		ChallengeID: "m1",
		TargetID:    "t1",
		Identifier:  "device",
		ProviderID:  "p1",
		Factor:      models.FactorRecoveryCode,
		Enabled:     true,
		Prefs:       map[string]any{"theme": "dark"},
		Phrase:      true,
		Duration:    time.Hour,
		OAuth2:      appwrite.OAuth2Params{Success: "http://localhost/ok", Failure: "http://localhost/no", Scopes: []string{"email"}},
		List:        page,
	}
}

// Least returns inputs with which only the parameters are sent that cannot be left out.
func (c Call) Least() Inputs {
	in := c.Full()
	in.Phrase, in.Duration, in.OAuth2, in.List = false, 0, appwrite.OAuth2Params{}, appwrite.ListParams{}
	in.Factor = models.FactorTOTP
	for _, name := range c.OptionalTexts() {
		in.SetText(name, "")
	}
	return in
}

// OptionalTexts returns the names of the text parameters that may be empty.
func (c Call) OptionalTexts() []string { return strings.Fields(c.Optional) }

// Texts returns the names of all text parameters that some call has.
func Texts() []string {
	var names []string
	for _, f := range reflect.VisibleFields(reflect.TypeFor[Inputs]()) {
		if name := f.Tag.Get("param"); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// SetText changes the text that fills a parameter.
func (in *Inputs) SetText(name, text string) {
	for _, f := range reflect.VisibleFields(reflect.TypeFor[Inputs]()) {
		if f.Tag.Get("param") == name {
			reflect.ValueOf(in).Elem().FieldByIndex(f.Index).SetString(text)
			return
		}
	}
	panic("everycall: no text parameter " + name)
}

// Named returns the call of a method.
func Named(method string) Call {
	i := slices.IndexFunc(All, func(c Call) bool { return c.Method == method })
	if i < 0 {
		panic("everycall: no method " + method)
	}
	return All[i]
}

// Of returns the calls of an operation, the one that is named after it first.
func Of(operation string) []Call {
	var found []Call
	for _, c := range All {
		if c.Operation != operation {
			continue
		}
		if strings.EqualFold("account."+c.Method, operation) {
			found = slices.Insert(found, 0, c)
		} else {
			found = append(found, c)
		}
	}
	return found
}

// NotCalls are the methods of Account that do not make exactly one call, and why.
var NotCalls = map[string]string{
	"OAuth2TokenURL":   "sends nothing",
	"OAuth2SessionURL": "sends nothing",
	"MergePrefs":       "is GetPrefs, then UpdatePrefs",
	"String":           "sends nothing",
	"Format":           "sends nothing",
	"MarshalJSON":      "sends nothing",
}
