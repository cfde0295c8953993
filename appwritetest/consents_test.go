package appwritetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/models"
	"github.com/seed17809555/appwrite/query"
)

func TestConsentsAreNotInTheOpenSourceServer(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	_, secret := signUp(t, s)
	got := send(t, s, "GET", "/account/consents", as(secret), "")
	assert.Equal(t, 404, got.status)
	assert.Contains(t, got.body, "<span class='type'>general_route_not_found</span>")
	ada := s.Client().WithSession(secret).Account
	_, err := ada.ListConsents(t.Context(), appwrite.ListParams{})
	require.ErrorIs(t, err, appwrite.ErrGeneralRouteNotFound)
	require.ErrorIs(t, ada.DeleteConsentToken(t.Context(), "a", "b"), appwrite.ErrGeneralRouteNotFound)
}

func TestConsentsOnceThereAreSome(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	id, secret := signUp(t, s)
	ctx, ada := t.Context(), s.Client().WithSession(secret).Account
	expire := models.Timestamp{Time: time.Date(2027, 1, 2, 3, 4, 5, 0, time.UTC)}
	first := s.AddConsent(models.OAuth2Consent{ID: "first", UserID: id, AppID: "app", Scopes: []string{"account", "a/b"}, Expire: expire},
		models.OAuth2ConsentToken{ID: "one", Scopes: []string{"account"}}, models.OAuth2ConsentToken{ID: "two"})
	second := s.AddConsent(models.OAuth2Consent{UserID: id, CIMDURL: "https://client.example/id", AuthorizationDetails: `[]`})
	assert.NotEmpty(t, second.ID)
	assert.False(t, second.CreatedAt.IsZero())

	list, err := ada.ListConsents(ctx, appwrite.ListParams{})
	require.NoError(t, err)
	assert.Equal(t, &models.OAuth2ConsentList{Total: 2, Consents: []models.OAuth2Consent{*first, *second}}, list)
	list, err = ada.ListConsents(ctx, appwrite.ListParams{Queries: []string{query.Limit(5), query.Offset(1)}, SkipTotal: true})
	require.NoError(t, err)
	assert.Equal(t, &models.OAuth2ConsentList{Consents: []models.OAuth2Consent{*second}}, list)
	list, err = ada.ListConsents(ctx, appwrite.ListParams{Queries: []string{query.Offset(7)}})
	require.NoError(t, err)
	assert.Equal(t, &models.OAuth2ConsentList{Total: 2}, list)
	got, err := ada.GetConsent(ctx, "first")
	require.NoError(t, err)
	assert.Equal(t, first, got)

	tokens, err := ada.ListConsentTokens(ctx, "first", appwrite.ListParams{Queries: []string{query.Limit(1)}})
	require.NoError(t, err)
	assert.Equal(t, 2, tokens.Total)
	require.Len(t, tokens.Tokens, 1)
	token, err := ada.GetConsentToken(ctx, "first", "one")
	require.NoError(t, err)
	assert.Equal(t, tokens.Tokens[0], *token)
	assert.Equal(t, []string{"first", id, "app", "account"}, []string{token.ConsentID, token.UserID, token.AppID, token.Scopes[0]})

	require.NoError(t, ada.DeleteConsentToken(ctx, "first", "one"))
	_, err = ada.GetConsentToken(ctx, "first", "one")
	require.ErrorIs(t, err, appwrite.ErrNotFound)
	_, err = ada.GetConsentToken(ctx, second.ID, "two")
	require.ErrorIs(t, err, appwrite.ErrNotFound, "of another consent")
	require.NoError(t, ada.DeleteConsent(ctx, "first"))
	require.ErrorIs(t, ada.DeleteConsent(ctx, "first"), appwrite.ErrNotFound)
	_, err = ada.ListConsentTokens(ctx, "first", appwrite.ListParams{})
	require.ErrorIs(t, err, appwrite.ErrNotFound, "its tokens went with it")
	list, err = ada.ListConsents(ctx, appwrite.ListParams{})
	require.NoError(t, err)
	assert.Equal(t, []models.OAuth2Consent{*second}, list.Consents)
}

func TestConsentsAreTheUsersOwn(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	s.AddConsent(models.OAuth2Consent{ID: "eves", UserID: s.AddUser(User{}).ID})
	_, secret := signUp(t, s)
	ada := s.Client().WithSession(secret).Account
	list, err := ada.ListConsents(t.Context(), appwrite.ListParams{})
	require.NoError(t, err)
	assert.Equal(t, &models.OAuth2ConsentList{}, list)
	_, err = ada.GetConsent(t.Context(), "eves")
	require.ErrorIs(t, err, appwrite.ErrNotFound)
	assert.Equal(t, guestRefused, send(t, s, "GET", "/account/consents", nil, "").failure(t))
}

func TestAddConsentRefusesWhatTheServerCouldNotHold(t *testing.T) {
	t.Parallel()
	s, err := Start()
	require.NoError(t, err)
	t.Cleanup(s.Close)
	id := s.AddUser(User{}).ID
	s.AddConsent(models.OAuth2Consent{ID: "first", UserID: id})
	assert.Panics(t, func() { s.AddConsent(models.OAuth2Consent{UserID: "nobody"}) })
	assert.Panics(t, func() { s.AddConsent(models.OAuth2Consent{ID: "first", UserID: id}) })
	assert.Panics(t, func() { s.AddConsent(models.OAuth2Consent{ID: "a/b", UserID: id}) })
	twice := models.OAuth2ConsentToken{ID: "one"}
	assert.Panics(t, func() { s.AddConsent(models.OAuth2Consent{UserID: id}, twice, twice) })
}

func TestAConsentIsACopyOfTheTests(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	id, secret := signUp(t, s)
	scopes := []string{"account"}
	added := s.AddConsent(models.OAuth2Consent{ID: "first", UserID: id, Scopes: scopes}, models.OAuth2ConsentToken{ID: "one", Scopes: scopes})
	scopes[0], added.Scopes[0] = "mine", "mine"
	account := s.Client().WithSession(secret).Account
	got, err := account.GetConsent(t.Context(), "first")
	require.NoError(t, err)
	assert.Equal(t, []string{"account"}, got.Scopes)
	token, err := account.GetConsentToken(t.Context(), "first", "one")
	require.NoError(t, err)
	assert.Equal(t, []string{"account"}, token.Scopes)
}
