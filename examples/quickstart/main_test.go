package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/appwritetest"
)

// asProgram in the environment makes the test binary the program itself, to see how it exits.
const asProgram = "QUICKSTART_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		return
	}
	goleak.VerifyTestMain(m)
}

// environment is the getenv of a run.
func environment(endpoint, projectID string) func(string) string {
	return func(name string) string {
		return map[string]string{"APPWRITE_ENDPOINT": endpoint, "APPWRITE_PROJECT_ID": projectID}[name]
	}
}

// program returns a command that is the program with these settings.
func program(t *testing.T, settings ...string) (cmd *exec.Cmd, stdout, stderr *bytes.Buffer) {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	cmd = exec.CommandContext(t.Context(), self)
	cmd.Env = append(settings, asProgram+"=1")
	stdout, stderr = new(bytes.Buffer), new(bytes.Buffer)
	cmd.Stdout, cmd.Stderr = stdout, stderr
	return cmd, stdout, stderr
}

// inFrontOf serves the API of srv through a handler of the test's own.
func inFrontOf(t *testing.T, srv *appwritetest.Server, handle func(w http.ResponseWriter, r *http.Request, api http.Handler)) (endpoint string) {
	t.Helper()
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handle(w, r, srv.Handler())
	}))
	t.Cleanup(front.Close)
	return front.URL + "/v1"
}

// calls counts the calls of an operation that the server answered with the status.
func calls(srv *appwritetest.Server, operation string, status int) (n int) {
	for _, r := range srv.Requests() {
		if r.Operation == operation && r.Status == status {
			n++
		}
	}
	return n
}

// line is what a step that went well prints.
type line struct{ step, happened string }

const (
	userID  = `[0-9a-f]{20}`
	address = `ada-[0-9a-f]{20}@quickstart\.example`
	session = `session [0-9a-f]{20}, valid until \d{4}-\d\d-\d\d`
)

// lines are all steps of a run.
func lines(verified string, mailSteps ...string) []line {
	return []line{
		{"connect", `Appwrite 1\.9\.6 at http://127\.0\.0\.1:\d+/v1, project test-project`},
		{"sign up", `user ` + userID + `, ` + address},
		{"sign in", session},
		{"verify e-mail", mailSteps[0]},
		{"use session", `name changed from "Ada" to "Ada Lovelace", e-mail verified: ` + verified},
		{"change prefs", `theme dark, language en`},
		{"mint JWT", `to act as the user for 15 minutes`},
		{"act as backend", `the JWT is that of user ` + userID + `, Ada Lovelace`},
		{"list sessions", `1: by email at \d\d:\d\d:\d\d \(this one\)`},
		{"list logs", `\d entries, the newest: \[user\.update user\.update user\.update\]`},
		{"refused action", `sign-in with a wrong password: 401 user_invalid_credentials`},
		{"recover password", mailSteps[1]},
		{"sign out", `the session has ended and is no longer taken`},
		{"delete account", address + ` is gone from the server`},
	}
}

func assertLines(t *testing.T, want []line, out string) {
	t.Helper()
	got := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
	require.Len(t, got, len(want), out)
	for i, w := range want {
		assert.Regexp(t, `^`+w.step+` +`+w.happened+`$`, got[i])
	}
}

func embeddedLines() []line {
	return lines("true", `with the secret of the mail "Account Verification for Test"`, `new password set, signed in with it: `+session)
}

const skipped = `skipped: it takes a secret from a mail`

func TestWithoutConfigurationEveryStepRunsAgainstTheEmbeddedServer(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), &out, environment("", "")))
	assertLines(t, embeddedLines(), out.String())
}

func TestAConfiguredServerGetsTheStepsThatNeedNoMailAndKeepsNoUser(t *testing.T) {
	t.Parallel()
	srv := appwritetest.NewServer(t)
	// More than once: no run is in the way of the next.
	for range 2 {
		var out bytes.Buffer
		require.NoError(t, run(t.Context(), &out, environment(srv.Endpoint(), srv.ProjectID())))
		assertLines(t, lines("false", skipped, skipped), out.String())
	}
	assert.Equal(t, 2, calls(srv, "account.create", http.StatusCreated))
	assert.Equal(t, 2, calls(srv, "account.delete", http.StatusNoContent))
	assert.NotContains(t, srv.Dump(), "quickstart.example")
	assert.Empty(t, srv.Inbox().Messages(), "nobody gets mail")
}

// A wiretap keeps every secret that goes over the wire.
type wiretap struct {
	mu      sync.Mutex
	secrets map[string][]string // by what they are
}

