package appwritetest_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/appwritetest"
	"github.com/seed17809555/appwrite/id"
	"github.com/seed17809555/appwrite/models"
)

// start and must stand for what a test has: NewServer(t), which stops with the test, and a
// t.Fatal for each error.
func start(opts ...appwritetest.Option) *appwritetest.Server {
	return must(appwritetest.Start(opts...))
}

func must[T any](v T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return v
}

// In a test, NewServer(t) does the same and stops with the test.
func ExampleStart() {
	srv, err := appwritetest.Start()
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()

	ctx, guest := context.Background(), srv.Client().Account
	must(guest.Create(ctx, appwrite.CreateAccountParams{Email: "ada@example.com", Password: "correct horse", Name: "Ada"}))
	session := must(guest.CreateEmailPasswordSession(ctx, appwrite.EmailPasswordParams{Email: "ada@example.com", Password: "correct horse"}))
	user := must(srv.Client().WithSession(session.Secret).Account.Get(ctx))
	fmt.Println(user.Name, user.EmailVerification)
	// Output: Ada false
}

// login is what Example_login tests.
func login(client *appwrite.Client) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		session, err := client.Account.CreateEmailPasswordSession(r.Context(), appwrite.EmailPasswordParams{
			Email: r.FormValue("email"), Password: r.FormValue("password"),
		})
		switch {
		case errors.Is(err, appwrite.ErrUserInvalidCredentials):
			w.WriteHeader(http.StatusUnauthorized)
		case errors.Is(err, appwrite.ErrUserBlocked):
			w.WriteHeader(http.StatusForbidden)
		case errors.Is(err, appwrite.ErrRateLimited):
			w.WriteHeader(http.StatusTooManyRequests)
		case err != nil:
			w.WriteHeader(http.StatusBadGateway)
		default:
			http.SetCookie(w, &http.Cookie{Name: "session", Value: session.Secret, HttpOnly: true, Secure: true})
			http.Redirect(w, r, "/", http.StatusSeeOther)
		}
	}
}

// A handler's answer to each way in which a login ends, each on a server of its own.
func Example_login() {
	for _, tt := range []struct {
		name, email, password string
		faults                []appwritetest.Fault
	}{
		{name: "right password", email: "ada@example.com", password: "correct horse"},
		{name: "wrong password", email: "ada@example.com", password: "wrong horse"},
		{name: "blocked user", email: "bob@example.com", password: "correct horse"},
		{name: "rate limit", faults: []appwritetest.Fault{{Status: 429, Reset: time.Hour}}, email: "ada@example.com", password: "correct horse"},
		{name: "server away", faults: []appwritetest.Fault{{Damage: appwritetest.DropBefore}}, email: "ada@example.com", password: "correct horse"},
	} {
		srv := start()
		srv.AddUser(appwritetest.User{Email: "ada@example.com", Password: "correct horse"})
		srv.AddUser(appwritetest.User{Email: "bob@example.com", Password: "correct horse", Blocked: true})
		for _, fault := range tt.faults {
			srv.Fail(fault)
		}
		form := url.Values{"email": {tt.email}, "password": {tt.password}}
		request := httptest.NewRequest("POST", "/login", strings.NewReader(form.Encode()))
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		answer := httptest.NewRecorder()
		login(srv.Client())(answer, request)
		fmt.Println(tt.name, answer.Code)
		srv.Close()
	}
	// Output:
	// right password 303
	// wrong password 401
	// blocked user 403
	// rate limit 429
	// server away 502
}

// What a user would find in the mail is in the inbox.
func ExampleServer_Inbox() {
	srv := start()
	defer srv.Close()
	srv.AddUser(appwritetest.User{Email: "ada@example.com", Password: "forgotten"})

	ctx, guest := context.Background(), srv.Client().Account
	must(guest.CreateRecovery(ctx, appwrite.RecoveryParams{Email: "ada@example.com", URL: "http://localhost/reset"}))
	mail, _ := srv.Inbox().Last("ada@example.com")
	fmt.Println(mail.Subject)
	_, err := guest.UpdateRecovery(ctx, appwrite.UpdateRecoveryParams{UserID: mail.UserID, Secret: mail.Secret, Password: "correct horse"})
	fmt.Println(err)
	// Output:
	// Password Reset for Test
	// <nil>
}

// A session that expires without anyone waiting for it.
func ExampleServer_Clock() {
	srv := start()
	defer srv.Close()

	ctx, client := context.Background(), srv.Client()
	session := must(client.Account.CreateAnonymousSession(ctx))
	user := client.WithSession(session.Secret).Account

	srv.Clock().Set(session.Expire.Add(-time.Minute))
	_, err := user.Get(ctx)
	fmt.Println(err)
	srv.Clock().Advance(time.Minute)
	_, err = user.Get(ctx)
	fmt.Println(errors.Is(err, appwrite.ErrUnauthorized))
	// Output:
	// <nil>
	// true
}

