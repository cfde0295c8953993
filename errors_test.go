package appwrite_test

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/internal/everycall"
)

// errorTypes reads the Err… constants of type ErrorType out of this package's source, so that a
// new one is tested without anyone remembering.
func errorTypes(t *testing.T) map[string]appwrite.ErrorType {
	t.Helper()
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	all := map[string]appwrite.ErrorType{}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			if kind, ok := spec.Type.(*ast.Ident); ok && kind.Name == "ErrorType" {
				value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
				require.NoError(t, err)
				all[spec.Names[0].Name] = appwrite.ErrorType(value)
			}
			return true
		})
	}
	require.Greater(t, len(all), 80)
	return all
}

func errorBody(status int, errorType appwrite.ErrorType) string {
	return fmt.Sprintf(`{"message":"Some text.","code":%d,"type":"%s","version":"1.9.6"}`, status, errorType)
}

// errorOf makes a call that is answered with an error and returns what came of it.
func errorOf(t *testing.T, status int, contentType, body string, opts ...appwrite.Option) *appwrite.Error {
	t.Helper()
	user, err := memory(t, answers(status, contentType, body), opts...).Account.Get(t.Context(), appwrite.NoRetry())
	require.Nil(t, user)
	return as[*appwrite.Error](t, err)
}

// typed is the error of an answer with a type.
func typed(t *testing.T, errorType appwrite.ErrorType) *appwrite.Error {
	t.Helper()
	return errorOf(t, 400, jsonType, errorBody(400, errorType))
}

func TestEveryErrorTypeIsMatchedThroughTheErrorOfACall(t *testing.T) {
	t.Parallel()
	all := errorTypes(t)
	onBoth(t, func(t *testing.T, connect connection) {
		var now atomic.Value
		client := connect(t, func(*http.Request) (*http.Response, error) {
			return response(409, jsonType, errorBody(409, now.Load().(appwrite.ErrorType))), nil
		})
		for name, errorType := range all {
			now.Store(errorType)
			_, err := client.Account.UpdateName(t.Context(), "Walter")
			err = fmt.Errorf("wrapped: %w", err)
			require.ErrorIs(t, err, errorType, name)
			require.ErrorIs(t, err, appwrite.ErrConflict, name)
			for other, otherType := range all {
				if other != name && errors.Is(err, otherType) {
					require.Failf(t, "matches another type", "%s is not %s", name, other)
				}
			}
		}
	})
}

func TestErrorTypesAreNamedAfterTheirWireNames(t *testing.T) {
	t.Parallel()
	initialisms := map[string]string{"id": "ID", "ip": "IP", "url": "URL", "jwt": "JWT", "api": "API", "smtp": "SMTP", "oauth2": "OAuth2"}
	wire := map[appwrite.ErrorType]string{}
	for name, errorType := range errorTypes(t) {
		want := "Err"
		for word := range strings.SplitSeq(string(errorType), "_") {
			if upper, ok := initialisms[word]; ok {
				want += upper
			} else {
				want += strings.ToUpper(word[:1]) + word[1:]
			}
		}
		assert.Equal(t, want, name)
		assert.Equal(t, strings.ToLower(string(errorType)), errorType.Error(), name)
		assert.Empty(t, wire[errorType], "%s twice", errorType)
		wire[errorType] = name
	}
	for _, pair := range appwrite.Renamed {
		assert.Empty(t, wire[pair[0]], "%s is a name that servers no longer send", pair[0])
		assert.NotEmpty(t, wire[pair[1]], pair[1])
	}
}

func TestATypeIsMatchedUnderItsNamesOfAllReleases(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ before, today appwrite.ErrorType }{
		{"project_missing_user_id", appwrite.ErrUserMissingID},
		{"user_email_alread_verified", appwrite.ErrUserEmailAlreadyVerified},
		{"user_key_and_session_set", appwrite.ErrUserAPIKeyAndSessionSet},
		{"general_query_limit_exceeded", appwrite.ErrGeneralAttributeQueryLimitExceeded},
		{"general_query_limit_exceeded", appwrite.ErrGeneralColumnQueryLimitExceeded},
	} {
		assert.ErrorIs(t, typed(t, test.before), test.today)
		assert.ErrorIs(t, typed(t, test.before), test.before)
		assert.ErrorIs(t, typed(t, test.today), test.before)
	}
	assert.NotErrorIs(t, typed(t, appwrite.ErrGeneralColumnQueryLimitExceeded), appwrite.ErrGeneralAttributeQueryLimitExceeded)
}

