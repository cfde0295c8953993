package conformance

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/appwritetest"
	"github.com/seed17809555/appwrite/internal/testkit"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// allRules returns the rules of all groups.
func allRules() (all []rule) {
	for _, g := range groups {
		all = append(all, g.rules...)
	}
	return all
}

// trial is a test that may fail without failing the test that it is part of.
type trial struct {
	testing.TB // for the methods that are not below
	mu         sync.Mutex
	failed     bool
	reason     string // why it was skipped; "" if it was not
	log        strings.Builder
	cleanups   []func()
}

// try runs f as a test of its own, to the end of its cleanups.
func try(t *testing.T, f func(tb testing.TB)) *trial {
	t.Helper()
	tr := &trial{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() {
			for _, cleanup := range slices.Backward(tr.cleanups) {
				cleanup()
			}
		}()
		f(tr)
	}()
	<-done
	return tr
}

func (tr *trial) write(text string) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.log.WriteString(text + "\n")
}

func (tr *trial) Helper()                        {}
func (tr *trial) Cleanup(f func())               { tr.cleanups = append(tr.cleanups, f) }
func (tr *trial) Failed() bool                   { return tr.failed }
func (tr *trial) Skipped() bool                  { return tr.reason != "" }
func (tr *trial) Fail()                          { tr.failed = true }
func (tr *trial) FailNow()                       { tr.failed = true; runtime.Goexit() }
func (tr *trial) Log(args ...any)                { tr.write(fmt.Sprint(args...)) }
func (tr *trial) Logf(format string, a ...any)   { tr.write(fmt.Sprintf(format, a...)) }
func (tr *trial) Error(args ...any)              { tr.Log(args...); tr.Fail() }
func (tr *trial) Errorf(format string, a ...any) { tr.Logf(format, a...); tr.Fail() }
func (tr *trial) Fatal(args ...any)              { tr.Log(args...); tr.FailNow() }
func (tr *trial) Fatalf(format string, a ...any) { tr.Logf(format, a...); tr.FailNow() }
func (tr *trial) Skip(args ...any)               { tr.reason = fmt.Sprint(args...); runtime.Goexit() }
func (tr *trial) SkipNow()                       { tr.reason = "no reason"; runtime.Goexit() }
func (tr *trial) Skipf(format string, a ...any) {
	tr.reason = fmt.Sprintf(format, a...)
	runtime.Goexit()
}

// clientOf returns a client whose requests go through the function.
func clientOf(through func(req *http.Request, next http.RoundTripper) (*http.Response, error)) *http.Client {
	client := newClient()
	next := client.Transport
	client.Transport = testkit.Transport(func(req *http.Request) (*http.Response, error) { return through(req, next) })
	return client
}

func isDeletion(req *http.Request) bool { return strings.HasPrefix(req.URL.Path, "/v1/users/") }

func TestEachRuleHasItsOwnNameAndASource(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, r := range allRules() {
		assert.False(t, seen[r.name], "two rules are named %q", r.name)
		seen[r.name] = true
		assert.Regexp(t, `^[A-Z][^/]*[^.]$`, r.name, "a plain sentence without its full stop, and no slash, at which -run splits")
		assert.NotEmpty(t, r.source, r.name)
		assert.NotNil(t, r.check, r.name)
	}
	assert.GreaterOrEqual(t, len(seen), 150)
}

// exchange is a request with the parts of its answer in which outcomes differ.
type exchange struct {
	method   string
	path     []string
	status   int
	keys     []string // of a JSON object in the body
	kind     string   // of an error
	location bool
}

var changing = regexp.MustCompile(`^([0-9a-f]{20}|[xf]{20,}|current|google|github|mock|yammer|tradeshift|nonsense)$`)

