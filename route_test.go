package appwrite

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite/internal/release"
)

// A row that the table lacks would be called, but neither served by appwritetest nor checked.
func TestTheTableHoldsEveryRowInTheOrderOfTheFile(t *testing.T) {
	t.Parallel()
	file, err := parser.ParseFile(token.NewFileSet(), "operations.go", nil, 0)
	require.NoError(t, err)
	var rows, listed []string
	for _, decl := range file.Decls {
		vars, ok := decl.(*ast.GenDecl)
		if !ok || vars.Tok != token.VAR {
			continue
		}
		for _, spec := range vars.Specs {
			v := spec.(*ast.ValueSpec)
			switch name := v.Names[0].Name; {
			case name == "table":
				for _, element := range v.Values[0].(*ast.CompositeLit).Elts {
					listed = append(listed, element.(*ast.Ident).Name)
				}
			case name != "opHealthVersion":
				rows = append(rows, name)
			}
		}
	}
	assert.Equal(t, rows, listed)
	for i, op := range table {
		assert.Equal(t, strings.ToLower(listed[i]), "op"+strings.ToLower(strings.TrimPrefix(op.name, "account.")))
	}
}

func TestChoosingARouteAllocatesNothing(t *testing.T) {
	for _, op := range table {
		for _, ver := range []string{op.routes[0].Since, op.routes[len(op.routes)-1].Since} {
			v := release.Must(ver)
			assert.Zero(t, testing.AllocsPerRun(100, func() { chosen, _ = op.route(v) }), "%s %s", op.name, ver)
			assert.True(t, chosen.in.Has(v), op.name)
		}
	}
}

var chosen *route
