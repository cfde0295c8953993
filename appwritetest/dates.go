package appwritetest

import "time"

const (
	dateFormat   = "2006-01-02T15:04:05.000-07:00"
	stampFormat  = "2006-01-02 15:04:05.000" // what PHP code sets and does not format again
	cookieFormat = "Mon, 02-Jan-2006 15:04:05 GMT"
)

// date writes t as the server does; unset is empty.
func date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(dateFormat)
}

// stamp writes t as the server does in the few places where it forgets to.
func stamp(t time.Time) string { return t.UTC().Format(stampFormat) }
