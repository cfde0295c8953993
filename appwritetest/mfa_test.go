package appwritetest

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/models"
)

const (
	phone      = "+14155550100"
	totpSecret = "JBSWY3DPEHPK3PXP"

	moreFactors       = "401 user_more_factors_required: More factors are required to complete the sign in process."
	challengeRequired = "401 user_challenge_required: A recently successful challenge is required to complete this action. A challenge is considered recent for 5 minutes."
	brokenServer      = "500 general_unknown: Server Error"
)

// onTheMinute sets the clock so that a code of now is good for 30 seconds.
func onTheMinute(s *Server) { s.Clock().Set(time.Date(2026, 11, 21, 0, 13, 0, 0, time.UTC)) }

// mfaUser adds a user with every factor and signs it in; the session owes one.
func mfaUser(t *testing.T, s *Server) (userID, secret string) {
	t.Helper()
	onTheMinute(s)
	userID = s.AddUser(User{
		Email: email, Phone: phone, Password: password, EmailVerified: true, PhoneVerified: true,
		MFA: true, TOTPSecret: totpSecret, RecoveryCodes: []string{"code-one", "code-two"},
	}).ID
	return userID, signIn(t, s)
}

// challengeOf starts a challenge and returns its ID.
func challengeOf(t *testing.T, s *Server, secret, factor string) string {
	t.Helper()
	got := send(t, s, "POST", "/account/mfa/challenges", as(secret), `{"factor":"`+factor+`"}`)
	require.Equal(t, 201, got.status, got.body)
	return got.text(t, "$id")
}

func answerChallenge(t *testing.T, s *Server, secret, id, otp string) reply {
	t.Helper()
	return send(t, s, "PUT", "/account/mfa/challenges", as(secret), fmt.Sprintf(`{"challengeId":%q,"otp":%q}`, id, otp))
}

// passTOTP completes a challenge by the user's authenticator app.
func passTOTP(t *testing.T, s *Server, userID, secret string) {
	t.Helper()
	got := answerChallenge(t, s, secret, challengeOf(t, s, secret, "totp"), s.TOTP(userID))
	require.Equal(t, 200, got.status, got.body)
}

// factorsOf returns the factors of the session, which owes none.
func factorsOf(t *testing.T, s *Server, secret string) []string {
	t.Helper()
	current, err := s.Client().WithSession(secret).Account.GetSession(t.Context(), appwrite.CurrentSession)
	require.NoError(t, err)
	return current.Factors
}

func TestSettingUpAnAuthenticatorApp(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	onTheMinute(s)
	id, secret := signUp(t, s)
	ctx, ada := t.Context(), s.Client().WithSession(secret).Account
	assert.Empty(t, s.TOTP(id))
	_, err := ada.UpdateMFAAuthenticator(ctx, models.AuthenticatorTOTP, "123456")
	require.ErrorIs(t, err, appwrite.ErrUserAuthenticatorNotFound)

	_, err = ada.CreateMFAAuthenticator(ctx, models.AuthenticatorTOTP)
	require.NoError(t, err)
	old := s.TOTP(id)
	app, err := ada.CreateMFAAuthenticator(ctx, models.AuthenticatorTOTP)
	require.NoError(t, err)
	assert.NotEqual(t, old, s.TOTP(id), "the second one replaces the first")
	_, err = ada.UpdateMFAAuthenticator(ctx, models.AuthenticatorTOTP, old)
	require.ErrorIs(t, err, appwrite.ErrUserInvalidToken)
	factors, err := ada.ListMFAFactors(ctx)
	require.NoError(t, err)
	assert.Equal(t, &models.MFAFactors{}, factors, "not before it is verified")

	code, err := totp.GenerateCode(app.Secret, s.Clock().Now())
	require.NoError(t, err)
	assert.Equal(t, code, s.TOTP(id))
	s.Clock().Advance(time.Second)
	user, err := ada.UpdateMFAAuthenticator(ctx, models.AuthenticatorTOTP, code)
	require.NoError(t, err)
	assert.False(t, user.MFA, "that is another switch")
	assert.Equal(t, user.CreatedAt, user.UpdatedAt, "the user is not what changes")
	assert.Equal(t, []string{"password", "totp"}, factorsOf(t, s, secret))
	factors, err = ada.ListMFAFactors(ctx)
	require.NoError(t, err)
	assert.Equal(t, &models.MFAFactors{TOTP: true}, factors)

	_, err = ada.UpdateMFAAuthenticator(ctx, models.AuthenticatorTOTP, code)
	require.ErrorIs(t, err, appwrite.ErrUserAuthenticatorAlreadyVerified)
	_, err = ada.CreateMFAAuthenticator(ctx, models.AuthenticatorTOTP)
	require.ErrorIs(t, err, appwrite.ErrUserAuthenticatorAlreadyVerified)
}

