package appwrite_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/internal/everycall"
	"github.com/seed17809555/appwrite/internal/testkit"
)

func TestClientsPrintNoSecret(t *testing.T) {
	t.Parallel()
	secret, dev := testkit.SecretText("credential"), testkit.SecretText("dev")[:64]
	options := credentialOptions(secret)
	minting := appwrite.NewJWTSource(memory(t, answersJSON(201, `{"jwt":"`+secret+`"}`), appwrite.WithSession(secret)).Account, 0)
	_, err := minting.JWT(t.Context())
	require.NoError(t, err)
	options["minting source"] = appwrite.WithJWTSource(minting)
	for kind, option := range options {
		for _, release := range []string{"1.4", "1.9.6"} {
			t.Run(kind+" "+release, func(t *testing.T) {
				t.Parallel()
				c := newClient(t, "http://host/v1", option, appwrite.WithDevKey(dev), appwrite.WithServerVersion(release))
				for _, v := range []any{*c, c, *c.Account, c.Account} {
					testkit.RequirePrintsNoSecret(t, v, secret, dev)
				}
				testkit.RequireNoLeak(t, c.String()+c.Account.String(), "String", secret, dev)
				testkit.RequireHidden(t, *c, secret, dev)
				testkit.RequireHidden(t, c, secret, dev)
				testkit.RequireHidden(t, *c.Account, secret, dev)
				testkit.RequireHidden(t, c.Account, secret, dev)
			})
		}
	}
}

func TestJWTSourcesPrintNoSecret(t *testing.T) {
	t.Parallel()
	session, token := testkit.SecretText("session"), testkit.SecretText("token")
	source := appwrite.NewJWTSource(memory(t, answersJSON(201, `{"jwt":"`+token+`"}`), appwrite.WithSession(session)).Account, 0)
	testkit.RequirePrintsNoSecret(t, source, session, token)
	got, err := source.JWT(t.Context())
	require.NoError(t, err)
	require.Equal(t, token, got)
	testkit.RequirePrintsNoSecret(t, source, session, token)
	testkit.RequireHidden(t, source, session, token)
}

// secretParams are the parameter structs of all methods and the Callback, with a text in each
// of their secrets.
func secretParams(secret string) (all []any) {
	types := []reflect.Type{reflect.TypeFor[appwrite.Callback]()}
	methods := reflect.TypeFor[*appwrite.Account]()
	for i := range methods.NumMethod() {
		method := methods.Method(i).Type
		for j := range method.NumIn() {
			if in := method.In(j); in.Kind() == reflect.Struct && !slices.Contains(types, in) {
				types = append(types, in)
			}
		}
	}
	for _, typ := range types {
		v, hasSecret := reflect.New(typ).Elem(), false
		for i := range typ.NumField() {
			switch {
			case typ.Field(i).Tag.Get("secret") != "":
				v.Field(i).SetString(secret + strconv.Itoa(i))
				hasSecret = true
			case typ.Field(i).Type.Kind() == reflect.String:
				v.Field(i).SetString("plain")
			}
		}
		if hasSecret {
			all = append(all, v.Interface())
		}
	}
	return all
}

func TestParametersPrintNoSecret(t *testing.T) {
	t.Parallel()
	secret := testkit.SecretText("param")
	for _, p := range secretParams(secret) {
		t.Run(reflect.TypeOf(p).Name(), func(t *testing.T) {
			t.Parallel()
			testkit.RequirePrintsNoSecret(t, p, secret)
			text := fmt.Sprintf("%+v", p)
			assert.True(t, strings.HasPrefix(text, reflect.TypeOf(p).Name()+"{"), text)
			assert.Contains(t, text, appwrite.Redacted)
			object, err := json.Marshal(p)
			require.NoError(t, err)
			assert.Contains(t, string(object), appwrite.Redacted)

			// That there was no secret is what people look for, and gives nothing away.
			empty := reflect.New(reflect.TypeOf(p)).Elem().Interface()
			assert.NotContains(t, fmt.Sprint(empty), appwrite.Redacted)
		})
	}
	assert.Equal(t, "EmailPasswordParams{Email:w@example.com Password:[redacted]}", fmt.Sprint(appwrite.EmailPasswordParams{Email: "w@example.com", Password: secret}))
}

