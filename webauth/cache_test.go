package webauth_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/appwritetest"
	"github.com/seed17809555/appwrite/models"
	"github.com/seed17809555/appwrite/webauth"
)

func cached(ttl time.Duration) func(*webauth.Config) {
	return func(c *webauth.Config) { c.Cache = webauth.NewMemoryCache(100, ttl) }
}

func TestACachedUserCostsNoCallUntilTheTimeIsUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newApp(t, cached(10*time.Second))
		a.addUsers(ada)
		b := a.browser(t)
		b.signIn(ada)
		for range 10 {
			assert.Equal(t, ada, b.get("/profile").body)
			<-time.After(time.Second - time.Nanosecond)
		}
		assert.Equal(t, 1, a.calls("account.get"))
		<-time.After(time.Second)
		assert.Equal(t, ada, b.get("/profile").body)
		assert.Equal(t, 2, a.calls("account.get"))
	})
}

// The price that the package's comment names.
func TestARevokedSessionIsTakenNoLongerThanTheCacheKeepsIt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newApp(t, cached(10*time.Second))
		a.addUsers(ada)
		b := a.browser(t)
		secret := b.signIn(ada).cookie(sessionCookie).Value
		b.get("/profile")
		require.NoError(t, a.Client(appwrite.WithSession(secret)).Account.DeleteSessions(t.Context()))
		<-time.After(9 * time.Second)
		assert.Equal(t, ada, b.get("/profile").body, "still let through")
		<-time.After(time.Second)
		assert.Equal(t, http.StatusSeeOther, b.get("/profile").StatusCode)

		secret = b.signIn(ada).cookie(sessionCookie).Value
		b.get("/profile")
		require.NoError(t, a.Client(appwrite.WithSession(secret)).Account.DeleteSessions(t.Context()))
		assert.Equal(t, http.StatusSeeOther, b.get("/account").StatusCode, "Appwrite refuses what is done with it")
		assert.Equal(t, http.StatusSeeOther, b.get("/profile", "Cookie", sessionCookie+"="+secret).StatusCode, "which ends it here too")
	})
}

func TestSigningOutDropsTheCachedUser(t *testing.T) {
	t.Parallel()
	a := newApp(t, cached(time.Hour))
	a.addUsers(ada, bob)
	b := a.browser(t)
	secret := b.signIn(ada).cookie(sessionCookie).Value
	assert.Equal(t, ada, b.get("/profile").body)
	b.do("POST", "/sign-out", url.Values{})
	copied := []string{"Cookie", sessionCookie + "=" + secret}
	assert.Equal(t, http.StatusSeeOther, b.get("/profile", copied...).StatusCode)

	secret = b.signIn(ada).cookie(sessionCookie).Value
	assert.Equal(t, ada, b.get("/profile").body)
	b.signIn(bob)
	copied = []string{"Cookie", sessionCookie + "=" + secret}
	assert.Equal(t, http.StatusSeeOther, a.browser(t).get("/profile", copied...).StatusCode, "a sign-in ends the one before")
	assert.Equal(t, bob, b.get("/profile").body)
}

func TestForgetShowsWhatAHandlerChanged(t *testing.T) {
	t.Parallel()
	a := newApp(t, cached(time.Hour))
	a.addUsers(ada)
	change := func(forget bool) http.HandlerFunc {
		return func(_ http.ResponseWriter, r *http.Request) {
			_, err := webauth.AccountFrom(r.Context()).UpdateEmail(r.Context(), appwrite.UpdateEmailParams{Email: r.PostFormValue("email"), Password: password})
			assert.NoError(t, err)
			if forget {
				a.auth.Forget(r)
			}
		}
	}
	a.mux.HandleFunc("POST /change", change(false))
	a.mux.HandleFunc("POST /change-and-forget", change(true))
	b := a.browser(t)
	b.signIn(ada)
	assert.Equal(t, ada, b.get("/profile").body)
	b.do("POST", "/change", url.Values{"email": {"ada2@example.com"}})
	assert.Equal(t, ada, b.get("/profile").body, "as old as the cache")
	b.do("POST", "/change-and-forget", url.Values{"email": {"ada3@example.com"}})
	assert.Equal(t, "ada3@example.com", b.get("/profile").body)

	b.do("GET", "/", nil)
	r := httptest.NewRequest("GET", "/", nil) // outside of Load
	for _, c := range b.client.Jar.Cookies(&url.URL{Scheme: "https", Host: "app.example.com", Path: "/"}) {
		r.AddCookie(c)
	}
	before := a.calls("account.get")
	a.auth.Forget(r)
	b.get("/profile")
	assert.Equal(t, before+1, a.calls("account.get"))
}

