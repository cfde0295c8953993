package webauth_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/appwritetest"
	"github.com/seed17809555/appwrite/models"
	"github.com/seed17809555/appwrite/webauth"
)

func (a *app) jwt(t testing.TB, email string) string {
	t.Helper()
	session, err := a.Client().Account.CreateEmailPasswordSession(t.Context(), appwrite.EmailPasswordParams{Email: email, Password: password})
	require.NoError(t, err)
	minted, err := a.Client(appwrite.WithSession(session.Secret)).Account.CreateJWT(t.Context(), appwrite.JWTParams{})
	require.NoError(t, err)
	return minted.JWT
}

func TestAJWTIsTakenFromItsHeaderAlone(t *testing.T) {
	t.Parallel()
	a := newApp(t, nil)
	a.addUsers(ada)
	token := a.jwt(t, ada)
	b := a.browser(t)
	for _, scheme := range []string{"Bearer ", "bearer ", "BEARER  "} {
		assert.Equal(t, ada, b.get("/profile", "Authorization", scheme+token).body, scheme)
	}
	before := a.calls("account.get")
	for name, res := range map[string]answer{
		"query":            b.get("/profile?jwt=" + token + "&access_token=" + token + "&token=" + token + "&authorization=Bearer%20" + token),
		"form":             b.do("POST", "/profile", url.Values{"jwt": {token}, "access_token": {token}}),
		"cookie":           b.get("/profile", "Cookie", "jwt="+token+"; Authorization=Bearer "+token),
		"Appwrite header":  b.get("/profile", "X-Appwrite-JWT", token),
		"other scheme":     b.get("/profile", "Authorization", "Token "+token),
		"no scheme":        b.get("/profile", "Authorization", token),
		"proxy's":          b.get("/profile", "Proxy-Authorization", "Bearer "+token),
		"session's header": b.get("/profile", "X-Appwrite-Session", token),
	} {
		assert.Equal(t, http.StatusSeeOther, res.StatusCode, name)
		assert.True(t, strings.HasPrefix(res.Header.Get("Location"), "/sign-in"), name)
	}
	assert.Equal(t, before, a.calls("account.get"))
}

func TestAnAPIIsToldWhyInJSON(t *testing.T) {
	t.Parallel()
	a := newApp(t, nil)
	a.addUsers(ada)
	a.AddUser(appwritetest.User{Email: bob, Password: password, MFA: true, EmailVerified: true})
	token := a.jwt(t, ada)
	guest, pending := a.browser(t), a.browser(t)
	pending.signIn(bob)
	for name, c := range map[string]struct {
		answer
		kind appwrite.ErrorType
	}{
		"nobody":        {guest.get("/profile", "Accept", "application/json"), ""},
		"fetch":         {guest.get("/profile", "Accept", "*/*"), ""},
		"curl":          {guest.get("/profile", "Accept", ""), ""},
		"prefers JSON":  {guest.get("/profile", "Accept", "text/html;q=0.5, application/json"), ""},
		"wants no HTML": {guest.get("/profile", "Accept", "text/html;q=0"), ""},
		"bad JWT":       {guest.get("/profile", "Authorization", "Bearer "+token[:len(token)-4]+"AAAA"), appwrite.ErrUserJWTInvalid},
		"second factor": {pending.get("/profile", "Accept", "application/json"), appwrite.ErrUserMoreFactorsRequired},
	} {
		assert.Equal(t, http.StatusUnauthorized, c.StatusCode, name)
		if c.kind == appwrite.ErrUserJWTInvalid {
			assert.Equal(t, "Bearer", c.Header.Get("WWW-Authenticate"), name)
			assert.Equal(t, "text/html; charset=utf-8", c.Header.Get("Content-Type"), "its Accept asked for a page")
			continue
		}
		assert.Equal(t, "application/json", c.Header.Get("Content-Type"), name)
		assert.Equal(t, "no-store", c.Header.Get("Cache-Control"), name)
		var body struct {
			Message string             `json:"message"`
			Code    int                `json:"code"`
			Type    appwrite.ErrorType `json:"type"`
		}
		require.NoError(t, json.Unmarshal([]byte(c.body), &body), name)
		assert.Equal(t, 401, body.Code, name)
		assert.NotEmpty(t, body.Message, name)
		assert.Equal(t, c.kind, body.Type, name)
	}
}