func newExchange(method, path string, status int, body []byte, location bool) exchange {
	e := exchange{method: method, status: status, location: location}
	for segment := range strings.SplitSeq(strings.Trim(path, "/"), "/") {
		if changing.MatchString(segment) {
			segment = "*"
		}
		e.path = append(e.path, segment)
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	if start, err := dec.Token(); err != nil || start != json.Delim('{') {
		return e
	}
	for dec.More() {
		key, _ := dec.Token()
		var value json.RawMessage
		_ = dec.Decode(&value)
		if key == "type" {
			_ = json.Unmarshal(value, &e.kind)
		}
		if key == "file" { // from here on, keys that only a development server adds
			break
		}
		e.keys = append(e.keys, fmt.Sprint(key))
	}
	return e
}

// recordings returns the exchanges with the recorded server of the release, by name.
func recordings(t *testing.T, release string) map[string]exchange {
	t.Helper()
	file, err := os.Open(filepath.Join("..", "..", "internal", "replay", "testdata", release+".jsonl"))
	require.NoError(t, err)
	defer func() { _ = file.Close() }()
	all := map[string]exchange{}
	for lines := bufio.NewReader(file); ; {
		line, err := lines.ReadBytes('\n')
		if err == io.EOF {
			return all
		}
		require.NoError(t, err)
		var recorded struct {
			Name     string
			Request  struct{ Line string }
			Response struct {
				Status  int
				Headers [][2]string
				Body    string
			}
		}
		require.NoError(t, json.Unmarshal(line, &recorded))
		method, rest, _ := strings.Cut(recorded.Request.Line, " ")
		path, _, _ := strings.Cut(strings.TrimSuffix(rest, " HTTP/1.1"), "?")
		location := slices.ContainsFunc(recorded.Response.Headers, func(h [2]string) bool { return strings.EqualFold(h[0], "Location") })
		all[recorded.Name] = newExchange(method, path, recorded.Response.Status, []byte(recorded.Response.Body), location)
	}
}

// exchanges runs the rule on the target, on which it must pass, and returns what was asked and
// answered.
func exchanges(t *testing.T, r rule, target Target) (seen []exchange) {
	t.Helper()
	client := clientOf(func(req *http.Request, next http.RoundTripper) (*http.Response, error) {
		res, err := next.RoundTrip(req)
		if err != nil {
			return nil, err
		}
		body, err := io.ReadAll(res.Body)
		res.Body = io.NopCloser(bytes.NewReader(body))
		seen = append(seen, newExchange(req.Method, req.URL.Path, res.StatusCode, body, res.Header.Get("Location") != ""))
		return res, err
	})
	defer client.CloseIdleConnections()
	tr := try(t, func(tb testing.TB) { r.run(tb, target, client) })
	assert.False(t, tr.failed, &tr.log)
	assert.False(t, tr.Skipped(), "the rule %q is skipped: %s", r.name, tr.reason)
	return seen
}

// A rule does what it cites: among its exchanges with appwritetest is one with the recorded
// method, path, status, error and keys.
func TestRulesRepeatTheRecordingsThatTheyCite(t *testing.T) {
	t.Parallel()
	recorded, target := recordings(t, "1.9.6"), double(t)
	for _, r := range allRules() {
		seen := exchanges(t, r, target)
		for _, source := range r.sources() {
			if name, ok := strings.CutPrefix(source, "recordings/1.9.6/"); ok {
				require.Contains(t, recorded, name, r.name)
				assert.Contains(t, seen, recorded[name], "%s cites the recording %s", r.name, name)
			}
		}
	}
}

func TestEveryOperationHasARule(t *testing.T) {
	t.Parallel()
	var seen []exchange
	target := double(t)
	for _, r := range allRules() {
		seen = append(seen, exchanges(t, r, target)...)
	}
	for _, name := range unruled(appwrite.Operations(), seen) {
		t.Errorf("no rule calls the operation %s", name)
	}
}

func TestAnOperationWithoutARuleIsFound(t *testing.T) {
	t.Parallel()
	operations := []appwrite.Operation{
		{Name: "account.get", Routes: []appwrite.Route{{Method: "GET", Path: "/account"}}},
		{Name: "account.getSession", Routes: []appwrite.Route{{Method: "GET", Path: "/account/sessions/{sessionId}"}}},
		{Name: "account.createJWT", Routes: []appwrite.Route{{Method: "POST", Path: "/account/jwts"}, {Method: "POST", Path: "/account/jwt"}}},
	}
	at := func(method, path string) exchange { return newExchange(method, path, 200, nil, false) }
	assert.Equal(t, []string{"account.get", "account.getSession", "account.createJWT"}, unruled(operations, nil))
	assert.Empty(t, unruled(operations, []exchange{at("GET", "/v1/account"), at("GET", "/v1/account/sessions/current"), at("POST", "/v1/account/jwt")}))
	assert.Equal(t, []string{"account.get", "account.getSession", "account.createJWT"},
		unruled(operations, []exchange{at("PUT", "/v1/account"), at("GET", "/v1/account/sessions"), at("GET", "/v1/account/prefs/x"), at("POST", "/v1/account/jwtsx")}))
}

// unruled returns the names of the operations of which no exchange takes a route.
func unruled(operations []appwrite.Operation, seen []exchange) (names []string) {
	for _, op := range operations {
		if !slices.ContainsFunc(op.Routes, func(r appwrite.Route) bool {
			return slices.ContainsFunc(seen, func(e exchange) bool { return e.takes(r) })
		}) {
			names = append(names, op.Name)
		}
	}
	return names
}

func (e exchange) takes(r appwrite.Route) bool {
	route := strings.Split("v1"+r.Path, "/")
	return e.method == r.Method && slices.EqualFunc(e.path, route, func(segment, of string) bool {
		return segment == of || strings.HasPrefix(of, "{")
	})
}

// A rule that does not look at an answer would not notice a mistake in it.
func TestARuleFailsWhenAnyOneOfItsAnswersIsWrong(t *testing.T) {
	t.Parallel()
	target := double(t)
	for _, r := range allRules() {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			for broken := 0; ; broken++ {
				n, reached := 0, ""
				client := clientOf(func(req *http.Request, next http.RoundTripper) (*http.Response, error) {
					if isDeletion(req) {
						return next.RoundTrip(req)
					}
					if n++; n-1 != broken {
						return next.RoundTrip(req)
					}
					reached = req.Method + " " + req.URL.Path
					return &http.Response{StatusCode: http.StatusTeapot, Header: http.Header{}, Body: http.NoBody, Request: req}, nil
				})
				tr := try(t, func(tb testing.TB) { r.run(tb, target, client) })
				client.CloseIdleConnections()
				if reached == "" {
					return // all of them were broken once
				}
				assert.True(t, tr.failed, "the rule does not look at the answer to %s, its request number %d", reached, broken+1)
			}
		})
	}
}

