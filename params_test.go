package appwrite_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math"
	"net/http"
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
			request, err := sending(t, c.Status, c.Body, func(ctx context.Context, a *appwrite.Account) error { return only(c.Do(ctx, a, in)) })
			require.NoError(t, err, c.Method)
			assert.Equal(t, "appwrite.test", request.host)
			if request.body == "" {
				assert.Zero(t, request.length)
				assert.Empty(t, request.header.Values("Content-Type"))
			} else {
				assert.Equal(t, []string{"application/json"}, request.header["Content-Type"])
				assert.Equal(t, int64(len(request.body)), request.length)
			}
			line := request.method + " " + request.path()
			if query := request.query(); query != "" {
				line += "?" + query
			}
			line += strings.TrimRight(" "+madeIDs.ReplaceAllString(request.body, `"$1":"(new)"`), " ")
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
	name        string
	answer      string
	query, body string
	call        func(ctx context.Context, a *appwrite.Account) error
}

func TestWhatIsUnsetIsLeftOut(t *testing.T) {
	t.Parallel()
	variants := []variant{
		{"no name", userBody, "", `{"userId":"u1","email":"e","password":"p"}`, func(ctx context.Context, a *appwrite.Account) error {
			return only(a.Create(ctx, appwrite.CreateAccountParams{UserID: "u1", Email: "e", Password: "p"}))
		}},
		{"no old password", userBody, "", `{"password":"p"}`, func(ctx context.Context, a *appwrite.Account) error {
			return only(a.UpdatePassword(ctx, appwrite.UpdatePasswordParams{Password: "p"}))
		}},
		{"no URL", tokenBody, "", `{"userId":"u1","email":"e"}`, func(ctx context.Context, a *appwrite.Account) error {
			return only(a.CreateMagicURLToken(ctx, appwrite.MagicURLTokenParams{UserID: "u1", Email: "e"}))
		}},
		{"URL and phrase", tokenBody, "", `{"userId":"u1","email":"e","url":"http://x/","phrase":true}`, func(ctx context.Context, a *appwrite.Account) error {
			return only(a.CreateMagicURLToken(ctx, appwrite.MagicURLTokenParams{UserID: "u1", Email: "e", URL: "http://x/", Phrase: true}))
		}},
		{"no phrase", tokenBody, "", `{"userId":"u1","email":"e"}`, func(ctx context.Context, a *appwrite.Account) error {
			return only(a.CreateEmailToken(ctx, appwrite.EmailTokenParams{UserID: "u1", Email: "e"}))
		}},
		{"no provider", targetBody, "", `{"targetId":"t1","identifier":"i"}`, func(ctx context.Context, a *appwrite.Account) error {
			return only(a.CreatePushTarget(ctx, appwrite.PushTargetParams{TargetID: "t1", Identifier: "i"}))
		}},
		{"provider", targetBody, "", `{"targetId":"t1","identifier":"i","providerId":"p"}`, func(ctx context.Context, a *appwrite.Account) error {
			return only(a.CreatePushTarget(ctx, appwrite.PushTargetParams{TargetID: "t1", Identifier: "i", ProviderID: "p"}))
		}},
		{"no duration", `{"jwt":"a.b.c"}`, "", "", func(ctx context.Context, a *appwrite.Account) error {
			return only(a.CreateJWT(ctx, appwrite.JWTParams{}))
		}},
		{"MFA off is a value", userBody, "", `{"mfa":false}`, func(ctx context.Context, a *appwrite.Account) error {
			return only(a.UpdateMFA(ctx, false))
		}},
		{"empty preferences are a value", userBody, "", `{"prefs":{}}`, func(ctx context.Context, a *appwrite.Account) error {
			return only(a.UpdatePrefs(ctx, models.Preferences{}))
		}},
		{"no queries", `{"total":0,"logs":[]}`, "", "", func(ctx context.Context, a *appwrite.Account) error {
			return only(a.ListLogs(ctx, appwrite.ListParams{Queries: []string{}}))
		}},
		{"total not wanted", `{"total":0,"logs":[]}`, "total=0", "", func(ctx context.Context, a *appwrite.Account) error {
			return only(a.ListLogs(ctx, appwrite.ListParams{SkipTotal: true}))
		}},
		{"queries and no total", `{"total":0,"identities":[]}`, `queries[]={"method":"limit","values":[2]}&queries[]={"method":"offset","values":[4]}&total=0`, "", func(ctx context.Context, a *appwrite.Account) error {
			return only(a.ListIdentities(ctx, appwrite.ListParams{Queries: []string{query.Limit(2), query.Offset(4)}, SkipTotal: true}))
		}},
		{"consents with queries", `{"total":0,"consents":[]}`, `queries[]={"method":"limit","values":[2]}&total=0`, "", func(ctx context.Context, a *appwrite.Account) error {
			return only(a.ListConsents(ctx, appwrite.ListParams{Queries: []string{query.Limit(2)}, SkipTotal: true}))
		}},
		{"tokens with queries", `{"total":0,"tokens":[]}`, `queries[]={"method":"limit","values":[2]}`, "", func(ctx context.Context, a *appwrite.Account) error {
			return only(a.ListConsentTokens(ctx, "c1", appwrite.ListParams{Queries: []string{query.Limit(2)}}))
		}},
		{"text that JSON must escape", userBody, "", `{"name":"a\"b\\c\u0001\n</script>&é"}`, func(ctx context.Context, a *appwrite.Account) error {
			return only(a.UpdateName(ctx, "a\"b\\c\x01\n</script>&é"))
		}},
	}
	for _, v := range variants {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			got, err := sending(t, 200, v.answer, v.call)
			require.NoError(t, err)
			assert.Equal(t, v.query, got.query())
			assert.Equal(t, v.body, got.body)
			assert.NotContains(t, got.body, "null")
			assert.NotContains(t, got.body, `""`)
		})
	}
}

