package models_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/seed17809555/appwrite/models"
)

func TestIdentityIsEqualAfterARoundTrip(t *testing.T) {
	t.Parallel()
	eachLibrary(t, func(t *testing.T, lib library) {
		identity := models.Identity{
			ID: "i1", CreatedAt: at("2026-11-21T00:12:51.872Z"), UpdatedAt: at("2026-11-21T00:12:52Z"), UserID: "u1",
			Provider: string(models.OAuthProviderGitHub), ProviderUID: "1", ProviderEmail: "a@example.com",
			ProviderAccessToken: "a", ProviderAccessTokenExpiry: at("2026-11-21T04:12:52Z"), ProviderRefreshToken: "r",
		}
		assert.Equal(t, identity, decode[models.Identity](t, lib, encode(t, lib, identity)))
		list := models.IdentityList{Total: 5000, Identities: []models.Identity{identity}}
		assert.Equal(t, list, decode[models.IdentityList](t, lib, encode(t, lib, list)))
		assert.Equal(t, `{"total":0,"identities":[]}`, encode(t, lib, models.IdentityList{}))
	})
}
