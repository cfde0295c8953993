package appwrite

import (
	"context"

	"github.com/seed17809555/appwrite/internal/release"
	"github.com/seed17809555/appwrite/models"
)

// EmailTokenParams are the parameters of Account.CreateEmailToken.
type EmailTokenParams struct {
	UserID string // for a new user; "" becomes id.Unique(). A known address keeps its ID
	Email  string
	Phrase bool // have the mail and the answer show the same two words
}

// CreateEmailToken mails a 6-digit code, valid for 15 minutes, with which CreateSession signs
// in the user whose ID the answer names. An unknown address is registered. Servers since 1.5.
func (a *Account) CreateEmailToken(ctx context.Context, p EmailTokenParams, opts ...RequestOption) (*models.Token, error) {
	return send[models.Token](ctx, a, request{op: opCreateEmailToken, body: withPhrase(p.Phrase, fields{
		required("userId", orUnique(p.UserID)),
		required("email", p.Email),
	})}, opts)
}

// MagicURLTokenParams are the parameters of Account.CreateMagicURLToken.
type MagicURLTokenParams struct {
	UserID string // for a new user; "" becomes id.Unique(). A known address keeps its ID
	Email  string
	URL    string // where the mail's link leads, with userId and secret added; "" is a page of the server
	Phrase bool   // have the mail and the answer show the same two words
}

// CreateMagicURLToken mails a link, valid for an hour, whose userId and secret CreateSession
// takes (see ParseCallback). An unknown address is registered. The link's host must be one of
// the project's platforms. Servers since 0.10; before 1.5 UpdateMagicURLSession takes them.
func (a *Account) CreateMagicURLToken(ctx context.Context, p MagicURLTokenParams, opts ...RequestOption) (*models.Token, error) {
	return send[models.Token](ctx, a, request{op: opCreateMagicURLToken, body: withPhrase(p.Phrase, fields{
		required("userId", orUnique(p.UserID)).sentTo(release.Since(v0_12)),
		required("email", p.Email),
		optional("url", p.URL),
	})}, opts)
}

// PhoneTokenParams are the parameters of Account.CreatePhoneToken.
type PhoneTokenParams struct {
	UserID string // for a new user; "" becomes id.Unique(). A known number keeps its ID
	Phone  string // E.164 with +, "+14155550123"
}

// CreatePhoneToken sends a 6-digit code, valid for 15 minutes, with which CreateSession signs
// in the user whose ID the answer names. An unknown number is registered. Servers since 0.15;
// before 1.5 UpdatePhoneSession takes the code.
func (a *Account) CreatePhoneToken(ctx context.Context, p PhoneTokenParams, opts ...RequestOption) (*models.Token, error) {
	return send[models.Token](ctx, a, request{op: opCreatePhoneToken, body: fields{
		required("userId", orUnique(p.UserID)),
		required("phone", p.Phone).namedBefore(v1_0, "number"),
	}}, opts)
}

func withPhrase(phrase bool, fs fields) fields {
	if phrase {
		return append(fs, boolean("phrase", true).sentTo(release.Since(v1_5)))
	}
	return fs
}
