package appwrite

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
)

// location is what a call decodes into that answers with a redirect for the caller to follow.
type location string

func isRedirect(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// redirect hands out the Location of an OAuth2 call, if it is one that a browser may be sent to.
func (c *call) redirect(resp *http.Response, limits RateLimit, to *location) error {
	target, err := c.url.Parse(resp.Header.Get("Location"))
	if err == nil { // once more, as the caller will: "//::" is one, "https://::" is none
		target, err = url.Parse(target.String())
	}
	reason := ""
	switch {
	case resp.Header.Get("Location") == "":
		reason = "a redirect without Location"
	case err != nil:
		reason = "a Location that is no URL"
	case target.Scheme != "http" && target.Scheme != "https" || target.Hostname() == "":
		reason = "a Location that is no http or https URL"
	case target.User != nil:
		reason = "a Location with user info"
	case strings.TrimRight(target.Path, "/") == strings.TrimRight(c.url.Path, "/"):
		// Not the provider's page but this call once more, as from servers that force https or
		// another host.
		return c.answerError(resp, limits, nil)
	default:
		*to = location(target.String())
		return nil
	}
	return &DecodeError{Operation: c.op.name, StatusCode: resp.StatusCode, Err: errors.New(reason)}
}

// hostOf names scheme and host of a redirect's target. Path and query may hold secrets.
func hostOf(from *url.URL, to string) string {
	target, err := from.Parse(to)
	if err != nil {
		return "what is no URL"
	}
	return target.Scheme + "://" + target.Host
}
