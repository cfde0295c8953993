// Command jwtapi is an API backend that acts for users by JWT: a front end signs in at Appwrite
// with its own SDK, creates a JWT, and sends it with each request. The backend never sees the
// session.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/appwritetest"
	"github.com/seed17809555/appwrite/webauth"
)

// newAPI returns the backend.
func newAPI(client *appwrite.Client) (http.Handler, error) {
	auth, err := webauth.New(client, webauth.Config{URL: "https://api.example.com"})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /me", func(w http.ResponseWriter, r *http.Request) {
		user, err := webauth.UserFrom(r.Context())
		if err != nil {
			auth.Refuse(w, r, err)
			return
		}
		writeJSON(w, map[string]any{"name": user.Name, "labels": user.Labels})
	})
	mux.HandleFunc("PUT /me/theme/{theme}", func(w http.ResponseWriter, r *http.Request) {
		user, err := webauth.AccountFrom(r.Context()).MergePrefs(r.Context(), map[string]string{"theme": r.PathValue("theme")})
		if err != nil {
			auth.Refuse(w, r, err)
			return
		}
		writeJSON(w, user.Prefs)
	})
	return auth.RequireUser(mux), nil
}

func writeJSON(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(body); err != nil {
		log.Print(err)
	}
}

func main() {
	if err := run(context.Background(), os.Stdout); err != nil {
		log.Fatal(err)
	}
}

// run does what a front end does. Your program serves the API with http.ListenAndServe instead.
func run(ctx context.Context, out io.Writer) error {
	srv, err := appwritetest.Start() // your Appwrite, in your program
	if err != nil {
		return err
	}
	defer srv.Close()
	ada := srv.AddUser(appwritetest.User{Email: "ada@example.com", Password: "correct horse", Name: "Ada", Labels: []string{"admin"}})

	api, err := newAPI(srv.Client())
	if err != nil {
		return err
	}
	session, err := srv.Client().Account.CreateEmailPasswordSession(ctx, appwrite.EmailPasswordParams{Email: ada.Email, Password: "correct horse"})
	if err != nil {
		return err
	}
	minted, err := srv.Client(appwrite.WithSession(session.Secret)).Account.CreateJWT(ctx, appwrite.JWTParams{})
	if err != nil {
		return err
	}
	for _, call := range []struct{ method, path, jwt string }{
		{"GET", "/me", minted.JWT}, {"PUT", "/me/theme/dark", minted.JWT}, {"GET", "/me", ""},
	} {
		r := httptest.NewRequestWithContext(ctx, call.method, call.path, nil)
		r.Header.Set("Authorization", "Bearer "+call.jwt)
		w := httptest.NewRecorder()
		api.ServeHTTP(w, r)
		fmt.Fprintf(out, "%s %s: %d %s", call.method, call.path, w.Code, w.Body)
	}
	return nil
}
