package repocheck

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite/internal/everycall"
)

// root is the module's root. go test forgets a cached result when a file changes that is read
// there, which a change of folder before the tests would hide from it.
var root = filepath.Join("..", "..")

// read returns a file of the repository.
func read(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, name))
	require.NoError(t, err)
	return string(text)
}

type sourceFile struct {
	name string
	tree *ast.File
	set  *token.FileSet
}

func (f sourceFile) at(n ast.Node) string { return f.set.Position(n.Pos()).String() }

// parseRoot parses the files of the root package, its tests left out.
func parseRoot(t testing.TB) []sourceFile {
	t.Helper()
	names, err := fs.Glob(os.DirFS(root), "*.go")
	require.NoError(t, err)
	var files []sourceFile
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		files = append(files, parseSource(t, name, read(t, name)))
	}
	require.NotEmpty(t, files)
	return files
}

func parseSource(t testing.TB, name, source string) sourceFile {
	t.Helper()
	set := token.NewFileSet()
	tree, err := parser.ParseFile(set, name, source, parser.ParseComments)
	require.NoError(t, err)
	return sourceFile{name, tree, set}
}

// What may deal with URLs and paths outside path.go, by function, and why.
var pathExceptions = map[string]string{
	"endpoint.go: url.Parse in parseEndpoint":     "the endpoint, which the caller gives",
	"client.go: assignment to a path in Endpoint": "cuts the slash off a copy",
	"client.go: fmt.Sprintf of an ID in describe": "a text for people",
	"redirect.go: method Parse in redirect":       "where a server wants to send the browser",
	"redirect.go: url.Parse in redirect":          "the same once more, as the caller will read it",
	"redirect.go: method Parse in hostOf":         "where a server wants to send the client",
}

// pathFindings returns where a file builds a path by other means than urlOf, and the places of
// each finding.
func pathFindings(file sourceFile) map[string][]string {
	findings := map[string][]string{}
	if file.name == "path.go" {
		return findings
	}
	imports := map[string]string{}
	for _, spec := range file.tree.Imports {
		path, _ := strconv.Unquote(spec.Path.Value)
		name := path[strings.LastIndex(path, "/")+1:]
		if spec.Name != nil {
			name = spec.Name.Name
		}
		imports[name] = path
	}
	var function string
	report := func(n ast.Node, what string) {
		key := file.name + ": " + what + " in " + function
		findings[key] = append(findings[key], file.at(n))
	}
	isURLType := func(e ast.Expr) bool {
		s, ok := e.(*ast.SelectorExpr)
		if !ok || s.Sel.Name != "URL" {
			return false
		}
		p, ok := s.X.(*ast.Ident)
		return ok && imports[p.Name] == "net/url"
	}
	visit := func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BasicLit:
			text, err := strconv.Unquote(n.Value)
			if n.Kind != token.STRING || err != nil || file.name == "operations.go" {
				return true
			}
			if strings.Contains(text, "/account") || strings.Contains(text, "/health") || strings.Contains(text, "account/") {
				report(n, "path in a string")
			}
		case *ast.CompositeLit:
			if isURLType(n.Type) {
				report(n, "url.URL literal")
			}
		case *ast.AssignStmt:
			for _, left := range n.Lhs {
				if s, ok := left.(*ast.SelectorExpr); ok && slices.Contains([]string{"Path", "RawPath", "Opaque"}, s.Sel.Name) {
					report(n, "assignment to a path")
				}
			}
			if n.Tok == token.ADD_ASSIGN && namesID(n.Rhs[0]) {
				report(n, "concatenation with an ID")
			}
		case *ast.BinaryExpr:
			if n.Op == token.ADD && (namesID(n.X) || namesID(n.Y)) {
				report(n, "concatenation with an ID")
			}
		case *ast.CallExpr:
			s, ok := n.Fun.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			from := ""
			if p, ok := s.X.(*ast.Ident); ok {
				from = imports[p.Name]
			}
			switch name := s.Sel.Name; {
			case from == "net/url" && slices.Contains([]string{"Parse", "ParseRequestURI", "JoinPath", "PathEscape"}, name):
				report(n, "url."+name)
			case from == "path":
				report(n, "path."+name)
			case from == "net/http" && strings.HasPrefix(name, "NewRequest"):
				report(n, "http."+name)
			case from == "" && slices.Contains([]string{"Parse", "JoinPath", "ResolveReference"}, name):
				report(n, "method "+name)
			case !slices.ContainsFunc(n.Args, namesID):
			case from == "fmt", from == "" && strings.HasPrefix(name, "Write"),
				from == "strings" && slices.Contains([]string{"Join", "Replace", "ReplaceAll", "NewReplacer"}, name):
				report(n, strings.TrimPrefix(from+"."+name, ".")+" of an ID")
			}
		}
		return true
	}
	for _, decl := range file.tree.Decls {
		function = "the file"
		if f, ok := decl.(*ast.FuncDecl); ok {
			function = f.Name.Name
		}
		ast.Inspect(decl, visit)
	}
	return findings
}

