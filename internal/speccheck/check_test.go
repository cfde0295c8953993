package speccheck

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/internal/everycall"
	"github.com/seed17809555/appwrite/internal/jsontree"
	"github.com/seed17809555/appwrite/internal/testkit"
)

const (
	basePath     = "/v1"
	project      = "project"
	cookieSecret = "secret-of-the-cookie"
	providerPage = "https://provider.example/login"
)

// check tells all that the client does otherwise than the specification says.
func (s *Spec) check(t *testing.T, op Operation) (all []string) {
	checked := map[string]bool{}
	isSent := false
	for _, name := range op.Names {
		found := callsOf(op, name)
		if found == nil {
			all = append(all, "there is no method "+name)
		}
		for _, c := range found {
			if checked[c.Method] {
				continue
			}
			checked[c.Method] = true
			findings, sent := s.checkCall(t, op, c)
			for _, finding := range findings {
				all = append(all, c.Method+": "+finding)
			}
			isSent = isSent || sent
		}
	}
	if len(checked) > 0 && !isSent {
		all = append(all, "every call is refused")
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// checkCall checks both ways to call a method, and the answer to one. Where the client refuses
// both ways, nothing is sent.
func (s *Spec) checkCall(t *testing.T, op Operation, c everycall.Call) (all []string, sent bool) {
	var sending *everycall.Inputs
	for i, in := range []everycall.Inputs{c.Full(), c.Least()} {
		findings, refused := s.checkRequest(t, op, c, in, i == 0)
		if !refused {
			sending = &in
		}
		all = append(all, findings...)
	}
	if sending != nil && op.Status != 0 && c.Status != 0 && !c.Iterates() {
		all = append(all, s.checkAnswer(t, op, c, *sending)...)
	}
	return all, sending != nil
}

func (s *Spec) account(t *testing.T, serve testkit.Transport) *appwrite.Account {
	client, err := appwrite.NewClient("http://host"+basePath, project, appwrite.WithServerVersion(s.Release),
		appwrite.WithSession("session-secret"), appwrite.WithHTTPClient(&http.Client{Transport: serve}))
	require.NoError(t, err)
	return client.Account
}

// checkRequest has the server refuse the call: what is asked here is what it was sent. What a
// call reads before it writes is of another operation; any object will do.
func (s *Spec) checkRequest(t *testing.T, op Operation, c everycall.Call, in everycall.Inputs, full bool) (findings []string, refused bool) {
	var sent []request
	_, err := c.Do(t.Context(), s.account(t, func(r *http.Request) (*http.Response, error) {
		if r.Method == http.MethodGet && op.Verb != http.MethodGet {
			return testkit.Response(http.StatusOK, "application/json", `{"$id":"u1"}`), nil
		}
		seen := request{Request: r}
		if r.Body != nil {
			seen.body, _ = io.ReadAll(r.Body)
		}
		sent = append(sent, seen)
		return testkit.Response(http.StatusBadRequest, "application/json", `{"message":"refused","code":400}`), nil
	}), in)
	if bad, ok := errors.AsType[*appwrite.ParamError](err); ok && op.wouldRefuse(bad.Param) {
		return nil, true
	}
	if len(sent) != 1 {
		return []string{fmt.Sprintf("sends %d requests: %v", len(sent), err)}, false
	}
	return requestFindings(op, sent[0], full), false
}

// wouldRefuse reports whether it may be a parameter's fault that a call is not sent: that the
// server does not know it, or that it asks for it. Of "queries[1]" that is queries.
func (op Operation) wouldRefuse(name string) bool {
	name, _, _ = strings.Cut(name, "[")
	i := slices.IndexFunc(op.Parameters, func(p Parameter) bool { return p.Name == name })
	return i < 0 || op.Parameters[i].Required
}

// checkAnswer serves answers of the specified form.
func (s *Spec) checkAnswer(t *testing.T, op Operation, c everycall.Call, in everycall.Inputs) (all []string) {
	if op.Status != c.Status {
		all = append(all, fmt.Sprintf("is answered with %d, not %d", op.Status, c.Status))
	}
	hasContent := op.Answer != nil && op.Answer.Type != "file"
	if hasContent != (c.Status == http.StatusOK || c.Status == http.StatusCreated) {
		return append(all, fmt.Sprintf("is answered with %d and %s", c.Status, contentOf(op.Answer)))
	}
	for _, odd := range []bool{false, true} {
		var told any
		var body []byte
		if hasContent {
			told = (&maker{schemas: s.Schemas, odd: odd}).make("answer", op.Answer)
			body = encode(t, told)
		}
		result, err := c.Do(t.Context(), s.account(t, func(*http.Request) (*http.Response, error) {
			a := testkit.Response(c.Status, "application/json", string(body))
			a.Header.Set("Location", providerPage)
			a.Header.Set("Set-Cookie", "a_session_"+project+"="+cookieSecret)
			return a, nil
		}), in)
		switch {
		case err != nil:
			all = append(all, fmt.Sprintf("cannot take the answer: %v", err))
		case hasContent:
			all = append(all, resultFindings(t, op, c, told, result)...)
		case c.Status == http.StatusMovedPermanently:
			assert.Equal(t, providerPage, result)
		}
	}
	return all
}

func contentOf(s *Schema) string {
	if s == nil {
		return "nothing"
	}
	return "a " + s.Name()
}

// resultFindings tells where a result is another model than the specified one, or lacks
// something of the answer.
func resultFindings(t *testing.T, op Operation, c everycall.Call, told, result any) (all []string) {
	model := reflect.Indirect(reflect.ValueOf(result)).Type().Name()
	if name := op.Answer.Name(); !strings.EqualFold(model, name) && !(name == "any" && model == "Preferences") {
		all = append(all, fmt.Sprintf("returns a %s, for a %s", model, name))
	}
	got, err := jsontree.Of(encode(t, result))
	require.NoError(t, err)
	if model == "Session" && c.Status == http.StatusCreated {
		useCookie(told, got)
	}
	return append(all, answerFindings(op.Answer.Name(), told, got)...)
}

// useCookie drops the secret of a new session where it came from the cookie: before 1.5 bodies
// have none.
func useCookie(told, got any) {
	answer, _ := told.(map[string]any)
	session, _ := got.(map[string]any)
	if _, isTold := answer["secret"]; !isTold && session["secret"] == cookieSecret {
		delete(session, "secret")
	}
}

func encode(t *testing.T, v any) []byte {
	t.Helper()
	text, err := json.Marshal(v)
	require.NoError(t, err)
	return text
}
