package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite/appwritetest"
	"github.com/seed17809555/appwrite/models"
)

// browser is the one Chromium of all tests; each visitor has a profile of their own in it.
var browser struct {
	once  sync.Once
	ctx   context.Context
	err   error
	close func()
}

var errNoBrowser = errors.New("no Chromium here: install one (Debian: apt-get install chromium), or name it in $CHROMIUM")

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler)) // outages are part of the tests
	code := m.Run()
	if browser.close != nil {
		browser.close()
	}
	os.Exit(code)
}

func startBrowser() {
	program := findBrowser()
	if program == "" {
		browser.err = errNoBrowser
		return
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(program),
		chromedp.Flag("headless", "new"),
		chromedp.Flag("ignore-certificate-errors", true), // httptest's
		chromedp.Flag("hide-scrollbars", true),
		chromedp.Flag("font-render-hinting", "none"),
	)
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // it refuses to run as root otherwise
	}
	allocator, end := chromedp.NewExecAllocator(context.Background(), options...)
	// Events of a Chromium that is newer than chromedp cannot all be decoded: no reason to
	// fail.
	ctx, cancel := chromedp.NewContext(allocator, chromedp.WithErrorf(func(string, ...any) {}))
	browser.ctx, browser.err = ctx, chromedp.Do(ctx)
	browser.close = func() {
		_ = chromedp.Cancel(ctx)
		cancel()
		end()
	}
}

func findBrowser() string {
	for _, name := range []string{os.Getenv("CHROMIUM"), "chromium", "chromium-browser", "google-chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// site is the app, served over TLS as in production, with the server behind it.
type site struct {
	*appwritetest.Server
	url string
}

func newSite(t *testing.T) site {
	t.Helper()
	server := appwritetest.NewServer(t)
	front := httptest.NewUnstartedServer(nil)
	url := fmt.Sprintf("https://localhost:%s", front.Listener.Addr().String()[len("127.0.0.1:"):])
	app, err := newApp(server.Client(), url, server, []models.OAuthProvider{models.OAuthProviderGitHub, models.OAuthProviderGoogle})
	require.NoError(t, err)
	front.Config.Handler = app.routes()
	front.Config.ErrorLog = quiet
	front.StartTLS()
	t.Cleanup(front.Close)
	return site{server, url}
}

// visitor is a person with a browser profile and one tab in it.
type visitor struct {
	t    *testing.T
	ctx  context.Context
	site site

	mu       sync.Mutex
	messages []string // errors on the console
}

// visit opens a tab on a desktop. What it writes on the console as an error fails the test.
func (s site) visit(t *testing.T) *visitor {
	t.Helper()
	browser.once.Do(startBrowser)
	if errors.Is(browser.err, errNoBrowser) && os.Getenv("CI") == "" {
		t.Skip(errNoBrowser)
	}
	require.NoError(t, browser.err)
	ctx, cancel := chromedp.NewContext(browser.ctx, chromedp.WithNewBrowserContext())
	v := &visitor{t: t, ctx: ctx, site: s}
	t.Cleanup(func() {
		assert.Empty(t, v.errors(), "on the console")
		cancel()
	})
	require.NoError(t, chromedp.Listen(ctx, v.listen))
	send(v, log.Enable, cdp.Empty{})
	v.resize(desktop)
	return v
}

func (v *visitor) listen(event any) {
	message := ""
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		message = e.ExceptionDetails.Text
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError {
			message = fmt.Sprintf("console.error %s", e.Args[0].Value)
		}
	case *log.EventEntryAdded:
		// The answers to forms that were refused are 4xx pages, which Chromium notes.
		aPage := e.Entry.Source == log.EntrySourceNetwork && !strings.Contains(e.Entry.URL, "/static/")
		if e.Entry.Level == log.EntryLevelError && !aPage {
			message = e.Entry.Text + " " + e.Entry.URL
		}
	}
	if message != "" {
		v.mu.Lock()
		v.messages = append(v.messages, message)
		v.mu.Unlock()
	}
}

func (v *visitor) errors() []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.messages
}

// patience is how long a step may take on a busy machine.
const patience = 20 * time.Second

type step = chromedp.Action[chromedp.Void]

// get runs an action and returns its value.
func get[T any](v *visitor, action chromedp.Action[T]) T {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(v.ctx, patience)
	defer cancel()
	value, err := chromedp.Run(ctx, action)
	require.NoError(v.t, err)
	return value
}

// evaluate runs a script in the page and returns its value.
func evaluate[T any](v *visitor, script string) T {
	v.t.Helper()
	return get(v, chromedp.Evaluate[T](script))
}

// send gives the browser a command of its protocol.
func send[P, R any](v *visitor, command cdp.Command[P, R], params P) R {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(v.ctx, patience)
	defer cancel()
	result, err := chromedp.Call(ctx, command, params)
	require.NoError(v.t, err)
	return result
}

// load does what leads to a page with the status, and waits for that.
func (v *visitor) load(status int64, steps ...step) *network.Response {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(v.ctx, patience)
	defer cancel()
	answer, err := chromedp.RunResponse(ctx, steps...)
	require.NoError(v.t, err)
	require.Equal(v.t, status, answer.Status, "%s: %s", answer.URL, v.text())
	return answer
}