// A user who must prove a second factor, and the app that shows its codes.
func ExampleServer_TOTP() {
	srv := start()
	defer srv.Close()
	srv.Clock().Set(time.Now().Truncate(time.Minute)) // not between two codes
	ada := srv.AddUser(appwritetest.User{Email: "ada@example.com", Password: "correct horse", MFA: true, TOTPSecret: "JBSWY3DPEHPK3PXP"})

	ctx, client := context.Background(), srv.Client()
	session := must(client.Account.CreateEmailPasswordSession(ctx, appwrite.EmailPasswordParams{Email: "ada@example.com", Password: "correct horse"}))
	account := client.WithSession(session.Secret).Account
	_, err := account.Get(ctx)
	fmt.Println(errors.Is(err, appwrite.ErrUserMoreFactorsRequired))

	challenge := must(account.CreateMFAChallenge(ctx, models.FactorTOTP))
	session = must(account.UpdateMFAChallenge(ctx, appwrite.MFAChallengeParams{ChallengeID: challenge.ID, OTP: srv.TOTP(ada.ID)}))
	fmt.Println(session.Factors)
	// Output:
	// true
	// [password totp]
}

// A login at a provider, from its start to the user's session, and one that is denied.
func ExampleServer_OAuth2() {
	srv := start()
	defer srv.Close()
	srv.OAuth2().SetIdentity(appwritetest.OAuth2Identity{ProviderUID: "4711", Email: "ada@example.com", Name: "Ada", EmailVerified: true})

	ctx, guest := context.Background(), srv.Client().Account
	location := must(guest.CreateOAuth2Token(ctx, models.OAuthProviderGitHub, appwrite.OAuth2Params{
		Success: "http://localhost/success", Failure: "http://localhost/failure",
	}))
	callback := must(appwrite.ParseCallback(srv.OAuth2().Login(location)))
	session := must(guest.CreateSession(ctx, appwrite.SessionParams{UserID: callback.UserID, Secret: callback.Secret}))
	user := must(srv.Client().WithSession(session.Secret).Account.Get(ctx))
	fmt.Println(user.Name, session.Provider)

	srv.OAuth2().Deny()
	_, err := appwrite.ParseCallback(srv.OAuth2().Login(location))
	fmt.Println(errors.Is(err, appwrite.ErrUserOAuth2ProviderError))
	// Output:
	// Ada github
	// true
}

// Who guesses passwords gets ten of them an hour.
func ExampleWithRateLimits() {
	srv := start(appwritetest.WithRateLimits())
	defer srv.Close()
	srv.Clock().Set(time.Date(2030, 1, 1, 12, 0, 0, 0, time.UTC)) // calls are counted from hour to hour

	guess := func() error {
		_, err := srv.Client().Account.CreateEmailPasswordSession(context.Background(), appwrite.EmailPasswordParams{
			Email: "ada@example.com", Password: rand.Text(),
		})
		return err
	}
	for range 10 {
		_ = guess() // wrong
	}
	fmt.Println(errors.Is(guess(), appwrite.ErrRateLimited))
	srv.Clock().Advance(time.Hour)
	fmt.Println(errors.Is(guess(), appwrite.ErrUserInvalidCredentials))
	// Output:
	// true
	// true
}

// A client that tries again finds the server up.
func ExampleServer_Fail() {
	srv := start()
	defer srv.Close()
	srv.Fail(appwritetest.Fault{Operation: "account.get", Times: 1, Status: 503})

	ctx, client := context.Background(), srv.Client(appwrite.WithRetryPolicy(appwrite.RetryPolicy{MinDelay: time.Millisecond}))
	session := must(client.Account.CreateAnonymousSession(ctx))
	must(client.WithSession(session.Secret).Account.Get(ctx))
	for _, r := range srv.Requests() {
		fmt.Println(r.Operation, r.Status)
	}
	// Output:
	// account.createAnonymousSession 201
	// account.get 503
	// account.get 200
}

// A project where nobody signs up with a common password, or without one.
func ExampleWithSettings() {
	srv := start(appwritetest.WithSettings(appwritetest.Settings{
		Password:        appwritetest.PasswordRules{Dictionary: true},
		DisabledMethods: []appwritetest.AuthMethod{appwritetest.MethodAnonymous},
	}))
	defer srv.Close()

	ctx, guest := context.Background(), srv.Client().Account
	_, err := guest.Create(ctx, appwrite.CreateAccountParams{Email: "ada@example.com", Password: "password"})
	fmt.Println(errors.Is(err, appwrite.ErrGeneralArgumentInvalid))
	_, err = guest.CreateAnonymousSession(ctx)
	fmt.Println(errors.Is(err, appwrite.ErrUserAuthMethodUnsupported))
	// Output:
	// true
	// true
}

// Users of one project are nobody in another.
func ExampleWithProject() {
	srv := start(appwritetest.WithProject("staging", appwritetest.Settings{}))
	defer srv.Close()
	srv.AddUser(appwritetest.User{Email: "ada@example.com", Password: "correct horse"})

	ctx, ada := context.Background(), appwrite.EmailPasswordParams{Email: "ada@example.com", Password: "correct horse"}
	_, err := srv.Client().Account.CreateEmailPasswordSession(ctx, ada)
	fmt.Println(err)
	_, err = srv.Project("staging").Client().Account.CreateEmailPasswordSession(ctx, ada)
	fmt.Println(errors.Is(err, appwrite.ErrUserInvalidCredentials))
	// Output:
	// <nil>
	// true
}