func TestErrorsAndCapturedResponsesPrintNeitherHeaderNorBody(t *testing.T) {
	t.Parallel()
	secret := testkit.SecretText("answer")
	header := http.Header{"X-Echo": {secret}, "Location": {"http://host/?" + secret}, "X-Appwrite-Session": {secret}}
	answer := &appwrite.Error{StatusCode: 401, Type: appwrite.ErrUserInvalidCredentials, Message: "no", Operation: "account.get", Header: header, Body: []byte(secret)}
	broken := &appwrite.DecodeError{Operation: "account.get", StatusCode: 200, Body: []byte(secret), Err: errors.New("it lacks $id")}
	for _, v := range []any{
		*answer, answer, *broken, broken, fmt.Errorf("wrapped: %w", answer), fmt.Errorf("wrapped: %w", broken), errors.Join(answer, broken),
		appwrite.GaveUp(&appwrite.Error{StatusCode: 503, Header: header, Body: []byte(secret)}, context.Canceled),
		appwrite.Response{StatusCode: 201, Header: header, Attempts: 2}, &appwrite.Response{StatusCode: 201, Header: http.Header{"Set-Cookie": {secret}}},
	} {
		testkit.RequirePrintsNoSecret(t, v, secret)
	}
}

func TestErrorsStillPrintWhatTheyAreAbout(t *testing.T) {
	t.Parallel()
	err := &appwrite.Error{StatusCode: 401, Type: appwrite.ErrUserInvalidCredentials, Message: "Invalid credentials.", Operation: "account.createSession"}
	const text = "account.createSession: 401 user_invalid_credentials: Invalid credentials."
	assert.Equal(t, text+" "+text+" "+strconv.Quote(text), fmt.Sprintf("%v %+v %q", err, err, err))
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Error("failed", "err", err)
	assert.Contains(t, log.String(), `"err":{"operation":"account.createSession","status":401,"type":"user_invalid_credentials","message":"Invalid credentials."}`)
}

// echo is a way in which a server or a proxy gives back what it was sent. In its texts, TEXT
// stands for pad and secret, JSON, HTML and GO for both in these languages, DASHED for both
// without spaces, SECRET and PAD for one alone.
type echo struct {
	name        string
	status      int // 0 for no answer
	contentType string
	body        string
	headers     []string
	value       string // of the headers
	err         string // in the place of an answer, or after the body
}

const plainJSON = "application/json"

var (
	inLocation = []string{"Location"}
	inMany     = []string{"X-Appwrite-Warning", "X-Ratelimit-Limit", "X-Ratelimit-Remaining", "X-Ratelimit-Reset", "Date", "Set-Cookie", "X-Fallback-Cookies", "Server", "X-Echo", "Retry-After"}
)

