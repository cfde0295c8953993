package appwritetest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
)

func TestProjectsShareNothingButTheServer(t *testing.T) {
	t.Parallel()
	s := NewServer(t, WithProjectID("shop"), WithProject("blog", Settings{DisabledMethods: []AuthMethod{MethodAnonymous}}))
	shop, blog := s.Project("shop"), s.Project("blog")
	assert.Equal(t, "blog", blog.ID())
	assert.Equal(t, s.APIKey(), shop.APIKey())
	assert.Equal(t, s.DevKey(), shop.DevKey())
	assert.NotEqual(t, shop.APIKey(), blog.APIKey())
	assert.NotEqual(t, shop.DevKey(), blog.DevKey())

	ada := shop.AddUser(User{ID: "ada", Email: email, Password: password})
	same := blog.AddUser(User{ID: "ada", Email: email, Password: "another password"})
	assert.Equal(t, ada.ID, same.ID, "an ID is a project's own")
	sign := appwrite.EmailPasswordParams{Email: email, Password: password}
	inShop, err := shop.Client().Account.CreateEmailPasswordSession(t.Context(), sign)
	require.NoError(t, err)
	_, err = blog.Client().Account.CreateEmailPasswordSession(t.Context(), sign)
	require.ErrorIs(t, err, appwrite.ErrUserInvalidCredentials)

	_, err = blog.Client(appwrite.WithSession(inShop.Secret)).Account.Get(t.Context())
	require.ErrorIs(t, err, appwrite.ErrGeneralUnauthorizedScope)
	token, err := shop.Client(appwrite.WithSession(inShop.Secret)).Account.CreateJWT(t.Context(), appwrite.JWTParams{})
	require.NoError(t, err)
	_, err = blog.Client(appwrite.WithJWT(token.JWT)).Account.Get(t.Context())
	require.ErrorIs(t, err, appwrite.ErrGeneralUnauthorizedScope, "signed by the same server, but of no session here")
	_, err = blog.Client(appwrite.WithAPIKey(shop.APIKey())).Account.CreateAnonymousSession(t.Context())
	require.ErrorIs(t, err, appwrite.ErrUserUnauthorized)

	_, err = blog.Client().Account.CreateAnonymousSession(t.Context())
	require.ErrorIs(t, err, appwrite.ErrUserAuthMethodUnsupported)
	_, err = shop.Client().Account.CreateAnonymousSession(t.Context())
	require.NoError(t, err)
	assert.Contains(t, s.Dump(), "project blog: 1 users")
	assert.Contains(t, s.Dump(), "project shop: 2 users")
}

func TestTheConsoleIsAProject(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	console := s.Project("console")
	console.AddUser(User{Email: email, Password: password})
	none := headers{"X-Appwrite-Project": ""}
	assert.Equal(t, 201, send(t, s, "POST", "/account/sessions/email", none, login).status, "it answers where none is named")
	assert.Equal(t, 201, send(t, s, "POST", "/account/sessions/email", headers{"X-Appwrite-Project": "console"}, login).status)
	assert.Equal(t, 401, send(t, s, "POST", "/account/sessions/email", nil, login).status)
	assert.Contains(t, send(t, s, "POST", "/account/sessions/anonymous", none, "").failure(t), "401 user_anonymous_console_prohibited")
	assert.Contains(t, send(t, s, "POST", "/account/recovery", none, `{"email":"a@b.co","url":"exp://x"}`).failure(t), "Invalid Scheme", "no app is the console's")
}

func TestProjectsThatCannotBe(t *testing.T) {
	t.Parallel()
	for _, opts := range [][]Option{
		{WithProject("console", Settings{})}, {WithProject("test-project", Settings{})}, {WithProject("a b", Settings{})},
		{WithProject("x", Settings{}), WithProject("x", Settings{})},
	} {
		_, err := Start(append(opts, WithoutListener())...)
		assert.Error(t, err)
	}
	s, err := Start(WithoutListener())
	require.NoError(t, err)
	t.Cleanup(s.Close)
	assert.PanicsWithValue(t, `appwritetest: the server has no project "nope"`, func() { s.Project("nope") })
}

func TestWhichProjectARequestIsAbout(t *testing.T) {
	t.Parallel()
	s := NewServer(t, WithProject("other", Settings{}))
	s.Project("other").AddUser(User{ID: "ada", Email: email, Password: password})
	for name, tt := range map[string]struct {
		path    string
		headers headers
		body    string
	}{
		"header":                      {"", headers{"X-Appwrite-Project": "other"}, login},
		"body before header":          {"", nil, strings.Replace(login, "{", `{"project":"other",`, 1)},
		"query where nothing else is": {"?project=other", headers{"X-Appwrite-Project": ""}, login},
		"header before query":         {"?project=console", headers{"X-Appwrite-Project": "other"}, login},
	} {
		assert.Equal(t, 201, send(t, s, "POST", "/account/sessions/email"+tt.path, tt.headers, tt.body).status, name)
	}
}
