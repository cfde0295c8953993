package appwrite

// ErrorType is the machine-readable kind of an Error, as the server names it. It is an error
// itself, so that errors.Is(err, appwrite.ErrUserInvalidCredentials) reads well.
type ErrorType string

func (t ErrorType) Error() string { return string(t) }

// The types that Account calls answer with. Servers before 0.13 send none.
const (
	ErrGeneralUnknown                     ErrorType = "general_unknown"                        // an unexpected error inside the server
	ErrGeneralServerError                 ErrorType = "general_server_error"                   // an internal error that the server names itself
	ErrGeneralAccessForbidden             ErrorType = "general_access_forbidden"               // access to the API is forbidden
	ErrGeneralResourceBlocked             ErrorType = "general_resource_blocked"               // the project or resource is blocked (Cloud)
	ErrGeneralUnknownOrigin               ErrorType = "general_unknown_origin"                 // the Origin header names no platform of the project
	ErrGeneralAPIDisabled                 ErrorType = "general_api_disabled"                   // REST is switched off for the project
	ErrGeneralServiceDisabled             ErrorType = "general_service_disabled"               // the Account service is switched off
	ErrGeneralUnauthorizedScope           ErrorType = "general_unauthorized_scope"             // nobody is signed in, or the role or key lacks the scope
	ErrGeneralRateLimitExceeded           ErrorType = "general_rate_limit_exceeded"            // see Error.RateLimit for the end of the window
	ErrGeneralArgumentInvalid             ErrorType = "general_argument_invalid"               // a parameter is missing or invalid
	ErrGeneralQueryInvalid                ErrorType = "general_query_invalid"                  // a query cannot be used
	ErrGeneralCursorNotFound              ErrorType = "general_cursor_not_found"               // the cursor names nothing
	ErrGeneralRouteNotFound               ErrorType = "general_route_not_found"                // the server has no such path
	ErrGeneralProtocolUnsupported         ErrorType = "general_protocol_unsupported"           // plain http where the server wants https; sent as 500
	ErrGeneralBadRequest                  ErrorType = "general_bad_request"                    // also an e-mail address that is taken, which servers since 1.5 hide
	ErrGeneralResourceLocked              ErrorType = "general_resource_locked"                // servers after 1.9.6
	ErrGeneralRegionAccessDenied          ErrorType = "general_region_access_denied"           // console only
	ErrGeneralSMTPDisabled                ErrorType = "general_smtp_disabled"                  // the server has no mail set up; never retried
	ErrGeneralPhoneDisabled               ErrorType = "general_phone_disabled"                 // the server has no SMS provider set up; never retried
	ErrGeneralInvalidEmail                ErrorType = "general_invalid_email"                  // the e-mail address cannot be parsed
	ErrGeneralInvalidPhone                ErrorType = "general_invalid_phone"                  // the phone number cannot be parsed
	ErrGeneralFeatureUnsupported          ErrorType = "general_feature_unsupported"            // the server lacks the feature
	ErrGeneralAttributeQueryLimitExceeded ErrorType = "general_attribute_query_limit_exceeded" // too many queries on attributes
	ErrGeneralColumnQueryLimitExceeded    ErrorType = "general_column_query_limit_exceeded"    // too many queries on columns
	ErrProjectNotFound                    ErrorType = "project_not_found"                      // the project ID is unknown
	ErrProjectKeyExpired                  ErrorType = "project_key_expired"                    // the API key has expired
	ErrAccountKeyExpired                  ErrorType = "account_key_expired"                    // the account API key has expired
	ErrProjectIDMissing                   ErrorType = "project_id_missing"                     // the key needs X-Appwrite-Project of its own project
	ErrUserIDMissing                      ErrorType = "user_id_missing"                        // an account key needs X-Appwrite-User
	ErrOrganizationIDMissing              ErrorType = "organization_id_missing"                // an organization key needs X-Appwrite-Organization
	ErrAPIKeyExpired                      ErrorType = "api_key_expired"                        // an ephemeral key has expired
	ErrProjectProviderDisabled            ErrorType = "project_provider_disabled"              // the OAuth2 provider is off or not set up
	ErrProjectProviderUnsupported         ErrorType = "project_provider_unsupported"           // the server does not know the OAuth2 provider
	ErrProjectInvalidSuccessURL           ErrorType = "project_invalid_success_url"            // the host is not a platform of the project
	ErrProjectInvalidFailureURL           ErrorType = "project_invalid_failure_url"            // the host is not a platform of the project
	ErrRouterHostNotFound                 ErrorType = "router_host_not_found"                  // the server does not answer under this host
	ErrDatabaseQueryOrderNull             ErrorType = "database_query_order_null"              // a cursor over an attribute that is null
	ErrDatabaseTimeout                    ErrorType = "database_timeout"                       // the query took too long
	ErrUserAlreadyExists                  ErrorType = "user_already_exists"                    // ID, e-mail or phone are taken
	ErrUserEmailAlreadyExists             ErrorType = "user_email_already_exists"              // the e-mail address is taken
	ErrUserPhoneAlreadyExists             ErrorType = "user_phone_already_exists"              // the phone number is taken
	ErrUserTargetAlreadyExists            ErrorType = "user_target_already_exists"             // the target ID, e-mail or phone is taken
	ErrUserTargetNotFound                 ErrorType = "user_target_not_found"                  // no such push target
	ErrUserInvalidCredentials             ErrorType = "user_invalid_credentials"               // wrong e-mail or password
	ErrUserInvalidToken                   ErrorType = "user_invalid_token"                     // a secret or code is wrong, used or expired
	ErrUserJWTInvalid                     ErrorType = "user_jwt_invalid"                       // the JWT is malformed, forged or expired
	ErrUserJWTAndCookieSet                ErrorType = "user_jwt_and_cookie_set"                // a JWT together with a valid session, servers since 1.9
	ErrUserJWTCreationDenied              ErrorType = "user_jwt_creation_denied"               // a JWT cannot mint a JWT, servers after 1.9.6
	ErrUserAPIKeyAndSessionSet            ErrorType = "user_api_key_and_session_set"           // a key together with a session; called user_key_and_session_set in 1.5-1.8
	ErrUserSessionAlreadyExists           ErrorType = "user_session_already_exists"            // the caller is signed in already: sign in with a guest client
	ErrUserSessionNotFound                ErrorType = "user_session_not_found"                 // no such session, or none behind "current"
	ErrUserNotFound                       ErrorType = "user_not_found"                         // no such user
	ErrUserBlocked                        ErrorType = "user_blocked"                           // the account is blocked
	ErrUserPasswordResetRequired          ErrorType = "user_password_reset_required"           // the password must be reset first
	ErrUserMoreFactorsRequired            ErrorType = "user_more_factors_required"             // complete an MFA challenge first
	ErrUserChallengeRequired              ErrorType = "user_challenge_required"                // complete an MFA challenge shortly before this call
	ErrUserAuthMethodUnsupported          ErrorType = "user_auth_method_unsupported"           // the project has this way to sign in switched off
	ErrUserAnonymousConsoleProhibited     ErrorType = "user_anonymous_console_prohibited"      // no anonymous users on the console
	ErrUserCountExceeded                  ErrorType = "user_count_exceeded"                    // the project has reached its number of users
	ErrUserConsoleCountExceeded           ErrorType = "user_console_count_exceeded"            // the console takes no more users
	ErrUserEmailNotWhitelisted            ErrorType = "user_email_not_whitelisted"             // console only
	ErrUserIPNotWhitelisted               ErrorType = "user_ip_not_whitelisted"                // console only
	ErrUserInvalidCode                    ErrorType = "user_invalid_code"                      // console only
	ErrUserUnauthorized                   ErrorType = "user_unauthorized"                      // not allowed; also an unknown API key since 1.6.2
	ErrUserPasswordMismatch               ErrorType = "user_password_mismatch"                 // servers up to 1.4, which ask for the password twice
	ErrPasswordRecentlyUsed               ErrorType = "password_recently_used"                 // the password is in the history of the user
	ErrPasswordPersonalData               ErrorType = "password_personal_data"                 // the password contains name, e-mail, phone or ID
	ErrUserEmailNotFound                  ErrorType = "user_email_not_found"                   // the user has no e-mail address
	ErrUserEmailNotVerified               ErrorType = "user_email_not_verified"                // the e-mail address is not verified
	ErrUserEmailAlreadyVerified           ErrorType = "user_email_already_verified"            // the e-mail address is verified; misspelled alread in 1.4
	ErrUserPhoneNotFound                  ErrorType = "user_phone_not_found"                   // the user has no phone number
	ErrUserPhoneNotVerified               ErrorType = "user_phone_not_verified"                // the phone number is not verified
	ErrUserPhoneAlreadyVerified           ErrorType = "user_phone_already_verified"            // the phone number is verified
	ErrUserEmailDisposable                ErrorType = "user_email_disposable"                  // the project refuses disposable addresses
	ErrUserEmailFree                      ErrorType = "user_email_free"                        // the project refuses free mail providers
	ErrUserEmailNotCanonical              ErrorType = "user_email_not_canonical"               // the project wants canonical addresses
	ErrUserEmailNotCorporate              ErrorType = "user_email_not_corporate"               // the project wants corporate addresses
	ErrUserIdentityNotFound               ErrorType = "user_identity_not_found"                // no such identity
	ErrUserAuthenticatorNotFound          ErrorType = "user_authenticator_not_found"           // no such authenticator
	ErrUserAuthenticatorAlreadyVerified   ErrorType = "user_authenticator_already_verified"    // the authenticator is set up already
	ErrUserRecoveryCodesAlreadyExists     ErrorType = "user_recovery_codes_already_exists"     // recovery codes exist: replace them with UpdateMFARecoveryCodes
	ErrUserRecoveryCodesNotFound          ErrorType = "user_recovery_codes_not_found"          // no recovery codes yet
	ErrUserMissingID                      ErrorType = "user_missing_id"                        // the OAuth2 provider gave no ID; project_missing_user_id before 1.0
	ErrUserOAuth2BadRequest               ErrorType = "user_oauth2_bad_request"                // the OAuth2 provider answered 400
	ErrUserOAuth2Unauthorized             ErrorType = "user_oauth2_unauthorized"               // the OAuth2 provider answered 401
	ErrUserOAuth2ProviderError            ErrorType = "user_oauth2_provider_error"             // the OAuth2 provider failed; sent as 500
	ErrUserOAuth2ProviderFailure          ErrorType = "user_oauth2_provider_failure"           // the OAuth2 provider could not complete the sign-in; sent as 500
	ErrUserDeletionProhibited             ErrorType = "user_deletion_prohibited"               // the user still has memberships
)

// renamed pairs the names that one type had in different releases. Either matches the other.
var renamed = [...][2]ErrorType{
	{"project_missing_user_id", ErrUserMissingID},
	{"user_email_alread_verified", ErrUserEmailAlreadyVerified},
	{"user_key_and_session_set", ErrUserAPIKeyAndSessionSet},
	{"general_query_limit_exceeded", ErrGeneralAttributeQueryLimitExceeded},
	{"general_query_limit_exceeded", ErrGeneralColumnQueryLimitExceeded},
}

// same reports whether both name one type, under its name of any release.
func (t ErrorType) same(other ErrorType) bool {
	if t == other {
		return t != ""
	}
	for _, pair := range renamed {
		if pair == [2]ErrorType{t, other} || pair == [2]ErrorType{other, t} {
			return true
		}
	}
	return false
}
