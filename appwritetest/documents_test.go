package appwritetest_test

//lint:file-ignore SA1019 the documents have deprecated methods, too

import (
	"context"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/appwritetest"
	"github.com/seed17809555/appwrite/internal/documents"
	"github.com/seed17809555/appwrite/models"
	"github.com/seed17809555/appwrite/query"
)

// Five documents, of Appwrite 0.4 to 1.9, tell of the operations of the Account API. Each of
// their operations is called here, by its method of a client set to the document's release,
// over HTTP on a server in the dress of that release.

func TestEveryOperationOfTheDocumentsWorksOnAServerOfItsTime(t *testing.T) {
	t.Parallel()
	called := map[string]bool{}
	for _, document := range documents.All {
		for _, operation := range document.Operations {
			called[operation.Method] = true
			t.Run(document.Label+"/"+operation.Name+"/"+operation.Method, func(t *testing.T) {
				t.Parallel()
				call := documentedCalls[operation.Method]
				require.NotNil(t, call, "no row for the method")
				v := newVisitor(t, document.Release)
				call(v)
				assert.True(t, slices.ContainsFunc(v.server.Requests(), func(r appwritetest.Request) bool {
					return r.Status < 400 && slices.Contains(documents.MethodsOf(r.Operation), operation.Method)
				}), "the server has not taken it for that operation")
			})
		}
	}
	assert.ElementsMatch(t, slices.Collect(maps.Keys(called)), slices.Collect(maps.Keys(documentedCalls)), "methods and rows")
}

// visitor is a signed-in user of a server.
type visitor struct {
	*testing.T
	ctx     context.Context
	server  *appwritetest.Server
	guest   *appwrite.Account
	account *appwrite.Account
	user    *models.User
	session *models.Session
}

const (
	visitorEmail    = "ada@example.com"
	visitorPassword = "correct horse"
	visitorPhone    = "+14155550100"
	visitorPage     = "http://localhost/page"
)

func newVisitor(t *testing.T, release string) *visitor {
	t.Helper()
	v := &visitor{T: t, ctx: t.Context(), server: appwritetest.NewServer(t, appwritetest.WithServerVersion(release))}
	v.server.Clock().Set(time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)) // codes of apps are good for half a minute
	v.guest = v.server.Client().Account
	v.user = try(v.guest.Create(v.ctx, appwrite.CreateAccountParams{Email: visitorEmail, Password: visitorPassword, Name: "Ada"}))(v)
	v.session = v.signIn(visitorEmail, visitorPassword)
	v.account = v.as(v.session)
	v.user = try(v.account.Get(v.ctx))(v)
	return v
}

func (v *visitor) as(s *models.Session) *appwrite.Account {
	return v.server.Client().WithSession(s.Secret).Account
}

// signIn returns a session by the e-mail address and password.
func (v *visitor) signIn(email, password string) *models.Session {
	v.Helper()
	return try(v.guest.CreateEmailPasswordSession(v.ctx, appwrite.EmailPasswordParams{Email: email, Password: password}))(v)
}

// signInByOAuth2 makes the visitor one who came by a provider.
func (v *visitor) signInByOAuth2() {
	v.Helper()
	page := v.server.OAuth2().Follow(try(v.guest.CreateOAuth2Session(v.ctx, models.OAuthProviderGitHub, loginPages))(v))
	require.NotEmpty(v, page.Cookies())
	v.account = v.server.Client(appwrite.WithCookies(page.Cookies())).Account
	v.user = try(v.account.Get(v.ctx))(v)
}

// received returns the user and secret of the last mail or SMS.
func (v *visitor) received(to string) appwrite.SessionParams {
	v.Helper()
	message, ok := v.server.Inbox().Last(to)
	require.True(v, ok, "no message")
	return appwrite.SessionParams{UserID: message.UserID, Secret: message.Secret}
}

// isOut checks that a session is of no more use.
func (v *visitor) isOut(a *appwrite.Account) {
	v.Helper()
	_, err := a.Get(v.ctx)
	require.ErrorIs(v, err, appwrite.ErrUnauthorized)
}

