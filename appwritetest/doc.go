// Package appwritetest is an Appwrite server for tests: the Account API of
// Appwrite 1.9.6 over real HTTP on loopback, with its state in memory.
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
// What a real server hides is in reach: [Server.Inbox] holds the mails and SMS
// that would have been sent, [Server.TOTP] is a user's authenticator app,
// [Server.OAuth2] stands in for the OAuth2 providers, [Server.Clock] moves the time
// by which everything expires, [Server.AddUser] and [Server.AddConsent] put things
// there, [Server.Requests] and [Server.Dump] show what came in and what became of it.
//
// Answers have the real server's form, byte for byte where it matters: status,
// error type and message, the order of keys, dates, cookies, headers. The
// differences: passwords are hashed fast instead of well, rate limits are
// announced but not enforced, devices and countries are not recognised.
// Operations that are not served yet answer 501 and say so.
package appwritetest