func (w *wiretap) RoundTrip(r *http.Request) (*http.Response, error) {
	sent := r.Clone(r.Context())
	if r.Body != nil {
		body, err := io.ReadAll(r.Body)
		r.Body.Close()
		if err != nil {
			return nil, err
		}
		w.keepBody(body)
		sent.Body = io.NopCloser(bytes.NewReader(body))
	}
	for _, name := range []string{"X-Appwrite-Session", "X-Appwrite-Jwt"} {
		w.keep(name, r.Header.Get(name))
	}
	answer, err := http.DefaultTransport.RoundTrip(sent)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(answer.Body)
	answer.Body.Close()
	if err != nil {
		return nil, err
	}
	w.keepBody(body)
	for _, cookie := range answer.Cookies() {
		if cookie.MaxAge >= 0 { // otherwise it is being deleted
			w.keep("cookie", cookie.Value)
		}
	}
	answer.Body = io.NopCloser(bytes.NewReader(body))
	return answer, nil
}

func (w *wiretap) keepBody(body []byte) {
	var object map[string]any
	if json.Unmarshal(body, &object) != nil {
		return // no body
	}
	for _, key := range []string{"password", "secret", "jwt"} {
		text, _ := object[key].(string)
		w.keep(key, text)
	}
}

func (w *wiretap) keep(kind, secret string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if secret != "" {
		w.secrets[kind] = append(w.secrets[kind], secret)
	}
}

func TestNoSecretIsPrinted(t *testing.T) {
	t.Parallel()
	srv := appwritetest.NewServer(t)
	tap := &wiretap{secrets: map[string][]string{}}
	client := srv.Client(appwrite.WithHTTPClient(&http.Client{Transport: tap}))
	t.Cleanup(http.DefaultTransport.(*http.Transport).CloseIdleConnections)

	var out bytes.Buffer
	require.NoError(t, walk(t.Context(), &out, client, srv.Inbox()))
	assertLines(t, embeddedLines(), out.String())

	mails := srv.Inbox().Messages()
	require.Len(t, mails, 2)
	for _, mail := range mails {
		tap.keep("mail", mail.Secret)
	}
	for _, kind := range []string{"password", "secret", "jwt", "X-Appwrite-Session", "X-Appwrite-Jwt", "cookie", "mail"} {
		require.NotEmpty(t, tap.secrets[kind], kind)
	}
	for kind, secrets := range tap.secrets {
		for _, secret := range secrets {
			assert.NotContains(t, out.String(), secret[:12], kind) // the start of one is too much
		}
	}
	assert.NotRegexp(t, `eyJ`, out.String(), "JWTs and session secrets start so")
	assert.NotRegexp(t, `[0-9A-Za-z+/=]{21}`, out.String(), "longer than an ID")
}

func TestAFailureExitsWith1AndOnePlainLine(t *testing.T) {
	t.Parallel()
	srv := appwritetest.NewServer(t)
	closed := appwritetest.NewServer(t)
	closed.Close()
	old := inFrontOf(t, srv, func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		_, _ = io.WriteString(w, `{"version":"1.4.13"}`)
	})
	for _, c := range []struct{ name, endpoint, projectID, message string }{
		{"closed server", closed.Endpoint(), "test-project", `connect: .*refused.*`},
		{"wrong project", srv.Endpoint(), "nope", `connect: .*404 project_not_found: Project with the requested ID could not be found.*`},
		{"no server there", strings.TrimSuffix(srv.Endpoint(), "/v1"), "test-project", `connect: .*404.*`},
		{"server too old to delete the user", old, "test-project", `connect: the server is Appwrite 1\.4\.13, .* 1\.5 or newer is needed`},
		{"endpoint without project", srv.Endpoint(), "", `APPWRITE_ENDPOINT is set, APPWRITE_PROJECT_ID is not: .*`},
		{"project without endpoint", "", "test-project", `APPWRITE_PROJECT_ID is set, APPWRITE_ENDPOINT is not: .*`},
		{"endpoint that is no URL", "localhost", "test-project", `.*endpoint is not an absolute http or https URL.*`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			cmd, stdout, stderr := program(t, "APPWRITE_ENDPOINT="+c.endpoint, "APPWRITE_PROJECT_ID="+c.projectID)
			exit, ok := errors.AsType[*exec.ExitError](cmd.Run())
			require.True(t, ok)
			assert.Equal(t, 1, exit.ExitCode())
			assert.Regexp(t, `\Aquickstart: `+c.message+`\n\z`, stderr.String())
			assert.Empty(t, stdout.String())
		})
	}
	t.Cleanup(func() { assert.Zero(t, calls(srv, "account.create", http.StatusCreated)) })
}

func TestSuccessExitsWith0AndNothingOnStderr(t *testing.T) {
	t.Parallel()
	cmd, stdout, stderr := program(t)
	require.NoError(t, cmd.Run())
	assertLines(t, embeddedLines(), stdout.String())
	assert.Empty(t, stderr.String())
}

