package appwrite

import (
	"net/url"
	"strconv"
	"strings"
)

func parseEndpoint(endpoint string) (*url.URL, string) {
	u, err := url.Parse(endpoint)
	switch {
	case err != nil:
		return nil, "is not a URL" // the parser's text would quote it, user info and all
	case u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		return nil, "is not an absolute http or https URL with a host"
	case u.User != nil:
		return nil, "holds user info"
	case strings.ContainsAny(endpoint, "?#"):
		return nil, "holds a query or fragment"
	case strings.ContainsAny(endpoint, " \t\r\n"):
		return nil, "holds white space"
	case strings.HasSuffix(u.Host, ":"):
		return nil, "has an empty port"
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
			return nil, "has a port outside 1 to 65535"
		}
	}
	if strings.HasSuffix(strings.ToUpper(strings.TrimRight(u.EscapedPath(), "/")), "%2F") {
		return nil, "ends with an escaped slash"
	}
	for _, segment := range strings.Split(u.Path, "/") {
		if segment == "." || segment == ".." {
			return nil, "has a dot segment in its path"
		}
	}
	return u, ""
}

func badProjectID(projectID string) string {
	if projectID == "" {
		return "is empty"
	}
	for _, r := range projectID {
		if !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' || r == '_' || r == '-') {
			return "may hold letters, digits, '.', '_' and '-' only"
		}
	}
	return ""
}
