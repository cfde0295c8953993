package replay

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// player answers each request with the recorded answer that the first segment of the path
// numbers, and keeps what it was asked: exchanges can run at once and in any order, and answers
// go over real HTTP, compression included.
type player struct {
	*httptest.Server
	client *http.Client // whose Transport the SDK's clients share
	user   *Exchange    // a recorded GET /account

	mu    sync.Mutex
	asked map[int][]Request
}

func play(t *testing.T, recordings *Recordings) *player {
	p := &player{asked: map[int][]Request{}}
	p.user = &recordings.Exchanges[slices.IndexFunc(recordings.Exchanges, func(x Exchange) bool {
		return x.Request.Method == http.MethodGet && x.Request.URL.Path == "/v1/account" && x.Response.Status == http.StatusOK
	})]
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		number, path, _ := strings.Cut(strings.TrimPrefix(r.URL.EscapedPath(), "/"), "/")
		i, err := strconv.Atoi(number)
		if err != nil || i >= len(recordings.Exchanges) {
			t.Errorf("a request for %s, which is outside of every endpoint", r.URL)
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Errorf("read the request's body: %v", err)
		}
		target, err := url.ParseRequestURI("/" + path)
		if err != nil {
			t.Errorf("the request's path: %v", err)
		}
		target.RawQuery = r.URL.RawQuery
		recorded, answer := recordings.Exchanges[i].Request, recordings.Exchanges[i].Response
		if r.Method == http.MethodGet && target.Path == "/v1/account" && recorded.Method == http.MethodPatch && recorded.URL.Path == "/v1/account/prefs" {
			answer = p.user.Response // who goes with the preferences that servers before 0.7 answer with
		} else {
			p.mu.Lock()
			p.asked[i] = append(p.asked[i], Request{Method: r.Method, URL: target, Header: r.Header, Body: body})
			p.mu.Unlock()
		}
		for name, values := range answer.Header {
			switch name {
			case "Connection", "Content-Length": // the connection's, and wrong where a trace was cut
			default:
				w.Header()[name] = values
			}
		}
		w.WriteHeader(answer.Status)
		_, _ = w.Write(answer.Body) // a 204 takes none
	}))
	t.Cleanup(p.Close)
	transport := &http.Transport{MaxIdleConnsPerHost: 16}
	t.Cleanup(transport.CloseIdleConnections)
	p.client = &http.Client{Transport: transport}
	return p
}

// endpoint is where exchange i is answered.
func (p *player) endpoint(i int) string { return p.URL + "/" + strconv.Itoa(i) + "/v1" }

// requests are those that asked for exchange i.
func (p *player) requests(i int) []Request {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.asked[i])
}
