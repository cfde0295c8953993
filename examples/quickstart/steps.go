package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/appwritetest"
	"github.com/seed17809555/appwrite/query"
)

// A tour is what the steps share. Each step returns what happened, for people to read.
type tour struct {
	guest    *appwrite.Client // without credential
	inbox    *appwritetest.Inbox
	version  string // of the server
	email    string
	password string
	signedUp bool             // the account exists, or may
	user     *appwrite.Client // acts with the session; set by signIn
	jwt      string
}

// connect asks the server for its version and has the client speak it.
func (t *tour) connect(ctx context.Context) (string, error) {
	version, err := t.guest.ServerVersion(ctx)
	if err != nil {
		return "", err
	}
	var major, minor int
	if _, err := fmt.Sscanf(version, "%d.%d", &major, &minor); err == nil && (major == 0 || major == 1 && minor < 5) {
		return "", fmt.Errorf("the server is Appwrite %s, on which users cannot delete their account: 1.5 or newer is needed", version)
	}
	client, err := t.guest.With(appwrite.WithServerVersion(version))
	if err != nil {
		return "", err
	}
	t.guest, t.version = client, version
	return fmt.Sprintf("Appwrite %s at %s, project %s", version, client.Endpoint(), client.ProjectID()), nil
}

// signUp creates the account. It does not sign the user in.
func (t *tour) signUp(ctx context.Context) (string, error) {
	user, err := t.guest.Account.Create(ctx, appwrite.CreateAccountParams{
		Email: t.email, Password: t.password, Name: "Ada",
	})
	// Without an answer of the server, the account may have been created all the same.
	_, refused := errors.AsType[*appwrite.Error](err)
	t.signedUp = !refused
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("user %s, %s", user.ID, user.Email), nil
}

// signIn makes a session, and a client that acts with it. A backend that serves many users
// makes such a client for each: it is a cheap copy.
func (t *tour) signIn(ctx context.Context) (string, error) {
	session, err := t.guest.Account.CreateEmailPasswordSession(ctx, appwrite.EmailPasswordParams{
		Email: t.email, Password: t.password,
	})
	if err != nil {
		return "", err
	}
	t.user = t.guest.WithSession(session.Secret)
	return fmt.Sprintf("session %s, valid until %s", session.ID, session.Expire.Format(time.DateOnly)), nil
}

// verifyEmail has a link mailed and completes it with the secret that it carries. An app gets
// userId and secret as parameters of the page that the link leads to.
func (t *tour) verifyEmail(ctx context.Context) (string, error) {
	if _, err := t.user.Account.CreateEmailVerification(ctx, "http://localhost/verify"); err != nil {
		return "", err
	}
	mail, ok := t.inbox.Last(t.email)
	if !ok {
		return "", errors.New("no mail came")
	}
	// It needs no session: people read their mail on another device.
	_, err := t.guest.Account.UpdateEmailVerification(ctx, appwrite.VerificationParams{
		UserID: mail.UserID, Secret: mail.Secret,
	})
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("with the secret of the mail %q", mail.Subject), nil
}

// useSession reads and changes the account that the session belongs to.
func (t *tour) useSession(ctx context.Context) (string, error) {
	before, err := t.user.Account.Get(ctx)
	if err != nil {
		return "", err
	}
	after, err := t.user.Account.UpdateName(ctx, "Ada Lovelace")
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("name changed from %q to %q, e-mail verified: %t", before.Name, after.Name, after.EmailVerification), nil
}

// preferences are what this app keeps about a user.
type preferences struct {
	Theme    string `json:"theme"`
	Language string `json:"language"`
}

// changePrefs stores preferences, changes one of them and reads them back into a struct.
func (t *tour) changePrefs(ctx context.Context) (string, error) {
	account := t.user.Account
	if _, err := account.UpdatePrefs(ctx, preferences{Theme: "light", Language: "en"}); err != nil {
		return "", err
	}
	if _, err := account.MergePrefs(ctx, map[string]any{"theme": "dark"}); err != nil {
		return "", err
	}
	prefs, err := appwrite.GetPrefs[preferences](ctx, account)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("theme %s, language %s", prefs.Theme, prefs.Language), nil
}

// mintJWT is what a frontend does before it calls your backend: the JWT goes there in place of
// the session.
func (t *tour) mintJWT(ctx context.Context) (string, error) {
	token, err := t.user.Account.CreateJWT(ctx, appwrite.JWTParams{})
	if err != nil {
		return "", err
	}
	t.jwt = token.JWT
	return "to act as the user for 15 minutes", nil
}

