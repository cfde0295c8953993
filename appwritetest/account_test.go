package appwritetest

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
)

func TestCreateAccountTellsWhatIsWrong(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	s.AddUser(User{ID: "taken", Email: "taken@example.com"})
	for name, tt := range map[string]struct{ body, want string }{
		"no body":          {``, "Param \"userId\" is not optional."},
		"invalid JSON":     {`{"userId":`, "Param \"userId\" is not optional."},
		"a list":           {`[1,2]`, "Param \"userId\" is not optional."},
		"trailing text":    {`{"userId":"a"} x`, "Param \"userId\" is not optional."},
		"null":             {`{"userId":null}`, "Param \"userId\" is not optional."},
		"long ID":          {`{"userId":"` + strings.Repeat("x", 37) + `"}`, "Invalid `userId` param: Parameter must contain at most 36 chars. Valid chars are a-z, A-Z, 0-9, period, hyphen, and underscore. Can't start with a special char"},
		"no e-mail":        {`{"userId":"unique()"}`, "Param \"email\" is not optional."},
		"bad e-mail":       {`{"userId":"unique()","email":"not-an-email","password":"12345678"}`, "Invalid `email` param: Value must be a valid email address"},
		"e-mail no string": {`{"userId":"unique()","email":1,"password":"12345678"}`, "Invalid `email` param: Value must be a valid email address"},
		"short password":   {`{"userId":"unique()","email":"a@b.co","password":"short"}`, "Invalid `password` param: Password must be between 8 and 256 characters long."},
		"long password":    {`{"userId":"unique()","email":"a@b.co","password":"` + strings.Repeat("p", 257) + `"}`, "Invalid `password` param: Password must be between 8 and 256 characters long."},
		"empty name":       {`{"userId":"unique()","email":"a@b.co","password":"12345678","name":""}`, "Invalid `name` param: Value must be a valid string and at least 1 chars and no longer than 128 chars"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, "400 general_argument_invalid: "+tt.want, send(t, s, "POST", "/account", nil, tt.body).failure(t))
		})
	}
	t.Run("null for the optional name breaks the server", func(t *testing.T) {
		t.Parallel()
		got := send(t, s, "POST", "/account", nil, `{"userId":"unique()","email":"a@b.co","password":"12345678","name":null}`)
		assert.Equal(t, "500 general_unknown: Server Error", got.failure(t))
	})
	t.Run("taken ID and e-mail", func(t *testing.T) {
		t.Parallel()
		const want = "409 user_already_exists: A user with the same id, email, or phone already exists in this project."
		assert.Equal(t, want, send(t, s, "POST", "/account", nil, `{"userId":"taken","email":"new@example.com","password":"12345678"}`).failure(t))
		assert.Equal(t, want, send(t, s, "POST", "/account", nil, `{"userId":"unique()","email":"TAKEN@example.com","password":"12345678"}`).failure(t))
	})
}

func TestUpdateNameCountsCharactersNotBytes(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	_, secret := signUp(t, s)
	account := s.Client().WithSession(secret).Account
	user, err := account.UpdateName(t.Context(), strings.Repeat("中", 128))
	require.NoError(t, err)
	assert.Equal(t, strings.Repeat("中", 128), user.Name)
	_, err = account.UpdateName(t.Context(), strings.Repeat("n", 129))
	require.ErrorIs(t, err, appwrite.ErrGeneralArgumentInvalid)
}

func TestUpdateEmailMovesTheTargetAndAsksForThePassword(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	id, secret := signUp(t, s)
	s.AddUser(User{Email: "other@example.com"})
	update := func(email, password string) reply {
		return send(t, s, "PATCH", "/account/email", as(secret), `{"email":"`+email+`","password":"`+password+`"}`)
	}
	assert.Equal(t, "401 user_invalid_credentials: Invalid credentials. Please check the email and password.", update("new@example.com", "wrong-password").failure(t))
	assert.Equal(t, "409 user_target_already_exists: A target with the same ID already exists.", update("other@example.com", password).failure(t))

	s.Clock().Advance(time.Second)
	got := update("New@example.com", password)
	require.Equal(t, 200, got.status, got.body)
	user := got.object(t)
	target := user["targets"].([]any)[0].(map[string]any)
	assert.Equal(t, "new@example.com", user["email"])
	assert.Equal(t, false, user["emailVerification"])
	assert.Equal(t, "new@example.com", target["identifier"])
	assert.Equal(t, target["$createdAt"], target["$updatedAt"], "the server dates the target after it answered")
	later, err := s.Client().WithSession(secret).Account.Get(t.Context())
	require.NoError(t, err)
	assert.True(t, later.Targets[0].UpdatedAt.After(later.Targets[0].CreatedAt.Time))

	// The old address is free again.
	s.AddUser(User{Email: email})
	assert.NotEmpty(t, id)
}

