package appwritetest

import "time"

// logEntry is something that happened to a user, with the user as they were then.
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
	queries := c.params.queries(c.queryDialect(), nil)
	total := c.params.looseBool("total", true)
	if err := c.params.done(); err != nil {
		return nil, err
	}
	u := c.caller.user
	list := logListWire{Logs: []logWire{}}
	if total {
		list.Total = len(u.logs)
	}
	from, to := queries.Bounds(len(u.logs))
	for i := from; i < to; i++ {
		entry := u.logs[len(u.logs)-1-i]
		list.Logs = append(list.Logs, logWire{
			Event: entry.event, UserID: u.id, UserEmail: entry.email, UserName: entry.name,
			Mode: "default", UserType: "user", IP: entry.ip, Time: date(entry.time), deviceWire: deviceOf(entry.agent),
		})
	}
	return list, nil
}
