package appwrite_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/internal/testkit"
	"github.com/seed17809555/appwrite/models"
)

func TestACallbackIsReadFromTheLinksThatServersMake(t *testing.T) {
	t.Parallel()
	const (
		jwt  = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJzZWNyZXQiOiJlOWUyNWE3MjIxZDM4NjFjNjQxYzBiMjEyOGUwYTU1YmExYzY5ODljYTE2YWJlMzFiNWY5ZjAyN2Q0MzM4ZmQ0IiwicHJvdmlkZXIiOiJtb2NrIiwiZXhwIjoxNzk1MjIwMDQ1fQ.-ouuqA5BzXN3_O3J9Abisq12rWmxtfwkQXMhvJ_-9aE"
		user = "6b00e16857c55c927093"
	)
	date := time.Date(2026, 11, 21, 1, 12, 51, 872_000_000, time.UTC)
	tests := map[string]struct {
		link string
		want appwrite.Callback
	}{
		"OAuth2, recorded":           {"http://localhost/success?secret=" + jwt + "&userId=" + user + "#", appwrite.Callback{UserID: user, Secret: jwt}},
		"OAuth2, other parameters":   {"http://localhost/success?a=1&secret=s&userId=u&b=2", appwrite.Callback{UserID: "u", Secret: "s"}},
		"path alone, as in a server": {"/success?secret=s&userId=u", appwrite.Callback{UserID: "u", Secret: "s"}},
		"mail, escaped":              {"http://localhost/r?x=1&userId=u&secret=s&expire=2026-11-21T01%3A12%3A51.872%2B00%3A00", appwrite.Callback{"u", "s", models.Timestamp{Time: date}}},
		"mail, + not escaped":        {"http://localhost/r?userId=u&secret=s&expire=2026-11-21T01:12:51.872+00:00", appwrite.Callback{"u", "s", models.Timestamp{Time: date}}},
		"mail, ends in Z":            {"http://localhost/r?userId=u&secret=s&expire=2026-11-21T01:12:51.872Z", appwrite.Callback{"u", "s", models.Timestamp{Time: date}}},
		"mail, another zone":         {"http://localhost/r?userId=u&secret=s&expire=2026-11-21T02:12:51.872+01:00", appwrite.Callback{"u", "s", models.Timestamp{Time: date}}},
		"mail, west of Greenwich":    {"http://localhost/r?userId=u&secret=s&expire=2026-11-20T20:12:51.872-05:00", appwrite.Callback{"u", "s", models.Timestamp{Time: date}}},
		"mail, with a space":         {"http://localhost/r?userId=u&secret=s&expire=2026-11-21+01%3A12%3A51.872", appwrite.Callback{"u", "s", models.Timestamp{Time: date}}},
		"mail of servers before 1.0": {"http://localhost/r?userId=u&secret=s&expire=1795223571", appwrite.Callback{"u", "s", models.Timestamp{Time: date.Truncate(time.Second)}}},
		"no expiry":                  {"http://localhost/r?userId=u&secret=s&expire=", appwrite.Callback{UserID: "u", Secret: "s"}},
		"escapes in the secret":      {"http://localhost/r?userId=u&secret=a%2Bb%3D%3D", appwrite.Callback{UserID: "u", Secret: "a+b=="}},
		"the first of two counts":    {"http://localhost/r?userId=u&userId=x&secret=s&secret=y", appwrite.Callback{UserID: "u", Secret: "s"}},
		"empty error":                {"http://localhost/r?userId=u&secret=s&error=", appwrite.Callback{UserID: "u", Secret: "s"}},
	}
	for name, test := range tests {
		got, err := appwrite.ParseCallback(parsed(t, test.link))
		require.NoError(t, err, name)
		assert.Equal(t, test.want.UserID, got.UserID, name)
		assert.Equal(t, test.want.Secret, got.Secret, name)
		assert.True(t, test.want.Expire.Equal(got.Expire.Time), "%s: %v", name, got.Expire)
	}
}

func TestAFailedLoginComesBackAsTheErrorThatItWas(t *testing.T) {
	t.Parallel()
	link := func(failure string) *url.URL {
		return parsed(t, "http://localhost/failure?error="+url.QueryEscape(failure)+"#")
	}
	_, err := appwrite.ParseCallback(link(`{"message":"The provider returned an error: access_denied","type":"user_oauth2_provider_error","code":424}`))
	require.ErrorIs(t, err, appwrite.ErrUserOAuth2ProviderError)
	e := as[*appwrite.Error](t, err)
	assert.Equal(t, 424, e.StatusCode)
	assert.Equal(t, "The provider returned an error: access_denied", e.Message)

	_, err = appwrite.ParseCallback(link(`{"message":"Exists","type":"user_already_exists","code":409,"project":{"$id":"p1"}}`))
	require.ErrorIs(t, err, appwrite.ErrUserAlreadyExists)
	require.ErrorIs(t, err, appwrite.ErrConflict)

	// A login can fail and leave parameters of the application in place.
	_, err = appwrite.ParseCallback(parsed(t, "http://localhost/f?userId=u&secret=s&error=%7B%22type%22%3A%22user_blocked%22%2C%22message%22%3A%22x%22%7D"))
	require.ErrorIs(t, err, appwrite.ErrUserBlocked)

	for _, garbage := range []string{"access_denied", "1", "{", `{"message":`, `[]`, `{"code":"424"}`, `{"code":{}}`, "<script>alert(1)</script>", "\x00\xff", strings.Repeat("x", 200_000), `{"message":"` + strings.Repeat("x", 200_000) + `"}`} {
		cb, err := appwrite.ParseCallback(link(garbage))
		e := as[*appwrite.Error](t, err)
		assert.Equal(t, appwrite.Callback{}, cb)
		assert.Less(t, len(e.Error()), 350)
		assert.Less(t, len(e.Message), 5<<10)
		assert.NotErrorIs(t, err, appwrite.ErrorType(""))
	}
}

