// Command mfa enrols an authenticator app, and signs in with it as second factor.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"time"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/appwritetest"
	"github.com/seed17809555/appwrite/models"
)

// enrol sets an authenticator app up and asks for it at each login from now on. It returns
// recovery codes to show once. readCode shows the URI as a QR code and asks for the app's code.
func enrol(ctx context.Context, account *appwrite.Account, readCode func(uri string) string) ([]string, error) {
	app, err := account.CreateMFAAuthenticator(ctx, models.AuthenticatorTOTP)
	if err != nil {
		return nil, err
	}
	if _, err := account.UpdateMFAAuthenticator(ctx, models.AuthenticatorTOTP, readCode(app.URI)); err != nil {
		return nil, err
	}
	if _, err := account.UpdateMFA(ctx, true); err != nil {
		return nil, err
	}
	codes, err := account.CreateMFARecoveryCodes(ctx)
	if err != nil {
		return nil, err
	}
	return codes.RecoveryCodes, nil
}

// signIn returns a client that acts as the user, and asks for the second factor if there is
// one.
func signIn(ctx context.Context, client *appwrite.Client, p appwrite.EmailPasswordParams, readCode func() string) (*appwrite.Client, error) {
	session, err := client.Account.CreateEmailPasswordSession(ctx, p)
	if err != nil {
		return nil, err
	}
	user := client.WithSession(session.Secret)
	_, err = user.Account.Get(ctx)
	if !errors.Is(err, appwrite.ErrUserMoreFactorsRequired) {
		return user, err
	}
	challenge, err := user.Account.CreateMFAChallenge(ctx, models.FactorTOTP)
	if err != nil {
		return nil, err
	}
	_, err = user.Account.UpdateMFAChallenge(ctx, appwrite.MFAChallengeParams{ChallengeID: challenge.ID, OTP: readCode()})
	return user, err // the secret stays the same
}

func main() {
	if err := run(context.Background(), os.Stdout); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, out io.Writer) error {
	srv, err := appwritetest.Start() // your Appwrite, in your program
	if err != nil {
		return err
	}
	defer srv.Close()
	srv.Clock().Set(time.Now().Truncate(time.Minute)) // so that no code changes on the way
	ada := srv.AddUser(appwritetest.User{Email: "ada@example.com", Password: "correct horse"})
	login := appwrite.EmailPasswordParams{Email: ada.Email, Password: "correct horse"}
	authenticator := func() string { return srv.TOTP(ada.ID) }

	user, err := signIn(ctx, srv.Client(), login, authenticator)
	if err != nil {
		return err
	}
	codes, err := enrol(ctx, user.Account, func(string) string { return authenticator() })
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "enrolled,", len(codes), "recovery codes")

	if _, err = signIn(ctx, srv.Client(), login, func() string { return "000000x" }); err == nil {
		return errors.New("a wrong code signed in")
	}
	fmt.Fprintln(out, "wrong code:", errors.Is(err, appwrite.ErrUserInvalidToken))
	if user, err = signIn(ctx, srv.Client(), login, authenticator); err != nil {
		return err
	}
	session, err := user.Account.GetSession(ctx, appwrite.CurrentSession)
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "signed in with", session.Factors)
	return nil
}
