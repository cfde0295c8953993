package appwrite_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/internal/everycall"
	"github.com/seed17809555/appwrite/internal/testkit"
)

// logBuffer is a log that many goroutines may write to.
type logBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logBuffer) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

// take returns what was logged since the last take.
func (l *logBuffer) take() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	defer l.text.Reset()
	return l.text.String()
}

// withLog makes a client write to a log that is returned.
func withLog(level slog.Level) (*logBuffer, appwrite.Option) {
	l := &logBuffer{}
	return l, appwrite.WithLogger(slog.New(slog.NewTextHandler(l, &slog.HandlerOptions{Level: level})))
}

// warns answers with what next returns as a warning.
func warns(next func() string) tripper {
	return func(*http.Request) (*http.Response, error) {
		resp := response(200, jsonType, userBody)
		if warning := next(); warning != "" {
			resp.Header.Set("X-Appwrite-Warning", warning)
		}
		return resp, nil
	}
}

func TestWarningsOfTheServerAreLoggedOncePerText(t *testing.T) {
	t.Parallel()
	log, option := withLog(slog.LevelWarn)
	warning := "format newer than the server"
	base := memory(t, warns(func() string { return warning }), option)
	logged := func(c *appwrite.Client) string {
		_, err := c.Account.Get(t.Context())
		require.NoError(t, err)
		return log.take()
	}
	first := logged(base.Client)
	assert.Contains(t, first, "level=WARN")
	assert.Contains(t, first, warning)
	assert.Empty(t, logged(base.Client), "again")
	assert.Empty(t, logged(base.WithSession("s")), "from a user's copy")
	localized, err := base.With(appwrite.WithLocale("de"))
	require.NoError(t, err)
	assert.Empty(t, logged(localized), "from a copy with options")
	warning = "another"
	assert.Contains(t, logged(base.WithJWT("j")), "another")
	assert.Empty(t, logged(base.Client))
	warning = ""
	assert.Empty(t, logged(base.Client))
}

func TestWarningsFromManyGoroutinesAreLoggedOnce(t *testing.T) {
	t.Parallel()
	log, option := withLog(slog.LevelWarn)
	base := memory(t, warns(func() string { return "one of many" }), option)
	var wg sync.WaitGroup
	for range 32 {
		wg.Go(func() { _, _ = base.WithSession("s").Account.Get(t.Context()) })
	}
	wg.Wait()
	assert.Equal(t, 1, strings.Count(log.take(), "one of many"))
}

func TestAServerCannotFillTheMemoryWithWarnings(t *testing.T) {
	t.Parallel()
	log, option := withLog(slog.LevelWarn)
	n := 0
	client := memory(t, warns(func() string { n++; return fmt.Sprintf("warning %d %s", n, strings.Repeat("x", 4<<10)) }), option)
	for range 200 {
		_, err := client.Account.Get(t.Context())
		require.NoError(t, err)
	}
	text := log.take()
	assert.LessOrEqual(t, strings.Count(text, "level=WARN"), 64)
	assert.Less(t, len(text), 256<<10)
}

func TestDebugLogsNameOperationsAndRoutesAndNoIDs(t *testing.T) {
	t.Parallel()
	for _, c := range everycall.All {
		log, option := withLog(slog.LevelDebug)
		client := memory(t, c.Succeed, option, appwrite.WithAPIKey(testkit.SecretText("key")))
		_, err := c.Do(t.Context(), client.Account, c.FullFor("visible-id-1", "visible-id-2"))
		require.NoError(t, err)
		text := log.take()
		assert.Contains(t, text, "operation="+c.Operation)
		assert.Contains(t, text, c.Route().Path)
		assert.NotContains(t, text, "visible-id")
		testkit.RequireNoLeak(t, text, c.Method, testkit.SecretText("key"), "param-password-1", "param-secret-1", "param-otp-1", "from-the-body-1")
	}
}