func TestAPendingSecondFactorGoesToItsPageAndKeepsTheSession(t *testing.T) {
	t.Parallel()
	a := newApp(t, nil)
	a.AddUser(appwritetest.User{Email: ada, Password: password, MFA: true, EmailVerified: true})
	a.mux.HandleFunc("POST /mfa", func(w http.ResponseWriter, r *http.Request) {
		account := webauth.AccountFrom(r.Context())
		challenge, err := account.CreateMFAChallenge(r.Context(), models.FactorEmail)
		require.NoError(t, err)
		mail, _ := a.Inbox().Last(ada)
		_, err = account.UpdateMFAChallenge(r.Context(), appwrite.MFAChallengeParams{ChallengeID: challenge.ID, OTP: mail.Secret})
		require.NoError(t, err)
	})
	b := a.browser(t)
	b.signIn(ada)
	for _, path := range []string{"/profile?a=b", "/account?a=b"} {
		res := b.get(path)
		assert.Equal(t, "/mfa?return_to="+url.QueryEscape(path), res.Header.Get("Location"))
		assert.Nil(t, res.cookie(sessionCookie), "the cookie stays")
	}
	assert.Equal(t, "guest", b.get("/").body)
	assert.Equal(t, http.StatusOK, b.do("POST", "/mfa", url.Values{}).StatusCode)
	assert.Equal(t, ada, b.get("/profile").body)
}

func TestASessionThatEndedIsCleared(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*app, *appwrite.Account){
		"expired": func(a *app, _ *appwrite.Account) { a.Clock().Advance(366 * 24 * time.Hour) },
		"revoked": func(_ *app, account *appwrite.Account) {
			require.NoError(t, account.DeleteSession(t.Context(), appwrite.CurrentSession))
		},
		"deleted": func(_ *app, account *appwrite.Account) { require.NoError(t, account.Delete(t.Context())) },
	} {
		for _, path := range []string{"/profile", "/account"} {
			a := newApp(t, nil)
			a.addUsers(ada)
			b := a.browser(t)
			secret := b.signIn(ada).cookie(sessionCookie).Value
			end(a, a.Client(appwrite.WithSession(secret)).Account)
			res := b.get(path)
			assert.Equal(t, http.StatusSeeOther, res.StatusCode, name)
			assert.Negative(t, res.cookie(sessionCookie).MaxAge, name)
			res = b.get(path)
			assert.Equal(t, http.StatusSeeOther, res.StatusCode, name)
			assert.Nil(t, res.cookie(sessionCookie), name)
		}
	}
}

func TestABlockedUserIsToldAndSignedOut(t *testing.T) {
	t.Parallel()
	a := newApp(t, nil)
	a.addUsers(ada)
	first, second := a.browser(t), a.browser(t)
	first.signIn(ada)
	secret := second.signIn(ada).cookie(sessionCookie).Value
	_, err := a.Client(appwrite.WithSession(secret)).Account.UpdateStatus(t.Context())
	require.NoError(t, err)
	for path, b := range map[string]*browser{"/profile": first, "/account": second} {
		res := b.get(path)
		assert.Equal(t, http.StatusForbidden, res.StatusCode, path)
		assert.Contains(t, res.body, "blocked", path)
		assert.Negative(t, res.cookie(sessionCookie).MaxAge, path)
		assert.Equal(t, http.StatusSeeOther, b.get(path).StatusCode, path)
	}
}

