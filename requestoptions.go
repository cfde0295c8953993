package appwrite

import (
	"fmt"
	"net"
	"net/http"
)

// A RequestOption changes one call; it is the last argument of every method.
type RequestOption func(*callOptions) error

type callOptions struct {
	capture *Response
	header  http.Header
	noRetry bool
}

func (o *callOptions) set(name, value string) {
	if o.header == nil {
		o.header = http.Header{}
	}
	o.header.Set(name, value)
}

// CaptureResponse writes status, headers, rate limit and number of attempts of the call's last
// attempt into r, also when the call fails. The headers may hold cookies.
func CaptureResponse(r *Response) RequestOption {
	return func(o *callOptions) error {
		if r == nil {
			return &ParamError{Param: "response", Reason: "is nil"}
		}
		*r = Response{}
		o.capture = r
		return nil
	}
}

// RequestHeader sends a further header with this call, under the rules of WithHeader.
func RequestHeader(key, value string) RequestOption {
	return func(o *callOptions) error {
		name, reason := plainHeader(key, value)
		if reason != "" {
			return &ParamError{Param: "header", Reason: reason}
		}
		o.set(name, value)
		return nil
	}
}

// NoRetry makes the call a single attempt.
func NoRetry() RequestOption {
	return func(o *callOptions) error {
		o.noRetry = true
		return nil
	}
}

// ForwardRequest tells the server which browser is behind the call: its user agent, which
// servers since 1.6 accept from API keys only, and the address that r came from, which they
// accept from everyone. X-Forwarded-For of r is never passed on, since anyone can write it:
// behind a proxy, set r.RemoteAddr from a header that the proxy controls.
func ForwardRequest(r *http.Request) RequestOption {
	return func(o *callOptions) error {
		if r == nil {
			return &ParamError{Param: "request", Reason: "is nil"}
		}
		if agent := r.UserAgent(); agent != "" {
			if reason := controlCharacters(agent); reason != "" {
				return &ParamError{Param: "request", Reason: fmt.Sprintf("User-Agent %s", reason)}
			}
			o.set("X-Forwarded-User-Agent", agent)
		}
		host, _, err := net.SplitHostPort(r.RemoteAddr)
		if err != nil {
			host = r.RemoteAddr
		}
		if ip := net.ParseIP(host); ip != nil {
			o.set("X-Forwarded-For", ip.String())
		}
		return nil
	}
}
