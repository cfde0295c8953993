package repocheck

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/internal/documents"
	"github.com/seed17809555/appwrite/internal/everycall"
)

// documentsDir holds the documents themselves. They are not ours to publish, so that they are
// not everywhere where the tests run.
var documentsDir = filepath.Join(root, "..", "shared", "documents")

// Where a document tells of an operation: the groups name and, if it tells them, verb and path.
var operationsIn = map[string]*regexp.Regexp{
	"D0-openapi-js-client-0.9.md":       regexp.MustCompile(`(?m)^\[\*\*(?P<name>\w+)\*\*\]\(\S+\) \| \*\*(?P<verb>\w+)\*\* (?P<path>\S+) \|`),
	"D1-openapi-rust-client-1.4.md":     regexp.MustCompile(`(?m)^\[\*\*(?P<name>\w+)\*\*\]\(\S+\) \| \*\*(?P<verb>\w+)\*\* (?P<path>\S+) \|`),
	"D2-account-docs-0.4.md":            regexp.MustCompile("(?m)^## (?P<name>.+)\n\n```http request\n(?P<verb>\\w+) https://appwrite\\.io/v1(?P<path>\\S+)$"),
	"D3-node-appwrite-23.1-account.txt": regexp.MustCompile(`(?m)^(?P<name>\w+)\(\) $`),
	"D4-account-docs-server-0.11.txt":   regexp.MustCompile(`(?ms)^(?P<verb>[A-Z]+)/v1(?P<path>\S+)$.*?\baccount\.(?P<name>\w+)\(`),
}

// pathsOfNoRelease are paths of documents that the release calls otherwise.
var pathsOfNoRelease = map[string]string{
	"/account/sessions/current":          "/account/sessions/{}", // a session ID
	"/account/sessions/oauth/{provider}": "/account/sessions/oauth2/{}",
}

var braceInPath = regexp.MustCompile(`\{\w+\}`)

// A client set to the document's release must take the documented route.
func TestEveryOperationOfTheDocumentsHasItsMethod(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat(documentsDir); err != nil {
		t.Skip("needs the documents in " + documentsDir)
	}
	require.Len(t, documents.All, len(operationsIn))
	for _, doc := range documents.All {
		t.Run(doc.Label, func(t *testing.T) {
			t.Parallel()
			files, err := filepath.Glob(filepath.Join(documentsDir, doc.Label+"-*"))
			require.NoError(t, err)
			require.Len(t, files, 1)
			text, err := os.ReadFile(files[0])
			require.NoError(t, err)
			pattern := operationsIn[filepath.Base(files[0])]
			require.NotNil(t, pattern, files[0])
			var told []documents.Operation
			for _, match := range pattern.FindAllStringSubmatch(string(text), -1) {
				name := match[pattern.SubexpIndex("name")]
				method := methodLike(name)
				if pattern.SubexpIndex("path") >= 0 {
					method = methodOfRoute(doc.Release, match[pattern.SubexpIndex("verb")], match[pattern.SubexpIndex("path")])
				}
				assert.NotEmpty(t, method, "no method for %s", name)
				told = append(told, documents.Operation{Name: name, Method: method})
			}
			require.NotEmpty(t, told)
			assert.ElementsMatch(t, told, doc.Operations)
		})
	}
}

// methodLike finds the method that differs from an SDK's name in capitals at most.
func methodLike(name string) string {
	for _, c := range everycall.All {
		if strings.EqualFold(c.Method, name) {
			return c.Method
		}
	}
	return ""
}

// methodOfRoute finds the method with which a client of the release takes a route.
func methodOfRoute(ver, verb, path string) string {
	if known := pathsOfNoRelease[path]; known != "" {
		path = known
	}
	path = braceInPath.ReplaceAllString(path, "{}")
	for _, c := range everycall.All {
		// The first route that the release has is the one that is taken.
		i := slices.IndexFunc(c.Routes(), func(r appwrite.Route) bool { return r.Has(ver) })
		if i < 0 {
			continue
		}
		if r := c.Routes()[i]; r.Method == verb && braceInPath.ReplaceAllString(r.Path, "{}") == path {
			return c.Method
		}
	}
	return ""
}

func TestEveryMethodStandsInTheRowOfItsOperation(t *testing.T) {
	t.Parallel()
	var listed, exported []string
	for _, op := range appwrite.Operations() {
		methods := documents.MethodsOf(op.Name)
		listed = append(listed, methods...)
		for _, method := range methods {
			if everycall.NotCalls[method] == "" {
				assert.Equal(t, op.Name, everycall.Named(method).Operation, "%s is in another operation's row", method)
			}
		}
	}
	methods := reflect.TypeFor[*appwrite.Account]()
	for i := range methods.NumMethod() {
		if name := methods.Method(i).Name; !slices.Contains([]string{"String", "Format", "MarshalJSON"}, name) {
			exported = append(exported, name)
		}
	}
	assert.ElementsMatch(t, exported, listed, "the methods of Account and those of docs/operations.md")
	for _, doc := range documents.All {
		for _, o := range doc.Operations {
			assert.Contains(t, listed, o.Method, "%s: the table has no row for %s", doc.Label, o.Name)
		}
	}
}

func TestTheTableOfOperationsMarksDeprecatedMethods(t *testing.T) {
	t.Parallel()
	var deprecated []string
	for name := range deprecations(t) {
		deprecated = append(deprecated, name)
	}
	assert.ElementsMatch(t, deprecated, documents.Deprecated)
}
