package appwrite

import (
	"bytes"
	"net/http"
	"regexp"
	"strconv"

	"github.com/seed17809555/appwrite/internal/release"
)

// untypedErrors maps answers of servers before 0.13, which send no type, to the type that the
// same answer has today. Only certain cases are listed: "Server Error" may mean anything.
var untypedErrors = []struct {
	status  int
	message *regexp.Regexp
	is      ErrorType
}{
	{400, regexp.MustCompile(`^Param "[^"]+" is not optional\.`), ErrGeneralArgumentInvalid},
	{400, regexp.MustCompile(`^Invalid \w+: `), ErrGeneralArgumentInvalid},
	{400, regexp.MustCompile(`^Missing or unknown project ID$`), ErrProjectNotFound},
	{400, regexp.MustCompile(`^Passwords must match$`), ErrUserPasswordMismatch},
	{400, regexp.MustCompile(`^User already registered$`), ErrUserAlreadyExists},
	{401, regexp.MustCompile(`\(role: \w+\) missing scope \(\w+\)$`), ErrGeneralUnauthorizedScope},
	{401, regexp.MustCompile(`^Invalid credentials$`), ErrUserInvalidCredentials},
	{401, regexp.MustCompile(`^Invalid credentials\. User is blocked$`), ErrUserBlocked},
	{401, regexp.MustCompile(`^Invalid (login|recovery|verification) token$`), ErrUserInvalidToken},
	{401, regexp.MustCompile(`^Failed to verify JWT\.`), ErrUserJWTInvalid},
	{401, regexp.MustCompile(`^No valid session found$`), ErrUserSessionNotFound},
	{401, regexp.MustCompile(`^Cannot create an anonymous user when logged in\.?$`), ErrUserSessionAlreadyExists},
	{403, regexp.MustCompile(`^In(val|avl)id Origin\.|^Access from this client host is forbidden$`), ErrGeneralUnknownOrigin},
	{404, regexp.MustCompile(`^Not Found$`), ErrGeneralRouteNotFound},
	{404, regexp.MustCompile(`^Project not found$`), ErrProjectNotFound},
	{404, regexp.MustCompile(`^Session not found$`), ErrUserSessionNotFound},
	{404, regexp.MustCompile(`^User not found$`), ErrUserNotFound},
	{409, regexp.MustCompile(`^(Account already exists|User already registered)$`), ErrUserAlreadyExists},
	{412, regexp.MustCompile(`^(This provider is disabled\.|Provider is undefined, configure )`), ErrProjectProviderDisabled},
	{429, regexp.MustCompile(`^Too many requests$`), ErrGeneralRateLimitExceeded},
	{501, regexp.MustCompile(` authentication is disabled for this project$`), ErrUserAuthMethodUnsupported},
	{501, regexp.MustCompile(`^Project registration is restricted\.`), ErrUserCountExceeded},
	{503, regexp.MustCompile(`^Service is disabled$`), ErrGeneralServiceDisabled},
	{503, regexp.MustCompile(`^SMTP Disabled$`), ErrGeneralSMTPDisabled},
}

// typeOfUntyped returns the type that an answer without one stands for, or "". The older of the
// client's version and the one in the answer counts. HTML pages show types only since 1.4.
func typeOfUntyped(e *Error, v release.Version, isPage bool) ErrorType {
	if told, err := release.Parse(e.Version); err == nil {
		v = min(v, told)
	}
	if !release.Before(v0_13).Has(v) && !(isPage && release.Before(v1_4).Has(v)) {
		return ""
	}
	for _, known := range untypedErrors {
		if e.StatusCode == known.status && known.message.MatchString(e.Message) {
			return known.is
		}
	}
	return ""
}

// failureText matches what servers from 0.9 to 0.11 send, with status 200, for what fails after
// their error handler, such as preferences over their limit. In development mode they leave out
// the status.
var failureText = regexp.MustCompile(`^(?:([45]\d\d)|error): ([^\n]+)$`)

// failureIn200 returns the error in an answer with status 200, or nil.
func (c *call) failureIn200(resp *http.Response, limits RateLimit, body []byte) *Error {
	if !release.Before(v0_12).Has(c.version) || len(body) == 0 || body[0] == '{' || body[0] == '[' || len(body) > maxKeptBytes {
		return nil
	}
	found := failureText.FindSubmatch(bytes.TrimSpace(body))
	if found == nil {
		return nil
	}
	e := c.answerError(resp, limits, body)
	e.Message = c.masked(string(found[2]))
	e.StatusCode = http.StatusInternalServerError
	if len(found[1]) > 0 {
		e.StatusCode, _ = strconv.Atoi(string(found[1]))
	}
	return e
}
