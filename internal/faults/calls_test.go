//lint:file-ignore SA1019 the deprecated methods are calls as well

package faults

import (
	"context"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/appwritetest"
	"github.com/seed17809555/appwrite/models"
)

const (
	email       = "walter@example.com"
	phone       = "+14155550100"
	password    = "Correct-Horse-7391"
	newPassword = "Battery-Staple-5824"
	page        = "http://localhost/page"
	device      = "device-1"
)

// world is a server with a user who is signed in, and what a call needs of them.
type world struct {
	*testing.T
	server  *appwritetest.Server
	memory  *appwrite.Client  // a guest that reaches the server whatever is wrong with the network
	user    *appwrite.Account // the user, likewise
	session string            // the user's secret
	id      string            // of what the call is about
	secret  string            // that completes what a message began
	heal    func()            // ends the server's fault
	secrets []string          // what no log and no error may show
	stale   atomic.Bool       // whether the pooled connection has ended
}

func newWorld(t *testing.T, release string) *world {
	t.Helper()
	server := appwritetest.NewServer(t, appwritetest.WithSeed(1), appwritetest.WithServerVersion(release))
	// A code of the authenticator app is then good for 30 seconds.
	server.Clock().Set(time.Now().UTC().Truncate(time.Hour))
	server.AddUser(appwritetest.User{ID: "walter", Email: email, Phone: phone, Password: password, Name: "Walter", Prefs: map[string]any{"theme": "dark"}})
	w := &world{T: t, server: server, heal: func() {}, secrets: []string{password, newPassword}}
	server.Clock().Advance(time.Second) // the user is older than what follows
	w.memory = server.Client(appwrite.WithHTTPClient(httpClientOf(server)))
	w.session = w.signIn()
	w.user = w.memory.WithSession(w.session).Account
	return w
}

func (w *world) signIn() string {
	session, err := w.memory.Account.CreateEmailPasswordSession(w.Context(), appwrite.EmailPasswordParams{Email: email, Password: password})
	require.NoError(w, err)
	w.secrets = append(w.secrets, session.Secret)
	return session.Secret
}

// read notes ID and secret of the last message.
func (w *world) read(to string) {
	m, ok := w.server.Inbox().Last(to)
	require.True(w, ok)
	w.id, w.secret = m.UserID, m.Secret
	w.secrets = append(w.secrets, m.Secret)
}

// app sets an authenticator app up.
func (w *world) app(verified bool) {
	app, err := w.user.CreateMFAAuthenticator(w.Context(), models.AuthenticatorTOTP)
	require.NoError(w, err)
	w.secret = w.server.TOTP("walter")
	w.secrets = append(w.secrets, app.Secret, w.secret)
	if verified {
		_, err = w.user.UpdateMFAAuthenticator(w.Context(), models.AuthenticatorTOTP, w.secret)
		require.NoError(w, err)
	}
}

// challenge starts a challenge for the app.
func (w *world) challenge() {
	w.app(true)
	c, err := w.user.CreateMFAChallenge(w.Context(), models.FactorTOTP)
	require.NoError(w, err)
	w.id, w.secret = c.ID, w.server.TOTP("walter")
}

// passed has a challenge completed, as some calls require.
func (w *world) passed() {
	w.challenge()
	_, err := w.user.UpdateMFAChallenge(w.Context(), appwrite.MFAChallengeParams{ChallengeID: w.id, OTP: w.secret})
	require.NoError(w, err)
}

func (w *world) codes() {
	codes, err := w.user.CreateMFARecoveryCodes(w.Context())
	require.NoError(w, err)
	w.secrets = append(w.secrets, codes.RecoveryCodes...)
}

// identity links the user to an account at a provider.
func (w *world) identity() {
	w.server.OAuth2().SetIdentity(appwritetest.OAuth2Identity{ProviderUID: "7", Email: email, Name: "Walter", EmailVerified: true})
	location, err := w.user.CreateOAuth2Token(w.Context(), models.OAuthProviderGitHub, appwrite.OAuth2Params{Success: page, Failure: page})
	require.NoError(w, err)
	callback, err := appwrite.ParseCallback(w.server.OAuth2().Login(location))
	require.NoError(w, err)
	w.secrets = append(w.secrets, callback.Secret)
	list, err := w.user.ListIdentities(w.Context(), appwrite.ListParams{})
	require.NoError(w, err)
	require.NotEmpty(w, list.Identities)
	w.id = list.Identities[0].ID
	w.secrets = append(w.secrets, list.Identities[0].ProviderAccessToken)
}

