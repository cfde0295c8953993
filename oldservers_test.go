package appwrite_test

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/internal/documents"
	"github.com/seed17809555/appwrite/internal/everycall"
	"github.com/seed17809555/appwrite/internal/release"
	"github.com/seed17809555/appwrite/models"
	"github.com/seed17809555/appwrite/query"
)

func TestOldServersGetTheParametersOfTheirTime(t *testing.T) {
	t.Parallel()
	type call = func(context.Context, *appwrite.Account) error
	var (
		create = func(ctx context.Context, a *appwrite.Account) error {
			return only(a.Create(ctx, appwrite.CreateAccountParams{UserID: "u1", Email: "e", Password: "p", Name: "n"}))
		}
		updatePassword = func(ctx context.Context, a *appwrite.Account) error {
			return only(a.UpdatePassword(ctx, appwrite.UpdatePasswordParams{Password: "new", OldPassword: "old"}))
		}
		updatePhone = func(ctx context.Context, a *appwrite.Account) error {
			return only(a.UpdatePhone(ctx, appwrite.UpdatePhoneParams{Phone: "+1", Password: "p"}))
		}
		phoneToken = func(ctx context.Context, a *appwrite.Account) error {
			return only(a.CreatePhoneToken(ctx, appwrite.PhoneTokenParams{UserID: "u1", Phone: "+1"}))
		}
		magicURL = func(ctx context.Context, a *appwrite.Account) error {
			return only(a.CreateMagicURLToken(ctx, appwrite.MagicURLTokenParams{UserID: "u1", Email: "e", URL: "http://x/", Phrase: true}))
		}
		updateRecovery = func(ctx context.Context, a *appwrite.Account) error {
			return only(a.UpdateRecovery(ctx, appwrite.UpdateRecoveryParams{UserID: "u1", Secret: "s", Password: "p"}))
		}
		createJWT = func(ctx context.Context, a *appwrite.Account) error {
			return only(a.CreateJWT(ctx, appwrite.JWTParams{Duration: time.Minute}))
		}
		deleteApp = func(ctx context.Context, a *appwrite.Account) error {
			return a.DeleteMFAAuthenticatorWithOTP(ctx, models.AuthenticatorTOTP, "123456")
		}
		oauth2 = func(ctx context.Context, a *appwrite.Account) error {
			return only(a.CreateOAuth2Session(ctx, models.OAuthProviderGitHub, appwrite.OAuth2Params{Success: "s", Failure: "f", Scopes: []string{"email"}}))
		}
		identities = func(ctx context.Context, a *appwrite.Account) error {
			return only(a.ListIdentities(ctx, appwrite.ListParams{Queries: []string{query.Equal("provider", "mock"), query.Limit(2)}, SkipTotal: true}))
		}
		logs = func(ctx context.Context, a *appwrite.Account) error {
			return only(a.ListLogs(ctx, appwrite.ListParams{Queries: []string{query.Limit(2), query.Offset(1)}, SkipTotal: true}))
		}
	)
	const json1 = `queries[]={"method":"limit","values":[2]}&queries[]={"method":"offset","values":[1]}`
	for _, tc := range []struct {
		name                 string
		call                 call
		first, last          string // releases
		answer, query, wants string
	}{
		{"create", create, "0.5", "0.11.0", userBody, "", `{"email":"e","password":"p","name":"n"}`},
		{"create", create, "0.12", "1.9.6", userBody, "", `{"userId":"u1","email":"e","password":"p","name":"n"}`},
		{"password", updatePassword, "0.2", "0.5.3", userBody, "", `{"password":"new","old-password":"old"}`},
		{"password", updatePassword, "0.6", "1.9.6", userBody, "", `{"password":"new","oldPassword":"old"}`},
		{"phone", updatePhone, "0.15", "0.15.3", userBody, "", `{"number":"+1","password":"p"}`},
		{"phone", updatePhone, "1.0", "1.9.6", userBody, "", `{"phone":"+1","password":"p"}`},
		{"phone token", phoneToken, "0.15", "0.15.3", tokenBody, "", `{"userId":"u1","number":"+1"}`},
		{"phone token", phoneToken, "1.0", "1.9.6", tokenBody, "", `{"userId":"u1","phone":"+1"}`},
		{"magic URL", magicURL, "0.10", "0.11.0", tokenBody, "", `{"email":"e","url":"http://x/"}`},
		{"magic URL", magicURL, "0.12", "1.4.14", tokenBody, "", `{"userId":"u1","email":"e","url":"http://x/"}`},
		{"magic URL", magicURL, "1.5", "1.9.6", tokenBody, "", `{"userId":"u1","email":"e","url":"http://x/","phrase":true}`},
		{"recovery", updateRecovery, "0.5", "0.5.3", tokenBody, "", `{"userId":"u1","secret":"s","password-a":"p","password-b":"p"}`},
		{"recovery", updateRecovery, "0.6", "1.4.14", tokenBody, "", `{"userId":"u1","secret":"s","password":"p","passwordAgain":"p"}`},
		{"recovery", updateRecovery, "1.5", "1.9.6", tokenBody, "", `{"userId":"u1","secret":"s","password":"p"}`},
		{"JWT", createJWT, "0.7", "1.8.1", `{"jwt":"a.b.c"}`, "", ``},
		{"JWT", createJWT, "1.9", "1.9.6", `{"jwt":"a.b.c"}`, "", `{"duration":60}`},
		{"authenticator", deleteApp, "1.5", "1.5.11", ``, "", `{"otp":"123456"}`},
		{"authenticator", deleteApp, "1.6", "1.9.6", ``, "", ``},
		{"OAuth2", oauth2, "0.5", "0.6.2", ``, "failure=f&success=s", ""},
		{"OAuth2", oauth2, "0.7", "1.9.6", ``, "failure=f&scopes[]=email&success=s", ""},
		{"identities", identities, "1.4", "1.4.14", `{"identities":[]}`, `queries[]=equal("provider", ["mock"])&queries[]=limit(2)`, ""},
		{"identities", identities, "1.5", "1.8", `{"identities":[]}`, `queries[]={"method":"equal","attribute":"provider","values":["mock"]}&queries[]={"method":"limit","values":[2]}`, ""},
		{"logs", logs, "0.5", "0.11.0", `{"logs":[]}`, ``, ""},
		{"logs", logs, "0.12", "0.15.3", `{"logs":[]}`, `limit=2&offset=1`, ""},
		{"logs", logs, "1.0", "1.4.14", `{"logs":[]}`, `queries[]=limit(2)&queries[]=offset(1)`, ""},
		{"logs", logs, "1.5", "1.8", `{"logs":[]}`, json1, ""},
		{"logs", logs, "1.8.1", "1.9.6", `{"logs":[]}`, json1 + `&total=0`, ""},
	} {
		for _, ver := range []string{tc.first, tc.last} {
			status := http.StatusOK
			if tc.name == "OAuth2" {
				status = http.StatusMovedPermanently
			}
			sent, err := sending(t, status, tc.answer, tc.call, appwrite.WithServerVersion(ver))
			require.NoError(t, err, "%s %s", tc.name, ver)
			assert.Equal(t, tc.query, sent.query(), "%s %s", tc.name, ver)
			assert.Equal(t, tc.wants, sent.body, "%s %s", tc.name, ver)
		}
	}
}

