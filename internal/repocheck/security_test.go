package repocheck

import (
	"fmt"
	"go/ast"
	"io/fs"
	"net/http"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/internal/everycall"
	"github.com/seed17809555/appwrite/internal/testkit"
	"github.com/seed17809555/appwrite/models"
)

// listed returns the names of a row of the list in SECURITY.md, sorted.
func listed(t *testing.T, row string) []string {
	t.Helper()
	found := regexp.MustCompile(`(?m)^\| ` + row + ` \| (.*) \|$`).FindStringSubmatch(read(t, "SECURITY.md"))
	require.NotNil(t, found, row)
	var names []string
	for _, name := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(found[1], -1) {
		names = append(names, name[1])
	}
	slices.Sort(names)
	return names
}

func sortedSet(names []string) []string {
	slices.Sort(names)
	return slices.Compact(names)
}

func TestEverySecretOfParametersIsListed(t *testing.T) {
	t.Parallel()
	var params, callbacks, body []string
	for _, file := range parseRoot(t) {
		ast.Inspect(file.tree, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.TypeSpec:
				fields, ok := n.Type.(*ast.StructType)
				if !ok {
					break
				}
				for _, f := range fields.Fields.List {
					if f.Tag == nil || !strings.Contains(f.Tag.Value, `secret:"true"`) {
						continue
					}
					for _, name := range f.Names {
						if text := n.Name.Name + "." + name.Name; strings.HasSuffix(n.Name.Name, "Params") {
							params = append(params, text)
						} else {
							callbacks = append(callbacks, text)
						}
					}
				}
			case *ast.CallExpr:
				name, ok := n.Fun.(*ast.Ident)
				if !ok || name.Name != "secret" && name.Name != "optionalSecret" {
					break
				}
				if first, ok := n.Args[0].(*ast.BasicLit); assert.True(t, ok, file.at(n)) {
					text, err := strconv.Unquote(first.Value)
					require.NoError(t, err)
					body = append(body, text)
				}
			}
			return true
		})
	}
	assert.Equal(t, listed(t, "Parameters"), sortedSet(params))
	assert.Equal(t, listed(t, "Callbacks"), sortedSet(callbacks))
	assert.Equal(t, listed(t, "Fields of bodies"), sortedSet(body))
}

func TestEverySecretHeaderIsListed(t *testing.T) {
	t.Parallel()
	var sent []string
	var seen testkit.Recorder
	record := seen.Noted(testkit.AnswersJSON(200, everycall.User))
	for _, ver := range []string{"0.5", "1.4", appwrite.LatestServerVersion} {
		for _, credential := range []appwrite.Option{
			appwrite.WithSession("the-secret"), appwrite.WithJWT("the-secret"), appwrite.WithAPIKey("the-secret"), appwrite.WithBearerToken("the-secret"),
			appwrite.WithCookies([]*http.Cookie{{Name: "a_session_p1", Value: "the-secret"}}), appwrite.WithDevKey("the-secret"),
		} {
			client, err := appwrite.NewClient("https://appwrite.test/v1", "p1", appwrite.WithServerVersion(ver), appwrite.WithHTTPClient(&http.Client{Transport: record}), credential)
			require.NoError(t, err)
			_, err = client.Account.Get(t.Context())
			require.NoError(t, err)
			for name, values := range seen.One(t).Header {
				if strings.Contains(values[0], "the-secret") {
					sent = append(sent, name)
				}
			}
		}
	}
	assert.Equal(t, listed(t, "Headers of requests"), sortedSet(sent))

	answered := http.Header{"X-Other": {"v"}, "Www-Authenticate": {"v"}}
	for _, name := range append(listed(t, "Headers of requests"), listed(t, "Headers of answers")...) {
		answered.Set(name, "v")
	}
	refuse := testkit.Transport(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 400, Header: answered.Clone(), Body: http.NoBody}, nil
	})
	client, err := appwrite.NewClient("https://appwrite.test/v1", "p1", appwrite.WithHTTPClient(&http.Client{Transport: refuse}))
	require.NoError(t, err)
	_, err = client.Account.Get(t.Context())
	var answer *appwrite.Error
	require.ErrorAs(t, err, &answer)
	kept := answer.Header
	var dropped []string
	for name := range answered {
		if kept.Get(name) == "" {
			dropped = append(dropped, name)
		}
	}
	assert.Equal(t, listed(t, "Headers of answers"), sortedSet(dropped))
}

// What a model does not print is what it holds to be a secret.
func TestEverySecretOfModelsIsListed(t *testing.T) {
	t.Parallel()
	var hidden []string
	for _, model := range []any{
		models.User{}, models.Session{}, models.Token{}, models.JWT{}, models.Log{}, models.Identity{}, models.MFAType{}, models.MFAFactors{},
		models.MFAChallenge{}, models.MFARecoveryCodes{}, models.Target{}, models.OAuth2Consent{}, models.OAuth2ConsentToken{},
	} {
		v := reflect.New(reflect.TypeOf(model)).Elem()
		marks := map[string]string{}
		for i := range v.NumField() {
			field, mark := v.Type().Field(i), "mark-"+strconv.Itoa(i)+"-"
			switch f := v.Field(i); {
			case f.Kind() == reflect.String:
				f.SetString(mark)
			case f.Type() == reflect.TypeFor[[]string]():
				f.Set(reflect.ValueOf([]string{mark}))
			default:
				continue
			}
			marks[field.Name] = mark
		}
		for _, text := range []string{fmt.Sprintf("%+v", v.Interface()), fmt.Sprintf("%#v", v.Addr().Interface())} {
			for name, mark := range marks {
				if !strings.Contains(text, mark) {
					hidden = append(hidden, v.Type().Name()+"."+name)
				}
			}
		}
	}
	assert.Equal(t, listed(t, "Models"), sortedSet(hidden))
}

func TestTheTestsThatTheDocumentNamesExist(t *testing.T) {
	t.Parallel()
	names := sortedSet(regexp.MustCompile(`\b(?:Test|Fuzz)[A-Z]\w+`).FindAllString(read(t, "docs/reliability.md"), -1))
	require.Greater(t, len(names), 30)
	files, err := fs.Glob(os.DirFS(root), "*_test.go")
	require.NoError(t, err)
	for _, folder := range []string{"internal/*", "models"} {
		more, err := fs.Glob(os.DirFS(root), folder+"/*_test.go")
		require.NoError(t, err)
		files = append(files, more...)
	}
	var source strings.Builder
	for _, file := range files {
		source.WriteString(read(t, file))
	}
	for _, name := range names {
		assert.True(t, strings.Contains(source.String(), "\nfunc "+name+"("), name)
	}
}
