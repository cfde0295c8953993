package models_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEveryProviderThatServersHaveHadIsAConstantOnce(t *testing.T) {
	t.Parallel()
	want := strings.Fields(`
		amazon apple appwrite auth0 authentik autodesk bitbucket bitly box dailymotion discord disqus dropbox etsy
		facebook figma fusionauth github gitlab google huggingface keycloak kick linkedin microsoft notion oidc okta
		paypal paypalSandbox podio salesforce slack spotify stripe tradeshift tradeshiftBox twitch twitter vk wordpress
		x yahoo yammer yandex zoho zoom`)
	file, err := parser.ParseFile(token.NewFileSet(), "providers.go", nil, 0)
	require.NoError(t, err)
	var got []string
	ast.Inspect(file, func(node ast.Node) bool {
		if spec, ok := node.(*ast.ValueSpec); ok {
			key, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			require.NoError(t, err)
			assert.Equal(t, "oauthprovider"+strings.ToLower(key), strings.ToLower(spec.Names[0].Name))
			got = append(got, key)
		}
		return true
	})
	assert.Equal(t, want, got)
}
