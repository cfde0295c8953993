package appwrite

import (
	"context"

	"github.com/seed17809555/appwrite/models"
)

// go fix replaces the methods marked inline by their successors. In Go 1.26 it also adds an
// import of package models that the file may not need: https://go.dev/issue/77610

// UpdateMagicURLSession signs a user in with the secret of a magic URL.
//
// Deprecated: use CreateSession, which servers have since 1.5. Before, this is the only way.
func (a *Account) UpdateMagicURLSession(ctx context.Context, p SessionParams, opts ...RequestOption) (*models.Session, error) {
	return a.newSession(ctx, request{op: opUpdateMagicURLSession, body: userSecret(p.UserID, p.Secret)}, opts)
}

// UpdatePhoneSession signs a user in with the code of a phone token.
//
// Deprecated: use CreateSession, which servers have since 1.5. Before, this is the only way.
func (a *Account) UpdatePhoneSession(ctx context.Context, p SessionParams, opts ...RequestOption) (*models.Session, error) {
	return a.newSession(ctx, request{op: opUpdatePhoneSession, body: userSecret(p.UserID, p.Secret)}, opts)
}

// CreateVerification is the old name of CreateEmailVerification.
//
// Deprecated: use CreateEmailVerification, which works with all servers.
//
//go:fix inline
func (a *Account) CreateVerification(ctx context.Context, url string, opts ...RequestOption) (*models.Token, error) {
	return a.CreateEmailVerification(ctx, url, opts...)
}

// UpdateVerification is the old name of UpdateEmailVerification.
//
// Deprecated: use UpdateEmailVerification, which works with all servers.
//
//go:fix inline
func (a *Account) UpdateVerification(ctx context.Context, p VerificationParams, opts ...RequestOption) (*models.Token, error) {
	return a.UpdateEmailVerification(ctx, p, opts...)
}