func TestWhatAnOldServerAsksForCannotBeLeftOut(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		param   string
		release string // the last one that asks
		next    string
		status  int
		answer  string
		call    func(context.Context, *appwrite.Account) error
	}{
		{"oldPassword", "0.7.2", "0.8", 200, userBody, func(ctx context.Context, a *appwrite.Account) error {
			return only(a.UpdatePassword(ctx, appwrite.UpdatePasswordParams{Password: "p"}))
		}},
		{"otp", "1.5.11", "1.6", 204, "", func(ctx context.Context, a *appwrite.Account) error {
			return a.DeleteMFAAuthenticator(ctx, models.AuthenticatorTOTP)
		}},
		{"success", "0.5.3", "0.6", 301, "", func(ctx context.Context, a *appwrite.Account) error {
			return only(a.CreateOAuth2Session(ctx, models.OAuthProviderGitHub, appwrite.OAuth2Params{Failure: "f"}))
		}},
		{"failure", "0.5.3", "0.6", 301, "", func(ctx context.Context, a *appwrite.Account) error {
			return only(a.CreateOAuth2Session(ctx, models.OAuthProviderGitHub, appwrite.OAuth2Params{Success: "s"}))
		}},
		{"failure", "0.5.3", "0.6", 301, "", func(_ context.Context, a *appwrite.Account) error {
			return only(a.OAuth2SessionURL(models.OAuthProviderGitHub, appwrite.OAuth2Params{Success: "s"}))
		}},
	} {
		sent, err := sending(t, tc.status, tc.answer, tc.call, appwrite.WithServerVersion(tc.release))
		var bad *appwrite.ParamError
		require.ErrorAs(t, err, &bad, tc.param)
		assert.Equal(t, tc.param, bad.Param)
		assert.Contains(t, bad.Reason, "servers before "+release.Must(tc.next).String()+" ask for it")
		assert.Empty(t, sent, "nothing is sent")
		_, err = sending(t, tc.status, tc.answer, tc.call, appwrite.WithServerVersion(tc.next))
		assert.NoError(t, err, tc.param)
	}
}

