package appwrite

import (
	"bytes"
	"context"
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

	"github.com/seed17809555/appwrite/internal/release"
)

type sourceFile struct {
	name string
	tree *ast.File
	set  *token.FileSet
}

func (f sourceFile) at(n ast.Node) string { return f.set.Position(n.Pos()).String() }

// parseRoot parses the files of this package, its tests left out.
func parseRoot(t testing.TB) []sourceFile {
	t.Helper()
	names, err := fs.Glob(os.DirFS("."), "*.go")
	require.NoError(t, err)
	var files []sourceFile
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		source, err := os.ReadFile(name)
		require.NoError(t, err)
		files = append(files, parseSource(t, name, string(source)))
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

// pathFindings returns where a file builds a path by other means than urlOf, and the places
// of each finding.
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

func TestEverythingExportedIsDocumented(t *testing.T) {
	t.Parallel()
	documented := func(file sourceFile, n ast.Node, name string, docs ...*ast.CommentGroup) {
		for _, doc := range docs {
			if strings.TrimSpace(doc.Text()) != "" {
				return
			}
		}
		assert.Fail(t, "no doc comment", "%s: %s", file.at(n), name)
	}
	opening := regexp.MustCompile(`^(?:An? |The )?(\w+)`)
	for _, file := range parseRoot(t) {
		for _, decl := range file.tree.Decls {
			switch d := decl.(type) {
			case *ast.FuncDecl:
				if !d.Name.IsExported() || !exportedReceiver(d) || d.Name.Name == "Error" {
					continue
				}
				documented(file, d, d.Name.Name, d.Doc)
				if found := opening.FindStringSubmatch(d.Doc.Text()); found != nil {
					assert.Equal(t, d.Name.Name, found[1], "%s: a doc comment begins with the name", file.at(d))
				}
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					switch s := spec.(type) {
					case *ast.TypeSpec:
						if s.Name.IsExported() {
							documented(file, s, s.Name.Name, s.Doc, d.Doc)
						}
					case *ast.ValueSpec:
						for _, name := range s.Names {
							if name.IsExported() {
								documented(file, s, name.Name, s.Doc, s.Comment, d.Doc)
							}
						}
					}
				}
			}
		}
	}
}

func exportedReceiver(f *ast.FuncDecl) bool {
	if f.Recv == nil {
		return true
	}
	typ := f.Recv.List[0].Type
	if star, ok := typ.(*ast.StarExpr); ok {
		typ = star.X
	}
	name, ok := typ.(*ast.Ident)
	return ok && name.IsExported()
}

func TestDeprecatedMethodsNameTheirReplacement(t *testing.T) {
	t.Parallel()
	notices := deprecations(t)
	for method, notice := range notices {
		replacement := regexp.MustCompile(`^use (\w+)`).FindStringSubmatch(notice)
		if assert.NotNil(t, replacement, method) {
			assert.True(t, slices.ContainsFunc(everyCalls, func(c everyCall) bool { return c.method == replacement[1] }), notice)
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
	root, err := filepath.Abs(".")
	require.NoError(t, err)
	sums, err := os.ReadFile("go.sum")
	require.NoError(t, err)
	mod, err := os.ReadFile("go.mod")
	require.NoError(t, err)
	mod = append(bytes.Replace(mod, []byte("module "+modulePath), []byte("module p"), 1), fmt.Sprintf("\nrequire %s v0.0.0\nreplace %s => %q\n", modulePath, modulePath, root)...)
	dir := t.TempDir()
	for name, text := range map[string][]byte{"go.mod": mod, "go.sum": sums, "p.go": fmt.Appendf(nil, program, "CreateVerification", "UpdateVerification")} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), text, 0o600))
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
	"github.com/cenkalti/backoff/v5",
	"golang.org/x/sync",
}

func TestFewModulesReachAUserOfThisPackage(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("needs the go command")
	}
	var complaint bytes.Buffer
	list := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}} {{.Module.Path}}{{end}}", ".")
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

