package models

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func encodedLogs(t testing.TB, list LogList) []byte {
	t.Helper()
	text, err := json.Marshal(list)
	require.NoError(t, err)
	return text
}

// manyLogs are like those of a user with several devices and addresses.
func manyLogs(n int) LogList {
	list := LogList{Total: 1234}
	for i := range n {
		list.Logs = append(list.Logs, Log{
			Event: []string{"session.create", "user.update", "session.delete"}[i%3], UserID: "6b00e203d4ccaa0106ea", UserEmail: "zoë@example.com",
			UserName: `Zoë "中" O'Brien \`, Mode: "default", UserType: "user", IP: []string{"203.0.113.7", "2001:db8::7"}[i/7%2],
			Time:   Timestamp{time.Date(2026, 11, 21, 0, 12, 55, 0, time.UTC).Add(time.Duration(-i) * time.Minute)},
			OSCode: "WIN", OSName: "Windows", OSVersion: []string{"10", "11"}[i/7%2], ClientType: "browser", ClientCode: "CH", ClientName: "Chrome",
			ClientVersion: "126.0", ClientEngine: "Blink", ClientEngineVersion: "126.0.0.0", DeviceName: "desktop", DeviceBrand: "b", DeviceModel: "m",
			CountryCode: "de", CountryName: "Germany",
		})
	}
	return list
}

func TestTheScannerReadsWhatTodaysServersSend(t *testing.T) {
	t.Parallel()
	for _, list := range []LogList{{}, {Total: 3}, manyLogs(1), manyLogs(100), {Total: 7, Logs: make([]Log, 3)}} {
		scanned, ok := scanLogs(encodedLogs(t, list))
		assert.True(t, ok)
		assert.Equal(t, list, scanned)
	}
	scanned, ok := scanLogs([]byte(`{"total":11.0,"logs":[{"ip":"a\/b \"\u00e9\\\ud83d\ude00\ud800","userName":"\\","userName":"\\\""}]}`))
	assert.True(t, ok)
	assert.Equal(t, LogList{Total: 11, Logs: []Log{{IP: "a/b \"é\\😀\uFFFD", UserName: `\"`}}}, scanned)
}

func TestTheScannerLeavesOtherFormsToTheDecoder(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`[]`, `{}`, `null`, `{"sum":1,"logs":[]}`, `{"logs":[],"total":0}`, `{"total":0,"logs":[],"next":""}`, `{"total":0,"logs":null}`,
		`{"total":1.5,"logs":[]}`, `{"total":null,"logs":[]}`, `{ "total":0,"logs":[]}`, `{"total":0,"logs":[{}]}`, `{"total":0,"logs":[null]}`,
		`{"total":0,"logs":[{"ip":null}]}`, `{"total":0,"logs":[{"ip":1}]}`, `{"total":0,"logs":[{"IP":"a"}]}`, `{"total":0,"logs":[{"ip" :"a"}]}`,
		`{"total":0,"logs":[{"ip":"a","new":[]}]}`, `{"total":0,"logs":[{"device":"a"}]}`, `{"total":0,"logs":[{"time":1}]}`,
		`{"total":0,"logs":[{"time":"yesterday"}]}`, "{\"total\":0,\"logs\":[{\"ip\":\"\xff\"}]}", `{"total":0,"logs":[{"event":["a"]}]}`,
	} {
		_, ok := scanLogs([]byte(text))
		assert.False(t, ok, text)
	}
}

func FuzzTheScannerReadsAsTheDecoderDoes(f *testing.F) {
	f.Add(encodedLogs(f, manyLogs(9)))
	for _, text := range []string{
		`{"total":0,"logs":[]}`, `{"total":-1.0,"logs":[{"ip":"a","ip":"b"},{"ip":"\\\"","time":""}]}`, `{"total":1,"logs":[{"time":"2026-11-21 00:12:51"}]}`,
		`{"total":1,"logs":[{"userName":"\ud800\"","event":""},{"mode":"\u0000é"}]}`, `{"total":99999999999999999999,"logs":[]}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if !jsontext.Value(text).IsValid(lenient) {
			return
		}
		scanned, ok := scanLogs(text)
		if !ok {
			return
		}
		decoded, err := decodeLogs(text, lenient)
		require.NoError(t, err)
		require.Equal(t, decoded, scanned)
	})
}

func TestStringsEndAtTheirQuote(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`""`, `"a"`, `"\""`, `"\\"`, `"\\\""`, `"a\\\\\"b\\"`, `"\u0022"`} {
		for _, rest := range []string{"", `,"b"`, `"`, `\"`} {
			assert.Equal(t, len(text), stringEnd([]byte(text+rest)), text+rest)
		}
	}
}
