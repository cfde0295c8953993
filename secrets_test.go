package appwrite_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/internal/everycall"
)

// secretText makes a secret of 256 characters that shares no eight of them with another text.
func secretText(seed string) string {
	var b strings.Builder
	for i := range 4 {
		sum := sha256.Sum256([]byte(seed + strconv.Itoa(i)))
		b.WriteString(hex.EncodeToString(sum[:]))
	}
	return b.String()
}

// leak returns a piece of a secret that stands in the text, however a printer may have
// spelled it, or "". A piece is enough: what is cut off to shorten a text is still a secret.
func leak(text, secret string) string {
	const piece = 8
	step := 1
	if len(secret) > 32 {
		step = 4 // then a piece of eleven is seen for certain
	}
	text = strings.ToLower(text)
	for i := 0; i+piece <= len(secret); i += step {
		s := secret[i : i+piece]
		if !strings.ContainsAny(s, "0123456789-") {
			continue // an ordinary word, such as password
		}
		if strings.Contains(text, strings.ToLower(s)) {
			return s
		}
	}
	// Bytes in hexadecimal, in decimal, as Go writes them, in base64.
	raw := []byte(secret[:min(len(secret), 12)])
	spelled := []string{
		hex.EncodeToString(raw),
		strings.Trim(fmt.Sprint(raw), "[]"),
		strings.TrimSuffix(strings.TrimPrefix(fmt.Sprintf("%#v", raw), "[]byte{"), "}"),
	}
	for i := range 3 {
		spelled = append(spelled, base64.StdEncoding.EncodeToString(raw[i:i+9]))
	}
	for _, s := range spelled {
		if strings.Contains(text, strings.ToLower(s)) {
			return s
		}
	}
	return ""
}

func TestLeaksAreSeenInEverySpelling(t *testing.T) {
	t.Parallel()
	secret := secretText("x")
	for _, text := range []string{
		secret, "a" + secret[41:52] + "b", strings.ToUpper(secret), fmt.Sprintf("%x", secret), fmt.Sprintf("%X", secret), fmt.Sprint([]byte(secret)),
		fmt.Sprintf("%#v", []byte(secret)), fmt.Sprintf("%d", []byte(secret)), base64.StdEncoding.EncodeToString([]byte("ab" + secret)), base64.StdEncoding.EncodeToString([]byte("a" + secret)), strconv.Quote(secret),
	} {
		assert.NotEmpty(t, leak(text, secret), text)
	}
	assert.Empty(t, leak("GET /account/password: "+secretText("y"), secret))
	assert.Empty(t, leak("/account/password", "param-password-1"))
	assert.NotEmpty(t, leak("param-pass…", "param-password-1"))
}

// printings returns v in every form in which it may end in a log: under all verbs, by slog,
// as JSON; plain, behind a pointer, and inside slices, maps and structs.
func printings(v any) map[string]string {
	rv := reflect.ValueOf(v)
	typ := rv.Type()
	pointer := reflect.New(typ)
	pointer.Elem().Set(rv)
	slice := reflect.Append(reflect.MakeSlice(reflect.SliceOf(typ), 0, 1), rv)
	pointers := reflect.Append(reflect.MakeSlice(reflect.SliceOf(pointer.Type()), 0, 1), pointer)
	object := reflect.New(reflect.StructOf([]reflect.StructField{{Name: "Value", Type: typ}, {Name: "Pointer", Type: pointer.Type()}})).Elem()
	object.Field(0).Set(rv)
	object.Field(1).Set(pointer)
	m := reflect.MakeMap(reflect.MapOf(reflect.TypeFor[string](), typ))
	m.SetMapIndex(reflect.ValueOf("key"), rv)

	forms := map[string]string{}
	for name, value := range map[string]any{
		"value": v, "pointer": pointer.Interface(), "slice": slice.Interface(), "pointers": pointers.Interface(),
		"struct": object.Interface(), "pointer to struct": object.Addr().Interface(), "map": m.Interface(), "any": []any{v, pointer.Interface()},
	} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%#q", "%x", "%X", "% x", "%#x", "%d", "%10.3v"} {
			forms[name+" "+verb] = fmt.Sprintf(verb, value)
		}
		forms[name+" Println"] = fmt.Sprintln(value)
		if b, err := json.Marshal(value); err == nil {
			forms[name+" JSON"] = string(b)
		}
		var text, object bytes.Buffer
		for _, h := range []slog.Handler{slog.NewTextHandler(&text, nil), slog.NewJSONHandler(&object, nil)} {
			l := slog.New(h)
			l.Info("message", "v", value)
			l.With("v", value).WithGroup("g").Info("message", slog.Group("g", "v", value))
		}
		forms[name+" slog text"] = text.String()
		forms[name+" slog JSON"] = object.String()
	}
	return forms
}

