package replay

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"mime"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/seed17809555/appwrite/id"
)

// requestDifferences tells where the request that the SDK sent is not the recorded one.
func (c *call) requestDifferences(sent Request, allow func(difference string)) (all []string) {
	differ := func(what string, recorded, sent any) {
		all = append(all, fmt.Sprintf("%s: recorded %v, sent %v", what, recorded, sent))
	}
	recorded := c.exchange.Request
	if sent.Method != recorded.Method {
		differ("verb", recorded.Method, sent.Method)
	}

	path := recorded.URL.EscapedPath()
	if route, _ := routeFor(c.operation, c.release); route.Path != c.route.Path {
		allow(oldPath)
		path = "/v1" + route.Path // no path with an ID ever changed
	}
	if sent.URL.EscapedPath() != path {
		differ("path", path, sent.URL.EscapedPath())
	}

	query := recorded.URL.Query()
	if query.Has("project") {
		allow(projectInQuery)
		query.Del("project")
	}
	if slices.Contains(countingTotals, query.Get("total")) {
		allow(totalCounts)
		query.Del("total")
	}
	want, got := plainKeys(query), plainKeys(sent.URL.Query())
	for key := range want {
		if !got.Has(key) && c.isIgnored(strings.TrimSuffix(key, "[]"), allow) {
			want.Del(key)
		}
	}
	if !reflect.DeepEqual(want, got) {
		differ("query", want, got)
	}

	c.compareHeaders(sent, differ, allow)
	c.compareBodies(sent.Body, differ, allow)
	return all
}

// isIgnored reports whether servers of the client's release ignore a parameter.
func (c *call) isIgnored(name string, allow func(string)) bool {
	row := strings.TrimPrefix(c.operation.Name, "account.") + " " + name
	since, ok := paramsSince[row]
	if !ok || isSince(c.release, since) {
		return false
	}
	allow(ignoredParam)
	allow(row)
	return true
}

var indexInKey = regexp.MustCompile(`\[\d+\]$`)

// plainKeys brings lists to one form: to PHP, queries[]=a and queries[0]=a are the same, and so
// is white space between the arguments of a query.
func plainKeys(query url.Values) url.Values {
	same := url.Values{}
	for _, key := range slices.Sorted(maps.Keys(query)) {
		values := query[key]
		key = indexInKey.ReplaceAllString(key, "[]")
		for _, value := range values {
			same.Add(key, strings.ReplaceAll(value, `", `, `",`))
		}
	}
	return same
}

func (c *call) compareHeaders(sent Request, differ func(what string, recorded, sent any), allow func(string)) {
	recorded := c.exchange.Request.Header
	want := map[string]string{projectHeader: c.project, formatHeader: c.release}
	for name := range credentials {
		want[name] = "" // none that the recording has not
	}
	for name := range recorded {
		switch {
		case name == formatHeader && recorded.Get(name) != c.release:
			allow(newerFormat)
		case !written(name):
			want[name] = recorded.Get(name)
		case strings.HasPrefix(name, "X-Sdk-"):
			allow(ownName)
		}
	}
	secret := want["X-Appwrite-Session"]
	fallback := want[fallbackHeader]
	isFallback := fallback != ""
	if isFallback {
		allow(fallbackAsSession)
		secret = fallbackSecret(c.project, fallback)
		want[fallbackHeader], want["X-Appwrite-Session"] = "", secret
	}
	if secret != "" && !isSince(c.release, "1.5") && (isFallback || isSince(c.server, "1.5")) {
		allow(sessionAsCookie)
		want["X-Appwrite-Session"], want["Cookie"] = "", "a_session_"+c.project+"="+secret
	}
	for name, value := range want {
		if got := sent.Header.Get(name); got != value {
			differ(name, value, got)
		}
	}
	if len(sent.Body) > 0 {
		kind, _, _ := mime.ParseMediaType(recorded.Get("Content-Type"))
		if got := sent.Header.Get("Content-Type"); got != kind {
			differ("Content-Type", kind, got)
		}
	}
}

func (c *call) compareBodies(sent []byte, differ func(what string, recorded, sent any), allow func(string)) {
	want, err := tree(c.exchange.Request.Body)
	got, sentErr := tree(sent)
	if err != nil || sentErr != nil {
		differ("body", cmp.Or(err, sentErr), string(sent))
		return
	}
	if object, ok := want.(map[string]any); ok {
		generated, _ := got.(map[string]any)
		for key, value := range object {
			if _, ok := generated[key]; !ok && c.isIgnored(key, allow) {
				delete(object, key)
				continue
			}
			if value != "unique()" {
				continue
			}
			allow(generatedID)
			if text, ok := generated[key].(string); !ok || text == "unique()" || id.Validate(text) != nil {
				differ(key, "an ID that is generated", generated[key])
			}
			delete(object, key)
			delete(generated, key)
		}
		if len(object) == 0 && got == nil {
			allow(noBody)
			want = nil
		}
	}
	if !reflect.DeepEqual(want, got) {
		differ("body", want, got)
	}
}

// tree decodes JSON and keeps every digit of its numbers; nothing is nil.
func tree(text []byte) (v any, err error) {
	if len(text) == 0 {
		return nil, nil
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	err = d.Decode(&v)
	return v, err
}

// bodyDifferences tells where a result, marshalled, is not the recorded body. Keys that the
// server did not send may be there with their zero value if absent allows them.
func bodyDifferences(at string, recorded, got any, absent func(at, key string) bool) (all []string) {
	differ := func(format string, args ...any) {
		all = append(all, at+": "+fmt.Sprintf(format, args...))
	}
	switch recorded := recorded.(type) {
	case nil:
		if got != nil && got != "" { // not false: a bool that may be null is a *bool
			differ("null became %v", got)
		}
	case map[string]any:
		object, ok := got.(map[string]any)
		if !ok {
			differ("an object became %v", got)
			return all
		}
		for key, value := range recorded {
			mine, ok := object[key]
			switch {
			case !ok:
				differ("%s is lost", key)
			case key == "prefs": // the user's own, not one byte may change its meaning
				if !reflect.DeepEqual(value, mine) {
					differ("%s: %v became %v", key, value, mine)
				}
			default:
				all = append(all, bodyDifferences(at+"."+key, value, mine, absent)...)
			}
		}
		for key, value := range object {
			if _, ok := recorded[key]; !ok && (!absent(at, key) || !isZero(value)) {
				differ("%s is invented: %v", key, value)
			}
		}
	case []any:
		list, ok := got.([]any)
		if !ok || len(list) != len(recorded) {
			differ("%v became %v", recorded, got)
			return all
		}
		for i := range recorded {
			all = append(all, bodyDifferences(fmt.Sprintf("%s[%d]", at, i), recorded[i], list[i], absent)...)
		}
	default:
		if recorded != got && !sameInstant(recorded, got) {
			differ("%v became %v", recorded, got)
		}
	}
	return all
}

func isZero(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case json.Number:
		return v == "0"
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return reflect.ValueOf(v).IsZero()
}

const (
	dateLayout     = "2006-01-02T15:04:05.000-07:00"
	zonelessLayout = "2006-01-02 15:04:05.000" // UTC, in some answers of 1.5 to 1.9
)

// sameInstant reports whether a date that the server wrote without a zone became the same
// instant in the form of all others.
func sameInstant(recorded, got any) bool {
	before, _ := recorded.(string)
	want, err := time.Parse(zonelessLayout, before)
	return err == nil && got == want.Format(dateLayout)
}
