package appwritetest

import (
	"cmp"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"github.com/seed17809555/appwrite/internal/release"
)

// errorChange is what an error is like in some releases. What is not given is the same as in
// others.
type errorChange struct {
	in        releases
	kind      string // the type in the newest release
	operation string // without "account."; "" is all
	status    int
	message   string
	was       string // its type
}

// errorChanges are in the order of the types. Of the lines that apply to a release, the last
// one counts.
var errorChanges = []errorChange{
	{in: before(release.V1_5), kind: "general_bad_request", operation: "create", status: 409, was: "user_email_already_exists", message: "A user with the same email already exists in the current project."},
	{in: before(release.V1_5), kind: "general_bad_request", operation: "updateEmail", status: 409, was: "user_email_already_exists", message: "A user with the same email already exists in the current project."},
	{in: before(release.V1_0), kind: "general_bad_request", operation: "updateEmail", status: 409, message: "Email already exists"},
	{in: before(release.V0_15), kind: "general_bad_request", operation: "updateEmail", status: 409, was: "user_already_exists", message: "User already registered"},
	{in: before(release.V0_12), kind: "general_bad_request", operation: "updateEmail", status: 400},
	{in: before(release.V1_0), kind: "general_rate_limit_exceeded", message: "Too many requests"},
	{in: before(release.V1_9), kind: "general_route_not_found", message: "Route not found. Please ensure the endpoint is configured correctly and that the API route is valid for this SDK version. Refer to the API docs for more details."},
	{in: before(release.V1_8), kind: "general_route_not_found", message: "The requested route was not found. Please refer to the API docs and try again."},
	{in: before(release.V1_4), kind: "general_route_not_found", message: "Not Found"},
	{in: before(release.V1_5), kind: "general_service_disabled", status: 503},
	{in: before(release.V1_0), kind: "general_service_disabled", message: "Service is disabled"},
	{in: before(release.V0_7), kind: "general_unknown_origin", message: "Inavlid Origin. Register your new client (%s) as a new Web platform on your project console"},
	{in: before(release.V0_6), kind: "general_unknown_origin", message: "Access from this client host is forbidden"},
	{in: before(release.V1_4), kind: "password_recently_used", status: 409},
	{in: before(release.V1_0), kind: "project_not_found", message: "Project not found"},
	{in: before(release.V0_12), kind: "project_not_found", status: 400, message: "Missing or unknown project ID"},
	{in: before(release.V0_6), kind: "project_not_found", status: 404, message: "Project not found"},
	{in: before(release.V1_4), kind: "project_provider_disabled", message: "This provider is disabled. Please configure the provider app ID and app secret key from your Appwrite console to continue."},
	{in: before(release.V0_6), kind: "project_provider_disabled", message: "Provider is undefined, configure provider app ID and app secret key to continue"},
	{in: before(release.V1_5_11), kind: "project_provider_unsupported", status: 501},
	{in: before(release.V1_4), kind: "project_provider_unsupported", message: `The chosen OAuth provider is unsupported. Please check <a href="/docs/client/account?sdk=web-default#accountCreateOAuth2Session"> the docs</a> for the complete list of supported OAuth providers.`},
	{in: before(release.V1_0), kind: "project_provider_unsupported", message: "Provider is not supported"},
	{in: before(release.V1_4), kind: "user_already_exists", message: "A user with the same email already exists in your project."},
	{in: before(release.V1_0), kind: "user_already_exists", message: "Account already exists"},
	{in: before(release.V1_9), kind: "user_api_key_and_session_set", was: "user_key_and_session_set"},
	{in: before(release.V1_9), kind: "user_blocked", status: 401, message: `The current user has been blocked. You can unblock the user by making a request to the User API's "Update User Status" endpoint or in the Appwrite Console's Auth section.`},
	{in: before(release.V1_4), kind: "user_blocked", message: "The current user has been blocked. You can unblock the user from the Appwrite console."},
	{in: before(release.V1_0), kind: "user_blocked", message: "Invalid credentials. User is blocked"},
	{in: before(release.V1_5_11), kind: "user_count_exceeded", status: 501},
	{in: before(release.V1_0), kind: "user_count_exceeded", message: "Project registration is restricted. Contact your administrator for more information."},
	{in: before(release.V1_5), kind: "user_email_already_verified", was: "user_email_alread_verified"},
	{in: before(release.V1_0), kind: "user_invalid_credentials", message: "Invalid credentials"},
	{in: before(release.V1_0), kind: "user_invalid_token", message: "Invalid verification token"},
	{in: before(release.V1_0), kind: "user_invalid_token", operation: "updateRecovery", message: "Invalid recovery token"},
	{in: before(release.V1_0), kind: "user_invalid_token", operation: "updateMagicURLSession", message: "Invalid login token"},
	{in: before(release.V1_0), kind: "user_invalid_token", operation: "updatePhoneSession", message: "Invalid login token"},
	{in: before(release.V1_0), kind: "user_not_found", message: "User not found"},
	{in: before(release.V1_0), kind: "user_password_mismatch", message: "Passwords must match"},
	{in: before(release.V1_5), kind: "user_session_already_exists", message: "Cannot create an anonymous user when logged in"},
	{in: before(release.V1_0), kind: "user_session_already_exists", message: "Cannot create an anonymous user when logged in."},
	{in: before(release.V1_0), kind: "user_session_not_found", message: "Session not found"},
	{in: before(release.V1_0), kind: "user_session_not_found", operation: "createJWT", message: "No valid session found"},
	{in: before(release.V0_13), kind: "user_session_not_found", operation: "createJWT", status: 401},
}

