package speccheck

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// findings checks all operations of a specification.
func findings(t *testing.T, text string) (all []string) {
	t.Helper()
	spec := read(t, text)
	for _, op := range spec.Operations {
		all = append(all, spec.check(t, op)...)
	}
	return all
}

// The samples tell the truth; each drift is one place where a specification would say something
// else.
func TestEveryDriftIsFound(t *testing.T) {
	t.Parallel()
	const (
		nameBody = `"properties": {"name": {"type": "string"}}`
		required = `, "required": ["name"]`
		duration = `"duration": {"type": "integer"}`
	)
	for name, tc := range map[string]struct {
		file, truth, drift string
		want               []string
	}{
		"path":                   {"openapi3.json", `"/account/name"`, `"/account/first-name"`, []string{"UpdateName: sends PATCH /v1/account/name"}},
		"path with an ID":        {"openapi3.json", `"/account/sessions/{sessionId}"`, `"/account/{sessionId}/sessions"`, []string{"DeleteSession: sends DELETE /v1/account/sessions/current"}},
		"length of a path":       {"openapi3.json", `"/account/sessions/{sessionId}"`, `"/account/sessions"`, []string{"DeleteSession: sends DELETE /v1/account/sessions/current"}},
		"verb":                   {"openapi3.json", `"delete": {`, `"post": {`, []string{"DeleteSession: sends DELETE /v1/account/sessions/current"}},
		"unknown operation":      {"openapi3.json", `accountDeleteSession`, `accountEndSession`, []string{"there is no method EndSession"}},
		"operation too new":      {"openapi3.json", `"1.9.6"`, `"1.8.1"`, []string{"CreateJWT: leaves out duration", "CreateMFAChallenge: sends a factor that is not one of [totp recoveryCode]: recoverycode"}},
		"operation too old":      {"swagger2.json", `"0.11.0"`, `"0.15.3"`, []string{"CreateEmailPasswordSession: sends POST /v1/account/sessions/email"}},
		"one of two names":       {"openapi3.json", `{"name": "createMfaChallenge"}`, `{"name": "startChallenge"}`, []string{"there is no method startChallenge"}},
		"name of a member":       {"openapi3.json", nameBody, `"properties": {"newName": {"type": "string"}}`, []string{"UpdateName: leaves out newName", "UpdateName: sends name"}},
		"required member":        {"openapi3.json", nameBody + required, `"properties": {"name": {"type": "string"}, "first": {"type": "string"}}, "required": ["name", "first"]`, []string{"UpdateName: lacks first"}},
		"further member":         {"openapi3.json", nameBody, `"properties": {"name": {"type": "string"}, "first": {"type": "string"}}`, []string{"UpdateName: leaves out first"}},
		"no body":                {"openapi3.json", duration, ``, []string{"CreateJWT: sends duration"}},
		"type of a member":       {"openapi3.json", duration, `"duration": {"type": "string"}`, []string{"CreateJWT: sends a duration that is not a string: 3600"}},
		"place of parameter":     {"openapi3.json", `"name": "total", "in": "query"`, `"name": "total", "in": "path"`, []string{"ListLogs: sends total in the query", "Logs: sends total in the query"}},
		"boolean":                {"openapi3.json", `{"type": "boolean"}}`, `{"type": "array", "items": {"type": "boolean"}}}`, []string{"ListLogs: sends a total that is not a array: 0", "Logs: sends a total that is not a array: 0"}},
		"items of a list":        {"openapi3.json", `"name": "scopes", "in": "query", "schema": {"type": "array", "items": {"type": "string"`, `"name": "scopes", "in": "query", "schema": {"type": "array", "items": {"type": "integer"`, []string{"CreateOAuth2Token: sends a scopes that is not a array: [email]"}},
		"required in a query":    {"swagger2.json", `"name": "success", "in": "query", "required": false`, `"name": "success", "in": "query", "required": true`, []string{"CreateOAuth2Session: lacks success"}},
		"enum of a member":       {"openapi3.json", `"recoveryCode"]`, `"recoverycode"]`, []string{"CreateMFAChallenge: sends a factor that is not one of [totp recoverycode]: recoveryCode"}},
		"enum of an ID":          {"openapi3.json", `["apple", "github"]`, `["apple"]`, []string{"CreateOAuth2Token: sends a provider that is not one of [apple]: github"}},
		"status":                 {"openapi3.json", `"201": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/jwt"`, `"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/jwt"`, []string{"CreateJWT: is answered with 200, not 201"}},
		"content":                {"openapi3.json", `"204": {}`, `"204": {"content": {"": {"schema": {"$ref": "#/components/schemas/jwt"}}}}`, []string{"DeleteSession: is answered with 204 and a jwt"}},
		"no content":             {"openapi3.json", `"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/user"}}}}`, `"200": {}`, []string{"UpdateName: is answered with 200 and nothing"}},
		"no redirect":            {"openapi3.json", `"301": {}`, `"200": {}`, []string{"CreateOAuth2Token: is answered with 200, not 301"}},
		"model":                  {"openapi3.json", `schemas/user"`, `schemas/target"`, []string{"UpdateName: returns a User, for a target", "UpdateName: target: expired is lost", "UpdateName: target: providerId is lost"}},
		"unfit model":            {"openapi3.json", `schemas/jwt"`, `schemas/target"`, []string{"CreateJWT: cannot take the answer: account.createJWT: 201: cannot decode the answer: it lacks jwt"}},
		"field":                  {"openapi3.json", `"expired": {"type": "boolean"}`, `"expires": {"type": "boolean"}`, []string{"UpdateName: user.targets: expires is lost"}},
		"type of a field":        {"openapi3.json", `"mfa": {"type": "boolean"}`, `"mfa": {"type": "string"}`, []string{"UpdateName: cannot take the answer: account.updateName: 200: cannot decode the answer: unfit JSON string at /mfa"}},
		"form of a date":         {"openapi3.json", `, "x-example": "2020-10-15T06:38:00.000+00:00"`, ``, []string{"ListLogs: cannot take the answer: account.listLogs: 200: cannot decode the answer: unfit JSON invalid at /logs/0/time"}},
		"field of an old server": {"swagger2.json", `"providerToken"`, `"providerKey"`, []string{"ListSessions: sessionList.sessions: providerKey is lost", "CreateEmailPasswordSession: session: providerKey is lost"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			truth := sample(t, tc.file)
			drift := strings.Replace(truth, tc.truth, tc.drift, 1)
			require.NotEqual(t, truth, drift)
			assert.Equal(t, tc.want, findings(t, drift))
		})
	}
}

