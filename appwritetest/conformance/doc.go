// Package conformance holds servers to what Appwrite 1.9.6 was seen to do: one
// test for each rule of the Account API, in the words of the rule, with the
// recording or the page of the reference that it comes from.
//
//	func TestDouble(t *testing.T) {
//		conformance.Run(t, conformance.Target{
//			Endpoint: double.URL + "/v1", ProjectID: "test", APIKey: "…",
//		})
//	}
//
// It is how package appwritetest is kept true, and is there for everyone's own
// doubles. What a [Target] lacks, an inbox or a clock that can be moved, skips the
// rules that need it, each by its name and with the reason. The rules run in
// parallel, each with users of its own at unique addresses.
//
// The package's own tests hold a live Appwrite to the rules too:
//
//	APPWRITE_ENDPOINT=http://localhost/v1 APPWRITE_PROJECT_ID=… APPWRITE_API_KEY=… \
//	APPWRITE_MAILDEV_URL=http://localhost:9503 \
//	go test ./appwritetest/conformance -run Live
//
// The key needs the scopes sessions.write and users.write: with the second, Run
// deletes the users that it made. The project needs the platform localhost, where
// the links of its mails lead, and the settings of a new project. Without the mail
// catcher, no rule runs that makes the server send a mail. Where the server limits
// rates, rules are skipped whose limit is used up. Requests go to the endpoint and
// the mail catcher only; redirects are looked at, not followed to other hosts.
//
// Sources named recordings/NNN are the exchanges with that number in
// internal/replay/testdata/1.9.6.jsonl, and status-by-version.txt is in
// appwritetest/testdata. Others, such as "models.md §1", are chapters of a description
// of the API that is not part of this repository.
package conformance
