package appwrite

import (
	"net/url"
	"strings"
)

// urlOf is the only place that builds a path. It puts ids into the braces of the route, in
// order, each as one escaped segment; a parameter that would not stay one segment is refused,
// because an empty or a dot segment names another, often larger thing: DELETE
// /account/sessions/ ends all sessions.
func (c *core) urlOf(r *route, ids []string) (*url.URL, *ParamError) {
	u := &url.URL{Scheme: c.endpoint.Scheme, Host: c.endpoint.Host}
	if r.params == 0 {
		u.Path = c.rawBase + r.Path
		if c.basePath != c.rawBase {
			u.RawPath = c.basePath + r.Path
		}
		return u, nil
	}
	var plain, escaped strings.Builder
	plain.WriteString(c.rawBase)
	escaped.WriteString(c.basePath)
	for _, segment := range r.segments {
		if isParam(segment) {
			id := ids[0]
			ids = ids[1:]
			if reason := badSegment(id); reason != "" {
				return nil, &ParamError{Param: strings.Trim(segment, "{}"), Reason: reason}
			}
			segment = id
		}
		plain.WriteByte('/')
		plain.WriteString(segment)
		escaped.WriteByte('/')
		escaped.WriteString(url.PathEscape(segment))
	}
	u.Path, u.RawPath = plain.String(), escaped.String()
	return u, nil
}

func badSegment(id string) string {
	switch id {
	case "":
		return "is empty"
	case ".", "..":
		return "is a dot segment"
	}
	return controlCharacters(id)
}