// The errors that only older releases have.
var (
	errPasswordMismatch    = &apiError{http.StatusBadRequest, "user_password_mismatch", "Passwords do not match. Please check the password and confirm password."}
	errProviderUnsupported = &apiError{http.StatusBadRequest, "project_provider_unsupported", `The chosen OAuth provider is unsupported. Please check the <a href="/docs/client/account?sdk=web-default#accountCreateOAuth2Session">Create OAuth2 Session docs</a> for the complete list of supported OAuth providers.`}

	// errDied is the end of a request whose server did not live to answer it: the one below
	// answers in its place, with a success.
	errDied = &apiError{http.StatusInternalServerError, "general_unknown", "500: Server Error"}
)

var (
	invalidForm = regexp.MustCompile("^Invalid `(.*?)` param: ")
	scopeForm   = regexp.MustCompile(`^(.*) \(role: (\w+)\) missing scopes \(\["(.*)"\]\)$`)
	originForm  = regexp.MustCompile(`\((.*?)\)`)
)

// error returns the error in the words of the release.
func (s *serverRelease) error(e *endpoint, err *apiError) *apiError {
	if err == errDied {
		return err
	}
	was := *err
	operation := ""
	if e != nil {
		operation = strings.TrimPrefix(e.operation, "account.")
	}
	for _, c := range errorChanges {
		if c.kind != err.kind || (c.operation != "" && c.operation != operation) || !s.is(c.in) {
			continue
		}
		was.status, was.kind = cmp.Or(c.status, was.status), cmp.Or(c.was, was.kind)
		was.message = cmp.Or(c.message, was.message)
	}
	if host := originForm.FindStringSubmatch(err.message); host != nil && strings.Contains(was.message, "%s") {
		was.message = fmt.Sprintf(was.message, host[1])
	}
	if err.kind == "general_unauthorized_scope" {
		was.message = s.scopeMessage(err.message)
	}
	if s.is(plainReasons) {
		was.message = invalidForm.ReplaceAllString(was.message, "Invalid $1: ")
		was.message = strings.Replace(was.message, "Invalid query method: ", "Query method not valid: ", 1)
		was.message = strings.Replace(was.message, "Value must be a valid string and at least 1 chars and no longer", "Value must be a valid string and no longer", 1)
	}
	if s.before(release.V0_7) {
		was.message = strings.Replace(was.message, "Value must be a valid string", "Value must be a string", 1)
	}
	return &was
}

// scopeMessage tells what a caller lacks.
func (s *serverRelease) scopeMessage(message string) string {
	parts := scopeForm.FindStringSubmatch(message)
	if parts == nil || !s.before(release.V1_8) {
		return message
	}
	caller, role := parts[1], parts[2]
	if s.before(release.V1_0) {
		role = strings.TrimSuffix(role, "s")
	}
	if s.before(release.V0_7) && role == "guest" {
		caller = "Guest"
	}
	return fmt.Sprintf("%s (role: %s) missing scope (%s)", caller, role, parts[3])
}