func TestOAuth2ParametersAreSentAsTheServerReadsThem(t *testing.T) {
	t.Parallel()
	tests := map[string]appwrite.OAuth2Params{
		"":                               {},
		"success=http://x/?a=b&c=d#e":    {Success: "http://x/?a=b&c=d#e"},
		"failure=http://x/":              {Failure: "http://x/"},
		"scopes[]=a&scopes[]=b c":        {Scopes: []string{"a", "b c"}},
		"failure=f&scopes[]=a&success=s": {Success: "s", Failure: "f", Scopes: []string{"a"}},
	}
	for want, params := range tests {
		for _, start := range []func(*appwrite.Account, context.Context, models.OAuthProvider, appwrite.OAuth2Params, ...appwrite.RequestOption) (string, error){(*appwrite.Account).CreateOAuth2Token, (*appwrite.Account).CreateOAuth2Session} {
			got, err := sending(t, 301, "", func(ctx context.Context, a *appwrite.Account) error {
				return only(start(a, ctx, models.OAuthProviderGitHub, params))
			})
			require.NoError(t, err)
			assert.Equal(t, want, got.query())
			assert.True(t, strings.HasSuffix(got.path(), "/oauth2/github"), got.path())
			assert.Equal(t, params.Success, parsed(t, got.uri).Query().Get("success"), "one value, escaped")
			assert.Equal(t, params.Scopes, parsed(t, got.uri).Query()["scopes[]"])
		}
	}
}

// textSent makes a call with a text for one of its parameters, and good inputs otherwise. The
// other way to make a call, with the least, must treat the parameter alike.
func textSent(t *testing.T, c everycall.Call, in everycall.Inputs, name, text string) (sent, error) {
	t.Helper()
	in.SetText(name, text)
	return sending(t, c.Status, c.Body, func(ctx context.Context, a *appwrite.Account) error {
		return only(c.Do(ctx, a, in))
	}, appwrite.WithServerVersion(c.ServerVersion()))
}

// textsOf are the names of the text parameters that a call sends in its body.
func textsOf(t *testing.T, c everycall.Call) (names []string) {
	t.Helper()
	for _, name := range everycall.Texts() {
		request, err := textSent(t, c, c.Full(), name, "marker")
		require.NoError(t, err)
		if strings.Contains(request.body, `"`+name+`":"marker"`) {
			names = append(names, name)
		}
	}
	return names
}

func TestEveryTextOfABodyIsCheckedBeforeItIsSent(t *testing.T) {
	t.Parallel()
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		names := textsOf(t, c)
		assert.Subset(t, names, c.OptionalTexts())
		for _, name := range names {
			for _, in := range []everycall.Inputs{c.Full(), c.Least()} {
				checkText(t, c, in, name)
			}
		}
		// A text that no tag of everycall.Inputs names would not be checked.
		full := c.Full()
		request, err := sending(t, c.Status, c.Body, func(ctx context.Context, a *appwrite.Account) error { return only(c.Do(ctx, a, full)) },
			appwrite.WithServerVersion(c.ServerVersion()))
		require.NoError(t, err)
		var body map[string]any
		if request.body == "" || json.Unmarshal([]byte(request.body), &body) != nil {
			return
		}
		for name, value := range body {
			if _, isText := value.(string); isText && name != "factor" {
				assert.Contains(t, names, name, "everycall.Inputs needs a text for %s", name)
			}
		}
	})
}

