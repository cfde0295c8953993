package appwrite

import (
	"context"
	"fmt"

	"github.com/seed17809555/appwrite/models"
)

// CreateEmailVerification mails a link that proves the user's address: its userId and secret go
// to UpdateEmailVerification. url is where the link leads; its host must be one of the
// project's platforms. The link is valid for an hour, before 1.5 for 7 days.
func (a *Account) CreateEmailVerification(ctx context.Context, url string, opts ...RequestOption) (*models.Token, error) {
	return send[models.Token](ctx, a, request{op: opCreateEmailVerification, body: fields{required("url", url)}}, opts)
}

// VerificationParams are what a verification's mail or message carries: see ParseCallback.
type VerificationParams struct {
	UserID string
	Secret string `secret:"true"` // of the link, or the 6-digit code
}

// Format prints the parameters without the secret.
func (p VerificationParams) Format(s fmt.State, _ rune) { formatParams(s, p) }

// MarshalJSON writes the parameters without the secret.
func (p VerificationParams) MarshalJSON() ([]byte, error) { return marshalParams(p) }

// UpdateEmailVerification marks the address as verified. It needs no session; an API key is
// refused with ErrGeneralUnauthorizedScope.
func (a *Account) UpdateEmailVerification(ctx context.Context, p VerificationParams, opts ...RequestOption) (*models.Token, error) {
	return a.usedToken(ctx, request{op: opUpdateEmailVerification, body: userSecret(p.UserID, p.Secret)}, opts)
}

// CreatePhoneVerification sends a 6-digit code to the user's phone. Servers since 0.15.
func (a *Account) CreatePhoneVerification(ctx context.Context, opts ...RequestOption) (*models.Token, error) {
	return send[models.Token](ctx, a, request{op: opCreatePhoneVerification}, opts)
}

// UpdatePhoneVerification marks the phone number as verified. Servers since 0.15.
func (a *Account) UpdatePhoneVerification(ctx context.Context, p VerificationParams, opts ...RequestOption) (*models.Token, error) {
	return a.usedToken(ctx, request{op: opUpdatePhoneVerification, body: userSecret(p.UserID, p.Secret)}, opts)
}

// usedToken makes a call that uses up a token and answers with it. Up to 1.5 servers put the
// hash of its secret there, and 0.15 the code itself. Both are worthless by then.
func (a *Account) usedToken(ctx context.Context, r request, opts []RequestOption) (*models.Token, error) {
	token, err := send[models.Token](ctx, a, r, opts)
	if err == nil {
		token.Secret = ""
	}
	return token, err
}