func TestAnErrorWithoutTypeMatchesNoType(t *testing.T) {
	t.Parallel()
	untyped := errorOf(t, 400, jsonType, `{"message":"Too many requests","code":400,"version":"0.12.3"}`)
	assert.Empty(t, untyped.Type)
	assert.NotErrorIs(t, untyped, appwrite.ErrorType(""))
	for name, errorType := range errorTypes(t) {
		assert.NotErrorIs(t, untyped, errorType, name)
	}
	assert.NotErrorIs(t, typed(t, appwrite.ErrUserNotFound), appwrite.ErrorType(""))
}

func TestStatusClassesMatchTheirStatusAlone(t *testing.T) {
	t.Parallel()
	classes := map[error]func(status int) bool{
		appwrite.ErrUnauthorized: func(s int) bool { return s == 401 },
		appwrite.ErrBadRequest:   func(s int) bool { return s == 400 },
		appwrite.ErrForbidden:    func(s int) bool { return s == 403 },
		appwrite.ErrNotFound:     func(s int) bool { return s == 404 },
		appwrite.ErrConflict:     func(s int) bool { return s == 409 },
		appwrite.ErrRateLimited:  func(s int) bool { return s == 429 },
		appwrite.ErrServer:       func(s int) bool { return s >= 500 },
	}
	for status := 300; status < 600; status++ {
		err := errorOf(t, status, jsonType, errorBody(status, "some_type"))
		for class, has := range classes {
			assert.Equal(t, has(status), errors.Is(err, class), "%d %v", status, class)
			assert.NotEmpty(t, class.Error())
		}
	}
}

func TestAnErrorTellsWhatTheServerTold(t *testing.T) {
	t.Parallel()
	const message = "A user with the same id, email, or phone already exists in this project."
	client := memory(t, func(*http.Request) (*http.Response, error) {
		resp := response(409, jsonType, `{"message":"`+message+`","code":409,"type":"user_already_exists","version":"1.9.6"}`)
		resp.Header.Set("X-Ratelimit-Limit", "10")
		resp.Header.Set("X-Ratelimit-Remaining", "3")
		resp.Header.Set("X-Ratelimit-Reset", "1795222800")
		resp.Header.Set("Server", "Appwrite")
		return resp, nil
	})
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		got, err := c.Do(t.Context(), client.Account, c.Full())
		assert.Nil(t, got)
		e := as[*appwrite.Error](t, err)
		assert.Equal(t, 409, e.StatusCode)
		assert.Equal(t, appwrite.ErrUserAlreadyExists, e.Type)
		assert.Equal(t, message, e.Message)
		assert.Equal(t, "1.9.6", e.Version)
		assert.Equal(t, c.Operation, e.Operation)
		assert.Equal(t, 10, e.RateLimit.Limit)
		assert.Equal(t, 3, e.RateLimit.Remaining)
		assert.Equal(t, int64(1795222800), e.RateLimit.Reset.Unix())
		assert.Equal(t, "Appwrite", e.Header.Get("Server"))
		assert.Contains(t, string(e.Body), `"code":409`)
		assert.Equal(t, c.Operation+": 409 user_already_exists: "+message, err.Error())
	})
}

func TestErrorsOfTheClientSayWhatIsWrong(t *testing.T) {
	t.Parallel()
	assert.EqualError(t, &appwrite.ParamError{Operation: "account.get", Param: "sessionId", Reason: "is empty"}, "account.get: sessionId is empty")
	assert.EqualError(t, &appwrite.UnsupportedError{Operation: "x", Since: "1.5.0", ServerVersion: "1.4.0"}, "x: not on servers 1.4.0, only since 1.5.0")
	assert.EqualError(t, &appwrite.UnsupportedError{Operation: "x", Since: "0.5.0", Until: "1.9.6", ServerVersion: "2.0.0"}, "x: not on servers 2.0.0, only since 0.5.0 until 1.9.6")
	assert.ErrorIs(t, &appwrite.DecodeError{Err: os.ErrInvalid}, os.ErrInvalid)
}