func checkText(t *testing.T, c everycall.Call, in everycall.Inputs, name string) {
	t.Helper()
	request, err := textSent(t, c, in, name, "")
	if !slices.Contains(c.OptionalTexts(), name) {
		refused(t, request, err, c.Operation, name)
	} else {
		require.NoError(t, err)
		var body map[string]any
		if request.body != "" {
			require.NoError(t, json.Unmarshal([]byte(request.body), &body))
		}
		value, there := body[name]
		if name == "userId" || name == "targetId" {
			assert.NoError(t, id.Validate(value.(string)))
			assert.Len(t, value, 20)
		} else {
			assert.False(t, there, request.body)
		}
	}

	// Servers and proxies would each make something else of such bytes.
	for _, invalid := range []string{"\xff", "caf\xe9", "a\xc3", "\xed\xa0\x80"} {
		request, err = textSent(t, c, in, name, invalid)
		e := refused(t, request, err, c.Operation, name)
		assert.NotContains(t, e.Error(), invalid)
	}

	for _, good := range []string{"x", "ü中🎉", " ", "\u2028", "a\x00b", "\ufffd"} {
		request, err = textSent(t, c, in, name, good)
		require.NoError(t, err, "%q", good)
		var body map[string]any
		require.NoError(t, json.Unmarshal([]byte(request.body), &body))
		assert.Equal(t, good, body[name])
	}
}

func TestAnEmptyIDOfAPathIsRefusedUnderItsName(t *testing.T) {
	t.Parallel()
	inBraces := regexp.MustCompile(`\{(\w+)\}`)
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		names := inBraces.FindAllStringSubmatch(c.Route().Path, -1)
		require.Len(t, names, len(c.IDs))
		for i, name := range names {
			ids := append([]string{}, goodIDs...)
			ids[i] = ""
			sent, err := sending(t, c.Status, c.Body, func(ctx context.Context, a *appwrite.Account) error {
				_, err := c.Do(ctx, a, withIDs(c, ids))
				return err
			})
			refused(t, sent, err, c.Operation, name[1])
		}
	})
}

func TestABadQueryIsRefusedUnderItsIndex(t *testing.T) {
	t.Parallel()
	bad := map[string]string{
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
	}
	lists := map[string]func(ctx context.Context, a *appwrite.Account, p appwrite.ListParams) error{
		"ListLogs": func(ctx context.Context, a *appwrite.Account, p appwrite.ListParams) error {
			return only(a.ListLogs(ctx, p))
		},
		"ListIdentities": func(ctx context.Context, a *appwrite.Account, p appwrite.ListParams) error {
			return only(a.ListIdentities(ctx, p))
		},
		"ListConsents": func(ctx context.Context, a *appwrite.Account, p appwrite.ListParams) error {
			return only(a.ListConsents(ctx, p))
		},
		"ListConsentTokens": func(ctx context.Context, a *appwrite.Account, p appwrite.ListParams) error {
			return only(a.ListConsentTokens(ctx, "c", p))
		},
		"Logs": func(ctx context.Context, a *appwrite.Account, p appwrite.ListParams) error {
			for _, err := range a.Logs(ctx, p) {
				return err
			}
			return nil
		},
		"Identities": func(ctx context.Context, a *appwrite.Account, p appwrite.ListParams) error {
			for _, err := range a.Identities(ctx, p) {
				return err
			}
			return nil
		},
	}
	for method, list := range lists {
		for name, text := range bad {
			for i := range 3 {
				queries := []string{query.OrderAsc("a"), query.OrderDesc("b"), query.OrderAsc("c")}
				queries[i] = text
				c := everycall.Named(method)
				sent, err := sending(t, c.Status, c.Body, func(ctx context.Context, a *appwrite.Account) error {
					return list(ctx, a, appwrite.ListParams{Queries: queries})
				})
				e := refused(t, sent, err, c.Operation, "queries["+strconv.Itoa(i)+"]")
				assert.NotContains(t, e.Error(), "\xff", name)
			}
		}
	}
}

