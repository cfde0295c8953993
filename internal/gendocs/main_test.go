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

func TestThePagesAreUpToDate(t *testing.T) {
	t.Parallel()
	pages, err := render()
	require.NoError(t, err)
	require.Len(t, pages, 2)
	for name, want := range pages {
		got, err := os.ReadFile(filepath.Join("..", "..", folder, name))
		require.NoError(t, err)
		for line := range strings.Lines(string(want)) {
			have, rest, _ := bytes.Cut(got, []byte("\n"))
			require.Equal(t, line, string(have)+"\n", "%s: run go generate at the module's root", name)
			got = rest
		}
		assert.Empty(t, string(got), name)
	}
}
