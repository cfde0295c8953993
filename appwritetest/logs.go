package appwritetest

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// logEntry is something that happened to a user, with the user as it left him.
type logEntry struct {
	event string
	email string
	name  string
	ip    string
	agent string
	time  time.Time
}

type logWire struct {
	Event     string `json:"event"`
	UserID    string `json:"userId"`
	UserEmail string `json:"userEmail"`
	UserName  string `json:"userName"`
	Mode      string `json:"mode"`
	UserType  string `json:"userType"`
	IP        string `json:"ip"`
	Time      string `json:"time"`
	deviceWire
}

type logListWire struct {
	Total int       `json:"total"`
	Logs  []logWire `json:"logs"`
}

// log notes an event in the user's log, to the second.
func (c *call) log(u *user, event string) {
	u.logs = append(u.logs, logEntry{event, u.email, u.name, clientIP(c.r), c.userAgent(), c.now.Truncate(time.Second)})
}

// listLogs answers a page of the caller's log, the newest entry first.
func listLogs(c *call) (any, error) {
	limit, offset := c.params.page("queries", c.olderThan(1, 5))
	total := c.params.looseBool("total", true)
	if err := c.params.done(); err != nil {
		return nil, err
	}
	u := c.caller.user
	list := logListWire{Logs: []logWire{}}
	if total {
		list.Total = len(u.logs)
	}
	for _, entry := range slices.Backward(u.logs) {
		if offset > 0 {
			offset--
			continue
		}
		if int64(len(list.Logs)) >= limit {
			break
		}
		list.Logs = append(list.Logs, logWire{
			Event: entry.event, UserID: u.id, UserEmail: entry.email, UserName: entry.name,
			Mode: "default", UserType: "user", IP: entry.ip, Time: date(entry.time), deviceWire: deviceOf(entry.agent),
		})
	}
	return list, nil
}

// defaultPage is the size of a page without a limit.
const defaultPage = 25

// page reads queries that can be limits and offsets only, of which the first of
// each counts. Callers of old formats write them as limit(25).
func (p *params) page(name string, oldSyntax bool) (limit, offset int64) {
	limit, offset = defaultPage, 0
	v, ok := p.optional(name)
	if !ok {
		return limit, offset
	}
	list, ok := v.(*array)
	if !ok {
		p.invalid(name, "Queries must be an array")
		return limit, offset
	}
	seen := map[string]bool{}
	for _, v := range list.values {
		text, _ := v.(string)
		if oldSyntax {
			text = fromOldSyntax(text)
		}
		method, n, reason := parsePageQuery(text)
		if reason != "" {
			p.invalid(name, reason)
			return limit, offset
		}
		if seen[method] {
			continue
		}
		seen[method] = true
		if method == "limit" {
			limit = n
		} else {
			offset = n
		}
	}
	return limit, offset
}

var oldPageQuery = regexp.MustCompile(`^(limit|offset)\(([0-9]+)\)$`)

func fromOldSyntax(text string) string {
	return oldPageQuery.ReplaceAllString(text, `{"method":"$1","values":[$2]}`)
}

// queryMethods are all that the server knows; those that a list does not take get
// another message than words that are none.
var queryMethods = strings.Fields("equal notEqual lessThan lessThanEqual greaterThan greaterThanEqual contains notContains search notSearch " +
	"isNull isNotNull between notBetween startsWith notStartsWith endsWith notEndsWith createdBefore createdAfter createdBetween " +
	"updatedBefore updatedAfter updatedBetween orderDesc orderAsc orderRandom limit offset cursorAfter cursorBefore or and select")

// parsePageQuery reads one query, or tells what is wrong with it.
func parsePageQuery(text string) (method string, n int64, reason string) {
	v, err := parseJSON([]byte(text))
	if err != nil {
		return "", 0, "Invalid query: Invalid query: Syntax error"
	}
	query, ok := v.(*array)
	if !ok {
		return "", 0, "Invalid query: Invalid query. Must be an array, got " + phpType(v)
	}
	method, ok = query.get("method").(string)
	if v := query.get("method"); v != nil && !ok {
		return "", 0, "Invalid query: Invalid query method. Must be a string, got " + phpType(v)
	}
	if !slices.Contains(queryMethods, method) {
		return "", 0, "Invalid query: Invalid query method: " + method
	}
	if v := query.get("values"); v != nil {
		if _, ok := v.(*array); !ok {
			return "", 0, "Invalid query: Invalid query values. Must be an array, got " + phpType(v)
		}
	}
	if method != "limit" && method != "offset" {
		return "", 0, "Invalid query method: " + method
	}
	return pageNumber(query, method)
}

func pageNumber(query *array, method string) (string, int64, string) {
	var value any
	if values, ok := query.get("values").(*array); ok && len(values.values) > 0 {
		value = values.values[0]
	}
	least := map[string]int64{"limit": 1, "offset": 0}[method]
	n, ok := toInt(value)
	if _, isFloat := value.(float64); !ok && !isFloat {
		return "", 0, "Invalid query: Invalid " + method + ": Value must be a valid number"
	}
	if !ok || n < least {
		return "", 0, "Invalid query: Invalid " + method + ": Value must be a valid range between " + strconv.FormatInt(least, 10) + " and " + grouped(math.MaxInt64)
	}
	return method, n, ""
}

// phpType is gettype.
func phpType(v any) string {
	switch v.(type) {
	case bool:
		return "boolean"
	case int64:
		return "integer"
	case float64:
		return "double"
	case string:
		return "string"
	case *array:
		return "array"
	}
	return "NULL"
}
