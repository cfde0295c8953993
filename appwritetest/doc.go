// Package appwritetest is an Appwrite server for tests: the Account API of Appwrite 1.9.6, or
// of an older release, over real HTTP on loopback, with its state in memory.
//
//	func TestSignUp(t *testing.T) {
//		srv := appwritetest.NewServer(t) // stops with the test
//		client := srv.Client()           // a guest
//
//		user, err := client.Account.Create(t.Context(), appwrite.CreateAccountParams{
//			Email: "ada@example.com", Password: "correct horse",
//		})
//		…
//	}
//
// What a real server hides is in reach: [Server.Inbox] holds the mails and SMS that would have
// been sent, [Server.TOTP] is a user's authenticator app, [Server.OAuth2] stands in for the
// OAuth2 providers, [Server.Clock] moves the time by which everything expires, [Server.AddUser]
// and [Server.AddConsent] put things there, [Server.Requests] and [Server.Dump] show what came
// in and what became of it.
//
// [Server.Fail] makes things go wrong: errors, proxies' pages, redirects, slow and broken
// connections, damaged bodies. [WithRateLimits] puts the server's own limits in force,
// [WithSettings] sets up the project, [WithProject] adds others, [WithServerVersion] turns the
// server into one of an older release. With [WithoutListener] all of it works without a
// network, and inside of a testing/synctest bubble.
//
// Answers have the real server's form, byte for byte where it matters: status, error type and
// message, the order of keys, dates, cookies, headers. The differences: passwords are hashed
// fast instead of well, rate limits are off unless asked for, few devices, e-mail domains and
// common passwords are known and no countries, texts are short and English, and no service but
// Account is there.
//
// The README.md of this package is a guide with a test for each of these things.
package appwritetest
