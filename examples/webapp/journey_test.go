package main

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite/appwritetest"
)

const (
	email    = "ada@example.com"
	password = "correct horse"
)

// user returns the ID of the user who signed up last.
func (s site) user(t *testing.T, to string) string {
	t.Helper()
	mail, ok := s.Inbox().Last(to)
	require.True(t, ok)
	return mail.UserID
}

// freshMinute sets the clock to where no code of an authenticator app changes for a while.
func (s site) freshMinute() { s.Clock().Set(s.Clock().Now().Truncate(time.Minute).Add(time.Minute)) }

// enrol sets up an authenticator app, and returns the recovery codes.
func (v *visitor) enrol(userID string) []string {
	v.t.Helper()
	v.open("/security")
	v.press("Set up an authenticator app", http.StatusOK)
	v.site.freshMinute()
	v.fill("Code", v.site.TOTP(userID))
	v.press("Switch on", http.StatusOK)
	return evaluate[[]string](v, `[...document.querySelectorAll(".codes code")].map((code) => code.textContent)`)
}

func TestALifeOfAnAccount(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	v := s.visit(t)

	v.signUp("Ada", email, password)
	require.Contains(t, v.text(), "Verify your e-mail address")
	v.openMail(email)
	require.Contains(t, v.text(), "Press the button to confirm")
	v.press("Verify my address", http.StatusOK)
	require.Equal(t, "/profile", v.path())
	require.Contains(t, v.text(), "Your e-mail address is verified.")
	v.signOut()

	v.signIn(email, password, http.StatusOK)
	require.Contains(t, v.text(), "E-mail address verified")
	ada := s.user(t, email)
	codes := v.enrol(ada)
	require.Len(t, codes, 6)
	v.press("I have kept them", http.StatusOK)
	require.Contains(t, v.text(), "Two-step sign-in on")
	v.signOut()

	// The password alone leads to no page but the one for the second factor.
	v.signIn(email, password, http.StatusOK)
	require.Equal(t, "/mfa", v.path())
	v.open("/sessions")
	require.Equal(t, "/mfa", v.path())
	v.fill("Code", "000000")
	v.press("Continue", http.StatusUnprocessableEntity)
	require.Contains(t, v.text(), "This code is wrong, used or too old.")
	s.freshMinute()
	v.fill("Code", s.TOTP(ada))
	v.press("Continue", http.StatusOK)
	require.Equal(t, "/sessions", v.path(), "where it was going")

	// A second device gets in with a recovery code, and is signed out from the first.
	other := s.visit(t)
	other.signIn(email, password, http.StatusOK)
	other.press("Use a recovery code", http.StatusOK)
	other.fill("Recovery code", codes[0])
	other.press("Continue", http.StatusOK)
	require.Contains(t, other.text(), "Hello, Ada")
	v.open("/sessions")
	require.Contains(t, v.text(), "Chrome ")
	require.Contains(t, v.text(), "this device")
	v.press("Sign out there", http.StatusOK)
	require.Contains(t, v.text(), "That device is signed out.")
	other.open("/profile")
	require.Equal(t, "/sign-in", other.path())
	require.Empty(t, other.cookies(), "of a session that has ended")

	// Recovery: a new password, and every session ends.
	other.press("Forgot your password?", http.StatusOK)
	other.fill("E-mail address", email)
	other.press("Mail me a link", http.StatusOK)
	other.openMail(email)
	other.fill("New password", "battery staple")
	other.press("Set password", http.StatusOK)
	require.Contains(t, other.text(), "Your new password is set.")
	v.open("/profile")
	require.Equal(t, "/sign-in", v.path())
	v.signIn(email, password, http.StatusUnprocessableEntity)
	require.Contains(t, v.text(), "The e-mail address or the password is wrong.")
	v.signIn(email, "battery staple", http.StatusOK)
	require.Equal(t, "/mfa", v.path())
	v.press("Get a code by mail", http.StatusOK)
	v.press("Send me a code", http.StatusOK)
	mail, _ := s.Inbox().Last(email)
	require.Equal(t, appwritetest.KindEmailChallenge, mail.Kind)
	v.fill("Code", mail.Secret)
	v.press("Continue", http.StatusOK)

	// New recovery codes, and switching it off: the code was given a moment ago.
	v.open("/security")
	v.press("Get new codes", http.StatusOK)
	require.NotContains(t, v.text(), codes[1])
	s.Clock().Advance(time.Hour)
	v.open("/security")
	v.press("Switch off", http.StatusOK)
	require.Equal(t, "/mfa", v.path(), "an hour ago is too long")
	s.freshMinute()
	v.fill("Code", s.TOTP(ada))
	v.press("Continue", http.StatusOK)
	v.press("Switch off", http.StatusOK)
	require.Contains(t, v.text(), "Two-step sign-in is off.")

	v.open("/profile")
	v.press("Close this account…", http.StatusOK)
	v.press("Delete my account", http.StatusUnprocessableEntity)
	get(v, chromedp.Click(chromedp.Search(`//label[contains(., 'Yes, delete my account')]`)))
	v.press("Delete my account", http.StatusOK)
	require.Contains(t, v.text(), "Your account is deleted.")
	require.Empty(t, v.cookies())
	require.Contains(t, s.Dump(), "0 users")
}

