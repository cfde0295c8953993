package faults

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"os"
	"regexp"
	"runtime/pprof"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/appwritetest"
	"github.com/seed17809555/appwrite/internal/everycall"
)

var update = flag.Bool("update", false, "write the matrix into testdata and docs/reliability.md")

const (
	golden   = "testdata/matrix.txt"
	document = "../../docs/reliability.md"
)

var silence = log.New(io.Discard, "", 0)

func TestMain(m *testing.M) {
	flag.Parse()
	// Most cells wait for most of their time.
	_ = flag.Set("test.parallel", "64")
	goleak.VerifyTestMain(m)
}

func httpClientOf(s *appwritetest.Server) *http.Client { return &http.Client{Transport: s.Transport()} }

// Times and what servers make up are not what a state or a result is compared by.
var made = regexp.MustCompile(`\d{4}-\d\d-\d\d[T ][0-9:.]+(Z|[+-]\d\d:\d\d)?|[0-9a-f]{20}|eyJ[\w.-]+|127\.0\.0\.1(:|%3A)\d+`)

// state is all that the server and the user can tell.
func (w *world) state() string {
	user, err := w.User.Get(w.Context())
	codes, err2 := w.User.GetMFARecoveryCodes(w.Context())
	return made.ReplaceAllString(fmt.Sprint(w.Server.Dump(), textOf(w.T, user), err, textOf(w.T, codes), err2), "#")
}

func textOf(t *testing.T, result any) string {
	t.Helper()
	text, err := json.Marshal(result)
	require.NoError(t, err)
	return made.ReplaceAllString(string(text), "#")
}

// reference is what a call does and returns where nothing is wrong.
type reference struct{ before, after, result string }

func referenceOf(t *testing.T, c everycall.Call) reference {
	t.Helper()
	w := newWorld(t, c)
	r := reference{before: w.state()}
	a := w.User
	if c.Guest {
		a = w.Guest
	}
	result, err := c.Do(t.Context(), a, w.In)
	require.NoError(t, err, c.Method)
	r.after, r.result = w.state(), textOf(t, result)
	if c.Kind() == everycall.Changes || c.Kind() == everycall.Deletes {
		assert.Equal(t, stateless[c.Method], r.before == r.after, "%s:\n%s", c.Method, r.after)
	}
	return r
}

// stateless are the changing calls that leave nothing behind.
var stateless = map[string]bool{"CreateJWT": true}

// outcome is what a call came to: how it ended, in how many attempts, and, of calls that change
// something, whether the server did it.
func outcome(c everycall.Call, r reference, err error, attempts int, state string) string {
	var (
		answer   *appwrite.Error
		decoding *appwrite.DecodeError
		text     string
	)
	switch {
	case err == nil:
		text = "ok"
	case errors.As(err, &answer):
		text = "E"
	case errors.As(err, &decoding):
		text = "D"
	case errors.Is(err, appwrite.ErrResponseTooLarge):
		text = "L"
	case errors.Is(err, context.DeadlineExceeded):
		text = "T"
	default:
		text = "C"
	}
	text += strconv.Itoa(attempts)
	switch {
	case c.Kind() == everycall.Reads || c.Kind() == everycall.Redirects || stateless[c.Method]:
		if state != r.before {
			text += "!"
		}
	case state == r.before:
		text += "○"
	case state == r.after:
		text += "●"
	default:
		text += "!" // neither undone nor done once
	}
	return text
}