func TestAppsReadTheURIOfAnAuthenticator(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	_, secret := signUp(t, s)
	got := send(t, s, "POST", "/account/mfa/authenticators/totp", as(secret), "{}")
	key, err := otp.NewKeyFromURL(got.text(t, "uri"))
	require.NoError(t, err)
	assert.Equal(t, "Test", key.Issuer())
	assert.Equal(t, email, key.AccountName())
	assert.Equal(t, got.text(t, "secret"), key.Secret())
	assert.Equal(t, "otpauth://totp/My%20App%3Aa%2Bb%40example.com?issuer=My%20App&secret=X", otpauth("My App", "a+b@example.com", "X"))
}

func TestKindsOfAuthenticators(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	_, secret := signUp(t, s)
	const path = "/account/mfa/authenticators/"
	assert.Equal(t, "400 general_argument_invalid: Invalid `type` param: Value must be one of (totp)", send(t, s, "POST", path+"sms", as(secret), "").failure(t))
	assert.Equal(t, "400 general_argument_invalid: Unknown type.", send(t, s, "POST", path+"TOTP", as(secret), "").failure(t))
	assert.Equal(t, "404 user_authenticator_not_found: Authenticator could not be found on the current user.",
		send(t, s, "PUT", path+"TOTP", as(secret), `{"otp":"123456"}`).failure(t))
	assert.Equal(t, "400 general_argument_invalid: Param \"otp\" is not optional.", send(t, s, "PUT", path+"totp", as(secret), "").failure(t))
	assert.Equal(t, challengeRequired, send(t, s, "DELETE", path+"sms", as(secret), "").failure(t), "before the kind is checked")
}

func TestCodesAreGoodForTheirOwnThirtySeconds(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		shown, entered time.Duration // after the start of a minute
		good           bool
	}{
		"at once":            {0, 0, true},
		"at the end":         {0, 28 * time.Second, true},
		"when the next came": {0, 30 * time.Second, false},
		"of the next":        {30 * time.Second, 0, false},
		"a minute later":     {0, time.Minute, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := NewServer(t)
			id, secret := mfaUser(t, s)
			challenge := challengeOf(t, s, secret, "totp")
			s.Clock().Advance(tt.shown)
			code := s.TOTP(id)
			s.Clock().Advance(tt.entered - tt.shown)
			got := answerChallenge(t, s, secret, challenge, code)
			if !tt.good {
				assert.Equal(t, badToken, got.failure(t))
				return
			}
			assert.Equal(t, 200, got.status, got.body)
			got = answerChallenge(t, s, secret, challengeOf(t, s, secret, "totp"), code)
			assert.Equal(t, 200, got.status, "and more than once")
		})
	}
}

