package appwritetest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWhatPasswordsMustHave(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		rules     PasswordRules
		good, bad string
		want      string
	}{
		"nothing special": {PasswordRules{}, "password", "1234567", "Password must be between 8 and 256 characters long."},
		"at most":         {PasswordRules{}, strings.Repeat("x", 256), strings.Repeat("x", 257), "Password must be between 8 and 256 characters long."},
		"bytes count":     {PasswordRules{}, "üüüü", "üüü", "Password must be between 8 and 256 characters long."},
		"length":          {PasswordRules{MinLength: 12}, "123456789012", "12345678901", "Password must be between 12 and 256 characters long."},
		"less than least": {PasswordRules{MinLength: 1}, "12345678", "1", "Password must be between 8 and 256 characters long."},
		"uppercase":       {PasswordRules{Uppercase: true}, "passworD", "passwordü", "Password must be between 8 and 256 characters long, include an uppercase letter."},
		"lowercase":       {PasswordRules{Lowercase: true}, "PASSWORd", "PASSWORD1", "Password must be between 8 and 256 characters long, include a lowercase letter."},
		"number":          {PasswordRules{Number: true}, "passwor1", "password", "Password must be between 8 and 256 characters long, include a number."},
		"symbol":          {PasswordRules{Symbol: true}, "pass-word", "pass word 1ü", "Password must be between 8 and 256 characters long, include a special character."},
		"all": {PasswordRules{Uppercase: true, Lowercase: true, Number: true, Symbol: true}, "Passw0rd!", "passw0rd!",
			"Password must be between 8 and 256 characters long, include an uppercase letter, include a lowercase letter, include a number, include a special character."},
		"dictionary": {PasswordRules{Dictionary: true}, "Football", "football",
			"Password must be between 8 and 265 characters long, and should not be one of the commonly used password."},
		"dictionary, short": {PasswordRules{Dictionary: true}, "long enough", "short", "Password must be between 8 and 256 characters long."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := NewServer(t, WithSettings(Settings{Password: tt.rules}))
			_, secret := signUp(t, s)
			signUpWith := func(p string) reply {
				return send(t, s, "POST", "/account", nil, fmt.Sprintf(`{"userId":"unique()","email":"new@example.com","password":%q}`, p))
			}
			change := func(p string) reply {
				return send(t, s, "PATCH", "/account/password", as(secret), fmt.Sprintf(`{"password":%q,"oldPassword":%q}`, p, password))
			}
			reset := func(p string) reply {
				require.Equal(t, 201, send(t, s, "POST", "/account/recovery", nil, `{"email":"`+email+`","url":"http://localhost"}`).status)
				mail, _ := s.Inbox().Last(email)
				return send(t, s, "PUT", "/account/recovery", nil, fmt.Sprintf(`{"userId":%q,"secret":%q,"password":%q}`, mail.UserID, mail.Secret, p))
			}
			want := "400 general_argument_invalid: Invalid `password` param: " + tt.want
			assert.Equal(t, want, signUpWith(tt.bad).failure(t))
			assert.Equal(t, want, change(tt.bad).failure(t))
			assert.Equal(t, want, reset(tt.bad).failure(t))
			assert.Equal(t, 201, signUpWith(tt.good).status)
			assert.Equal(t, 200, change(tt.good).status)
			assert.Equal(t, 200, reset(tt.good).status)
		})
	}
}

// Who has a password from before the rules can still sign in with it.
func TestRulesAreForNewPasswordsOnly(t *testing.T) {
	t.Parallel()
	s := NewServer(t, WithSettings(Settings{Password: PasswordRules{MinLength: 100, Dictionary: true, PersonalData: true}}))
	s.AddUser(User{Email: email, Password: "password"})
	assert.Equal(t, 201, send(t, s, "POST", "/account/sessions/email", nil, `{"email":"`+email+`","password":"password"}`).status)
}

func TestPasswordsThatWereThereBefore(t *testing.T) {
	t.Parallel()
	s := NewServer(t, WithSettings(Settings{Password: PasswordRules{History: 2}}))
	_, secret := signUp(t, s)
	current := password
	change := func(p string) string {
		got := send(t, s, "PATCH", "/account/password", as(secret), fmt.Sprintf(`{"password":%q,"oldPassword":%q}`, p, current))
		if got.status == 200 {
			current = p
			return "changed"
		}
		return got.failure(t)
	}
	const used = "400 password_recently_used: The password you are trying to use is similar to your previous password. For your security, please choose a different password and try again."
	assert.Equal(t, used, change(password), "the present one")
	assert.Equal(t, "changed", change("second password"))
	assert.Equal(t, used, change(password), "the one before")
	assert.Equal(t, "changed", change("third password"))
	assert.Equal(t, "changed", change(password), "forgotten by now")

	send(t, s, "POST", "/account/recovery", nil, `{"email":"`+email+`","url":"http://localhost"}`)
	mail, _ := s.Inbox().Last(email)
	reset := func(p string) reply {
		return send(t, s, "PUT", "/account/recovery", nil, fmt.Sprintf(`{"userId":%q,"secret":%q,"password":%q}`, mail.UserID, mail.Secret, p))
	}
	assert.Equal(t, used, reset("third password").failure(t))
	assert.Equal(t, 200, reset("fourth password").status, "the link was not used up")
}

func TestSignUpIsTheFirstOfTheHistory(t *testing.T) {
	t.Parallel()
	s := NewServer(t, WithSettings(Settings{Password: PasswordRules{History: 1}}))
	require.Equal(t, 201, send(t, s, "POST", "/account", nil, `{"userId":"ada","email":"`+email+`","password":"`+password+`"}`).status)
	secret := signIn(t, s)
	got := send(t, s, "PATCH", "/account/password", as(secret), fmt.Sprintf(`{"password":%q,"oldPassword":%q}`, password, password))
	assert.Contains(t, got.failure(t), "password_recently_used")
}

func TestPasswordsWithSomethingOfTheUser(t *testing.T) {
	t.Parallel()
	s := NewServer(t, WithSettings(Settings{Password: PasswordRules{PersonalData: true}}))
	signUpWith := func(p string) reply {
		return send(t, s, "POST", "/account", nil, fmt.Sprintf(`{"userId":"user-1815","email":"lovelace@example.com","name":"Ada King","password":%q}`, p))
	}
	const personal = "400 password_personal_data: The password you are trying to use contains references to your name, email, phone or userID. For your security, please choose a different password and try again."
	for _, p := range []string{"my user-1815!", "lovelace@example.com", "LoveLace!", "i am ada king"} {
		assert.Equal(t, personal, signUpWith(p).failure(t), p)
	}
	require.Equal(t, 201, signUpWith("14155550100").status, "ada alone is not the name")

	s.AddUser(User{Email: email, Phone: "+14155550101", Password: password})
	secret := signIn(t, s)
	change := func(p string) reply {
		return send(t, s, "PATCH", "/account/password", as(secret), fmt.Sprintf(`{"password":%q,"oldPassword":%q}`, p, password))
	}
	assert.Equal(t, personal, change("14155550101").failure(t))
	assert.Equal(t, 200, change("nothing of hers").status)
}
