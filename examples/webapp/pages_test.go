package main

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite/appwritetest"
)

// Every page, on a phone and on a desktop, in the light and in the dark: see testdata/check.js.
func TestPagesFitAndCanBeReadByAll(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	v := s.visit(t)
	seen := map[string]bool{}
	look := func(name string) {
		t.Helper()
		seen[evaluate[string](v, `document.documentElement.dataset.page`)] = true
		v.check(name)
	}
	open := func(path, name string) {
		t.Helper()
		v.open(path)
		look(name)
	}

	open("/", "welcome")
	open("/sign-up", "sign-up")
	v.fill("Name", "Ada Lovelace")
	v.fill("E-mail address", "ada@example")
	v.fill("Password", "short")
	v.press("Sign up", http.StatusUnprocessableEntity)
	look("sign-up-wrong")
	open("/sign-in", "sign-in")
	v.fill("E-mail address", email)
	v.fill("Password", "wrong horse")
	v.press("Sign in", http.StatusUnprocessableEntity)
	look("sign-in-wrong")
	open("/sign-in/magic-url", "magic-url")
	v.fill("E-mail address", email)
	v.press("Mail me a link", http.StatusOK)
	look("mail-sent")
	v.openMail(email)
	look("magic-url-link")
	open("/sign-in/code", "email-code")
	v.fill("E-mail address", email)
	v.press("Mail me a code", http.StatusOK)
	look("enter-code")
	open("/recovery", "recovery")
	v.fill("E-mail address", email)
	v.press("Mail me a link", http.StatusOK)
	v.openMail(email)
	look("new-password")
	v.load(http.StatusNotFound, chromedp.Navigate(s.url+"/nowhere"))
	look("error")

	ada := s.AddUser(appwritetest.User{Email: "ada@lovelace.example", Name: "Ada Lovelace", Phone: "+14155550123", Password: password})
	v.signIn("ada@lovelace.example", password, http.StatusOK)
	look("overview")
	open("/profile", "profile")
	v.press("Mail me the link", http.StatusOK)
	look("profile-notice")
	v.openMail("ada@lovelace.example")
	look("verify-email")
	v.press("Verify my address", http.StatusOK)
	v.press("Send me a code", http.StatusOK)
	look("verify-phone")
	open("/preferences", "preferences")
	open("/security", "security-off")
	v.press("Set up an authenticator app", http.StatusOK)
	v.fill("Code", "000000")
	v.press("Switch on", http.StatusUnprocessableEntity)
	get(v, chromedp.Click(chromedp.CSS("summary")))
	look("authenticator")
	s.freshMinute()
	v.fill("Code", s.TOTP(ada.ID))
	v.press("Switch on", http.StatusOK)
	look("recovery-codes")
	open("/security", "security-on")
	open("/close", "close")
	open("/inbox", "inbox")

	phoneOfHers := s.visit(t)
	phoneOfHers.use("Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 Mobile/15E148 Safari/604.1")
	phoneOfHers.signIn("ada@lovelace.example", password, http.StatusOK)
	for _, name := range []string{"mfa-totp", "mfa-email", "mfa-recovery-code"} {
		phoneOfHers.check(name)
		seen["mfa"] = true
		switch name {
		case "mfa-totp":
			phoneOfHers.press("Get a code by mail", http.StatusOK)
		case "mfa-email":
			phoneOfHers.press("Use a recovery code", http.StatusOK)
		}
	}
	open("/sessions", "sessions")
	require.Contains(t, v.text(), "Mobile Safari 19 on iOS")
	open("/log", "log")

	assert.ElementsMatch(t, slices.Collect(maps.Keys(templates)), slices.Collect(maps.Keys(seen)), "every page was looked at")
}

func TestNamesOfAnyLengthFit(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	long := strings.Repeat("x", 40) + "@" + strings.Repeat("y", 60) + ".example"
	s.AddUser(appwritetest.User{Email: long, Name: strings.Repeat("Augusta", 18), Password: password})
	v := s.visit(t)
	v.open("/recovery")
	v.fill("E-mail address", long)
	v.press("Mail me a link", http.StatusOK)
	v.check("mail-sent-long")
	v.signIn(long, password, http.StatusOK)
	for _, name := range []string{"", "profile", "inbox"} {
		v.open("/" + name)
		v.check("long-" + name)
	}
}

func TestTheKeyboardReachesEverythingAndShowsWhere(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	v := s.visit(t)
	v.open("/sign-in")
	var reached []string
	for range 40 {
		get(v, chromedp.KeyEvent(kb.Tab))
		focus := evaluate[[]string](v, `(() => {
			const el = document.activeElement, style = getComputedStyle(el);
			return [el === document.body ? "" : el.textContent.trim() || el.name, style.outlineStyle, style.outlineWidth];
		})()`)
		if focus[0] == "" {
			break
		}
		reached = append(reached, focus[0])
		assert.Equal(t, []string{"solid", "3px"}, focus[1:], focus[0])
	}
	assert.Equal(t, []string{
		"Skip to content", "Lantern", "Inbox", "Sign in", "Sign up",
		"email", "password", "Forgot your password?", "Sign in", "Continue with GitHub", "Continue with Google",
		"Mail me a link", "Mail me a code", "Create an account",
	}, reached)
}

func TestThePhonesMenuLeadsEverywhere(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	v := s.visit(t)
	v.signUp("Ada", email, password)
	v.resize(phone)
	for _, to := range []string{"Profile", "Security", "Devices", "Activity", "Preferences", "Overview"} {
		get(v, chromedp.Click(chromedp.CSS("button.menu-button")))
		assert.Empty(t, evaluate[[]string](v, checkScript), to)
		v.keep("menu")
		v.load(http.StatusOK, chromedp.Click(chromedp.Search(`//nav[@id='menu']//a[normalize-space(.)='`+to+`']`)))
		assert.Equal(t, to, evaluate[string](v, `document.querySelector("#menu [aria-current]").textContent.trim()`))
	}
}
