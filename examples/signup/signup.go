// Package signup is a piece of a backend with its test: the test runs against appwritetest, an
// Appwrite in memory, and the code does not know.
package signup

import (
	"context"
	"errors"

	"github.com/seed17809555/appwrite"
)

// ErrTaken says that there is an account with the address already.
var ErrTaken = errors.New("there is an account with this address")

// SignUp registers a user and mails a link that verifies the address; verifyURL is the page
// that the link leads to.
func SignUp(ctx context.Context, client *appwrite.Client, email, password, verifyURL string) error {
	_, err := client.Account.Create(ctx, appwrite.CreateAccountParams{Email: email, Password: password})
	if errors.Is(err, appwrite.ErrUserAlreadyExists) || errors.Is(err, appwrite.ErrUserEmailAlreadyExists) {
		return ErrTaken
	}
	if err != nil {
		return err
	}
	session, err := client.Account.CreateEmailPasswordSession(ctx, appwrite.EmailPasswordParams{Email: email, Password: password})
	if err != nil {
		return err
	}
	_, err = client.WithSession(session.Secret).Account.CreateEmailVerification(ctx, verifyURL)
	return err
}
