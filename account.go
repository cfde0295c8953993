package appwrite

import (
	"context"
	"fmt"

	"github.com/seed17809555/appwrite/internal/release"
	"github.com/seed17809555/appwrite/models"
)

// Get returns the account that the client acts as.
//
// A guest, and an expired or revoked session, gets ErrGeneralUnauthorizedScope; a session that
// still owes an MFA challenge gets ErrUserMoreFactorsRequired.
func (a *Account) Get(ctx context.Context, opts ...RequestOption) (*models.User, error) {
	return send[models.User](ctx, a, request{op: opGet}, opts)
}

// CreateAccountParams are the parameters of Account.Create.
type CreateAccountParams struct {
	UserID   string // "" becomes id.Unique(). Servers before 0.12 make the ID themselves
	Email    string
	Password string `secret:"true"` // 8 to 256 bytes, unless the project asks for more
	Name     string // optional, at most 128 characters
}

// Format prints the parameters without the password.
func (p CreateAccountParams) Format(s fmt.State, _ rune) { formatParams(s, p) }

// MarshalJSON writes the parameters without the password.
func (p CreateAccountParams) MarshalJSON() ([]byte, error) { return marshalParams(p) }

// Create registers an account. It does not sign the user in: see CreateEmailPasswordSession. An
// address that is taken gives ErrUserAlreadyExists, or ErrGeneralBadRequest where it belongs to
// an identity of another user.
func (a *Account) Create(ctx context.Context, p CreateAccountParams, opts ...RequestOption) (*models.User, error) {
	return send[models.User](ctx, a, request{op: opCreate, body: fields{
		required("userId", orUnique(p.UserID)).sentTo(release.Since(v0_12)),
		required("email", p.Email),
		secret("password", p.Password),
		optional("name", p.Name),
	}}, opts)
}

// Delete deletes the account that the client acts as. Servers before 0.14 only block the
// user; 0.14 to 1.4 cannot delete: use UpdateStatus there.
func (a *Account) Delete(ctx context.Context, opts ...RequestOption) error {
	_, err := a.do(ctx, request{op: opDelete}, nil, opts)
	return err
}

// UpdateName changes the name, of 1 to 128 characters. A name cannot be removed.
func (a *Account) UpdateName(ctx context.Context, name string, opts ...RequestOption) (*models.User, error) {
	return send[models.User](ctx, a, request{op: opUpdateName, body: fields{required("name", name)}}, opts)
}

// UpdateEmailParams are the parameters of Account.UpdateEmail.
type UpdateEmailParams struct {
	Email    string
	Password string `secret:"true"` // the current one; becomes the password where the account has none
}

// Format prints the parameters without the password.
func (p UpdateEmailParams) Format(s fmt.State, _ rune) { formatParams(s, p) }

// MarshalJSON writes the parameters without the password.
func (p UpdateEmailParams) MarshalJSON() ([]byte, error) { return marshalParams(p) }

// UpdateEmail changes the e-mail address, which is then unverified. On an anonymous account it
// sets address and password, and so turns it into a full one. An address that is taken gives
// ErrUserTargetAlreadyExists, or ErrGeneralBadRequest.
func (a *Account) UpdateEmail(ctx context.Context, p UpdateEmailParams, opts ...RequestOption) (*models.User, error) {
	return send[models.User](ctx, a, request{op: opUpdateEmail, body: fields{
		required("email", p.Email),
		secret("password", p.Password),
	}}, opts)
}

// UpdatePasswordParams are the parameters of Account.UpdatePassword.
type UpdatePasswordParams struct {
	Password    string `secret:"true"` // the new one, 8 to 256 bytes
	OldPassword string `secret:"true"` // "" only where the account has none yet, never before 0.8
}

// Format prints the parameters without the passwords.
func (p UpdatePasswordParams) Format(s fmt.State, _ rune) { formatParams(s, p) }

// MarshalJSON writes the parameters without the passwords.
func (p UpdatePasswordParams) MarshalJSON() ([]byte, error) { return marshalParams(p) }

// UpdatePassword changes the password, or sets the first one. A wrong old one gives
// ErrUserInvalidCredentials. Where the project says so, all other sessions end.
func (a *Account) UpdatePassword(ctx context.Context, p UpdatePasswordParams, opts ...RequestOption) (*models.User, error) {
	return send[models.User](ctx, a, request{op: opUpdatePassword, body: fields{
		secret("password", p.Password),
		optionalSecret("oldPassword", p.OldPassword).namedBefore(v0_6, "old-password").requiredBefore(v0_8),
	}}, opts)
}

// UpdatePhoneParams are the parameters of Account.UpdatePhone.
type UpdatePhoneParams struct {
	Phone    string // E.164 with +, "+14155550123"
	Password string `secret:"true"` // the current one
}

// Format prints the parameters without the password.
func (p UpdatePhoneParams) Format(s fmt.State, _ rune) { formatParams(s, p) }

// MarshalJSON writes the parameters without the password.
func (p UpdatePhoneParams) MarshalJSON() ([]byte, error) { return marshalParams(p) }

// UpdatePhone changes the phone number, which is then unverified. Servers since 0.15.
func (a *Account) UpdatePhone(ctx context.Context, p UpdatePhoneParams, opts ...RequestOption) (*models.User, error) {
	return send[models.User](ctx, a, request{op: opUpdatePhone, body: fields{
		required("phone", p.Phone).namedBefore(v1_0, "number"),
		secret("password", p.Password),
	}}, opts)
}

// UpdateStatus blocks the account that the client acts as and ends its sessions. Only an
// administrator can undo it. Servers since 0.14.
func (a *Account) UpdateStatus(ctx context.Context, opts ...RequestOption) (*models.User, error) {
	return send[models.User](ctx, a, request{op: opUpdateStatus}, opts)
}