func TestSessionsThatOweAFactorMayOnlyPassOrEnd(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	id, secret := mfaUser(t, s)
	s.AddConsent(models.OAuth2Consent{UserID: id})
	open := map[string]bool{
		"account.listMFAFactors": true, "account.createMFAChallenge": true, "account.updateMFAChallenge": true, "account.deleteSession": true,
	}
	for _, op := range appwrite.Operations() {
		for _, route := range op.Routes {
			if !route.Has(defaultVersion) {
				continue
			}
			got := send(t, s, route.Method, pathParam.ReplaceAllString(route.Path, "x"), as(secret), "")
			if open[op.Name] {
				assert.NotContains(t, got.body, "user_more_factors_required", "%s %s", route.Method, route.Path)
			} else {
				assert.Equal(t, moreFactors, got.failure(t), "%s %s", route.Method, route.Path)
			}
		}
	}
	assert.Equal(t, 204, send(t, s, "DELETE", "/account/sessions/current", as(secret), "").status)
}

func TestWhoOwesAFactor(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		user User
		owes bool
	}{
		"MFA off":                          {User{EmailVerified: true, TOTPSecret: totpSecret}, false},
		"MFA without any factor":           {User{MFA: true}, false},
		"MFA and a phone not yet verified": {User{MFA: true, Phone: phone}, false},
		"MFA and recovery codes alone":     {User{MFA: true, RecoveryCodes: []string{"a"}}, false},
		"MFA and an app":                   {User{MFA: true, TOTPSecret: totpSecret}, true},
		"MFA and a verified e-mail":        {User{MFA: true, EmailVerified: true}, true},
		"MFA and a verified phone":         {User{MFA: true, Phone: phone, PhoneVerified: true}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := NewServer(t)
			tt.user.Email, tt.user.Password = email, password
			s.AddUser(tt.user)
			_, err := s.Client().WithSession(signIn(t, s)).Account.Get(t.Context())
			if tt.owes {
				require.ErrorIs(t, err, appwrite.ErrUserMoreFactorsRequired)
			} else {
				require.NoError(t, err)
			}
		})
	}
}

func TestSwitchingMFAOn(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	s.AddUser(User{Email: email, Phone: phone, Password: password, EmailVerified: true, PhoneVerified: true, TOTPSecret: totpSecret})
	mine, other := signIn(t, s), signIn(t, s)
	jwt := send(t, s, "POST", "/account/jwts", as(other), "").text(t, "jwt")

	ada := s.Client().WithSession(mine).Account
	user, err := ada.UpdateMFA(t.Context(), true)
	require.NoError(t, err)
	assert.True(t, user.MFA)
	assert.Equal(t, []string{"password", "totp", "email", "phone"}, factorsOf(t, s, mine), "this session goes on")
	assert.Equal(t, moreFactors, send(t, s, "GET", "/account", as(other), "").failure(t))
	assert.Equal(t, 200, send(t, s, "GET", "/account", headers{"X-Appwrite-JWT": jwt}, "").status, "JWTs are not asked")

	user, err = ada.UpdateMFA(t.Context(), false)
	require.NoError(t, err)
	assert.False(t, user.MFA)
	assert.Equal(t, 200, send(t, s, "GET", "/account", as(other), "").status)

	const invalid = "400 general_argument_invalid: Invalid `mfa` param: Value must be a valid boolean"
	assert.Equal(t, invalid, send(t, s, "PATCH", "/account/mfa", as(mine), `{"mfa":"maybe"}`).failure(t))
	assert.Equal(t, invalid, send(t, s, "PATCH", "/account/mfa", as(mine), `{"mfa":1}`).failure(t))
	assert.Equal(t, `400 general_argument_invalid: Param "mfa" is not optional.`, send(t, s, "PATCH", "/account/mfa", as(mine), `{}`).failure(t))
}