func TestRunDeletesEveryUserThatTheRulesMade(t *testing.T) {
	t.Parallel()
	srv := appwritetest.NewServer(t)
	deleted := sync.Map{}
	// The double has no Users API; the rules need only its DELETE.
	users := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if id, ok := strings.CutPrefix(r.URL.Path, "/v1/users/"); ok && r.Method == http.MethodDelete && r.Header.Get("X-Appwrite-Key") == srv.APIKey() {
			deleted.Store(id, true)
			w.WriteHeader(http.StatusNoContent)
			return
		}
		srv.Handler().ServeHTTP(w, r)
	}))
	defer users.Close()
	target := Target{Endpoint: users.URL + "/v1", ProjectID: srv.ProjectID(), APIKey: srv.APIKey(), Mail: inbox{srv.Inbox()}, SMS: inbox{srv.Inbox()}, Direct: true}
	t.Run("rules", func(t *testing.T) { Run(t, target) })

	assert.NotContains(t, srv.Dump(), "project console", "no user at the console either")
	made := regexp.MustCompile(`(?m)^  user (\S+)`).FindAllStringSubmatch(srv.Dump(), -1)
	assert.Greater(t, len(made), 100)
	for _, user := range made {
		_, ok := deleted.Load(user[1])
		assert.True(t, ok, "the user %s was left behind", user[1])
	}
}