func TestUpdateEmailGivesAnAnonymousUserItsPassword(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	made, err := s.Client().Account.CreateAnonymousSession(t.Context())
	require.NoError(t, err)
	user, err := s.Client().WithSession(made.Secret).Account.UpdateEmail(t.Context(), appwrite.UpdateEmailParams{Email: email, Password: password})
	require.NoError(t, err)
	assert.False(t, user.PasswordUpdate.IsZero())
	assert.Empty(t, user.Targets)
	signIn(t, s)
}

func TestUpdatePasswordEndsTheOtherSessions(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	_, mine := signUp(t, s)
	other := signIn(t, s)
	assert.Equal(t, 401, send(t, s, "PATCH", "/account/password", as(mine), `{"password":"a new password"}`).status)
	assert.Equal(t, 401, send(t, s, "PATCH", "/account/password", as(mine), `{"password":"a new password","oldPassword":"wrong"}`).status)
	require.Equal(t, 200, send(t, s, "PATCH", "/account/password", as(mine), `{"password":"a new password","oldPassword":"`+password+`"}`).status)
	assert.Equal(t, 200, send(t, s, "GET", "/account", as(mine), "").status)
	assert.Equal(t, 401, send(t, s, "GET", "/account", as(other), "").status)
	_, err := s.Client().Account.CreateEmailPasswordSession(t.Context(), appwrite.EmailPasswordParams{Email: email, Password: "a new password"})
	require.NoError(t, err)
}

func TestUpdatePhone(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	_, secret := signUp(t, s)
	s.AddUser(User{Phone: "+14155550199"})
	update := func(phone string) reply {
		return send(t, s, "PATCH", "/account/phone", as(secret), `{"phone":"`+phone+`","password":"`+password+`"}`)
	}
	assert.Equal(t, "400 general_argument_invalid: Invalid `phone` param: Phone number must start with a '+' can have a maximum of fifteen digits.", update("nope").failure(t))
	assert.Equal(t, 409, update("+14155550199").status)
	assert.Equal(t, "+14155550100", update("+14155550100").text(t, "phone"))
	assert.Equal(t, "+14155550101", update("+14155550101").text(t, "phone"))
	s.AddUser(User{Phone: "+14155550100"}) // is free again
}

func TestABlockedUserGetsNowhere(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	_, secret := signUp(t, s)
	blocked := send(t, s, "PATCH", "/account/status", as(secret), "{}")
	require.Equal(t, 200, blocked.status)
	assert.Equal(t, false, blocked.object(t)["status"])
	assert.Equal(t, []string{"[]"}, blocked.header.Values("X-Fallback-Cookies"))
	assert.Len(t, blocked.header.Values("Set-Cookie"), 2)

	const want = "403 user_blocked: The current user has been blocked."
	assert.Equal(t, want, send(t, s, "GET", "/account", as(secret), "").failure(t))
	assert.Equal(t, want, send(t, s, "POST", "/account/sessions/email", nil, `{"email":"`+email+`","password":"`+password+`"}`).failure(t))
	assert.Equal(t, want, send(t, s, "POST", "/account/recovery", nil, `{"email":"`+email+`","url":"http://localhost"}`).failure(t))
}

func TestADeletedAccountIsGone(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	_, secret := signUp(t, s)
	gone := send(t, s, "DELETE", "/account", as(secret), "")
	assert.Equal(t, 204, gone.status)
	assert.Equal(t, "text/html", gone.header.Get("Content-Type"))
	assert.Empty(t, gone.body)
	assert.Equal(t, 401, send(t, s, "GET", "/account", as(secret), "").status)
	assert.Equal(t, 401, send(t, s, "POST", "/account/sessions/email", nil, `{"email":"`+email+`","password":"`+password+`"}`).status)
	signUp(t, s) // the address is free again
}
