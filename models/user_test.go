package models_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/seed17809555/appwrite/models"
)

func fullUser() models.User {
	yes, no := true, false
	return models.User{
		ID: "u1", CreatedAt: at("2026-11-21T00:12:51.872Z"), UpdatedAt: at("2026-11-21T00:12:52Z"), Name: "Ann ü <b>",
		Registration: at("2026-11-21T00:12:51.871Z"), Status: true, Labels: []string{"vip"},
		PasswordUpdate: at("2026-11-21T00:12:54.766Z"), Email: "Ann+x@example.com", Phone: "+14155550100",
		EmailVerification: true, EmailCanonical: "ann@example.com", EmailIsFree: &yes, EmailIsDisposable: &no,
		EmailIsCorporate: nil, EmailIsCanonical: &no, PhoneVerification: true, MFA: true,
		Targets:    []models.Target{{ID: "t1", ProviderType: "email", Identifier: "ann@example.com"}},
		AccessedAt: at("2026-11-21T00:12:51.871Z"), Impersonator: &yes, ImpersonatorUserID: "u2",
	}
}

func TestUserIsEqualAfterARoundTrip(t *testing.T) {
	t.Parallel()
	eachLibrary(t, func(t *testing.T, lib library) {
		user := fullUser()
		user.Prefs = prefs(t, `{"url":"https:\/\/x\/?a&b","n":1.10}`)
		assert.Equal(t, user, decode[models.User](t, lib, encode(t, lib, user)))
		assert.Equal(t, &user, decode[*models.User](t, lib, encode(t, lib, &user)))
	})
}

func TestUserStatusOfOldServersIsANumber(t *testing.T) {
	t.Parallel()
	eachLibrary(t, func(t *testing.T, lib library) {
		for value, want := range map[string]bool{
			"true": true, "false": false, "null": false, "0": true, "1": true, "2": false,
		} {
			assert.Equal(t, want, decode[models.User](t, lib, `{"status":`+value+`}`).Status, value)
		}
	})
}

func TestUserTellsUnknownFromFalse(t *testing.T) {
	t.Parallel()
	eachLibrary(t, func(t *testing.T, lib library) {
		user := decode[models.User](t, lib, `{"emailIsFree":null,"emailIsCorporate":false,"impersonator":true}`)
		assert.Nil(t, user.EmailIsFree)
		assert.Nil(t, user.EmailIsDisposable)
		if assert.NotNil(t, user.EmailIsCorporate) {
			assert.False(t, *user.EmailIsCorporate)
		}
		if assert.NotNil(t, user.Impersonator) {
			assert.True(t, *user.Impersonator)
		}
	})
}

func TestUserOfServersBefore07Decodes(t *testing.T) {
	t.Parallel()
	eachLibrary(t, func(t *testing.T, lib library) {
		user := decode[models.User](t, lib, `{"$id":"u1","email":"a@example.com","emailVerification":true,"registration":1795226105,"name":"Ann","roles":["*","user:u1","role:1"],"oauth2Github":"","oauth2GithubAccessToken":""}`)
		assert.Equal(t, models.User{
			ID: "u1", Email: "a@example.com", EmailVerification: true, Registration: at("2026-11-21T01:55:05Z"), Name: "Ann",
		}, user)
	})
}
