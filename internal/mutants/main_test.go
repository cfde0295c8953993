package main

import (
	"go/parser"
	"go/token"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEveryMutantStillAppliesToTheCode(t *testing.T) {
	t.Parallel()
	mutants, err := parse(list)
	require.NoError(t, err)
	names := map[string]bool{}
	for _, m := range mutants {
		assert.False(t, names[m.name], "twice: %s", m.name)
		names[m.name] = true
		file, text, err := m.apply("../..")
		if !assert.NoError(t, err) {
			continue
		}
		_, err = parser.ParseFile(token.NewFileSet(), file, text, 0)
		assert.NoError(t, err, m.name)
	}
	assert.GreaterOrEqual(t, len(mutants), 60)
}

func TestTheListIsReadAsItIsWritten(t *testing.T) {
	t.Parallel()
	mutants, err := parse("# a name\npackage models\n- \tif a {\n- \t\tb()\n+ \tif !a {\n\n# another\npackage .\n- x\n+ y\n")
	require.NoError(t, err)
	assert.Equal(t, []mutant{{"a name", "models", "\tif a {\n\t\tb()", "\tif !a {"}, {"another", ".", "x", "y"}}, mutants)
	for _, bad := range []string{"", "# only a name", "package .\n- x\n+ y", "# n\npackage .\n- x\n+ x", "# n\npackage .\nx\n+ y"} {
		_, err := parse(bad)
		assert.Error(t, err, bad)
	}
}
