package conformance

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// answer is the answer to a request.
type answer struct {
	p       *probe
	request string
	status  int
	header  http.Header
	body    []byte
}

func (r answer) String() string {
	body := r.body
	if len(body) > 600 {
		body = append(body[:600:600], "…"...)
	}
	return fmt.Sprintf("%s: %d %s", r.request, r.status, body)
}

// is checks the status. If a setting of the target, such as a rate limit, is the cause of
// another status, the rule is skipped. If the target was made for the rule, with its settings,
// it fails.
func (r answer) is(status int) answer {
	r.p.tb.Helper()
	if r.status != status && !r.p.own {
		r.skipIfUnable()
	}
	r.p.Equal(status, r.status, r)
	return r
}

// unable are error types that come from the target's settings, with the reason to skip a rule.
var unable = map[string]string{
	"general_rate_limit_exceeded":  "the target limits rates, and this call's limit is used up",
	"general_smtp_disabled":        "the target sends no mail",
	"general_phone_disabled":       "the target sends no SMS",
	"user_auth_method_unsupported": "the target has switched off a way to sign in",
}

func (r answer) skipIfUnable() {
	var failure struct{ Type string }
	_ = json.Unmarshal(r.body, &failure)
	if reason, ok := unable[failure.Type]; ok {
		r.p.tb.Skipf("%s (%s)", reason, r.request)
	}
}

// refused checks status, type, message and code of an error.
func (r answer) refused(status int, kind, message string) answer {
	r.p.tb.Helper()
	r.is(status)
	r.p.Equal(kind, r.text("type"), r)
	r.p.Equal(message, r.text("message"), r)
	r.p.Equal(strconv.Itoa(status), r.json("code"), r)
	return r
}

func (r answer) invalid(param, reason string) answer {
	r.p.tb.Helper()
	return r.refused(400, "general_argument_invalid", "Invalid `"+param+"` param: "+reason)
}

func (r answer) missing(param string) answer {
	r.p.tb.Helper()
	return r.refused(400, "general_argument_invalid", `Param "`+param+`" is not optional.`)
}

// forGuests checks that the caller is refused as a guest.
func (r answer) forGuests() answer {
	r.p.tb.Helper()
	return r.refused(401, "general_unauthorized_scope", `User (role: guests) missing scopes (["account"])`)
}

func (r answer) badCredentials() answer {
	r.p.tb.Helper()
	return r.refused(401, "user_invalid_credentials", "Invalid credentials. Please check the email and password.")
}

func (r answer) badToken() answer {
	r.p.tb.Helper()
	return r.refused(401, "user_invalid_token", "Invalid token passed in the request.")
}

func (r answer) signedInAlready() answer {
	r.p.tb.Helper()
	return r.refused(401, "user_session_already_exists", "Creation of a session is prohibited when a session is active.")
}

func (r answer) noSuchSession() answer {
	r.p.tb.Helper()
	return r.refused(404, "user_session_not_found", "The current user session could not be found.")
}

func (r answer) blocked() answer {
	r.p.tb.Helper()
	return r.refused(403, "user_blocked", "The current user has been blocked.")
}

func (r answer) noSuchUser() answer {
	r.p.tb.Helper()
	return r.refused(404, "user_not_found", "User with the requested ID could not be found.")
}

var (
	pageType    = regexp.MustCompile(`<span class='type'>(.*?)</span>`)
	pageMessage = regexp.MustCompile(`(?s)<h1>(.*?)</h1>`)
)

// page checks an error that comes as a web page, and returns its message.
func (r answer) page(status int, kind string) (message string) {
	r.p.tb.Helper()
	r.is(status)
	r.p.Equal("text/html; charset=UTF-8", r.header.Get("Content-Type"), r)
	foundType, foundMessage := pageType.FindSubmatch(r.body), pageMessage.FindSubmatch(r.body)
	r.p.NotNil(foundType, r)
	r.p.NotNil(foundMessage, r)
	r.p.Equal(kind, string(foundType[1]))
	return html.UnescapeString(string(foundMessage[1]))
}

// gone checks that the answer is 204, with an empty body.
func (r answer) gone() answer {
	r.p.tb.Helper()
	r.is(204)
	r.p.Empty(r.body)
	return r
}