func TestEveryFactorCompletesAChallenge(t *testing.T) {
	t.Parallel()
	for factor, code := range map[string]func(*testing.T, *Server, string) string{
		"totp":         func(_ *testing.T, s *Server, userID string) string { return s.TOTP(userID) },
		"email":        func(t *testing.T, s *Server, _ string) string { return lastMessage(t, s, email).Secret },
		"phone":        func(t *testing.T, s *Server, _ string) string { return lastMessage(t, s, phone).Secret },
		"recoveryCode": func(*testing.T, *Server, string) string { return "code-two" },
	} {
		for _, path := range []string{"/account/mfa/challenges", "/account/mfa/challenge"} {
			t.Run(factor+" "+path, func(t *testing.T) {
				t.Parallel()
				s := NewServer(t)
				id, secret := mfaUser(t, s)
				made := send(t, s, "POST", path, as(secret), `{"factor":"`+factor+`"}`)
				require.Equal(t, 201, made.status, made.body)
				assert.Equal(t, id, made.text(t, "userId"))
				answer := func(otp string) reply {
					return send(t, s, "PUT", path, as(secret), `{"challengeId":"`+made.text(t, "$id")+`","otp":"`+otp+`"}`)
				}
				assert.Equal(t, badToken, answer("wrong").failure(t))
				assert.Equal(t, moreFactors, send(t, s, "GET", "/account", as(secret), "").failure(t))

				right := code(t, s, id)
				s.Clock().Advance(time.Second)
				got := answer(right)
				require.Equal(t, 200, got.status, got.body)
				assert.Equal(t, []any{"password", factor}, got.object(t)["factors"])
				assert.Equal(t, false, got.object(t)["current"])
				assert.Equal(t, got.text(t, "$createdAt"), got.text(t, "$updatedAt"), "the change before this one")
				assert.Equal(t, badToken, answer(right).failure(t), "the challenge is gone")

				current := send(t, s, "GET", "/account/sessions/current", as(secret), "")
				assert.Equal(t, current.text(t, "mfaUpdatedAt"), current.text(t, "$updatedAt"))
				assert.Equal(t, strings.Replace(got.text(t, "mfaUpdatedAt"), " ", "T", 1)+"+00:00", current.text(t, "mfaUpdatedAt"))

				s.Clock().Advance(time.Second)
				passTOTP(t, s, id, secret)
				s.Clock().Advance(time.Second)
				passTOTP(t, s, id, secret)
				again := send(t, s, "GET", "/account/sessions/current", as(secret), "")
				assert.Less(t, current.text(t, "mfaUpdatedAt"), again.text(t, "mfaUpdatedAt"))
				assert.Equal(t, again.text(t, "mfaUpdatedAt"), again.text(t, "$updatedAt"))
				assert.LessOrEqual(t, len(again.object(t)["factors"].([]any)), 3, "each factor counts once")
			})
		}
	}
}

func TestCodesOfChallengesAreSent(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	id, secret := mfaUser(t, s)
	for _, tt := range []struct {
		factor, to string
		kind       MessageKind
	}{{"email", email, KindEmailChallenge}, {"phone", phone, KindPhoneChallenge}} {
		challengeOf(t, s, secret, tt.factor)
		m := lastMessage(t, s, tt.to)
		assert.Equal(t, tt.kind, m.Kind)
		assert.Equal(t, id, m.UserID)
		assert.Regexp(t, `^[0-9]{6}$`, m.Secret)
		assert.Contains(t, m.Body, m.Secret)
		assert.Equal(t, tt.factor == "email", m.Subject != "")
	}
	challengeOf(t, s, secret, "totp")
	challengeOf(t, s, secret, "recoveryCode")
	assert.Len(t, s.Inbox().Messages(), 2, "nothing else is")
}

func TestOnlyAVerifiedAddressGetsAChallenge(t *testing.T) {
	t.Parallel()
	for want, tt := range map[string]struct {
		user   User
		factor string
	}{
		"400 user_phone_not_found: The current user does not have a phone number associated with their account.": {User{Email: email, Password: password}, "phone"},
		"400 user_phone_not_verified: The current user's phone number is not verified.":                          {User{Email: email, Password: password, Phone: phone}, "phone"},
		"400 user_email_not_verified: The current user's email address is not verified.":                         {User{Email: email, Password: password}, "email"},
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			s := NewServer(t)
			s.AddUser(tt.user)
			assert.Equal(t, want, send(t, s, "POST", "/account/mfa/challenges", as(signIn(t, s)), `{"factor":"`+tt.factor+`"}`).failure(t))
			assert.Empty(t, s.Inbox().Messages())
		})
	}
	s := NewServer(t)
	made, err := s.Client().Account.CreateAnonymousSession(t.Context())
	require.NoError(t, err)
	_, err = s.Client().WithSession(made.Secret).Account.CreateMFAChallenge(t.Context(), models.FactorEmail)
	require.ErrorIs(t, err, appwrite.ErrUserEmailNotFound)
}