func TestFailuresAreNotCached(t *testing.T) {
	t.Parallel()
	a := newApp(t, cached(time.Hour))
	a.AddUser(appwritetest.User{Email: ada, Password: password, MFA: true, EmailVerified: true})
	b := a.browser(t)
	b.signIn(ada)
	for range 3 {
		assert.Equal(t, "/mfa?return_to=%2Fprofile", b.get("/profile").Header.Get("Location"))
	}
	assert.Equal(t, 3, a.calls("account.get"))
}

func TestTheMemoryCacheIsBounded(t *testing.T) {
	t.Parallel()
	cache := webauth.NewMemoryCache(2, time.Hour)
	for i := range 5 {
		cache.Set(t.Context(), fmt.Sprint(i), &models.User{ID: fmt.Sprint(i)})
	}
	for i := range 5 {
		user, ok := cache.Get(t.Context(), fmt.Sprint(i))
		assert.Equal(t, i > 2, ok, i)
		if ok {
			assert.Equal(t, fmt.Sprint(i), user.ID)
		}
	}
	cache.Delete(t.Context(), "4")
	_, ok := cache.Get(t.Context(), "4")
	assert.False(t, ok)
	for _, none := range []webauth.Cache{webauth.NewMemoryCache(0, time.Hour), webauth.NewMemoryCache(-1, time.Hour), webauth.NewMemoryCache(1, 0), webauth.NewMemoryCache(1, -1)} {
		assert.Nil(t, none, "which is no cache")
	}
}

// spy is a cache of an app's own, which notes the keys that it is given.
type spy struct {
	webauth.Cache
	mu   sync.Mutex
	keys map[string]bool
	sets int
}

func (s *spy) Set(ctx context.Context, key string, user *models.User) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sets++
	s.Cache.Set(ctx, key, user)
}

func (s *spy) Get(ctx context.Context, key string) (*models.User, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keys[key] = true
	return s.Cache.Get(ctx, key)
}

func TestTheCacheHoldsNoCredential(t *testing.T) {
	t.Parallel()
	cache := &spy{Cache: webauth.NewMemoryCache(10, time.Hour), keys: map[string]bool{}}
	a := newApp(t, func(c *webauth.Config) { c.Cache = cache })
	a.addUsers(ada)
	b := a.browser(t)
	secret := b.signIn(ada).cookie(sessionCookie).Value
	b.get("/profile")
	b.get("/profile", "Authorization", "Bearer "+a.jwt(t, ada))
	b.get("/profile", "Authorization", "Bearer "+secret) // the same text is not the same credential
	assert.Len(t, cache.keys, 3)
	for key := range cache.keys {
		assert.Regexp(t, `^[0-9a-f]{64}$`, key)
	}
}

// emptyCache answers as a cache does that has lost what it knew of.
type emptyCache struct{ webauth.Cache }

func (emptyCache) Get(context.Context, string) (*models.User, bool) { return nil, true }

func TestACacheThatAnswersNothingIsNotBelieved(t *testing.T) {
	t.Parallel()
	a := newApp(t, func(c *webauth.Config) { c.Cache = emptyCache{webauth.NewMemoryCache(10, time.Hour)} })
	a.addUsers(ada)
	b := a.browser(t)
	b.signIn(ada)
	assert.Equal(t, ada, b.get("/profile").body)
}

// As staging and production, whose projects have the same ID, or as two projects of one server:
// who is somebody there is nobody here.
func TestACacheMayBeSharedByAppsOfSeveralProjects(t *testing.T) {
	t.Parallel()
	cache := webauth.NewMemoryCache(10, time.Hour)
	share := func(c *webauth.Config) { c.Cache = cache }
	staging := newApp(t, share)
	staging.addUsers(ada)
	b := staging.browser(t)
	secret := b.signIn(ada).cookie(sessionCookie).Value
	assert.Equal(t, ada, b.get("/profile").body)

	for name, c := range map[string]struct {
		srv    *appwritetest.Server
		cookie string
	}{
		"another endpoint": {appwritetest.NewServer(t), sessionCookie},
		"another project":  {appwritetest.NewServer(t, appwritetest.WithoutListener(), appwritetest.WithProjectID("other")), "__Host-session_other"},
	} {
		other := newAppOf(t, c.srv, c.srv.Client(), share)
		res := other.browser(t).get("/profile", "Cookie", c.cookie+"="+secret)
		assert.Equal(t, http.StatusSeeOther, res.StatusCode, name)
		assert.Equal(t, 1, other.calls("account.get"), name)
	}
}