func TestTheTruthHasNoDrift(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"openapi3.json", "swagger2.json"} {
		assert.Empty(t, findings(t, sample(t, file)), file)
	}
}

func TestAnAnswerAndItsResultAreComparedValueByValue(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		told, got string
		want      []string
	}{
		"equal":           {`{"a":"1","b":[true,{"c":2}],"d":null}`, `{"d":"","b":[true,{"c":2}],"a":"1"}`, nil},
		"zero besides":    {`{}`, `{"a":"","b":0,"c":false,"d":null,"e":[],"f":{}}`, nil},
		"lost":            {`{"a":"1"}`, `{}`, []string{"x: a is lost"}},
		"invented":        {`{}`, `{"a":"1"}`, []string{"x: a is invented"}},
		"changed":         {`{"a":"1"}`, `{"a":"2"}`, []string{"x.a: 1 became 2"}},
		"exchanged":       {`{"a":"1","b":"2"}`, `{"a":"2","b":"1"}`, []string{"x.a: 1 became 2", "x.b: 2 became 1"}},
		"false lost":      {`{"a":true}`, `{"a":false}`, []string{"x.a: true became false"}},
		"null invented":   {`{"a":null}`, `{"a":"1"}`, []string{"x.a: <nil> became 1"}},
		"shorter list":    {`{"a":["1","2"]}`, `{"a":["1"]}`, []string{"x.a: [1 2] became [1]"}},
		"list's order":    {`["1","2"]`, `["2","1"]`, []string{"x: 1 became 2", "x: 2 became 1"}},
		"no object":       {`{"a":{}}`, `{"a":[]}`, []string{"x.a: an object became []"}},
		"digits":          {`{"a":1.50}`, `{"a":1.5}`, []string{"x.a: 1.50 became 1.5"}},
		"seconds":         {`{"a":1592981251}`, `{"a":"2020-06-24T06:47:31.000+00:00"}`, nil},
		"other seconds":   {`{"a":1592981250}`, `{"a":"2020-06-24T06:47:31.000+00:00"}`, []string{"x.a: 1592981250 became 2020-06-24T06:47:31.000+00:00"}},
		"status":          {`{"a":0,"b":2}`, `{"a":true,"b":false}`, nil},
		"wrong status":    {`{"a":0,"b":2}`, `{"a":false,"b":true}`, []string{"x.a: 0 became false", "x.b: 2 became true"}},
		"old names":       {`{"sum":7,"providerToken":"1"}`, `{"total":7,"providerAccessToken":"1"}`, nil},
		"lost old name":   {`{"sum":7}`, `{"total":2}`, []string{"x.sum: 7 became 2"}},
		"uncounted list":  {`{"logs":["1","2"]}`, `{"logs":["1","2"],"total":2}`, nil},
		"miscounted list": {`{"logs":["1","2"]}`, `{"logs":["1","2"],"total":1}`, []string{"x: total is invented"}},
	} {
		told, err := tree([]byte(tc.told))
		require.NoError(t, err)
		got, err := tree([]byte(tc.got))
		require.NoError(t, err)
		assert.Equal(t, tc.want, answerFindings("x", told, got), name)
	}
}
