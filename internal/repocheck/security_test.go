package repocheck

import (
	"fmt"
	"go/ast"
	"io"
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

// answeredModels are the models that some call answers with, and those of which its lists are.
func answeredModels(t *testing.T) (all []reflect.Type) {
	t.Helper()
	add := func(typ reflect.Type) {
		if typ.Kind() == reflect.Struct && typ.PkgPath() == reflect.TypeFor[models.User]().PkgPath() && !slices.Contains(all, typ) {
			all = append(all, typ)
		}
	}
	for _, c := range everycall.All {
		success := testkit.Transport(func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: c.Status, Header: c.Header(), Body: io.NopCloser(strings.NewReader(c.Body))}, nil
		})
		client, err := appwrite.NewClient("https://appwrite.test/v1", "p1", appwrite.WithHTTPClient(&http.Client{Transport: success}))
		require.NoError(t, err)
		got, err := c.Do(t.Context(), client.Account, c.Full())
		require.NoError(t, err, c.Method)
		if got == nil {
			continue
		}
		typ := reflect.Indirect(reflect.ValueOf(got)).Type()
		if typ.Kind() != reflect.Struct {
			continue
		}
		add(typ)
		for i := range typ.NumField() {
			if f := typ.Field(i).Type; f.Kind() == reflect.Slice {
				add(f.Elem())
			}
		}
	}
	return all
}

// What a model does not print is what it holds to be a secret.
func TestEverySecretOfModelsIsListed(t *testing.T) {
	t.Parallel()
	var hidden []string
	for _, model := range answeredModels(t) {
		v := reflect.New(model).Elem()
		marks := map[string]string{}
		for i := range v.NumField() {
			field, mark := v.Type().Field(i), "mark-"+strconv.Itoa(i)+"-"
			switch f := v.Field(i); {
			case !field.IsExported():
				continue
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
