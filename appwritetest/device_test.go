package appwritetest

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/seed17809555/appwrite"
)

func TestDevicesThatAreRecognised(t *testing.T) {
	t.Parallel()
	for agent, want := range map[string]deviceWire{
		"": {},
		"appwrite-go/0.1.0 (linux; amd64; go1.26.0)": {},
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36": { // as recorded
			OSCode: "WIN", OSName: "Windows", OSVersion: "10", ClientType: "browser", ClientCode: "CH", ClientName: "Chrome", ClientVersion: "120.0",
			ClientEngine: "Blink", ClientEngineVersion: "120.0.0.0", DeviceName: "desktop",
		},
		"Mozilla/5.0 (X11; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0": {
			OSCode: "LIN", OSName: "GNU/Linux", ClientType: "browser", ClientCode: "FF", ClientName: "Firefox", ClientVersion: "125.0",
			ClientEngine: "Gecko", ClientEngineVersion: "125.0", DeviceName: "desktop",
		},
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4.1 Safari/605.1.15": {
			OSCode: "MAC", OSName: "Mac", OSVersion: "10.15", ClientType: "browser", ClientCode: "SF", ClientName: "Safari", ClientVersion: "17.4",
			ClientEngine: "WebKit", ClientEngineVersion: "605.1.15", DeviceName: "desktop", DeviceBrand: "Apple",
		},
		"Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1": {
			OSCode: "IOS", OSName: "iOS", OSVersion: "17.0", ClientType: "browser", ClientCode: "MF", ClientName: "Mobile Safari", ClientVersion: "17.0",
			ClientEngine: "WebKit", ClientEngineVersion: "605.1.15", DeviceName: "smartphone", DeviceBrand: "Apple", DeviceModel: "iPhone",
		},
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36 Edg/124.0.0.0": {
			OSCode: "WIN", OSName: "Windows", OSVersion: "10", DeviceName: "desktop", // one of those that it does not know
		},
		"curl/8.5.0":          {ClientType: "library", ClientName: "curl", ClientVersion: "8.5"},
		"Go-http-client/1.1":  {ClientType: "library", ClientName: "Go-http-client", ClientVersion: "1.1"},
		"not Go-http-client/": {},
	} {
		want.CountryCode, want.CountryName = "--", "Unknown"
		assert.Equal(t, want, deviceOf(agent), agent)
	}
}

// Only an API key speaks for somebody else's browser.
func TestWhoseUserAgentIsNoted(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	s.AddUser(User{Email: email, Password: password})
	sign := appwrite.EmailPasswordParams{Email: email, Password: password}
	opts := []appwrite.Option{appwrite.WithUserAgent("curl/8.5.0"), appwrite.WithForwardedUserAgent("Go-http-client/1.1")}
	made, err := s.Client(opts...).Account.CreateEmailPasswordSession(t.Context(), sign)
	assert.NoError(t, err)
	assert.Equal(t, "curl", made.ClientName)
	made, err = s.Client(append(opts, appwrite.WithAPIKey(s.APIKey()))...).Account.CreateEmailPasswordSession(t.Context(), sign)
	assert.NoError(t, err)
	assert.Equal(t, "Go-http-client", made.ClientName)
	logs, err := s.Client(appwrite.WithSession(made.Secret)).Account.ListLogs(t.Context(), appwrite.ListParams{})
	assert.NoError(t, err)
	assert.Equal(t, "Go-http-client", logs.Logs[0].ClientName)
	assert.Equal(t, "curl", logs.Logs[1].ClientName)
}