func TestTheOperationsTableIsSound(t *testing.T) {
	t.Parallel()
	path := regexp.MustCompile(`^(/(?:[a-z0-9-]+|\{[a-z][A-Za-z]*\}))+$`)
	names := map[string]bool{}
	for _, op := range Operations() {
		assert.Regexp(t, `^account\.[a-z][A-Za-z0-9]*$`, op.Name)
		assert.False(t, names[op.Name], op.Name)
		names[op.Name] = true
		require.NotEmpty(t, op.Routes, op.Name)
		for _, r := range op.Routes {
			assert.Contains(t, []string{"GET", "POST", "PUT", "PATCH", "DELETE"}, r.Method, op.Name)
			assert.Regexp(t, path, r.Path, op.Name)
			assert.True(t, r.Path == "/account" || strings.HasPrefix(r.Path, "/account/"), op.Name)
			since, err := release.Parse(r.Since)
			require.NoError(t, err, op.Name)
			assert.Equal(t, since.String(), r.Since, "%s: a release has three numbers", op.Name)
			assert.LessOrEqual(t, since, latest, op.Name)
			if r.Until != "" {
				until, err := release.Parse(r.Until)
				require.NoError(t, err, op.Name)
				assert.Equal(t, until.String(), r.Until, op.Name)
				assert.LessOrEqual(t, since, until, op.Name)
			}
			braces := regexp.MustCompile(`\{\w+\}`).FindAllString(r.Path, -1)
			assert.Equal(t, strings.Count(op.Routes[0].Path, "{"), len(braces), "%s: routes with the same parameters", op.Name)
			assert.Len(t, slices.Compact(slices.Sorted(slices.Values(braces))), len(braces), "%s: a parameter twice", op.Name)
		}
	}
	assert.Len(t, names, 54)
}

// ends is the first release after a route, for comparisons.
func ends(r route) release.Version {
	if r.in.Before == 0 {
		return 1<<32 - 1
	}
	return r.in.Before
}

func TestNoTwoOperationsShareARoute(t *testing.T) {
	t.Parallel()
	brace := regexp.MustCompile(`\{\w+\}`)
	type place struct {
		op string
		r  route
	}
	seen := map[string][]place{}
	for _, op := range append(slices.Clone(table), opHealthVersion) {
		for _, r := range op.routes {
			key := r.Method + " " + brace.ReplaceAllString(r.Path, "{}")
			for _, other := range seen[key] {
				assert.False(t, r.in.Since < ends(other.r) && other.r.in.Since < ends(r), "%s and %s both have %s in some release", op.name, other.op, key)
			}
			seen[key] = append(seen[key], place{op.name, r})
		}
	}
}

// A route with fixed segments wins over one with parameters on servers, so that an ID equal
// to a fixed segment would name another operation: DELETE /account/sessions/{sessionId}.
func TestNoOperationIsShadowedByAnotherOnesParameter(t *testing.T) {
	t.Parallel()
	for _, a := range table {
		for _, ra := range a.routes {
			for _, b := range table {
				for _, rb := range b.routes {
					if a == b || ra.Method != rb.Method || len(ra.segments) != len(rb.segments) || rb.params == 0 || ra.params >= rb.params {
						continue
					}
					same := true
					for i := range ra.segments {
						same = same && (ra.segments[i] == rb.segments[i] || isParam(rb.segments[i]))
					}
					assert.False(t, same, "%s %s could be taken for %s", ra.Method, ra.Path, rb.Path)
				}
			}
		}
	}
}

func TestOperationsGivesACopy(t *testing.T) {
	t.Parallel()
	list := Operations()
	list[0].Name, list[0].Routes[0].Path = "changed", "/changed"
	assert.Equal(t, "account.get", Operations()[0].Name)
	assert.Equal(t, "/account", Operations()[0].Routes[0].Path)
	assert.Equal(t, "/account", opGet.routes[0].Path)
}

func TestRoutesKnowTheirReleases(t *testing.T) {
	t.Parallel()
	bounded := Route{Method: "GET", Path: "/x", Since: "1.4.0", Until: "1.8.1"}
	open := Route{Method: "GET", Path: "/x", Since: "1.4.2"}
	for _, tc := range []struct {
		route   Route
		release string
		want    bool
	}{
		{bounded, "1.3.9", false}, {bounded, "1.4", true}, {bounded, "1.4.0", true}, {bounded, "1.4.13", true}, {bounded, "1.8.1", true}, {bounded, "1.8.2", false}, {bounded, "1.9.6", false},
		{bounded, "1.10.0", false}, {bounded, "0.15.3", false}, {bounded, "1.8.1-rc.1", true},
		{open, "1.4", false}, {open, "1.4.1", false}, {open, "1.4.2", true}, {open, "1.4.13", true}, {open, "1.9.6", true}, {open, "1.10.0", true}, {open, "2.0", true}, {open, "99.0.0", true},
		{open, "", false}, {open, "latest", false}, {open, "1", false}, {open, "1.4.2.3", false}, {open, "1.x", false},
		{Route{Since: "soon"}, "1.4", false}, {Route{Since: "1.4.0", Until: "later"}, "1.4", false}, {Route{}, "1.4", false},
	} {
		assert.Equal(t, tc.want, tc.route.Has(tc.release), "%s in %s to %s", tc.release, tc.route.Since, tc.route.Until)
	}
	for _, op := range table {
		for _, r := range op.routes {
			for _, ver := range []string{r.Since, r.Until, LatestServerVersion, "0.1.0", "1.4", "1.5.0"} {
				if v, err := release.Parse(ver); err == nil {
					assert.Equal(t, r.in.Has(v), r.Has(ver), "%s %s", op.name, ver)
				}
			}
		}
	}
}