func TestQueriesAreRewrittenInTheSyntaxOfServersBefore15(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, 11, 21, 0, 12, 51, 872e6, time.UTC)
	for want, q := range map[string]string{
		`limit(25)`:                                  query.Limit(25),
		`offset(0)`:                                  query.Offset(0),
		`cursorAfter("6b00e210eb735be726a5")`:        query.CursorAfter("6b00e210eb735be726a5"),
		`cursorBefore("i1")`:                         query.CursorBefore("i1"),
		`orderDesc("providerEmail")`:                 query.OrderDesc("providerEmail"),
		`orderAsc("$createdAt")`:                     query.OrderAsc("$createdAt"),
		`equal("provider", ["mock"])`:                query.Equal("provider", "mock"),
		`equal("provider", ["github","google"])`:     query.Equal("provider", "github", "google"),
		`equal("n", [1,-2,9007199254740993])`:        query.Equal("n", 1, -2, 9007199254740993),
		`equal("f", [0.5])`:                          query.Equal("f", 0.5),
		`equal("b", [true,false])`:                   query.Equal("b", true, false),
		`notEqual("provider", ["mock"])`:             query.NotEqual("provider", "mock"),
		`between("n", 1, 5)`:                         query.Between("n", 1, 5),
		`isNull("providerEmail")`:                    query.IsNull("providerEmail"),
		`startsWith("providerEmail", ["w"])`:         query.StartsWith("providerEmail", "w"),
		`select(["a","b"])`:                          query.Select("a", "b"),
		`equal("a", ["say \"hi\", it's [1]"])`:       query.Equal("a", `say "hi", it's [1]`),
		`equal("a", ["C:\dir"])`:                     query.Equal("a", `C:\dir`),
		`equal("a", ["é中"])`:                         query.Equal("a", "é中"),
		`lessThan("$createdAt", ["` + iso + `"])`:    query.CreatedBefore(day),
		`greaterThan("$updatedAt", ["` + iso + `"])`: query.UpdatedAfter(day),
	} {
		sent, err := sending(t, 200, `{"identities":[]}`, func(ctx context.Context, a *appwrite.Account) error {
			return only(a.ListIdentities(ctx, appwrite.ListParams{Queries: []string{q}}))
		}, appwrite.WithServerVersion("1.4.13"))
		require.NoError(t, err, q)
		assert.Equal(t, []string{want}, parsed(t, sent.uri).Query()["queries[]"])
	}
}