func TestRulesLogTheUsersThatTheyLeaveBehind(t *testing.T) {
	t.Parallel()
	target := double(t)
	client := clientOf(func(req *http.Request, next http.RoundTripper) (*http.Response, error) {
		if isDeletion(req) {
			return &http.Response{StatusCode: http.StatusUnauthorized, Header: http.Header{}, Body: http.NoBody, Request: req}, nil
		}
		return next.RoundTrip(req)
	})
	defer client.CloseIdleConnections()
	tr := try(t, func(tb testing.TB) { rule{check: func(p *probe) { p.register() }}.run(tb, target, client) })
	assert.False(t, tr.failed)
	assert.Regexp(t, `^the user [0-9a-f]{20} is left behind: deleting it answers 401\n$`, tr.log.String())
}

func TestRequestsGoToTheTargetOnlyWhereverItRedirects(t *testing.T) {
	t.Parallel()
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("%s %s went elsewhere", r.Method, r.URL)
	}))
	defer elsewhere.Close()
	for _, status := range []int{301, 307} {
		redirecting := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL+r.URL.Path, status)
		}))
		defer redirecting.Close()
		bad := Target{Endpoint: redirecting.URL + "/v1", ProjectID: "p", APIKey: "k", Mail: Maildev(redirecting.URL), Direct: true}
		client := newClient()
		defer client.CloseIdleConnections()
		for _, r := range allRules() {
			if r.needs.lacking(bad) == "" {
				tr := try(t, func(tb testing.TB) { r.run(tb, bad, client) })
				assert.True(t, tr.failed || tr.Skipped(), r.name)
			}
		}
	}
}

func TestACallbackFromAProviderIsSentToTheTargetWhateverItsHost(t *testing.T) {
	t.Parallel()
	var asked []string
	target := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.String())
		next := "http://elsewhere.invalid/v1/account/sessions/oauth2/mock/redirect?code=c&project=p"
		if strings.HasSuffix(r.URL.Path, "/redirect") {
			next = "http://localhost/success?userId=u#"
		}
		http.Redirect(w, r, next, http.StatusMovedPermanently)
	}))
	defer target.Close()
	client := newClient()
	defer client.CloseIdleConnections()
	tr := try(t, func(tb testing.TB) {
		p := newProbe(tb, Target{Endpoint: target.URL + "/v1", ProjectID: "p", APIKey: "k"}, 0, client)
		r := p.browser().arrive("http://elsewhere.invalid/v1/account/sessions/oauth2/callback/mock/p?code=c&state=s")
		p.Equal("http://localhost/success?userId=u#", r.header.Get("Location"))
		p.users = nil // the user of the success page does not exist
	})
	assert.False(t, tr.failed, &tr.log)
	assert.Equal(t, []string{"/v1/account/sessions/oauth2/callback/mock/p?code=c&state=s", "/v1/account/sessions/oauth2/mock/redirect?code=c&project=p"}, asked)
}

func TestATargetWithoutACapabilitySkipsTheRulesThatNeedIt(t *testing.T) {
	t.Parallel()
	whole := double(t)
	bare := Target{Endpoint: whole.Endpoint, ProjectID: whole.ProjectID, APIKey: whole.APIKey}
	client := newClient()
	defer client.CloseIdleConnections()
	reasons := map[string]int{}
	for _, r := range allRules() {
		if r.needs == 0 {
			continue
		}
		tr := try(t, func(tb testing.TB) { r.run(tb, bare, client) })
		assert.False(t, tr.failed, r.name)
		assert.NotEmpty(t, tr.reason, r.name)
		reasons[tr.reason]++
	}
	for _, lack := range []string{"inbox for mails", "inbox for SMS", "OAuth2 provider", "no proxy", "settings of its own", "clock can be moved"} {
		assert.Contains(t, strings.Join(slices.Collect(maps.Keys(reasons)), "; "), lack)
	}
}

func TestAnExceptedRuleIsSkippedWithTheReason(t *testing.T) {
	t.Parallel()
	target := double(t)
	r := accountRules[0]
	target.Except = map[string]string{r.name: "we know"}
	tr := try(t, func(tb testing.TB) { r.run(tb, target, nil) })
	assert.Equal(t, "excepted: we know", tr.reason)
}

