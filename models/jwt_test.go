package models_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/seed17809555/appwrite/models"
)

func TestJWTIsEqualAfterARoundTrip(t *testing.T) {
	t.Parallel()
	eachLibrary(t, func(t *testing.T, lib library) {
		assert.Equal(t, `{"jwt":"a.b.c"}`, encode(t, lib, models.JWT{JWT: "a.b.c"}))
		assert.Equal(t, models.JWT{JWT: "a.b.c"}, decode[models.JWT](t, lib, `{"jwt":"a.b.c"}`))
	})
}
