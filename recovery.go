package appwrite

import (
	"context"
	"fmt"

	"github.com/seed17809555/appwrite/internal/release"
	"github.com/seed17809555/appwrite/models"
)

// RecoveryParams are the parameters of Account.CreateRecovery.
type RecoveryParams struct {
	Email string
	URL   string // where the mail's link leads, with userId and secret added
}

// CreateRecovery mails a link, valid for an hour, to a user who forgot the password. The client
// must be a guest or hold an API key. The link's host must be one of the project's platforms.
// An unknown address gives ErrUserNotFound.
func (a *Account) CreateRecovery(ctx context.Context, p RecoveryParams, opts ...RequestOption) (*models.Token, error) {
	return send[models.Token](ctx, a, request{op: opCreateRecovery, body: fields{
		required("email", p.Email),
		required("url", p.URL),
	}}, opts)
}

// UpdateRecoveryParams are the parameters of Account.UpdateRecovery.
type UpdateRecoveryParams struct {
	UserID   string // of the link: see ParseCallback
	Secret   string `secret:"true"` // of the link
	Password string `secret:"true"` // the new one
}

// Format prints the parameters without secret and password.
func (p UpdateRecoveryParams) Format(s fmt.State, _ rune) { formatParams(s, p) }

// MarshalJSON writes the parameters without secret and password.
func (p UpdateRecoveryParams) MarshalJSON() ([]byte, error) { return marshalParams(p) }

// UpdateRecovery sets a new password. The e-mail address counts as verified afterwards, and
// since 1.9 all sessions of the user end. A wrong, used or expired secret gives
// ErrUserInvalidToken.
func (a *Account) UpdateRecovery(ctx context.Context, p UpdateRecoveryParams, opts ...RequestOption) (*models.Token, error) {
	return a.usedToken(ctx, request{op: opUpdateRecovery, body: fields{
		required("userId", p.UserID),
		secret("secret", p.Secret),
		secret("password", p.Password).namedBefore(v0_6, "password-a"),
		secret("passwordAgain", p.Password).sentTo(release.Before(v1_5)).namedBefore(v0_6, "password-b"),
	}}, opts)
}
