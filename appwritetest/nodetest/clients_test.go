// Package nodetest runs Appwrite's own JavaScript clients, as npm has them, against the
// in-memory server.
package nodetest

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/seed17809555/appwrite/appwritetest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// files are what Node.js reads. They are embedded so that "go test" notices changes of them,
// where it would else repeat the result that it remembers.
//
//go:embed *.mjs *.json
var files embed.FS

func TestJavaScriptClientsWorkUnmodified(t *testing.T) {
	t.Parallel()
	_, err := run(t, nil, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline")
	require.NoError(t, err)
	scripts, err := fs.Glob(files, "*.test.mjs")
	require.NoError(t, err)
	require.NotEmpty(t, scripts)
	for _, script := range scripts {
		t.Run(strings.TrimSuffix(script, ".test.mjs"), func(t *testing.T) {
			t.Parallel()
			runScript(t, script)
		})
	}
}

// runScript runs a script's cases against a server of its own. Each is a subtest.
func runScript(t *testing.T, script string) {
	server := appwritetest.NewServer(t)
	control := httptest.NewServer(controlOf(server))
	t.Cleanup(control.Close)

	output, err := run(t, []string{
		"APPWRITE_ENDPOINT=" + server.Endpoint(),
		"APPWRITE_PROJECT=" + server.ProjectID(),
		"APPWRITE_KEY=" + server.APIKey(),
		"CONTROL=" + control.URL,
	}, "node", "--test-reporter=./reporter.mjs", script)

	lines := bytes.Split(bytes.TrimSpace(output), []byte("\n"))
	for _, line := range lines {
		var result struct{ Name, Error string }
		if !assert.NoError(t, json.Unmarshal(line, &result), "%s: no result of a case: %q", script, line) {
			continue
		}
		t.Run(result.Name, func(t *testing.T) {
			if result.Error != "" {
				t.Error(result.Error)
			}
		})
	}
	require.NoError(t, err)
}

// run returns what a program of Node.js prints. An error tells what it complained of.
func run(t *testing.T, env []string, program string, args ...string) ([]byte, error) {
	path, err := exec.LookPath(program)
	require.NoError(t, err, "Node.js, with npm, must be installed to run Appwrite's JavaScript clients")
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Env = append(os.Environ(), env...)
	output, err := cmd.Output()
	if exit := new(exec.ExitError); errors.As(err, &exit) {
		err = fmt.Errorf("%s: %w\n%s", cmd, err, exit.Stderr)
	}
	return output, err
}
