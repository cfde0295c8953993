package appwritetest

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/seed17809555/appwrite/appwritetest/internal/php"
)

// Request is a request that the server got.
type Request struct {
	Time      time.Time
	Operation string // "account.createSession"; "" where no route matched
	Method    string
	Path      string // without the query
	Header    http.Header
	// Params are the parameters as a JSON object, from the query on GET and from the body
	// otherwise. Values of secrets and passwords are masked, and what is larger than 64 KiB is
	// left out.
	Params string
	Status int // of the answer; 0 where a fault, or who asked, let none arrive
}

// requestRecord is a Request whose parameters are written when someone asks.
type requestRecord struct {
	Request
	params *php.Array
}

// The server remembers so many requests, and parameters of so many bytes, so that one that runs
// for long does not grow.
const (
	keptRequests = 4096
	keptParams   = 64 << 10
)

// mask takes the place of what must not be shown.
const mask = "***"

var (
	secretHeaders = []string{"Authorization", "Cookie", "Proxy-Authorization", "X-Appwrite-Dev-Key", "X-Appwrite-Jwt", "X-Appwrite-Key", "X-Appwrite-Session", "X-Fallback-Cookies"}
	secretParams  = []string{"code", "devKey", "identifier", "oldPassword", "otp", "password", "passwordAgain", "secret"}
)

// record keeps the call for Requests.
func (s *store) record(c *call) {
	kept := Request{Time: c.now, Method: c.r.Method, Path: c.r.URL.Path, Header: c.r.Header.Clone(), Status: c.answer.status}
	if c.answer.damage == DropAfter {
		kept.Status = 0
	}
	if c.endpoint != nil {
		kept.Operation = c.endpoint.operation
	}
	for _, name := range secretHeaders {
		if _, ok := kept.Header[name]; ok {
			kept.Header[name] = []string{mask}
		}
	}
	if page, _, ok := strings.Cut(kept.Header.Get("Referer"), "?"); ok {
		kept.Header.Set("Referer", page+"?"+mask) // the app's page, which a link's secret may have led to
	}
	if len(s.requests) >= 2*keptRequests {
		s.requests = append([]requestRecord(nil), s.requests[keptRequests:]...)
	}
	params := c.params.values
	if c.params.size > keptParams {
		params = php.NewArray()
	}
	s.requests = append(s.requests, requestRecord{kept, params})
}

// Requests returns the requests that the server answered, oldest first, the last few thousand
// of them. Credentials, passwords and secrets are masked.
func (s *Server) Requests() []Request {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	records := s.store.requests
	if extra := len(records) - keptRequests; extra > 0 {
		records = records[extra:]
	}
	list := make([]Request, len(records))
	for i, r := range records {
		list[i] = r.Request
		list[i].Header = r.Header.Clone()
		list[i].Params = maskParams(r.params)
	}
	return list
}

func maskParams(params *php.Array) string {
	if len(params.Keys) == 0 {
		return "{}"
	}
	return string(php.AppendJSON(nil, masked(params)))
}

// masked returns the parameters without what is named as a secret, however deep: preferences
// may hold some too.
func masked(params *php.Array) *php.Array {
	shown := php.NewArray()
	for i, name := range params.Keys {
		v := params.Values[i]
		if inner, ok := v.(*php.Array); ok {
			v = masked(inner)
		}
		if slices.Contains(secretParams, name) {
			v = mask
		}
		shown.Set(name, v)
	}
	return shown
}