// addApp gives the visitor an authenticator app.
func (v *visitor) addApp() {
	v.Helper()
	require.NotEmpty(v, try(v.account.CreateMFAAuthenticator(v.ctx, models.AuthenticatorTOTP))(v).Secret)
	try(v.account.UpdateMFAAuthenticator(v.ctx, models.AuthenticatorTOTP, v.server.TOTP(v.user.ID)))(v)
}

// completeChallenge proves that the visitor has the app.
func (v *visitor) completeChallenge() *models.Session {
	v.Helper()
	v.addApp()
	made := try(v.account.CreateMFAChallenge(v.ctx, models.FactorTOTP))(v)
	return try(v.account.UpdateMFAChallenge(v.ctx, appwrite.MFAChallengeParams{ChallengeID: made.ID, OTP: v.server.TOTP(v.user.ID)}))(v)
}

// try ends the test where a call fails, and returns its result.
func try[T any](result T, err error) func(*visitor) T {
	return func(v *visitor) T {
		v.Helper()
		require.NoError(v, err)
		return result
	}
}

var loginPages = appwrite.OAuth2Params{Success: visitorPage, Failure: visitorPage}

// documentedCalls are the methods that run the documents' operations: each row calls its method
// and checks what has come of it.
var documentedCalls = map[string]func(*visitor){
	"Get": func(v *visitor) {
		assert.Equal(v, visitorEmail, try(v.account.Get(v.ctx))(v).Email)
		assert.Equal(v, "Ada", v.user.Name)
		assert.WithinDuration(v, v.server.Clock().Now(), v.user.Registration.Time, time.Minute)
	},
	"Create": func(v *visitor) {
		made := try(v.guest.Create(v.ctx, appwrite.CreateAccountParams{Email: "bob@example.com", Password: visitorPassword, Name: "Bob"}))(v)
		assert.Equal(v, "Bob", made.Name)
		assert.Equal(v, made.ID, try(v.as(v.signIn("bob@example.com", visitorPassword)).Get(v.ctx))(v).ID)
	},
	"Delete": func(v *visitor) {
		require.NoError(v, v.account.Delete(v.ctx))
		v.isOut(v.account)
	},
	"UpdateEmail": func(v *visitor) {
		changed := try(v.account.UpdateEmail(v.ctx, appwrite.UpdateEmailParams{Email: "new@example.com", Password: visitorPassword}))(v)
		assert.Equal(v, "new@example.com", changed.Email)
		v.signIn("new@example.com", visitorPassword)
	},
	"UpdateName": func(v *visitor) {
		assert.Equal(v, "Ada L.", try(v.account.UpdateName(v.ctx, "Ada L."))(v).Name)
	},
	"UpdatePassword": func(v *visitor) {
		try(v.account.UpdatePassword(v.ctx, appwrite.UpdatePasswordParams{Password: "battery staple", OldPassword: visitorPassword}))(v)
		v.signIn(visitorEmail, "battery staple")
	},
	"UpdatePhone": func(v *visitor) {
		assert.Equal(v, visitorPhone, try(v.account.UpdatePhone(v.ctx, appwrite.UpdatePhoneParams{Phone: visitorPhone, Password: visitorPassword}))(v).Phone)
	},
	"GetPrefs": func(v *visitor) {
		try(v.account.UpdatePrefs(v.ctx, map[string]any{"theme": "dark"}))(v)
		prefs := try(v.account.GetPrefs(v.ctx))(v)
		assert.Equal(v, map[string]any{"theme": "dark"}, prefs.Map())
	},
	"UpdatePrefs": func(v *visitor) {
		try(v.account.UpdatePrefs(v.ctx, map[string]any{"theme": "dark"}))(v)
		prefs := try(v.account.UpdatePrefs(v.ctx, map[string]any{"theme": "light"}))(v).Prefs
		assert.Equal(v, map[string]any{"theme": "light"}, prefs.Map())
	},
	"UpdateStatus": func(v *visitor) {
		assert.False(v, try(v.account.UpdateStatus(v.ctx))(v).Status)
		_, err := v.account.Get(v.ctx)
		require.ErrorIs(v, err, appwrite.ErrUserBlocked)
	},
	"ListLogs": func(v *visitor) {
		list := try(v.account.ListLogs(v.ctx, appwrite.ListParams{Queries: []string{query.Limit(1)}}))(v)
		require.Len(v, list.Logs, 1)
		assert.Contains(v, list.Logs[0].Event, "session")
		assert.WithinDuration(v, v.server.Clock().Now(), list.Logs[0].Time.Time, time.Minute)
	},
	"ListSessions": func(v *visitor) {
		v.signIn(visitorEmail, visitorPassword)
		list := try(v.account.ListSessions(v.ctx))(v)
		require.Len(v, list.Sessions, 2)
		assert.Equal(v, 2, list.Total)
		assert.True(v, list.Sessions[0].Current)
	},
	"DeleteSessions": func(v *visitor) {
		other := v.as(v.signIn(visitorEmail, visitorPassword))
		require.NoError(v, v.account.DeleteSessions(v.ctx))
		v.isOut(v.account)
		v.isOut(other)
	},
	"GetSession": func(v *visitor) {
		assert.Equal(v, v.session.ID, try(v.account.GetSession(v.ctx, appwrite.CurrentSession))(v).ID)
		assert.Equal(v, v.user.ID, try(v.account.GetSession(v.ctx, v.session.ID))(v).UserID)
	},
	"UpdateSession": func(v *visitor) {
		v.signInByOAuth2()
		before := try(v.account.GetSession(v.ctx, appwrite.CurrentSession))(v)
		after := try(v.account.UpdateSession(v.ctx, appwrite.CurrentSession))(v)
		assert.Equal(v, before.ID, after.ID)
		assert.NotEqual(v, before.ProviderAccessToken, after.ProviderAccessToken)
		assert.Empty(v, after.Secret)
	},
	"DeleteSession": func(v *visitor) {
		other := v.signIn(visitorEmail, visitorPassword)
		require.NoError(v, v.account.DeleteSession(v.ctx, other.ID))
		v.isOut(v.as(other))
		require.NoError(v, v.account.DeleteSession(v.ctx, appwrite.CurrentSession))
		v.isOut(v.account)
	},
	"CreateEmailPasswordSession": func(v *visitor) {
		assert.Equal(v, visitorEmail, try(v.as(v.signIn(visitorEmail, visitorPassword)).Get(v.ctx))(v).Email)
		assert.WithinDuration(v, v.server.Clock().Now().AddDate(1, 0, 0), v.session.Expire.Time, time.Minute)
		_, err := v.guest.CreateEmailPasswordSession(v.ctx, appwrite.EmailPasswordParams{Email: visitorEmail, Password: "wrong horse"})
		require.ErrorIs(v, err, appwrite.ErrUserInvalidCredentials)
	},
	"CreateAnonymousSession": func(v *visitor) {
		assert.Empty(v, try(v.as(try(v.guest.CreateAnonymousSession(v.ctx))(v)).Get(v.ctx))(v).Email)
	},
	"CreateSession": func(v *visitor) {
		try(v.guest.CreateEmailToken(v.ctx, appwrite.EmailTokenParams{Email: visitorEmail}))(v)
		assert.Equal(v, v.user.ID, try(v.guest.CreateSession(v.ctx, v.received(visitorEmail)))(v).UserID)
	},
	"UpdateMagicURLSession": func(v *visitor) {
		try(v.guest.CreateMagicURLToken(v.ctx, appwrite.MagicURLTokenParams{Email: visitorEmail, URL: visitorPage}))(v)
		assert.Equal(v, v.user.ID, try(v.guest.UpdateMagicURLSession(v.ctx, v.received(visitorEmail)))(v).UserID)
	},
	"UpdatePhoneSession": func(v *visitor) {
		try(v.guest.CreatePhoneToken(v.ctx, appwrite.PhoneTokenParams{Phone: visitorPhone}))(v)
		assert.Equal(v, visitorPhone, try(v.as(try(v.guest.UpdatePhoneSession(v.ctx, v.received(visitorPhone)))(v)).Get(v.ctx))(v).Phone)
	},
	"CreateOAuth2Session": func(v *visitor) {
		v.signInByOAuth2()
		assert.NotEqual(v, visitorEmail, v.user.Email)
	},
	"CreateOAuth2Token": func(v *visitor) {
		page := v.server.OAuth2().Login(try(v.guest.CreateOAuth2Token(v.ctx, models.OAuthProviderGitHub, loginPages))(v))
		callback := try(appwrite.ParseCallback(page))(v)
		session := try(v.guest.CreateSession(v.ctx, appwrite.SessionParams{UserID: callback.UserID, Secret: callback.Secret}))(v)
		assert.NotEqual(v, visitorEmail, try(v.as(session).Get(v.ctx))(v).Email)
	},
	"CreateMagicURLToken": func(v *visitor) {
		token := try(v.guest.CreateMagicURLToken(v.ctx, appwrite.MagicURLTokenParams{Email: visitorEmail, URL: visitorPage}))(v)
		assert.Equal(v, v.user.ID, token.UserID)
		assert.NotEmpty(v, v.received(visitorEmail).Secret)
	},
	"CreateEmailToken": func(v *visitor) {
		token := try(v.guest.CreateEmailToken(v.ctx, appwrite.EmailTokenParams{Email: visitorEmail, Phrase: true}))(v)
		assert.NotEmpty(v, token.Phrase)
		assert.NotEmpty(v, v.received(visitorEmail).Secret)
	},
	"CreatePhoneToken": func(v *visitor) {
		token := try(v.guest.CreatePhoneToken(v.ctx, appwrite.PhoneTokenParams{Phone: visitorPhone}))(v)
		assert.Equal(v, token.UserID, v.received(visitorPhone).UserID)
	},
	"CreateJWT": func(v *visitor) {
		jwt := try(v.account.CreateJWT(v.ctx, appwrite.JWTParams{}))(v).JWT
		assert.Equal(v, visitorEmail, try(v.server.Client(appwrite.WithJWT(jwt)).Account.Get(v.ctx))(v).Email)
	},
	"CreateRecovery": func(v *visitor) {
		try(v.guest.CreateRecovery(v.ctx, appwrite.RecoveryParams{Email: visitorEmail, URL: visitorPage}))(v)
		assert.Equal(v, v.user.ID, v.received(visitorEmail).UserID)
	},
	"UpdateRecovery": func(v *visitor) {
		try(v.guest.CreateRecovery(v.ctx, appwrite.RecoveryParams{Email: visitorEmail, URL: visitorPage}))(v)
		got := v.received(visitorEmail)
		token := try(v.guest.UpdateRecovery(v.ctx, appwrite.UpdateRecoveryParams{UserID: got.UserID, Secret: got.Secret, Password: "battery staple"}))(v)
		assert.Empty(v, token.Secret)
		v.signIn(visitorEmail, "battery staple")
	},
	"CreateEmailVerification": func(v *visitor) {
		try(v.account.CreateEmailVerification(v.ctx, visitorPage))(v)
		assert.Equal(v, v.user.ID, v.received(visitorEmail).UserID)
	},
	"UpdateEmailVerification": func(v *visitor) {
		try(v.account.CreateEmailVerification(v.ctx, visitorPage))(v)
		assert.Empty(v, try(v.guest.UpdateEmailVerification(v.ctx, appwrite.VerificationParams(v.received(visitorEmail))))(v).Secret)
		assert.True(v, try(v.account.Get(v.ctx))(v).EmailVerification)
	},
	"CreateVerification": func(v *visitor) {
		try(v.account.CreateVerification(v.ctx, visitorPage))(v)
		assert.Equal(v, v.user.ID, v.received(visitorEmail).UserID)
	},
	"UpdateVerification": func(v *visitor) {
		try(v.account.CreateVerification(v.ctx, visitorPage))(v)
		try(v.guest.UpdateVerification(v.ctx, appwrite.VerificationParams(v.received(visitorEmail))))(v)
		assert.True(v, try(v.account.Get(v.ctx))(v).EmailVerification)
	},
	"CreatePhoneVerification": func(v *visitor) {
		try(v.account.UpdatePhone(v.ctx, appwrite.UpdatePhoneParams{Phone: visitorPhone, Password: visitorPassword}))(v)
		try(v.account.CreatePhoneVerification(v.ctx))(v)
		assert.Equal(v, v.user.ID, v.received(visitorPhone).UserID)
	},
	"UpdatePhoneVerification": func(v *visitor) {
		try(v.account.UpdatePhone(v.ctx, appwrite.UpdatePhoneParams{Phone: visitorPhone, Password: visitorPassword}))(v)
		try(v.account.CreatePhoneVerification(v.ctx))(v)
		try(v.account.UpdatePhoneVerification(v.ctx, appwrite.VerificationParams(v.received(visitorPhone))))(v)
		assert.True(v, try(v.account.Get(v.ctx))(v).PhoneVerification)
	},
	"ListIdentities": func(v *visitor) {
		v.signInByOAuth2()
		list := try(v.account.ListIdentities(v.ctx, appwrite.ListParams{Queries: []string{query.Equal("provider", "github"), query.Limit(5)}}))(v)
		require.Len(v, list.Identities, 1)
		assert.Equal(v, v.user.ID, list.Identities[0].UserID)
	},
	"DeleteIdentity": func(v *visitor) {
		v.signInByOAuth2()
		list := try(v.account.ListIdentities(v.ctx, appwrite.ListParams{}))(v)
		require.NoError(v, v.account.DeleteIdentity(v.ctx, list.Identities[0].ID))
		assert.Empty(v, try(v.account.ListIdentities(v.ctx, appwrite.ListParams{}))(v).Identities)
	},
	"UpdateMFA": func(v *visitor) {
		assert.True(v, try(v.account.UpdateMFA(v.ctx, true))(v).MFA)
	},
	"ListMFAFactors": func(v *visitor) {
		assert.False(v, try(v.account.ListMFAFactors(v.ctx))(v).TOTP)
		v.addApp()
		assert.True(v, try(v.account.ListMFAFactors(v.ctx))(v).TOTP)
	},
	"CreateMFAAuthenticator": func(v *visitor) {
		assert.Contains(v, try(v.account.CreateMFAAuthenticator(v.ctx, models.AuthenticatorTOTP))(v).URI, "otpauth://totp/")
	},
	"UpdateMFAAuthenticator": func(v *visitor) { v.addApp() },
	"DeleteMFAAuthenticator": func(v *visitor) {
		v.completeChallenge()
		require.NoError(v, v.account.DeleteMFAAuthenticator(v.ctx, models.AuthenticatorTOTP))
		assert.False(v, try(v.account.ListMFAFactors(v.ctx))(v).TOTP)
	},
	"CreateMFAChallenge": func(v *visitor) {
		assert.Equal(v, v.user.ID, try(v.account.CreateMFAChallenge(v.ctx, models.FactorTOTP))(v).UserID)
	},
	"UpdateMFAChallenge": func(v *visitor) {
		s := v.completeChallenge()
		assert.Equal(v, []string{"password", "totp"}, s.Factors)
		assert.Empty(v, s.Secret)
	},
	"CreateMFARecoveryCodes": func(v *visitor) {
		assert.Len(v, try(v.account.CreateMFARecoveryCodes(v.ctx))(v).RecoveryCodes, 6)
	},
	"GetMFARecoveryCodes": func(v *visitor) {
		v.completeChallenge()
		made := try(v.account.CreateMFARecoveryCodes(v.ctx))(v)
		assert.Equal(v, made, try(v.account.GetMFARecoveryCodes(v.ctx))(v))
	},
	"UpdateMFARecoveryCodes": func(v *visitor) {
		v.completeChallenge()
		made := try(v.account.CreateMFARecoveryCodes(v.ctx))(v)
		assert.NotEqual(v, made, try(v.account.UpdateMFARecoveryCodes(v.ctx))(v))
	},
}