func TestAnExceptionFromARuleThatDoesNotExistIsFound(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []string{"No such rule"}, unknown(map[string]string{"No such rule": "", accountRules[0].name: ""}))
}

func TestALimitOfTheTargetSkipsARuleThatIsNotAboutIt(t *testing.T) {
	t.Parallel()
	for kind, reason := range unable {
		limited := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusTooManyRequests)
			_, _ = fmt.Fprintf(w, `{"type":%q}`, kind)
		}))
		defer limited.Close()
		client := newClient()
		defer client.CloseIdleConnections()
		tr := try(t, func(tb testing.TB) {
			accountRules[0].run(tb, Target{Endpoint: limited.URL, ProjectID: "p", APIKey: "k"}, client)
		})
		assert.Equal(t, reason+" (POST /account)", tr.reason)
	}
}

// Otherwise a rule such as "API keys are not limited" would be skipped on a server that limits
// them.
func TestALimitOfATargetMadeForTheRuleFailsIt(t *testing.T) {
	t.Parallel()
	client := newClient()
	defer client.CloseIdleConnections()
	for kind := range unable {
		limited := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusTooManyRequests)
			_, _ = fmt.Fprintf(w, `{"type":%q}`, kind)
		}))
		defer limited.Close()
		target := Target{ProjectID: "p", APIKey: "k", Endpoint: limited.URL}
		target.New = func(testing.TB, Settings) Target { return target }
		tr := try(t, func(tb testing.TB) {
			rule{needs: fresh, check: func(p *probe) { p.fresh(Settings{}).register() }}.run(tb, target, client)
		})
		assert.True(t, tr.failed, kind)
		assert.False(t, tr.Skipped(), kind)
	}
}

func TestARuleThatFailsNamesItselfAndItsSource(t *testing.T) {
	t.Parallel()
	r := accountRules[0]
	target := double(t)
	client := clientOf(func(req *http.Request, _ http.RoundTripper) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusTeapot, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("{}")), Request: req}, nil
	})
	tr := try(t, func(tb testing.TB) { r.run(tb, target, client) })
	assert.True(t, tr.failed)
	assert.Contains(t, tr.log.String(), "POST /account: 418 {}")
	assert.Contains(t, tr.log.String(), "the rule: "+r.name+" ("+r.source+")")
}

func TestCodesAndLinksAreReadFromTextAndFromHTML(t *testing.T) {
	t.Parallel()
	tr := try(t, func(tb testing.TB) {
		p := newProbe(tb, double(tb), 0, nil)
		p.Equal("012345", Message{Text: "Your code is 012345."}.code(p))
		p.Equal("012345", Message{HTML: `<style>a{color:#414146}</style><p style="color:#616161">Code: <b>012345</b></p>`}.code(p))
		want := url.Values{"userId": {"u"}, "secret": {"s"}, "expire": {"2026-11-21T01:12:59.031+00:00"}}
		link := "http://localhost/verify?" + want.Encode()
		p.Equal(want, Message{Text: "See https://appwrite.io or " + link + "\n"}.link(p))
		p.Equal(want, Message{HTML: `<a href="https://appwrite.io">x</a><a href="` + strings.ReplaceAll(link, "&", "&amp;") + `">Verify</a>`}.link(p))
		p.True(Message{HTML: "Peaceful puzzle"}.mentions("Peaceful puzzle"))
	})
	assert.False(t, tr.failed, &tr.log)
	for _, read := range []func(*probe){func(p *probe) { Message{Text: "no more than 12345"}.code(p) }, func(p *probe) { Message{Text: "http://localhost/"}.link(p) }} {
		tr := try(t, func(tb testing.TB) { read(newProbe(tb, double(tb), 0, nil)) })
		assert.True(t, tr.failed)
	}
}

func TestMadeUpNumbersAreForFiction(t *testing.T) {
	t.Parallel()
	for range 100 {
		assert.Regexp(t, `^\+1[2-9]\d\d55501\d\d$`, newPhone())
	}
}
