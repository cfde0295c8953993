package webauth_test

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"time"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/appwritetest"
	"github.com/seed17809555/appwrite/models"
	"github.com/seed17809555/appwrite/webauth"
)

// An app in which visitors sign in and out, and see a page of their own.
func Example() {
	srv, err := appwritetest.Start() // your Appwrite, in your program
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	srv.AddUser(appwritetest.User{Email: "ada@example.com", Password: "correct horse", Name: "Ada"})
	app := httptest.NewUnstartedServer(nil)

	auth, err := webauth.New(srv.Client(), webauth.Config{URL: "http://" + app.Listener.Addr().String()})
	if err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /sign-in", func(w http.ResponseWriter, r *http.Request) {
		session, err := auth.SignInAccount(r).CreateEmailPasswordSession(r.Context(), appwrite.EmailPasswordParams{
			Email: r.PostFormValue("email"), Password: r.PostFormValue("password"),
		})
		if errors.Is(err, appwrite.ErrUserInvalidCredentials) {
			http.Error(w, "wrong address or password", http.StatusUnauthorized)
			return
		}
		if err == nil {
			err = auth.SignIn(w, r, session)
		}
		if err != nil {
			auth.Refuse(w, r, err)
			return
		}
		http.Redirect(w, r, webauth.ReturnPath(r), http.StatusSeeOther)
	})
	mux.HandleFunc("POST /sign-out", func(w http.ResponseWriter, r *http.Request) {
		if err := auth.SignOut(w, r); err != nil {
			log.Print(err) // holds no secret
		}
		http.Redirect(w, r, "/", http.StatusSeeOther)
	})
	mux.Handle("GET /profile", auth.RequireUser(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, err := webauth.UserFrom(r.Context())
		if err != nil {
			auth.Refuse(w, r, err)
			return
		}
		fmt.Fprint(w, "Hello, ", user.Name)
	})))
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "Welcome") })

	app.Config.Handler = auth.Load(mux)
	app.Start()
	defer app.Close()

	// What a browser does:
	jar, _ := cookiejar.New(nil)
	browser := &http.Client{Jar: jar}
	show := func(res *http.Response, err error) {
		if err != nil {
			log.Fatal(err)
		}
		defer res.Body.Close()
		text, _ := io.ReadAll(res.Body)
		fmt.Println(res.Request.URL.Path, string(text))
	}
	form := url.Values{"email": {"ada@example.com"}, "password": {"correct horse"}, "return_to": {"/profile"}}
	show(browser.PostForm(app.URL+"/sign-in", form))
	show(browser.PostForm(app.URL+"/sign-out", nil))
	show(browser.Get(app.URL + "/profile"))
	// Output:
	// /profile Hello, Ada
	// / Welcome
	// /profile {"message":"Please sign in.","code":401}
}

// A login at a provider takes two handlers.
func ExampleAuth_OAuth2Login() {
	srv, err := appwritetest.Start(appwritetest.WithPlatforms("app.example.com"))
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	auth, err := webauth.New(srv.Client(), webauth.Config{URL: "https://app.example.com"})
	if err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("POST /oauth2/github", auth.OAuth2Login(models.OAuthProviderGitHub))
	mux.Handle("GET /oauth2/callback", auth.OAuth2Callback())

	begun := httptest.NewRecorder()
	mux.ServeHTTP(begun, httptest.NewRequest("POST", "/oauth2/github?return_to=/profile", nil))
	srv.OAuth2().SetIdentity(appwritetest.OAuth2Identity{ProviderUID: "4711", Email: "ada@example.com", EmailVerified: true})
	back := httptest.NewRequest("GET", srv.OAuth2().Login(begun.Header().Get("Location")).String(), nil)

	stranger := httptest.NewRecorder()
	mux.ServeHTTP(stranger, back)
	fmt.Println("another browser:", stranger.Code)

	back.AddCookie(begun.Result().Cookies()[0])
	ended := httptest.NewRecorder()
	mux.ServeHTTP(ended, back)
	fmt.Println("this browser:", ended.Code, ended.Header().Get("Location"))
	// Output:
	// another browser: 403
	// this browser: 303 /profile
}

// The page that the link of a magic URL leads to.
func ExampleAuth_Link() {
	srv, err := appwritetest.Start(appwritetest.WithPlatforms("app.example.com"))
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	auth, err := webauth.New(srv.Client(), webauth.Config{URL: "https://app.example.com"})
	if err != nil {
		log.Fatal(err)
	}
	page := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, `<form method="post"><button>Sign in</button></form>`)
	})
	link := auth.Link(page, func(w http.ResponseWriter, r *http.Request, link appwrite.Callback) {
		if err := auth.SignInWithToken(w, r, link.UserID, link.Secret); err != nil {
			http.Error(w, "the link has been used or is too old", http.StatusForbidden)
			return
		}
		http.Redirect(w, r, webauth.ReturnPath(r), http.StatusSeeOther)
	})

	ask := httptest.NewRequest("POST", "/magic-link", nil)
	_, err = auth.SignInAccount(ask).CreateMagicURLToken(ask.Context(), appwrite.MagicURLTokenParams{
		Email: "ada@example.com", URL: auth.URL("/magic-link/open"),
	})
	if err != nil {
		log.Fatal(err)
	}
	mail, _ := srv.Inbox().Last("ada@example.com")
	for _, method := range []string{"GET", "POST", "POST"} {
		w := httptest.NewRecorder()
		link.ServeHTTP(w, httptest.NewRequest(method, mail.URL, nil))
		fmt.Println(method, w.Code, len(w.Result().Cookies()), "cookies")
	}
	// Output:
	// GET 200 0 cookies
	// POST 303 1 cookies
	// POST 403 0 cookies
}

// Behind two proxies, with several processes and a cache.
func ExampleConfig() {
	client, err := appwrite.NewClient("https://cloud.appwrite.io/v1", "my-project")
	if err != nil {
		log.Fatal(err)
	}
	key := []byte("32 random bytes from the environ") // the same in all processes
	auth, err := webauth.New(client, webauth.Config{
		URL:            "https://app.example.com",
		SignInPath:     "/login",
		Key:            key,
		Cache:          webauth.NewMemoryCache(10_000, 10*time.Second),
		TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(auth.URL("/profile"))
	// Output: https://app.example.com/profile
}
