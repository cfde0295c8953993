package webauth

import (
	"context"
	"net/http"
	"slices"

	"github.com/seed17809555/appwrite/models"
)

// lookup returns the user of the visit's credential, from the cache or from Appwrite.
func (a *Auth) lookup(ctx context.Context, v *visit) (*models.User, error) {
	cache := a.config.Cache
	if cache == nil {
		return v.act().Account.Get(ctx)
	}
	key := v.cacheKey()
	if user, ok := cache.Get(ctx, key); ok && user != nil {
		return ownCopy(user), nil
	}
	answer := a.lookups.DoChan(key, func() (any, error) {
		// Others may wait for it after this request has gone.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lookupTimeout)
		defer cancel()
		before := a.dropped.Load()
		user, err := v.act().Account.Get(ctx)
		// If an entry was dropped while this call ran, it may have been this one: do not cache
		// it.
		if err != nil || a.dropped.Load() != before {
			return user, err
		}
		cache.Set(ctx, key, user)
		if a.dropped.Load() != before { // dropped between the check and Set
			cache.Delete(ctx, key)
		}
		return user, nil
	})
	select {
	case got := <-answer:
		if got.Err != nil {
			return nil, got.Err
		}
		return ownCopy(got.Val.(*models.User)), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// drop has the next request with the credential ask Appwrite.
func (a *Auth) drop(ctx context.Context, key string) {
	if a.config.Cache == nil {
		return
	}
	a.dropped.Add(1)
	a.lookups.Forget(key)
	a.config.Cache.Delete(ctx, key)
}

// Forget drops the cached user of r's session, so that the next request sees what a handler has
// changed: a name, an address that is verified now. Without a cache it does nothing.
func (a *Auth) Forget(r *http.Request) {
	v := visitOf(r.Context())
	if !v.isOf(a) {
		v = a.visitFrom(r)
	}
	if v.credential != "" {
		a.drop(r.Context(), v.cacheKey())
	}
}

// ownCopy returns a copy that the request may change without changing what others see.
func ownCopy(user *models.User) *models.User {
	own := *user
	own.Labels = slices.Clone(user.Labels)
	own.Targets = slices.Clone(user.Targets)
	values := new([flags]bool)
	for i, flag := range flagsOf(&own) {
		if *flag != nil {
			values[i] = **flag
			*flag = &values[i]
		}
	}
	return &own
}

const flags = 5

// flagsOf returns the fields of a user that point to their values.
func flagsOf(u *models.User) [flags]**bool {
	return [flags]**bool{&u.EmailIsFree, &u.EmailIsDisposable, &u.EmailIsCorporate, &u.EmailIsCanonical, &u.Impersonator}
}
