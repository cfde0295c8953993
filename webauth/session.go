package webauth

import (
	"context"
	"errors"
	"net/http"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/models"
)

// SignInAccount returns the Account service to sign the visitor of r up or in with, and to
// start recoveries: it acts with the credential of the client that New was given, and tells
// Appwrite the visitor's address and user agent. To act for a user there is AccountFrom.
func (a *Auth) SignInAccount(r *http.Request) *appwrite.Account {
	return a.forwarding(a.client, r).Account
}

// SignIn makes the browser the session's: it sets the cookie, until the session expires. The
// session is the answer of a call that created it. A session that the browser had before is
// ended, at Appwrite too, so that one that somebody planted there is of no use.
//
// Call it before anything is written to w. Requests that the browser sends from now on act as
// the session's user; r itself stays what it was. A session without a secret is refused.
func (a *Auth) SignIn(w http.ResponseWriter, r *http.Request, session *models.Session) error {
	if session == nil || session.Secret == "" {
		return errors.New("webauth: the session has no secret: it is not from a call that creates one")
	}
	cookie := http.Cookie{Name: a.cookie, Value: session.Secret}
	if cookie.Valid() != nil || len(a.cookie)+len(session.Secret) > maxCredential {
		return errors.New("webauth: the session's secret does not fit into a cookie")
	}
	if before := a.sessionSecret(r); before != "" && before != session.Secret {
		// What fails here is an old session that lives on without a cookie: no reason to keep
		// the user out.
		_ = a.endSession(r, before)
	}
	a.setCookie(w, a.cookie, session.Secret, session.Expire.Time)
	return nil
}

// SignInWithToken signs the visitor in with what a magic URL, an e-mail or phone code or an
// OAuth2 login gave: it creates the session and does what SignIn does. A wrong, used or expired
// secret gives appwrite.ErrUserInvalidToken.
func (a *Auth) SignInWithToken(w http.ResponseWriter, r *http.Request, userID, secret string) error {
	session, err := a.SignInAccount(r).CreateSession(r.Context(), appwrite.SessionParams{UserID: userID, Secret: secret})
	if err != nil {
		return err
	}
	return a.SignIn(w, r, session)
}

// SignOut clears the session's cookie and ends the session at Appwrite. An error says that the
// session may still exist there; the browser has no cookie either way. Serve it by POST alone:
// any site can cause a GET. A request with a JWT has no session to end, and is an error that
// changes nothing.
func (a *Auth) SignOut(w http.ResponseWriter, r *http.Request) error {
	if hasBearer(r) {
		return errors.New("webauth: the request has a JWT, not a session's cookie")
	}
	a.clearCookie(w, a.cookie)
	secret := a.sessionSecret(r)
	if secret == "" {
		return nil
	}
	return a.endSession(r, secret)
}

// endSession deletes the session at Appwrite, whether or not the visitor waits for it.
func (a *Auth) endSession(r *http.Request, secret string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), lookupTimeout)
	defer cancel()
	err := a.forwarding(a.guest, r).WithSession(secret).Account.DeleteSession(ctx, appwrite.CurrentSession)
	// After the call, or a lookup in between would bring it back.
	a.drop(ctx, a.cacheKey(false, secret))
	if ended(err) || errors.Is(err, appwrite.ErrUserSessionNotFound) || errors.Is(err, appwrite.ErrUserBlocked) {
		return nil
	}
	return err
}
