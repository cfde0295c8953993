package conformance

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// probe makes the requests and the checks of a rule. It remembers the users that appear in
// answers and deletes them when the test ends.
type probe struct {
	*require.Assertions
	tb     testing.TB
	target Target
	client *http.Client
	needs  need      // of the rule
	own    bool      // the target was made for the rule, with the settings that it asked for
	now    time.Time // the server's time, as of its last answer
	users  map[string]bool
}

// patience is how long a rule waits for what a server does after its answer: mails and logs.
const patience = 15 * time.Second

// newClient returns a client that neither decompresses answers nor follows redirects.
func newClient() *http.Client {
	return &http.Client{
		Timeout:       2 * patience,
		Transport:     &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 32},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// newProbe returns a probe for a rule with the needs. It skips the test if the target cannot
// meet them.
func newProbe(tb testing.TB, target Target, needs need, client *http.Client) *probe {
	tb.Helper()
	if lacking := needs.lacking(target); lacking != "" {
		tb.Skip(lacking)
	}
	target.Endpoint = strings.TrimSuffix(target.Endpoint, "/")
	p := &probe{Assertions: require.New(tb), tb: tb, target: target, client: client, needs: needs, users: map[string]bool{}}
	tb.Cleanup(p.deleteUsers)
	return p
}

// fresh returns a probe of a target made for this rule.
func (p *probe) fresh(s Settings) *probe {
	p.tb.Helper()
	made := newProbe(p.tb, p.target.New(p.tb, s), p.needs&^(fresh|clock), p.client)
	made.own = true
	return made
}

// movable returns a probe of a target made for this rule, whose clock moves.
func (p *probe) movable(s Settings) *probe {
	p.tb.Helper()
	moved := p.fresh(s)
	if moved.target.Clock == nil {
		p.tb.Skip(clock.lacking(Target{}))
	}
	return moved
}

func (p *probe) deleteUsers() {
	// The test's own context has ended.
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for id := range p.users {
		res, err := p.key().request(ctx, http.MethodDelete, "/users/"+url.PathEscape(id), nil)
		switch {
		case err != nil:
			p.tb.Logf("the user %s is left behind: %v", id, err)
		case res.status != http.StatusNoContent && res.status != http.StatusNotFound:
			p.tb.Logf("the user %s is left behind: deleting it answers %d", id, res.status)
		}
	}
}

// remember notes the user that an answer names.
func (p *probe) remember(r answer) {
	var body struct {
		ID           string `json:"$id"`
		Registration string `json:"registration"`
		UserID       string `json:"userId"`
	}
	_ = json.Unmarshal(r.body, &body) // other bodies than objects name no user
	if body.Registration != "" {
		body.UserID = body.ID
	}
	if to, err := url.Parse(r.header.Get("Location")); err == nil && body.UserID == "" {
		body.UserID = to.Query().Get("userId")
	}
	if body.UserID != "" && r.status < http.StatusBadRequest {
		p.users[body.UserID] = true
	}
}

// eventually asks until done is true of the answer, or patience ends, and returns the last
// answer. It is for things that the server does after it has answered.
func (p *probe) eventually(ask func() answer, done func(answer) bool) answer {
	ticker := time.NewTicker(50 * time.Millisecond)
	defer ticker.Stop()
	for deadline := time.Now().Add(patience); ; <-ticker.C {
		if r := ask(); done(r) || time.Now().After(deadline) {
			return r
		}
	}
}

// later makes a change and checks that it moves the date of the given key. It tries again: on a
// fast server both dates may be in the same millisecond.
func (p *probe) later(key string, before answer, change func() answer) answer {
	p.tb.Helper()
	moved := func(r answer) bool { return r.is(200).date(key).After(before.date(key)) }
	r := p.eventually(change, moved)
	p.True(moved(r), "%s has not moved since %s: %s", key, before.text(key), r)
	return r
}

// actor is a caller: a probe with the headers of its requests.
type actor struct {
	p      *probe
	header http.Header
}

// guest returns a caller without a credential. It names the project, as those below do.
func (p *probe) guest() actor {
	return actor{p, http.Header{"X-Appwrite-Project": {p.target.ProjectID}}}
}

// key returns a caller with the API key of the project.
func (p *probe) key() actor { return p.guest().with("X-Appwrite-Key", p.target.APIKey) }

// session returns a caller with the session's secret.
func (p *probe) session(secret string) actor { return p.guest().with("X-Appwrite-Session", secret) }

// jwt returns a caller with the JWT.
func (p *probe) jwt(token string) actor { return p.guest().with("X-Appwrite-JWT", token) }

// cookies returns a caller with the cookies, of the form name=value.
func (p *probe) cookies(pairs ...string) actor {
	return p.guest().with("Cookie", strings.Join(pairs, "; "))
}

// with returns a copy that sends the header; an empty value removes it.
func (a actor) with(name, value string) actor {
	header := a.header.Clone()
	header.Set(name, value)
	if value == "" {
		header.Del(name)
	}
	return actor{a.p, header}
}

// obj is a JSON object to send.
type obj = map[string]any

func (a actor) get(path string) answer               { return a.send(http.MethodGet, path, nil) }
func (a actor) post(path string, body any) answer    { return a.send(http.MethodPost, path, body) }
func (a actor) put(path string, body any) answer     { return a.send(http.MethodPut, path, body) }
func (a actor) patch(path string, body any) answer   { return a.send(http.MethodPatch, path, body) }
func (a actor) delete(path string) answer            { return a.send(http.MethodDelete, path, nil) }
func (a actor) list(path string, q ...string) answer { return a.get(path + "?" + queries(q...)) }

// queries writes a list of queries in the form in which PHP reads lists.
func queries(list ...string) string { return url.Values{"queries[]": list}.Encode() }

// send makes a request. The body is nil, a string to send as it is, or a value to send as JSON.
func (a actor) send(method, path string, body any) answer {
	a.p.tb.Helper()
	r, err := a.request(a.p.tb.Context(), method, path, body)
	a.p.NoError(err)
	a.p.remember(r)
	if now, err := http.ParseTime(r.header.Get("Date")); err == nil {
		a.p.now = now
	}
	return r
}

func (a actor) request(ctx context.Context, method, path string, body any) (answer, error) {
	var content io.Reader
	switch body := body.(type) {
	case nil:
	case string:
		content = strings.NewReader(body)
	default:
		text, err := json.Marshal(body)
		if err != nil {
			return answer{}, err
		}
		content = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(ctx, method, a.p.target.Endpoint+path, content)
	if err != nil {
		return answer{}, err
	}
	req.Header = a.header.Clone()
	if host := req.Header.Get("Host"); host != "" {
		req.Host = host
	}
	if content != nil && req.Header.Get("Content-Type") == "" {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := a.p.client.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	return answer{a.p, method + " " + path, res.StatusCode, res.Header, text}, err
}

func (p *probe) cookieName() string { return "a_session_" + p.target.ProjectID }

// decode reads JSON into v.
func (p *probe) decode(text string, v any) {
	p.tb.Helper()
	p.NoError(json.Unmarshal([]byte(text), v), text)
}
