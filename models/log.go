package models

import (
	"bytes"
	"slices"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Log is something that a user did, as the audit log keeps it. Every text may be empty.
type Log struct {
	Event     string `json:"event"`     // "session.create"; "account.sessions.create" in old releases
	UserID    string `json:"userId"`    // since 0.12
	UserEmail string `json:"userEmail"` // since 0.12
	UserName  string `json:"userName"`  // since 0.12
	Mode      string `json:"mode"`      // "default", or "admin" from the console, since 0.12

	// UserType is who acted: "user", "admin", "guest", "hidden", "keyProject", "keyAccount" or
	// "keyOrganization", since 1.9.5.
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
	ClientEngineVersion string `json:"clientEngineVersion"` // since 0.7

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
	wire.fill(l)
	return nil
}

// LogList is a page of a user's log, newest first.
type LogList struct {
	// Total is the number of entries in all. Where the server did not count it is the length of
	// the page (before 0.12) or 0 (when asked not to).
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
	var list LogList
	var err error
	list.Total, list.Logs, err = decodeOldList[Log](jsontext.NewDecoder(bytes.NewBuffer(text), opts), "logs")
	return list, err
}

// scanLogs reads a page as servers since 0.12 send it, and reports false for anything else.
func scanLogs(text []byte) (LogList, bool) {
	if !utf8.Valid(text) { // the decoder replaces such bytes
		return LogList{}, false
	}
	s := scanner{rest: text, known: map[string]string{}}
	var list LogList
	var last [len(logKeys)]lastText
	s.skip(`{"total":`)
	list.Total = s.integer()
	s.skip(`,"logs":[`)
	for !s.failed && s.has(`{`) {
		if list.Logs == nil {
			list.Logs = make([]Log, 0, len(text)/400+1) // an entry takes some 400 bytes and more
		}
		list.Logs = append(list.Logs, Log{})
		list.Logs[len(list.Logs)-1].scan(&s, &last)
		if !s.has(`,`) {
			break
		}
	}
	s.skip(`]}`)
	return list, !s.failed && len(s.rest) == 0
}

// logKeys are the keys of an entry in the order in which servers send them.
var logKeys = [...]string{
	`"event":`, `"userId":`, `"userEmail":`, `"userName":`, `"mode":`, `"userType":`, `"ip":`, `"time":`,
	`"osCode":`, `"osName":`, `"osVersion":`,
	`"clientType":`, `"clientCode":`, `"clientName":`, `"clientVersion":`, `"clientEngine":`, `"clientEngineVersion":`,
	`"deviceName":`, `"deviceBrand":`, `"deviceModel":`, `"countryCode":`, `"countryName":`,
}

// texts are the fields for logKeys, without the time, which is not a text.
func (l *Log) texts() [len(logKeys)]*string {
	return [...]*string{
		&l.Event, &l.UserID, &l.UserEmail, &l.UserName, &l.Mode, &l.UserType, &l.IP, nil,
		&l.OSCode, &l.OSName, &l.OSVersion,
		&l.ClientType, &l.ClientCode, &l.ClientName, &l.ClientVersion, &l.ClientEngine, &l.ClientEngineVersion,
		&l.DeviceName, &l.DeviceBrand, &l.DeviceModel, &l.CountryCode, &l.CountryName,
	}
}

// scan reads the rest of an entry, which may have much in common with those before it.
func (l *Log) scan(s *scanner, last *[len(logKeys)]lastText) {
	texts := l.texts()
	for next := 0; !s.failed; next++ {
		if next == len(logKeys) || !s.has(logKeys[next]) { // some are missing, or in another order
			if next = slices.IndexFunc(logKeys[:], s.has); next < 0 {
				s.failed = true
				return
			}
		}
		if texts[next] == nil {
			l.Time = s.date()
		} else {
			*texts[next] = s.text(&last[next])
		}
		if s.has(`}`) {
			return
		}
		s.skip(`,`)
	}
}