const iso = "2026-11-21T00:12:51.872+00:00"

func TestQueriesThatAnOldServerCannotReadAreRefused(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ release, query string }{
		{"1.4", query.And(query.Equal("a", "1"), query.Equal("b", "2"))},
		{"1.4", query.Or(query.Equal("a", "1"), query.Equal("b", "2"))},
		{"1.4", query.Equal("a", `ends in \`)},
		{"1.4", query.Equal("a", `\"`)},
		{"1.4", `{"method":"limit(1);","values":[1]}`},
		{"1.4", `limit(1)`},
		{"0.15", query.Equal("event", "user.create")},
		{"0.15", query.OrderDesc("time")},
		{"0.15", `{"method":"limit","values":["x"]}`},
		{"0.11", query.Equal("event", "user.create")},
		{"0.11", "nonsense"},
	} {
		sent, err := sending(t, 200, `{"logs":[]}`, func(ctx context.Context, a *appwrite.Account) error {
			return only(a.ListLogs(ctx, appwrite.ListParams{Queries: []string{query.Limit(1), tc.query}}))
		}, appwrite.WithServerVersion(tc.release))
		refused(t, sent, err, "account.listLogs", "queries[1]")
	}
}

// oldListing pages as servers of a release do.
type oldListing struct {
	release string
	entries int
	sent    []string
}

var oldQuery = regexp.MustCompile(`^(\w+)\("?(\d+)"?\)$`)

func (s *oldListing) RoundTrip(r *http.Request) (*http.Response, error) {
	if len(s.sent) == 10 {
		return nil, fmt.Errorf("this goes on for ever")
	}
	asked := r.URL.Query()
	s.sent = append(s.sent, asked.Encode())
	start, limit := 0, 25
	page := func(method string, n int) {
		switch method {
		case "limit":
			limit = n
		case "offset":
			start = n
		case "cursorAfter":
			start = n + 1
		}
	}
	has := func(since, before string) bool {
		return release.Between(release.Must(since), release.Must(before)).Has(release.Must(s.release))
	}
	var n int
	switch {
	case has("0.5", "0.12"):
		limit = s.entries
	case has("0.12", "1.0"):
		for _, method := range []string{"limit", "offset"} {
			if _, err := fmt.Sscan(asked.Get(method), &n); err == nil {
				page(method, n)
			}
		}
	default:
		for _, text := range asked["queries[]"] {
			found := oldQuery.FindStringSubmatch(text)
			if found == nil {
				return response(r, 400, jsonType, errorBody(400, appwrite.ErrGeneralArgumentInvalid)), nil
			}
			_, _ = fmt.Sscan(found[2], &n)
			page(found[1], n)
		}
	}
	logs, identities := []map[string]string{}, []map[string]string{}
	for i := start; i < min(start+limit, s.entries); i++ {
		logs = append(logs, map[string]string{"event": fmt.Sprint(i)})
		identities = append(identities, map[string]string{"$id": fmt.Sprint(i)})
	}
	body, err := json.Marshal(map[string]any{"logs": logs, "identities": identities})
	if err != nil {
		return nil, err
	}
	return response(r, 200, jsonType, string(body)), nil
}

func TestIteratorsReadListsOfEveryRelease(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		method   string
		releases []string
		requests int // for 5 entries by 2, from the second
	}{
		{"Logs", []string{"0.5", "0.6.2", "0.9", "0.11.0"}, 1},
		{"Logs", []string{"0.12", "0.15.3", "1.0", "1.3.8", "1.4.14"}, 3},
		{"Identities", []string{"1.4", "1.4.14"}, 3},
	} {
		for _, ver := range tc.releases {
			server := &oldListing{release: ver, entries: 5}
			a := clientThrough(t, server, appwrite.WithServerVersion(ver)).Account
			got, err := collect(t, names[tc.method](t.Context(), a, appwrite.ListParams{Queries: []string{query.Limit(2), query.Offset(1)}}))
			require.NoError(t, err, "%s %s", tc.method, ver)
			assert.Equal(t, numbers(1, 5), got, "%s %s", tc.method, ver)
			assert.Len(t, server.sent, tc.requests, "%s %s", tc.method, ver)

			server = &oldListing{release: ver, entries: 250}
			a = clientThrough(t, server, appwrite.WithServerVersion(ver)).Account
			got, err = collect(t, names[tc.method](t.Context(), a, appwrite.ListParams{}))
			require.NoError(t, err, "%s %s", tc.method, ver)
			assert.Equal(t, numbers(0, 250), got, "%s %s", tc.method, ver)
		}
	}
}