// A session may not be lost because Appwrite was away for a minute.
func TestWhereAppwriteFailsTheSessionStays(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]appwritetest.Fault{
		"error":      {Status: 500},
		"overload":   {Status: 503},
		"proxy":      {Damage: appwritetest.BodyHTML},
		"rate limit": {Status: 429, Reset: time.Hour},
		"no JSON":    {Damage: appwritetest.BodyMalformed},
		"away":       {Damage: appwritetest.DropBefore},
		"forbidden":  {Status: 403, Type: appwrite.ErrGeneralAccessForbidden},
		"redirect":   {Status: 302, Location: "https://elsewhere.example"},
	} {
		srv := appwritetest.NewServer(t, appwritetest.WithoutListener())
		a := newAppOf(t, srv, srv.Client(appwrite.WithRetryPolicy(appwrite.RetryPolicy{MaxAttempts: 1})), nil)
		a.addUsers(ada)
		b := a.browser(t)
		b.signIn(ada)
		remove := a.Fail(fault)
		for _, path := range []string{"/profile", "/account"} {
			res := b.get(path)
			assert.Equal(t, http.StatusServiceUnavailable, res.StatusCode, "%s %s", name, path)
			assert.Empty(t, res.Cookies(), name)
			assert.NotContains(t, res.body, "elsewhere", name)
		}
		remove()
		assert.Equal(t, ada, b.get("/profile").body, name)
	}
}

// A wrong password is 401 as an ended session is, and must not sign anyone out.
func TestA401ThatIsNotAboutTheSessionKeepsIt(t *testing.T) {
	t.Parallel()
	a := newApp(t, nil)
	a.addUsers(ada)
	a.mux.HandleFunc("POST /password", func(w http.ResponseWriter, r *http.Request) {
		_, err := webauth.AccountFrom(r.Context()).UpdatePassword(r.Context(), appwrite.UpdatePasswordParams{Password: "battery staple", OldPassword: "wrong horse"})
		require.ErrorIs(t, err, appwrite.ErrUnauthorized)
		a.auth.Refuse(w, r, err)
	})
	a.mux.HandleFunc("POST /session", func(w http.ResponseWriter, r *http.Request) {
		err := webauth.AccountFrom(r.Context()).DeleteSession(r.Context(), "gone")
		require.ErrorIs(t, err, appwrite.ErrUserSessionNotFound)
		a.auth.Refuse(w, r, err)
	})
	b := a.browser(t)
	b.signIn(ada)
	for _, path := range []string{"/password", "/session"} {
		assert.Empty(t, b.do("POST", path, url.Values{}).Cookies())
		assert.Equal(t, ada, b.get("/profile").body)
	}
}

func TestWithoutACacheARequestReadsItsUserOnce(t *testing.T) {
	t.Parallel()
	a := newApp(t, nil)
	a.addUsers(ada)
	a.mux.Handle("/often", a.auth.RequireUser(a.auth.RequireUser(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				user, err := webauth.UserFrom(r.Context())
				assert.NoError(t, err)
				assert.Equal(t, ada, user.Email)
			})
		}
		all.Wait()
		showUser(w, r)
	}))))
	a.mux.HandleFunc("/static", func(http.ResponseWriter, *http.Request) {})
	b := a.browser(t)
	b.signIn(ada)
	for i := range 5 {
		assert.Equal(t, ada, b.get("/often").body)
		assert.Equal(t, i+1, a.calls("account.get"))
	}
	b.get("/static")
	assert.Equal(t, 5, a.calls("account.get"), "none where nobody asks")
	assert.Equal(t, "guest", a.browser(t).get("/").body)
	assert.Equal(t, 5, a.calls("account.get"), "none for a guest")
}

func TestAFailedReadIsNotRepeatedWithinARequest(t *testing.T) {
	t.Parallel()
	a := newApp(t, nil)
	a.mux.HandleFunc("/twice", func(_ http.ResponseWriter, r *http.Request) {
		for range 2 {
			_, err := webauth.UserFrom(r.Context())
			assert.ErrorIs(t, err, appwrite.ErrUnauthorized)
		}
	})
	a.browser(t).get("/twice", "Cookie", sessionCookie+"=nobodys")
	assert.Equal(t, 1, a.calls("account.get"))
}