func TestACallbackThatLacksAPartIsRefused(t *testing.T) {
	t.Parallel()
	_, err := appwrite.ParseCallback(nil)
	requireParamError(t, err, "appwrite.ParseCallback", "u")
	for link, param := range map[string]string{
		"http://localhost/r":                                               "userId",
		"http://localhost/r?secret=s":                                      "userId",
		"http://localhost/r?userId=&secret=s":                              "userId",
		"http://localhost/r?userId=u":                                      "secret",
		"http://localhost/r?userId=u&secret=":                              "secret",
		"http://localhost/r?userid=u&secret=s":                             "userId",
		"http://localhost/r?userId=u%0Av&secret=s":                         "userId",
		"http://localhost/r?userId=u&secret=s3cr3t%00":                     "secret",
		"http://localhost/r?userId=u&secret=%zz":                           "secret",
		"http://localhost/r#userId=u&secret=s":                             "userId",
		"http://localhost/r?userId=u&secret=s3cr3t&expire=soon":            "expire",
		"http://localhost/r?userId=u&secret=s3cr3t&expire=9e9":             "expire",
		"http://localhost/r?userId=u&secret=s3cr3t&expire=%22":             "expire",
		"http://localhost/r?userId=u&secret=s3cr3t&expire=null":            "expire",
		"http://localhost/r?userId=u&secret=s&expire=99999999999999999999": "expire",
		"mailto:x": "userId",
	} {
		u, err := url.Parse(link)
		if err != nil { // what net/url refuses cannot arrive
			u = &url.URL{RawQuery: strings.SplitN(link, "?", 2)[1]}
		}
		cb, err := appwrite.ParseCallback(u)
		requireParamError(t, err, "appwrite.ParseCallback", param)
		assert.NotContains(t, err.Error(), "s3cr3t")
		assert.Equal(t, appwrite.Callback{}, cb)
	}
}

func TestFailedCallbacksPrintNoSecretOfTheLink(t *testing.T) {
	t.Parallel()
	secret := testkit.SecretText("link")
	for _, failure := range []string{`{"message":"denied","type":"user_oauth2_provider_error","code":424}`, "denied", "<html>", "{}"} {
		_, err := appwrite.ParseCallback(parsed(t, "http://host/?userId=u1&secret="+secret+"&error="+url.QueryEscape(failure)))
		require.Error(t, err)
		testkit.RequirePrintsNoSecret(t, err, secret)
	}
}

func FuzzParseCallback(f *testing.F) {
	for _, seed := range []string{
		"", "userId=u&secret=s", "secret=a%2Bb%3D%3D&userId=u#", "userId=u&secret=s&expire=2026-11-21T01%3A12%3A51.872%2B00%3A00",
		"userId=u&secret=s&expire=2026-11-21T01:12:51.872+00:00", "userId=u&secret=s&expire=1795223571", "userId=u&secret=s&expire=+++++++++++++",
		"error=%7B%22message%22%3A%22m%22%2C%22type%22%3A%22user_blocked%22%2C%22code%22%3A403%7D", "error=access_denied", "error=%3Ch1%3Ex%3C/h1%3E",
		"userId=u%00&secret=s", "userId=%zz;secret=s",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, query string) {
		cb, err := appwrite.ParseCallback(&url.URL{Scheme: "https", Host: "app.example", Path: "/", RawQuery: query})
		if err != nil {
			if cb != (appwrite.Callback{}) {
				t.Fatalf("an error and a callback: %v", err)
			}
			_, isParam := errors.AsType[*appwrite.ParamError](err)
			if e, ok := errors.AsType[*appwrite.Error](err); ok == isParam || ok && (len(e.Body) > appwrite.MaxKeptBytes || !utf8.ValidString(e.Error()) && utf8.ValidString(query)) {
				t.Fatalf("%T: %q", err, err.Error())
			}
			return
		}
		if appwrite.BadHeaderValue(cb.UserID) != "" || appwrite.BadHeaderValue(cb.Secret) != "" {
			t.Fatalf("%q %q", cb.UserID, cb.Secret)
		}
		again, err := appwrite.ParseCallback(&url.URL{RawQuery: url.Values{"userId": {cb.UserID}, "secret": {cb.Secret}, "expire": {cb.Expire.String()}}.Encode()})
		if err != nil || !again.Expire.Equal(cb.Expire.Time) || again.Secret != cb.Secret {
			t.Fatalf("%v: %v, %v", err, again.Expire, cb.Expire)
		}
	})
}
