package appwritetest

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestBodiesThatAreNotJSON(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	s.AddUser(User{Email: email, Password: password})
	form := headers{"Content-Type": "application/x-www-form-urlencoded"}
	assert.Equal(t, 201, send(t, s, "POST", "/account/sessions/email", form, "email=ada%40example.com&password=correct+horse").status)
	assert.Equal(t, `400 general_argument_invalid: Param "email" is not optional.`,
		send(t, s, "POST", "/account/sessions/email", headers{"Content-Type": "text/plain"}, login).failure(t))
	assert.Equal(t, 201, send(t, s, "POST", "/account/sessions/email", headers{"Content-Type": "Application/JSON; charset=utf-8"}, login).status)
	assert.Equal(t, "400 general_argument_invalid: Invalid `phrase` param: Value must be a valid boolean",
		send(t, s, "POST", "/account/tokens/email", form, "userId=unique()&email=a@b.co&phrase=true").failure(t), "a form has no booleans")

	var body bytes.Buffer
	parts := multipart.NewWriter(&body)
	require.NoError(t, parts.WriteField("email", email))
	require.NoError(t, parts.WriteField("password", password))
	require.NoError(t, parts.Close())
	assert.Equal(t, 201, send(t, s, "POST", "/account/sessions/email", headers{"Content-Type": parts.FormDataContentType()}, body.String()).status)
}

func TestTheQueryIsNotReadWhereTheBodyIs(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	_, secret := signUp(t, s)
	assert.Equal(t, 400, send(t, s, "PATCH", "/account/name?name=x", as(secret), `{}`).status)
}

func TestABodyOverTheLimitIsRefused(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	fits := `{"userId":"` + strings.Repeat("x", maxBody-len(`{"userId":""}`)) + `"}`
	assert.Equal(t, 400, send(t, s, "POST", "/account", nil, fits).status)
	assert.Equal(t, 413, send(t, s, "POST", "/account", nil, fits+" ").status)
}

func TestThousandsOfQueryValues(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	_, secret := signUp(t, s)
	many := strings.Repeat("queries[]=%7B%22method%22%3A%22limit%22%2C%22values%22%3A%5B1%5D%7D&", 5000)
	assert.Equal(t, 200, send(t, s, "GET", "/account/logs?"+many, as(secret), "").status)
}

func TestDeepJSONIsNoJSON(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	_, secret := signUp(t, s)
	deep := func(n int) string {
		return `{"prefs":{"a":` + strings.Repeat("[", n) + strings.Repeat("]", n) + `}}`
	}
	assert.Equal(t, 200, send(t, s, "PATCH", "/account/prefs", as(secret), deep(100)).status)
	assert.Equal(t, 400, send(t, s, "PATCH", "/account/prefs", as(secret), deep(100_000)).status)
}

func FuzzRequests(f *testing.F) {
	f.Add("POST", "/v1/account", "application/json", `{"userId":"unique()","email":"a@b.co","password":"12345678"}`, "")
	f.Add("PATCH", "/v1/account/prefs", "application/json", `{"prefs":{"a":[1,{"b":1e300}]}}`, "")
	f.Add("GET", "/v1/account/logs?queries[]={\"method\":\"limit\",\"values\":[1]}&total=0", "", "", "")
	f.Add("PUT", "/v1/account/verifications/email", "application/x-www-form-urlencoded", "userId=a&secret[x][]=b", "a_session_test-project=eyJpZCI6ImEiLCJzZWNyZXQiOiJiIn0=")
	f.Add("POST", "/v1/account/sessions/token", "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"userId\"\r\n\r\na\r\n--x--", "")
	f.Fuzz(func(t *testing.T, method, target, contentType, body, cookie string) {
		req, err := http.NewRequestWithContext(t.Context(), method, "http://localhost"+target, strings.NewReader(body))
		if err != nil {
			return // net/http would not send it
		}
		// A server for each input, as one may sign the user out, block or delete it.
		s := NewServer(t, WithSeed(1), WithoutListener())
		s.AddUser(User{Email: email, Password: password})
		made := throughHandler(s, "POST", s.Endpoint()+"/account/sessions/email", headers{
			"X-Appwrite-Project": s.ProjectID(), "Content-Type": "application/json", "X-Appwrite-Key": s.APIKey(),
		}, login)
		req.Header.Set("X-Appwrite-Project", s.ProjectID())
		req.Header.Set("X-Appwrite-Session", made.text(t, "secret"))
		req.Header.Set("Content-Type", contentType)
		req.Header.Set("Cookie", cookie)
		res := &recorder{header: http.Header{}}
		s.Handler().ServeHTTP(res, req)
		if res.status < 200 || res.status > 599 {
			t.Errorf("status %d", res.status)
		}
		s.Requests()
		s.Dump()
	})
}

// recorder is an http.ResponseWriter that keeps the status.
type recorder struct {
	header http.Header
	status int
}

func (r *recorder) Header() http.Header         { return r.header }
func (r *recorder) WriteHeader(status int)      { r.status = status }
func (r *recorder) Write(p []byte) (int, error) { return len(p), nil }