// slowCache takes its time to keep a user.
type slowCache struct {
	webauth.Cache
	meanwhile func()
}

func (c *slowCache) Set(ctx context.Context, key string, user *models.User) {
	c.meanwhile()
	c.Cache.Set(ctx, key, user)
}

func TestASignOutWhileAUserIsBeingKeptWins(t *testing.T) {
	t.Parallel()
	cache := &slowCache{Cache: webauth.NewMemoryCache(10, time.Hour)}
	a := newApp(t, func(c *webauth.Config) { c.Cache = cache })
	a.addUsers(ada)
	secret := a.browser(t).signIn(ada).cookie(sessionCookie).Value
	copied := []string{"Cookie", sessionCookie + "=" + secret}
	cache.meanwhile = func() { a.browser(t).do("POST", "/sign-out", url.Values{}, copied...) }
	assert.Equal(t, ada, a.browser(t).get("/profile", copied...).body)
	assert.Equal(t, http.StatusSeeOther, a.browser(t).get("/profile", copied...).StatusCode)
}

// door is a way to a server that can be held shut.
type door struct {
	inner http.RoundTripper
	path  string
	came  chan struct{} // one for each request at the door
	open  chan struct{}
}

func (d *door) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method+" "+r.URL.Path != d.path {
		return d.inner.RoundTrip(r)
	}
	res, err := d.inner.RoundTrip(r) // what is on its way back
	d.came <- struct{}{}
	select {
	case <-d.open:
		return res, err
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
}

func shutApp(t *testing.T, change func(*webauth.Config)) (*app, *door) {
	srv := appwritetest.NewServer(t, appwritetest.WithoutListener())
	d := &door{inner: srv.Transport(), path: "GET /v1/account", came: make(chan struct{}, 100), open: make(chan struct{})}
	client := srv.Client(appwrite.WithHTTPClient(&http.Client{Transport: d}))
	a := newAppOf(t, srv, client, change)
	a.addUsers(ada, bob)
	return a, d
}

func TestOneCallServesAllWhoWaitForASession(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a, d := shutApp(t, cached(time.Hour))
		visitors := map[string]*browser{ada: a.browser(t), bob: a.browser(t)}
		var all sync.WaitGroup
		for email, b := range visitors {
			b.signIn(email)
			for range 20 {
				all.Go(func() { assert.Equal(t, email, b.get("/profile").body) })
			}
		}
		synctest.Wait()
		assert.Len(t, d.came, 2, "one for each session")
		close(d.open)
		all.Wait()
		assert.Equal(t, 2, a.calls("account.get"))
	})
}

func TestAVisitorWhoLeavesDoesNotEndTheCallForOthers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a, d := shutApp(t, cached(time.Hour))
		b := a.browser(t)
		secret := b.signIn(ada).cookie(sessionCookie).Value
		ctx, leave := context.WithCancel(t.Context())
		left := make(chan int)
		go func() { // it is the one whose request makes the call
			r := httptest.NewRequest("GET", appURL+"/profile", nil).WithContext(ctx)
			r.AddCookie(&http.Cookie{Name: sessionCookie, Value: secret})
			w := httptest.NewRecorder()
			a.auth.Load(a.mux).ServeHTTP(w, r)
			assert.Empty(t, w.Header().Get("Set-Cookie"))
			left <- w.Code
		}()
		synctest.Wait()
		stays := make(chan string)
		go func() { stays <- b.get("/profile").body }()
		synctest.Wait()
		leave()
		assert.Equal(t, http.StatusServiceUnavailable, <-left)
		close(d.open)
		assert.Equal(t, ada, <-stays)
		assert.Equal(t, 1, a.calls("account.get"))
	})
}

func TestACallThatNothingEndsIsGivenUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a, _ := shutApp(t, cached(time.Hour))
		b := a.browser(t)
		b.signIn(ada)
		started := time.Now()
		assert.Equal(t, http.StatusServiceUnavailable, b.get("/profile").StatusCode)
		assert.Equal(t, 10*time.Second, time.Since(started))
	})
}