// A new user's entries are of one second, so that the same page twice proves nothing; but one that
// is longer than asked for comes from a server that would send it for ever.
func TestAnIteratorEndsWhereTheServerIsOlderThanTheClientIsSetTo(t *testing.T) {
	t.Parallel()
	const page = `{"logs":[{"event":"session.create","time":1795226105},{"event":"user.create","time":1795226105},{"event":"x","time":1795226105}]}`
	for _, ver := range []string{"0.12", "1.4", "1.9"} {
		client, mock := memClient(t, memAnswer(200, jsonType, page), appwrite.WithServerVersion(ver))
		got, err := collect(t, names["Logs"](t.Context(), client.Account, appwrite.ListParams{Queries: []string{query.Limit(2)}}))
		var bad *appwrite.DecodeError
		require.ErrorAs(t, err, &bad, ver)
		assert.Empty(t, got)
		assert.Equal(t, 1, mock.GetTotalCallCount())
	}
}

func TestAPageIsCutOutOfWhatAServerSendsThatDoesNotPage(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		queries []string
		want    []string
	}{
		{nil, numbers(0, 40)},
		{[]string{query.Limit(3)}, numbers(0, 3)},
		{[]string{query.Limit(0)}, nil},
		{[]string{query.Limit(100)}, numbers(0, 40)},
		{[]string{query.Offset(38)}, numbers(38, 40)},
		{[]string{query.Offset(38), query.Limit(1)}, numbers(38, 39)},
		{[]string{query.Offset(40)}, nil},
		{[]string{query.Offset(1000), query.Limit(5)}, nil},
	} {
		server := &oldListing{release: "0.11.0", entries: 40}
		list, err := clientThrough(t, server, appwrite.WithServerVersion("0.11.0")).Account.ListLogs(t.Context(), appwrite.ListParams{Queries: tc.queries})
		require.NoError(t, err)
		var got []string
		for _, entry := range list.Logs {
			got = append(got, entry.Event)
		}
		assert.Equal(t, tc.want, got, tc.queries)
		assert.Equal(t, []string{""}, server.sent)
	}
}