func TestAFactorInAnotherSpellingIsNeverCompleted(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	id, secret := mfaUser(t, s)
	for factor, code := range map[string]string{"recoverycode": "code-one", "RecoveryCode": "code-one", "TOTP": s.TOTP(id), "Email": "123456"} {
		assert.Equal(t, badToken, answerChallenge(t, s, secret, challengeOf(t, s, secret, factor), code).failure(t), factor)
	}
	assert.Empty(t, s.Inbox().Messages())
	assert.Equal(t, 200, answerChallenge(t, s, secret, challengeOf(t, s, secret, "recoveryCode"), "code-one").status, "none was used up")

	const oneOf = "400 general_argument_invalid: Invalid `factor` param: Value must be one of (email, phone, totp, recoverycode)"
	assert.Equal(t, oneOf, send(t, s, "POST", "/account/mfa/challenges", as(secret), `{"factor":"voice"}`).failure(t))
	assert.Equal(t, oneOf, send(t, s, "POST", "/account/mfa/challenges", as(secret), `{"factor":["totp"]}`).failure(t))
}

func TestAChallengeIsOfItsUser(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	id, secret := mfaUser(t, s)
	s.AddUser(User{Email: "eve@example.com", Password: password, TOTPSecret: totpSecret})
	eve := send(t, s, "POST", "/account/sessions/email", headers{"X-Appwrite-Key": s.APIKey()}, `{"email":"eve@example.com","password":"`+password+`"}`).text(t, "secret")
	challenge := challengeOf(t, s, secret, "totp")
	assert.Equal(t, badToken, answerChallenge(t, s, eve, challenge, s.TOTP(id)).failure(t))
	assert.Equal(t, badToken, answerChallenge(t, s, secret, "ffffffffffffffffffff", s.TOTP(id)).failure(t))

	other := signIn(t, s)
	require.Equal(t, 200, answerChallenge(t, s, other, challenge, s.TOTP(id)).status, "but not of the session")
	assert.Equal(t, moreFactors, send(t, s, "GET", "/account", as(secret), "").failure(t), "only the one that completed it has the factor")
}

func TestChallengesExpire(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	_, secret := mfaUser(t, s)
	late, intime := challengeOf(t, s, secret, "email"), ""
	code := lastMessage(t, s, email).Secret
	s.Clock().Advance(time.Minute)
	intime = challengeOf(t, s, secret, "recoveryCode")
	s.Clock().Advance(59 * time.Minute)
	assert.Equal(t, badToken, answerChallenge(t, s, secret, late, code).failure(t))
	assert.Equal(t, 200, answerChallenge(t, s, secret, intime, "code-one").status)
}

