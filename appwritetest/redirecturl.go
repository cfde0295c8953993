package appwritetest

import (
	"net/url"
	"slices"
	"strings"

	"github.com/seed17809555/appwrite/appwritetest/internal/php"
)

// redirect is the URL of a page of the user's app, whose host must be known.
func (p *params) redirect(name string, project *project) string {
	v, ok := p.required(name)
	if !ok {
		return ""
	}
	s, _ := v.(string)
	reason := p.server.hostReason(project.refuses(s, "URI"), project)
	if p.anyURL {
		reason = refuseNoURL(s)
	}
	if reason != "" {
		p.invalid(name, reason)
		return ""
	}
	return s
}

func (p *params) optionalRedirect(name string, project *project) string {
	if v, ok := p.optional(name); !ok || v == "" {
		return ""
	}
	return p.redirect(name, project)
}

// refuses tells why the project's platforms do not cover the address, which the reason calls
// what; empty if they do.
func (p *project) refuses(address, what string) string {
	u, err := url.Parse(address)
	if err != nil || (u.Scheme == "" && u.Hostname() == "") {
		return "Invalid " + what + "."
	}
	host := strings.ToLower(u.Hostname())
	if p.ownsScheme(u.Scheme) || slices.ContainsFunc(p.hosts, func(allowed string) bool { return hostMatches(allowed, host) }) {
		return ""
	}
	if platform := platformNames[u.Scheme]; platform != "" {
		return "Invalid " + what + ". Register your new client (" + host + ") as a new " + platform + " platform on your project console dashboard"
	}
	return "Invalid Scheme. The scheme used (" + u.Scheme + ") in the " + what + " (" + address + ") is not supported. If you are using a custom scheme, please change it to `appwrite-callback-<PROJECT_ID>`"
}

// platformNames are the platforms by the scheme that their apps have for an origin.
var platformNames = map[string]string{
	"http": "Web", "https": "Web", "appwrite-ios": "iOS", "appwrite-macos": "macOS", "appwrite-watchos": "watchOS", "appwrite-tvos": "tvOS",
	"appwrite-android": "Android", "appwrite-windows": "Windows", "appwrite-linux": "Linux",
}

// ownsScheme reports whether only the project's own apps answer to the scheme.
func (p *project) ownsScheme(scheme string) bool {
	if p.id == consoleID {
		return false
	}
	return scheme == "exp" || scheme == "appwrite-callback-"+strings.ToLower(p.id) || slices.Contains(p.hosts, scheme+"://")
}

// hostMatches compares a host in lower case to a platform's, which may start with a wildcard.
func hostMatches(allowed, host string) bool {
	allowed = strings.ToLower(allowed)
	if suffix, ok := strings.CutPrefix(allowed, "*"); ok {
		return strings.HasSuffix(host, suffix)
	}
	return allowed == host
}

// refuseNoURL says why a text is not a URL; empty if it is one.
func refuseNoURL(text string) string {
	if u, err := url.Parse(text); err != nil || u.Scheme == "" || u.Host == "" {
		return "Value must be a valid URL"
	}
	return ""
}

// withQuery adds pairs to the URL's query, as PHP's parse_str, array_merge and http_build_query
// do: the order stays, a key that is there is replaced.
func withQuery(address string, pairs ...[2]string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address // was checked when it came in
	}
	query := php.ParseForm(u.RawQuery)
	for _, pair := range pairs {
		query.Set(pair[0], pair[1])
	}
	u.RawQuery = buildQuery(query)
	return u.String()
}

func buildQuery(query *php.Array) string {
	var parts []string
	var add func(name string, v any)
	add = func(name string, v any) {
		switch v := v.(type) {
		case string:
			parts = append(parts, url.QueryEscape(name)+"="+url.QueryEscape(v))
		case *php.Array:
			for i, key := range v.Keys {
				add(name+"["+key+"]", v.Values[i])
			}
		}
	}
	for i, name := range query.Keys {
		add(name, query.Values[i])
	}
	return strings.Join(parts, "&")
}