// The answer was given before the session ended, and arrives after it.
func TestAnAnswerThatASignOutOvertakesIsNotKept(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cache := &spy{Cache: webauth.NewMemoryCache(10, time.Hour), keys: map[string]bool{}}
		a, d := shutApp(t, func(c *webauth.Config) { c.Cache = cache })
		b := a.browser(t)
		secret := b.signIn(ada).cookie(sessionCookie).Value
		early := make(chan string)
		go func() { early <- b.get("/profile", "Cookie", sessionCookie+"="+secret).body }()
		<-d.came
		b.do("POST", "/sign-out", url.Values{})
		close(d.open)
		assert.Equal(t, ada, <-early, "it was asked before")
		assert.Zero(t, cache.sets, "not even for a moment: a cache may be far away")
		assert.Equal(t, http.StatusSeeOther, b.get("/profile", "Cookie", sessionCookie+"="+secret).StatusCode)
	})
}

// What was asked before a change does not answer who comes after it.
func TestAChangeIsSeenAlsoWhileACallIsOnItsWay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a, d := shutApp(t, cached(time.Hour))
		b := a.browser(t)
		secret := b.signIn(ada).cookie(sessionCookie).Value
		a.mux.HandleFunc("POST /change", func(_ http.ResponseWriter, r *http.Request) {
			_, err := webauth.AccountFrom(r.Context()).UpdateEmail(r.Context(), appwrite.UpdateEmailParams{Email: "ada2@example.com", Password: password})
			assert.NoError(t, err)
			a.auth.Forget(r)
		})
		early, late := make(chan string), make(chan string)
		go func() { early <- b.get("/profile", "Cookie", sessionCookie+"="+secret).body }()
		<-d.came
		assert.Equal(t, http.StatusOK, b.do("POST", "/change", url.Values{}).StatusCode)
		go func() { late <- b.get("/profile", "Cookie", sessionCookie+"="+secret).body }()
		<-d.came // a call of its own
		close(d.open)
		assert.Equal(t, ada, <-early)
		assert.Equal(t, "ada2@example.com", <-late)
	})
}

func TestASecondFactorThatIsOwedNowDropsTheCachedUser(t *testing.T) {
	t.Parallel()
	a := newApp(t, cached(time.Hour))
	a.addUsers(ada)
	b := a.browser(t)
	b.signIn(ada)
	assert.Equal(t, ada, b.get("/profile").body)
	a.Fail(appwritetest.Fault{Operation: "account.get", Status: 401, Type: appwrite.ErrUserMoreFactorsRequired})
	assert.Equal(t, ada, b.get("/profile").body)
	assert.Equal(t, "/mfa?return_to=%2Faccount", b.get("/account").Header.Get("Location"))
	assert.Equal(t, "/mfa?return_to=%2Fprofile", b.get("/profile").Header.Get("Location"))
}

func TestWithoutACacheNoTwoRequestsShareAnAnswer(t *testing.T) {
	t.Parallel()
	a := newApp(t, nil)
	a.addUsers(ada)
	b := a.browser(t)
	b.signIn(ada)
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() { assert.Equal(t, ada, b.get("/profile").body) })
	}
	all.Wait()
	assert.Equal(t, 16, a.calls("account.get"))
}

// request returns one of a signed-in visitor, as a server would hand it on.
func request(tb testing.TB, a *app) *http.Request {
	tb.Helper()
	secret := a.browser(tb).signIn(ada).cookie(sessionCookie).Value
	r := httptest.NewRequest("GET", appURL+"/profile", nil)
	r.Header.Set("Accept", "text/html")
	r.Header.Set("User-Agent", "Mozilla/5.0 "+strings.Repeat("x", 100))
	r.AddCookie(&http.Cookie{Name: sessionCookie, Value: secret})
	return r
}

func BenchmarkRequireUserCached(b *testing.B) {
	a := newApp(b, cached(time.Hour))
	a.addUsers(ada)
	r := request(b, a)
	handler := a.auth.RequireUser(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	handler.ServeHTTP(httptest.NewRecorder(), r)
	before := len(a.Requests())
	w := httptest.NewRecorder()
	b.ReportAllocs()
	for b.Loop() {
		handler.ServeHTTP(w, r)
	}
	require.Len(b, a.Requests(), before)
}

func BenchmarkRequireUserUncached(b *testing.B) {
	a := newApp(b, nil)
	a.addUsers(ada)
	r := request(b, a)
	handler := a.auth.RequireUser(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	w := httptest.NewRecorder()
	b.ReportAllocs()
	for b.Loop() {
		handler.ServeHTTP(w, r)
	}
}
