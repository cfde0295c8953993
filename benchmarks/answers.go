package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/seed17809555/appwrite/models"
)

// answer is what the servers and the memory transport send, by the project that is asked for.
type answer struct {
	status int
	kind   string
	body   []byte
	repeat int           // how often the body is sent, 0 for once
	delay  time.Duration // before it is sent
	header http.Header
}

const (
	jsonKind = "application/json; charset=UTF-8"
	htmlKind = "text/html"
)

// Sessions have secrets of this length.
var secret = strings.Repeat("eyJpZCI6IjZiMDBlMjAz", 17)

var (
	user     = makeUser(nil)
	prefs    = makePrefs()
	prefsMap = func() (m map[string]any) { must(json.Unmarshal(encode(prefs), &m)); return m }()

	answers = map[string]answer{
		"user":        success(http.StatusOK, user),
		"user-2ms":    {status: http.StatusOK, kind: jsonKind, body: encode(user), delay: 2 * time.Millisecond},
		"user-prefs":  success(http.StatusOK, makeUser(encode(prefs))),
		"prefs":       success(http.StatusOK, prefs),
		"sessions-10": success(http.StatusOK, models.SessionList{Total: 10, Sessions: makeSessions(10)}),
		"logs-25":     success(http.StatusOK, models.LogList{Total: 1234, Logs: makeLogs(25)}),
		"logs-100":    success(http.StatusOK, models.LogList{Total: 1234, Logs: makeLogs(100)}),
		"session": {
			status: http.StatusCreated, kind: jsonKind, body: encode(makeSessions(1)[0]),
			header: http.Header{"Set-Cookie": {"a_session_session=" + secret + "; path=/; secure; HttpOnly; SameSite=None"}},
		},
		"401":     {status: http.StatusUnauthorized, kind: jsonKind, body: []byte(`{"message":"User (role: guests) missing scopes ([\"account\"])","code":401,"type":"general_unauthorized_scope","version":"1.9.6"}`)},
		"502":     {status: http.StatusBadGateway, kind: htmlKind, body: page(1 << 20)},
		"502-64M": {status: http.StatusBadGateway, kind: htmlKind, body: page(1 << 20), repeat: 64},
	}
)

func success(status int, model any) answer {
	return answer{status: status, kind: jsonKind, body: encode(model)}
}

func encode(v any) []byte {
	text, err := json.Marshal(v)
	must(err)
	return text
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// at is a date some minutes before the newest one.
func at(minutes int) models.Timestamp {
	return models.Timestamp{Time: time.Date(2026, 11, 21, 0, 12, 51, 872e6, time.UTC).Add(-time.Duration(minutes) * time.Minute)}
}

func makeUser(prefs []byte) models.User {
	yes, no := true, false
	u := models.User{
		ID: "6b00e203d4ccaa0106ea", CreatedAt: at(0), UpdatedAt: at(0), Name: "Walter O'Brien", Registration: at(0), Status: true,
		PasswordUpdate: at(0), Email: "walter.obrien@example.com", EmailVerification: true, EmailCanonical: "walter.obrien@example.com",
		EmailIsFree: &no, EmailIsDisposable: &no, EmailIsCorporate: &yes, EmailIsCanonical: &yes,
		Targets: []models.Target{{
			ID: "6b00e203d8c3a0c1a296", CreatedAt: at(0), UpdatedAt: at(0), UserID: "6b00e203d4ccaa0106ea",
			ProviderType: "email", Identifier: "walter.obrien@example.com",
		}},
		AccessedAt: at(0), Impersonator: &no,
	}
	if prefs != nil {
		must(json.Unmarshal(prefs, &u.Prefs))
	}
	return u
}

// device is one of those that the user has, in turns.
func device(i int) models.Log {
	return []models.Log{
		{
			OSCode: "WIN", OSName: "Windows", OSVersion: "10", ClientType: "browser", ClientCode: "CH", ClientName: "Chrome",
			ClientVersion: "126.0", ClientEngine: "Blink", ClientEngineVersion: "126.0.0.0", DeviceName: "desktop",
		},
		{
			OSCode: "IOS", OSName: "iOS", OSVersion: "17.5", ClientType: "browser", ClientCode: "MF", ClientName: "Mobile Safari",
			ClientVersion: "17.5", ClientEngine: "WebKit", ClientEngineVersion: "605.1.15", DeviceName: "smartphone", DeviceBrand: "Apple", DeviceModel: "iPhone",
		},
		{}, // a backend
	}[i%3]
}

// makeLogs are entries of a user with three devices and twenty addresses.
func makeLogs(n int) []models.Log {
	events := []string{"session.create", "session.update", "user.update", "session.delete", "prefs.update", "verification.create"}
	list := make([]models.Log, n)
	for i := range list {
		e := device(i / 7)
		e.Event, e.UserID, e.UserEmail, e.UserName = events[i*7%len(events)], user.ID, user.Email, user.Name
		e.Mode, e.UserType, e.IP, e.Time = "default", "user", fmt.Sprintf("203.0.113.%d", i/7%20), at(i)
		e.CountryCode, e.CountryName = "de", "Germany"
		list[i] = e
	}
	return list
}

func makeSessions(n int) []models.Session {
	list := make([]models.Session, n)
	for i := range list {
		d := device(i)
		list[i] = models.Session{
			ID: fmt.Sprintf("6b00e203d4ccaa01%04x", i), CreatedAt: at(i), UpdatedAt: at(i), UserID: user.ID, Expire: at(-365 * 24 * 60),
			Provider: "email", ProviderUID: user.Email, IP: fmt.Sprintf("203.0.113.%d", i),
			OSCode: d.OSCode, OSName: d.OSName, OSVersion: d.OSVersion,
			ClientType: d.ClientType, ClientCode: d.ClientCode, ClientName: d.ClientName, ClientVersion: d.ClientVersion,
			ClientEngine: d.ClientEngine, ClientEngineVersion: d.ClientEngineVersion,
			DeviceName: d.DeviceName, DeviceBrand: d.DeviceBrand, DeviceModel: d.DeviceModel,
			CountryCode: "de", CountryName: "Germany", Current: i == 0, Factors: []string{"password"},
		}
	}
	return list
}

// settings are preferences as an application may have them.
type settings struct {
	Theme    string    `json:"theme"`
	Language string    `json:"language"`
	Layout   []float64 `json:"layout"`
	Recent   []recent  `json:"recent"`
}

type recent struct {
	ID     string   `json:"id"`
	Title  string   `json:"title"`
	Opened int64    `json:"opened"`
	Pinned bool     `json:"pinned"`
	Tags   []string `json:"tags"`
}

// makePrefs are 60 kB.
func makePrefs() settings {
	s := settings{Theme: "dark", Language: "de", Layout: []float64{0.25, 0.5, 0.25}}
	for i := 0; len(encode(s)) < 60_000; i++ {
		s.Recent = append(s.Recent, recent{
			ID: fmt.Sprintf("6b00e203d4ccaa01%04x", i), Title: fmt.Sprintf("Minutes of meeting %d, with notes on what comes next", i),
			Opened: 1795219971872 + int64(i), Pinned: i%5 == 0, Tags: []string{"work", "minutes"},
		})
	}
	return s
}

// page is a proxy's error page.
func page(size int) []byte {
	head := []byte("<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n")
	return append(head, bytes.Repeat([]byte("<!-- a padding to disable MSIE and Chrome friendly error page -->\r\n"), (size-len(head))/67)...)
}
