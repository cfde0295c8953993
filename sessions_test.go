package appwrite_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/internal/everycall"
	"github.com/seed17809555/appwrite/models"
)

// signIns are the calls that create a session.
var signIns = []string{"CreateEmailPasswordSession", "CreateAnonymousSession", "CreateSession", "UpdateMagicURLSession", "UpdatePhoneSession"}

// sessionOf makes a call whose result is a session.
func sessionOf(t *testing.T, a *appwrite.Account, method string) (*models.Session, error) {
	t.Helper()
	c := everycall.Named(method)
	got, err := c.Do(t.Context(), a, c.Full())
	session, _ := got.(*models.Session)
	return session, err
}

// signedIn answers a sign-in with a secret in the body, cookies and a fallback header.
func signedIn(secret string, cookies []string, fallback string) tripper {
	return func(*http.Request) (*http.Response, error) {
		resp := response(201, jsonType, `{"$id":"s1","userId":"u1","secret":"`+secret+`"}`)
		for _, c := range cookies {
			resp.Header.Add("Set-Cookie", c)
		}
		if fallback != "" {
			resp.Header.Set("X-Fallback-Cookies", fallback)
		}
		return resp, nil
	}
}

func TestTheSecretOfANewSessionIsFoundWhereTheServerPutIt(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		body     string
		cookies  []string
		fallback string
		want     string
	}{
		"body":                                   {"in-the-body", nil, "", "in-the-body"},
		"body before all":                        {"in-the-body", []string{"a_session_p1=in-a-cookie" + cookieTail}, `{"a_session_p1":"fallback"}`, "in-the-body"},
		"as servers send it":                     {"", []string{"a_session_p1_legacy=" + paddedCookie + cookieTail, "a_session_p1=" + paddedCookie + cookieTail + "; SameSite=None"}, `{"a_session_p1":"` + paddedSecret + `"}`, paddedSecret},
		"cookie alone":                           {"", []string{"a_session_p1=" + paddedCookie + cookieTail}, "", paddedSecret},
		"cookie that is not encoded":             {"", []string{"a_session_p1=" + paddedSecret + cookieTail}, "", paddedSecret},
		"cookie with + and /":                    {"", []string{"a_session_p1=a+b%2Fc%2B/d%3D" + cookieTail}, "", "a+b/c+/d="},
		"cookie in quotes":                       {"", []string{`a_session_p1="quoted"` + cookieTail}, "", "quoted"},
		"legacy cookie alone":                    {"", []string{"a_session_p1_legacy=" + paddedCookie + cookieTail}, "", paddedSecret},
		"cookie before the legacy one":           {"", []string{"a_session_p1_legacy=old" + cookieTail, "a_session_p1=new" + cookieTail}, "", "new"},
		"fallback alone":                         {"", nil, `{"a_session_p1":"` + paddedSecret + `"}`, paddedSecret},
		"fallback is not encoded":                {"", nil, `{"a_session_p1":"100%25"}`, "100%25"},
		"cookie before the fallback":             {"", []string{"a_session_p1=in-a-cookie" + cookieTail}, `{"a_session_p1":"fallback"}`, "in-a-cookie"},
		"no secret":                              {"", nil, "", ""},
		"another project's cookie":               {"", []string{"a_session_p2=other" + cookieTail, "a_session_p2_legacy=other" + cookieTail}, `{"a_session_p2":"other"}`, ""},
		"the console's cookie":                   {"", []string{"a_session_console=other" + cookieTail}, "", ""},
		"a longer name":                          {"", []string{"a_session_p10=other" + cookieTail, "xa_session_p1=other" + cookieTail}, `{"a_session_p10":"other"}`, ""},
		"a name in another case":                 {"", []string{"A_SESSION_P1=other" + cookieTail}, `{"A_SESSION_P1":"other"}`, ""},
		"own among others":                       {"", []string{"a_session_p2=other" + cookieTail, "tracking=1", "a_session_p1=own" + cookieTail}, `{"a_session_p2":"other"}`, "own"},
		"deleted":                                {"", []string{"a_session_p1_legacy" + deleted, "a_session_p1" + deleted}, "[]", ""},
		"deleted, then set":                      {"", []string{"a_session_p1" + deleted, "a_session_p1=new" + cookieTail}, "", "new"},
		"deleted, legacy set":                    {"", []string{"a_session_p1" + deleted, "a_session_p1_legacy=new" + cookieTail}, "", "new"},
		"empty cookie":                           {"", []string{"a_session_p1=" + cookieTail}, `{"a_session_p1":"fallback"}`, "fallback"},
		"cookie that decodes to no header value": {"", []string{"a_session_p1=a%0D%0Ab" + cookieTail}, `{"a_session_p1":"fallback"}`, "fallback"},
		"cookie of bad escapes":                  {"", []string{"a_session_p1=50%" + cookieTail}, `{"a_session_p1":"fallback"}`, "fallback"},
		"fallback that is no header value":       {"", nil, `{"a_session_p1":"a\nb"}`, ""},
		"fallback is a list":                     {"", nil, `["a_session_p1"]`, ""},
		"fallback is garbage":                    {"", nil, `a_session_p1=x`, ""},
		"fallback holds no text":                 {"", nil, `{"a_session_p1":{"secret":"x"}}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := memory(t, signedIn(test.body, test.cookies, test.fallback))
			for _, method := range signIns {
				session, err := sessionOf(t, client.Account, method)
				if test.want == "" { // nobody could act with such a session
					as[*appwrite.DecodeError](t, err)
					assert.Nil(t, session, method)
					continue
				}
				require.NoError(t, err, method)
				assert.Equal(t, test.want, session.Secret, method)
				assert.Equal(t, "s1", session.ID, method)
			}
		})
	}
}

// A padded secret in the form that its cookie has would be refused as a header.
func TestTheSecretOfANewSessionSignsTheUserIn(t *testing.T) {
	t.Parallel()
	for _, method := range signIns {
		for release, want := range map[string][]string{"1.9.6": {"X-Appwrite-Session", paddedSecret}, "1.4": {"Cookie", "a_session_p1=" + paddedSecret}} {
			if method == "CreateSession" && release == "1.4" { // servers have it since 1.5
				continue
			}
			client := memory(t, signedIn("", []string{"a_session_p1=" + paddedCookie + cookieTail}, ""), appwrite.WithServerVersion(release))
			session, err := sessionOf(t, client.Account, method)
			require.NoError(t, err)
			assert.Empty(t, client.One(t).Header.Values(want[0]))
			_, err = client.WithSession(session.Secret).Account.GetSession(t.Context(), appwrite.CurrentSession)
			require.NoError(t, err)
			assert.Equal(t, want[1:], client.One(t).Header[want[0]], method)
		}
	}
}

// Their answers carry no credential, and a cookie that comes along does not belong to them.
func TestOtherCallsLeaveTheSecretAsTheServerSentIt(t *testing.T) {
	t.Parallel()
	client := memory(t, signedIn("", []string{"a_session_p1=other" + cookieTail}, `{"a_session_p1":"other"}`))
	for _, method := range []string{"UpdateSession", "GetSession", "UpdateMFAChallenge"} {
		session, err := sessionOf(t, client.Account, method)
		require.NoError(t, err, method)
		assert.Empty(t, session.Secret, method)
	}
}

func TestAFailedSignInHasNoSession(t *testing.T) {
	t.Parallel()
	client := memory(t, func(*http.Request) (*http.Response, error) {
		resp := response(401, jsonType, errorBody(401, appwrite.ErrUserInvalidCredentials))
		resp.Header.Add("Set-Cookie", "a_session_p1=other"+cookieTail)
		return resp, nil
	})
	for _, method := range signIns {
		session, err := sessionOf(t, client.Account, method)
		require.ErrorIs(t, err, appwrite.ErrUserInvalidCredentials, method)
		assert.Nil(t, session, method)
	}
}

// The name of the cookie is the project's, whatever characters its ID has.
func TestTheSessionCookieIsNamedAfterTheProject(t *testing.T) {
	t.Parallel()
	for _, project := range []string{"6b00e083dd3439124ec1", "my-app", "my_app.v2", "A"} {
		client, err := appwrite.NewClient("https://appwrite.test/v1", project, through(signedIn("", []string{"a_session_" + project + "=" + url.PathEscape(paddedSecret) + cookieTail}, "")))
		require.NoError(t, err)
		session, err := client.Account.CreateAnonymousSession(t.Context())
		require.NoError(t, err)
		assert.Equal(t, paddedSecret, session.Secret, project)
	}
}