// namesID reports whether an expression is one of the names that this package gives to what
// fills a path, or to a path.
func namesID(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Ident:
		if e.Name == "projectID" {
			return false // part of a cookie's name, never of a path
		}
		return strings.HasSuffix(e.Name, "ID") || slices.Contains([]string{"ids", "provider", "kind", "basePath", "rawBase"}, e.Name)
	case *ast.SelectorExpr:
		if e.Sel.Name == "projectID" {
			return false
		}
		return slices.Contains([]string{"basePath", "rawBase", "Path", "RawPath", "endpoint", "ids"}, e.Sel.Name)
	case *ast.IndexExpr:
		return namesID(e.X)
	case *ast.ParenExpr:
		return namesID(e.X)
	case *ast.CallExpr: // string(provider)
		return len(e.Args) == 1 && namesID(e.Args[0])
	}
	return false
}

func TestPathsAreBuiltInOnePlaceOnly(t *testing.T) {
	t.Parallel()
	needed := map[string]bool{}
	for _, file := range parseRoot(t) {
		for finding, places := range pathFindings(file) {
			needed[finding] = true
			assert.NotEmpty(t, pathExceptions[finding], "%s: %s", finding, places)
		}
	}
	for exception := range pathExceptions {
		assert.True(t, needed[exception], "no longer needed: %s", exception)
	}
}

func TestPathsBuiltByHandAreFound(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"literal":              `_ = "/account/sessions"`,
		"literal in a request": `_ = request{path: "/account"}`,
		"raw literal":          "_ = `account/sessions`",
		"health":               `_ = "/health/version"`,
		"concatenation":        `_ = base + sessionID`,
		"concatenation inside": `_ = "x" + (sessionID) + "y"`,
		"concatenated after":   `base += sessionID`,
		"converted":            `_ = "x/" + string(provider)`,
		"from a slice":         `_ = "x/" + ids[0]`,
		"endpoint":             `_ = c.basePath + "x"`,
		"Sprintf":              `_ = fmt.Sprintf("%s/%s", base, sessionID)`,
		"Appendf":              `_ = fmt.Appendf(nil, "%s", tokenID)`,
		"Join":                 `_ = strings.Join(ids, "/")`,
		"Replace":              `_ = strings.Replace("x/{id}", "{id}", sessionID, 1)`,
		"written":              `b.WriteString(sessionID)`,
		"path.Join":            `_ = path.Join("x", "y")`,
		"url.JoinPath":         `_, _ = url.JoinPath(base, "x")`,
		"method JoinPath":      `_ = u.JoinPath("x")`,
		"url.Parse":            `_, _ = url.Parse(base)`,
		"renamed url.Parse":    `_, _ = neturl.Parse(base)`,
		"method Parse":         `_, _ = u.Parse(base)`,
		"ResolveReference":     `_ = u.ResolveReference(u)`,
		"ParseRequestURI":      `_, _ = url.ParseRequestURI(base)`,
		"PathEscape":           `_ = url.PathEscape(base)`,
		"literal URL":          `_ = &url.URL{Host: base}`,
		"renamed literal URL":  `_ = neturl.URL{Host: base}`,
		"assigned path":        `u.Path = base`,
		"assigned raw path":    `u.RawPath, x = base, 1`,
		"opaque":               `u.Opaque = base`,
		"NewRequest":           `_, _ = http.NewRequest("GET", base, nil)`,
		"NewRequestContext":    `_, _ = http.NewRequestWithContext(ctx, "GET", base, nil)`,
	} {
		source := "package appwrite\nimport (\n\"fmt\"\n\"net/http\"\n\"net/url\"\nneturl \"net/url\"\n\"path\"\n\"strings\"\n)\nfunc f() {\n" + body + "\n}\n"
		for _, file := range []string{"sessions.go", "client.go", "redirect.go"} {
			findings := pathFindings(parseSource(t, file, source))
			assert.NotEmpty(t, findings, "%s in %s", name, file)
			for finding := range findings {
				assert.Empty(t, pathExceptions[finding], "%s in %s", name, file)
			}
		}
	}
	harmless := "package appwrite\nimport \"net/url\"\nfunc f() {\n_ = \"a_session_\" + projectID\n_ = request{ids: []string{sessionID}}\nif u.Path == \"\" {}\n_, _ = url.PathUnescape(x)\n_ = \"accounts\"\n}\n"
	assert.Empty(t, pathFindings(parseSource(t, "sessions.go", harmless)))
}