func TestQueriesArriveAsTheyWereWritten(t *testing.T) {
	t.Parallel()
	queries := []string{
		query.Equal("provider", "github", "it's \"quoted\" & more=x+y"),
		query.Equal("n", int64(1)<<53+1, math.MaxInt64, math.MinInt64),
		query.Equal("u", uint64(math.MaxUint64)),
		query.Equal("f", 0.1, 1e21),
		query.Equal("b", true, false),
		query.GreaterThan("$createdAt", time.Date(2026, 11, 21, 1, 12, 51, 872_999_999, time.FixedZone("", 3600))),
		query.Or(query.And(query.Equal("a", "1"), query.IsNull("b")), query.StartsWith("c", "é中")),
		query.Limit(25), query.Offset(0), query.CursorAfter("i1"),
	}
	want := []string{
		`{"method":"equal","attribute":"provider","values":["github","it's \"quoted\" & more=x+y"]}`,
		`{"method":"equal","attribute":"n","values":[9007199254740993,9223372036854775807,-9223372036854775808]}`,
		`{"method":"equal","attribute":"u","values":[18446744073709551615]}`,
		`{"method":"equal","attribute":"f","values":[0.1,1e+21]}`,
		`{"method":"equal","attribute":"b","values":[true,false]}`,
		`{"method":"greaterThan","attribute":"$createdAt","values":["2026-11-21T00:12:51.872+00:00"]}`,
		`{"method":"or","values":[{"method":"and","values":[{"method":"equal","attribute":"a","values":["1"]},{"method":"isNull","attribute":"b"}]},{"method":"startsWith","attribute":"c","values":["é中"]}]}`,
		`{"method":"limit","values":[25]}`,
		`{"method":"offset","values":[0]}`,
		`{"method":"cursorAfter","values":["i1"]}`,
	}
	var arrived url.Values
	client := sockClient(t, func(w http.ResponseWriter, r *http.Request) {
		arrived = r.URL.Query()
		w.Header().Set("Content-Type", jsonType)
		_, _ = io.WriteString(w, `{"total":0,"identities":[]}`)
	})
	_, err := client.Account.ListIdentities(t.Context(), appwrite.ListParams{Queries: queries})
	require.NoError(t, err)
	assert.Equal(t, url.Values{"queries[]": want}, arrived)
}

func TestADurationIsWholeSecondsWithinTheServersBounds(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		0:                            "",
		time.Second:                  `{"duration":1}`,
		1999 * time.Millisecond:      `{"duration":1}`,
		15 * time.Minute:             `{"duration":900}`,
		time.Hour - 1:                `{"duration":3599}`,
		time.Hour:                    `{"duration":3600}`,
		-1:                           "refused",
		1:                            "refused",
		time.Second - 1:              "refused",
		time.Hour + 1:                "refused",
		24 * time.Hour:               "refused",
		-time.Hour:                   "refused",
		time.Duration(math.MaxInt64): "refused",
		time.Duration(math.MinInt64): "refused",
		900:                          "refused", // meant as seconds
	} {
		sent, err := sending(t, 201, `{"jwt":"a.b.c"}`, func(ctx context.Context, a *appwrite.Account) error {
			return only(a.CreateJWT(ctx, appwrite.JWTParams{Duration: d}))
		})
		if want == "refused" {
			refused(t, sent, err, "account.createJWT", "duration")
			continue
		}
		require.NoError(t, err, d)
		assert.Equal(t, want, sent.body, d)
	}
}

func TestAFactorIsSpelledAsTheServerComparesIt(t *testing.T) {
	t.Parallel()
	factors := []models.AuthenticationFactor{models.FactorEmail, models.FactorPhone, models.FactorTOTP, models.FactorRecoveryCode, models.FactorCustom}
	for release, recoveryCode := range map[string]string{
		"1.5": "recoverycode", "1.5.11": "recoverycode", "1.6.2": "recoverycode", "1.7.5": "recoverycode", "1.8": "recoverycode", "1.8.1": "recoverycode",
		"1.9": "recoveryCode", "1.9.0": "recoveryCode", "1.9.6": "recoveryCode", "2.0": "recoveryCode",
	} {
		for _, factor := range factors {
			want := string(factor)
			if factor == models.FactorRecoveryCode {
				want = recoveryCode
			}
			sent, err := sending(t, 201, `{"$id":"m1"}`, func(ctx context.Context, a *appwrite.Account) error {
				return only(a.CreateMFAChallenge(ctx, factor))
			}, appwrite.WithServerVersion(release))
			require.NoError(t, err)
			assert.Equal(t, `{"factor":"`+want+`"}`, sent.body, release)
		}
	}
}

func TestIDsThatTheClientMakesAreNewEveryTime(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, c := range everycall.All {
		for _, name := range c.OptionalTexts() {
			if name != "userId" && name != "targetId" {
				continue
			}
			for range 10 {
				request, err := textSent(t, c, c.Full(), name, "")
				require.NoError(t, err)
				var body map[string]any
				require.NoError(t, json.Unmarshal([]byte(request.body), &body))
				made := body[name].(string)
				assert.False(t, seen[made], made)
				seen[made] = true
			}
			// The server's own word for a new ID is passed on.
			request, err := textSent(t, c, c.Full(), name, "unique()")
			require.NoError(t, err)
			assert.Contains(t, request.body, `"`+name+`":"unique()"`)
		}
	}
	assert.NotEmpty(t, seen)
}
