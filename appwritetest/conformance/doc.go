// Package conformance tests whether a server behaves as Appwrite 1.9.6 was seen to do. There is
// one test for each rule of the Account API. Its name is the rule as a sentence, and when it
// fails, it logs the recording or the page that the rule comes from.
//
//	func TestDouble(t *testing.T) {
//		conformance.Run(t, conformance.Target{
//			Endpoint: double.URL + "/v1", ProjectID: "test", APIKey: "…",
//		})
//	}
//
// This repository tests package appwritetest with it; everyone may test a double of their own.
// If a [Target] lacks something, such as an inbox or a clock that can be moved, the rules that
// need it are skipped, each by its name and with the reason. The rules run in parallel. Each
// one makes its own users, at unique addresses.
//
// The package's own tests also run the rules on a live Appwrite:
//
//	APPWRITE_ENDPOINT=http://localhost/v1 APPWRITE_PROJECT_ID=… APPWRITE_API_KEY=… \
//	APPWRITE_MAILDEV_URL=http://localhost:9503 \
//	go test ./appwritetest/conformance -run Live
//
// The key needs the scopes sessions.write and users.write: with the second, Run deletes the
// users that it made. The project needs the platform localhost, to which the links in its mails
// lead, and the settings of a new project. Without the mail catcher, rules that make the server
// send a mail are skipped. If the server enforces rate limits, a rule is skipped when the limit
// of one of its calls is used up. Requests go to the endpoint and the mail catcher only.
// Redirects to other hosts are checked but not followed.
//
// # Sources
//
// A rule names its sources. Each is one of two kinds, and both can be opened in the repository:
//
//   - recordings/1.9.6/040-account-update-email is the exchange of that name with a server
//     1.9.6, a line of internal/replay/testdata/1.9.6.jsonl. The rule was seen to hold there,
//     and repeats the request.
//   - docs/server/sessions.md#renewal is a section of a page. The pages say what the server
//     does, since which release, and how it is known.
//
// Some rules come from docs/server/contradicted.md. A running 1.9.6 was seen to break them.
//
// # Adding a rule
//
// A rule is one entry in the file of its group. A new group is a new file, with an init
// function that adds it. A test fails if an operation of the client has no rule, and another if
// a source does not exist.
package conformance