// cell makes one call while one thing is wrong.
func cell(t *testing.T, c everycall.Call, f fault, r reference) string {
	w := newWorld(t, c)
	earlier := len(w.Server.Requests())
	endpoint, opts := f.arrange(w)
	if f.name == "a pooled connection that has ended" {
		earlier = len(w.Server.Requests())
	}
	var logs bytes.Buffer
	opts = append(opts, appwrite.WithServerVersion(c.ServerVersion()), appwrite.WithLogger(slog.New(slog.NewJSONHandler(&logs, &slog.HandlerOptions{Level: slog.LevelDebug}))))
	client, err := appwrite.NewClient(endpoint, w.Server.ProjectID(), opts...)
	require.NoError(t, err)
	if !c.Guest {
		client = client.WithSession(w.session)
	}

	var (
		answered appwrite.Response
		result   any
		started  = time.Now()
		name     = c.Method + "/" + f.name
	)
	pprof.Do(t.Context(), pprof.Labels("cell", name), func(ctx context.Context) {
		result, err = c.Do(ctx, client.Account, w.In, appwrite.CaptureResponse(&answered))
		client.CloseIdleConnections()
	})
	assert.Less(t, time.Since(started), patience, "longer than any of it should take")
	assert.NoError(t, goneSoon(name), "goroutines are left while the server is still there")

	if err != nil {
		assert.Nil(t, emptied(result), "an error and a result")
		assert.Less(t, len(err.Error()), 500)
		assert.Contains(t, err.Error(), "account.", "the error names the operation")
	} else if !f.unlike || c.Kind() != everycall.Redirects {
		if !(c.Kind() == everycall.Deletes) {
			assert.Equal(t, r.result, textOf(t, result), "a result, and not the right one")
		}
	}
	w.heal()
	arrived := 0
	for _, q := range w.Server.Requests()[earlier:] {
		if q.Method != http.MethodGet {
			arrived++
		}
	}
	if !strings.HasPrefix(f.name, "429, ends") {
		assert.LessOrEqual(t, arrived, 1, "what may have been done was sent again")
	}
	for _, secret := range w.Secrets {
		for _, text := range []string{logs.String(), fmt.Sprintf("%v %+v %#v %q", err, err, err, err), fmt.Sprintf("%v %+v %s", client, client.Account, answered)} {
			assert.NotRegexp(t, whole(secret), text)
		}
		if _, plain := result.(string); !plain {
			assert.NotRegexp(t, whole(secret), fmt.Sprintf("%v %+v", result, result))
		}
	}
	return outcome(c, r, err, answered.Attempts, w.state())
}

// whole matches a secret, but not the digits of a code within a longer number, such as a
// duration.
func whole(secret string) *regexp.Regexp {
	if _, err := strconv.Atoi(secret); err != nil {
		return regexp.MustCompile(regexp.QuoteMeta(secret))
	}
	return regexp.MustCompile(`(^|\D)` + regexp.QuoteMeta(secret) + `(\D|$)`)
}

// emptied turns the empty string, which is not a URL, into no result.
func emptied(result any) any {
	if result == "" {
		return nil
	}
	return result
}

// TestFaultMatrix makes every call with every fault, each with a server, a user and a client of
// its own. A cell passes where the call ends in time with the right result or a typed error of
// the expected kind, after the expected number of attempts; where the server's state is the one
// before the call or the one after it was done once; where none of the client's goroutines are
// left; and where no secret is in a log, an error or what is printed.
func TestFaultMatrix(t *testing.T) {
	var (
		mu      sync.Mutex
		results = map[string]string{}
	)
	t.Run("cells", func(t *testing.T) {
		for _, c := range everycall.All {
			r := referenceOf(t, c)
			for _, f := range matrix {
				t.Run(c.Method+"/"+f.name, func(t *testing.T) {
					t.Parallel()
					got := cell(t, c, f, r)
					want := f.want[c.Kind()]
					if stateless[c.Method] {
						want = strings.TrimRight(want, "●○")
					}
					assert.Equal(t, want, got)
					mu.Lock()
					defer mu.Unlock()
					results[c.Method+"/"+f.name] = got
				})
			}
		}
	})
	if t.Failed() || len(results) != len(everycall.All)*len(matrix) {
		return // of a part of the cells there is no table
	}
	t.Logf("%d calls × %d faults = %d cells", len(everycall.All), len(matrix), len(results))
	compare(t, golden, "", "", tableOf(results))
	compare(t, document, "<!-- matrix -->\n", "<!-- end of matrix -->\n", kindsTable())
}