func TestRecoveryCodes(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	id, secret := mfaUser(t, s)
	ctx, ada := t.Context(), s.Client().WithSession(secret).Account
	passTOTP(t, s, id, secret)
	codes, err := ada.GetMFARecoveryCodes(ctx)
	require.NoError(t, err)
	assert.Equal(t, []string{"code-one", "code-two"}, codes.RecoveryCodes)

	require.Equal(t, 200, answerChallenge(t, s, secret, challengeOf(t, s, secret, "recoveryCode"), "code-one").status)
	assert.Equal(t, badToken, answerChallenge(t, s, secret, challengeOf(t, s, secret, "recoveryCode"), "code-one").failure(t), "used up")
	codes, err = ada.GetMFARecoveryCodes(ctx)
	require.NoError(t, err)
	assert.Equal(t, []string{"code-two"}, codes.RecoveryCodes)
	_, err = ada.CreateMFARecoveryCodes(ctx)
	require.ErrorIs(t, err, appwrite.ErrUserRecoveryCodesAlreadyExists)

	s.Clock().Advance(time.Second)
	before := s.Clock().Now().Truncate(time.Millisecond)
	codes, err = ada.UpdateMFARecoveryCodes(ctx)
	require.NoError(t, err)
	assert.Len(t, codes.RecoveryCodes, 6)
	assert.NotContains(t, codes.RecoveryCodes, "code-two")
	user, err := ada.Get(ctx)
	require.NoError(t, err)
	assert.False(t, user.UpdatedAt.Before(before))

	for _, code := range codes.RecoveryCodes {
		require.Equal(t, 200, answerChallenge(t, s, secret, challengeOf(t, s, secret, "recoveryCode"), code).status)
	}
	factors, err := ada.ListMFAFactors(ctx)
	require.NoError(t, err)
	assert.False(t, factors.RecoveryCode)
	const none = "404 user_recovery_codes_not_found: Recovery codes could not be found on the current user."
	assert.Equal(t, none, send(t, s, "GET", "/account/mfa/recovery-codes", as(secret), "").failure(t))
	assert.Equal(t, none, send(t, s, "PATCH", "/account/mfa/recovery-codes", as(secret), "").failure(t))

	got := send(t, s, "POST", "/account/mfa/recovery-codes", as(secret), "{}")
	require.Equal(t, 201, got.status, got.body)
	for _, code := range got.object(t)["recoveryCodes"].([]any) {
		assert.Regexp(t, `^[0-9a-f]{10}$`, code)
	}
}

func TestARecoveryCodeServesOneOfManyAtOnce(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	_, secret := mfaUser(t, s)
	var challenges []string
	for range 8 {
		challenges = append(challenges, challengeOf(t, s, secret, "recoveryCode"))
	}
	var passed atomic.Int32
	var wg sync.WaitGroup
	for _, id := range challenges {
		wg.Go(func() {
			if answerChallenge(t, s, secret, id, "code-one").status == 200 {
				passed.Add(1)
			}
		})
	}
	wg.Wait()
	assert.EqualValues(t, 1, passed.Load())
}

func TestAChallengeIsRecentForThirtyMinutes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		method, path string
		status       int
	}{
		{"GET", "/account/mfa/recovery-codes", 200},
		{"PATCH", "/account/mfa/recovery-codes", 200},
		{"DELETE", "/account/mfa/authenticators/totp", 204},
	} {
		t.Run(tt.method+" "+tt.path, func(t *testing.T) {
			t.Parallel()
			s := NewServer(t)
			s.AddUser(User{Email: email, Password: password, TOTPSecret: totpSecret, RecoveryCodes: []string{"code-one"}})
			onTheMinute(s)
			secret := signIn(t, s)
			assert.Equal(t, challengeRequired, send(t, s, tt.method, tt.path, as(secret), "").failure(t), "never completed any")

			require.Equal(t, 200, answerChallenge(t, s, secret, challengeOf(t, s, secret, "recoveryCode"), "code-one").status)
			send(t, s, "POST", "/account/mfa/recovery-codes", as(secret), "")
			s.Clock().Advance(30*time.Minute + time.Millisecond)
			assert.Equal(t, challengeRequired, send(t, s, tt.method, tt.path, as(secret), "").failure(t))
			s.Clock().Advance(-time.Minute)
			assert.Equal(t, tt.status, send(t, s, tt.method, tt.path, as(secret), "").status)
		})
	}
}

