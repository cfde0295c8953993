// Command ssr is a server-rendered page with a session of its own, without package webauth: the
// session's secret in a cookie, and a client per request. webauth does the same with protection
// from other sites' requests, MFA, OAuth2 and more.
package main

import (
	"errors"
	"html/template"
	"log"
	"net/http"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/appwritetest"
)

var page = template.Must(template.New("page").Parse(`<!doctype html>
<html lang="en"><title>SSR</title>
{{with .}}<p>Hello, {{.Name}}</p><form method="post" action="/sign-out"><button>Sign out</button></form>
{{else}}<form method="post" action="/sign-in"><label>E-mail <input name="email" type="email" autocomplete="email" required></label>
<label>Password <input name="password" type="password" autocomplete="current-password" required></label><button>Sign in</button></form>
{{end}}</html>
`))

const cookieName = "session"

// newApp returns the app. client is a guest; each request that has a session gets a copy.
func newApp(client *appwrite.Client) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		cookie, err := r.Cookie(cookieName)
		if err != nil {
			render(w, nil)
			return
		}
		user, err := client.WithSession(cookie.Value).Account.Get(r.Context())
		switch {
		case errors.Is(err, appwrite.ErrUnauthorized): // expired or ended
			render(w, nil)
		case err != nil:
			fail(w, err)
		default:
			render(w, user)
		}
	})
	mux.HandleFunc("POST /sign-in", func(w http.ResponseWriter, r *http.Request) {
		session, err := client.Account.CreateEmailPasswordSession(r.Context(), appwrite.EmailPasswordParams{
			Email: r.PostFormValue("email"), Password: r.PostFormValue("password"),
		}, appwrite.ForwardRequest(r))
		if errors.Is(err, appwrite.ErrUserInvalidCredentials) {
			http.Error(w, "wrong address or password", http.StatusUnauthorized)
			return
		}
		if err != nil {
			fail(w, err)
			return
		}
		http.SetCookie(w, &http.Cookie{
			Name: cookieName, Value: session.Secret, Expires: session.Expire.Time,
			Path: "/", HttpOnly: true, Secure: true, SameSite: http.SameSiteLaxMode,
		})
		http.Redirect(w, r, "/", http.StatusSeeOther)
	})
	mux.HandleFunc("POST /sign-out", func(w http.ResponseWriter, r *http.Request) {
		if cookie, err := r.Cookie(cookieName); err == nil {
			if err := client.WithSession(cookie.Value).Account.DeleteSession(r.Context(), appwrite.CurrentSession); err != nil {
				log.Print(err)
			}
		}
		http.SetCookie(w, &http.Cookie{Name: cookieName, Path: "/", MaxAge: -1, HttpOnly: true, Secure: true})
		http.Redirect(w, r, "/", http.StatusSeeOther)
	})
	return http.NewCrossOriginProtection().Handler(mux)
}

func fail(w http.ResponseWriter, err error) {
	log.Print(err) // holds no secret
	http.Error(w, "try again later", http.StatusServiceUnavailable)
}

func render(w http.ResponseWriter, data any) {
	w.Header().Set("Cache-Control", "no-store")
	if err := page.Execute(w, data); err != nil {
		log.Print(err)
	}
}

func main() {
	srv, err := appwritetest.Start() // your Appwrite, in your program
	if err != nil {
		log.Fatal(err)
	}
	srv.AddUser(appwritetest.User{Email: "ada@example.com", Password: "correct horse", Name: "Ada"})
	log.Print("http://localhost:8080: ada@example.com, correct horse")
	log.Fatal(http.ListenAndServe("localhost:8080", newApp(srv.Client())))
}
