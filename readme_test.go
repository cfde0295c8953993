package appwrite

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
)

// Names that the README's code uses without declaring them, and the packages that it names.
const readmeScope = `ctx context.Context, client, alice *appwrite.Client, session *models.Session,
	r *http.Request, w http.ResponseWriter, endpoint, projectID, userID, code string`

var readmeImports = []string{
	"context", "errors", "fmt", "net/http", "strings", "testing", "time",
	"github.com/stretchr/testify/require",
	"github.com/seed17809555/appwrite", "github.com/seed17809555/appwrite/appwritetest",
	"github.com/seed17809555/appwrite/models", "github.com/seed17809555/appwrite/query",
}

var goBlock = regexp.MustCompile("(?s)```go\n(.*?)```")

// What a reader would write around a piece of code, the test writes around it: imports, and a
// function that returns an error. Variables that a piece leaves unused are the reader's.
func TestTheCodeOfTheREADMECompiles(t *testing.T) {
	t.Parallel()
	pieces := map[string]string{}
	for _, file := range []string{"README.md", filepath.Join("appwritetest", "README.md")} {
		text, err := os.ReadFile(file)
		if os.IsNotExist(err) {
			continue
		}
		require.NoError(t, err)
		blocks := goBlock.FindAllStringSubmatch(string(text), -1)
		require.NotEmpty(t, blocks, file)
		for i, block := range blocks {
			name := fmt.Sprintf("%s_%d.go", strings.ToLower(strings.NewReplacer(".md", "", "/", "_").Replace(file)), i)
			pieces[name] = program(block[1])
		}
	}
	for _, problem := range compile(t, pieces) {
		assert.Contains(t, problem, "declared and not used", problem)
	}
}

func program(piece string) string {
	if !strings.Contains(piece, "func Test") {
		piece = "func _(" + readmeScope + ") error {\n{\n" + piece + "}\nreturn nil\n}\n"
	}
	text := "package readme\n"
	for _, path := range readmeImports {
		name := path[strings.LastIndex(path, "/")+1:]
		if regexp.MustCompile(`\b` + name + `\.[A-Z]`).MatchString(piece) {
			text += "import " + strconv.Quote(path) + "\n"
		}
	}
	return text + piece
}

// compile returns what the compiler finds wrong with a package of the given files, which
// exists for it alone.
func compile(t *testing.T, files map[string]string) []string {
	t.Helper()
	root, err := os.Getwd()
	require.NoError(t, err)
	dir, overlay := t.TempDir(), map[string]string{}
	for name, text := range files {
		overlay[filepath.Join(root, "internal", "readme", name)] = filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	list, err := json.Marshal(map[string]any{"Replace": overlay})
	require.NoError(t, err)
	listFile := filepath.Join(dir, "overlay.json")
	require.NoError(t, os.WriteFile(listFile, list, 0o600))
	out, err := exec.CommandContext(t.Context(), "go", "build", "-gcflags=-e", "-overlay", listFile, "./internal/readme").CombinedOutput()
	if err == nil {
		return nil
	}
	var problems []string
	for line := range strings.Lines(string(out)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			problems = append(problems, line)
		}
	}
	require.NotEmpty(t, problems, "%v", err)
	return problems
}
