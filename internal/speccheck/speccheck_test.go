package speccheck

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// specDir is the folder of the specifications. They are not ours to publish, so that they are
// not everywhere where the tests run.
func specDir(t *testing.T) string {
	if dir := os.Getenv("APPWRITE_SPEC_DIR"); dir != "" {
		return dir
	}
	dir := filepath.Join("..", "..", "..", "shared", "spec")
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("needs specifications in %s or $APPWRITE_SPEC_DIR", dir)
	}
	return dir
}

// releases are those of files that name another one.
var releases = map[string]string{
	"1.8.1-tag-client.json": "1.8.1",
	"1.8.1-tag-server.json": "1.8.1",
}

func TestTheClientKeepsToTheSpecifications(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(specDir(t), "*.json"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	operations := 0
	excused := map[int]bool{} // the places in specErrors
	for _, path := range files {
		name := filepath.Base(path)
		f, err := os.Open(path)
		require.NoError(t, err)
		defer f.Close()
		spec, err := Read(f)
		require.NoError(t, err, name)
		if release := releases[name]; release != "" {
			assert.NotEqual(t, release, spec.Release, "%s: needs no correction", name)
			spec.Release = release
		}
		for _, op := range spec.Operations {
			operations++
			t.Run(name+" "+op.Verb+" "+op.Path, func(t *testing.T) {
				for _, finding := range spec.check(t, op) {
					if i := excuse(name, op, finding); i >= 0 {
						excused[i] = true
						continue
					}
					t.Errorf("client set to %s: %s", spec.Release, finding)
				}
			})
		}
	}
	for i, known := range specErrors {
		if !excused[i] && slices.ContainsFunc(files, func(path string) bool { return known.files.MatchString(filepath.Base(path)) }) {
			t.Errorf("no specification has the error: %s %s", known.files, known.finding)
		}
	}
	t.Logf("%d operations of %d specifications", operations, len(files))
}
