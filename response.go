package appwrite

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// Response is what CaptureResponse writes about the last attempt. The caller owns it. Printed
// or logged, it leaves out the headers, which may hold the cookie of a session.
type Response struct {
	StatusCode int // 0 if no answer came
	Header     http.Header
	RateLimit  RateLimit
	Attempts   int
}

// String returns status, rate limit and attempts.
func (r Response) String() string {
	return fmt.Sprintf("Response{StatusCode:%d RateLimit:%+v Attempts:%d}", r.StatusCode, r.RateLimit, r.Attempts)
}

// Format prints String under every verb.
func (r Response) Format(s fmt.State, verb rune) { formatText(s, verb, r.String()) }

// MarshalJSON writes String.
func (r Response) MarshalJSON() ([]byte, error) { return json.Marshal(r.String()) }