// All of it without a network: the client calls the server in its own goroutine.
func ExampleWithoutListener() {
	srv := start(appwritetest.WithoutListener())
	defer srv.Close()

	session := must(srv.Client().Account.CreateAnonymousSession(context.Background()))
	fmt.Println(session.Provider)
	// Output: anonymous
}

// A user with more than people can give themselves.
func ExampleServer_AddUser() {
	srv := start()
	defer srv.Close()

	ada := srv.AddUser(appwritetest.User{
		Email: "ada@example.com", EmailVerified: true, Labels: []string{"admin"}, Prefs: map[string]any{"theme": "dark"},
	})
	fmt.Println(ada.EmailVerification, ada.Labels, ada.Prefs.Map())
	// Output: true [admin] map[theme:dark]
}

// Two servers of one seed make up the same.
func ExampleWithSeed() {
	var codes []string
	for range 2 {
		srv := start(appwritetest.WithSeed(1))
		must(srv.Client().Account.CreateEmailToken(context.Background(), appwrite.EmailTokenParams{Email: "ada@example.com"}))
		mail, _ := srv.Inbox().Last("ada@example.com")
		codes = append(codes, mail.Secret)
		srv.Close()
	}
	fmt.Println(codes[0] == codes[1])
	// Output: true
}

// What was asked, without its secrets.
func ExampleServer_Requests() {
	srv := start()
	defer srv.Close()

	must(srv.Client().Account.Create(context.Background(), appwrite.CreateAccountParams{UserID: "ada", Email: "ada@example.com", Password: "correct horse"}))
	for _, r := range srv.Requests() {
		fmt.Println(r.Method, r.Path, r.Params, r.Status)
	}
	// Output: POST /v1/account {"userId":"ada","email":"ada@example.com","password":"***"} 201
}

// instance returns a client of the instance that the environment names, otherwise of a server
// in memory.
func instance() (client *appwrite.Client, done func()) {
	endpoint := os.Getenv("APPWRITE_ENDPOINT")
	if endpoint == "" {
		srv := start()
		return srv.Client(), srv.Close
	}
	return must(appwrite.NewClient(endpoint, os.Getenv("APPWRITE_PROJECT_ID"))), func() {}
}

// The same code on a server in memory and, where the environment names one, on a real instance:
// with a user of its own, who is deleted at the end.
func Example_realInstance() {
	client, done := instance()
	defer done()

	ctx, email, password := context.Background(), "ada-"+id.Unique()+"@example.com", rand.Text()
	must(client.Account.Create(ctx, appwrite.CreateAccountParams{Email: email, Password: password}))
	session := must(client.Account.CreateEmailPasswordSession(ctx, appwrite.EmailPasswordParams{Email: email, Password: password}))
	ada := client.WithSession(session.Secret).Account
	user := must(ada.UpdateName(ctx, "Ada"))
	fmt.Println(user.Name)
	fmt.Println(ada.Delete(ctx))
	// Output:
	// Ada
	// <nil>
}

// The server behind a listener and next to handlers of one's own.
func ExampleServer_Handler() {
	srv := start(appwritetest.WithoutListener())
	defer srv.Close()
	mux := http.NewServeMux()
	mux.Handle("/v1/", srv.Handler())
	front := httptest.NewServer(mux)
	defer front.Close()

	client := must(appwrite.NewClient(front.URL+"/v1", srv.ProjectID()))
	fmt.Println(must(client.ServerVersion(context.Background())))
	// Output: 1.9.6
}

// The same code on servers of three releases.
func ExampleWithServerVersion() {
	for _, release := range []string{"0.9", "1.4", appwrite.LatestServerVersion} {
		srv := start(appwritetest.WithServerVersion(release))
		srv.AddUser(appwritetest.User{Email: "ada@example.com", Password: "correct horse", Name: "Ada"})

		ctx, client := context.Background(), srv.Client()
		session := must(client.Account.CreateEmailPasswordSession(ctx, appwrite.EmailPasswordParams{Email: "ada@example.com", Password: "correct horse"}))
		user := must(client.WithSession(session.Secret).Account.Get(ctx))
		_, err := client.Account.CreateEmailToken(ctx, appwrite.EmailTokenParams{Email: "ada@example.com"})
		fmt.Println(release, user.Name, srv.Requests()[0].Path)
		fmt.Println(err)
		srv.Close()
	}
	// Output:
	// 0.9 Ada /v1/account/sessions
	// account.createEmailToken: not on servers 0.9.0, only since 1.5.0
	// 1.4 Ada /v1/account/sessions/email
	// account.createEmailToken: not on servers 1.4.0, only since 1.5.0; they have account.createMagicURLToken
	// 1.9.6 Ada /v1/account/sessions/email
	// <nil>
}
