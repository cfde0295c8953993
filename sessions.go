package appwrite

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/seed17809555/appwrite/models"
)

// CurrentSession stands for the ID of the session that the client acts with. It does not work
// with a JWT, which gets ErrUserSessionNotFound.
const CurrentSession = "current"

// EmailPasswordParams are the parameters of Account.CreateEmailPasswordSession.
type EmailPasswordParams struct {
	Email    string
	Password string `secret:"true"`
}

// Format prints the parameters without the password.
func (p EmailPasswordParams) Format(s fmt.State, _ rune) { formatParams(s, p) }

// MarshalJSON writes the parameters without the password.
func (p EmailPasswordParams) MarshalJSON() ([]byte, error) { return marshalParams(p) }

// CreateEmailPasswordSession signs a user in. Session.Secret is filled and ready for
// Client.WithSession. The client must be a guest or hold an API key: one that is signed in gets
// ErrUserSessionAlreadyExists since 1.5.
//
// A wrong address or password gives ErrUserInvalidCredentials, one that cannot be right (an
// address without a domain, a password of under 8 bytes) ErrGeneralArgumentInvalid, and a
// blocked user ErrUserBlocked. More than 10 failed calls an hour for one address give
// ErrRateLimited, unless the client has an API key.
//
// A project allows a number of sessions per user, 10 by default. Above it the server ends the
// oldest one, without an error.
func (a *Account) CreateEmailPasswordSession(ctx context.Context, p EmailPasswordParams, opts ...RequestOption) (*models.Session, error) {
	return a.newSession(ctx, request{op: opCreateEmailPasswordSession, body: fields{
		required("email", p.Email),
		secret("password", p.Password),
	}}, opts)
}

// CreateAnonymousSession registers a user without a name or address and signs it in. Give it an
// address with UpdateEmail, or it is lost with its session. Servers since 0.8.
func (a *Account) CreateAnonymousSession(ctx context.Context, opts ...RequestOption) (*models.Session, error) {
	return a.newSession(ctx, request{op: opCreateAnonymousSession}, opts)
}

// SessionParams are what a token's mail, message or link carries: see ParseCallback.
type SessionParams struct {
	UserID string
	Secret string `secret:"true"` // of the link, or the 6-digit code
}

// Format prints the parameters without the secret.
func (p SessionParams) Format(s fmt.State, _ rune) { formatParams(s, p) }

// MarshalJSON writes the parameters without the secret.
func (p SessionParams) MarshalJSON() ([]byte, error) { return marshalParams(p) }

// CreateSession signs a user in with the secret of a magic URL, an e-mail or phone code, an
// OAuth2 callback or a token that a server made. A wrong, used or expired one gives
// ErrUserInvalidToken. Servers since 1.5.
func (a *Account) CreateSession(ctx context.Context, p SessionParams, opts ...RequestOption) (*models.Session, error) {
	return a.newSession(ctx, request{op: opCreateSession, body: userSecret(p.UserID, p.Secret)}, opts)
}

// GetSession returns one of the user's sessions, or CurrentSession.
func (a *Account) GetSession(ctx context.Context, sessionID string, opts ...RequestOption) (*models.Session, error) {
	return send[models.Session](ctx, a, request{op: opGetSession, ids: []string{sessionID}}, opts)
}

// UpdateSession extends a session and refreshes the provider's tokens of an OAuth2 one. The
// answer has no secret: the old one stays valid. Servers since 0.13; up to 1.4 they only
// refresh tokens and refuse other sessions.
func (a *Account) UpdateSession(ctx context.Context, sessionID string, opts ...RequestOption) (*models.Session, error) {
	return a.changedSession(ctx, request{op: opUpdateSession, ids: []string{sessionID}}, opts)
}

// ListSessions returns all sessions of the user; the list is not paged.
func (a *Account) ListSessions(ctx context.Context, opts ...RequestOption) (*models.SessionList, error) {
	return send[models.SessionList](ctx, a, request{op: opListSessions}, opts)
}

// DeleteSession ends a session, or CurrentSession, which signs the user out. An empty ID is
// refused here: servers would end all sessions.
func (a *Account) DeleteSession(ctx context.Context, sessionID string, opts ...RequestOption) error {
	_, err := a.do(ctx, request{op: opDeleteSession, ids: []string{sessionID}}, nil, opts)
	return err
}

// DeleteSessions ends all sessions of the user, this client's too.
func (a *Account) DeleteSessions(ctx context.Context, opts ...RequestOption) error {
	_, err := a.do(ctx, request{op: opDeleteSessions}, nil, opts)
	return err
}

// newSession makes a call that signs a user in. Servers put the secret into the body for API
// keys only; for all others it is in the session cookie.
func (a *Account) newSession(ctx context.Context, r request, opts []RequestOption) (*models.Session, error) {
	session := new(models.Session)
	header, err := a.do(ctx, r, session, opts)
	if err != nil {
		return nil, err
	}
	if session.Secret == "" {
		session.Secret = secretFromCookies(header, sessionCookieName(a.state.core.projectID))
	}
	if session.Secret == "" {
		return nil, &DecodeError{Operation: r.op.name, StatusCode: http.StatusCreated, Err: errors.New("it holds no session secret, neither in its body nor in a cookie")}
	}
	return session, nil
}

// changedSession makes a call that answers with an existing session. Servers 1.5 put the hash
// of its secret there, with which nobody can sign in.
func (a *Account) changedSession(ctx context.Context, r request, opts []RequestOption) (*models.Session, error) {
	session, err := send[models.Session](ctx, a, r, opts)
	if err == nil {
		session.Secret = ""
	}
	return session, err
}