var echoes = []echo{
	{name: "message", status: 400, contentType: plainJSON, body: `{"message":JSON,"type":"general_argument_invalid","code":400}`},
	{name: "message to be tried again", status: 503, contentType: plainJSON, body: `{"message":JSON,"type":"general_unknown"}`},
	{name: "type", status: 401, contentType: plainJSON, body: `{"message":"no","type":JSON}`},
	{name: "version", status: 401, contentType: plainJSON, body: `{"message":"no","type":"x","version":JSON}`},
	{name: "unknown key", status: 401, contentType: plainJSON, body: `{JSON:JSON}`},
	{name: "title", status: 502, contentType: "text/html", body: "<html><head><title>HTML</title></head></html>"},
	{name: "Appwrite's page", status: 400, contentType: "text/html", body: fmt.Sprintf(errorPage, 400, "HTML", "general_argument_invalid")},
	{name: "Appwrite's page, type", status: 400, contentType: "text/html", body: fmt.Sprintf(errorPage, 400, "no", "SECRET")},
	{name: "Appwrite's page without heading", status: 400, contentType: "text/html", body: "<title>HTML</title><span class='type'>general_unknown</span><p>HTML"},
	{name: "plain text", status: 403, contentType: "text/plain", body: "TEXT\nsecond line"},
	{name: "JSON text", status: 403, contentType: plainJSON, body: "JSON"},
	{name: "content type of an error", status: 500, contentType: "text/DASHED", body: "[]"},
	{name: "content type of a success", status: 200, contentType: "text/DASHED", body: "hello"},
	{name: "success as a page", status: 200, contentType: "text/html", body: "<title>HTML</title>"},
	{name: "success cut off", status: 200, contentType: plainJSON, body: `{"$id":"TEXT`},
	{name: "success of a wrong kind", status: 200, contentType: plainJSON, body: `{JSON:1,"$id":{JSON:1},"$createdAt":JSON,"total":JSON}`},
	{name: "success with broken syntax", status: 200, contentType: plainJSON, body: `{"name":JSON SECRET}`},
	{name: "redirect", status: 307, contentType: "text/html", body: "<a href='HTML'>", headers: inLocation, value: "https://DASHED.example/SECRET?SECRET"},
	{name: "redirect to an unknown scheme", status: 307, contentType: "text/html", headers: inLocation, value: "xSECRET://host/"},
	{name: "redirect to no URL", status: 301, contentType: "text/html", headers: inLocation, value: "https://[::1DASHED"},
	{name: "headers and warning", status: 429, contentType: plainJSON, body: `{"message":"slow down","type":"general_rate_limit_exceeded"}`, headers: inMany, value: "TEXT"},
	{name: "long warning", status: 400, contentType: plainJSON, body: `{"message":"no","type":"x"}`, headers: inMany[:1], value: strings.Repeat("PAD ", 10) + strings.Repeat("w", 950) + "SECRET"},
	{name: "transport", err: "proxy says: TEXT"},
	{name: "transport, quoted", err: "malformed HTTP response GO"},
	{name: "body that breaks off", status: 200, contentType: plainJSON, err: "broke at TEXT"},
	{name: "error body that breaks off", status: 502, contentType: "text/plain", body: "TEXT", err: "broke at SECRET"},
}

