package appwritetest_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/appwritetest"
	"github.com/seed17809555/appwrite/models"
)

// In a test, NewServer(t) does the same and stops with the test.
func ExampleStart() {
	srv, err := appwritetest.Start()
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()

	ctx, guest := context.Background(), srv.Client().Account
	if _, err := guest.Create(ctx, appwrite.CreateAccountParams{Email: "ada@example.com", Password: "correct horse", Name: "Ada"}); err != nil {
		log.Fatal(err)
	}
	session, err := guest.CreateEmailPasswordSession(ctx, appwrite.EmailPasswordParams{Email: "ada@example.com", Password: "correct horse"})
	if err != nil {
		log.Fatal(err)
	}
	user, err := srv.Client().WithSession(session.Secret).Account.Get(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(user.Name, user.EmailVerification)
	// Output: Ada false
}

// What a user would find in the mail is in the inbox.
func ExampleServer_Inbox() {
	srv, err := appwritetest.Start()
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	srv.AddUser(appwritetest.User{Email: "ada@example.com", Password: "forgotten"})

	ctx, guest := context.Background(), srv.Client().Account
	if _, err := guest.CreateRecovery(ctx, appwrite.RecoveryParams{Email: "ada@example.com", URL: "http://localhost/reset"}); err != nil {
		log.Fatal(err)
	}
	mail, _ := srv.Inbox().Last("ada@example.com")
	fmt.Println(mail.Subject)
	_, err = guest.UpdateRecovery(ctx, appwrite.UpdateRecoveryParams{UserID: mail.UserID, Secret: mail.Secret, Password: "correct horse"})
	fmt.Println(err)
	// Output:
	// Password Reset for Test
	// <nil>
}

// A login at a provider, from its start to the user's session.
func ExampleServer_OAuth2() {
	srv, err := appwritetest.Start()
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	srv.OAuth2().SetIdentity(appwritetest.OAuth2Identity{ProviderUID: "4711", Email: "ada@example.com", Name: "Ada", EmailVerified: true})

	ctx, guest := context.Background(), srv.Client().Account
	location, err := guest.CreateOAuth2Token(ctx, models.OAuthProviderGitHub, appwrite.OAuth2Params{
		Success: "http://localhost/success", Failure: "http://localhost/failure",
	})
	if err != nil {
		log.Fatal(err)
	}
	callback, err := appwrite.ParseCallback(srv.OAuth2().Login(location))
	if err != nil {
		log.Fatal(err)
	}
	session, err := guest.CreateSession(ctx, appwrite.SessionParams{UserID: callback.UserID, Secret: callback.Secret})
	if err != nil {
		log.Fatal(err)
	}
	user, err := srv.Client().WithSession(session.Secret).Account.Get(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(user.Name, session.Provider)

	srv.OAuth2().Deny()
	_, err = appwrite.ParseCallback(srv.OAuth2().Login(location))
	fmt.Println(errors.Is(err, appwrite.ErrUserOAuth2ProviderError))
	// Output:
	// Ada github
	// true
}

// A JWT that expires without anyone waiting for it.
func ExampleServer_Clock() {
	srv, err := appwritetest.Start()
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()

	ctx, client := context.Background(), srv.Client()
	session, err := client.Account.CreateAnonymousSession(ctx)
	if err != nil {
		log.Fatal(err)
	}
	token, err := client.WithSession(session.Secret).Account.CreateJWT(ctx, appwrite.JWTParams{})
	if err != nil {
		log.Fatal(err)
	}
	srv.Clock().Advance(time.Hour)
	_, err = client.WithJWT(token.JWT).Account.Get(ctx)
	fmt.Println(errors.Is(err, appwrite.ErrUserJWTInvalid))
	// Output: true
}

// A user who must prove a second factor, and the app that shows its codes.
func ExampleServer_TOTP() {
	srv, err := appwritetest.Start()
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	ada := srv.AddUser(appwritetest.User{
		Email: "ada@example.com", Password: "correct horse", Name: "Ada", MFA: true, TOTPSecret: "JBSWY3DPEHPK3PXP",
	})

	ctx, client := context.Background(), srv.Client()
	session, err := client.Account.CreateEmailPasswordSession(ctx, appwrite.EmailPasswordParams{Email: "ada@example.com", Password: "correct horse"})
	if err != nil {
		log.Fatal(err)
	}
	account := client.WithSession(session.Secret).Account
	_, err = account.Get(ctx)
	fmt.Println(errors.Is(err, appwrite.ErrUserMoreFactorsRequired))

	srv.Clock().Set(time.Now().Truncate(time.Minute)) // not between two codes
	challenge, err := account.CreateMFAChallenge(ctx, models.FactorTOTP)
	if err != nil {
		log.Fatal(err)
	}
	session, err = account.UpdateMFAChallenge(ctx, appwrite.MFAChallengeParams{ChallengeID: challenge.ID, OTP: srv.TOTP(ada.ID)})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(session.Factors)
	// Output:
	// true
	// [password totp]
}

// A client that tries again finds the server up.
func ExampleServer_Fail() {
	srv, err := appwritetest.Start()
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	srv.Fail(appwritetest.Fault{Operation: "account.get", Times: 1, Status: 503})

	ctx, client := context.Background(), srv.Client(appwrite.WithRetryPolicy(appwrite.RetryPolicy{MinDelay: time.Millisecond}))
	session, err := client.Account.CreateAnonymousSession(ctx)
	if err != nil {
		log.Fatal(err)
	}
	_, err = client.WithSession(session.Secret).Account.Get(ctx)
	fmt.Println(err)
	for _, r := range srv.Requests() {
		fmt.Println(r.Operation, r.Status)
	}
	// Output:
	// <nil>
	// account.createAnonymousSession 201
	// account.get 503
	// account.get 200
}

// A project where nobody signs up with a common password, or without one.
func ExampleWithSettings() {
	srv, err := appwritetest.Start(appwritetest.WithSettings(appwritetest.Settings{
		Password:        appwritetest.PasswordRules{Dictionary: true},
		DisabledMethods: []appwritetest.AuthMethod{appwritetest.MethodAnonymous},
	}))
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()

	ctx, guest := context.Background(), srv.Client().Account
	_, err = guest.Create(ctx, appwrite.CreateAccountParams{Email: "ada@example.com", Password: "password"})
	fmt.Println(errors.Is(err, appwrite.ErrGeneralArgumentInvalid))
	_, err = guest.CreateAnonymousSession(ctx)
	fmt.Println(errors.Is(err, appwrite.ErrUserAuthMethodUnsupported))
	// Output:
	// true
	// true
}
