package appwrite

import (
	"context"

	"github.com/seed17809555/appwrite/models"
)

// ListConsents lists the OAuth2 clients that may act for the user. Appwrite Cloud has consents;
// an open-source server gives ErrGeneralRouteNotFound.
func (a *Account) ListConsents(ctx context.Context, p ListParams, opts ...RequestOption) (*models.OAuth2ConsentList, error) {
	return send[models.OAuth2ConsentList](ctx, a, request{op: opListConsents, query: p}, opts)
}

// GetConsent returns one consent.
func (a *Account) GetConsent(ctx context.Context, consentID string, opts ...RequestOption) (*models.OAuth2Consent, error) {
	return send[models.OAuth2Consent](ctx, a, request{op: opGetConsent, ids: []string{consentID}}, opts)
}

// DeleteConsent revokes a consent and all tokens that were issued for it.
func (a *Account) DeleteConsent(ctx context.Context, consentID string, opts ...RequestOption) error {
	_, err := a.do(ctx, request{op: opDeleteConsent, ids: []string{consentID}}, nil, opts)
	return err
}

// ListConsentTokens lists the tokens that were issued for a consent.
func (a *Account) ListConsentTokens(ctx context.Context, consentID string, p ListParams, opts ...RequestOption) (*models.OAuth2ConsentTokenList, error) {
	return send[models.OAuth2ConsentTokenList](ctx, a, request{op: opListConsentTokens, ids: []string{consentID}, query: p}, opts)
}

// GetConsentToken returns one token of a consent.
func (a *Account) GetConsentToken(ctx context.Context, consentID, tokenID string, opts ...RequestOption) (*models.OAuth2ConsentToken, error) {
	return send[models.OAuth2ConsentToken](ctx, a, request{op: opGetConsentToken, ids: []string{consentID, tokenID}}, opts)
}

// DeleteConsentToken revokes one token of a consent.
func (a *Account) DeleteConsentToken(ctx context.Context, consentID, tokenID string, opts ...RequestOption) error {
	_, err := a.do(ctx, request{op: opDeleteConsentToken, ids: []string{consentID, tokenID}}, nil, opts)
	return err
}
