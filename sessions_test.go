package appwrite_test

import (
	"context"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/models"
)

// signIns are the calls that create a session.
var signIns = map[string]func(a *appwrite.Account, ctx context.Context) (*models.Session, error){
	"CreateEmailPasswordSession": func(a *appwrite.Account, ctx context.Context) (*models.Session, error) {
		return a.CreateEmailPasswordSession(ctx, appwrite.EmailPasswordParams{Email: "e", Password: "p"})
	},
	"CreateAnonymousSession": func(a *appwrite.Account, ctx context.Context) (*models.Session, error) {
		return a.CreateAnonymousSession(ctx)
	},
	"CreateSession": func(a *appwrite.Account, ctx context.Context) (*models.Session, error) {
		return a.CreateSession(ctx, appwrite.SessionParams{UserID: "u", Secret: "s"})
	},
	"UpdateMagicURLSession": func(a *appwrite.Account, ctx context.Context) (*models.Session, error) {
		return a.UpdateMagicURLSession(ctx, appwrite.SessionParams{UserID: "u", Secret: "s"})
	},
	"UpdatePhoneSession": func(a *appwrite.Account, ctx context.Context) (*models.Session, error) {
		return a.UpdatePhoneSession(ctx, appwrite.SessionParams{UserID: "u", Secret: "s"})
	},
}

const (
	// A secret as servers make it: base64 of JSON, its padding percent-encoded in cookies.
	paddedSecret = "eyJpZCI6ImN1c3RvbSIsInNlY3JldCI6IjgyZTBkZTEzN2ZlMzcyYWNmMTMifQ=="
	paddedCookie = "eyJpZCI6ImN1c3RvbSIsInNlY3JldCI6IjgyZTBkZTEzN2ZlMzcyYWNmMTMifQ%3D%3D"

	cookieTail = "; expires=Sun, 21-Nov-2027 00:12:52 GMT; Max-Age=31536000; path=/; HttpOnly"
	deleted    = "=deleted; expires=Thu, 01-Jan-1970 00:00:01 GMT; Max-Age=0; path=/; HttpOnly"
)

// signedIn answers a sign-in with a secret in the body, cookies and a fallback header.
func signedIn(secret string, cookies []string, fallback string) tripper {
	return func(r *http.Request) (*http.Response, error) {
		resp := response(r, 201, jsonType, `{"$id":"s1","userId":"u1","secret":"`+secret+`"}`)
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
	tests := map[string]struct {
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
		"none":                                   {"", nil, "", ""},
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
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for method, signIn := range signIns {
				client := clientThrough(t, signedIn(test.body, test.cookies, test.fallback))
				session, err := signIn(client.AsGuest().Account, t.Context())
				if test.want == "" { // nobody could act with such a session
					var broken *appwrite.DecodeError
					require.ErrorAs(t, err, &broken, method)
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
	for method, signIn := range signIns {
		for release, header := range map[string]string{"1.9.6": "X-Appwrite-Session", "1.4": "Cookie"} {
			var sent http.Header
			answer := signedIn("", []string{"a_session_p1=" + paddedCookie + cookieTail}, "")
			client := clientThrough(t, tripper(func(r *http.Request) (*http.Response, error) {
				sent = r.Header
				return answer(r)
			}), appwrite.WithServerVersion(release))
			if method == "CreateSession" && release == "1.4" { // servers have it since 1.5
				continue
			}
			session, err := signIn(client.AsGuest().Account, t.Context())
			require.NoError(t, err)
			assert.Empty(t, sent.Values(header))

			_, err = client.WithSession(session.Secret).Account.GetSession(t.Context(), appwrite.CurrentSession)
			require.NoError(t, err)
			want := paddedSecret
			if header == "Cookie" {
				want = "a_session_p1=" + paddedSecret
			}
			assert.Equal(t, []string{want}, sent[http.CanonicalHeaderKey(header)], method)
		}
	}
}

// Their answers carry no credential, and a cookie that comes along does not belong to them.
func TestOtherCallsLeaveTheSecretAsTheServerSentIt(t *testing.T) {
	t.Parallel()
	calls := map[string]func(ctx context.Context, a *appwrite.Account) (*models.Session, error){
		"UpdateSession": func(ctx context.Context, a *appwrite.Account) (*models.Session, error) {
			return a.UpdateSession(ctx, appwrite.CurrentSession)
		},
		"GetSession": func(ctx context.Context, a *appwrite.Account) (*models.Session, error) {
			return a.GetSession(ctx, appwrite.CurrentSession)
		},
		"UpdateMFAChallenge": func(ctx context.Context, a *appwrite.Account) (*models.Session, error) {
			return a.UpdateMFAChallenge(ctx, appwrite.MFAChallengeParams{ChallengeID: "c", OTP: "o"})
		},
	}
	for name, call := range calls {
		client := clientThrough(t, signedIn("", []string{"a_session_p1=other" + cookieTail}, `{"a_session_p1":"other"}`))
		session, err := call(t.Context(), client.Account)
		require.NoError(t, err, name)
		assert.Empty(t, session.Secret, name)
	}
}

func TestAFailedSignInHasNoSession(t *testing.T) {
	t.Parallel()
	for method, signIn := range signIns {
		client := clientThrough(t, tripper(func(r *http.Request) (*http.Response, error) {
			resp := response(r, 401, jsonType, errorBody(401, appwrite.ErrUserInvalidCredentials))
			resp.Header.Add("Set-Cookie", "a_session_p1=other"+cookieTail)
			return resp, nil
		}))
		session, err := signIn(client.Account, t.Context())
		require.ErrorIs(t, err, appwrite.ErrUserInvalidCredentials, method)
		assert.Nil(t, session, method)
	}
}

// The name of the cookie is the project's, whatever characters its ID has.
func TestTheSessionCookieIsNamedAfterTheProject(t *testing.T) {
	t.Parallel()
	for _, project := range []string{"6b00e083dd3439124ec1", "my-app", "my_app.v2", "A"} {
		transport := tripper(func(r *http.Request) (*http.Response, error) {
			resp := response(r, 201, jsonType, `{"$id":"s1","secret":""}`)
			resp.Header.Add("Set-Cookie", "a_session_"+project+"="+url.PathEscape(paddedSecret)+cookieTail)
			return resp, nil
		})
		client, err := appwrite.NewClient("https://appwrite.test/v1", project, appwrite.WithHTTPClient(&http.Client{Transport: transport}))
		require.NoError(t, err)
		session, err := client.Account.CreateAnonymousSession(t.Context())
		require.NoError(t, err)
		assert.Equal(t, paddedSecret, session.Secret, project)
	}
}