func callOf(t testing.TB, method string) everyCall {
	t.Helper()
	i := slices.IndexFunc(everyCalls, func(c everyCall) bool { return c.method == method })
	require.GreaterOrEqual(t, i, 0, method)
	return everyCalls[i]
}

func TestTheServerVersionChoosesTheRoute(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ method, release, want string }{
		{"CreateJWT", "0.7", "POST /account/jwt"},
		{"CreateJWT", "1.5.11", "POST /account/jwt"},
		{"CreateJWT", "1.6", "POST /account/jwts"},
		{"CreateJWT", "1.9.6", "POST /account/jwts"},
		{"CreateEmailPasswordSession", "0.5", "POST /account/sessions"},
		{"CreateEmailPasswordSession", "0.14", "POST /account/sessions"},
		{"CreateEmailPasswordSession", "0.15", "POST /account/sessions/email"},
		{"CreateEmailPasswordSession", "1.9.6", "POST /account/sessions/email"},
		{"CreateMagicURLToken", "1.4", "POST /account/sessions/magic-url"},
		{"CreateMagicURLToken", "1.5", "POST /account/tokens/magic-url"},
		{"CreatePhoneToken", "1.4.13", "POST /account/sessions/phone"},
		{"CreatePhoneToken", "1.5", "POST /account/tokens/phone"},
		{"CreateMFAChallenge", "1.5", "POST /account/mfa/challenge"},
		{"CreateMFAChallenge", "1.8", "POST /account/mfa/challenge"},
		{"CreateMFAChallenge", "1.8.1", "POST /account/mfa/challenges"},
		{"UpdateMFAChallenge", "1.8", "PUT /account/mfa/challenge"},
		{"UpdateMFAChallenge", "1.8.1", "PUT /account/mfa/challenges"},
		{"CreateEmailVerification", "1.7", "POST /account/verification"},
		{"CreateEmailVerification", "1.8", "POST /account/verifications/email"},
		{"UpdateEmailVerification", "1.7", "PUT /account/verification"},
		{"CreateVerification", "1.7", "POST /account/verification"},
		{"CreatePhoneVerification", "1.7", "POST /account/verification/phone"},
		{"CreatePhoneVerification", "1.8", "POST /account/verifications/phone"},
		{"UpdatePhoneVerification", "0.15", "PUT /account/verification/phone"},
		{"Delete", "0.13.4", "DELETE /account"},
		{"Delete", "0.14", ""},
		{"Delete", "1.4", ""},
		{"Delete", "1.4.14", ""},
		{"Delete", "1.5", "DELETE /account"},
		{"UpdateStatus", "0.13.4", ""},
		{"UpdateStatus", "0.14", "PATCH /account/status"},
		{"ListLogs", "0.4", ""},
		{"ListLogs", "1.9.6", "GET /account/logs"},
		{"ListLogs", "1.9.7", ""},
		{"Logs", "1.9.7", ""},
		{"ListIdentities", "1.3", ""},
		{"Identities", "1.3", ""},
		{"DeleteIdentity", "0.13.4", ""},
		{"DeleteIdentity", "1.3.8", ""},
		{"DeleteIdentity", "1.4", "DELETE /account/identities/id1"},
		{"CreateEmailToken", "1.4", ""},
		{"CreateEmailToken", "1.5", "POST /account/tokens/email"},
		{"CreateSession", "1.4", ""},
		{"CreateOAuth2Token", "1.4", ""},
		{"CreateOAuth2Session", "0.5", "GET /account/sessions/oauth2/id1"},
		{"CreatePushTarget", "1.4.14", ""},
		{"DeletePushTarget", "1.4.14", ""},
		{"ListConsents", "1.8.1", ""},
		{"DeleteConsent", "1.8.1", ""},
		{"UpdateMFA", "1.4", ""},
		{"GetSession", "0.8", ""},
		{"Get", "0.2", "GET /account"},
		{"Get", "0.1", ""},
		{"Get", "99.0", "GET /account"},
	} {
		t.Run(tc.method+" "+tc.release, func(t *testing.T) {
			t.Parallel()
			c := callOf(t, tc.method)
			seen, hc := probeTransport(successOf(c))
			client := probeClient(t, "http://host/v1", WithHTTPClient(hc), WithSession("s"), WithServerVersion(tc.release))
			got, err := c.do(context.Background(), client.Account, goodIDs)
			requests := seen.take()
			if tc.want != "" {
				require.NoError(t, err)
				require.Len(t, requests, 1)
				path, _, _ := strings.Cut(requests[0].uri, "?")
				assert.Equal(t, tc.want, requests[0].method+" "+strings.TrimPrefix(path, "/v1"))
				return
			}
			requireUnsupported(t, err, c, tc.release)
			assert.Nil(t, got)
			assert.Empty(t, requests)
		})
	}
}

