package appwritetest

import (
	"encoding/json"

	"github.com/seed17809555/appwrite/appwritetest/internal/php"
)

// preferences returns the user's preferences as JSON.
func (u *user) preferences() json.RawMessage {
	if u.prefs == nil {
		return json.RawMessage("{}")
	}
	return u.prefs
}

func getPrefs(c *call) (any, error) { return c.caller.user.preferences(), nil }

// updatePrefs replaces all preferences. What comes back is what PHP makes of them: an inner {}
// is [], 1.0 is 1, an integer beyond 64 bits a float.
func updatePrefs(c *call) (any, error) {
	prefs := c.params.object("prefs")
	if err := c.params.done(); err != nil {
		return nil, err
	}
	u := c.caller.user
	u.setPrefs(prefs)
	c.changed(u)
	return c.answerUser(u), nil
}

func (u *user) setPrefs(prefs *php.Array) {
	u.prefs = nil
	if len(prefs.Keys) > 0 {
		u.prefs = php.AppendJSON(nil, prefs)
	}
}