func requireNoLeak(t *testing.T, text, where string, secrets ...string) {
	t.Helper()
	for _, secret := range secrets {
		if piece := leak(text, secret); piece != "" {
			require.Failf(t, "secret shown", "%s: %q in %.300q", where, piece, text)
		}
	}
}

func requirePrintsNoSecret(t *testing.T, v any, secrets ...string) {
	t.Helper()
	for form, text := range printings(v) {
		requireNoLeak(t, text, form, secrets...)
	}
}

func TestClientsPrintNoSecret(t *testing.T) {
	t.Parallel()
	secret, dev := secretText("credential"), secretText("dev")[:64]
	_, hc := recordingTransport(memAnswer(201, jsonType, `{"jwt":"`+secret+`"}`))
	options := credentialOptions(secret)
	source := appwrite.NewJWTSource(newClient(t, "http://host/v1", appwrite.WithHTTPClient(hc), appwrite.WithSession(secret)).Account, 0)
	_, err := source.JWT(context.Background())
	require.NoError(t, err)
	options["minting source"] = appwrite.WithJWTSource(source)
	for kind, option := range options {
		for _, release := range []string{"1.4", "1.9.6"} {
			t.Run(kind+" "+release, func(t *testing.T) {
				t.Parallel()
				c := newClient(t, "http://host/v1", option, appwrite.WithDevKey(dev), appwrite.WithServerVersion(release))
				requirePrintsNoSecret(t, *c, secret, dev)
				requirePrintsNoSecret(t, c, secret, dev)
				requirePrintsNoSecret(t, *c.Account, secret, dev)
				requirePrintsNoSecret(t, c.Account, secret, dev)
				requireNoLeak(t, c.String()+c.Account.String(), "String", secret, dev)

				// Package fmt calls no methods on unexported fields, and walks into what a
				// pointer leads to where the verb does not fit pointers.
				hidden := struct {
					client  appwrite.Client
					pointer *appwrite.Client
					account appwrite.Account
					service *appwrite.Account
				}{*c, c, *c.Account, c.Account}
				for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
					requireNoLeak(t, fmt.Sprintf(verb, hidden)+fmt.Sprintf(verb, &hidden), "unexported field "+verb, secret, dev)
				}
			})
		}
	}
}

func TestJWTSourcesPrintNoSecret(t *testing.T) {
	t.Parallel()
	session, token := secretText("session"), secretText("token")
	_, hc := recordingTransport(memAnswer(201, jsonType, `{"jwt":"`+token+`"}`))
	source := appwrite.NewJWTSource(newClient(t, "http://host/v1", appwrite.WithHTTPClient(hc), appwrite.WithSession(session)).Account, 0)
	requirePrintsNoSecret(t, source, session, token)
	got, err := source.JWT(context.Background())
	require.NoError(t, err)
	require.Equal(t, token, got)
	requirePrintsNoSecret(t, source, session, token)
	hidden := struct{ source appwrite.JWTSource }{source}
	for _, verb := range []string{"%v", "%+v", "%#v", "%x", "%d"} {
		requireNoLeak(t, fmt.Sprintf(verb, hidden)+fmt.Sprintf(verb, &hidden), "unexported field "+verb, session, token)
	}
}

