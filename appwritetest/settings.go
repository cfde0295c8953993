package appwritetest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seed17809555/appwrite/models"
)

// Settings are what a project's owner sets in the console. The zero value is a new project's.
type Settings struct {
	Password PasswordRules

	// SessionLimit is how many sessions a user can have: 10 where it is 0. A new one beyond it
	// ends the oldest.
	SessionLimit int
	// SessionDuration is how long a session lasts: a year where it is 0.
	SessionDuration time.Duration
	// UserLimit is how many users can sign up; 0 means no limit. AddUser is above it.
	UserLimit int

	// DisabledMethods are refused with user_auth_method_unsupported to all but API keys.
	DisabledMethods []AuthMethod
	// AccountDisabled switches the Account service off, with general_service_disabled for all
	// but API keys.
	AccountDisabled bool

	// OAuth2Providers are those that are enabled; logins at others fail with
	// project_provider_disabled. Nil enables all that the release knows.
	OAuth2Providers []models.OAuthProvider
}

// AuthMethod is a way to sign in that a project can switch off.
type AuthMethod string

// The methods. MethodEmailPassword is sign-up and sign-in; MethodPhone is the SMS of both
// sign-in and verification.
const (
	MethodEmailPassword AuthMethod = "email-password"
	MethodMagicURL      AuthMethod = "magic-url"
	MethodEmailOTP      AuthMethod = "email-otp"
	MethodPhone         AuthMethod = "phone"
	MethodAnonymous     AuthMethod = "anonymous"
	MethodJWT           AuthMethod = "jwt"
)

// methodNames are the methods as error messages call them.
var methodNames = map[AuthMethod]string{
	MethodEmailPassword: "Email / Password",
	MethodMagicURL:      "Magic URL",
	MethodEmailOTP:      "Email OTP",
	MethodPhone:         "Phone",
	MethodAnonymous:     "Anonymous",
	MethodJWT:           "JWT",
}

// The defaults of a project.
const (
	sessionLimit    = 10
	sessionDuration = 365 * 24 * time.Hour
)

// complete returns the settings with the defaults filled in, or tells what is wrong with them.
func (s Settings) complete() (Settings, error) {
	if s.SessionLimit < 0 || s.SessionDuration < 0 || s.UserLimit < 0 || s.Password.History < 0 {
		return s, fmt.Errorf("settings: a number is below zero: %+v", s)
	}
	if most := s.Password.MinLength; most < 0 || most > maxPassword {
		return s, fmt.Errorf("settings: passwords of at least %d bytes", most)
	}
	for _, m := range s.DisabledMethods {
		if methodNames[m] == "" {
			return s, fmt.Errorf("settings: %q is no AuthMethod", m)
		}
	}
	var err error
	if s.OAuth2Providers, err = enabledProviders(s.OAuth2Providers); err != nil {
		return s, err
	}
	if s.SessionLimit == 0 {
		s.SessionLimit = sessionLimit
	}
	if s.SessionDuration == 0 {
		s.SessionDuration = sessionDuration
	}
	s.Password.MinLength = max(s.Password.MinLength, minPassword)
	s.DisabledMethods = slices.Clone(s.DisabledMethods)
	return s, nil
}

// checkService refuses what the project has switched off as a whole.
func (c *call) checkService() error {
	if c.project.settings.AccountDisabled && !c.caller.key && strings.HasPrefix(c.endpoint.operation, "account.") {
		return errServiceDisabled
	}
	return nil
}

// checkMethod refuses a way to sign in that the project has switched off.
func (c *call) checkMethod() error {
	if c.caller.key || !slices.Contains(c.project.settings.DisabledMethods, c.endpoint.method) {
		return nil
	}
	return errMethodDisabled(methodNames[c.endpoint.method])
}
