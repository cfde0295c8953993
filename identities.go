package appwrite

import (
	"context"
	"errors"
	"iter"

	"github.com/seed17809555/appwrite/models"
)

// ListIdentities returns a page of the user's OAuth2 identities, 25 unless a limit is given.
// They can be filtered and ordered by userId, provider, providerUid, providerEmail,
// providerAccessTokenExpiry, $id, $createdAt and $updatedAt. Servers since 1.4.
func (a *Account) ListIdentities(ctx context.Context, p ListParams, opts ...RequestOption) (*models.IdentityList, error) {
	return list[models.IdentityList](ctx, a, request{op: opListIdentities}, p, opts)
}

// Identities iterates over the user's OAuth2 identities, a request per page. A Limit in p is
// the size of a page, 100 without one; Offset and CursorAfter are where to start, CursorBefore
// is refused. It ends after the first error.
func (a *Account) Identities(ctx context.Context, p ListParams, opts ...RequestOption) iter.Seq2[models.Identity, error] {
	return func(yield func(models.Identity, error) bool) {
		pages := a.pager(p)
		if pages.backwards {
			yield(models.Identity{}, &ParamError{Operation: opListIdentities.name, Param: "queries", Reason: "hold a cursorBefore, which cannot be iterated"})
			return
		}
		for offset, after := pages.offset, pages.after; ; {
			page, err := a.ListIdentities(ctx, pages.params(offset, after), opts...)
			if err == nil && after != "" && len(page.Identities) > 0 && page.Identities[len(page.Identities)-1].ID == after {
				err = &DecodeError{Operation: opListIdentities.name, StatusCode: 200, Err: errors.New("the server gave the same page again")}
			}
			if err != nil {
				yield(models.Identity{}, err)
				return
			}
			for _, identity := range page.Identities {
				if !yield(identity, nil) {
					return
				}
			}
			if pages.last(len(page.Identities)) {
				return
			}
			offset, after = 0, page.Identities[len(page.Identities)-1].ID
		}
	}
}

// DeleteIdentity unlinks an identity from the user. Servers since 1.4.
func (a *Account) DeleteIdentity(ctx context.Context, identityID string, opts ...RequestOption) error {
	_, err := a.do(ctx, request{op: opDeleteIdentity, ids: []string{identityID}}, nil, opts)
	return err
}
