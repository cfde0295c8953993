package main

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheBackendActsForWhoseJWTItGets(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), &out))
	assert.Equal(t, `GET /me: 200 {"labels":["admin"],"name":"Ada"}
PUT /me/theme/dark: 200 {"theme":"dark"}
GET /me: 401 {"message":"Please sign in.","code":401}
`, out.String())
}
