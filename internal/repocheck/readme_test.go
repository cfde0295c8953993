package repocheck

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite/appwritetest"
)

// Names that the READMEs' code uses without declaring them, and the packages that it names.
const readmeScope = `ctx context.Context, client, alice *appwrite.Client, session *models.Session,
	r *http.Request, w http.ResponseWriter, mux *http.ServeMux, endpoint, projectID, userID, code string`

var readmeImports = []string{
	"context", "crypto/rand", "crypto/x509", "errors", "fmt", "net/http", "net/http/httptest", "net/url", "os", "strings",
	"testing", "testing/synctest", "time",
	"github.com/stretchr/testify/require",
	"github.com/seed17809555/appwrite", "github.com/seed17809555/appwrite/appwritetest",
	"github.com/seed17809555/appwrite/id", "github.com/seed17809555/appwrite/models", "github.com/seed17809555/appwrite/query",
	"github.com/seed17809555/appwrite/webauth",
}

var (
	goBlock  = regexp.MustCompile("(?s)```go\n(.*?)```")
	funcDecl = regexp.MustCompile(`(?m)^func `)
)

// readmePieces returns the code of the READMEs as files of Go: pieces of code, and tests with
// the functions that they call. What a reader would write around a piece is written around it:
// imports, and a function that returns an error.
func readmePieces(t *testing.T) (statements, tests map[string]string) {
	t.Helper()
	statements, tests = map[string]string{}, map[string]string{}
	for _, file := range []string{"README.md", filepath.Join("appwritetest", "README.md")} {
		blocks := goBlock.FindAllStringSubmatch(read(t, file), -1)
		require.NotEmpty(t, blocks, file)
		for i, block := range blocks {
			name := fmt.Sprintf("%s_%d", strings.ToLower(strings.NewReplacer(".md", "", string(filepath.Separator), "_").Replace(file)), i)
			if funcDecl.MatchString(block[1]) {
				tests[name+"_test.go"] = program(block[1])
			} else {
				statements[name+".go"] = program("func _(" + readmeScope + ") error {\n{\n" + block[1] + "}\nreturn nil\n}\n")
			}
		}
	}
	return statements, tests
}

func program(declarations string) string {
	text := "package readme\n"
	for _, path := range readmeImports {
		name := path[strings.LastIndex(path, "/")+1:]
		if regexp.MustCompile(`\b` + name + `\.[A-Z]`).MatchString(declarations) {
			text += "import " + strconv.Quote(path) + "\n"
		}
	}
	return text + declarations
}

// Variables that a piece leaves unused are the reader's.
func TestTheCodeOfTheREADMEsCompiles(t *testing.T) {
	t.Parallel()
	statements, _ := readmePieces(t)
	out, _ := goCommand(t, statements, "build", "-gcflags=-e")
	for line := range strings.Lines(out) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			assert.Contains(t, line, "declared and not used")
		}
	}
}

func TestTheTestsOfTheREADMEsPass(t *testing.T) {
	t.Parallel()
	_, tests := readmePieces(t)
	binary := filepath.Join(t.TempDir(), "readme.test")
	out, err := goCommand(t, tests, "test", "-c", "-vet=off", "-o", binary) // vet wants to be where the package would be
	require.NoError(t, err, out)
	run := func(endpoint, projectID string, args ...string) {
		cmd := exec.CommandContext(t.Context(), binary, args...)
		cmd.Dir = filepath.Dir(binary)
		cmd.Env = append(os.Environ(), "APPWRITE_ENDPOINT="+endpoint, "APPWRITE_PROJECT_ID="+projectID)
		out, err := cmd.CombinedOutput()
		assert.NoError(t, err, string(out))
	}
	run("", "")

	real := appwritetest.NewServer(t)
	run(real.Endpoint(), real.ProjectID(), "-test.run=^TestNamesCanChange$")
	assert.NotEmpty(t, real.Requests(), "the one that the environment names")
	assert.Contains(t, real.Dump(), ": 0 users")
}

// goCommand runs the go command on a package of the given files, which exists for it alone, and
// returns what it says.
func goCommand(t *testing.T, files map[string]string, args ...string) (string, error) {
	t.Helper()
	module, err := filepath.Abs(root)
	require.NoError(t, err)
	dir, overlay := t.TempDir(), map[string]string{}
	for name, text := range files {
		overlay[filepath.Join(module, "internal", "readme", name)] = filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	list, err := json.Marshal(map[string]any{"Replace": overlay})
	require.NoError(t, err)
	listFile := filepath.Join(dir, "overlay.json")
	require.NoError(t, os.WriteFile(listFile, list, 0o600))
	cmd := exec.CommandContext(t.Context(), "go", append(args, "-overlay", listFile, "./internal/readme")...)
	cmd.Dir = module
	out, err := cmd.CombinedOutput()
	if err != nil {
		require.NotEmpty(t, string(out), "%v", err)
	}
	return string(out), err
}
