package main

import (
	"net/http"
	"slices"
	"time"
	_ "time/tzdata" // for machines without a database of time zones

	"github.com/seed17809555/appwrite/models"
	"github.com/seed17809555/appwrite/webauth"
)

// preferences are what the app keeps with the user. Other apps of the project may keep more
// there, which MergePrefs leaves alone.
type preferences struct {
	Theme    string `json:"theme"`    // "light", "dark", or "" for what the device is set to
	TimeZone string `json:"timeZone"` // "Europe/Paris"; "" is UTC
}

var preferencesPage = page{name: "preferences"}

func (a *app) changePreferences(w http.ResponseWriter, r *http.Request) {
	chosen := preferences{Theme: r.PostFormValue("theme"), TimeZone: r.PostFormValue("timeZone")}
	_, err := chosen.location()
	if err != nil || !slices.Contains([]string{"", "light", "dark"}, chosen.Theme) {
		a.again(w, r, preferencesPage, "preferences", problem{Status: http.StatusUnprocessableEntity, Text: "Please choose from the lists."})
		return
	}
	if _, err := webauth.AccountFrom(r.Context()).MergePrefs(r.Context(), chosen); err != nil {
		a.again(w, r, preferencesPage, "preferences", err)
		return
	}
	a.done(w, r, "/preferences", "saved")
}

// preferencesOf reads what the user chose. What cannot be read is as if not chosen.
func preferencesOf(user *models.User) (p preferences) {
	if user == nil || user.Prefs.Decode(&p) != nil {
		return preferences{}
	}
	return p
}

func (p preferences) location() (*time.Location, error) { return time.LoadLocation(p.TimeZone) }

// Time writes a date in the user's time zone.
func (v view) Time(t models.Timestamp) string {
	if t.IsZero() {
		return "never"
	}
	zone, err := v.Prefs.location()
	if err != nil {
		zone = time.UTC
	}
	return t.In(zone).Format("2 Jan 2006, 15:04 MST")
}

// TimeZones returns some zones to choose from.
func (view) TimeZones() []string {
	return []string{
		"Pacific/Honolulu", "America/Los_Angeles", "America/Denver", "America/Chicago", "America/New_York",
		"America/Sao_Paulo", "Europe/London", "Europe/Paris", "Europe/Helsinki", "Africa/Cairo", "Africa/Lagos",
		"Africa/Nairobi", "Asia/Dubai", "Asia/Kolkata", "Asia/Singapore", "Asia/Shanghai", "Asia/Tokyo",
		"Australia/Sydney", "Pacific/Auckland",
	}
}
