package models

import (
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

// UnmarshalJSONFrom implements UnmarshalerFrom of encoding/json/v2. Servers
// before 0.7 send the entries without an object around them.
func (l *LogList) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	var wire struct {
		listHead
		Logs []Log `json:"logs"`
	}
	var target any = &wire
	if dec.PeekKind() == jsontext.KindBeginArray {
		target = &wire.Logs
	}
	if err := json.UnmarshalDecode(dec, target); err != nil {
		return err
	}
	*l = LogList{Total: wire.total(len(wire.Logs)), Logs: nilIfEmpty(wire.Logs)}
	return nil
}