// The context of one caller says nothing about the user.
func TestACallerWhoGivesUpLeavesTheUserToOthers(t *testing.T) {
	t.Parallel()
	a := newApp(t, nil)
	a.addUsers(ada)
	a.mux.HandleFunc("/late", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithCancel(r.Context())
		cancel()
		_, err := webauth.UserFrom(ctx)
		assert.ErrorIs(t, err, context.Canceled)
		showUser(w, r)
	})
	b := a.browser(t)
	b.signIn(ada)
	assert.Equal(t, ada, b.get("/late").body)
}

func TestAnOversizedJWTIsNotSentOn(t *testing.T) {
	t.Parallel()
	a := newApp(t, nil)
	b := a.browser(t)
	res := b.get("/profile", "Authorization", "Bearer "+strings.Repeat("x", 4097))
	assert.Equal(t, http.StatusUnauthorized, res.StatusCode)
	assert.Empty(t, a.Requests())
}

func TestInputThatAppwriteDoesNotTakeIsTheVisitorsMistake(t *testing.T) {
	t.Parallel()
	a := newApp(t, nil)
	a.addUsers(ada)
	a.mux.HandleFunc("POST /password", func(w http.ResponseWriter, r *http.Request) {
		_, err := webauth.AccountFrom(r.Context()).UpdatePassword(r.Context(), appwrite.UpdatePasswordParams{Password: r.PostFormValue("password"), OldPassword: password})
		assert.Error(t, err)
		a.auth.Refuse(w, r, err)
	})
	b := a.browser(t)
	b.signIn(ada)
	for _, text := range []string{"", "short"} { // the first is not even sent
		res := b.do("POST", "/password", url.Values{"password": {text}})
		assert.Equal(t, http.StatusBadRequest, res.StatusCode, text)
		assert.Empty(t, res.Cookies(), text)
	}
	assert.Equal(t, ada, b.get("/profile").body)
}

// A form cannot be sent again by a link.
func TestAFormThatNeedsAUserLeadsBackToTheStart(t *testing.T) {
	t.Parallel()
	b := newApp(t, nil).browser(t)
	assert.Equal(t, "/sign-in", b.do("POST", "/profile?a=b", url.Values{}).Header.Get("Location"))
	assert.Equal(t, "/sign-in?return_to=%2Fprofile%3Fa%3Db", b.do("HEAD", "/profile?a=b", nil).Header.Get("Location"))
}

// Up to 0.12 servers name no types.
func TestA401WithoutATypeEndsTheSession(t *testing.T) {
	t.Parallel()
	a := newApp(t, nil)
	a.mux.HandleFunc("/old", func(w http.ResponseWriter, r *http.Request) {
		a.auth.Refuse(w, r, &appwrite.Error{StatusCode: 401})
	})
	res := a.browser(t).get("/old", "Cookie", sessionCookie+"=s")
	assert.Equal(t, "/sign-in?return_to=%2Fold", res.Header.Get("Location"))
	assert.Negative(t, res.cookie(sessionCookie).MaxAge)
}

func TestPagesBehindRequireUserAreNotStored(t *testing.T) {
	t.Parallel()
	a := newApp(t, nil)
	a.addUsers(ada)
	a.mux.Handle("/own", a.auth.RequireUser(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Cache-Control", "private, max-age=60")
	})))
	b := a.browser(t)
	b.signIn(ada)
	assert.Equal(t, "no-store", b.get("/profile").Header.Get("Cache-Control"))
	assert.Equal(t, "private, max-age=60", b.get("/own").Header.Get("Cache-Control"))
}

// 32 visitors of two users at once, some with cookies, some with JWTs, signing in and out.
func TestUsersInParallelAreNeverMixed(t *testing.T) {
	t.Parallel()
	for name, cache := range map[string]webauth.Cache{"without cache": nil, "with cache": webauth.NewMemoryCache(3, time.Minute)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t, func(c *webauth.Config) { c.Cache = cache }, appwritetest.WithSettings(appwritetest.Settings{SessionLimit: 100}))
			a.addUsers(ada, bob)
			tokens := map[string]string{ada: a.jwt(t, ada), bob: a.jwt(t, bob)}
			var all sync.WaitGroup
			for i := range 32 {
				email := []string{ada, bob}[i%2]
				all.Go(func() {
					b := a.browser(t)
					for range 5 {
						var header []string
						if i%4 < 2 {
							header = []string{"Authorization", "Bearer " + tokens[email]}
						} else {
							b.signIn(email)
						}
						for _, path := range []string{"/", "/profile", "/account", "/profile"} {
							assert.Equal(t, email, b.get(path, header...).body, path)
						}
						if i%4 >= 2 {
							b.do("POST", "/sign-out", url.Values{})
							assert.Equal(t, "guest", b.get("/").body)
						}
					}
				})
			}
			all.Wait()
		})
	}
}