// What confirms a token or changes a session is answered with a hash on servers up to 1.5: a
// client that took it for a secret would be a guest.
func TestAHashIsNeverTakenForASecret(t *testing.T) {
	t.Parallel()
	const hash = `,"secret":"318f0d0986f60096afa17b57fcdde7078b247f531ac29b0ed404a5e25bf83cb4"}`
	verification := appwrite.VerificationParams{UserID: "u1", Secret: "s"}
	for ver, calls := range map[string]map[string]func(context.Context, *appwrite.Account) (string, error){
		"0.7": {
			"UpdateEmailVerification": func(ctx context.Context, a *appwrite.Account) (string, error) {
				token, err := a.UpdateEmailVerification(ctx, verification)
				return token.Secret, err
			},
			"UpdateRecovery": func(ctx context.Context, a *appwrite.Account) (string, error) {
				token, err := a.UpdateRecovery(ctx, appwrite.UpdateRecoveryParams{UserID: "u1", Secret: "s", Password: "p"})
				return token.Secret, err
			},
		},
		"0.15.3": {
			"UpdatePhoneVerification": func(ctx context.Context, a *appwrite.Account) (string, error) {
				token, err := a.UpdatePhoneVerification(ctx, verification)
				return token.Secret, err
			},
		},
		"1.5.11": {
			"UpdateSession": func(ctx context.Context, a *appwrite.Account) (string, error) {
				session, err := a.UpdateSession(ctx, appwrite.CurrentSession)
				return session.Secret, err
			},
			"UpdateMFAChallenge": func(ctx context.Context, a *appwrite.Account) (string, error) {
				session, err := a.UpdateMFAChallenge(ctx, appwrite.MFAChallengeParams{ChallengeID: "c1", OTP: "1"})
				return session.Secret, err
			},
		},
	} {
		for method, call := range calls {
			_, err := sending(t, 200, `{"$id":"x"`+hash, func(ctx context.Context, a *appwrite.Account) error {
				secret, err := call(ctx, a)
				assert.Empty(t, secret, "%s %s", method, ver)
				return err
			}, appwrite.WithServerVersion(ver))
			require.NoError(t, err, method)
		}
	}
}

func TestAnUnsupportedOperationNamesItsSuccessor(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ method, release, since, until, instead string }{
		{"CreateJWT", "0.6", "0.7.0", "", ""},
		{"ListLogs", "1.9.7", "0.5.0", "1.9.6", ""},
		{"CreateEmailToken", "1.4", "1.5.0", "", "account.createMagicURLToken"},
		{"CreateEmailToken", "0.9", "1.5.0", "", ""},
		{"CreateSession", "1.4", "1.5.0", "", "account.updateMagicURLSession, account.updatePhoneSession"},
		{"CreateSession", "0.10", "1.5.0", "", "account.updateMagicURLSession"},
		{"Delete", "0.14", "1.5.0", "", "account.updateStatus"},
		{"UpdateStatus", "0.13.4", "0.14.0", "", "account.delete"},
		{"GetSession", "0.8", "0.9.0", "", "account.listSessions"},
		{"CreateOAuth2Token", "1.4", "1.5.0", "", "account.createOAuth2Session"},
	} {
		c := everycall.Named(tc.method)
		seen, hc := recordingTransport(successOf(c))
		_, err := c.Do(t.Context(), newClient(t, "http://host", appwrite.WithHTTPClient(hc), appwrite.WithServerVersion(tc.release)).Account, c.Full())
		assert.Equal(t, &appwrite.UnsupportedError{Operation: c.Operation, Since: tc.since, Until: tc.until, ServerVersion: release.Must(tc.release).String(), Instead: tc.instead}, err)
		for _, part := range []string{tc.since, tc.until, tc.instead, release.Must(tc.release).String()} {
			assert.Contains(t, err.Error(), part)
		}
		assert.Empty(t, seen.take())
	}
}

// A client is often set to a line of releases, such as "0.15", which is its first one.
func TestARouteIsThereFromTheFirstReleaseOfALine(t *testing.T) {
	t.Parallel()
	var later []string
	for _, op := range appwrite.Operations() {
		for _, r := range op.Routes {
			if !strings.HasSuffix(r.Since, ".0") {
				later = append(later, r.Method+" "+r.Path+" "+r.Since)
			}
		}
	}
	assert.Equal(t, []string{
		"POST /account/sessions 0.15.3", // again, beside its successor
		"POST /account/mfa/challenges 1.8.1",
		"PUT /account/mfa/challenges 1.8.1",
	}, later)
}

