package appwritetest

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/query"
)

func TestLogsTellWhatHappenedNewestFirst(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	ctx, guest := t.Context(), s.Client().Account
	_, err := guest.Create(ctx, appwrite.CreateAccountParams{Email: email, Password: password, Name: "Ada"})
	require.NoError(t, err)
	secret := signIn(t, s)
	ada := s.Client().WithSession(secret).Account
	_, err = ada.UpdateName(ctx, "Ada L.")
	require.NoError(t, err)
	_, err = ada.UpdateSession(ctx, appwrite.CurrentSession)
	require.NoError(t, err)
	_, err = ada.CreateEmailVerification(ctx, "http://localhost")
	require.NoError(t, err)
	_, err = guest.CreateRecovery(ctx, appwrite.RecoveryParams{Email: email, URL: "http://localhost"})
	require.NoError(t, err)

	var events []string
	for entry, err := range ada.Logs(ctx, appwrite.ListParams{Queries: []string{query.Limit(2)}}) {
		require.NoError(t, err)
		events = append(events, entry.Event)
		assert.Zero(t, entry.Time.Nanosecond())
		if entry.Event == "user.update" {
			assert.Equal(t, "Ada L.", entry.UserName, "as the event left it")
		}
	}
	assert.Equal(t, []string{"recovery.create", "verification.create", "session.update", "user.update", "session.create", "user.create"}, events)
}

func TestLogsPagesAndTotals(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	_, secret := signUp(t, s)
	for range 4 {
		send(t, s, "PATCH", "/account/name", as(secret), `{"name":"x"}`)
	}
	list := func(q string, h headers) reply { return send(t, s, "GET", "/account/logs?"+q, with(as(secret), h), "") }
	limit := func(json string) string { return "queries[]=" + url.QueryEscape(json) }
	for name, tt := range map[string]struct {
		query       string
		headers     headers
		total, logs int
	}{
		"all":                      {"", nil, 5, 5},
		"limit":                    {limit(`{"method":"limit","values":[2]}`), nil, 5, 2},
		"limit and offset":         {limit(`{"method":"limit","values":[2]}`) + "&" + limit(`{"method":"offset","values":[4]}`), nil, 5, 1},
		"the first limit counts":   {limit(`{"method":"limit","values":[2]}`) + "&" + limit(`{"method":"limit","values":[3]}`), nil, 5, 2},
		"numbered":                 {"queries[0]=" + url.QueryEscape(`{"method":"limit","values":[3]}`), nil, 5, 3},
		"total=0":                  {"total=0", nil, 0, 5},
		"total=false is true":      {"total=false", nil, 5, 5},
		"old syntax in old format": {limit("limit(2)"), headers{"X-Appwrite-Response-Format": "1.4.0"}, 5, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := list(tt.query, tt.headers)
			require.Equal(t, 200, got.status, got.body)
			assert.EqualValues(t, tt.total, got.object(t)["total"])
			assert.Len(t, got.object(t)["logs"], tt.logs)
		})
	}
	for q, want := range map[string]string{
		limit(`{"method":"equal","attribute":"event","values":["x"]}`): "Invalid `queries` param: Invalid query method: equal",
		limit("limit(2)"):                        "Invalid `queries` param: Invalid query: Invalid query: Syntax error",
		limit("{bad"):                            "Invalid `queries` param: Invalid query: Invalid query: Syntax error",
		limit("3"):                               "Invalid `queries` param: Invalid query: Invalid query. Must be an array, got integer",
		limit(`{"method":"nope"}`):               "Invalid `queries` param: Invalid query: Invalid query method: nope",
		limit(`{"method":"limit","values":[0]}`): "Invalid `queries` param: Invalid query: Invalid limit: Value must be a valid range between 1 and 9,223,372,036,854,775,807",
		"queries=" + url.QueryEscape(`{"method":"limit","values":[2]}`): "Invalid `queries` param: Queries must be an array",
		"total=False": "Invalid `total` param: Value must be a valid boolean",
		"total=":      "Invalid `total` param: Value must be a valid boolean",
	} {
		assert.Equal(t, "400 general_argument_invalid: "+want, list(q, nil).failure(t), q)
	}
}
