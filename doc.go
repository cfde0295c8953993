// Package appwrite is a client for Appwrite's Account API: signing up and in, sessions, JWTs,
// e-mail verification and recovery, multi-factor authentication, OAuth2, preferences.
//
// # Start
//
//	client, err := appwrite.NewClient("https://cloud.appwrite.io/v1", "my-project")
//	…
//	session, err := client.Account.CreateEmailPasswordSession(ctx, appwrite.EmailPasswordParams{
//		Email: email, Password: password,
//	})
//	…
//	user, err := client.WithSession(session.Secret).Account.Get(ctx)
//
// Make one [Client] per process. It never changes and is safe for any number of goroutines. For
// each user make a copy, with [Client.WithSession] or [Client.WithJWT]: a copy is one small
// allocation and shares the connections. Calls that sign a user in return the session; they do
// not change the client that made them.
//
// A method that calls the server takes a context first and any number of [RequestOption] last:
// [CaptureResponse] for status, headers and rate limit, [ForwardRequest] for the browser behind
// a backend's call, [RequestHeader], [NoRetry].
//
// # Credentials
//
// A client acts as exactly one of these. Setting one replaces the other, because servers refuse
// or misread two at once.
//
//   - A guest, where none of the others is set: may sign users up and in and start recoveries.
//   - The user of a session: [Client.WithSession], with the Secret of a call that signed in.
//   - The user of a JWT: [Client.WithJWT], or [WithJWTSource] to have it renewed.
//   - The user whose browser sent Appwrite's own cookies: [WithCookies].
//   - An API key: [Client.WithAPIKey]. It signs users in too, and has no account of its own.
//   - The holder of a bearer token, which Appwrite Cloud reads: [WithBearerToken].
//
// # Errors
//
// An answer that does not mean success is an [*Error]. It matches its type, one of the Err
// constants, and its status class:
//
//	errors.Is(err, appwrite.ErrUserInvalidCredentials)
//	errors.Is(err, appwrite.ErrUnauthorized) // any 401
//
// errors.AsType gives its fields. Other errors are [*ParamError] and [*UnsupportedError], for
// what is refused before it is sent; [*DecodeError] and [ErrResponseTooLarge], after which the
// call may have been done; and those of the transport, which wrap their cause, such as
// context.Canceled.
//
// # Retries
//
// A call that may have changed something is never repeated. [RetryPolicy] says what is, and
// docs/reliability.md in the repository has the rules in full. Each attempt may take 30
// seconds, see [WithTimeout]; the context limits them all.
//
// # Names of parameters
//
// A method takes one or two strings as they are, and more as a struct. The struct is named
// after what it describes, EmailPasswordParams or SessionParams; where two methods would share
// a name, after the method, as UpdateEmailParams.
//
// # Paging
//
// [Account.Logs] and [Account.Identities] iterate over all entries and fetch pages as they go:
//
//	for entry, err := range account.Logs(ctx, appwrite.ListParams{}) {
//		…
//	}
//
// ListLogs and ListIdentities fetch one page. Package query writes their queries, which are
// sent in the form that the server's release reads.
//
// # Server versions
//
// A client speaks to Appwrite 1.9.6, see [LatestServerVersion]. For an older server, back to
// 0.5, give its release to [WithServerVersion]: it chooses paths, parameters and headers, and an
// operation that the release lacks gives an [*UnsupportedError]. [Operations] lists which
// releases have which. [Client.DetectServerVersion] asks the server for its own.
//
// # Secrets
//
// Clients, parameters, models and errors leave out their secrets when they are printed with
// package fmt or logged with log/slog. [Response].Header and DecodeError.Body are what the
// server sent: do not log them. SECURITY.md in the repository has the rules in full.
//
// # Testing
//
// Package appwritetest is an Appwrite server in memory, with an inbox for the mails that it
// "sends", a clock to set, providers for OAuth2 logins, and faults on demand. Most examples
// here run against it.
package appwrite