// compare holds what stands in a file between two marks to a text, or writes it there.
func compare(t *testing.T, file, from, to, want string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if !*update {
		require.NoError(t, err)
	}
	head, tail := "", ""
	if from != "" {
		var rest string
		var ok, ok2 bool
		head, rest, ok = strings.Cut(string(text), from)
		_, tail, ok2 = strings.Cut(rest, to)
		require.True(t, ok && ok2, "%s has no place for the matrix", file)
	}
	now := head + from + want + to + tail
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(now), 0o644))
		return
	}
	assert.Equal(t, now, string(text), "%s is not up to date: go test -run TestFaultMatrix -update", file)
}

var kinds = [...]everycall.Kind{everycall.Reads, everycall.Redirects, everycall.Changes, everycall.Deletes}

// kindsTable says what a call of each kind comes to.
func kindsTable() string {
	var b strings.Builder
	b.WriteString("| Fault | GET | OAuth2 | Change | Delete |\n|---|---|---|---|---|\n")
	for _, f := range matrix {
		fmt.Fprintf(&b, "| %s | %s |\n", f.name, strings.Join(f.want[:], " | "))
	}
	return b.String()
}

// tableOf has a line for each kind of call, with its outcomes in the order of the faults, and
// one for each call that comes to something else.
func tableOf(results map[string]string) string {
	var b strings.Builder
	b.WriteString("# What calls of each kind come to, fault by fault; then the calls that differ.\n")
	for i, f := range matrix {
		fmt.Fprintf(&b, "# %d %s\n", i, f.name)
	}
	line := func(name string, outcome func(f fault) string) string {
		for _, f := range matrix {
			name += " " + outcome(f)
		}
		return name + "\n"
	}
	ofKind := map[everycall.Kind]string{}
	for _, k := range kinds {
		ofKind[k] = line("", func(f fault) string { return f.want[k] })
		b.WriteString(k.String() + ofKind[k])
	}
	for _, c := range everycall.All {
		if own := line("", func(f fault) string { return results[c.Method+"/"+f.name] }); own != ofKind[c.Kind()] {
			b.WriteString(c.Method + own)
		}
	}
	return b.String()
}

// census tells which cells have goroutines. Those who ask at the same time share the answer.
var census struct {
	sync.Mutex
	at    time.Time
	cells map[string]int
}

var label = regexp.MustCompile(`(?m)^(\d+) @.*\n# labels: \{.*"cell":("(?:[^"\\]|\\.)*")`)

func goroutinesOf(cell string, since time.Time) int {
	census.Lock()
	defer census.Unlock()
	if !census.at.After(since) {
		at := time.Now()
		var b bytes.Buffer
		_ = pprof.Lookup("goroutine").WriteTo(&b, 1)
		census.cells = map[string]int{}
		for _, found := range label.FindAllStringSubmatch(b.String(), -1) {
			n, _ := strconv.Atoi(found[1])
			name, _ := strconv.Unquote(found[2])
			census.cells[name] += n
		}
		census.at = at
	}
	return census.cells[cell]
}

// goneSoon waits until the client's goroutines have ended, which net/http has them do by
// themselves once their connections are closed.
func goneSoon(cell string) error {
	left := 0
	for started := time.Now(); time.Since(started) < patience; <-time.After(20 * time.Millisecond) {
		if left = goroutinesOf(cell, time.Now()); left == 0 {
			return nil
		}
	}
	return fmt.Errorf("%d goroutines", left)
}

func TestTheCensusSeesGoroutines(t *testing.T) {
	end := make(chan struct{})
	var wg sync.WaitGroup
	pprof.Do(t.Context(), pprof.Labels("cell", "a \"b\""), func(context.Context) { wg.Go(func() { <-end }) })
	assert.Equal(t, 1, goroutinesOf("a \"b\"", time.Now()))
	close(end)
	wg.Wait()
	assert.NoError(t, goneSoon("a \"b\""))
}