func TestDetectingTheServerVersionSetsACopyToIt(t *testing.T) {
	t.Parallel()
	for told, want := range map[string]string{"0.9.4": "0.9.4", "1.4.13": "1.4.13", "1.8.1": "1.8.1", "2.0.0": "2.0.0", "1.9.0-RC1": "1.9.0"} {
		seen, hc := recordingTransport(memAnswer(200, jsonType, `{"version":"`+told+`"}`))
		base := newClient(t, "http://host/v1", appwrite.WithHTTPClient(hc), appwrite.WithSession("s"))
		client, err := base.DetectServerVersion(t.Context())
		require.NoError(t, err)
		assert.Equal(t, want, client.Version().String())
		assert.Equal(t, appwrite.LatestServerVersion, base.Version().String(), "the client itself never changes")
		assert.Equal(t, base.Secret(), client.Secret())
		assert.Equal(t, base.CredentialKind(), client.CredentialKind())
		requests := seen.take()
		require.Len(t, requests, 1)
		assert.Equal(t, "/v1/health/version", requests[0].uri)
		assert.Empty(t, credentialsIn(requests[0].header))
	}
}

func TestAServerThatHidesItsVersionGivesAnErrorThatHelps(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		status int
		body   string
		hidden bool
	}{
		{200, `{"status":"OK"}`, true}, // servers before 0.7
		{200, `{"version":"latest"}`, true},
		{200, `{"version":"4294967297.4.0"}`, true},
		{200, `{"version":""}`, true},
		{200, `<html>Welcome</html>`, true},
		{401, `{"message":"no","version":"1.4.13"}`, true}, // of which a gateway may be the author
		{401, `{"message":"no","type":"general_unauthorized_scope","version":"hidden"}`, true},
		{403, `forbidden`, true},
		{404, `{"message":"Not Found"}`, true},
		{500, `{}`, false},
		{429, `{"message":"Too many requests"}`, false},
	} {
		_, hc := recordingTransport(memAnswer(tc.status, jsonType, tc.body))
		client, err := newClient(t, "http://host/v1", appwrite.WithHTTPClient(hc), appwrite.WithRetryPolicy(appwrite.RetryPolicy{MaxAttempts: 1})).DetectServerVersion(t.Context())
		require.Error(t, err)
		assert.Nil(t, client)
		assert.Equal(t, tc.hidden, strings.Contains(err.Error(), "WithServerVersion"), "%d %s: %v", tc.status, tc.body, err)
		if told, ok := err.(interface{ Unwrap() error }); tc.hidden && assert.True(t, ok) {
			assert.Error(t, told.Unwrap(), "what the server said can still be matched")
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := newClient(t, "http://host/v1").DetectServerVersion(ctx)
	assert.ErrorIs(t, err, context.Canceled)
	_, err = (&appwrite.Client{}).DetectServerVersion(t.Context())
	assert.Error(t, err)
}

func TestAnErrorOfTheServersOwnTellsItsVersion(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		status     int
		body, want string
	}{
		{503, `{"message":"Service is disabled","code":503,"version":"0.12.3"}`, "0.12.3"},
		{403, `{"message":"Disabled.","code":403,"type":"general_service_disabled","version":"1.8.1"}`, "1.8.1"},
		{429, errorBody(429, appwrite.ErrGeneralRateLimitExceeded), appwrite.LatestServerVersion},
	} {
		_, hc := recordingTransport(memAnswer(tc.status, jsonType, tc.body))
		base := newClient(t, "http://host/v1", appwrite.WithHTTPClient(hc), appwrite.WithServerVersion("1.0"), appwrite.WithRetryPolicy(appwrite.RetryPolicy{MaxAttempts: 1}))
		client, err := base.DetectServerVersion(t.Context())
		require.NoError(t, err, tc.body)
		assert.Equal(t, tc.want, client.Version().String())
	}
}

