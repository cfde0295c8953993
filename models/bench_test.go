package models_test

import (
	stdjson "encoding/json"
	"testing"
	"time"

	"github.com/seed17809555/appwrite/models"
)

// The plain structs are what a client without our decoding would have: today's shape only, no
// methods, dates as text.
type plainUser struct {
	ID                 string             `json:"$id"`
	CreatedAt          string             `json:"$createdAt"`
	UpdatedAt          string             `json:"$updatedAt"`
	Name               string             `json:"name"`
	Registration       string             `json:"registration"`
	Status             bool               `json:"status"`
	Labels             []string           `json:"labels"`
	PasswordUpdate     string             `json:"passwordUpdate"`
	Email              string             `json:"email"`
	Phone              string             `json:"phone"`
	EmailVerification  bool               `json:"emailVerification"`
	EmailCanonical     string             `json:"emailCanonical"`
	EmailIsFree        *bool              `json:"emailIsFree"`
	EmailIsDisposable  *bool              `json:"emailIsDisposable"`
	EmailIsCorporate   *bool              `json:"emailIsCorporate"`
	EmailIsCanonical   *bool              `json:"emailIsCanonical"`
	PhoneVerification  bool               `json:"phoneVerification"`
	MFA                bool               `json:"mfa"`
	Prefs              stdjson.RawMessage `json:"prefs"`
	Targets            []plainTarget      `json:"targets"`
	AccessedAt         string             `json:"accessedAt"`
	Impersonator       *bool              `json:"impersonator"`
	ImpersonatorUserID string             `json:"impersonatorUserId"`
}

type plainTarget struct {
	ID           string `json:"$id"`
	CreatedAt    string `json:"$createdAt"`
	UpdatedAt    string `json:"$updatedAt"`
	Name         string `json:"name"`
	UserID       string `json:"userId"`
	ProviderID   string `json:"providerId"`
	ProviderType string `json:"providerType"`
	Identifier   string `json:"identifier"`
	Expired      bool   `json:"expired"`
}

type plainSession struct {
	ID                        string   `json:"$id"`
	CreatedAt                 string   `json:"$createdAt"`
	UpdatedAt                 string   `json:"$updatedAt"`
	UserID                    string   `json:"userId"`
	Expire                    string   `json:"expire"`
	Provider                  string   `json:"provider"`
	ProviderUID               string   `json:"providerUid"`
	ProviderAccessToken       string   `json:"providerAccessToken"`
	ProviderAccessTokenExpiry string   `json:"providerAccessTokenExpiry"`
	ProviderRefreshToken      string   `json:"providerRefreshToken"`
	IP                        string   `json:"ip"`
	OSCode                    string   `json:"osCode"`
	OSName                    string   `json:"osName"`
	OSVersion                 string   `json:"osVersion"`
	ClientType                string   `json:"clientType"`
	ClientCode                string   `json:"clientCode"`
	ClientName                string   `json:"clientName"`
	ClientVersion             string   `json:"clientVersion"`
	ClientEngine              string   `json:"clientEngine"`
	ClientEngineVersion       string   `json:"clientEngineVersion"`
	DeviceName                string   `json:"deviceName"`
	DeviceBrand               string   `json:"deviceBrand"`
	DeviceModel               string   `json:"deviceModel"`
	CountryCode               string   `json:"countryCode"`
	CountryName               string   `json:"countryName"`
	Current                   bool     `json:"current"`
	Factors                   []string `json:"factors"`
	Secret                    string   `json:"secret"`
	MFAUpdatedAt              string   `json:"mfaUpdatedAt"`
}

type plainLogList struct {
	Total int        `json:"total"`
	Logs  []plainLog `json:"logs"`
}

type plainLog struct {
	Event               string `json:"event"`
	UserID              string `json:"userId"`
	UserEmail           string `json:"userEmail"`
	UserName            string `json:"userName"`
	Mode                string `json:"mode"`
	UserType            string `json:"userType"`
	IP                  string `json:"ip"`
	Time                string `json:"time"`
	OSCode              string `json:"osCode"`
	OSName              string `json:"osName"`
	OSVersion           string `json:"osVersion"`
	ClientType          string `json:"clientType"`
	ClientCode          string `json:"clientCode"`
	ClientName          string `json:"clientName"`
	ClientVersion       string `json:"clientVersion"`
	ClientEngine        string `json:"clientEngine"`
	ClientEngineVersion string `json:"clientEngineVersion"`
	DeviceName          string `json:"deviceName"`
	DeviceBrand         string `json:"deviceBrand"`
	DeviceModel         string `json:"deviceModel"`
	CountryCode         string `json:"countryCode"`
	CountryName         string `json:"countryName"`
}

func benchUser(b *testing.B) []byte {
	b.Helper()
	user := fullUser()
	if err := stdjson.Unmarshal([]byte(`{"theme":"dark","n":1}`), &user.Prefs); err != nil {
		b.Fatal(err)
	}
	text, err := stdjson.Marshal(user)
	if err != nil {
		b.Fatal(err)
	}
	return text
}

func benchLogs(b *testing.B) []byte {
	b.Helper()
	list := models.LogList{Total: 100}
	for i := range 100 {
		entry := fullLog()
		entry.Time = models.Timestamp{Time: entry.Time.Add(time.Duration(-i) * time.Minute)}
		list.Logs = append(list.Logs, entry)
	}
	text, err := stdjson.Marshal(list)
	if err != nil {
		b.Fatal(err)
	}
	return text
}

func benchDecode[Model, Plain any](b *testing.B, text []byte) {
	b.Helper()
	run := func(name string, decode func() error) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				if err := decode(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	run("v2", func() error { return libraries[1].unmarshal(text, new(Model)) })
	run("std", func() error { return libraries[0].unmarshal(text, new(Model)) })
	run("plain-v2", func() error { return libraries[1].unmarshal(text, new(Plain)) })
	run("plain-std", func() error { return libraries[0].unmarshal(text, new(Plain)) })
}

func BenchmarkDecodeUser(b *testing.B) { benchDecode[models.User, plainUser](b, benchUser(b)) }

func BenchmarkDecodeSession(b *testing.B) {
	text, err := stdjson.Marshal(fullSession())
	if err != nil {
		b.Fatal(err)
	}
	benchDecode[models.Session, plainSession](b, text)
}

func BenchmarkDecodeLogList100(b *testing.B) {
	benchDecode[models.LogList, plainLogList](b, benchLogs(b))
}
