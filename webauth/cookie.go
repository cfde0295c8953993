package webauth

import (
	"net/http"
	"time"
)

// cookieName returns the name of one of the app's cookies. The prefix, which browsers take from
// https alone, keeps subdomains from setting it. The project keeps apps apart that share a
// host, as on localhost.
func (a *Auth) cookieName(what string) string {
	name := what + "_" + a.client.ProjectID()
	if a.secure {
		return "__Host-" + name
	}
	return name
}

// setCookie sets a cookie until the given time; the zero time is until the browser ends.
func (a *Auth) setCookie(w http.ResponseWriter, name, value string, expires time.Time) {
	a.writeCookie(w, &http.Cookie{Name: name, Value: value, Expires: expires})
}

func (a *Auth) clearCookie(w http.ResponseWriter, name string) {
	a.writeCookie(w, &http.Cookie{Name: name, MaxAge: -1})
}

func (a *Auth) writeCookie(w http.ResponseWriter, c *http.Cookie) {
	c.Path, c.HttpOnly, c.Secure, c.SameSite = "/", true, a.secure, http.SameSiteLaxMode
	http.SetCookie(w, c)
	w.Header().Set("Cache-Control", "no-store")
}

// sessionSecret returns what the session's cookie holds: "" for none and for one that cannot be
// a secret.
func (a *Auth) sessionSecret(r *http.Request) string {
	c, err := r.Cookie(a.cookie)
	if err != nil || len(c.Value) > maxCredential {
		return ""
	}
	return c.Value
}