func (w *world) consent() {
	w.server.AddConsent(models.OAuth2Consent{ID: "consent1", UserID: "walter", AppID: "app"}, models.OAuth2ConsentToken{ID: "token1"})
}

func (w *world) target() {
	target, err := w.user.CreatePushTarget(w.Context(), appwrite.PushTargetParams{TargetID: "target1", Identifier: "device-0"})
	require.NoError(w, err)
	w.id = target.ID
}

func (w *world) must(_ any, err error) { require.NoError(w, err) }

// kind is what a call is for the rules of repetition and of answers.
type kind int

const (
	reads     kind = iota // GET with a model
	redirects             // GET with a Location
	changes               // with a model
	deletes               // without an answer
)

// call is one method of Account, what must be there for it to succeed, and how it is made.
type call struct {
	method string
	kind   kind
	guest  bool
	ready  func(w *world) // nil for nothing
	do     func(ctx context.Context, a *appwrite.Account, w *world, o ...appwrite.RequestOption) (any, error)
}

// releaseOf tells what the server and the client are for the method's call.
func releaseOf(method string) string {
	if method == "DeleteMFAAuthenticatorWithOTP" {
		return "1.5"
	}
	return appwrite.LatestServerVersion
}

type (
	ctxt    = context.Context
	account = appwrite.Account
	opt     = appwrite.RequestOption
)

// shown is what a call returned, nil where that is nothing.
func shown[T any](v *T, err error) (any, error) {
	if v == nil {
		return nil, err
	}
	return v, err
}

func nothing(err error) (any, error) { return nil, err }

func emailToken(w *world) {
	w.must(w.memory.Account.CreateEmailToken(w.Context(), appwrite.EmailTokenParams{UserID: "walter", Email: email}))
	w.read(email)
}

func magicURL(w *world) {
	w.must(w.memory.Account.CreateMagicURLToken(w.Context(), appwrite.MagicURLTokenParams{UserID: "walter", Email: email, URL: page}))
	w.read(email)
}

func phoneToken(w *world) {
	w.must(w.memory.Account.CreatePhoneToken(w.Context(), appwrite.PhoneTokenParams{UserID: "walter", Phone: phone}))
	w.read(phone)
}

func emailVerification(w *world) {
	w.must(w.user.CreateEmailVerification(w.Context(), page))
	w.read(email)
}

var oauth2 = appwrite.OAuth2Params{Success: page, Failure: page}