// secretParams are the parameter structs of all methods and the Callback, with a text in each of
// their secrets.
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
	secret := secretText("param")
	for _, p := range secretParams(secret) {
		t.Run(reflect.TypeOf(p).Name(), func(t *testing.T) {
			t.Parallel()
			requirePrintsNoSecret(t, p, secret)
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

func TestErrorsPrintNeitherHeaderNorBody(t *testing.T) {
	t.Parallel()
	secret := secretText("answer")
	header := http.Header{"X-Echo": {secret}, "Location": {"http://host/?" + secret}, "X-Appwrite-Session": {secret}}
	for name, v := range map[string]any{
		"Error":                appwrite.Error{StatusCode: 401, Type: appwrite.ErrUserInvalidCredentials, Message: "no", Operation: "account.get", Header: header, Body: []byte(secret)},
		"*Error":               &appwrite.Error{StatusCode: 401, Type: appwrite.ErrUserInvalidCredentials, Message: "no", Operation: "account.get", Header: header, Body: []byte(secret)},
		"*Error that gave up":  appwrite.GaveUp(&appwrite.Error{StatusCode: 503, Header: header, Body: []byte(secret)}, context.Canceled),
		"DecodeError":          appwrite.DecodeError{Operation: "account.get", StatusCode: 200, Body: []byte(secret), Err: errors.New("it lacks $id")},
		"*DecodeError":         &appwrite.DecodeError{Operation: "account.get", StatusCode: 200, Body: []byte(secret), Err: errors.New("it lacks $id")},
		"wrapped *Error":       fmt.Errorf("wrapped: %w", &appwrite.Error{StatusCode: 401, Header: header, Body: []byte(secret)}),
		"wrapped *DecodeError": fmt.Errorf("wrapped: %w", &appwrite.DecodeError{StatusCode: 200, Body: []byte(secret), Err: io.EOF}),
		"joined":               errors.Join(&appwrite.Error{StatusCode: 401, Header: header, Body: []byte(secret)}, &appwrite.DecodeError{Body: []byte(secret), Err: io.EOF}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			requirePrintsNoSecret(t, v, secret)
		})
	}
}

func TestErrorsStillPrintWhatTheyAreAbout(t *testing.T) {
	t.Parallel()
	err := &appwrite.Error{StatusCode: 401, Type: appwrite.ErrUserInvalidCredentials, Message: "Invalid credentials.", Operation: "account.createEmailPasswordSession"}
	const text = "account.createEmailPasswordSession: 401 user_invalid_credentials: Invalid credentials."
	assert.Equal(t, text, fmt.Sprintf("%v", err))
	assert.Equal(t, text, fmt.Sprintf("%+v", err))
	assert.Equal(t, strconv.Quote(text), fmt.Sprintf("%q", err))
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Error("failed", "err", err)
	var line struct {
		Err map[string]any `json:"err"`
	}
	require.NoError(t, json.Unmarshal(log.Bytes(), &line))
	assert.Equal(t, map[string]any{"operation": err.Operation, "status": 401.0, "type": "user_invalid_credentials", "message": "Invalid credentials."}, line.Err)
}

// echo is a way in which a server or a proxy gives back what it was sent.
type echo struct {
	name   string
	answer func(secret, pad string) (*http.Response, error)
}

func page(status int, contentType, body string) (*http.Response, error) {
	r := httpmock.NewStringResponse(status, body)
	r.Header.Set("Content-Type", contentType)
	return r, nil
}

func quoted(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

var echoes = []echo{
	{"message", func(s, pad string) (*http.Response, error) {
		return page(400, "application/json", `{"message":`+quoted(pad+s)+`,"type":"general_argument_invalid","code":400}`)
	}},
	{"message to be tried again", func(s, pad string) (*http.Response, error) {
		return page(503, "application/json", `{"message":`+quoted(pad+s)+`,"type":"general_unknown"}`)
	}},
	{"type", func(s, pad string) (*http.Response, error) {
		return page(401, "application/json", `{"message":"no","type":`+quoted(pad+s)+`}`)
	}},
	{"version", func(s, pad string) (*http.Response, error) {
		return page(401, "application/json", `{"message":"no","type":"x","version":`+quoted(pad+s)+`}`)
	}},
	{"unknown key", func(s, pad string) (*http.Response, error) {
		return page(401, "application/json", `{`+quoted(pad+s)+`:`+quoted(s)+`}`)
	}},
	{"title", func(s, pad string) (*http.Response, error) {
		return page(502, "text/html", "<html><head><title>"+html.EscapeString(pad+s)+"</title></head></html>")
	}},
	{"Appwrite's page", func(s, pad string) (*http.Response, error) {
		return page(400, "text/html", fmt.Sprintf(errorPage, 400, html.EscapeString(pad+s), "general_argument_invalid"))
	}},
	{"Appwrite's page, type", func(s, _ string) (*http.Response, error) {
		return page(400, "text/html", fmt.Sprintf(errorPage, 400, "no", s))
	}},
	{"Appwrite's page without heading", func(s, pad string) (*http.Response, error) {
		return page(400, "text/html", "<title>"+html.EscapeString(pad+s)+"</title><span class='type'>general_unknown</span><p>"+html.EscapeString(s))
	}},
	{"plain text", func(s, pad string) (*http.Response, error) { return page(403, "text/plain", pad+s+"\nsecond line") }},
	{"JSON text", func(s, pad string) (*http.Response, error) { return page(403, "application/json", quoted(pad+s)) }},
	{"content type of an error", func(s, pad string) (*http.Response, error) {
		return page(500, "text/"+strings.ReplaceAll(pad, " ", "-")+s, "[]")
	}},
	{"content type of a success", func(s, pad string) (*http.Response, error) {
		return page(200, "text/"+strings.ReplaceAll(pad, " ", "-")+s, "hello")
	}},
	{"success as a page", func(s, pad string) (*http.Response, error) {
		return page(200, "text/html", "<title>"+html.EscapeString(pad+s)+"</title>")
	}},
	{"success cut off", func(s, pad string) (*http.Response, error) {
		return page(200, "application/json", `{"$id":`+strings.TrimSuffix(quoted(pad+s), `"`))
	}},
	{"success of a wrong kind", func(s, pad string) (*http.Response, error) {
		return page(200, "application/json", `{`+quoted(pad+s)+`:1,"$id":{`+quoted(s)+`:1},"$createdAt":`+quoted(s)+`,"total":`+quoted(s)+`}`)
	}},
	{"success with broken syntax", func(s, pad string) (*http.Response, error) {
		return page(200, "application/json", `{"name":`+quoted(pad+s)+` `+s+`}`)
	}},
	{"redirect", func(s, pad string) (*http.Response, error) {
		r, err := page(307, "text/html", "<a href='"+html.EscapeString(s)+"'>")
		r.Header.Set("Location", "https://"+strings.ReplaceAll(pad, " ", "-")+s+".example/"+s+"?"+s)
		return r, err
	}},
	{"redirect to an unknown scheme", func(s, _ string) (*http.Response, error) {
		r, err := page(307, "text/html", "")
		r.Header.Set("Location", "x"+s+"://host/")
		return r, err
	}},
	{"redirect to no URL", func(s, pad string) (*http.Response, error) {
		r, err := page(301, "text/html", "")
		r.Header.Set("Location", "https://[::1"+strings.ReplaceAll(pad, " ", "-")+s)
		return r, err
	}},
	{"headers and warning", func(s, pad string) (*http.Response, error) {
		r, err := page(429, "application/json", `{"message":"slow down","type":"general_rate_limit_exceeded"}`)
		for _, name := range []string{"X-Appwrite-Warning", "X-Ratelimit-Limit", "X-Ratelimit-Remaining", "X-Ratelimit-Reset", "Date", "Set-Cookie", "X-Fallback-Cookies", "Server", "X-Echo", "Retry-After"} {
			r.Header.Set(name, pad+s)
		}
		r.Status = "429 " + s
		return r, err
	}},
	{"long warning", func(s, pad string) (*http.Response, error) {
		r, err := page(400, "application/json", `{"message":"no","type":"x"}`)
		r.Header.Set("X-Appwrite-Warning", strings.Repeat(pad+" ", 10)+strings.Repeat("w", 950)+s)
		return r, err
	}},
	{"transport", func(s, pad string) (*http.Response, error) { return nil, errors.New("proxy says: " + pad + s) }},
	{"transport, quoted", func(s, pad string) (*http.Response, error) {
		return nil, fmt.Errorf("malformed HTTP response %q", pad+s)
	}},
	{"body that breaks off", func(s, pad string) (*http.Response, error) {
		r, err := page(200, "application/json", "")
		r.Body = io.NopCloser(iotest.ErrReader(errors.New("broke at " + pad + s)))
		return r, err
	}},
	{"error body that breaks off", func(s, pad string) (*http.Response, error) {
		r, err := page(502, "text/plain", "")
		r.Body = io.NopCloser(io.MultiReader(strings.NewReader(pad+s), iotest.ErrReader(errors.New("broke at "+s))))
		return r, err
	}},
}

// pads put a secret where a text is cut off to shorten it.
var pads = []string{"", strings.Repeat("pad ", 13) + "12", strings.Repeat("pad ", 18) + "123", strings.Repeat("pad ", 37) + "1234567", strings.Repeat("pad ", 58)}

// secretsIn returns the credential, the dev key and the secret parameters of a request.
func secretsIn(t *testing.T, r sent) []string {
	t.Helper()
	var found []string
	for _, values := range credentialsIn(r.header) {
		for _, cookie := range strings.Split(strings.TrimPrefix(values[0], "Bearer "), "; ") {
			if _, value, ok := strings.Cut(cookie, "="); ok && strings.HasPrefix(cookie, "a_session_") {
				cookie = value
			}
			found = append(found, cookie)
		}
	}
	found = append(found, r.header[appwrite.DevKeyHeader]...)
	var body map[string]any
	if r.body != "" {
		require.NoError(t, json.Unmarshal([]byte(r.body), &body))
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
	var log bytes.Buffer
	var secret, pad string
	probing := true
	seen, hc := recordingTransport(func(r *http.Request) (*http.Response, error) {
		if probing {
			return response(r, http.StatusTeapot, "", ""), nil
		}
		return way.answer(secret, pad)
	})
	debug := &slog.HandlerOptions{Level: slog.LevelDebug}
	client := newClient(t, "http://host/v1", append(slices.Clone(opts), appwrite.WithHTTPClient(hc),
		appwrite.WithRetryPolicy(appwrite.RetryPolicy{MaxAttempts: 2, MinDelay: 1, MaxDelay: 1}),
		appwrite.WithLogger(slog.New(slog.NewTextHandler(&log, debug))))...)
	asJSON, err := client.With(appwrite.WithLogger(slog.New(slog.NewJSONHandler(&log, debug))))
	require.NoError(t, err)

	_, _ = c.Do(context.Background(), client.Account, c.Full())
	probing = false
	secrets := secretsIn(t, seen.take()[0])
	where := c.Method + ", " + way.name
	for _, secret = range secrets {
		for _, pad = range pads {
			log.Reset()
			client, asJSON = asJSON, client
			_, err := c.Do(context.Background(), client.Account, c.Full())
			requireNoLeak(t, log.String(), where+", log", secrets...)
			if err == nil {
				continue // a success whatever it holds: deletes and preferences
			}
			requireNoLeak(t, fmt.Sprintf("%s %+v %#v", err, err, err), where, secrets...)
			var answer *appwrite.Error
			if errors.As(err, &answer) {
				requireNoLeak(t, answer.Message, where+", Message", secrets...)
				requireNoLeak(t, string(answer.Type), where+", Type", secrets...)
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
				// The code that cuts texts is the same for all calls: each gets one of the pads.
				echoed(t, c, way, []string{pads[i%len(pads)]}, appwrite.WithSession(secretText("session")), appwrite.WithDevKey(secretText("dev")[:64]))
			}
		})
	}
}

func TestEchoedCredentialsOfEveryKindAreInNoErrorAndNoLog(t *testing.T) {
	t.Parallel()
	call := everycall.Named("CreateEmailPasswordSession")
	for kind, option := range credentialOptions(secretText("credential")) {
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
	const innocent = "account.createEmailPasswordSession"
	for _, piece := range pieces {
		require.NotContains(t, innocent, piece)
	}
	for _, way := range echoes {
		if strings.Contains(way.name, "redirect") || strings.Contains(way.name, "content type") || strings.Contains(way.name, "type") {
			continue // a password with such characters is no host and no type
		}
		t.Run(way.name, func(t *testing.T) {
			t.Parallel()
			for _, pad := range pads {
				var log bytes.Buffer
				_, hc := recordingTransport(func(*http.Request) (*http.Response, error) { return way.answer(password, pad) })
				logger := slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
				a := newClient(t, "http://host/v1", appwrite.WithHTTPClient(hc), appwrite.WithLogger(logger)).Account
				_, err := a.CreateEmailPasswordSession(context.Background(), appwrite.EmailPasswordParams{Email: "w@example.com", Password: password})
				require.Error(t, err)
				var lines []string
				for line := range strings.Lines(log.String()) {
					var attrs map[string]any
					require.NoError(t, json.Unmarshal([]byte(line), &attrs))
					delete(attrs, "time")
					delete(attrs, "took")
					lines = append(lines, fmt.Sprint(attrs))
				}
				for _, piece := range pieces {
					require.NotContains(t, err.Error(), piece)
					for _, line := range lines {
						require.NotContains(t, line, piece)
					}
				}
			}
		})
	}
}

// Masking the shorter one first would leave the rest of the longer one behind.
func TestASecretThatBeginsAnotherOneHidesNothingOfIt(t *testing.T) {
	t.Parallel()
	for _, p := range []appwrite.UpdatePasswordParams{
		{Password: "hunter22", OldPassword: "hunter22-0815-4711"},
		{Password: "hunter22-0815-4711", OldPassword: "hunter22"},
		{Password: "0815-4711", OldPassword: "hunter22-0815-4711"},
	} {
		_, hc := recordingTransport(memAnswer(400, jsonType, `{"message":"changed hunter22-0815-4711 and hunter22 and 0815-4711","type":"general_argument_invalid"}`))
		_, err := newClient(t, "http://host/v1", appwrite.WithHTTPClient(hc)).Account.UpdatePassword(context.Background(), p)
		require.Error(t, err)
		for _, secret := range []string{p.Password, p.OldPassword} {
			assert.NotContains(t, err.Error(), secret)
		}
		assert.NotContains(t, err.Error(), "hunter22-")
		assert.NotContains(t, err.Error(), appwrite.Redacted+"-")
		assert.NotContains(t, err.Error(), "-"+appwrite.Redacted)
	}
}

func TestTheBodyOfAnErrorHasTheCallsSecretsMasked(t *testing.T) {
	t.Parallel()
	secret := secretText("session")
	const password = `k7"w2q\x5v<z8&ü-0815`
	for name, body := range map[string]string{
		"plain":           "<html>" + secret + " " + password,
		"JSON":            `{"message":"no","sent":{"password":` + quoted(password) + `,"session":` + quoted(secret) + `}}`,
		"HTML":            "<p>" + html.EscapeString(password) + "</p><p>" + secret,
		"over the border": strings.Repeat("x", appwrite.MaxKeptBytes-20) + secret,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, hc := recordingTransport(memAnswer(400, jsonType, body))
			c := newClient(t, "http://host/v1", appwrite.WithHTTPClient(hc), appwrite.WithAPIKey(secret))
			_, err := c.Account.CreateEmailPasswordSession(context.Background(), appwrite.EmailPasswordParams{Email: "w@example.com", Password: password})
			var answer *appwrite.Error
			require.ErrorAs(t, err, &answer)
			assert.LessOrEqual(t, len(answer.Body), appwrite.MaxKeptBytes)
			requireNoLeak(t, string(answer.Body), "Body", secret)
			for _, piece := range []string{"w2q", "0815"} {
				assert.NotContains(t, string(answer.Body), piece)
			}
		})
	}
}

func TestMaskingLeavesOtherWordsAlone(t *testing.T) {
	t.Parallel()
	message := "Bearer, Cookie or a_session_" + testProject + " expected: see X-Appwrite-Session; user w@example.com has no password"
	for kind, option := range credentialOptions("short-secret-1") {
		for _, release := range []string{"1.4", "1.9.6"} {
			_, hc := recordingTransport(memAnswer(400, jsonType, `{"message":`+quoted(message)+`,"type":"general_argument_invalid"}`))
			c := newClient(t, "http://host/v1", appwrite.WithHTTPClient(hc), option, appwrite.WithServerVersion(release))
			_, err := c.Account.CreateEmailPasswordSession(context.Background(), appwrite.EmailPasswordParams{Email: "w@example.com", Password: "12345678"})
			var answer *appwrite.Error
			require.ErrorAs(t, err, &answer)
			assert.Equal(t, message, answer.Message, "%s %s", kind, release)
		}
	}
}

// A real proxy between client and server sees all that is sent over plain http.
func TestAProxysPageWithTheCredentialsIsInNoErrorAndNoLog(t *testing.T) {
	t.Parallel()
	session, dev := secretText("session"), secretText("dev")[:64]
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
	transport := &http.Transport{Proxy: http.ProxyURL(parsed(t, proxy.URL))}
	t.Cleanup(transport.CloseIdleConnections)
	var mu sync.Mutex
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(lockedWriter{&mu, &log}, &slog.HandlerOptions{Level: slog.LevelDebug}))
	c := newClient(t, "http://server.example/v1", appwrite.WithHTTPClient(&http.Client{Transport: transport}), appwrite.WithSession(session), appwrite.WithDevKey(dev), appwrite.WithLogger(logger))
	for _, call := range everycall.All {
		_, err := call.Do(context.Background(), c.Account, call.Full(), appwrite.NoRetry())
		require.ErrorIs(t, err, appwrite.ErrServer, call.Method)
		assert.Less(t, len(err.Error()), 300)
		requireNoLeak(t, err.Error(), call.Method, session, dev, "param-password-1", "param-password-2", "param-secret-1", "param-otp-1")
	}
	requireNoLeak(t, log.String(), "log", session, dev, "param-password-1", "param-password-2", "param-secret-1", "param-otp-1")
}

func TestDebugLogsNameOperationsAndRoutesAndNoIDs(t *testing.T) {
	t.Parallel()
	for _, c := range everycall.All {
		var log bytes.Buffer
		_, hc := recordingTransport(successOf(c))
		logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		client := newClient(t, "http://host/v1", appwrite.WithHTTPClient(hc), appwrite.WithLogger(logger), appwrite.WithAPIKey(secretText("key")))
		_, err := c.Do(context.Background(), client.Account, withIDs(c, []string{"visible-id-1", "visible-id-2"}))
		require.NoError(t, err)
		assert.Contains(t, log.String(), "operation="+c.Operation)
		assert.Contains(t, log.String(), c.Route().Path)
		assert.NotContains(t, log.String(), "visible-id")
		requireNoLeak(t, log.String(), c.Method, secretText("key"), "param-password-1", "param-secret-1", "param-otp-1", "from-the-body-1")
	}
}

func TestRefusedValuesAreNotQuoted(t *testing.T) {
	t.Parallel()
	secret := secretText("bad")
	_, hc := recordingTransport(memAnswer(200, jsonType, userBody))
	a := newClient(t, "http://host/v1", appwrite.WithHTTPClient(hc)).Account
	ctx := context.Background()
	for name, err := range map[string]error{
		"session": second(a.CreateSession(ctx, appwrite.SessionParams{UserID: "u", Secret: secret + "\xff"})),
		"email":   second(a.CreateEmailPasswordSession(ctx, appwrite.EmailPasswordParams{Email: "w@example.com", Password: secret + "\xff"})),
		"path":    a.DeleteSession(ctx, secret+"\n"),
		"prefs":   second(a.UpdatePrefs(ctx, map[string]any{secret: func() {}})),
		"prefs 2": second(a.UpdatePrefs(ctx, secret)),
		"query":   second(a.ListIdentities(ctx, appwrite.ListParams{Queries: []string{secret}})),
		"link":    second(appwrite.ParseCallback(parsed(t, "http://host/?userId=u&secret="+secret+"%0A"))),
		"expire":  second(appwrite.ParseCallback(parsed(t, "http://host/?userId=u&secret=s&expire="+secret))),
	} {
		require.Error(t, err, name)
		requireNoLeak(t, fmt.Sprintf("%v %+v %#v", err, err, err), name, secret)
	}
}

func second[T any](_ T, err error) error { return err }

func TestFailedCallbacksPrintNoSecretOfTheLink(t *testing.T) {
	t.Parallel()
	secret := secretText("link")
	for _, failure := range []string{`{"message":"denied","type":"user_oauth2_provider_error","code":424}`, "denied", "<html>", "{}"} {
		u := parsed(t, "http://host/?userId=u1&secret="+secret+"&error="+url.QueryEscape(failure))
		_, err := appwrite.ParseCallback(u)
		require.Error(t, err)
		requirePrintsNoSecret(t, err, secret)
	}
}
