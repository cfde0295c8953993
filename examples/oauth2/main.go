// Command oauth2 signs a user in at a provider by the token flow: the backend asks Appwrite for
// the provider's login page, sends the browser there, and gets a token on the way back. A web
// app uses webauth.OAuth2Login and OAuth2Callback, which also bind the login to the browser.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/url"
	"os"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/appwritetest"
	"github.com/seed17809555/appwrite/models"
)

// begin returns the page of the provider to send the browser to.
func begin(ctx context.Context, client *appwrite.Client) (string, error) {
	return client.Account.CreateOAuth2Token(ctx, models.OAuthProviderGitHub, appwrite.OAuth2Params{
		Success: "http://localhost:8080/signed-in", // hosts must be platforms of the project
		Failure: "http://localhost:8080/denied",
	})
}

// end makes a session of what the browser brings back.
func end(ctx context.Context, client *appwrite.Client, landed *url.URL) (*models.Session, error) {
	callback, err := appwrite.ParseCallback(landed) // a denied login comes back as *appwrite.Error
	if err != nil {
		return nil, err
	}
	return client.Account.CreateSession(ctx, appwrite.SessionParams{UserID: callback.UserID, Secret: callback.Secret})
}

func main() {
	if err := run(context.Background(), os.Stdout); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, out io.Writer) error {
	srv, err := appwritetest.Start() // your Appwrite, in your program; it stands in for the provider too
	if err != nil {
		return err
	}
	defer srv.Close()
	srv.OAuth2().SetIdentity(appwritetest.OAuth2Identity{ProviderUID: "4711", Email: "ada@example.com", Name: "Ada", EmailVerified: true})
	client := srv.Client()

	location, err := begin(ctx, client)
	if err != nil {
		return err
	}
	session, err := end(ctx, client, srv.OAuth2().Login(location)) // Login is the browser
	if err != nil {
		return err
	}
	user, err := client.WithSession(session.Secret).Account.Get(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "signed in: %s <%s> by %s\n", user.Name, user.Email, session.Provider)

	srv.OAuth2().Deny() // the next time she says no
	if location, err = begin(ctx, client); err != nil {
		return err
	}
	_, err = end(ctx, client, srv.OAuth2().Login(location))
	fmt.Fprintln(out, "denied:", err)
	return nil
}
