package appwrite

import (
	"context"
	"fmt"

	"github.com/seed17809555/appwrite/internal/release"
	"github.com/seed17809555/appwrite/models"
)

// UpdateMFA switches multi-factor authentication on or off. With it on, and a verified factor,
// a new session must complete a challenge before anything else. Servers since 1.5, like all MFA
// methods.
func (a *Account) UpdateMFA(ctx context.Context, enabled bool, opts ...RequestOption) (*models.User, error) {
	return send[models.User](ctx, a, request{op: opUpdateMFA, body: fields{boolean("mfa", enabled)}}, opts)
}

// ListMFAFactors returns which factors the user can complete a challenge with. It also works
// for a session that still has to complete one.
func (a *Account) ListMFAFactors(ctx context.Context, opts ...RequestOption) (*models.MFAFactors, error) {
	return send[models.MFAFactors](ctx, a, request{op: opListMFAFactors}, opts)
}

// CreateMFAAuthenticator starts to set up an authenticator app and returns its secret and the
// otpauth URI for a QR code. Confirm it with UpdateMFAAuthenticator; until then a further call
// replaces it.
func (a *Account) CreateMFAAuthenticator(ctx context.Context, kind models.AuthenticatorType, opts ...RequestOption) (*models.MFAType, error) {
	return send[models.MFAType](ctx, a, request{op: opCreateMFAAuthenticator, ids: []string{string(kind)}}, opts)
}

// UpdateMFAAuthenticator confirms an authenticator app with a code that it shows. A code of
// another 30 seconds gives ErrUserInvalidToken.
func (a *Account) UpdateMFAAuthenticator(ctx context.Context, kind models.AuthenticatorType, otp string, opts ...RequestOption) (*models.User, error) {
	return send[models.User](ctx, a, request{op: opUpdateMFAAuthenticator, ids: []string{string(kind)}, body: fields{secret("otp", otp)}}, opts)
}

// DeleteMFAAuthenticator removes an authenticator app. It takes a challenge completed in the
// last 30 minutes, otherwise ErrUserChallengeRequired. Servers 1.5 take a code of the app
// instead: see DeleteMFAAuthenticatorWithOTP.
func (a *Account) DeleteMFAAuthenticator(ctx context.Context, kind models.AuthenticatorType, opts ...RequestOption) error {
	return a.DeleteMFAAuthenticatorWithOTP(ctx, kind, "", opts...)
}

// DeleteMFAAuthenticatorWithOTP removes an authenticator app with a code that it shows, which
// servers 1.5 ask for. Later servers are not sent the code, as with DeleteMFAAuthenticator.
func (a *Account) DeleteMFAAuthenticatorWithOTP(ctx context.Context, kind models.AuthenticatorType, otp string, opts ...RequestOption) error {
	_, err := a.do(ctx, request{op: opDeleteMFAAuthenticator, ids: []string{string(kind)}, body: fields{
		secret("otp", otp).sentTo(release.Before(v1_6)),
	}}, nil, opts)
	return err
}

// CreateMFAChallenge starts a challenge with a factor, and mails or sends its code where the
// factor is e-mail or phone. It is valid for an hour: see UpdateMFAChallenge.
func (a *Account) CreateMFAChallenge(ctx context.Context, factor models.AuthenticationFactor, opts ...RequestOption) (*models.MFAChallenge, error) {
	return send[models.MFAChallenge](ctx, a, request{op: opCreateMFAChallenge, body: fields{
		// Servers accept the other spelling too, but such a challenge can never be completed.
		required("factor", string(factor)).valueBefore(v1_9, string(models.FactorRecoveryCode), "recoverycode"),
	}}, opts)
}

// MFAChallengeParams are the parameters of Account.UpdateMFAChallenge.
type MFAChallengeParams struct {
	ChallengeID string
	OTP         string `secret:"true"` // the code of the app, mail or message, or a recovery code
}

// Format prints the parameters without the code.
func (p MFAChallengeParams) Format(s fmt.State, _ rune) { formatParams(s, p) }

// MarshalJSON writes the parameters without the code.
func (p MFAChallengeParams) MarshalJSON() ([]byte, error) { return marshalParams(p) }

// UpdateMFAChallenge completes a challenge: the session that made it gains the factor. The
// answer has no secret; the session's old one stays valid. A wrong code gives
// ErrUserInvalidToken.
func (a *Account) UpdateMFAChallenge(ctx context.Context, p MFAChallengeParams, opts ...RequestOption) (*models.Session, error) {
	return a.changedSession(ctx, request{op: opUpdateMFAChallenge, body: fields{
		required("challengeId", p.ChallengeID),
		secret("otp", p.OTP),
	}}, opts)
}

// GetMFARecoveryCodes returns the recovery codes that are left. It takes a challenge completed
// in the last 30 minutes, otherwise ErrUserChallengeRequired.
func (a *Account) GetMFARecoveryCodes(ctx context.Context, opts ...RequestOption) (*models.MFARecoveryCodes, error) {
	return send[models.MFARecoveryCodes](ctx, a, request{op: opGetMFARecoveryCodes}, opts)
}

// CreateMFARecoveryCodes makes the first recovery codes. Each completes one challenge with
// models.FactorRecoveryCode.
func (a *Account) CreateMFARecoveryCodes(ctx context.Context, opts ...RequestOption) (*models.MFARecoveryCodes, error) {
	return send[models.MFARecoveryCodes](ctx, a, request{op: opCreateMFARecoveryCodes}, opts)
}

// UpdateMFARecoveryCodes replaces all recovery codes. It takes a challenge completed in the
// last 30 minutes, otherwise ErrUserChallengeRequired.
func (a *Account) UpdateMFARecoveryCodes(ctx context.Context, opts ...RequestOption) (*models.MFARecoveryCodes, error) {
	return send[models.MFARecoveryCodes](ctx, a, request{op: opUpdateMFARecoveryCodes}, opts)
}
