package appwritetest

import (
	"encoding/base64"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
)

const badToken = "401 user_invalid_token: Invalid token passed in the request."

// lastMessage returns the newest message to the address.
func lastMessage(t *testing.T, s *Server, to string) Message {
	t.Helper()
	m, ok := s.Inbox().Last(to)
	require.True(t, ok, "no message to %s", to)
	return m
}

func exchange(t *testing.T, s *Server, method, path string, m Message) reply {
	t.Helper()
	return send(t, s, method, path, nil, `{"userId":"`+m.UserID+`","secret":"`+m.Secret+`"}`)
}

func TestEmailCodeSignsANewUserInOnce(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	got := send(t, s, "POST", "/account/tokens/email", nil, `{"userId":"unique()","email":"New@example.com","phrase":true}`)
	require.Equal(t, 201, got.status, got.body)

	mail := lastMessage(t, s, "new@example.com")
	assert.Equal(t, KindEmailOTP, mail.Kind)
	assert.Regexp(t, `^[0-9]{6}$`, mail.Secret)
	assert.Equal(t, got.text(t, "phrase"), mail.Phrase)
	assert.Contains(t, mail.Body, mail.Secret)
	assert.Equal(t, got.text(t, "userId"), mail.UserID)

	made := exchange(t, s, "POST", "/account/sessions/token", mail)
	require.Equal(t, 201, made.status, made.body)
	assert.Equal(t, "token", made.text(t, "provider"))
	assert.Equal(t, []any{"email"}, made.object(t)["factors"])
	assert.Equal(t, badToken, exchange(t, s, "POST", "/account/sessions/token", mail).failure(t))
}

func TestMagicURL(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	ctx, account := t.Context(), s.Client().Account
	_, err := account.CreateMagicURLToken(ctx, appwrite.MagicURLTokenParams{Email: email, URL: "http://localhost/magic?a=1&b=x+y"})
	require.NoError(t, err)
	mail := lastMessage(t, s, email)
	assert.Equal(t, KindMagicURL, mail.Kind)
	assert.Len(t, mail.Secret, 64)

	link, err := url.Parse(mail.URL)
	require.NoError(t, err)
	assert.Equal(t, "a=1&b=x+y&userId="+mail.UserID+"&secret="+mail.Secret, link.RawQuery[:len(link.RawQuery)-len("&expire=")-len(url.QueryEscape(link.Query().Get("expire")))-len("&project="+s.ProjectID())])
	assert.Equal(t, s.ProjectID(), link.Query().Get("project"))
	callback, err := appwrite.ParseCallback(link)
	require.NoError(t, err)
	assert.WithinDuration(t, s.Clock().Now().Add(time.Hour), callback.Expire.Time, time.Minute)

	made, err := account.CreateSession(ctx, appwrite.SessionParams{UserID: callback.UserID, Secret: callback.Secret})
	require.NoError(t, err)
	assert.Equal(t, "magic-url", made.Provider)
	user, err := s.Client().WithSession(made.Secret).Account.Get(ctx)
	require.NoError(t, err)
	assert.True(t, user.EmailVerification)

	t.Run("without a URL the link leads to the server", func(t *testing.T) {
		_, err := account.CreateMagicURLToken(ctx, appwrite.MagicURLTokenParams{Email: email})
		require.NoError(t, err)
		mail := lastMessage(t, s, email)
		assert.Contains(t, mail.URL, "/console/auth/magic-url?userId=")
		made := exchange(t, s, "PUT", "/account/sessions/magic-url", mail)
		assert.Equal(t, 201, made.status, "the deprecated path")
	})
}

func TestPhoneCode(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	const phone = "+14155550100"
	for _, step := range [][2]string{{"POST", "/account/sessions/token"}, {"PUT", "/account/sessions/phone"}} {
		require.Equal(t, 201, send(t, s, "POST", "/account/tokens/phone", nil, `{"userId":"unique()","phone":"`+phone+`"}`).status)
		sms := lastMessage(t, s, phone)
		assert.Equal(t, KindPhoneOTP, sms.Kind)
		made := exchange(t, s, step[0], step[1], sms)
		require.Equal(t, 201, made.status, made.body)
		assert.Equal(t, "phone", made.text(t, "provider"))
	}
	messages := s.Inbox().Messages()
	require.Len(t, messages, 2)
	assert.Equal(t, messages[0].UserID, messages[1].UserID, "the second code went to the user of the first")
}

func TestKeysSeeTheSecretsOfTokens(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	key := headers{"X-Appwrite-Key": s.APIKey()}
	code := send(t, s, "POST", "/account/tokens/email", key, `{"userId":"unique()","email":"a@example.com"}`).text(t, "secret")
	assert.Equal(t, lastMessage(t, s, "a@example.com").Secret, code)

	wrapped := send(t, s, "POST", "/account/tokens/phone", key, `{"userId":"unique()","phone":"+14155550100"}`).text(t, "secret")
	raw, err := base64.StdEncoding.DecodeString(wrapped)
	require.NoError(t, err)
	sms := lastMessage(t, s, "+14155550100")
	assert.JSONEq(t, `{"id":"`+sms.UserID+`","secret":"`+sms.Secret+`"}`, string(raw))
}

func TestTokensExpire(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	send(t, s, "POST", "/account/tokens/email", nil, `{"userId":"unique()","email":"a@example.com"}`)
	s.Clock().Advance(15 * time.Minute)
	assert.Equal(t, badToken, exchange(t, s, "POST", "/account/sessions/token", lastMessage(t, s, "a@example.com")).failure(t))

	send(t, s, "POST", "/account/tokens/magic-url", nil, `{"userId":"unique()","email":"a@example.com"}`)
	s.Clock().Advance(59 * time.Minute)
	assert.Equal(t, 201, exchange(t, s, "POST", "/account/sessions/token", lastMessage(t, s, "a@example.com")).status)
}

func TestASecretIsGoodForOnePurposeOnly(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	s.AddUser(User{Email: email, Password: password})
	send(t, s, "POST", "/account/recovery", nil, `{"email":"`+email+`","url":"http://localhost"}`)
	mail := lastMessage(t, s, email)
	assert.Equal(t, badToken, exchange(t, s, "POST", "/account/sessions/token", mail).failure(t))
	assert.Equal(t, badToken, exchange(t, s, "PUT", "/account/verifications/email", mail).failure(t))
}

func TestUnknownUsersGetNoSessionForAToken(t *testing.T) {
	t.Parallel()
	assert.Equal(t, badToken, exchange(t, NewServer(t), "POST", "/account/sessions/token", Message{UserID: "nobody", Secret: "123456"}).failure(t))
}