func TestMailsSignIn(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	v := s.visit(t)
	s.AddUser(appwritetest.User{Email: email, Name: "Ada"})

	// Each way leads on to the page that was asked for at first.
	v.open("/log")
	v.press("Mail me a link", http.StatusOK)
	v.fill("E-mail address", email)
	v.press("Mail me a link", http.StatusOK)
	require.Contains(t, v.text(), email)
	v.openMail(email)
	require.Len(t, v.cookies(), 0, "to open a link changes nothing")
	v.press("Sign in", http.StatusOK)
	require.Equal(t, "/log", v.path())
	v.signOut()

	v.openMail(email)
	v.press("Sign in", http.StatusUnprocessableEntity)
	require.Contains(t, v.text(), "This link is used or too old.")

	v.open("/preferences")
	v.press("Mail me a code", http.StatusOK)
	v.fill("E-mail address", email)
	v.press("Mail me a code", http.StatusOK)
	v.fill("Code", "12")
	v.press("Sign in", http.StatusUnprocessableEntity)
	mail, _ := s.Inbox().Last(email)
	v.fill("Code", mail.Secret[:3]+" "+mail.Secret[3:])
	v.press("Sign in", http.StatusOK)
	require.Equal(t, "/preferences", v.path())
}

func TestProfileAndPreferencesChange(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	v := s.visit(t)
	v.signUp("Ada", email, password)

	v.open("/profile")
	v.fill("Name", "Ada Lovelace")
	v.press("Save name", http.StatusOK)
	require.Contains(t, v.text(), "Your name is changed.")

	// What is wrong stands at its field; what was written stays, but for the password.
	fill := func(form, field, text string) {
		t.Helper()
		get(v, chromedp.SetValue(chromedp.CSS("#"+form+"-"+field), text))
	}
	fill("phone", "phone", "0123")
	fill("phone", "password", password)
	v.press("Add number", http.StatusUnprocessableEntity)
	require.Equal(t, "phone-phone-error", evaluate[string](v, `document.querySelector("[aria-invalid]").getAttribute("aria-describedby").split(" ").at(-1)`))
	require.Equal(t, "phone-phone", evaluate[string](v, `document.activeElement.id`))
	require.Equal(t, []string{"0123", ""}, evaluate[[]string](v, `[...document.querySelectorAll("#phone-phone, #phone-password")].map((i) => i.value)`))
	fill("phone", "phone", "+1 (415) 555-0123")
	fill("phone", "password", "wrong horse")
	v.press("Add number", http.StatusUnprocessableEntity)
	require.Contains(t, v.text(), "This is not your password.")
	fill("phone", "password", password)
	v.press("Add number", http.StatusOK)
	v.press("Send me a code", http.StatusOK)
	sms, ok := s.Inbox().Last("+14155550123")
	require.True(t, ok)
	v.fill("Code", sms.Secret)
	v.press("Verify my number", http.StatusOK)
	require.Contains(t, v.text(), "Your phone number is verified.")

	fill("email", "email", "ada@lovelace.example")
	fill("email", "password", password)
	v.press("Change address", http.StatusOK)
	v.press("Mail me the link", http.StatusOK)
	v.openMail("ada@lovelace.example")
	v.press("Verify my address", http.StatusOK)

	fill("password", "oldPassword", "wrong horse")
	fill("password", "password", "battery staple")
	v.press("Change password", http.StatusUnprocessableEntity)
	require.Contains(t, v.text(), "This is not your password.")
	fill("password", "oldPassword", password)
	fill("password", "password", "short")
	v.press("Change password", http.StatusUnprocessableEntity)
	require.Contains(t, v.text(), "A password has 8 to 256 characters.")
	fill("password", "oldPassword", password)
	fill("password", "password", "battery staple")
	v.press("Change password", http.StatusOK)

	// The theme of the preferences wins over that of the device, and the time zone is applied.
	background := func() string { return evaluate[string](v, `getComputedStyle(document.body).backgroundColor`) }
	v.open("/preferences")
	v.prefer("light")
	light := background()
	v.prefer("dark")
	dark := background()
	require.NotEqual(t, light, dark)
	v.prefer("light")
	get(v, chromedp.Click(chromedp.Search(`//label[normalize-space(.)='Dark']`)))
	get(v, chromedp.SetValue(chromedp.CSS("#time-zone"), "Asia/Tokyo"))
	v.press("Save", http.StatusOK)
	require.Equal(t, dark, background())
	get(v, chromedp.Click(chromedp.Search(`//label[normalize-space(.)='Light']`)))
	v.press("Save", http.StatusOK)
	v.prefer("dark")
	require.Equal(t, light, background())
	v.open("/sessions")
	require.Contains(t, v.text(), " JST")

	v.open("/close")
	v.press("Block my account", http.StatusOK)
	require.Contains(t, v.text(), "Your account is blocked")
	v.signIn("ada@lovelace.example", "battery staple", http.StatusUnprocessableEntity)
	require.Contains(t, v.text(), "This account is blocked.")
}

func TestCookiesOfASignInAreForThisAppAlone(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	v := s.visit(t)
	v.signUp("Ada", email, password)
	cookies := v.cookies()
	require.Len(t, cookies, 1)
	c := cookies[0]
	assert.True(t, strings.HasPrefix(c.Name, "__Host-session"), c.Name)
	assert.Equal(t, "localhost", c.Domain, "host-only: no dot in front")
	assert.Equal(t, "/", c.Path)
	assert.True(t, c.Secure)
	assert.True(t, c.HTTPOnly)
	assert.Equal(t, network.CookieSameSiteLax, c.SameSite)
	assert.InDelta(t, time.Now().AddDate(1, 0, 0).Unix(), c.Expires, 48*3600, "as the session")
	assert.Empty(t, evaluate[string](v, `document.cookie`), "scripts see none")

	v.signOut()
	assert.Empty(t, v.cookies())
}
