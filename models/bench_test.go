package models_test

import (
	stdjson "encoding/json"
	"testing"
	"time"

	"github.com/seed17809555/appwrite/internal/plainmodels"
	"github.com/seed17809555/appwrite/models"
)

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

// benchDecode compares with what a client without our decoding would have: today's shape only, no
// methods, dates as text.
func benchDecode[Model any](b *testing.B, text []byte) {
	b.Helper()
	plain := plainmodels.New[Model]()
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
	run("plain-v2", func() error { return libraries[1].unmarshal(text, plain()) })
	run("plain-std", func() error { return libraries[0].unmarshal(text, plain()) })
}

func BenchmarkDecodeUser(b *testing.B) { benchDecode[models.User](b, benchUser(b)) }

func BenchmarkDecodeSession(b *testing.B) {
	text, err := stdjson.Marshal(fullSession())
	if err != nil {
		b.Fatal(err)
	}
	benchDecode[models.Session](b, text)
}

func BenchmarkDecodeLogList100(b *testing.B) {
	benchDecode[models.LogList](b, benchLogs(b))
}