// Such a server would do to an administrator what is meant for another user.
func TestNobodyIsImpersonatedOnAServerThatIgnoresIt(t *testing.T) {
	t.Parallel()
	for param, option := range map[string]appwrite.Option{
		"impersonateUserId":    appwrite.WithImpersonateUserID("u2"),
		"impersonateUserEmail": appwrite.WithImpersonateUserEmail("u2@example.com"),
		"impersonateUserPhone": appwrite.WithImpersonateUserPhone("+14155550123"),
	} {
		for _, options := range [][]appwrite.Option{{option, appwrite.WithServerVersion("1.8.1")}, {appwrite.WithServerVersion("1.8.1"), option}} {
			_, err := appwrite.NewClient("http://host/v1", "p1", options...)
			var bad *appwrite.ParamError
			require.ErrorAs(t, err, &bad, param)
			assert.Equal(t, param, bad.Param)
			assert.Contains(t, bad.Reason, "1.9.0")
		}
		client, err := appwrite.NewClient("http://host/v1", "p1", option, appwrite.WithServerVersion("1.9"))
		require.NoError(t, err)
		_, err = client.With(appwrite.WithServerVersion("1.8.1"))
		assert.ErrorContains(t, err, param)
	}
}

var (
	codeInCell   = regexp.MustCompile("`([^`]+)`")
	methodInText = regexp.MustCompile("`Account\\.(\\w+)`")
)

func found(pattern *regexp.Regexp, text string) []string {
	var all []string
	for _, match := range pattern.FindAllStringSubmatch(text, -1) {
		all = append(all, match[1])
	}
	return all
}

// What the table on the page says is what is sent, at both ends of a row's releases and today.
func TestThePageOfOldServersTellsWhatTheyAreSent(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join("docs", "old-servers.md"))
	require.NoError(t, err)
	rows := 0
	for line := range strings.Lines(string(page)) {
		if !strings.HasPrefix(line, "| `Account.") {
			continue
		}
		rows++
		cells := strings.Split(strings.Trim(line, "| \n"), " | ")
		require.Len(t, cells, 5, line)
		methods, theirs, todays := found(methodInText, cells[0]), found(codeInCell, cells[3]), found(codeInCell, cells[4])
		require.NotEqual(t, theirs, todays, line)
		first, last, _ := strings.Cut(cells[1], "–")
		for ver, wants := range map[string][2][]string{first: {theirs, todays}, cmp.Or(last, first): {theirs, todays}, appwrite.LatestServerVersion: {todays, theirs}} {
			wire := sentBy(t, methods, ver)
			for _, parameter := range wants[0] {
				assert.Contains(t, wire, parameter, "%s to %s", methods, ver)
			}
			for _, parameter := range wants[1] {
				if !slices.Contains(wants[0], parameter) {
					assert.NotContains(t, wire, parameter, "%s to %s", methods, ver)
				}
			}
		}
		assert.Equal(t, cells[2], documentsWith(t, methods[0], appwrite.Route{Since: first, Until: cmp.Or(last, first)}), line)
	}
	assert.Greater(t, rows, 10)
}

// documentsWith names the documents of the releases of a route that have a method's operation.
func documentsWith(t *testing.T, method string, in appwrite.Route) string {
	var labels []string
	for _, doc := range documents.All {
		has := slices.ContainsFunc(doc.Operations, func(o documents.Operation) bool {
			return slices.Contains(documents.MethodsOf(everycall.Named(method).Operation), o.Method)
		})
		if has && in.Has(doc.Release) {
			labels = append(labels, doc.Label)
		}
	}
	return cmp.Or(strings.Join(labels, ", "), "–")
}

// sentBy returns all that the methods send to a server of the release.
func sentBy(t *testing.T, methods []string, ver string) string {
	t.Helper()
	var wire strings.Builder
	for _, method := range methods {
		c := everycall.Named(method)
		seen, hc := recordingTransport(successOf(c))
		_, err := c.Do(t.Context(), newClient(t, "http://host", appwrite.WithHTTPClient(hc), appwrite.WithServerVersion(ver)).Account, c.Full())
		require.NoError(t, err, "%s to %s", method, ver)
		for _, request := range seen.take() {
			uri, err := url.QueryUnescape(request.uri)
			require.NoError(t, err)
			wire.WriteString(uri + " " + request.body + "\n")
		}
	}
	return wire.String()
}
