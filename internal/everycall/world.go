package everycall

import (
	"context"
	"time"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/appwritetest"
	"github.com/seed17809555/appwrite/models"
)

// World is a server in memory with a user who is signed in, and the inputs with which a call
// succeeds there.
type World struct {
	Server  *appwritetest.Server
	Guest   *appwrite.Account
	User    *appwrite.Account // the user of In
	In      Inputs
	Session string   // the secret of the user's session
	Secrets []string // what no log and no error may show

	ctx context.Context
	err error
}

// UserID is the ID of the user of a World.
const UserID = "walter"

// NewWorld prepares a server, which must be a new one, for a call. guest is a client of it.
func NewWorld(ctx context.Context, s *appwritetest.Server, guest *appwrite.Client, c Call) (*World, error) {
	w := &World{Server: s, Guest: guest.Account, In: c.Full(), ctx: ctx}
	in := &w.In
	in.UserID, in.Email, in.Phone = UserID, "walter@example.com", "+14155550100"
	in.Password, in.OldPassword = "Battery-Staple-5824", "Correct-Horse-7391"
	in.List, in.Factor = appwrite.ListParams{}, models.FactorTOTP
	w.Secrets = []string{in.Password, in.OldPassword}
	s.AddUser(appwritetest.User{ID: UserID, Email: in.Email, Phone: in.Phone, Password: in.OldPassword, Name: "Walter", Prefs: map[string]any{"theme": "light"}})
	s.Clock().Advance(time.Second) // the user is older than what follows
	w.Session = w.signIn()
	w.User = guest.WithSession(w.Session).Account
	if c.Ready != nil && w.err == nil {
		c.Ready(w)
	}
	return w, w.err
}

func (w *World) signIn() string {
	session := must(w, func(ctx context.Context) (*models.Session, error) {
		return w.Guest.CreateEmailPasswordSession(ctx, appwrite.EmailPasswordParams{Email: "walter@example.com", Password: "Correct-Horse-7391"})
	})
	w.Secrets = append(w.Secrets, session.Secret)
	return session.Secret
}

// must makes a call unless one before it failed. After a failure it returns an empty result.
func must[T any](w *World, do func(ctx context.Context) (*T, error)) *T {
	if w.err == nil {
		var result *T
		if result, w.err = do(w.ctx); w.err == nil {
			return result
		}
	}
	return new(T)
}

// read takes user and secret from the last message.
func (w *World) read(to string) {
	m, _ := w.Server.Inbox().Last(to)
	w.In.UserID, w.In.Secret = m.UserID, m.Secret
	w.Secrets = append(w.Secrets, m.Secret)
}

func somebodyElse(w *World) {
	w.In.UserID, w.In.Email, w.In.Name = "ada", "ada@example.com", "Ada"
}

// The passwords of In are those of a change: with the present one, a call proves who it is.
func presentPassword(w *World) { w.In.Password = w.In.OldPassword }

func newEmail(w *World) {
	presentPassword(w)
	w.In.Email = "wally@example.com"
}

func newPhone(w *World) {
	presentPassword(w)
	w.In.Phone = "+14155550199"
}

func emailToken(w *World) {
	must(w, func(ctx context.Context) (*models.Token, error) {
		return w.Guest.CreateEmailToken(ctx, appwrite.EmailTokenParams{UserID: UserID, Email: w.In.Email})
	})
	w.read(w.In.Email)
}

func magicURL(w *World) {
	must(w, func(ctx context.Context) (*models.Token, error) {
		return w.Guest.CreateMagicURLToken(ctx, appwrite.MagicURLTokenParams{UserID: UserID, Email: w.In.Email, URL: w.In.URL})
	})
	w.read(w.In.Email)
}

func phoneToken(w *World) {
	must(w, func(ctx context.Context) (*models.Token, error) {
		return w.Guest.CreatePhoneToken(ctx, appwrite.PhoneTokenParams{UserID: UserID, Phone: w.In.Phone})
	})
	w.read(w.In.Phone)
}

