package appwritetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
)

const (
	targetExists   = "409 user_target_already_exists: A target with the same ID already exists."
	targetNotFound = "404 user_target_not_found: The target could not be found."
)

func TestPushTargets(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	id, secret := signUp(t, s)
	made := send(t, s, "POST", "/account/targets/push", as(secret), `{"targetId":"unique()","identifier":"device-1"}`)
	require.Equal(t, 201, made.status, made.body)
	assert.Equal(t, id, made.text(t, "userId"))
	other := send(t, s, "POST", "/account/targets/push", as(secret), `{"targetId":"mine","identifier":"device-2","providerId":"nope"}`)
	assert.Equal(t, "nope", other.text(t, "providerId"), "nobody looks for the provider")
	assert.Equal(t, "mine", other.text(t, "$id"))

	changed := send(t, s, "PUT", "/account/targets/mine/push", as(secret), `{"identifier":"device-3"}`)
	require.Equal(t, 200, changed.status, changed.body)
	assert.Equal(t, "device-3", changed.text(t, "identifier"))
	assert.Equal(t, "nope", changed.text(t, "providerId"))

	listed := send(t, s, "GET", "/account", as(secret), "").object(t)["targets"].([]any)
	require.Len(t, listed, 3, "the e-mail's comes first")
	assert.Equal(t, []any{made.object(t), changed.object(t)}, listed[1:])

	gone := send(t, s, "DELETE", "/account/targets/mine/push", as(secret), "")
	assert.Equal(t, 204, gone.status)
	assert.Empty(t, gone.body)
	assert.Equal(t, targetNotFound, send(t, s, "DELETE", "/account/targets/mine/push", as(secret), "").failure(t))
	assert.Equal(t, targetNotFound, send(t, s, "PUT", "/account/targets/mine/push", as(secret), `{"identifier":"x"}`).failure(t))
}

func TestATargetsIDAndIdentifierAreItsAlone(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	_, secret := signUp(t, s)
	s.AddUser(User{Email: "eve@example.com", Password: password})
	eve := send(t, s, "POST", "/account/sessions/email", headers{"X-Appwrite-Key": s.APIKey()}, `{"email":"eve@example.com","password":"`+password+`"}`).text(t, "secret")
	create := func(secret, id, identifier string) reply {
		return send(t, s, "POST", "/account/targets/push", as(secret), `{"targetId":"`+id+`","identifier":"`+identifier+`"}`)
	}
	require.Equal(t, 201, create(secret, "mine", "device-1").status)
	assert.Equal(t, targetExists, create(secret, "mine", "device-2").failure(t))
	assert.Equal(t, targetExists, create(eve, "mine", "device-2").failure(t))
	assert.Equal(t, targetExists, create(eve, "hers", "device-1").failure(t))
	assert.Equal(t, targetExists, create(eve, "hers", email).failure(t), "also of a mail's target")
	require.Equal(t, 201, create(eve, "hers", "device-2").status)
	require.Equal(t, 201, create(eve, "odd", "new@example.com").status)
	assert.Equal(t, targetExists, send(t, s, "PATCH", "/account/email", as(secret), `{"email":"new@example.com","password":"`+password+`"}`).failure(t))
	require.Equal(t, 201, create(eve, "odder", phone).status)
	assert.Equal(t, targetExists, send(t, s, "PATCH", "/account/phone", as(secret), `{"phone":"`+phone+`","password":"`+password+`"}`).failure(t))

	assert.Equal(t, targetNotFound, send(t, s, "PUT", "/account/targets/mine/push", as(eve), `{"identifier":"x"}`).failure(t))
	assert.Equal(t, targetNotFound, send(t, s, "DELETE", "/account/targets/mine/push", as(eve), "").failure(t))
	assert.Equal(t, brokenServer, send(t, s, "PUT", "/account/targets/hers/push", as(eve), `{"identifier":"device-1"}`).failure(t), "only the database refuses it")
	assert.Equal(t, 200, send(t, s, "PUT", "/account/targets/hers/push", as(eve), `{"identifier":"device-2"}`).status, "its own it may keep")
}

func TestPushTargetsEndWithTheirSession(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(t *testing.T, s *Server, secret string){
		"signed out": func(t *testing.T, s *Server, secret string) {
			require.Equal(t, 204, send(t, s, "DELETE", "/account/sessions/current", as(secret), "").status)
		},
		"all signed out": func(t *testing.T, s *Server, _ string) {
			require.Equal(t, 204, send(t, s, "DELETE", "/account/sessions", as(signIn(t, s)), "").status)
		},
		"beyond the limit": func(t *testing.T, s *Server, _ string) {
			for range sessionLimit {
				signIn(t, s)
			}
		},
		"password recovered": func(t *testing.T, s *Server, _ string) {
			send(t, s, "POST", "/account/recovery", nil, `{"email":"`+email+`","url":"http://localhost"}`)
			m := lastMessage(t, s, email)
			got := send(t, s, "PUT", "/account/recovery", nil, `{"userId":"`+m.UserID+`","secret":"`+m.Secret+`","password":"`+password+`"}`)
			require.Equal(t, 200, got.status, got.body)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := NewServer(t)
			_, secret := signUp(t, s)
			const body = `{"targetId":"mine","identifier":"device-1"}`
			require.Equal(t, 201, send(t, s, "POST", "/account/targets/push", as(secret), body).status)
			end(t, s, secret)
			again := signIn(t, s)
			assert.Equal(t, []string{email}, identifiers(t, s.Client().WithSession(again).Account))
			assert.Equal(t, 201, send(t, s, "POST", "/account/targets/push", as(again), body).status, "ID and identifier are free again")
		})
	}
}