func (v *visitor) open(path string) *network.Response {
	v.t.Helper()
	return v.load(http.StatusOK, chromedp.Navigate(v.absolute(path)))
}

func (v *visitor) absolute(path string) string {
	if strings.HasPrefix(path, "/") {
		return v.site.url + path
	}
	return path
}

// fill types into the field with the label.
func (v *visitor) fill(label, text string) {
	v.t.Helper()
	found := evaluate[bool](v, fmt.Sprintf(`(() => {
		const label = [...document.querySelectorAll("label")].find((l) => l.textContent.trim() === %q);
		label?.control?.focus(); label?.control?.select?.();
		return label != null && document.activeElement === label.control;
	})()`, label))
	require.True(v.t, found, "no field %q in %s", label, v.text())
	send(v, input.InsertText, input.InsertTextParams{Text: text})
}

// clickable is the XPath of a button or link of the page's main part.
func clickable(text string) chromedp.Search {
	return chromedp.Search(fmt.Sprintf(`//main//*[self::button or self::a][normalize-space(.)='%s']`, text))
}

// press clicks on a button or link, which leads to a page with the status.
func (v *visitor) press(text string, status int64) {
	v.t.Helper()
	v.load(status, chromedp.Click(clickable(text)))
}

// text returns what the page says, in one line.
func (v *visitor) text() string {
	v.t.Helper()
	return evaluate[string](v, `document.body.innerText.replace(/\s+/g, " ")`)
}

func (v *visitor) path() string {
	v.t.Helper()
	return evaluate[string](v, `location.pathname`)
}

// cookies returns all cookies of the visitor for the app.
func (v *visitor) cookies() []*network.Cookie {
	v.t.Helper()
	return send(v, network.GetCookies, network.GetCookiesParams{URLs: []string{v.site.url}}).Cookies
}

// signUp opens an account for the address.
func (v *visitor) signUp(name, email, password string) {
	v.t.Helper()
	v.open("/sign-up")
	v.fill("Name", name)
	v.fill("E-mail address", email)
	v.fill("Password", password)
	v.press("Sign up", http.StatusOK)
	require.Contains(v.t, v.text(), "Hello, "+name)
}

func (v *visitor) signIn(email, password string, status int64) {
	v.t.Helper()
	v.open("/sign-in")
	v.fill("E-mail address", email)
	v.fill("Password", password)
	v.press("Sign in", status)
}

func (v *visitor) signOut() {
	v.t.Helper()
	v.load(http.StatusOK, chromedp.Click(chromedp.Search(`//button[normalize-space(.)='Sign out']`)))
	require.Contains(v.t, v.text(), "You are signed out.")
}

// openMail opens the link of the newest mail to the address, from the inbox's page.
func (v *visitor) openMail(to string) {
	v.t.Helper()
	mail, ok := v.site.Inbox().Last(to)
	require.True(v.t, ok, "no mail to %s", to)
	v.open("/inbox")
	v.load(http.StatusOK, chromedp.Click(chromedp.CSS(fmt.Sprintf(`a[href=%q]`, mail.URL))))
}

// screen is a size that pages are looked at in.
type screen struct {
	name          string
	width, height int64
	phone         bool
}

var (
	phone   = screen{"390", 390, 844, true}
	desktop = screen{"1280", 1280, 860, false}
)

//go:embed testdata/check.js
var checkScript string

func (v *visitor) resize(s screen) {
	v.t.Helper()
	send(v, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: s.width, Height: s.height, DeviceScaleFactor: 1, Mobile: s.phone,
	})
}

// use makes the browser one with another user agent.
func (v *visitor) use(agent string) {
	v.t.Helper()
	send(v, emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{UserAgent: agent})
}

// prefer sets the device's theme.
func (v *visitor) prefer(theme string) {
	v.t.Helper()
	send(v, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: theme}},
	})
}

// check looks at the page on a phone and on a desktop, in the light and in the dark, and keeps
// screenshots where go test -artifacts asks for them.
func (v *visitor) check(name string) {
	v.t.Helper()
	for _, s := range []screen{phone, desktop} {
		v.resize(s)
		assert.Equal(v.t, s.width, evaluate[int64](v, `document.documentElement.clientWidth`), "%s at %s", name, s.name)
		for _, theme := range []string{"light", "dark"} {
			v.prefer(theme)
			assert.Empty(v.t, evaluate[[]string](v, checkScript), "%s at %s, %s", name, s.name, theme)
			v.keep(fmt.Sprintf("%s-%s-%s", name, s.name, theme))
		}
	}
	v.prefer("light")
}

// keep takes a screenshot, for go test -artifacts.
func (v *visitor) keep(name string) {
	v.t.Helper()
	if keepsArtifacts() {
		picture := get(v, chromedp.FullScreenshot(100))
		require.NoError(v.t, os.WriteFile(filepath.Join(v.t.ArtifactDir(), name+".png"), picture, 0o666))
	}
}
