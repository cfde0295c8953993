package models_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/seed17809555/appwrite/models"
)

func TestMFAModelsAreEqualAfterARoundTrip(t *testing.T) {
	t.Parallel()
	eachLibrary(t, func(t *testing.T, lib library) {
		kind := models.MFAType{Secret: "ABC", URI: "otpauth://totp/a?secret=ABC&issuer=b"}
		assert.Equal(t, kind, decode[models.MFAType](t, lib, encode(t, lib, kind)))
		factors := models.MFAFactors{TOTP: true, Email: true, Custom: true}
		assert.Equal(t, `{"totp":true,"phone":false,"email":true,"recoveryCode":false,"custom":true}`, encode(t, lib, factors))
		assert.Equal(t, factors, decode[models.MFAFactors](t, lib, encode(t, lib, factors)))
		challenge := models.MFAChallenge{ID: "c1", CreatedAt: at("2026-11-21T00:12:51.872Z"), UserID: "u1", Expire: at("2026-11-21T01:12:51Z")}
		assert.Equal(t, challenge, decode[models.MFAChallenge](t, lib, encode(t, lib, challenge)))
		codes := models.MFARecoveryCodes{RecoveryCodes: []string{"0123456789", "abcdef0123"}}
		assert.Equal(t, codes, decode[models.MFARecoveryCodes](t, lib, encode(t, lib, codes)))
		assert.Equal(t, `{"recoveryCodes":[]}`, encode(t, lib, models.MFARecoveryCodes{}))
	})
}

func TestFactorsAreSpelledAsServersSpellThem(t *testing.T) {
	t.Parallel()
	assert.EqualValues(t, "totp", models.AuthenticatorTOTP)
	assert.EqualValues(t, "email", models.FactorEmail)
	assert.EqualValues(t, "phone", models.FactorPhone)
	assert.EqualValues(t, "totp", models.FactorTOTP)
	assert.EqualValues(t, "recoveryCode", models.FactorRecoveryCode)
	assert.EqualValues(t, "custom", models.FactorCustom)
}