func quoted(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

func (e echo) answer(secret, pad string) (*http.Response, error) {
	text := pad + secret
	fill := strings.NewReplacer("TEXT", text, "JSON", quoted(text), "HTML", html.EscapeString(text), "GO", strconv.Quote(text),
		"DASHED", strings.ReplaceAll(pad, " ", "-")+secret, "SECRET", secret, "PAD", pad).Replace
	if e.status == 0 {
		return nil, errors.New(fill(e.err))
	}
	resp := response(e.status, fill(e.contentType), fill(e.body))
	resp.Status = strconv.Itoa(e.status) + " " + secret
	for _, name := range e.headers {
		resp.Header.Set(name, fill(e.value))
	}
	if e.err != "" {
		resp.Body = io.NopCloser(io.MultiReader(resp.Body, iotest.ErrReader(errors.New(fill(e.err)))))
		resp.ContentLength = -1
	}
	return resp, nil
}

// pads put a secret where a text is cut off to shorten it.
var pads = []string{"", strings.Repeat("pad ", 13) + "12", strings.Repeat("pad ", 18) + "123", strings.Repeat("pad ", 37) + "1234567", strings.Repeat("pad ", 58), strings.Repeat("pad ", 1000), strings.Repeat("pad ", 1023) + "12"}

// secretsIn returns the credential, the dev key and the secret parameters of a request.
func secretsIn(t *testing.T, r testkit.Sent) []string {
	t.Helper()
	var found []string
	for _, values := range credentialsIn(r.Header) {
		for cookie := range strings.SplitSeq(strings.TrimPrefix(values[0], "Bearer "), "; ") {
			found = append(found, strings.TrimPrefix(strings.TrimPrefix(cookie, cookieName+"="), cookieName+"_legacy="))
		}
	}
	found = append(found, r.Header[appwrite.DevKeyHeader]...)
	var body map[string]any
	if r.Body != "" {
		require.NoError(t, json.Unmarshal([]byte(r.Body), &body))
	}
	for _, key := range []string{"password", "oldPassword", "secret", "otp"} {
		if s, ok := body[key].(string); ok {
			found = append(found, s)
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// echoed makes the call once for every secret that it sends and every pad, and fails where a
// piece of a secret gets into the error or a log.
func echoed(t *testing.T, c everycall.Call, way echo, pads []string, opts ...appwrite.Option) {
	t.Helper()
	log, logger := withLog(slog.LevelDebug)
	respond := answers(http.StatusTeapot, "", "")
	client := memory(t, func(r *http.Request) (*http.Response, error) { return respond(r) },
		append(slices.Clone(opts), logger, appwrite.WithRetryPolicy(appwrite.RetryPolicy{MaxAttempts: 2, MinDelay: 1, MaxDelay: 1}))...)
	inJSON, err := client.With(appwrite.WithLogger(slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))))
	require.NoError(t, err)
	inText := client.Client

	_, _ = c.Do(t.Context(), client.Account, c.Full())
	secrets := secretsIn(t, client.Take()[0])
	where := c.Method + ", " + way.name
	for _, secret := range secrets {
		for _, pad := range pads {
			log.take()
			respond = func(*http.Request) (*http.Response, error) { return way.answer(secret, pad) }
			inText, inJSON = inJSON, inText
			_, err := c.Do(t.Context(), inText.Account, c.Full())
			testkit.RequireNoLeak(t, log.take(), where+", log", secrets...)
			if err == nil {
				continue // a success whatever it holds: deletes and preferences
			}
			testkit.RequireNoLeak(t, fmt.Sprintf("%s %+v %#v", err, err, err), where, secrets...)
			if answer, ok := errors.AsType[*appwrite.Error](err); ok {
				testkit.RequireNoLeak(t, answer.Message, where+", Message", secrets...)
				testkit.RequireNoLeak(t, string(answer.Type), where+", Type", secrets...)
				testkit.RequireNoLeak(t, string(answer.Body), where+", Body", secrets...)
				assert.LessOrEqual(t, len(answer.Body), appwrite.MaxKeptBytes)
			}
		}
	}
}

func TestEchoedSecretsAreInNoErrorAndNoLog(t *testing.T) {
	t.Parallel()
	for _, way := range echoes {
		t.Run(way.name, func(t *testing.T) {
			t.Parallel()
			for i, c := range everycall.All {
				// The code that cuts texts is the same for all calls: each gets one of the
				// pads.
				echoed(t, c, way, []string{pads[i%len(pads)]}, appwrite.WithSession(testkit.SecretText("session")), appwrite.WithDevKey(testkit.SecretText("dev")[:64]))
			}
		})
	}
}

func TestEchoedCredentialsOfEveryKindAreInNoErrorAndNoLog(t *testing.T) {
	t.Parallel()
	call := everycall.Named("CreateEmailPasswordSession")
	for kind, option := range credentialOptions(testkit.SecretText("credential")) {
		for _, way := range echoes {
			t.Run(kind+"/"+way.name, func(t *testing.T) {
				t.Parallel()
				echoed(t, call, way, pads, option)
				if kind == "session" { // a cookie, and masked as one
					echoed(t, call, way, pads, option, appwrite.WithServerVersion("1.4"))
				}
			})
		}
	}
}

// Passwords have all kinds of characters, which JSON, HTML and Go's quotes spell in ways of
// their own.
func TestEchoedPasswordsAreSeenThroughQuotesAndEscapes(t *testing.T) {
	t.Parallel()
	const password = `k7"w2q\x5v<z8&y4'j6ü9/p3 t1`
	pieces := []string{"k7", "w2q", "x5v", "z8", "y4", "j6", "p3", "t1"}
	for _, way := range echoes {
		if strings.Contains(way.name, "redirect") || strings.Contains(way.name, "type") {
			continue // a password with such characters is no host and no type
		}
		t.Run(way.name, func(t *testing.T) {
			t.Parallel()
			for _, pad := range pads {
				var log bytes.Buffer
				client := memory(t, func(*http.Request) (*http.Response, error) { return way.answer(password, pad) },
					appwrite.WithLogger(slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))))
				_, err := client.Account.CreateEmailPasswordSession(t.Context(), appwrite.EmailPasswordParams{Email: "w@example.com", Password: password})
				require.Error(t, err)
				lines := []string{err.Error()}
				if answer, ok := errors.AsType[*appwrite.Error](err); ok {
					lines = append(lines, string(answer.Body))
				}
				for line := range strings.Lines(log.String()) {
					var attrs map[string]any
					require.NoError(t, json.Unmarshal([]byte(line), &attrs))
					delete(attrs, "time")
					delete(attrs, "took")
					lines = append(lines, fmt.Sprint(attrs))
				}
				for _, line := range lines {
					for _, piece := range pieces {
						require.NotContains(t, line, piece)
					}
				}
			}
		})
	}
}

