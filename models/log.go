package models

import (
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Log is something that a user did, as the audit log keeps it. Every text may be
// empty. The release in brackets is the first that has the field.
type Log struct {
	Event     string `json:"event"`     // "session.create"; "account.sessions.create" in old releases
	UserID    string `json:"userId"`    // [0.12]
	UserEmail string `json:"userEmail"` // [0.12]
	UserName  string `json:"userName"`  // [0.12]
	Mode      string `json:"mode"`      // "default", or "admin" from the console [0.12]

	// UserType is who acted: "user", "admin", "guest", "hidden", "keyProject",
	// "keyAccount" or "keyOrganization" [1.9.5].
	UserType string    `json:"userType"`
	IP       string    `json:"ip"`
	Time     Timestamp `json:"time"`

	OSCode    string `json:"osCode"` // "WIN"
	OSName    string `json:"osName"` // "Windows"
	OSVersion string `json:"osVersion"`

	ClientType          string `json:"clientType"` // "browser"
	ClientCode          string `json:"clientCode"` // "CH"
	ClientName          string `json:"clientName"` // "Chrome"
	ClientVersion       string `json:"clientVersion"`
	ClientEngine        string `json:"clientEngine"`        // "Blink"
	ClientEngineVersion string `json:"clientEngineVersion"` // [0.7]

	DeviceName  string `json:"deviceName"` // "desktop"
	DeviceBrand string `json:"deviceBrand"`
	DeviceModel string `json:"deviceModel"`

	CountryCode string `json:"countryCode"` // two letters in lower case; "--" is unknown
	CountryName string `json:"countryName"` // in the language of the client's locale
}

type logFields Log

// UnmarshalJSON implements [encoding/json.Unmarshaler].
func (l *Log) UnmarshalJSON(text []byte) error { return unmarshal(text, l) }

// UnmarshalJSONFrom implements UnmarshalerFrom of encoding/json/v2.
func (l *Log) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	wire := struct {
		*logFields
		legacyDevice
	}{logFields: (*logFields)(l)}
	if err := json.UnmarshalDecode(dec, &wire); err != nil {
		return err
	}
	wire.toLog(l)
	return nil
}

// LogList is a page of a user's log, newest first.
type LogList struct {
	// Total is the number of entries in all. Where the server did not count it is
	// the length of the page (before 0.12) or 0 (when asked not to).
	Total int   `json:"total"`
	Logs  []Log `json:"logs"`
}

type logListFields LogList

// MarshalJSON implements [encoding/json.Marshaler].
func (l LogList) MarshalJSON() ([]byte, error) { return marshal(l) }

// MarshalJSONTo implements MarshalerTo of encoding/json/v2.
func (l LogList) MarshalJSONTo(enc *jsontext.Encoder) error {
	return marshalFields(enc, (*logListFields)(&l))
}

// UnmarshalJSON implements [encoding/json.Unmarshaler].
func (l *LogList) UnmarshalJSON(text []byte) error { return unmarshal(text, l) }

// UnmarshalJSONFrom implements UnmarshalerFrom of encoding/json/v2.
func (l *LogList) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	text, err := dec.ReadValue()
	if err != nil {
		return err
	}
	list, ok := scanLogs(text)
	if !ok {
		if list, err = decodeLogs(text, dec.Options()); err != nil {
			return err
		}
	}
	*l = list
	return nil
}

// decodeLogs reads a page of any server. Those before 0.7 send the entries without an object
// around them.
func decodeLogs(text jsontext.Value, opts json.Options) (LogList, error) {
	var wire struct {
		listHead
		Logs []Log `json:"logs"`
	}
	var target any = &wire
	if text.Kind() == jsontext.KindBeginArray {
		target = &wire.Logs
	}
	if err := json.Unmarshal(text, target, opts); err != nil {
		return LogList{}, err
	}
	return LogList{Total: wire.total(len(wire.Logs)), Logs: nilIfEmpty(wire.Logs)}, nil
}

// scanLogs reads a page as servers since 0.12 send it, and reports false for anything else.
func scanLogs(text []byte) (LogList, bool) {
	if !utf8.Valid(text) { // the decoder replaces such bytes
		return LogList{}, false
	}
	s := scanner{rest: text, known: map[string]string{}}
	var list LogList
	s.skip(`{"total":`)
	list.Total = s.integer()
	s.skip(`,"logs":[`)
	for !s.failed && s.has(`{`) {
		if list.Logs == nil {
			list.Logs = make([]Log, 0, len(text)/400+1) // an entry takes some 400 bytes and more
		}
		list.Logs = append(list.Logs, Log{})
		last := len(list.Logs) - 1
		list.Logs[last].scan(&s, &list.Logs[max(0, last-1)])
		if !s.has(`,`) {
			break
		}
	}
	s.skip(`]}`)
	return list, !s.failed && len(s.rest) == 0
}

// scan reads the rest of an entry, which may have much in common with the one before it.
func (l *Log) scan(s *scanner, before *Log) {
	for !s.failed {
		key := s.quoted()
		s.skip(`:`)
		switch string(key[1 : len(key)-1]) {
		case "event":
			l.Event = s.text(before.Event)
		case "userId":
			l.UserID = s.text(before.UserID)
		case "userEmail":
			l.UserEmail = s.text(before.UserEmail)
		case "userName":
			l.UserName = s.text(before.UserName)
		case "mode":
			l.Mode = s.text(before.Mode)
		case "userType":
			l.UserType = s.text(before.UserType)
		case "ip":
			l.IP = s.text(before.IP)
		case "time":
			l.Time = s.date()
		case "osCode":
			l.OSCode = s.text(before.OSCode)
		case "osName":
			l.OSName = s.text(before.OSName)
		case "osVersion":
			l.OSVersion = s.text(before.OSVersion)
		case "clientType":
			l.ClientType = s.text(before.ClientType)
		case "clientCode":
			l.ClientCode = s.text(before.ClientCode)
		case "clientName":
			l.ClientName = s.text(before.ClientName)
		case "clientVersion":
			l.ClientVersion = s.text(before.ClientVersion)
		case "clientEngine":
			l.ClientEngine = s.text(before.ClientEngine)
		case "clientEngineVersion":
			l.ClientEngineVersion = s.text(before.ClientEngineVersion)
		case "deviceName":
			l.DeviceName = s.text(before.DeviceName)
		case "deviceBrand":
			l.DeviceBrand = s.text(before.DeviceBrand)
		case "deviceModel":
			l.DeviceModel = s.text(before.DeviceModel)
		case "countryCode":
			l.CountryCode = s.text(before.CountryCode)
		case "countryName":
			l.CountryName = s.text(before.CountryName)
		default:
			s.failed = true
		}
		if s.has(`}`) {
			return
		}
		s.skip(`,`)
	}
}
