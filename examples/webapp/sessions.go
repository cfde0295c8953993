package main

import (
	"net/http"
	"strings"

	"github.com/seed17809555/appwrite/models"
	"github.com/seed17809555/appwrite/webauth"
)

var sessionsPage = page{name: "sessions", data: func(r *http.Request) (any, error) {
	list, err := webauth.AccountFrom(r.Context()).ListSessions(r.Context())
	if err != nil {
		return nil, err
	}
	return list.Sessions, nil
}}

// endSession signs the user out on another device.
func (a *app) endSession(w http.ResponseWriter, r *http.Request) {
	err := webauth.AccountFrom(r.Context()).DeleteSession(r.Context(), r.PathValue("id"))
	if err != nil {
		a.again(w, r, sessionsPage, "sessions", err)
		return
	}
	a.done(w, r, "/sessions", "session-ended")
}

// endSessions signs the user out everywhere, here too.
func (a *app) endSessions(w http.ResponseWriter, r *http.Request) {
	if err := webauth.AccountFrom(r.Context()).DeleteSessions(r.Context()); err != nil {
		a.again(w, r, sessionsPage, "sessions", err)
		return
	}
	a.signOut(w, r) // only the cookie is left
}

// Device says in words what a session or log entry was made with.
func (view) Device(client, version, system string) string {
	switch {
	case client == "" && system == "":
		return "Unknown device"
	case client == "":
		return system
	case system == "":
		return strings.TrimSpace(client + " " + version)
	}
	major, _, _ := strings.Cut(version, ".")
	return strings.TrimSpace(client+" "+major) + " on " + strings.TrimPrefix(system, "GNU/")
}

// Place says where an address is, as far as the server knows.
func (view) Place(countryCode, countryName string) string {
	if countryCode == "--" || countryName == "" {
		return "Unknown place"
	}
	return countryName
}

// How says by which way a session was signed in to.
func (v view) How(s models.Session) string {
	switch s.Provider {
	case "email":
		return "password"
	case "magic-url":
		return "magic link"
	case "token", "phone":
		return "code"
	}
	return v.ProviderName(models.OAuthProvider(s.Provider))
}
