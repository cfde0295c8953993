package models_test

import (
	"bytes"
	stdjson "encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite/internal/testkit"
	"github.com/seed17809555/appwrite/models"
)

var verbs = []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "% x", "%d", "%t", "%20v", "%-5.1s", "%z"}

// logged returns what slog's two handlers write of values.
func logged(t *testing.T, values ...any) []string {
	t.Helper()
	var lines []string
	for _, value := range values {
		var text, json bytes.Buffer
		slog.New(slog.NewTextHandler(&text, nil)).Info("m", "value", value, slog.Group("group", "value", value))
		slog.New(slog.NewJSONHandler(&json, nil)).Info("m", "value", value, slog.Group("group", "value", value))
		assert.True(t, stdjson.Valid(json.Bytes()), json.String())
		lines = append(lines, text.String(), json.String())
	}
	return lines
}

const secret = "s3cr3t-s3cr3t"

// secretive are the models with secrets, each secret of which contains secret.
func secretive() []any {
	session := models.Session{
		ID: "id-1", UserID: "user-1", Secret: secret, ProviderAccessToken: secret, ProviderRefreshToken: secret,
		Factors: []string{"password"},
	}
	identity := models.Identity{ID: "id-1", ProviderAccessToken: secret, ProviderRefreshToken: secret}
	return []any{
		session,
		models.SessionList{Total: 1, Sessions: []models.Session{session}},
		models.Token{ID: "id-1", Secret: secret, Phrase: "wise fox"},
		models.JWT{JWT: secret},
		identity,
		models.IdentityList{Total: 1, Identities: []models.Identity{identity}},
		models.MFAType{Secret: secret, URI: "otpauth://totp/a?secret=" + secret},
		models.MFARecoveryCodes{RecoveryCodes: []string{secret, secret}},
	}
}

func TestModelsPrintAndLogWithoutTheirSecrets(t *testing.T) {
	t.Parallel()
	for _, model := range secretive() {
		for form, text := range testkit.Printings(model, verbs...) {
			// JSON is for storing them, and slog writes JSON of what only holds a model.
			isJSON := strings.HasSuffix(form, " as JSON") || strings.HasSuffix(form, " slog JSON")
			if isJSON && form != "value slog JSON" && form != "pointer slog JSON" {
				continue
			}
			testkit.RequireNoLeak(t, text, form, secret)
			assert.Contains(t, text, "[redacted]", form)
		}
	}
}

func TestPrintedModelsAreReadable(t *testing.T) {
	t.Parallel()
	token := models.Token{ID: "t1", UserID: "u1", Secret: secret, Expire: at("2026-11-21T00:12:51Z"), Phrase: "wise fox"}
	assert.Equal(t, "Token{ID:t1 CreatedAt: UserID:u1 Secret:[redacted] Expire:2026-11-21T00:12:51.000+00:00 Phrase:wise fox}", fmt.Sprint(token))
	token.Secret = ""
	assert.Contains(t, fmt.Sprint(token), " Secret: ", "an empty secret shows as empty")
	assert.Equal(t, "JWT{JWT:[redacted]}", fmt.Sprint(&models.JWT{JWT: secret}))
	assert.Equal(t, "MFARecoveryCodes{RecoveryCodes:[[redacted] [redacted]]}", fmt.Sprint(secretive()[7]))
	assert.Contains(t, fmt.Sprint(secretive()[1]), "SessionList{Total:1 Sessions:[Session{ID:id-1 ")
	assert.Contains(t, fmt.Sprint(secretive()[5]), "IdentityList{Total:1 Identities:[Identity{ID:id-1 ")
	for _, line := range logged(t, models.User{ID: "u1", Name: "Ann"}) {
		assert.Contains(t, line, "u1")
		assert.Contains(t, line, "Ann")
	}
}

func TestPrintingDoesNotChangeTheModel(t *testing.T) {
	t.Parallel()
	models := secretive()
	for _, model := range models {
		_ = fmt.Sprint(model)
	}
	logged(t, models...)
	assert.Equal(t, secretive(), models)
}

func TestEncodingKeepsTheSecrets(t *testing.T) {
	t.Parallel()
	for _, model := range secretive() {
		for _, lib := range libraries {
			text := encode(t, lib, model)
			assert.NotContains(t, text, "redacted")
			name := strings.TrimPrefix(fmt.Sprintf("%T", model), "models.")
			again := newModel[name]()
			require.NoError(t, lib.unmarshal([]byte(text), again))
			assert.Equal(t, model, deref(again))
		}
	}
}