func TestDeprecatedMethodsNameTheirReplacement(t *testing.T) {
	t.Parallel()
	notices := deprecations(t)
	for method, notice := range notices {
		replacement := regexp.MustCompile(`^use (\w+)`).FindStringSubmatch(notice)
		if assert.NotNil(t, replacement, method) {
			assert.True(t, slices.ContainsFunc(everycall.All, func(c everycall.Call) bool { return c.Method == replacement[1] }), notice)
		}
	}
	assert.Len(t, notices, 4)
}

// Where a method is only another's old name, go fix rewrites the calls.
func TestGoFixReplacesOldNames(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("needs the go command")
	}
	const program = `package p

import (
	"context"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/models"
)

func f(ctx context.Context, a *appwrite.Account, p appwrite.VerificationParams) (t *models.Token, err error) {
	if t, err = a.%s(ctx, "u"); err != nil {
		return
	}
	return a.%s(ctx, p, appwrite.NoRetry())
}
`
	module, err := filepath.Abs(root)
	require.NoError(t, err)
	mod := strings.Replace(read(t, "go.mod"), "module "+modulePath, "module p", 1) + fmt.Sprintf("\nrequire %s v0.0.0\nreplace %s => %q\n", modulePath, modulePath, module)
	dir := t.TempDir()
	for name, text := range map[string]string{"go.mod": mod, "go.sum": read(t, "go.sum"), "p.go": fmt.Sprintf(program, "CreateVerification", "UpdateVerification")} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	fix := exec.CommandContext(t.Context(), "go", "fix", "-inline", "./...")
	fix.Dir = dir
	output, err := fix.CombinedOutput()
	require.NoError(t, err, "%s", output)
	fixed, err := os.ReadFile(filepath.Join(dir, "p.go"))
	require.NoError(t, err)
	assert.Equal(t, fmt.Sprintf(program, "CreateEmailVerification", "UpdateEmailVerification"), string(fixed))
}

// deprecations returns what stands after "Deprecated:", by function.
func deprecations(t *testing.T) map[string]string {
	t.Helper()
	notices := map[string]string{}
	for _, file := range parseRoot(t) {
		for _, decl := range file.tree.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok || f.Doc == nil {
				continue
			}
			_, notice, deprecated := strings.Cut(f.Doc.Text(), "\n\nDeprecated: ")
			assert.Equal(t, deprecated, strings.Contains(f.Doc.Text(), "eprecated"), "%s: a paragraph of its own", file.at(f))
			if deprecated {
				notices[f.Name.Name] = notice
			}
		}
	}
	return notices
}

const modulePath = "github.com/seed17809555/appwrite"

