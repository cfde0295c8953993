package conformance

import (
	"cmp"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
)

// live returns the Appwrite that the environment names, or the first variable that is missing.
func live(env func(string) string) (target Target, missing string) {
	for _, name := range []string{"APPWRITE_ENDPOINT", "APPWRITE_PROJECT_ID", "APPWRITE_API_KEY"} {
		if env(name) == "" {
			missing = cmp.Or(missing, name)
		}
	}
	target = Target{Endpoint: env("APPWRITE_ENDPOINT"), ProjectID: env("APPWRITE_PROJECT_ID"), APIKey: env("APPWRITE_API_KEY")}
	if url := env("APPWRITE_MAILDEV_URL"); url != "" {
		target.Mail = Maildev(url)
	}
	return target, missing
}

func TestLive(t *testing.T) {
	t.Parallel()
	target, missing := live(os.Getenv)
	if missing != "" {
		t.Skip("runs the rules on a live Appwrite: " + missing + " is not set")
	}
	Run(t, target)
}

func TestTheEnvironmentNamesTheTarget(t *testing.T) {
	t.Parallel()
	env := map[string]string{"APPWRITE_ENDPOINT": "http://localhost/v1", "APPWRITE_PROJECT_ID": "p", "APPWRITE_API_KEY": "k"}
	get := func(name string) string { return env[name] }
	target, missing := live(get)
	assert.Empty(t, missing)
	assert.Equal(t, Target{Endpoint: "http://localhost/v1", ProjectID: "p", APIKey: "k"}, target)

	env["APPWRITE_MAILDEV_URL"] = "http://localhost:1080"
	target, _ = live(get)
	assert.NotNil(t, target.Mail)

	delete(env, "APPWRITE_API_KEY")
	_, missing = live(get)
	assert.Equal(t, "APPWRITE_API_KEY", missing)
}