// identifiers returns those of the user's targets.
func identifiers(t *testing.T, account *appwrite.Account) []string {
	t.Helper()
	var all []string
	for _, target := range getUser(t, account).Targets {
		all = append(all, target.Identifier)
	}
	return all
}

func TestAPushTargetMadeUnderAJWTOutlivesTheSession(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	_, secret := signUp(t, s)
	client := s.Client().WithSession(secret)
	_, err := client.Account.CreatePushTarget(t.Context(), appwrite.PushTargetParams{Identifier: "device-0"})
	require.NoError(t, err)
	token, err := client.Account.CreateJWT(t.Context(), appwrite.JWTParams{})
	require.NoError(t, err)
	s.Clock().Advance(time.Second)
	made, err := s.Client().WithJWT(token.JWT).Account.CreatePushTarget(t.Context(), appwrite.PushTargetParams{Identifier: "device-1"})
	require.NoError(t, err)
	assert.Equal(t, []string{email, "device-0", "device-1"}, identifiers(t, client.Account), "oldest first")
	require.NoError(t, client.Account.DeleteSession(t.Context(), appwrite.CurrentSession))

	account := s.Client().WithSession(signIn(t, s)).Account
	assert.Equal(t, []string{email, "device-1"}, identifiers(t, account))
	_, err = account.UpdatePushTarget(t.Context(), made.ID, "device-2")
	require.NoError(t, err)
	require.NoError(t, account.DeletePushTarget(t.Context(), made.ID))
}

func TestEveryTargetOfTheUserIsReachedAsAPushTarget(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	_, secret := signUp(t, s)
	account := s.Client().WithSession(secret).Account
	user, err := account.Get(t.Context())
	require.NoError(t, err)
	_, err = account.UpdatePushTarget(t.Context(), user.Targets[0].ID, "device-1")
	require.NoError(t, err)
	_, err = account.CreatePushTarget(t.Context(), appwrite.PushTargetParams{Identifier: "device-1"})
	require.ErrorIs(t, err, appwrite.ErrUserTargetAlreadyExists)
	require.NoError(t, account.DeletePushTarget(t.Context(), user.Targets[0].ID))
	_, err = account.UpdateEmail(t.Context(), appwrite.UpdateEmailParams{Email: "new@example.com", Password: password})
	require.NoError(t, err)
	assert.Empty(t, identifiers(t, account))
}

func TestPushTargetsAreRefused(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	_, secret := signUp(t, s)
	const body = `{"targetId":"mine","identifier":"device-1"}`
	assert.Equal(t, `401 general_unauthorized_scope: User (role: guests) missing scopes (["targets.write"])`, send(t, s, "POST", "/account/targets/push", nil, body).failure(t))
	for body, want := range map[string]string{
		`{}`:                               `Param "targetId" is not optional.`,
		`{"targetId":"a"}`:                 `Param "identifier" is not optional.`,
		`{"targetId":"a","identifier":""}`: "Invalid `identifier` param: Value must be a valid string and at least 1 chars and no longer than 255 chars",
		`{"targetId":"a","identifier":"d","providerId":""}`: "Invalid `providerId` param: UID must contain at most 36 chars. Valid chars are a-z, A-Z, 0-9, and underscore. Can't start with a leading underscore",
		`{"targetId":"a b","identifier":"d"}`:               "Invalid `targetId` param: Parameter must contain at most 36 chars. Valid chars are a-z, A-Z, 0-9, period, hyphen, and underscore. Can't start with a special char",
	} {
		assert.Equal(t, "400 general_argument_invalid: "+want, send(t, s, "POST", "/account/targets/push", as(secret), body).failure(t), body)
	}
}

func TestLogsNameOnlyTheEndOfAPushTarget(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	_, secret := signUp(t, s)
	send(t, s, "POST", "/account/targets/push", as(secret), `{"targetId":"mine","identifier":"device-1"}`)
	send(t, s, "PUT", "/account/targets/mine/push", as(secret), `{"identifier":"device-2"}`)
	send(t, s, "DELETE", "/account/targets/mine/push", as(secret), "")
	logs, err := s.Client().WithSession(secret).Account.ListLogs(t.Context(), appwrite.ListParams{})
	require.NoError(t, err)
	require.Len(t, logs.Logs, 2)
	assert.Equal(t, "target.delete", logs.Logs[0].Event)
}