// allowedModules are all that a user who imports this package gets besides the standard
// library.
var allowedModules = []string{
	"github.com/google/go-querystring",
	"github.com/go-json-experiment/json",
}

func TestFewModulesReachAUserOfThisPackage(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("needs the go command")
	}
	var complaint bytes.Buffer
	list := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}} {{.Module.Path}}{{end}}", modulePath)
	list.Stderr = &complaint
	out, err := list.Output()
	require.NoError(t, err, complaint.String())
	seen := 0
	for line := range strings.Lines(string(out)) {
		path, module, ok := strings.Cut(strings.TrimSpace(line), " ")
		require.True(t, ok, line)
		seen++
		if module != modulePath {
			assert.Contains(t, allowedModules, module, path)
			continue
		}
		within := strings.TrimPrefix(strings.TrimPrefix(path, modulePath), "/")
		assert.True(t, slices.Contains([]string{"", "models", "query", "id"}, within) || strings.HasPrefix(within, "internal/"), path)
	}
	assert.Greater(t, seen, 4)
}

func TestFewModulesAreImportedByThisPackageItself(t *testing.T) {
	t.Parallel()
	for _, file := range parseRoot(t) {
		for _, spec := range file.tree.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			require.NoError(t, err)
			first, _, _ := strings.Cut(path, "/")
			if !strings.Contains(first, ".") {
				assert.NotContains(t, []string{"unsafe", "plugin", "C"}, path, file.name)
				continue
			}
			ok := strings.HasPrefix(path, modulePath+"/")
			for _, module := range allowedModules {
				ok = ok || path == module || strings.HasPrefix(path, module+"/")
			}
			assert.True(t, ok, "%s imports %s", file.name, path)
		}
	}
}

// versionFindings returns where a method of Account that users call asks for the release: that
// knowledge is the table's, the parameters' and the models'.
func versionFindings(file sourceFile) (places []string) {
	for _, decl := range file.tree.Decls {
		f, ok := decl.(*ast.FuncDecl)
		if !ok || f.Recv == nil || !f.Name.IsExported() || !strings.HasSuffix(typeText(f.Recv.List[0].Type), "Account") {
			continue
		}
		ast.Inspect(f.Body, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok && (s.Sel.Name == "version" || s.Sel.Name == "has" || s.Sel.Name == "Has") {
				places = append(places, f.Name.Name+" "+file.at(n))
			}
			return true
		})
	}
	return places
}

func typeText(e ast.Expr) string {
	if star, ok := e.(*ast.StarExpr); ok {
		e = star.X
	}
	name, _ := e.(*ast.Ident)
	return name.Name
}

func TestNoMethodOfAccountAsksForTheRelease(t *testing.T) {
	t.Parallel()
	for _, file := range parseRoot(t) {
		assert.Empty(t, versionFindings(file))
	}
	for _, body := range []string{`if a.state.core.version < v1_5 {}`, `if release.Before(v1_0).Has(v) {}`, `switch c.version {}`} {
		found := versionFindings(parseSource(t, "x.go", "package appwrite\nfunc (a *Account) Get() { "+body+" }"))
		assert.Len(t, found, 1, body)
	}
}

// A field with a password that is added later would be printed as any other.
func TestEveryFieldThatNamesASecretIsTaggedAsOne(t *testing.T) {
	t.Parallel()
	seen := 0
	for _, file := range parseRoot(t) {
		ast.Inspect(file.tree, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok || !spec.Name.IsExported() {
				return true
			}
			fields, ok := spec.Type.(*ast.StructType)
			if !ok {
				return true
			}
			for _, f := range fields.Fields.List {
				for _, name := range f.Names {
					lower := strings.ToLower(name.Name)
					for _, word := range []string{"password", "secret", "otp", "token", "jwt", "apikey", "cookie"} {
						if name.IsExported() && strings.Contains(lower, word) {
							seen++
							assert.True(t, f.Tag != nil && strings.Contains(f.Tag.Value, `secret:"true"`), "%s.%s", spec.Name.Name, name.Name)
						}
					}
				}
			}
			return true
		})
	}
	assert.NotZero(t, seen)
}