var calls = []call{
	{"Get", reads, false, nil, func(ctx ctxt, a *account, _ *world, o ...opt) (any, error) { return shown(a.Get(ctx, o...)) }},
	{"Create", changes, true, nil, func(ctx ctxt, a *account, _ *world, o ...opt) (any, error) {
		return shown(a.Create(ctx, appwrite.CreateAccountParams{UserID: "ada", Email: "ada@example.com", Password: newPassword, Name: "Ada"}, o...))
	}},
	{"Delete", deletes, false, nil, func(ctx ctxt, a *account, _ *world, o ...opt) (any, error) { return nothing(a.Delete(ctx, o...)) }},
	{"UpdateName", changes, false, nil, func(ctx ctxt, a *account, _ *world, o ...opt) (any, error) {
		return shown(a.UpdateName(ctx, "Wally", o...))
	}},
	{"UpdateEmail", changes, false, nil, func(ctx ctxt, a *account, _ *world, o ...opt) (any, error) {
		return shown(a.UpdateEmail(ctx, appwrite.UpdateEmailParams{Email: "wally@example.com", Password: password}, o...))
	}},
	{"UpdatePassword", changes, false, nil, func(ctx ctxt, a *account, _ *world, o ...opt) (any, error) {
		return shown(a.UpdatePassword(ctx, appwrite.UpdatePasswordParams{Password: newPassword, OldPassword: password}, o...))
	}},
	{"UpdatePhone", changes, false, nil, func(ctx ctxt, a *account, _ *world, o ...opt) (any, error) {
		return shown(a.UpdatePhone(ctx, appwrite.UpdatePhoneParams{Phone: "+14155550199", Password: password}, o...))
	}},
	{"UpdateStatus", changes, false, nil, func(ctx ctxt, a *account, _ *world, o ...opt) (any, error) { return shown(a.UpdateStatus(ctx, o...)) }},
	{"GetPrefs", reads, false, nil, func(ctx ctxt, a *account, _ *world, o ...opt) (any, error) {
		prefs, err := a.GetPrefs(ctx, o...)
		if err != nil {
			return nil, err
		}
		return prefs, nil
	}},
	{"UpdatePrefs", changes, false, nil, func(ctx ctxt, a *account, _ *world, o ...opt) (any, error) {
		return shown(a.UpdatePrefs(ctx, map[string]any{"theme": "light"}, o...))
	}},
	{"ListLogs", reads, false, nil, func(ctx ctxt, a *account, _ *world, o ...opt) (any, error) {
		return shown(a.ListLogs(ctx, appwrite.ListParams{}, o...))
	}},
	{"Logs", reads, false, nil, func(ctx ctxt, a *account, _ *world, o ...opt) (any, error) {
		for entry, err := range a.Logs(ctx, appwrite.ListParams{}, o...) {
			if err != nil {
				return nil, err
			}
			return entry, nil
		}
		return nil, nil
	}},
	{"ListIdentities", reads, false, (*world).identity, func(ctx ctxt, a *account, _ *world, o ...opt) (any, error) {
		return shown(a.ListIdentities(ctx, appwrite.ListParams{}, o...))
	}},
	{"Identities", reads, false, (*world).identity, func(ctx ctxt, a *account, _ *world, o ...opt) (any, error) {
		for identity, err := range a.Identities(ctx, appwrite.ListParams{}, o...) {
			if err != nil {
				return nil, err
			}
			return identity, nil
		}
		return nil, nil
	}},
	{"DeleteIdentity", deletes, false, (*world).identity, func(ctx ctxt, a *account, w *world, o ...opt) (any, error) {
		return nothing(a.DeleteIdentity(ctx, w.id, o...))
	}},
	{"CreateEmailPasswordSession", changes, true, nil, func(ctx ctxt, a *account, _ *world, o ...opt) (any, error) {
		return shown(a.CreateEmailPasswordSession(ctx, appwrite.EmailPasswordParams{Email: email, Password: password}, o...))
	}},
	{"CreateAnonymousSession", changes, true, nil, func(ctx ctxt, a *account, _ *world, o ...opt) (any, error) {
		return shown(a.CreateAnonymousSession(ctx, o...))
	}},
	{"CreateSession", changes, true, emailToken, func(ctx ctxt, a *account, w *world, o ...opt) (any, error) {
		return shown(a.CreateSession(ctx, appwrite.SessionParams{UserID: w.id, Secret: w.secret}, o...))
	}},
	{"UpdateMagicURLSession", changes, true, magicURL, func(ctx ctxt, a *account, w *world, o ...opt) (any, error) {
		return shown(a.UpdateMagicURLSession(ctx, appwrite.SessionParams{UserID: w.id, Secret: w.secret}, o...))
	}},
	{"UpdatePhoneSession", changes, true, phoneToken, func(ctx ctxt, a *account, w *world, o ...opt) (any, error) {
		return shown(a.UpdatePhoneSession(ctx, appwrite.SessionParams{UserID: w.id, Secret: w.secret}, o...))
	}},
	{"GetSession", reads, false, nil, func(ctx ctxt, a *account, _ *world, o ...opt) (any, error) {
		return shown(a.GetSession(ctx, appwrite.CurrentSession, o...))
	}},
	{"UpdateSession", changes, false, nil, func(ctx ctxt, a *account, _ *world, o ...opt) (any, error) {
		return shown(a.UpdateSession(ctx, appwrite.CurrentSession, o...))
	}},
	{"ListSessions", reads, false, nil, func(ctx ctxt, a *account, _ *world, o ...opt) (any, error) { return shown(a.ListSessions(ctx, o...)) }},
	{"DeleteSession", deletes, false, nil, func(ctx ctxt, a *account, _ *world, o ...opt) (any, error) {
		return nothing(a.DeleteSession(ctx, appwrite.CurrentSession, o...))
	}},
	{"DeleteSessions", deletes, false, nil, func(ctx ctxt, a *account, _ *world, o ...opt) (any, error) {
		return nothing(a.DeleteSessions(ctx, o...))
	}},
	{"CreateEmailToken", changes, true, nil, func(ctx ctxt, a *account, _ *world, o ...opt) (any, error) {
		return shown(a.CreateEmailToken(ctx, appwrite.EmailTokenParams{UserID: "walter", Email: email}, o...))
	}},
	{"CreateMagicURLToken", changes, true, nil, func(ctx ctxt, a *account, _ *world, o ...opt) (any, error) {
		return shown(a.CreateMagicURLToken(ctx, appwrite.MagicURLTokenParams{UserID: "walter", Email: email, URL: page}, o...))
	}},
	{"CreatePhoneToken", changes, true, nil, func(ctx ctxt, a *account, _ *world, o ...opt) (any, error) {
		return shown(a.CreatePhoneToken(ctx, appwrite.PhoneTokenParams{UserID: "walter", Phone: phone}, o...))
	}},
	{"CreateOAuth2Token", redirects, true, nil, func(ctx ctxt, a *account, _ *world, o ...opt) (any, error) {
		return a.CreateOAuth2Token(ctx, models.OAuthProviderGitHub, oauth2, o...)
	}},
	{"CreateOAuth2Session", redirects, true, nil, func(ctx ctxt, a *account, _ *world, o ...opt) (any, error) {
		return a.CreateOAuth2Session(ctx, models.OAuthProviderGitHub, oauth2, o...)
	}},
	{"CreateJWT", changes, false, nil, func(ctx ctxt, a *account, _ *world, o ...opt) (any, error) {
		return shown(a.CreateJWT(ctx, appwrite.JWTParams{}, o...))
	}},
	{"CreateRecovery", changes, true, nil, func(ctx ctxt, a *account, _ *world, o ...opt) (any, error) {
		return shown(a.CreateRecovery(ctx, appwrite.RecoveryParams{Email: email, URL: page}, o...))
	}},
	{"UpdateRecovery", changes, true, func(w *world) {
		w.must(w.memory.Account.CreateRecovery(w.Context(), appwrite.RecoveryParams{Email: email, URL: page}))
		w.read(email)
	}, func(ctx ctxt, a *account, w *world, o ...opt) (any, error) {
		return shown(a.UpdateRecovery(ctx, appwrite.UpdateRecoveryParams{UserID: w.id, Secret: w.secret, Password: newPassword}, o...))
	}},
	{"CreateEmailVerification", changes, false, nil, func(ctx ctxt, a *account, _ *world, o ...opt) (any, error) {
		return shown(a.CreateEmailVerification(ctx, page, o...))
	}},
	{"UpdateEmailVerification", changes, false, emailVerification, func(ctx ctxt, a *account, w *world, o ...opt) (any, error) {
		return shown(a.UpdateEmailVerification(ctx, appwrite.VerificationParams{UserID: w.id, Secret: w.secret}, o...))
	}},
	{"CreateVerification", changes, false, nil, func(ctx ctxt, a *account, _ *world, o ...opt) (any, error) {
		return shown(a.CreateVerification(ctx, page, o...))
	}},
	{"UpdateVerification", changes, false, emailVerification, func(ctx ctxt, a *account, w *world, o ...opt) (any, error) {
		return shown(a.UpdateVerification(ctx, appwrite.VerificationParams{UserID: w.id, Secret: w.secret}, o...))
	}},
	{"CreatePhoneVerification", changes, false, nil, func(ctx ctxt, a *account, _ *world, o ...opt) (any, error) {
		return shown(a.CreatePhoneVerification(ctx, o...))
	}},
	{"UpdatePhoneVerification", changes, false, func(w *world) {
		w.must(w.user.CreatePhoneVerification(w.Context()))
		w.read(phone)
	}, func(ctx ctxt, a *account, w *world, o ...opt) (any, error) {
		return shown(a.UpdatePhoneVerification(ctx, appwrite.VerificationParams{UserID: w.id, Secret: w.secret}, o...))
	}},
	{"UpdateMFA", changes, false, nil, func(ctx ctxt, a *account, _ *world, o ...opt) (any, error) {
		return shown(a.UpdateMFA(ctx, true, o...))
	}},
	{"ListMFAFactors", reads, false, nil, func(ctx ctxt, a *account, _ *world, o ...opt) (any, error) {
		return shown(a.ListMFAFactors(ctx, o...))
	}},
	{"CreateMFAAuthenticator", changes, false, nil, func(ctx ctxt, a *account, _ *world, o ...opt) (any, error) {
		return shown(a.CreateMFAAuthenticator(ctx, models.AuthenticatorTOTP, o...))
	}},
	{"UpdateMFAAuthenticator", changes, false, func(w *world) { w.app(false) }, func(ctx ctxt, a *account, w *world, o ...opt) (any, error) {
		return shown(a.UpdateMFAAuthenticator(ctx, models.AuthenticatorTOTP, w.secret, o...))
	}},
	{"DeleteMFAAuthenticator", deletes, false, (*world).passed, func(ctx ctxt, a *account, _ *world, o ...opt) (any, error) {
		return nothing(a.DeleteMFAAuthenticator(ctx, models.AuthenticatorTOTP, o...))
	}},
	{"DeleteMFAAuthenticatorWithOTP", deletes, false, (*world).passed, func(ctx ctxt, a *account, w *world, o ...opt) (any, error) {
		return nothing(a.DeleteMFAAuthenticatorWithOTP(ctx, models.AuthenticatorTOTP, w.server.TOTP("walter"), o...))
	}},
	{"CreateMFAChallenge", changes, false, func(w *world) { w.app(true) }, func(ctx ctxt, a *account, _ *world, o ...opt) (any, error) {
		return shown(a.CreateMFAChallenge(ctx, models.FactorTOTP, o...))
	}},
	{"UpdateMFAChallenge", changes, false, (*world).challenge, func(ctx ctxt, a *account, w *world, o ...opt) (any, error) {
		return shown(a.UpdateMFAChallenge(ctx, appwrite.MFAChallengeParams{ChallengeID: w.id, OTP: w.secret}, o...))
	}},
	{"GetMFARecoveryCodes", reads, false, func(w *world) { w.passed(); w.codes() }, func(ctx ctxt, a *account, _ *world, o ...opt) (any, error) {
		return shown(a.GetMFARecoveryCodes(ctx, o...))
	}},
	{"CreateMFARecoveryCodes", changes, false, nil, func(ctx ctxt, a *account, _ *world, o ...opt) (any, error) {
		return shown(a.CreateMFARecoveryCodes(ctx, o...))
	}},
	{"UpdateMFARecoveryCodes", changes, false, func(w *world) { w.passed(); w.codes() }, func(ctx ctxt, a *account, _ *world, o ...opt) (any, error) {
		return shown(a.UpdateMFARecoveryCodes(ctx, o...))
	}},
	{"CreatePushTarget", changes, false, nil, func(ctx ctxt, a *account, _ *world, o ...opt) (any, error) {
		return shown(a.CreatePushTarget(ctx, appwrite.PushTargetParams{TargetID: "target1", Identifier: device}, o...))
	}},
	{"UpdatePushTarget", changes, false, (*world).target, func(ctx ctxt, a *account, w *world, o ...opt) (any, error) {
		return shown(a.UpdatePushTarget(ctx, w.id, device, o...))
	}},
	{"DeletePushTarget", deletes, false, (*world).target, func(ctx ctxt, a *account, w *world, o ...opt) (any, error) {
		return nothing(a.DeletePushTarget(ctx, w.id, o...))
	}},
	{"ListConsents", reads, false, (*world).consent, func(ctx ctxt, a *account, _ *world, o ...opt) (any, error) {
		return shown(a.ListConsents(ctx, appwrite.ListParams{}, o...))
	}},
	{"GetConsent", reads, false, (*world).consent, func(ctx ctxt, a *account, _ *world, o ...opt) (any, error) {
		return shown(a.GetConsent(ctx, "consent1", o...))
	}},
	{"DeleteConsent", deletes, false, (*world).consent, func(ctx ctxt, a *account, _ *world, o ...opt) (any, error) {
		return nothing(a.DeleteConsent(ctx, "consent1", o...))
	}},
	{"ListConsentTokens", reads, false, (*world).consent, func(ctx ctxt, a *account, _ *world, o ...opt) (any, error) {
		return shown(a.ListConsentTokens(ctx, "consent1", appwrite.ListParams{}, o...))
	}},
	{"GetConsentToken", reads, false, (*world).consent, func(ctx ctxt, a *account, _ *world, o ...opt) (any, error) {
		return shown(a.GetConsentToken(ctx, "consent1", "token1", o...))
	}},
	{"DeleteConsentToken", deletes, false, (*world).consent, func(ctx ctxt, a *account, _ *world, o ...opt) (any, error) {
		return nothing(a.DeleteConsentToken(ctx, "consent1", "token1", o...))
	}},
}

// notCalls are the methods of Account that are no call of their own.
const notCalls = "OAuth2TokenURL OAuth2SessionURL MergePrefs String Format MarshalJSON"

func TestEveryMethodOfAccountIsInTheMatrix(t *testing.T) {
	listed := map[string]bool{}
	for _, c := range calls {
		listed[c.method] = true
	}
	methods := reflect.TypeFor[*appwrite.Account]()
	for i := range methods.NumMethod() {
		name := methods.Method(i).Name
		assert.NotEqual(t, listed[name], strings.Contains(notCalls, name), name)
	}
}