// actAsBackend is what a backend does with the JWT of a request: act as its user. A JWT that is
// forged or expired gives appwrite.ErrUserJWTInvalid.
func (t *tour) actAsBackend(ctx context.Context) (string, error) {
	user, err := t.guest.WithJWT(t.jwt).Account.Get(ctx)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("the JWT is that of user %s, %s", user.ID, user.Name), nil
}

// listSessions lists where the user is signed in.
func (t *tour) listSessions(ctx context.Context) (string, error) {
	list, err := t.user.Account.ListSessions(ctx)
	if err != nil {
		return "", err
	}
	var shown []string
	for _, session := range list.Sessions {
		text := fmt.Sprintf("by %s at %s", session.Provider, session.CreatedAt.Format(time.TimeOnly))
		if session.Current {
			text += " (this one)"
		}
		shown = append(shown, text)
	}
	return fmt.Sprintf("%d: %s", list.Total, strings.Join(shown, ", ")), nil
}

// listLogs lists what the user did last. Account.Logs iterates over all of it.
func (t *tour) listLogs(ctx context.Context) (string, error) {
	list, err := t.user.Account.ListLogs(ctx, appwrite.ListParams{Queries: []string{query.Limit(3)}})
	if err != nil {
		return "", err
	}
	var events []string
	for _, entry := range list.Logs {
		events = append(events, entry.Event)
	}
	return fmt.Sprintf("%d entries, the newest: %v", list.Total, events), nil
}

// refusedAction signs in with a wrong password. Errors of the server are typed: compare them
// with errors.Is, look into them with errors.AsType.
func (t *tour) refusedAction(ctx context.Context) (string, error) {
	_, err := t.guest.Account.CreateEmailPasswordSession(ctx, appwrite.EmailPasswordParams{
		Email: t.email, Password: "not the password",
	})
	if err == nil {
		return "", errors.New("the server took a wrong password")
	}
	if !errors.Is(err, appwrite.ErrUserInvalidCredentials) {
		return "", err
	}
	refusal, _ := errors.AsType[*appwrite.Error](err)
	return fmt.Sprintf("sign-in with a wrong password: %d %s", refusal.StatusCode, refusal.Type), nil
}

// recoverPassword has a link mailed to a user who forgot the password, and sets a new one with
// the secret that it carries. That ends all sessions.
func (t *tour) recoverPassword(ctx context.Context) (string, error) {
	_, err := t.guest.Account.CreateRecovery(ctx, appwrite.RecoveryParams{
		Email: t.email, URL: "http://localhost/reset",
	})
	if err != nil {
		return "", err
	}
	mail, ok := t.inbox.Last(t.email)
	if !ok {
		return "", errors.New("no mail came")
	}
	password := rand.Text()
	_, err = t.guest.Account.UpdateRecovery(ctx, appwrite.UpdateRecoveryParams{
		UserID: mail.UserID, Secret: mail.Secret, Password: password,
	})
	if err != nil {
		return "", err
	}
	t.password = password
	again, err := t.signIn(ctx)
	if err != nil {
		return "", err
	}
	return "new password set, signed in with it: " + again, nil
}

// signOut ends the session, and with it the JWTs that were minted from it.
func (t *tour) signOut(ctx context.Context) (string, error) {
	if err := t.user.Account.DeleteSession(ctx, appwrite.CurrentSession); err != nil {
		return "", err
	}
	_, err := t.user.Account.Get(ctx)
	if err == nil {
		return "", errors.New("the server still takes the session")
	}
	if !errors.Is(err, appwrite.ErrUnauthorized) {
		return "", err
	}
	return "the session has ended and is no longer taken", nil
}

// deleteAccount deletes the user. It signs in anew, so that it works whatever step failed.
// Account.UpdateStatus is not the right call here: it blocks the user, who stays on the server
// and can neither sign in nor be unblocked without an administrator.
func (t *tour) deleteAccount(ctx context.Context) (string, error) {
	_, err := t.signIn(ctx)
	if errors.Is(err, appwrite.ErrUserInvalidCredentials) {
		return "not needed: the sign-up did not reach the server", nil
	}
	if err != nil {
		return "", err
	}
	if err := t.user.Account.Delete(ctx); err != nil {
		return "", err
	}
	return t.email + " is gone from the server", nil
}