func TestDeletingTheAuthenticatorApp(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	id, secret := mfaUser(t, s)
	passTOTP(t, s, id, secret)
	got := send(t, s, "DELETE", "/account/mfa/authenticators/totp", as(secret), "")
	assert.Equal(t, 204, got.status)
	assert.Empty(t, got.body)
	assert.Empty(t, s.TOTP(id))
	assert.Equal(t, "404 user_authenticator_not_found: Authenticator could not be found on the current user.",
		send(t, s, "DELETE", "/account/mfa/authenticators/totp", as(secret), "").failure(t))
	assert.Equal(t, false, send(t, s, "GET", "/account/mfa/factors", as(secret), "").object(t)["totp"])
	assert.Equal(t, brokenServer, answerChallenge(t, s, secret, challengeOf(t, s, secret, "totp"), "123456").failure(t), "the server expects one")
}

func TestMFAUnderAJWT(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	_, secret := signUp(t, s)
	jwt := headers{"X-Appwrite-JWT": send(t, s, "POST", "/account/jwts", as(secret), "").text(t, "jwt")}
	for _, works := range [][3]string{
		{"GET", "/account/mfa/factors"}, {"POST", "/account/mfa/authenticators/totp"}, {"POST", "/account/mfa/recovery-codes"},
		{"POST", "/account/mfa/challenges", `{"factor":"totp"}`},
	} {
		assert.Less(t, send(t, s, works[0], works[1], jwt, works[2]).status, 300, works)
	}
	for _, breaks := range [][3]string{
		{"PATCH", "/account/mfa", `{"mfa":true}`}, {"PUT", "/account/mfa/authenticators/totp", `{"otp":"123456"}`},
		{"PUT", "/account/mfa/challenges", `{"challengeId":"x","otp":"123456"}`}, {"GET", "/account/mfa/recovery-codes"},
		{"PATCH", "/account/mfa/recovery-codes"}, {"DELETE", "/account/mfa/authenticators/totp"},
	} {
		assert.Equal(t, brokenServer, send(t, s, breaks[0], breaks[1], jwt, breaks[2]).failure(t), breaks)
	}
	user, err := s.Client().WithSession(secret).Account.Get(t.Context())
	require.NoError(t, err)
	assert.False(t, user.MFA, "what broke changed nothing")
}

func TestAnAuthenticatorAppNeedsAnEmail(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	made, err := s.Client().Account.CreateAnonymousSession(t.Context())
	require.NoError(t, err)
	assert.Equal(t, brokenServer, send(t, s, "POST", "/account/mfa/authenticators/totp", as(made.Secret), "").failure(t))
}

func TestMFAIsForUsersOnly(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	assert.Equal(t, guestRefused, send(t, s, "GET", "/account/mfa/factors", nil, "").failure(t))
	assert.Contains(t, send(t, s, "POST", "/account/mfa/challenges", headers{"X-Appwrite-Key": s.APIKey()}, "").failure(t), `(role: applications) missing scopes (["account"])`)
}

func TestLogsOfMFA(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	onTheMinute(s)
	id, secret := signUp(t, s)
	ctx, ada := t.Context(), s.Client().WithSession(secret).Account
	_, err := ada.CreateMFAAuthenticator(ctx, models.AuthenticatorTOTP)
	require.NoError(t, err)
	_, err = ada.UpdateMFAAuthenticator(ctx, models.AuthenticatorTOTP, s.TOTP(id))
	require.NoError(t, err)
	_, err = ada.CreateMFARecoveryCodes(ctx)
	require.NoError(t, err)
	_, err = ada.UpdateMFA(ctx, true)
	require.NoError(t, err)
	passTOTP(t, s, id, secret)
	require.NoError(t, ada.DeleteMFAAuthenticator(ctx, models.AuthenticatorTOTP))
	var events []string
	for entry, err := range ada.Logs(ctx, appwrite.ListParams{}) {
		require.NoError(t, err)
		events = append(events, entry.Event)
	}
	assert.Equal(t, []string{"user.update", "challenges.update", "challenge.create", "user.update", "user.update", "session.create"}, events,
		"secrets that are made are not logged")
}

func TestTOTPOfNobodyIsEmpty(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	assert.Empty(t, s.TOTP("nobody"))
	assert.Empty(t, s.TOTP(s.AddUser(User{}).ID))
}
