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
	return send[models.IdentityList](ctx, a, request{op: opListIdentities, query: p}, opts)
}

// Identities iterates over the user's OAuth2 identities, a request per page. A Limit in p is
// the size of a page, 100 without one; Offset and CursorAfter are where to start, CursorBefore
// is refused. It ends after the first error.
func (a *Account) Identities(ctx context.Context, p ListParams, opts ...RequestOption) iter.Seq2[models.Identity, error] {
	pages := a.pager(p)
	return allPages(func(_ int, before []models.Identity) ([]models.Identity, bool, error) {
		if pages.backwards {
			return nil, false, &ParamError{Operation: opListIdentities.name, Param: "queries", Reason: "hold a cursorBefore, which cannot be iterated"}
		}
		offset, after := pages.offset, pages.after
		if len(before) > 0 {
			offset, after = 0, before[len(before)-1].ID
		}
		page, err := a.ListIdentities(ctx, pages.params(offset, after), opts...)
		if err != nil {
			return nil, false, err
		}
		list := page.Identities
		if after != "" && len(list) > 0 && list[len(list)-1].ID == after {
			return nil, false, &DecodeError{Operation: opListIdentities.name, StatusCode: 200, Err: errors.New("the server gave the same page again")}
		}
		return list, pages.last(len(list)), nil
	})
}

// DeleteIdentity unlinks an identity from the user. Servers since 1.4.
func (a *Account) DeleteIdentity(ctx context.Context, identityID string, opts ...RequestOption) error {
	_, err := a.do(ctx, request{op: opDeleteIdentity, ids: []string{identityID}}, nil, opts)
	return err
}