func TestCtrlCEndsTheRunAndLeavesNoUser(t *testing.T) {
	t.Parallel()
	srv := appwritetest.NewServer(t)
	arrived := make(chan struct{})
	endpoint := inFrontOf(t, srv, func(w http.ResponseWriter, r *http.Request, api http.Handler) {
		if r.URL.Path == "/v1/account/jwts" {
			_, _ = io.Copy(io.Discard, r.Body) // only then the end of the connection shows
			close(arrived)
			<-r.Context().Done()
			return
		}
		api.ServeHTTP(w, r)
	})
	cmd, stdout, stderr := program(t, "APPWRITE_ENDPOINT="+endpoint, "APPWRITE_PROJECT_ID="+srv.ProjectID())
	require.NoError(t, cmd.Start())
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case <-arrived:
	case err := <-ended:
		require.Fail(t, "it ended too early", "%v: %s", err, stderr)
	}
	require.NoError(t, cmd.Process.Signal(os.Interrupt))
	exit, ok := errors.AsType[*exec.ExitError](<-ended)
	require.True(t, ok)
	assert.Equal(t, 1, exit.ExitCode())
	assert.Equal(t, "quickstart: stopped by ctrl-C\n", stderr.String())
	assert.Regexp(t, `change prefs .*\ndelete account +`+address+` is gone from the server\n\z`, stdout.String())
	assert.NotContains(t, srv.Dump(), "quickstart.example")
}

func TestWhicheverStepFailsNoUserIsLeft(t *testing.T) {
	t.Parallel()
	const gone = `delete account +` + address + ` is gone from the server\n\z`
	refuse := func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.WriteHeader(http.StatusForbidden)
		_, _ = io.WriteString(w, `{"message":"Not today","code":403,"type":"general_access_forbidden"}`)
	}
	for _, c := range []struct {
		name    string
		request string // the one that fails
		fail    func(w http.ResponseWriter, r *http.Request, api http.Handler)
		err     string
		out     string // how it ends
	}{
		{"sign-up refused", "POST /v1/account", refuse, `^sign up: .*403 general_access_forbidden: Not today$`, `project test-project\n\z`},
		{"sign-up lost", "POST /v1/account", func(http.ResponseWriter, *http.Request, http.Handler) {
			panic(http.ErrAbortHandler)
		}, `^sign up: .*EOF$`, `delete account +not needed: the sign-up did not reach the server\n\z`},
		{"answer to the sign-up lost", "POST /v1/account", func(_ http.ResponseWriter, r *http.Request, api http.Handler) {
			api.ServeHTTP(httptest.NewRecorder(), r)
			panic(http.ErrAbortHandler)
		}, `^sign up: .*EOF$`, gone},
		{"change refused", "PATCH /v1/account/name", refuse, `^use session: .*Not today$`, gone},
		{"logs refused", "GET /v1/account/logs", refuse, `^list logs: .*Not today$`, gone},
		{"sign-out refused", "DELETE /v1/account/sessions/current", refuse, `^sign out: .*Not today$`, gone},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			srv := appwritetest.NewServer(t)
			endpoint := inFrontOf(t, srv, func(w http.ResponseWriter, r *http.Request, api http.Handler) {
				if r.Method+" "+r.URL.Path == c.request {
					c.fail(w, r, api)
					return
				}
				api.ServeHTTP(w, r)
			})
			var out bytes.Buffer
			err := run(t.Context(), &out, environment(endpoint, srv.ProjectID()))
			require.Error(t, err)
			assert.Regexp(t, c.err, err.Error())
			assert.Regexp(t, c.out, out.String())
			assert.NotContains(t, srv.Dump(), "quickstart.example")
		})
	}
}

func TestAUserWhoCannotBeDeletedIsNamed(t *testing.T) {
	t.Parallel()
	srv := appwritetest.NewServer(t)
	endpoint := inFrontOf(t, srv, func(w http.ResponseWriter, r *http.Request, api http.Handler) {
		if r.Method == http.MethodDelete && r.URL.Path == "/v1/account" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		api.ServeHTTP(w, r)
	})
	var out bytes.Buffer
	err := run(t.Context(), &out, environment(endpoint, srv.ProjectID()))
	require.ErrorIs(t, err, appwrite.ErrForbidden)
	assert.Contains(t, srv.Dump(), "quickstart.example")
	assert.Regexp(t, `delete account +failed, the user `+address+` may be left, see the console: .*403.*\n\z`, out.String())
}

func TestAStepThatTheServerLacksIsSkipped(t *testing.T) {
	t.Parallel()
	srv := appwritetest.NewServer(t)
	endpoint := inFrontOf(t, srv, func(w http.ResponseWriter, r *http.Request, api http.Handler) {
		if r.URL.Path == "/v1/health/version" {
			_, _ = io.WriteString(w, `{"version":"1.10.0"}`)
			return
		}
		api.ServeHTTP(w, r)
	})
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), &out, environment(endpoint, srv.ProjectID())))
	assert.Regexp(t, `list logs +skipped: Appwrite 1\.10\.0 cannot do it\n`, out.String())
	assert.Contains(t, out.String(), "is gone from the server")
}
