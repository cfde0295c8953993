package models_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite/models"
)

func fullSession() models.Session {
	return models.Session{
		ID: "s1", CreatedAt: at("2026-11-21T00:12:52.758Z"), UpdatedAt: at("2026-11-21T00:12:53Z"), UserID: "u1",
		Expire: at("2027-11-21T00:12:52.752Z"), Provider: "github", ProviderUID: "1", ProviderAccessToken: "a",
		ProviderAccessTokenExpiry: at("2026-11-21T04:12:52Z"), ProviderRefreshToken: "r", IP: "127.0.0.1",
		OSCode: "WIN", OSName: "Windows", OSVersion: "10", ClientType: "browser", ClientCode: "CH", ClientName: "Chrome",
		ClientVersion: "120.0", ClientEngine: "Blink", ClientEngineVersion: "120.0.0.0", DeviceName: "desktop",
		DeviceBrand: "b", DeviceModel: "m", CountryCode: "gb", CountryName: "United Kingdom", Current: true,
		Factors: []string{"password", "totp"}, Secret: "secret", MFAUpdatedAt: at("2026-11-21T00:12:55Z"),
	}
}

func TestSessionIsEqualAfterARoundTrip(t *testing.T) {
	t.Parallel()
	eachLibrary(t, func(t *testing.T, lib library) {
		session := fullSession()
		assert.Equal(t, session, decode[models.Session](t, lib, encode(t, lib, session)))
		list := models.SessionList{Total: 1, Sessions: []models.Session{session}}
		assert.Equal(t, list, decode[models.SessionList](t, lib, encode(t, lib, list)))
		assert.Equal(t, `{"total":0,"sessions":[]}`, encode(t, lib, models.SessionList{}))
	})
}

func TestSessionOfServersBefore013CallsTheTokenProviderToken(t *testing.T) {
	t.Parallel()
	eachLibrary(t, func(t *testing.T, lib library) {
		assert.Equal(t, "tok", decode[models.Session](t, lib, `{"providerToken":"tok"}`).ProviderAccessToken)
		assert.Empty(t, decode[models.Session](t, lib, `{"providerToken":null}`).ProviderAccessToken)
		err := lib.unmarshal([]byte(`{"providerToken":5}`), new(models.Session))
		assert.Error(t, err)
	})
}

// oldSession is a session as servers 0.5 and 0.6 list it; oldLog a log entry.
const (
	oldSession = `{"$id":"s1","OS":{"name":"Windows","short_name":"WIN","version":"10","platform":"x64"},"client":{"type":"browser","name":"Chrome","short_name":"CH","version":"120.0","engine":"Blink"},"device":0,"brand":"Apple","model":"iPhone","ip":"81.2.69.142","geo":{"isoCode":"GB","country":"United Kingdom"},"current":true}`
	oldLog     = `{"event":"account.create","ip":"81.2.69.142","time":1795226106,"OS":{"name":"Windows","short_name":"WIN","version":"10","platform":"x64"},"client":{"type":"browser","name":"Chrome","short_name":"CH","version":"120.0","engine":"Blink"},"device":1,"brand":"Apple","model":"iPhone","geo":{"isoCode":"GB","country":"United Kingdom"}}`
)

func TestSessionsOfServersBefore07AreABareListOfNestedObjects(t *testing.T) {
	t.Parallel()
	eachLibrary(t, func(t *testing.T, lib library) {
		unknown := `{"$id":"s2","OS":[],"client":null,"device":null,"brand":"","model":"","ip":"127.0.0.1","geo":{"isoCode":"--","country":"Unknown"},"current":false}`
		list := decode[models.SessionList](t, lib, ` [`+oldSession+`,`+unknown+`]`)
		assert.Equal(t, models.SessionList{Total: 2, Sessions: []models.Session{
			{
				ID: "s1", OSCode: "WIN", OSName: "Windows", OSVersion: "10", ClientType: "browser", ClientCode: "CH",
				ClientName: "Chrome", ClientVersion: "120.0", ClientEngine: "Blink", DeviceName: "desktop",
				DeviceBrand: "Apple", DeviceModel: "iPhone", IP: "81.2.69.142", CountryCode: "gb",
				CountryName: "United Kingdom", Current: true,
			},
			{ID: "s2", IP: "127.0.0.1", CountryCode: "--", CountryName: "Unknown"},
		}}, list)
		assert.Equal(t, list, decode[models.SessionList](t, lib, encode(t, lib, list)))
		assert.Zero(t, decode[models.SessionList](t, lib, `[]`))
	})
}

func TestNestedDeviceTakesEmptyListsForObjectsAndNothingElse(t *testing.T) {
	t.Parallel()
	eachLibrary(t, func(t *testing.T, lib library) {
		session := decode[models.Session](t, lib, `{"OS":[],"client":[],"geo":[],"device":"tablet"}`)
		assert.Equal(t, models.Session{DeviceName: "tablet"}, session)
		assert.Zero(t, decode[models.Session](t, lib, `{"device":99}`))
		assert.Zero(t, decode[models.Session](t, lib, `{"device":-1,"brand":null,"model":null,"geo":null,"OS":null}`))
		for _, text := range []string{
			`{"OS":[1]}`, `{"OS":"Windows"}`, `{"OS":{"name":5}}`, `{"client":true}`, `{"geo":{"isoCode":1}}`,
			`{"device":1.5}`, `{"device":{}}`, `{"brand":1}`, `{"model":[]}`,
		} {
			assert.Error(t, lib.unmarshal([]byte(text), new(models.Session)), text)
			assert.Error(t, lib.unmarshal([]byte(text), new(models.Log)), text)
		}
	})
}

func TestListTotals(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, text string
		want       int
	}{
		{"today", `{"total":11,"%s":[{},{}]}`, 11},
		{"not counted on request", `{"total":0,"%s":[{},{}]}`, 0},
		{"before 0.13", `{"sum":11,"%s":[{},{}]}`, 11},
		{"no count in logs of 0.7 to 0.11", `{"%s":[{},{}]}`, 2},
		{"null", `{"total":null,"%s":[{},{}]}`, 0},
		{"as a float", `{"total":11.0,"%s":[{},{}]}`, 11},
		{"last", `{"%s":[{},{}],"total":11}`, 11},
	} {
		for name, key := range map[string]string{
			"SessionList": "sessions", "LogList": "logs", "IdentityList": "identities",
			"OAuth2ConsentList": "consents", "OAuth2ConsentTokenList": "tokens",
		} {
			for _, lib := range libraries {
				list := newModel[name]()
				require.NoError(t, lib.unmarshal([]byte(sprintf(test.text, key)), list))
				assert.Equal(t, test.want, field(list, 0), "%s %s", test.name, name)
				assert.Equal(t, 2, length(list), "%s %s", test.name, name)
			}
		}
	}
}
