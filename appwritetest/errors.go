package appwritetest

import (
	"fmt"
	"net/http"
)

// apiError is an answer that is not a success: what handlers and rules return.
type apiError struct {
	status  int
	kind    string // the "type" of the body
	message string
}

func (e *apiError) Error() string { return e.kind + ": " + e.message }

// The errors with a fixed message, in the server's words.
var (
	errRouteNotFound    = &apiError{http.StatusNotFound, "general_route_not_found", "The page you're looking for doesn't exist."}
	errProjectNotFound  = &apiError{http.StatusNotFound, "project_not_found", "Project with the requested ID could not be found. Please check the value of the X-Appwrite-Project header to ensure the correct project ID is being used."}
	errServer           = &apiError{http.StatusInternalServerError, "general_unknown", "Server Error"}
	errBodyTooLarge     = &apiError{http.StatusRequestEntityTooLarge, "general_bad_request", "The request body is larger than 12 MiB."}
	errBadRequest       = &apiError{http.StatusBadRequest, "general_bad_request", "There was an error processing your request. Please check the inputs and try again."}
	errUnauthorized     = &apiError{http.StatusUnauthorized, "user_unauthorized", "The current user is not authorized to perform the requested action."}
	errKeyAndSession    = &apiError{http.StatusForbidden, "user_api_key_and_session_set", "API key and session used in the same request. Use either `setSession` or `setKey`. Learn about which authentication method to use in the SSR docs: https://appwrite.io/docs/products/auth/server-side-rendering"}
	errServiceDisabled  = &apiError{http.StatusForbidden, "general_service_disabled", "The requested service is disabled. You can enable the service from the Appwrite console."}
	errRateLimit        = &apiError{http.StatusTooManyRequests, "general_rate_limit_exceeded", "Rate limit for the current endpoint has been exceeded. Please try again after some time."}
	errJWTAndCookie     = &apiError{http.StatusForbidden, "user_jwt_and_cookie_set", "JWT and cookie used in the same request. Use either `setJWT` or `setCookie`. Learn about which authentication method to use in the SSR docs: https://appwrite.io/docs/products/auth/server-side-rendering"}
	errBlocked          = &apiError{http.StatusForbidden, "user_blocked", "The current user has been blocked."}
	errSessionExists    = &apiError{http.StatusUnauthorized, "user_session_already_exists", "Creation of a session is prohibited when a session is active."}
	errSessionNotFound  = &apiError{http.StatusNotFound, "user_session_not_found", "The current user session could not be found."}
	errUserExists       = &apiError{http.StatusConflict, "user_already_exists", "A user with the same id, email, or phone already exists in this project."}
	errEmailExists      = &apiError{http.StatusConflict, "user_email_already_exists", "A user with the same email already exists in the current project."}
	errUserLimit        = &apiError{http.StatusBadRequest, "user_count_exceeded", "The current project has exceeded the maximum number of users. Please check your user limit in the Appwrite console."}
	errPasswordUsed     = &apiError{http.StatusBadRequest, "password_recently_used", "The password you are trying to use is similar to your previous password. For your security, please choose a different password and try again."}
	errPersonalData     = &apiError{http.StatusBadRequest, "password_personal_data", "The password you are trying to use contains references to your name, email, phone or userID. For your security, please choose a different password and try again."}
	errPhoneExists      = &apiError{http.StatusConflict, "user_phone_already_exists", "A user with the same phone number already exists in the current project."}
	errTargetExists     = &apiError{http.StatusConflict, "user_target_already_exists", "A target with the same ID already exists."}
	errUserNotFound     = &apiError{http.StatusNotFound, "user_not_found", "User with the requested ID could not be found."}
	errCredentials      = &apiError{http.StatusUnauthorized, "user_invalid_credentials", "Invalid credentials. Please check the email and password."}
	errToken            = &apiError{http.StatusUnauthorized, "user_invalid_token", "Invalid token passed in the request."}
	errConsoleAnonymous = &apiError{http.StatusUnauthorized, "user_anonymous_console_prohibited", "Anonymous users cannot be created for the console project."}
	errEmailNotFound    = &apiError{http.StatusBadRequest, "user_email_not_found", "The current user does not have an email address associated with their account."}
	errEmailVerified    = &apiError{http.StatusConflict, "user_email_already_verified", "User email is already verified"}
	errPhoneNotFound    = &apiError{http.StatusBadRequest, "user_phone_not_found", "The current user does not have a phone number associated with their account."}
	errPhoneVerified    = &apiError{http.StatusConflict, "user_phone_already_verified", "User phone is already verified"}

	errMoreFactors           = &apiError{http.StatusUnauthorized, "user_more_factors_required", "More factors are required to complete the sign in process."}
	errChallengeRequired     = &apiError{http.StatusUnauthorized, "user_challenge_required", "A recently successful challenge is required to complete this action. A challenge is considered recent for 5 minutes."}
	errAuthenticatorNotFound = &apiError{http.StatusNotFound, "user_authenticator_not_found", "Authenticator could not be found on the current user."}
	errAuthenticatorVerified = &apiError{http.StatusConflict, "user_authenticator_already_verified", "This authenticator is already verified on the current user."}
	errRecoveryCodesExist    = &apiError{http.StatusConflict, "user_recovery_codes_already_exists", "The current user already generated recovery codes and they can only be read once for security reasons."}
	errRecoveryCodesNotFound = &apiError{http.StatusNotFound, "user_recovery_codes_not_found", "Recovery codes could not be found on the current user."}
	errEmailNotVerified      = &apiError{http.StatusBadRequest, "user_email_not_verified", "The current user's email address is not verified."}
	errPhoneNotVerified      = &apiError{http.StatusBadRequest, "user_phone_not_verified", "The current user's phone number is not verified."}
	errTargetNotFound        = &apiError{http.StatusNotFound, "user_target_not_found", "The target could not be found."}
)

func errMissing(param string) *apiError {
	return &apiError{http.StatusBadRequest, "general_argument_invalid", fmt.Sprintf("Param %q is not optional.", param)}
}

func errInvalid(param, reason string) *apiError {
	return &apiError{http.StatusBadRequest, "general_argument_invalid", fmt.Sprintf("Invalid `%s` param: %s", param, reason)}
}

func errJWT(reason string) *apiError {
	return &apiError{http.StatusUnauthorized, "user_jwt_invalid", "Failed to verify JWT. " + reason}
}

func errScope(caller, role, scope string) *apiError {
	return &apiError{http.StatusUnauthorized, "general_unauthorized_scope", fmt.Sprintf("%s (role: %s) missing scopes ([%q])", caller, role, scope)}
}

func errMethodDisabled(name string) *apiError {
	return &apiError{http.StatusNotImplemented, "user_auth_method_unsupported", name + " authentication is disabled for this project"}
}

func errOrigin(reason string) *apiError {
	return &apiError{http.StatusForbidden, "general_unknown_origin", reason}
}

// errConsentNotFound has a type of this server's own, because Appwrite Cloud's is not public:
// the status is what a test can rely on.
var errConsentNotFound = &apiError{http.StatusNotFound, "appwritetest_consent_not_found", "Consent or token could not be found."}
