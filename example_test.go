package appwrite_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"time"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/appwritetest"
	"github.com/seed17809555/appwrite/models"
	"github.com/seed17809555/appwrite/query"
)

// exampleServer starts a server in memory.
func exampleServer(opts ...appwritetest.Option) *appwritetest.Server {
	srv, err := appwritetest.Start(opts...)
	if err != nil {
		log.Fatal(err)
	}
	return srv
}

// exampleAccount starts a server in memory and signs its user Ada in.
func exampleAccount() (*appwritetest.Server, *appwrite.Client) {
	srv := exampleServer()
	srv.Clock().Set(time.Now().Truncate(time.Minute)) // so that an app's code stays right
	srv.AddUser(appwritetest.User{ID: "ada", Email: "ada@example.com", Password: "correct horse"})
	client := srv.Client()
	session, err := client.Account.CreateEmailPasswordSession(context.Background(), appwrite.EmailPasswordParams{
		Email: "ada@example.com", Password: "correct horse",
	})
	if err != nil {
		log.Fatal(err)
	}
	return srv, client.WithSession(session.Secret)
}

// Sign a user up and in, and act for that user.
func ExampleNewClient() {
	srv := exampleServer() // your server, in your program
	defer srv.Close()

	client, err := appwrite.NewClient(srv.Endpoint(), srv.ProjectID())
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	if _, err := client.Account.Create(ctx, appwrite.CreateAccountParams{
		Email: "ada@example.com", Password: "correct horse", Name: "Ada",
	}); err != nil {
		log.Fatal(err)
	}
	session, err := client.Account.CreateEmailPasswordSession(ctx, appwrite.EmailPasswordParams{
		Email: "ada@example.com", Password: "correct horse",
	})
	if err != nil {
		log.Fatal(err)
	}

	ada := client.WithSession(session.Secret) // client itself stays a guest
	user, err := ada.Account.Get(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(user.Name, user.Email)
	// Output: Ada ada@example.com
}

// A handler that acts for the user whose session the browser brings in a cookie of yours.
func ExampleClient_WithSession() {
	srv := exampleServer()
	defer srv.Close()
	client := srv.Client() // one for all requests

	profile := func(w http.ResponseWriter, r *http.Request) {
		cookie, err := r.Cookie("session")
		if err != nil {
			http.Error(w, "please sign in", http.StatusUnauthorized)
			return
		}
		user, err := client.WithSession(cookie.Value).Account.Get(r.Context())
		switch {
		case errors.Is(err, appwrite.ErrUnauthorized): // expired or ended
			http.Error(w, "please sign in", http.StatusUnauthorized)
		case err != nil:
			log.Print(err) // holds no secret
			http.Error(w, "try again later", http.StatusBadGateway)
		default:
			fmt.Fprint(w, "e-mail verified: ", user.EmailVerification)
		}
	}

	session, err := client.Account.CreateAnonymousSession(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	for _, secret := range []string{"made-up", session.Secret} {
		request := httptest.NewRequest("GET", "/profile", nil)
		request.AddCookie(&http.Cookie{Name: "session", Value: secret})
		answer := httptest.NewRecorder()
		profile(answer, request)
		fmt.Println(answer.Code, answer.Body)
	}
	// Output:
	// 401 please sign in
	//
	// 200 e-mail verified: false
}

// A backend on the server's host, or a subdomain of it, is sent the cookie with which the
// server signed the browser in.
func ExampleWithCookies() {
	srv := exampleServer()
	defer srv.Close()
	client := srv.Client()

	handler := func(w http.ResponseWriter, r *http.Request) {
		user, err := client.With(appwrite.WithCookies(r.Cookies()))
		if err != nil { // none of the project's session
			http.Error(w, "please sign in", http.StatusUnauthorized)
			return
		}
		session, err := user.Account.GetSession(r.Context(), appwrite.CurrentSession)
		switch {
		case errors.Is(err, appwrite.ErrUnauthorized): // expired or ended
			http.Error(w, "please sign in", http.StatusUnauthorized)
		case err != nil:
			http.Error(w, "try again later", http.StatusBadGateway)
		default:
			fmt.Fprint(w, "signed in by ", session.Provider)
		}
	}

	session, err := client.Account.CreateAnonymousSession(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	request := httptest.NewRequest("GET", "/", nil)
	request.AddCookie(&http.Cookie{Name: "a_session_" + client.ProjectID(), Value: session.Secret})
	answer := httptest.NewRecorder()
	handler(answer, request)
	fmt.Println(answer.Code, answer.Body)
	// Output: 200 signed in by anonymous
}

// Who holds a session mints a JWT, and a backend acts with it.
func ExampleClient_WithJWT() {
	srv, ada := exampleAccount()
	defer srv.Close()
	ctx, client := context.Background(), srv.Client()

	minted, err := ada.Account.CreateJWT(ctx, appwrite.JWTParams{Duration: 5 * time.Minute})
	if err != nil {
		log.Fatal(err)
	}

	user, err := client.WithJWT(minted.JWT).Account.UpdateName(ctx, "Ada")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(user.Name)

	_, err = client.WithJWT("made-up").Account.Get(ctx)
	fmt.Println(errors.Is(err, appwrite.ErrUserJWTInvalid))
	// Output:
	// Ada
	// true
}

// A client that acts by JWT for as long as the session lives, and renews the JWT itself.
func ExampleNewJWTSource() {
	srv, ada := exampleAccount()
	defer srv.Close()
	ctx := context.Background()

	source := appwrite.NewJWTSource(ada.Account, 15*time.Minute)
	worker, err := srv.Client().With(appwrite.WithJWTSource(source))
	if err != nil {
		log.Fatal(err)
	}
	for range 3 {
		if _, err := worker.Account.Get(ctx); err != nil {
			log.Fatal(err)
		}
	}
	for _, r := range srv.Requests() {
		fmt.Println(r.Operation)
	}
	// Output:
	// account.createEmailPasswordSession
	// account.createJWT
	// account.get
	// account.get
	// account.get
}

// A refusal is matched by what happened, not by its text.
func ExampleError() {
	srv, _ := exampleAccount()
	defer srv.Close()

	_, err := srv.Client().Account.CreateEmailPasswordSession(context.Background(), appwrite.EmailPasswordParams{
		Email: "ada@example.com", Password: "wrong horse",
	})
	switch {
	case errors.Is(err, appwrite.ErrUserInvalidCredentials):
		fmt.Println("wrong e-mail or password")
	case errors.Is(err, appwrite.ErrRateLimited): // any 429
		fmt.Println("too many attempts")
	case err != nil:
		log.Fatal(err)
	}

	if refused, ok := errors.AsType[*appwrite.Error](err); ok {
		fmt.Println(refused.Operation, refused.StatusCode, refused.Type)
	}
	// Output:
	// wrong e-mail or password
	// account.createEmailPasswordSession 401 user_invalid_credentials
}

// Bad parameters are refused before anything is sent. Servers take this one for all sessions.
func ExampleParamError() {
	client, err := appwrite.NewClient("https://cloud.appwrite.io/v1", "my-project")
	if err != nil {
		log.Fatal(err)
	}
	err = client.Account.DeleteSession(context.Background(), "")
	if bad, ok := errors.AsType[*appwrite.ParamError](err); ok {
		fmt.Println(bad.Param, bad.Reason)
	}
	// Output: sessionId is empty
}

// A client set to its server's release does not send what that server lacks.
func ExampleUnsupportedError() {
	client, err := appwrite.NewClient("https://appwrite.example.com/v1", "my-project", appwrite.WithServerVersion("1.4"))
	if err != nil {
		log.Fatal(err)
	}
	_, err = client.Account.CreateEmailToken(context.Background(), appwrite.EmailTokenParams{Email: "ada@example.com"})
	if lacks, ok := errors.AsType[*appwrite.UnsupportedError](err); ok {
		fmt.Println(lacks.Operation, "since", lacks.Since)
	}
	// Output: account.createEmailToken since 1.5.0
}

// A server tells its release, and the client then keeps to it. This one stands for Appwrite 1.4.
func ExampleClient_DetectServerVersion() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"version":"1.4.13"}`)
	}))
	defer server.Close()
	ctx := context.Background()
	client, err := appwrite.NewClient(server.URL+"/v1", "my-project")
	if err != nil {
		log.Fatal(err)
	}
	client, err = client.DetectServerVersion(ctx)
	if err != nil {
		log.Fatal(err)
	}
	_, err = client.Account.CreateEmailToken(ctx, appwrite.EmailTokenParams{Email: "ada@example.com"})
	fmt.Println(err)
	// Output: account.createEmailToken: not on servers 1.4.13, only since 1.5.0; they have account.createMagicURLToken
}

// All entries of the log, two per request.
func ExampleAccount_Logs() {
	srv, ada := exampleAccount()
	defer srv.Close()
	ctx, account := context.Background(), ada.Account
	for _, name := range []string{"Ada", "Ada L.", "Ada Lovelace"} {
		if _, err := account.UpdateName(ctx, name); err != nil {
			log.Fatal(err)
		}
	}

	for entry, err := range account.Logs(ctx, appwrite.ListParams{Queries: []string{query.Limit(2)}}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(entry.Event, entry.UserName)
	}
	// Output:
	// user.update Ada Lovelace
	// user.update Ada L.
	// user.update Ada
	// session.create
}

// Preferences in a type of one's own.
func ExampleGetPrefs() {
	srv, ada := exampleAccount()
	defer srv.Close()
	ctx, account := context.Background(), ada.Account

	type settings struct {
		Theme string   `json:"theme"`
		Tabs  []string `json:"tabs"`
	}
	if _, err := account.UpdatePrefs(ctx, settings{Theme: "dark", Tabs: []string{"inbox", "sent"}}); err != nil {
		log.Fatal(err)
	}
	prefs, err := appwrite.GetPrefs[settings](ctx, account)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(prefs.Theme, prefs.Tabs)
	// Output: dark [inbox sent]
}

// Change some preferences and keep the others, those of other programs too.
func ExampleAccount_MergePrefs() {
	srv, ada := exampleAccount()
	defer srv.Close()
	ctx, account := context.Background(), ada.Account
	if _, err := account.UpdatePrefs(ctx, map[string]any{"theme": "dark", "seen": 41, "beta": true}); err != nil {
		log.Fatal(err)
	}

	user, err := account.MergePrefs(ctx, map[string]any{"seen": 42, "beta": nil}) // nil removes a key
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(user.Prefs.Map())
	// Output: map[seen:42 theme:dark]
}

// Prove an e-mail address by a link that is mailed to it.
func ExampleAccount_CreateEmailVerification() {
	srv, ada := exampleAccount()
	defer srv.Close()
	ctx, account := context.Background(), ada.Account

	if _, err := account.CreateEmailVerification(ctx, "http://localhost/verify"); err != nil {
		log.Fatal(err)
	}

	// The user follows the link. The page behind it, with the URL of its request, does this.
	mail, _ := srv.Inbox().Last("ada@example.com")
	followed, err := url.Parse(mail.URL)
	if err != nil {
		log.Fatal(err)
	}
	callback, err := appwrite.ParseCallback(followed)
	if err != nil {
		log.Fatal(err)
	}
	if _, err := srv.Client().Account.UpdateEmailVerification(ctx, appwrite.VerificationParams{
		UserID: callback.UserID, Secret: callback.Secret,
	}); err != nil {
		log.Fatal(err)
	}

	user, err := account.Get(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(user.Email, user.EmailVerification)
	// Output: ada@example.com true
}

// Sign in without a password, by a code that is mailed.
func ExampleAccount_CreateSession() {
	srv := exampleServer()
	defer srv.Close()
	ctx, client := context.Background(), srv.Client()

	token, err := client.Account.CreateEmailToken(ctx, appwrite.EmailTokenParams{Email: "ada@example.com"})
	if err != nil {
		log.Fatal(err)
	}
	mail, _ := srv.Inbox().Last("ada@example.com")
	code := mail.Secret // what the user types

	session, err := client.Account.CreateSession(ctx, appwrite.SessionParams{UserID: token.UserID, Secret: code})
	if errors.Is(err, appwrite.ErrUserInvalidToken) {
		fmt.Println("wrong, used or expired code")
		return
	}
	if err != nil {
		log.Fatal(err)
	}
	user, err := client.WithSession(session.Secret).Account.Get(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(user.Email, user.EmailVerification)
	// Output: ada@example.com true
}

// The page to which a magic URL leads, or an OAuth2 provider's redirect, signs the user in.
func ExampleParseCallback() {
	srv := exampleServer()
	defer srv.Close()
	client := srv.Client()

	page := func(w http.ResponseWriter, r *http.Request) {
		callback, err := appwrite.ParseCallback(r.URL)
		if err != nil { // why an OAuth2 sign-in failed, or that this is no callback
			fmt.Fprint(w, err)
			return
		}
		session, err := client.Account.CreateSession(r.Context(), appwrite.SessionParams{
			UserID: callback.UserID, Secret: callback.Secret,
		})
		if err != nil {
			fmt.Fprint(w, err)
			return
		}
		fmt.Fprint(w, "signed in by ", session.Provider)
	}

	if _, err := client.Account.CreateMagicURLToken(context.Background(), appwrite.MagicURLTokenParams{
		Email: "ada@example.com", URL: "http://localhost/signed-in",
	}); err != nil {
		log.Fatal(err)
	}
	mail, _ := srv.Inbox().Last("ada@example.com")
	for _, followed := range []string{
		mail.URL,
		"http://localhost/signed-in?error=%7B%22message%22%3A%22The+current+user+has+been+blocked.%22%2C%22type%22%3A%22user_blocked%22%2C%22code%22%3A403%7D",
	} {
		answer := httptest.NewRecorder()
		page(answer, httptest.NewRequest("GET", followed, nil))
		fmt.Println(answer.Body)
	}
	// Output:
	// signed in by magic-url
	// appwrite.ParseCallback: 403 user_blocked: The current user has been blocked.
}

// Send the browser to the provider. When it comes back to Success, go on as in the example of
// ParseCallback.
func ExampleAccount_CreateOAuth2Token() {
	srv := exampleServer(appwritetest.WithPlatforms("app.example.com"))
	defer srv.Close()
	client := srv.Client()

	login := func(w http.ResponseWriter, r *http.Request) {
		page, err := client.Account.CreateOAuth2Token(r.Context(), models.OAuthProviderGitHub, appwrite.OAuth2Params{
			Success: "https://app.example.com/in",
			Failure: "https://app.example.com/out", // ParseCallback tells why
		})
		if err != nil {
			http.Error(w, "try again later", http.StatusBadGateway)
			return
		}
		http.Redirect(w, r, page, http.StatusFound)
	}

	answer := httptest.NewRecorder()
	login(answer, httptest.NewRequest("GET", "/login", nil))
	page := srv.OAuth2().Login(answer.Header().Get("Location")) // what the browser and GitHub do
	fmt.Println(answer.Code, page.Host+page.Path)
	// Output: 302 app.example.com/in
}

// A link for a page, made without a request.
func ExampleAccount_OAuth2TokenURL() {
	client, err := appwrite.NewClient("https://cloud.appwrite.io/v1", "my-project")
	if err != nil {
		log.Fatal(err)
	}
	link, err := client.Account.OAuth2TokenURL(models.OAuthProviderGoogle, appwrite.OAuth2Params{
		Success: "https://app.example.com/in",
		Failure: "https://app.example.com/out",
		Scopes:  []string{"email"},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(link)
	// Output: https://cloud.appwrite.io/v1/account/tokens/oauth2/google?failure=https%3A%2F%2Fapp.example.com%2Fout&project=my-project&scopes%5B%5D=email&success=https%3A%2F%2Fapp.example.com%2Fin
}

// Set up an authenticator app and switch multi-factor authentication on.
func ExampleAccount_CreateMFAAuthenticator() {
	srv, ada := exampleAccount()
	defer srv.Close()
	ctx, account := context.Background(), ada.Account

	app, err := account.CreateMFAAuthenticator(ctx, models.AuthenticatorTOTP)
	if err != nil {
		log.Fatal(err)
	}
	// As a QR code, to nobody but the user: it holds the secret.
	fmt.Println(strings.ReplaceAll(app.URI, app.Secret, "…"))

	typed := srv.TOTP("ada") // the code that the app shows
	if _, err := account.UpdateMFAAuthenticator(ctx, models.AuthenticatorTOTP, typed); err != nil {
		log.Fatal(err) // ErrUserInvalidToken for a wrong code
	}
	codes, err := account.CreateMFARecoveryCodes(ctx) // for the day when the phone is lost
	if err != nil {
		log.Fatal(err)
	}
	user, err := account.UpdateMFA(ctx, true)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(user.MFA, len(codes.RecoveryCodes), "recovery codes")
	// Output:
	// otpauth://totp/Test%3Aada%40example.com?issuer=Test&secret=…
	// true 6 recovery codes
}

// Signing in takes two steps where the user has set up an authenticator app.
func ExampleAccount_UpdateMFAChallenge() {
	srv := exampleServer()
	defer srv.Close()
	srv.Clock().Set(time.Now().Truncate(time.Minute)) // so that the code below is still the app's
	ada := srv.AddUser(appwritetest.User{
		Email: "ada@example.com", Password: "correct horse", MFA: true, TOTPSecret: "JBSWY3DPEHPK3PXP",
	})
	ctx, client := context.Background(), srv.Client()

	first, err := client.Account.CreateEmailPasswordSession(ctx, appwrite.EmailPasswordParams{
		Email: "ada@example.com", Password: "correct horse",
	})
	if err != nil {
		log.Fatal(err)
	}
	account := client.WithSession(first.Secret).Account
	if _, err := account.Get(ctx); !errors.Is(err, appwrite.ErrUserMoreFactorsRequired) {
		fmt.Println("one step was enough, or failed:", err)
		return
	}

	factors, err := account.ListMFAFactors(ctx)
	if err != nil {
		log.Fatal(err)
	}
	factor := models.FactorRecoveryCode
	if factors.TOTP {
		factor = models.FactorTOTP
	}
	challenge, err := account.CreateMFAChallenge(ctx, factor)
	if err != nil {
		log.Fatal(err)
	}
	typed := srv.TOTP(ada.ID) // the code that the app shows
	second, err := account.UpdateMFAChallenge(ctx, appwrite.MFAChallengeParams{ChallengeID: challenge.ID, OTP: typed})
	if err != nil {
		log.Fatal(err) // ErrUserInvalidToken for a wrong code
	}
	fmt.Println(second.Factors) // first.Secret stays the one to act with
	// Output: [password totp]
}

// Reads survive a server that is away for a moment.
func ExampleWithRetryPolicy() {
	srv, ada := exampleAccount()
	defer srv.Close()
	srv.Fail(appwritetest.Fault{Operation: "account.get", Times: 1, Status: http.StatusServiceUnavailable})

	client, err := ada.With(appwrite.WithRetryPolicy(appwrite.RetryPolicy{
		MaxAttempts: 5,
		MinDelay:    10 * time.Millisecond,
		MaxDelay:    2 * time.Second,
	}))
	if err != nil {
		log.Fatal(err)
	}
	var answer appwrite.Response
	_, err = client.Account.Get(context.Background(), appwrite.CaptureResponse(&answer))
	fmt.Println(answer.StatusCode, answer.Attempts, err)
	// Output: 200 2 <nil>
}

// How much of a rate limit is left.
func ExampleCaptureResponse() {
	srv := exampleServer()
	defer srv.Close()

	var answer appwrite.Response
	_, err := srv.Client().Account.CreateAnonymousSession(context.Background(), appwrite.CaptureResponse(&answer))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(answer.StatusCode, answer.RateLimit.Remaining, "of", answer.RateLimit.Limit)
	// Output: 201 49 of 50
}

// A sign-in form's handler. The session notes the browser's address instead of the backend's.
func ExampleForwardRequest() {
	srv, _ := exampleAccount()
	defer srv.Close()
	backend := srv.Client(appwrite.WithAPIKey(srv.APIKey()))

	login := func(w http.ResponseWriter, r *http.Request) {
		session, err := backend.Account.CreateEmailPasswordSession(r.Context(), appwrite.EmailPasswordParams{
			Email: r.FormValue("email"), Password: r.FormValue("password"),
		}, appwrite.ForwardRequest(r))
		switch {
		case errors.Is(err, appwrite.ErrUserInvalidCredentials):
			http.Error(w, "wrong e-mail or password", http.StatusUnauthorized)
			return
		case err != nil:
			log.Print(err) // holds no secret
			http.Error(w, "try again later", http.StatusBadGateway)
			return
		}
		http.SetCookie(w, &http.Cookie{
			Name: "session", Value: session.Secret, Expires: session.Expire.Time,
			Path: "/", HttpOnly: true, Secure: true, SameSite: http.SameSiteLaxMode,
		})
		fmt.Fprint(w, "signed in from ", session.IP)
	}

	request := httptest.NewRequest("POST", "/login", strings.NewReader("email=ada@example.com&password=correct+horse"))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.RemoteAddr = "203.0.113.7:50000" // net/http sets it
	answer := httptest.NewRecorder()
	login(answer, request)
	fmt.Println(answer.Code, answer.Body)
	// Output: 200 signed in from 203.0.113.7
}