func recovery(w *World) {
	must(w, func(ctx context.Context) (*models.Token, error) {
		return w.Guest.CreateRecovery(ctx, appwrite.RecoveryParams{Email: w.In.Email, URL: w.In.URL})
	})
	w.read(w.In.Email)
}

func emailVerification(w *World) {
	must(w, func(ctx context.Context) (*models.Token, error) { return w.User.CreateEmailVerification(ctx, w.In.URL) })
	w.read(w.In.Email)
}

func phoneVerification(w *World) {
	must(w, func(ctx context.Context) (*models.Token, error) { return w.User.CreatePhoneVerification(ctx) })
	w.read(w.In.Phone)
}

// pendingApp sets an authenticator app up that is not confirmed yet.
func pendingApp(w *World) {
	app := must(w, func(ctx context.Context) (*models.MFAType, error) {
		return w.User.CreateMFAAuthenticator(ctx, models.AuthenticatorTOTP)
	})
	w.In.OTP = w.Server.TOTP(UserID)
	w.Secrets = append(w.Secrets, app.Secret, w.In.OTP)
}

func app(w *World) {
	pendingApp(w)
	must(w, func(ctx context.Context) (*models.User, error) {
		return w.User.UpdateMFAAuthenticator(ctx, models.AuthenticatorTOTP, w.In.OTP)
	})
}

func challenge(w *World) {
	app(w)
	w.In.ChallengeID = must(w, func(ctx context.Context) (*models.MFAChallenge, error) {
		return w.User.CreateMFAChallenge(ctx, models.FactorTOTP)
	}).ID
	w.In.OTP = w.Server.TOTP(UserID)
}

// completedChallenge is what some calls require to have happened shortly before.
func completedChallenge(w *World) {
	challenge(w)
	must(w, func(ctx context.Context) (*models.Session, error) {
		return w.User.UpdateMFAChallenge(ctx, appwrite.MFAChallengeParams{ChallengeID: w.In.ChallengeID, OTP: w.In.OTP})
	})
	w.In.OTP = w.Server.TOTP(UserID)
}

func recoveryCodes(w *World) {
	completedChallenge(w)
	codes := must(w, func(ctx context.Context) (*models.MFARecoveryCodes, error) { return w.User.CreateMFARecoveryCodes(ctx) })
	w.Secrets = append(w.Secrets, codes.RecoveryCodes...)
}

// identity links the user to an account at a provider.
func identity(w *World) {
	w.Server.OAuth2().SetIdentity(appwritetest.OAuth2Identity{ProviderUID: "7", Email: w.In.Email, Name: "Walter", EmailVerified: true})
	location := must(w, func(ctx context.Context) (*string, error) {
		location, err := w.User.CreateOAuth2Token(ctx, models.OAuthProviderGitHub, w.In.OAuth2)
		return &location, err
	})
	if w.err != nil {
		return
	}
	callback := must(w, func(context.Context) (*appwrite.Callback, error) {
		callback, err := appwrite.ParseCallback(w.Server.OAuth2().Login(*location))
		return &callback, err
	})
	list := must(w, func(ctx context.Context) (*models.IdentityList, error) {
		return w.User.ListIdentities(ctx, appwrite.ListParams{})
	})
	w.Secrets = append(w.Secrets, callback.Secret)
	for _, identity := range list.Identities {
		w.In.IDs = []string{identity.ID}
		w.Secrets = append(w.Secrets, identity.ProviderAccessToken)
	}
}

func consent(w *World) {
	w.Server.AddConsent(models.OAuth2Consent{ID: "consent1", UserID: UserID, AppID: "app"}, models.OAuth2ConsentToken{ID: "token1"})
	w.In.IDs = []string{"consent1", "token1"}
}

func target(w *World) {
	made := must(w, func(ctx context.Context) (*models.Target, error) {
		return w.User.CreatePushTarget(ctx, appwrite.PushTargetParams{TargetID: "target1", Identifier: "device-0"})
	})
	w.In.IDs = []string{made.ID}
}
