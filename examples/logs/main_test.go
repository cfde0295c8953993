package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNoMorePagesAreReadThanNeeded(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), &out))
	lines := strings.Split(out.String(), "\n")
	require.Len(t, lines, 9, out.String())
	for _, line := range lines[:7] {
		assert.Regexp(t, `^ [1-7] \S.* from 127\.0\.0\.1$`, line)
	}
	assert.Equal(t, "2 pages read", lines[7])
}