func TestMaskingLeavesOtherWordsAlone(t *testing.T) {
	t.Parallel()
	message := "Bearer, Cookie or a_session_" + testProject + " expected: see X-Appwrite-Session; user w@example.com has no password"
	for kind, option := range credentialOptions("short-secret-1") {
		for _, release := range []string{"1.4", "1.9.6"} {
			client := memory(t, answersJSON(400, `{"message":`+quoted(message)+`,"type":"general_argument_invalid"}`), option, appwrite.WithServerVersion(release))
			_, err := client.Account.CreateEmailPasswordSession(t.Context(), appwrite.EmailPasswordParams{Email: "w@example.com", Password: "12345678"})
			assert.Equal(t, message, as[*appwrite.Error](t, err).Message, "%s %s", kind, release)
		}
	}
}

// A real proxy between client and server sees all that is sent over plain http.
func TestAProxysPageWithTheCredentialsIsInNoErrorAndNoLog(t *testing.T) {
	t.Parallel()
	secrets := []string{testkit.SecretText("session"), testkit.SecretText("dev")[:64], "param-password-1", "param-password-2", "param-secret-1", "param-otp-1"}
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		text := html.EscapeString(fmt.Sprint(r.Header, string(body)))
		for name, values := range r.Header {
			w.Header().Set("X-Echo-"+name, values[0])
		}
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusBadGateway)
		_, _ = fmt.Fprintf(w, "<html><head><title>%s</title></head><body><h1>%s</h1></body></html>", text, text)
	}))
	t.Cleanup(proxy.Close)
	log, logger := withLog(slog.LevelDebug)
	c := newClient(t, "http://server.example/v1", through(&http.Transport{Proxy: http.ProxyURL(parsed(t, proxy.URL))}), appwrite.WithSession(secrets[0]), appwrite.WithDevKey(secrets[1]), logger)
	for _, call := range everycall.All {
		_, err := call.Do(t.Context(), c.Account, call.Full(), appwrite.NoRetry())
		require.ErrorIs(t, err, appwrite.ErrServer, call.Method)
		assert.Less(t, len(err.Error()), 300)
		testkit.RequireNoLeak(t, err.Error(), call.Method, secrets...)
	}
	testkit.RequireNoLeak(t, log.take(), "log", secrets...)
}

func TestRefusedValuesAreNotQuoted(t *testing.T) {
	t.Parallel()
	secret := testkit.SecretText("bad")
	a, ctx := memory(t, answersJSON(200, userBody)).Account, t.Context()
	for name, err := range map[string]error{
		"session": only(a.CreateSession(ctx, appwrite.SessionParams{UserID: "u", Secret: secret + "\xff"})),
		"email":   only(a.CreateEmailPasswordSession(ctx, appwrite.EmailPasswordParams{Email: "w@example.com", Password: secret + "\xff"})),
		"path":    a.DeleteSession(ctx, secret+"\n"),
		"prefs":   only(a.UpdatePrefs(ctx, map[string]any{secret: func() {}})),
		"prefs 2": only(a.UpdatePrefs(ctx, secret)),
		"query":   only(a.ListIdentities(ctx, appwrite.ListParams{Queries: []string{secret}})),
		"link":    only(appwrite.ParseCallback(parsed(t, "http://host/?userId=u&secret="+secret+"%0A"))),
		"expire":  only(appwrite.ParseCallback(parsed(t, "http://host/?userId=u&secret=s&expire="+secret))),
	} {
		require.Error(t, err, name)
		testkit.RequireNoLeak(t, fmt.Sprintf("%v %+v %#v", err, err, err), name, secret)
	}
}
