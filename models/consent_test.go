package models_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/seed17809555/appwrite/models"
)

func TestConsentsAreEqualAfterARoundTrip(t *testing.T) {
	t.Parallel()
	eachLibrary(t, func(t *testing.T, lib library) {
		consent := models.OAuth2Consent{
			ID: "c1", CreatedAt: at("2026-11-21T00:12:51.872Z"), UpdatedAt: at("2026-11-21T00:12:52Z"), UserID: "u1", AppID: "a1",
			CIMDURL: "https://example.com/client", Scopes: []string{"account"}, Resources: []string{"r"},
			AuthorizationDetails: `[{"type":"x"}]`, Expire: at("2026-11-22T00:12:52Z"),
		}
		assert.Equal(t, consent, decode[models.OAuth2Consent](t, lib, encode(t, lib, consent)))
		list := models.OAuth2ConsentList{Total: 3, Consents: []models.OAuth2Consent{consent, {}}}
		assert.Equal(t, list, decode[models.OAuth2ConsentList](t, lib, encode(t, lib, list)))
		assert.Equal(t, `{"total":0,"consents":[]}`, encode(t, lib, models.OAuth2ConsentList{}))

		token := models.OAuth2ConsentToken{
			ID: "t1", ConsentID: "c1", UserID: "u1", AppID: "a1", Scopes: []string{"account"}, AuthorizationDetails: "[]",
		}
		assert.Equal(t, token, decode[models.OAuth2ConsentToken](t, lib, encode(t, lib, token)))
		tokens := models.OAuth2ConsentTokenList{Total: 1, Tokens: []models.OAuth2ConsentToken{token}}
		assert.Equal(t, tokens, decode[models.OAuth2ConsentTokenList](t, lib, encode(t, lib, tokens)))
		assert.Equal(t, `{"total":0,"tokens":[]}`, encode(t, lib, models.OAuth2ConsentTokenList{}))
	})
}

func TestConsentKeysAreTheServers(t *testing.T) {
	t.Parallel()
	assert.Equal(t,
		`{"$id":"","$createdAt":"","$updatedAt":"","userId":"","appId":"","cimdUrl":"","scopes":[],"resources":[],"authorizationDetails":"","expire":""}`,
		encode(t, libraries[0], models.OAuth2Consent{}))
	assert.Equal(t,
		`{"$id":"","$createdAt":"","$updatedAt":"","consentId":"","userId":"","appId":"","cimdUrl":"","scopes":[],"resources":[],"authorizationDetails":"","expire":""}`,
		encode(t, libraries[0], models.OAuth2ConsentToken{}))
}
