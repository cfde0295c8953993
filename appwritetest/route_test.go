package appwritetest

import (
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/models"
)

// throughHandler sends a request without a connection.
func throughHandler(s *Server, method, address string, h headers, body string) reply {
	req := httptest.NewRequest(method, address, strings.NewReader(body))
	for k, v := range h {
		req.Header.Set(k, v)
	}
	res := httptest.NewRecorder()
	s.Handler().ServeHTTP(res, req)
	return reply{res.Code, res.Header(), res.Body.String()}
}

var pathParam = regexp.MustCompile(`\{[^}]*\}`)

func TestEveryRouteOfTheReleaseIsAnswered(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	s.AddConsent(models.OAuth2Consent{UserID: s.AddUser(User{}).ID}) // else those are not served
	served := map[string]bool{}
	for _, ep := range endpoints {
		require.False(t, served[ep.operation], "%s is there twice", ep.operation)
		served[ep.operation] = true
	}
	for _, op := range appwrite.Operations() {
		for _, route := range op.Routes {
			if !route.Has(defaultVersion) {
				continue
			}
			got := send(t, s, route.Method, pathParam.ReplaceAllString(route.Path, "x"), nil, "")
			assert.NotEqual(t, 404, got.status, "%s %s", route.Method, route.Path)
		}
		delete(served, op.Name)
	}
	assert.Empty(t, served, "no such operations")
}

func TestUnknownRoutesGetThePage(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	for _, r := range [][2]string{{"GET", "/accountx"}, {"GET", "/account/nothing/here"}, {"PUT", "/account"}, {"GET", "/"}, {"BREW", "/account"}} {
		got := send(t, s, r[0], r[1], headers{"Accept": "application/json"}, "")
		assert.Equal(t, "text/html; charset=UTF-8", got.header.Get("Content-Type"))
		assert.Equal(t, "404 general_route_not_found: The page you're looking for doesn't exist.", got.failure(t), r)
	}
}

func TestTheSDKReadsErrorPages(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	client, err := appwrite.NewClient(strings.TrimSuffix(s.Endpoint(), "/v1")+"/v2", s.ProjectID())
	require.NoError(t, err)
	_, err = client.Account.Get(t.Context())
	require.ErrorIs(t, err, appwrite.ErrGeneralRouteNotFound)
}

func TestProjects(t *testing.T) {
	t.Parallel()
	s := NewServer(t, WithProjectID("shop"))
	id, secret := signUp(t, s)
	none := headers{"X-Appwrite-Project": ""}

	assert.Equal(t, guestRefused, send(t, s, "GET", "/account", none, "").failure(t), "the console answers")
	assert.Contains(t, send(t, s, "GET", "/account", headers{"X-Appwrite-Project": "nope"}, "").failure(t), "404 project_not_found: Project with the requested ID could not be found.")
	assert.Equal(t, id, send(t, s, "GET", "/account?project=shop", with(none, as(secret)), "").text(t, "$id"))
	assert.Equal(t, 404, send(t, s, "GET", "/account?project=nope", as(secret), "").status, "the parameter wins over the header")
	assert.Equal(t, 201, send(t, s, "POST", "/account/sessions/email?project=shop", none, login).status)
	assert.Equal(t, 201, send(t, s, "POST", "/account/sessions/email", none, strings.Replace(login, "{", `{"project":"shop",`, 1)).status)
	assert.Equal(t, 401, send(t, s, "POST", "/account/sessions/email", none, login).status, "the console does not know the user")
}

func TestHeadIsGetWithoutTheBody(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	_, secret := signUp(t, s)
	got := send(t, s, "HEAD", "/account", as(secret), "")
	assert.Equal(t, 200, got.status)
	assert.Equal(t, "application/json; charset=UTF-8", got.header.Get("Content-Type"))
	assert.Empty(t, got.body)
}

func TestServerVersion(t *testing.T) {
	t.Parallel()
	version, err := NewServer(t).Client().ServerVersion(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "1.9.6", version)
}
