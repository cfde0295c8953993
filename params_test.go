package appwrite_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/id"
	"github.com/seed17809555/appwrite/internal/everycall"
	"github.com/seed17809555/appwrite/internal/release"
	"github.com/seed17809555/appwrite/internal/testkit"
	"github.com/seed17809555/appwrite/models"
	"github.com/seed17809555/appwrite/query"
)

var update = flag.Bool("update", false, "rewrite testdata/wire.txt")

// madeIDs are the IDs that the client makes.
var madeIDs = regexp.MustCompile(`"(userId|targetId)":"[0-9a-f]{20}"`)

// TestWhatEveryCallSends compares verb, path, query and body of every call with a file, once
// with all parameters and once with the least.
func TestWhatEveryCallSends(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("# What each call sends to today's servers, with all parameters and with the least.\n" +
		"# go test . -run TestWhatEveryCallSends -update\n")
	for _, c := range everycall.All {
		before := ""
		for _, in := range []everycall.Inputs{c.Full(), c.Least()} {
			request, err := sendingCall(t, c, in)
			require.NoError(t, err, c.Method)
			assert.Equal(t, "appwrite.test", request.Host)
			assert.Equal(t, int64(len(request.Body)), request.Length)
			if request.Body == "" {
				assert.Empty(t, request.Header.Values("Content-Type"))
			} else {
				assert.Equal(t, []string{"application/json"}, request.Header["Content-Type"])
			}
			line := request.Method + " " + request.Path()
			if query := request.Query(); query != "" {
				line += "?" + query
			}
			line += strings.TrimRight(" "+madeIDs.ReplaceAllString(request.Body, `"$1":"(new)"`), " ")
			if line != before {
				fmt.Fprintf(&b, "%s: %s\n", c.Method, line)
			}
			before = line
		}
	}
	const golden = "testdata/wire.txt"
	if *update {
		require.NoError(t, os.WriteFile(golden, []byte(b.String()), 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	assert.Equal(t, string(want), b.String(), "look at the difference, and if it is right: go test . -run TestWhatEveryCallSends -update")
}

// variant is a call with other parameters than those of the table of calls.
type variant struct {
	name, method string
	change       func(in *everycall.Inputs) // of the least inputs
	query, body  string
}

func TestWhatIsUnsetIsLeftOutAndOtherZeroesAreSent(t *testing.T) {
	t.Parallel()
	limit := query.Limit(2)
	for _, v := range []variant{
		{"URL without phrase", "CreateMagicURLToken", func(in *everycall.Inputs) { in.SetText("url", "http://x/") }, "", `{"userId":"(new)","email":"w@example.com","url":"http://x/"}`},
		{"MFA off", "UpdateMFA", func(in *everycall.Inputs) { in.Enabled = false }, "", `{"mfa":false}`},
		{"empty preferences", "UpdatePrefs", func(in *everycall.Inputs) { in.Prefs = models.Preferences{} }, "", `{"prefs":{}}`},
		{"no queries", "ListLogs", func(in *everycall.Inputs) { in.List = queries() }, "", ""},
		{"an empty list of queries", "ListLogs", func(in *everycall.Inputs) { in.List = queries([]string{}...) }, "", ""},
		{"total not wanted", "ListLogs", func(in *everycall.Inputs) { in.List.SkipTotal = true }, "total=0", ""},
		{"total wanted", "ListIdentities", func(in *everycall.Inputs) { in.List = queries(limit, query.Offset(4)) }, "queries[]=" + limit + `&queries[]={"method":"offset","values":[4]}`, ""},
		{"tokens with a query", "ListConsentTokens", func(in *everycall.Inputs) { in.List = queries(limit) }, "queries[]=" + limit, ""},
		{"success alone", "CreateOAuth2Token", func(in *everycall.Inputs) { in.OAuth2.Success = "http://x/?a=b&c=d#e" }, "success=http://x/?a=b&c=d#e", ""},
		{"scopes alone", "CreateOAuth2Session", func(in *everycall.Inputs) { in.OAuth2.Scopes = []string{"a", "b c"} }, "scopes[]=a&scopes[]=b c", ""},
		{"text that JSON must escape", "UpdateName", func(in *everycall.Inputs) { in.Name = "a\"b\\c\x01\n</script>&é" }, "", `{"name":"a\"b\\c\u0001\n</script>&é"}`},
	} {
		c := everycall.Named(v.method)
		in := c.Least()
		v.change(&in)
		got, err := sendingCall(t, c, in)
		require.NoError(t, err, v.name)
		assert.Equal(t, v.query, got.Query(), v.name)
		assert.Equal(t, v.body, madeIDs.ReplaceAllString(got.Body, `"$1":"(new)"`), v.name)
	}
}

// textSent makes a call with a text for one of its parameters.
func textSent(t *testing.T, c everycall.Call, in everycall.Inputs, name, text string) (testkit.Sent, map[string]any, error) {
	t.Helper()
	in.SetText(name, text)
	request, err := sendingCall(t, c, in, appwrite.WithServerVersion(c.ServerVersion()))
	var body map[string]any
	if request.Body != "" {
		require.NoError(t, json.Unmarshal([]byte(request.Body), &body))
	}
	return request, body, err
}

func TestEveryTextOfABodyIsCheckedBeforeItIsSent(t *testing.T) {
	t.Parallel()
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		var names []string // of the text parameters that the call sends in its body
		for _, name := range everycall.Texts() {
			_, body, err := textSent(t, c, c.Full(), name, "marker")
			require.NoError(t, err)
			if body[name] == "marker" {
				names = append(names, name)
			}
		}
		assert.Subset(t, names, c.OptionalTexts())
		for _, name := range names {
			for _, in := range []everycall.Inputs{c.Full(), c.Least()} {
				checkText(t, c, in, name)
			}
		}
		// A text that no tag of everycall.Inputs names would not be checked.
		_, body, err := textSent(t, c, c.Full(), "name", "Walter")
		require.NoError(t, err)
		for name, value := range body {
			if _, isText := value.(string); isText && name != "factor" {
				assert.Contains(t, names, name, "everycall.Inputs needs a text for %s", name)
			}
		}
	})
}

func checkText(t *testing.T, c everycall.Call, in everycall.Inputs, name string) {
	t.Helper()
	request, body, err := textSent(t, c, in, name, "")
	if !slices.Contains(c.OptionalTexts(), name) {
		refused(t, request, err, c.Operation, name)
	} else {
		require.NoError(t, err)
		value, there := body[name]
		if name == "userId" || name == "targetId" {
			assert.NoError(t, id.Validate(value.(string)))
			assert.Len(t, value, 20)
			_, again, _ := textSent(t, c, in, name, "")
			assert.NotEqual(t, value, again[name], "an ID that the client makes is new every time")
			_, body, _ = textSent(t, c, in, name, "unique()")
			assert.Equal(t, "unique()", body[name], "the server's own word for a new ID is passed on")
		} else {
			assert.False(t, there, request.Body)
		}
	}

	// Servers and proxies would each make something else of such bytes.
	for _, invalid := range []string{"\xff", "caf\xe9", "a\xc3", "\xed\xa0\x80"} {
		request, _, err = textSent(t, c, in, name, invalid)
		assert.NotContains(t, refused(t, request, err, c.Operation, name).Error(), invalid)
	}
	for _, good := range []string{"x", "ü中🎉", " ", "\u2028", "a\x00b", "\ufffd"} {
		_, body, err = textSent(t, c, in, name, good)
		require.NoError(t, err, "%q", good)
		assert.Equal(t, good, body[name])
	}
}

func TestABadQueryIsRefusedUnderItsIndex(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"empty":         "",
		"old syntax":    "limit(25)",
		"no JSON":       "{bad",
		"list":          `["limit"]`,
		"no method":     `{"values":[1]}`,
		"NaN":           query.Equal("x", math.NaN()),
		"infinity":      query.LessThan("x", math.Inf(1)),
		"no values":     query.Equal[string]("x"),
		"invalid UTF-8": query.Equal("x", "\xff"),
		"nested":        query.Or(query.Equal("a", "b"), query.Equal[int]("x")),
	} {
		for _, method := range []string{"ListLogs", "Logs", "ListIdentities", "Identities", "ListConsents", "ListConsentTokens"} {
			for i := range 3 {
				c := everycall.Named(method)
				in := c.Full()
				in.List = queries(query.OrderAsc("a"), query.OrderDesc("b"), query.OrderAsc("c"))
				in.List.Queries[i] = text
				request, err := sendingCall(t, c, in)
				bad := refused(t, request, err, c.Operation, "queries["+strconv.Itoa(i)+"]")
				assert.NotContains(t, bad.Error(), "\xff", name)
			}
		}
	}
}

