package webauth

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"sync"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/models"
)

// maxCredential is the longest session secret or JWT that is looked at, in bytes. Appwrite's
// have a few hundred, and browsers keep cookies of this size, name included.
const maxCredential = 4096

// visit is who one request is from.
type visit struct {
	auth       *Auth
	request    *http.Request
	credential string // session secret or JWT, "" for a guest
	isJWT      bool   // the request has Authorization: Bearer, which makes its cookies void

	once   sync.Once
	client *appwrite.Client // see act

	mu   sync.Mutex
	user *models.User
	err  error
}

type visitKey struct{}

func visitOf(ctx context.Context) *visit {
	v, _ := ctx.Value(visitKey{}).(*visit)
	return v
}

func (v *visit) in(ctx context.Context) context.Context {
	return context.WithValue(ctx, visitKey{}, v)
}

func (v *visit) isOf(a *Auth) bool { return v != nil && v.auth == a }

func (a *Auth) visitFrom(r *http.Request) *visit {
	v := &visit{auth: a, request: r, isJWT: hasBearer(r)}
	if v.isJWT {
		v.credential = bearerToken(r)
	} else {
		v.credential = a.sessionSecret(r)
	}
	return v
}

// hasBearer reports whether the request brings a JWT, of whatever worth.
func hasBearer(r *http.Request) bool {
	scheme, _, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.EqualFold(scheme, "Bearer")
}

// bearerToken returns the request's JWT, "" for one too long to be any.
func bearerToken(r *http.Request) string {
	_, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if token = strings.TrimSpace(token); len(token) > maxCredential {
		return ""
	}
	return token
}

// act returns the client of this request alone. It comes from the guest, so that the API key of
// the client that signs users in can never be in it.
func (v *visit) act() *appwrite.Client {
	v.once.Do(func() {
		v.client = v.auth.forwarding(v.auth.guest, v.request)
		switch {
		case v.isJWT && v.credential != "":
			v.client = v.client.WithJWT(v.credential)
		case v.credential != "":
			v.client = v.client.WithSession(v.credential)
		}
	})
	return v.client
}

// cacheKey stands for the credential in the cache, which must not hold it.
func (v *visit) cacheKey() string { return v.auth.cacheKey(v.isJWT, v.credential) }

func (a *Auth) cacheKey(isJWT bool, credential string) string {
	kind := " session "
	if isJWT {
		kind = " jwt "
	}
	var room [1024]byte // for a credential of the usual length, on the stack
	sum := sha256.Sum256(append(append(append(room[:0], a.realm...), kind...), credential...))
	return hex.EncodeToString(sum[:])
}

// read returns the user, and asks for it once in the life of the request.
func (v *visit) read(ctx context.Context) (*models.User, error) {
	if v.credential == "" {
		return nil, ErrNotSignedIn
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.user == nil && v.err == nil {
		user, err := v.auth.lookup(ctx, v)
		if ctx.Err() != nil {
			return user, err // says nothing about the user
		}
		v.user, v.err = user, err
	}
	return v.user, v.err
}

// ClientFrom returns the client that acts as the user of the request, or as a guest where
// nobody is signed in. Its calls carry the visitor's address and user agent. Outside of Load it
// returns a client whose calls are refused.
func ClientFrom(ctx context.Context) *appwrite.Client {
	if v := visitOf(ctx); v != nil {
		return v.act()
	}
	return new(appwrite.Client)
}

// AccountFrom returns the Account service of ClientFrom.
func AccountFrom(ctx context.Context) *appwrite.Account { return ClientFrom(ctx).Account }

// UserFrom returns the user of the request: with at most one call to Appwrite for each request,
// and none where RequireUser or the cache has it. ErrNotSignedIn says that there is nobody;
// other errors are those of Account.Get, such as appwrite.ErrUserMoreFactorsRequired. The user
// is this request's own and may be changed.
func UserFrom(ctx context.Context) (*models.User, error) {
	if v := visitOf(ctx); v != nil {
		return v.read(ctx)
	}
	return nil, ErrNotSignedIn
}
