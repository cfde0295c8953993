package appwritetest

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
)

func TestImpersonation(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	s.AddUser(User{ID: "operator", Email: email, Password: password, Impersonator: true})
	s.AddUser(User{ID: "bob", Email: "bob@example.com", Phone: "+14155550100", Password: password, Name: "Bob"})
	s.AddUser(User{ID: "carol", Email: "carol@example.com", Phone: "+14155550101"})
	secret := signIn(t, s)
	jwt := send(t, s, "POST", "/account/jwts", as(secret), "").text(t, "jwt")
	bob := send(t, s, "POST", "/account/sessions/email", headers{"X-Appwrite-Key": s.APIKey()}, `{"email":"bob@example.com","password":"`+password+`"}`).text(t, "secret")
	const id, mail, phone = "X-Appwrite-Impersonate-User-Id", "X-Appwrite-Impersonate-User-Email", "X-Appwrite-Impersonate-User-Phone"
	for name, tt := range map[string]struct {
		path    string
		headers headers
		want    string
	}{
		"nobody asked for":          {"/account", as(secret), "operator"},
		"by ID":                     {"/account", with(as(secret), headers{id: "bob"}), "bob"},
		"by e-mail":                 {"/account", with(as(secret), headers{mail: "Bob@example.com"}), "bob"},
		"by phone":                  {"/account", with(as(secret), headers{phone: "+14155550100"}), "bob"},
		"by parameter":              {"/account?impersonateUserId=bob", as(secret), "bob"},
		"under a JWT":               {"/account", headers{"X-Appwrite-JWT": jwt, id: "bob"}, "bob"},
		"ID before e-mail":          {"/account", with(as(secret), headers{id: "bob", mail: "carol@example.com"}), "bob"},
		"e-mail before phone":       {"/account", with(as(secret), headers{mail: "bob@example.com", phone: "+14155550101"}), "bob"},
		"nobody of that ID":         {"/account", with(as(secret), headers{id: "nobody", mail: "bob@example.com"}), "operator"},
		"who may not":               {"/account", with(as(bob), headers{id: "carol"}), "bob"},
		"sessions are the caller's": {"/account/sessions/current", with(as(secret), headers{id: "bob"}), "operator"},
	} {
		t.Run(name, func(t *testing.T) {
			got := send(t, s, "GET", tt.path, tt.headers, "")
			require.Equal(t, 200, got.status, got.body)
			field := "$id"
			if tt.path == "/account/sessions/current" {
				field = "userId"
			}
			assert.Equal(t, tt.want, got.text(t, field))
			if field == "$id" && tt.want == "bob" && name != "who may not" {
				assert.Equal(t, "operator", got.text(t, "impersonatorUserId"))
			} else {
				assert.NotContains(t, got.body, `"impersonatorUserId":"`)
			}
		})
	}
	assert.Equal(t, guestRefused, send(t, s, "GET", "/account", headers{id: "bob"}, "").failure(t), "a guest is nobody else")
	assert.Contains(t, send(t, s, "GET", "/account", headers{"X-Appwrite-Key": s.APIKey(), id: "bob"}, "").failure(t), "general_unauthorized_scope")
	old := send(t, s, "GET", "/account", with(as(secret), headers{id: "bob", "X-Appwrite-Response-Format": "1.8.0"}), "")
	assert.NotContains(t, old.body, "impersonator")

	renamed := send(t, s, "PATCH", "/account/name", with(as(secret), headers{id: "bob"}), `{"name":"The operator"}`)
	assert.Equal(t, "operator", renamed.text(t, "$id"), "what changes is the caller's")
	operator := s.Client(appwrite.WithSession(secret), appwrite.WithImpersonateUserID("bob")).Account
	user, err := operator.Get(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "operator", user.ImpersonatorUserID)
	require.NoError(t, operator.Delete(t.Context()))
	assert.NotContains(t, s.Dump(), "user bob ")
	assert.Contains(t, s.Dump(), "user operator ")
}
