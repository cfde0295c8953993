package models_test

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/seed17809555/appwrite/models"
)

func sprintf(format string, args ...any) string { return fmt.Sprintf(format, args...) }

// field returns the field of a model by its place, and length the length of a list's second
// field.
func field(pointer any, i int) any { return reflect.ValueOf(pointer).Elem().Field(i).Interface() }
func length(pointer any) int       { return reflect.ValueOf(pointer).Elem().Field(1).Len() }

func fullLog() models.Log {
	return models.Log{
		Event: "session.create", UserID: "u1", UserEmail: "a@example.com", UserName: "Ann", Mode: "default",
		UserType: "user", IP: "127.0.0.1", Time: at("2026-11-21T00:12:55Z"), OSCode: "WIN", OSName: "Windows",
		OSVersion: "10", ClientType: "browser", ClientCode: "CH", ClientName: "Chrome", ClientVersion: "120.0",
		ClientEngine: "Blink", ClientEngineVersion: "120.0.0.0", DeviceName: "desktop", DeviceBrand: "b",
		DeviceModel: "m", CountryCode: "gb", CountryName: "United Kingdom",
	}
}

func TestLogIsEqualAfterARoundTrip(t *testing.T) {
	t.Parallel()
	eachLibrary(t, func(t *testing.T, lib library) {
		log := fullLog()
		assert.Equal(t, log, decode[models.Log](t, lib, encode(t, lib, log)))
		list := models.LogList{Total: 30, Logs: []models.Log{log, {}}}
		assert.Equal(t, list, decode[models.LogList](t, lib, encode(t, lib, list)))
		assert.Equal(t, `{"total":0,"logs":[]}`, encode(t, lib, models.LogList{}))
	})
}

func TestLogsOfServersBefore07AreABareListOfNestedObjects(t *testing.T) {
	t.Parallel()
	eachLibrary(t, func(t *testing.T, lib library) {
		list := decode[models.LogList](t, lib, `[`+oldLog+`]`)
		assert.Equal(t, models.LogList{Total: 1, Logs: []models.Log{{
			Event: "account.create", IP: "81.2.69.142", Time: at("2026-11-21T01:55:06Z"), OSCode: "WIN",
			OSName: "Windows", OSVersion: "10", ClientType: "browser", ClientCode: "CH", ClientName: "Chrome",
			ClientVersion: "120.0", ClientEngine: "Blink", DeviceName: "smartphone", DeviceBrand: "Apple",
			DeviceModel: "iPhone", CountryCode: "gb", CountryName: "United Kingdom",
		}}}, list)
		assert.Equal(t, list, decode[models.LogList](t, lib, encode(t, lib, list)))
	})
}