func TestQueriesArriveAsTheyWereWritten(t *testing.T) {
	t.Parallel()
	texts := []string{
		query.Equal("provider", "github", "it's \"quoted\" & more=x+y"),
		query.Equal("n", int64(1)<<53+1, math.MaxInt64, math.MinInt64),
		query.Equal("u", uint64(math.MaxUint64)),
		query.Equal("f", 0.1, 1e21),
		query.Equal("b", true, false),
		query.GreaterThan("$createdAt", time.Date(2026, 11, 21, 1, 12, 51, 872_999_999, time.FixedZone("", 3600))),
		query.Or(query.And(query.Equal("a", "1"), query.IsNull("b")), query.StartsWith("c", "é中")),
		query.Limit(25), query.Offset(0), query.CursorAfter("i1"),
	}
	client := sockets(t, answersJSON(200, `{"total":0,"identities":[]}`))
	_, err := client.Account.ListIdentities(t.Context(), queries(texts...))
	require.NoError(t, err)
	assert.Equal(t, url.Values{"queries[]": texts}, parsed(t, client.One(t).URI).Query())
}

func TestOldServersGetTheParametersOfTheirTime(t *testing.T) {
	t.Parallel()
	const (
		equalMock  = `queries[]={"method":"equal","attribute":"provider","values":["mock"]}&queries[]={"method":"limit","values":[2]}`
		twoFromOne = `queries[]={"method":"limit","values":[2]}&queries[]={"method":"limit","values":[3]}&queries[]={"method":"offset","values":[1]}`
		email      = `"email":"w@example.com"`
		password   = `"password":"param-password-1"`
		link       = `"url":"http://localhost/page"`
	)
	identities := queries(query.Equal("provider", "mock"), query.Limit(2))
	logs := queries(query.Limit(2), query.Limit(3), query.Offset(1)) // of two limits the first counts
	identities.SkipTotal, logs.SkipTotal = true, true
	for _, tc := range []struct {
		method      string
		first, last string // releases
		query, body string
	}{
		{"Create", "0.5", "0.11.0", "", `{` + email + `,` + password + `,"name":"Walter"}`},
		{"Create", "0.12", "1.9.6", "", `{"userId":"u1",` + email + `,` + password + `,"name":"Walter"}`},
		{"UpdatePassword", "0.2", "0.5.3", "", `{` + password + `,"old-password":"param-password-2"}`},
		{"UpdatePassword", "0.6", "1.9.6", "", `{` + password + `,"oldPassword":"param-password-2"}`},
		{"UpdatePhone", "0.15", "0.15.3", "", `{"number":"+14155550123",` + password + `}`},
		{"UpdatePhone", "1.0", "1.9.6", "", `{"phone":"+14155550123",` + password + `}`},
		{"CreatePhoneToken", "0.15", "0.15.3", "", `{"userId":"u1","number":"+14155550123"}`},
		{"CreatePhoneToken", "1.0", "1.9.6", "", `{"userId":"u1","phone":"+14155550123"}`},
		{"CreateMagicURLToken", "0.10", "0.11.0", "", `{` + email + `,` + link + `}`},
		{"CreateMagicURLToken", "0.12", "1.4.14", "", `{"userId":"u1",` + email + `,` + link + `}`},
		{"CreateMagicURLToken", "1.5", "1.9.6", "", `{"userId":"u1",` + email + `,` + link + `,"phrase":true}`},
		{"UpdateRecovery", "0.5", "0.5.3", "", `{"userId":"u1","secret":"param-secret-1","password-a":"param-password-1","password-b":"param-password-1"}`},
		{"UpdateRecovery", "0.6", "1.4.14", "", `{"userId":"u1","secret":"param-secret-1",` + password + `,"passwordAgain":"param-password-1"}`},
		{"UpdateRecovery", "1.5", "1.9.6", "", `{"userId":"u1","secret":"param-secret-1",` + password + `}`},
		{"CreateJWT", "0.7", "1.8.1", "", ``},
		{"CreateJWT", "1.9", "1.9.6", "", `{"duration":3600}`},
		{"DeleteMFAAuthenticatorWithOTP", "1.5", "1.5.11", "", `{"otp":"param-otp-1"}`},
		{"DeleteMFAAuthenticatorWithOTP", "1.6", "1.9.6", "", ``},
		{"CreateMFAChallenge", "1.5", "1.8.1", "", `{"factor":"recoverycode"}`},
		{"CreateMFAChallenge", "1.9", "2.0", "", `{"factor":"recoveryCode"}`},
		{"CreateOAuth2Session", "0.5", "0.6.2", "failure=http://localhost/no&success=http://localhost/ok", ""},
		{"CreateOAuth2Session", "0.7", "1.9.6", "failure=http://localhost/no&scopes[]=email&success=http://localhost/ok", ""},
		{"ListIdentities", "1.4", "1.4.14", `queries[]=equal("provider", ["mock"])&queries[]=limit(2)`, ""},
		{"ListIdentities", "1.5", "1.8", equalMock, ""},
		{"ListIdentities", "1.8.1", "1.9.6", equalMock + `&total=0`, ""},
		{"ListLogs", "0.5", "0.11.0", ``, ""},
		{"ListLogs", "0.12", "0.15.3", `limit=2&offset=1`, ""},
		{"ListLogs", "1.0", "1.4.14", `queries[]=limit(2)&queries[]=limit(3)&queries[]=offset(1)`, ""},
		{"ListLogs", "1.5", "1.8", twoFromOne, ""},
		{"ListLogs", "1.8.1", "1.9.6", twoFromOne + `&total=0`, ""},
	} {
		for _, ver := range []string{tc.first, tc.last} {
			c := everycall.Named(tc.method)
			in := c.Full()
			if in.List = logs; tc.method == "ListIdentities" {
				in.List = identities
			}
			request, err := sendingCall(t, c, in, appwrite.WithServerVersion(ver))
			require.NoError(t, err, "%s %s", tc.method, ver)
			assert.Equal(t, tc.query, request.Query(), "%s %s", tc.method, ver)
			assert.Equal(t, tc.body, request.Body, "%s %s", tc.method, ver)
		}
	}
}