// json returns the text of a value of the body. The path has keys and indexes with dots
// between: "sessions.0.current". An empty path is the whole body.
func (r answer) json(path string) string {
	r.p.tb.Helper()
	text := json.RawMessage(r.body)
	for step := range strings.SplitSeq(path, ".") {
		if step == "" {
			continue
		}
		if i, err := strconv.Atoi(step); err == nil {
			var list []json.RawMessage
			r.p.NoError(json.Unmarshal(text, &list), r)
			r.p.Less(i, len(list), r)
			text = list[i]
			continue
		}
		var object map[string]json.RawMessage
		r.p.NoError(json.Unmarshal(text, &object), r)
		r.p.Contains(object, step, r)
		text = object[step]
	}
	return string(text)
}

// text returns a string of the body.
func (r answer) text(path string) string {
	r.p.tb.Helper()
	var s *string
	r.p.NoError(json.Unmarshal([]byte(r.json(path)), &s), r)
	r.p.NotNil(s, r)
	return *s
}

// has checks values of the body, given as JSON: path, value, path, value.
func (r answer) has(pairs ...string) answer {
	r.p.tb.Helper()
	for i := 0; i+1 < len(pairs); i += 2 {
		r.p.Equal(pairs[i+1], r.json(pairs[i]), "%s in %s", pairs[i], r)
	}
	return r
}

// quoted writes s as the JSON string that the server sends.
func quoted(s string) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(s) // a string can always be encoded
	return strings.ReplaceAll(strings.TrimSpace(b.String()), "/", `\/`)
}

// size returns the length of a list of the body.
func (r answer) size(path string) int {
	r.p.tb.Helper()
	var list []json.RawMessage
	r.p.NoError(json.Unmarshal([]byte(r.json(path)), &list), r)
	return len(list)
}

// keys returns the keys of an object of the body, in their order.
func (r answer) keys(path string) (keys []string) {
	r.p.tb.Helper()
	dec := json.NewDecoder(strings.NewReader(r.json(path)))
	_, err := dec.Token()
	r.p.NoError(err, r)
	for dec.More() {
		key, err := dec.Token()
		r.p.NoError(err, r)
		keys = append(keys, fmt.Sprint(key))
		var value json.RawMessage
		r.p.NoError(dec.Decode(&value), r)
	}
	return keys
}

const (
	isoForm = `^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00$`
	phpForm = `^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$`
)

// date returns a date of the body, which must have the normal form.
func (r answer) date(path string) time.Time {
	r.p.tb.Helper()
	r.p.Regexp(isoForm, r.text(path), path)
	t, err := time.Parse(time.RFC3339, r.text(path))
	r.p.NoError(err)
	return t
}

// stamp returns a date of the body, which must have the form without a zone.
func (r answer) stamp(path string) time.Time {
	r.p.tb.Helper()
	r.p.Regexp(phpForm, r.text(path), path)
	t, err := time.Parse("2006-01-02 15:04:05.000", r.text(path))
	r.p.NoError(err)
	return t
}

// lasts checks the lifetime of a token or a session, to two seconds: the server reads its clock
// once for each of the two dates.
func (r answer) lasts(d time.Duration) answer {
	r.p.tb.Helper()
	r.p.InDelta(d.Seconds(), r.date("expire").Sub(r.date("$createdAt")).Seconds(), 2)
	return r
}

// cookie returns the value of a cookie, not decoded, and its attributes.
func (r answer) cookie(name string) (value, attributes string) {
	r.p.tb.Helper()
	for _, line := range r.header.Values("Set-Cookie") {
		if rest, ok := strings.CutPrefix(line, name+"="); ok {
			value, attributes, _ = strings.Cut(rest, "; ")
			return value, attributes
		}
	}
	r.p.Fail("no cookie " + name + " in " + r.String())
	return "", ""
}

// secret returns the session secret that a sign-in gave.
func (r answer) secret() string {
	r.p.tb.Helper()
	value, _ := r.cookie(r.p.cookieName())
	secret, err := url.PathUnescape(value)
	r.p.NoError(err)
	return secret
}
