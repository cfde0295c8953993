package main

import (
	"bytes"
	"embed"
	"errors"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"path"
	"strings"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/models"
	"github.com/seed17809555/appwrite/webauth"
)

// page is one of templates/pages, with what it shows besides the user.
type page struct {
	name string
	data func(r *http.Request) (any, error) // nil for nothing
}

// with returns the page with data that is there already.
func (p page) with(data any) page {
	p.data = func(*http.Request) (any, error) { return data, nil }
	return p
}

// view is what templates see.
type view struct {
	Page  string
	User  *models.User // nil for a guest
	Owes  bool         // the user is signed in, but for a second factor
	Prefs preferences
	Data  any // the page's own

	Notice    string
	ReturnTo  string
	Providers []models.OAuthProvider
	Demo      bool // with the embedded server
	Refused   *refusal
}

// refusal is a form that did not get through.
type refusal struct {
	problem
	form   string // "" where it was none of this page
	values url.Values
}

// Alert returns what is wrong, where it belongs to no form.
func (r *refusal) Alert() string {
	if r == nil || r.form != "" {
		return ""
	}
	return r.Text
}

// show answers with the page.
func (a *app) show(p page) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { a.render(w, r, p, nil) }
}

func (a *app) render(w http.ResponseWriter, r *http.Request, p page, refused *refusal) {
	user, err := webauth.UserFrom(r.Context())
	v := view{
		Page: p.name, User: user, Owes: errors.Is(err, appwrite.ErrUserMoreFactorsRequired), Prefs: preferencesOf(user),
		Notice: notices[r.URL.Query().Get("done")], ReturnTo: webauth.ReturnPath(r),
		Providers: a.providers, Demo: a.embedded != nil, Refused: refused,
	}
	if p.data != nil {
		data, err := p.data(r)
		if err != nil {
			a.auth.Refuse(w, r, err)
			return
		}
		v.Data = data
	}
	var body bytes.Buffer
	if err := templates[p.name].ExecuteTemplate(&body, "layout", v); err != nil {
		slog.ErrorContext(r.Context(), "template failed", "page", p.name, "error", err)
		http.Error(w, "This page cannot be shown.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store") // every page shows who is signed in
	if refused != nil {
		w.WriteHeader(refused.Status)
	}
	_, _ = body.WriteTo(w)
}

// done sends the browser on after something has changed, with a notice of it.
func (a *app) done(w http.ResponseWriter, r *http.Request, to, notice string) {
	a.auth.Forget(r) // the next page shall show what is true now
	http.Redirect(w, r, to+"?done="+notice, http.StatusSeeOther)
}

// notices are what pages say when the URL has ?done=…: only these, so that a link from
// elsewhere cannot put words into the app's mouth.
var notices = map[string]string{
	"signed-out":       "You are signed out.",
	"password-set":     "Your new password is set. Please sign in with it.",
	"mail-sent":        "A mail is on its way to you.",
	"email-verified":   "Your e-mail address is verified.",
	"phone-verified":   "Your phone number is verified.",
	"name-changed":     "Your name is changed.",
	"email-changed":    "Your e-mail address is changed. Please verify it.",
	"phone-changed":    "Your phone number is changed. Please verify it.",
	"password-changed": "Your password is changed.",
	"saved":            "Saved.",
	"session-ended":    "That device is signed out.",
	"confirmed":        "Thank you. Now you can make the change.",
	"mfa-off":          "Two-step sign-in is off.",
	"account-blocked":  "Your account is blocked, and you are signed out everywhere.",
	"account-deleted":  "Your account is deleted.",
	"deny-next":        "The provider will refuse the next sign-in.",
}

// withReturn adds where the visitor wants to go after signing in to a path.
func withReturn(path, returnTo string) string {
	if returnTo == "/" {
		return path
	}
	return path + "?return_to=" + url.QueryEscape(returnTo)
}

// Link is withReturn for templates.
func (v view) Link(path string) string { return withReturn(path, v.ReturnTo) }

// form is one form of a page. Its fields hold what was sent, passwords excepted.
type form struct {
	ID      string
	refused *refusal
	placed  bool // what is wrong stands at its field
}

// Form returns the form of that ID.
func (v view) Form(id string) *form {
	f := &form{ID: id}
	if v.Refused != nil && v.Refused.form == id {
		f.refused = v.Refused
	}
	return f
}

// Problem returns what is wrong, where none of the fields before it has said so.
func (f *form) Problem() string {
	if f.refused == nil || f.placed {
		return ""
	}
	return f.refused.Text
}

// field is an input with its label.
type field struct {
	ID, Name, Label, Type, Value, Hint, Error string
	Autocomplete, InputMode                   string
	Required                                  bool
}

// Field returns a field for the template of that name. Attributes are written as in HTML:
//
//	{{template "field" (.Field "email" "label=E-mail address" "type=email" "required")}}
func (f *form) Field(name string, attributes ...string) (field, error) {
	in := field{ID: f.ID + "-" + name, Name: name, Type: "text"}
	for _, attribute := range attributes {
		key, value, _ := strings.Cut(attribute, "=")
		switch key {
		case "label":
			in.Label = value
		case "type":
			in.Type = value
		case "value":
			in.Value = value
		case "hint":
			in.Hint = value
		case "autocomplete":
			in.Autocomplete = value
		case "inputmode":
			in.InputMode = value
		case "required":
			in.Required = true
		default:
			return field{}, errors.New("no such attribute: " + key)
		}
	}
	if f.refused != nil {
		if f.refused.Field == name {
			in.Error, f.placed = f.refused.Text, true
		}
		if f.refused.values.Has(name) && in.Type != "password" {
			in.Value = f.refused.values.Get(name)
		}
	}
	return in, nil
}

//go:embed templates
var templateFiles embed.FS

// templates are the pages by name, each with the layout around it.
var templates = parseTemplates()

func parseTemplates() map[string]*template.Template {
	layout := template.Must(template.ParseFS(templateFiles, "templates/*.html"))
	files, err := fs.Glob(templateFiles, "templates/pages/*.html")
	if err != nil {
		panic(err)
	}
	pages := map[string]*template.Template{}
	for _, file := range files {
		set := template.Must(layout.Clone())
		pages[strings.TrimSuffix(path.Base(file), ".html")] = template.Must(set.ParseFS(templateFiles, file))
	}
	return pages
}
