package appwrite

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
)

// location is the result of a call whose answer is a redirect for the caller to follow.
type location string

func isRedirect(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// redirect returns the Location of an OAuth2 call, if a browser can be sent there.
func (c *call) redirect(resp *http.Response, limits RateLimit, to *location) error {
	target, err := c.url.Parse(resp.Header.Get("Location"))
	if err == nil { // "//::" resolves to "https://::", which callers could not parse
		target, err = url.Parse(target.String())
	}
	reason := ""
	switch {
	case resp.Header.Get("Location") == "":
		reason = "a redirect without Location"
	case err != nil:
		reason = "a Location that is not a URL"
	case target.Scheme != "http" && target.Scheme != "https" || target.Hostname() == "":
		reason = "a Location that is not an http or https URL"
	case target.User != nil:
		reason = "a Location with user info"
	case strings.TrimRight(target.Path, "/") == strings.TrimRight(c.url.Path, "/"):
		// Not the page of a provider but this call again, on a server that forces https or
		// another host.
		return c.answerError(resp, limits, nil)
	default:
		*to = location(target.String())
		return nil
	}
	return &DecodeError{Operation: c.op.name, StatusCode: resp.StatusCode, Err: errors.New(reason)}
}

// hostOf returns scheme and host of a redirect's target. Path and query may hold secrets.
func hostOf(from *url.URL, to string) string {
	target, err := from.Parse(to)
	if err != nil {
		return "an invalid URL"
	}
	return target.Scheme + "://" + target.Host
}
