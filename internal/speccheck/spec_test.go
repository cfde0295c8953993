package speccheck

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func sample(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	return string(text)
}

func read(t *testing.T, text string) *Spec {
	t.Helper()
	spec, err := Read(strings.NewReader(text))
	require.NoError(t, err)
	return spec
}

func TestBothFormatsAreReadIntoOneForm(t *testing.T) {
	t.Parallel()
	text := &Schema{Type: "string"}
	texts := &Schema{Type: "array", Items: text}

	old := read(t, sample(t, "swagger2.json"))
	assert.Equal(t, "0.11.0", old.Release)
	assert.Len(t, old.Schemas, 3)
	assert.Equal(t, []Operation{
		{
			Names: []string{"UpdateEmail"}, Verb: "PATCH", Path: "/account/email",
			Parameters: []Parameter{{"email", "body", true, text}, {"password", "body", true, text}},
			Status:     200, Answer: &Schema{Ref: "#/definitions/user"},
		},
		{
			Names: []string{"updateName"}, Verb: "PATCH", Path: "/account/name",
			Parameters: []Parameter{{"name", "body", true, text}},
		},
		{
			Names: []string{"GetSessions"}, Verb: "GET", Path: "/account/sessions",
			Status: 200, Answer: &Schema{Ref: "#/definitions/sessionList"},
		},
		{
			Names: []string{"CreateSession"}, Verb: "POST", Path: "/account/sessions",
			Parameters: []Parameter{{"email", "body", true, text}, {"password", "body", true, text}},
			Status:     201, Answer: &Schema{Ref: "#/definitions/session"},
		},
		{
			Names: []string{"CreateOAuth2Session"}, Verb: "GET", Path: "/account/sessions/oauth2/{provider}",
			Parameters: []Parameter{{"provider", "path", true, text}, {"success", "query", false, text}, {"failure", "query", false, text}, {"scopes", "query", false, texts}},
			Status:     301, Answer: &Schema{Type: "file"},
		},
	}, old.Operations)

	recent := read(t, sample(t, "openapi3.json"))
	assert.Equal(t, "1.9.6", recent.Release)
	assert.Len(t, recent.Schemas, 7)
	require.Len(t, recent.Operations, 6)
	assert.Equal(t, Operation{
		Names: []string{"CreateJWT"}, Verb: "POST", Path: "/account/jwts",
		Parameters: []Parameter{{"duration", "body", false, &Schema{Type: "integer"}}},
		Status:     201, Answer: &Schema{Ref: "#/components/schemas/jwt"},
	}, recent.Operations[0])
	assert.Equal(t, []Parameter{{"queries", "query", false, texts}, {"total", "query", false, &Schema{Type: "boolean"}}}, recent.Operations[1].Parameters)
	assert.Equal(t, []string{"createMfaChallenge", "createMFAChallenge"}, recent.Operations[2].Names)
	assert.Equal(t, Operation{
		Names: []string{"DeleteSession"}, Verb: "DELETE", Path: "/account/sessions/{sessionId}",
		Parameters: []Parameter{{"sessionId", "path", true, text}},
		Status:     204,
	}, recent.Operations[4])
}

func TestWhatIsNoSpecificationIsAnError(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"nothing":       ``,
		"a cut file":    `{"paths": {"/account": {"get": {`,
		"two successes": `{"paths": {"/account": {"get": {"responses": {"200": {}, "201": {}}}}}}`,
		"no status":     `{"paths": {"/account": {"get": {"responses": {"default": {}}}}}}`,
	} {
		_, err := Read(strings.NewReader(text))
		assert.Error(t, err, name)
	}
}
