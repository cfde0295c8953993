package models_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/seed17809555/appwrite/models"
)

func TestTokenIsEqualAfterARoundTrip(t *testing.T) {
	t.Parallel()
	eachLibrary(t, func(t *testing.T, lib library) {
		token := models.Token{
			ID: "t1", CreatedAt: at("2026-11-21T00:12:51.872Z"), UserID: "u1", Secret: "s", Expire: at("2026-11-21T01:12:51Z"),
			Phrase: "wise fox",
		}
		assert.Equal(t, token, decode[models.Token](t, lib, encode(t, lib, token)))
	})
}

func TestTokenOfServersBefore07HasATypeAndNoUser(t *testing.T) {
	t.Parallel()
	eachLibrary(t, func(t *testing.T, lib library) {
		token := decode[models.Token](t, lib, `{"$id":"t1","type":3,"expire":1795226107}`)
		assert.Equal(t, models.Token{ID: "t1", Expire: at("2026-11-21T01:55:07Z")}, token)
	})
}
