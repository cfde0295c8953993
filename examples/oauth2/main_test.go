package main

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestALoginAtAProviderSucceedsAndIsDenied(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), &out))
	assert.Regexp(t, `\Asigned in: Ada <ada@example\.com> by github
denied: .*user_oauth2_provider_error.*
\z`, out.String())
}