func TestTheAPIKeyIsNeverInAUsersRequest(t *testing.T) {
	t.Parallel()
	srv := appwritetest.NewServer(t, appwritetest.WithoutListener(), appwritetest.WithPlatforms("app.example.com"))
	a := newAppOf(t, srv, srv.Client(appwrite.WithAPIKey(srv.APIKey())), nil)
	a.addUsers(ada)
	a.identity(bob)
	b := a.browser(t)
	token := a.jwt(t, ada)
	before := len(a.Requests())
	for range 2 {
		b.get("/account") // a guest, at first
		b.get("/account", "Authorization", "Bearer "+token)
		b.get("/account", "Authorization", "Bearer nonsense")
		b.get("/account", "Cookie", sessionCookie+"=nonsense")
		b.signIn(ada)
		b.get("/profile")
		b.get("/account")
		b.get("/")
		b.get(a.comeBack(b))
		b.get("/account")
		b.do("POST", "/sign-out", url.Values{})
	}
	withKey := map[string]bool{"account.createEmailPasswordSession": true, "account.createOAuth2Token": true, "account.createSession": true}
	seen := map[string]bool{}
	for _, r := range a.Requests()[before:] {
		if r.Operation == "" {
			continue // the browser at the provider
		}
		seen[r.Operation] = true
		_, key := r.Header["X-Appwrite-Key"]
		assert.Equal(t, withKey[r.Operation], key, "%s %s", r.Operation, r.Path)
		_, session := r.Header["X-Appwrite-Session"]
		_, jwt := r.Header["X-Appwrite-Jwt"]
		assert.False(t, key && (session || jwt), r.Operation)
	}
	for operation := range withKey {
		assert.True(t, seen[operation], operation)
	}
	assert.True(t, seen["account.get"] && seen["account.deleteSession"])
}

// What one request does to its user, no other sees.
func TestARequestsUserIsItsOwn(t *testing.T) {
	t.Parallel()
	a := newApp(t, func(c *webauth.Config) { c.Cache = webauth.NewMemoryCache(10, time.Minute) })
	a.AddUser(appwritetest.User{Email: ada, Password: password, Labels: []string{"reader"}})
	a.mux.Handle("/vandal", a.auth.RequireUser(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, err := webauth.UserFrom(r.Context())
		assert.NoError(t, err)
		_, _ = fmt.Fprint(w, user.Email, user.Labels, *user.EmailIsFree, len(user.Targets), user.Targets[0].ID == "x")
		user.Email, user.Labels[0], *user.EmailIsFree, user.Targets[0].ID = bob, "admin", !*user.EmailIsFree, "x"
	})))
	b := a.browser(t)
	b.signIn(ada)
	first := b.get("/vandal").body
	assert.Contains(t, first, ada+"[reader]")
	for range 3 {
		assert.Equal(t, first, b.get("/vandal").body)
	}
	assert.Equal(t, 1, a.calls("account.get"))
}

func TestTheDefaultErrorPageEscapes(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequest("GET", "/", nil)
	for status := 400; status < 600; status++ {
		for _, accept := range []string{"text/html", "*/*"} {
			r.Header.Set("Accept", accept)
			w := httptest.NewRecorder()
			webauth.WriteError(w, r, status, &appwrite.Error{StatusCode: status, Message: "<script>"})
			assert.Equal(t, status, w.Code)
			text, err := io.ReadAll(w.Result().Body)
			require.NoError(t, err)
			assert.NotContains(t, string(text), "script")
		}
	}
}
