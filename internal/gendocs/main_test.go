package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestThePageOfOperationsIsUpToDate(t *testing.T) {
	t.Parallel()
	want, err := render()
	require.NoError(t, err)
	got, err := os.ReadFile(filepath.Join("..", "..", target))
	require.NoError(t, err)
	for line := range strings.Lines(string(want)) {
		have, rest, _ := bytes.Cut(got, []byte("\n"))
		require.Equal(t, line, string(have)+"\n", "run go generate at the module's root")
		got = rest
	}
	assert.Empty(t, string(got))
}
