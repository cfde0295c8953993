package models_test

import (
	"encoding/json"
	"fmt"

	"github.com/seed17809555/appwrite/models"
)

func ExamplePreferences_Get() {
	var user models.User
	if err := json.Unmarshal([]byte(`{"$id":"ann","prefs":{"theme":"dark","limit":9223372036854775807}}`), &user); err != nil {
		panic(err)
	}
	var limit int64
	ok, err := user.Prefs.Get("limit", &limit)
	fmt.Println(limit, ok, err)
	ok, err = user.Prefs.Get("language", new(string))
	fmt.Println(ok, err)
	// Output:
	// 9223372036854775807 true <nil>
	// false <nil>
}

func ExamplePreferences_Decode() {
	var prefs models.Preferences
	// "filters" was {} when it was saved: the server does not tell {} from [].
	if err := json.Unmarshal([]byte(`{"theme":"dark","filters":[]}`), &prefs); err != nil {
		panic(err)
	}
	var settings struct {
		Theme   string
		Filters map[string]string
	}
	err := prefs.Decode(&settings)
	fmt.Println(settings.Theme, len(settings.Filters), err)
	// Output: dark 0 <nil>
}

func ExampleSession() {
	session := models.Session{ID: "s1", UserID: "ann", Secret: "do-not-show"}
	fmt.Printf("%.30v...\n", fmt.Sprint(session))
	stored, err := json.Marshal(session) // keeps the secret, to act with the session later
	if err != nil {
		panic(err)
	}
	var again models.Session
	fmt.Println(json.Unmarshal(stored, &again), again.Secret == session.Secret)
	// Output:
	// Session{ID:s1 CreatedAt: Updat...
	// <nil> true
}
