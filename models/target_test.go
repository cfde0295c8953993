package models_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/seed17809555/appwrite/models"
)

func TestTargetIsEqualAfterARoundTrip(t *testing.T) {
	t.Parallel()
	eachLibrary(t, func(t *testing.T, lib library) {
		target := models.Target{
			ID: "t1", CreatedAt: at("2026-11-21T00:12:51.872Z"), UpdatedAt: at("2026-11-21T00:12:52Z"), Name: " ", UserID: "u1",
			ProviderID: "p1", ProviderType: "push", Identifier: "device-token", Expired: true,
		}
		assert.Equal(t, target, decode[models.Target](t, lib, encode(t, lib, target)))
		assert.Empty(t, decode[models.Target](t, lib, `{"$id":"t1","providerId":null}`).ProviderID)
	})
}