func requireUnsupported(t *testing.T, err error, c everyCall, ver string) {
	t.Helper()
	var lacking *UnsupportedError
	require.ErrorAs(t, err, &lacking)
	assert.Equal(t, c.op.name, lacking.Operation)
	assert.Equal(t, release.Must(ver).String(), lacking.ServerVersion)
	since, until := release.Must(lacking.Since), lacking.Until
	assert.True(t, slices.ContainsFunc(c.op.routes, func(r route) bool { return r.Since == lacking.Since && r.Until == until }))
	assert.True(t, since > release.Must(ver) || until != "" && release.Must(until) < release.Must(ver), "%v", err)
	for _, r := range c.op.routes {
		assert.False(t, r.in.Since > release.Must(ver) && r.in.Since < since, "%s is nearer: %v", r.Since, err)
	}
	assert.Contains(t, err.Error(), c.op.name)
	assert.Contains(t, err.Error(), lacking.ServerVersion)
}

// Old servers run another operation under a path that they do not know, up to blocking the
// user: no call of any release may send what the table does not have for it.
func TestNoCallSendsARouteThatTheReleaseLacks(t *testing.T) {
	t.Parallel()
	releases := []string{"0.1", "0.2", "0.5", "0.7", "0.9", "0.10", "0.13.4", "0.14", "0.15", "0.15.3", "1.0", "1.3.8", "1.4", "1.4.14", "1.5", "1.6", "1.7", "1.8", "1.8.1", "1.9", "1.9.6", "1.9.7", "2.0"}
	for _, c := range everyCalls {
		seen, hc := probeTransport(successOf(c))
		for _, ver := range releases {
			a := probeClient(t, "http://host", WithHTTPClient(hc), WithServerVersion(ver)).Account
			_, err := c.do(context.Background(), a, goodIDs)
			requests := seen.take()
			i := slices.IndexFunc(c.op.routes, func(r route) bool { return r.Has(ver) })
			if i < 0 {
				requireUnsupported(t, err, c, ver)
				require.Empty(t, requests, "%s %s", c.method, ver)
				continue
			}
			if err != nil {
				var refused *ParamError // a parameter that only later releases know
				require.ErrorAs(t, err, &refused, "%s %s", c.method, ver)
				require.Empty(t, requests)
				continue
			}
			if c.op.merging.Has(release.Must(ver)) {
				require.Len(t, requests, 2, "%s %s", c.method, ver)
				require.Equal(t, "GET /account", requests[0].method+" "+requests[0].uri, "the user, whom the answer lacks")
				requests = requests[1:]
			}
			require.Len(t, requests, 1, "%s %s", c.method, ver)
			want := c.op.routes[i].Path
			for _, id := range goodIDs {
				if brace := regexp.MustCompile(`\{\w+\}`).FindString(want); brace != "" {
					want = strings.Replace(want, brace, id, 1)
				}
			}
			path, _, _ := strings.Cut(requests[0].uri, "?")
			require.Equal(t, c.op.routes[i].Method+" "+want, requests[0].method+" "+path, "%s %s", c.method, ver)
		}
	}
}

func TestTheURLBuildersKnowTheReleases(t *testing.T) {
	t.Parallel()
	old := probeClient(t, "http://host/v1", WithServerVersion("1.4"))
	text, err := old.Account.OAuth2TokenURL("github", OAuth2Params{})
	requireUnsupported(t, err, callOf(t, "CreateOAuth2Token"), "1.4")
	assert.Empty(t, text)
	text, err = old.Account.OAuth2SessionURL("github", OAuth2Params{})
	require.NoError(t, err)
	assert.Equal(t, "http://host/v1/account/sessions/oauth2/github?project="+probeProject, text)
}

// versionFindings returns where a method of Account that users call asks for the release:
// that knowledge is the table's, the parameters' and the models'.
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