func TestAFactorIsSentAsItIsSpelled(t *testing.T) {
	t.Parallel()
	for _, ver := range []string{"1.5", "1.8.1", "1.9", "2.0"} {
		for _, factor := range []models.AuthenticationFactor{models.FactorEmail, models.FactorPhone, models.FactorTOTP, models.FactorCustom} {
			in := everycall.Named("CreateMFAChallenge").Full()
			in.Factor = factor
			request, err := sendingCall(t, everycall.Named("CreateMFAChallenge"), in, appwrite.WithServerVersion(ver))
			require.NoError(t, err)
			assert.Equal(t, `{"factor":"`+string(factor)+`"}`, request.Body, ver)
		}
	}
}

func TestWhatAnOldServerAsksForCannotBeLeftOut(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		method, param string
		release       string // the last one that asks
		next          string
		leave         func(in *everycall.Inputs)
	}{
		{"UpdatePassword", "oldPassword", "0.7.2", "0.8", func(in *everycall.Inputs) { in.OldPassword = "" }},
		{"DeleteMFAAuthenticator", "otp", "1.5.11", "1.6", func(*everycall.Inputs) {}},
		{"CreateOAuth2Session", "success", "0.5.3", "0.6", func(in *everycall.Inputs) { in.OAuth2.Success = "" }},
		{"CreateOAuth2Session", "failure", "0.5.3", "0.6", func(in *everycall.Inputs) { in.OAuth2.Failure = "" }},
	} {
		c := everycall.Named(tc.method)
		in := c.Full()
		tc.leave(&in)
		request, err := sendingCall(t, c, in, appwrite.WithServerVersion(tc.release))
		bad := refused(t, request, err, c.Operation, tc.param)
		assert.Contains(t, bad.Reason, "servers before "+release.Must(tc.next).String()+" ask for it")
		_, err = sendingCall(t, c, in, appwrite.WithServerVersion(tc.next))
		assert.NoError(t, err, tc.param)
	}
	_, err := newClient(t, "http://host/v1", appwrite.WithServerVersion("0.5.3")).Account.OAuth2SessionURL("github", appwrite.OAuth2Params{Success: "s"})
	requireParamError(t, err, "account.createOAuth2Session", "failure")
}

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
		c := everycall.Named("ListLogs")
		in := c.Full()
		in.List = queries(query.Limit(1), tc.query)
		request, err := sendingCall(t, c, in, appwrite.WithServerVersion(tc.release))
		refused(t, request, err, "account.listLogs", "queries[1]")
	}
}

// What confirms a token or changes a session is answered with a hash on servers up to 1.5: a
// client that took it for a secret would be a guest.
func TestAHashIsNeverTakenForASecret(t *testing.T) {
	t.Parallel()
	const hash = "318f0d0986f60096afa17b57fcdde7078b247f531ac29b0ed404a5e25bf83cb4"
	for method, ver := range map[string]string{
		"UpdateEmailVerification": "0.7", "UpdateRecovery": "0.7", "UpdatePhoneVerification": "0.15.3", "UpdateSession": "1.5.11", "UpdateMFAChallenge": "1.5.11",
	} {
		c := everycall.Named(method)
		client := memory(t, answersJSON(200, `{"$id":"x","secret":"`+hash+`"}`), appwrite.WithServerVersion(ver))
		got, err := c.Do(t.Context(), client.Account, c.Full())
		require.NoError(t, err, method)
		text, err := json.Marshal(got)
		require.NoError(t, err)
		assert.NotContains(t, string(text), hash, method)
	}
}
