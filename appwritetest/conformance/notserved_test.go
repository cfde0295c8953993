package conformance

import "strings"

// exceptions are the rules about what appwritetest does not serve yet.
func exceptions() map[string]string {
	except := map[string]string{}
	for name := range strings.Lines(notServedRules) {
		except[strings.TrimSpace(name)] = notServed
	}
	return except
}

const notServed = "appwritetest does not serve it yet"

const notServedRules = `A project may allow fewer sessions
A new user has no factors
A verified address and a verified number are factors
A guest has no factors to list
A new authenticator is answered with 200, its secret and its URI
An authenticator's URI names the user's address and has the secret
An authenticator that was never verified is replaced
There is no other kind of authenticator than totp
A wrong code verifies no authenticator
The authenticator's code verifies it, and is answered with the user, still without MFA
An authenticator is verified once
A verified authenticator is not replaced
There is nothing to verify without an authenticator
A verified authenticator is a factor
Recovery codes are six, of ten hexadecimal digits each
Recovery codes are made once
Reading recovery codes takes a challenge, even where there are none
Replacing recovery codes takes a challenge, even where there are none
After a challenge, recovery codes can be read
After a challenge, recovery codes can be replaced
After a challenge, there are no recovery codes to read where none were made
Switching MFA on is answered with the user
The session that switches MFA on goes on
The session that switches MFA on gets the factors that are verified
MFA is switched on and off with a boolean
MFA without a factor asks for nothing at the next sign-in
MFA is not switched with a JWT
Switching MFA off is answered with the user
With MFA, a password still signs in, with that one factor
A session that lacks a factor reads no account
A session that lacks a factor reads no preferences
A session that lacks a factor reads no sessions
A session that lacks a factor gets no JWT
A session that lacks a factor may list the factors
A session that lacks a factor may be ended
A JWT is not asked for more factors
A challenge is answered with 201 and four keys, and is good for an hour
A wrong code completes no challenge
An unknown challenge is not completed
The authenticator's code completes the challenge, and adds the factor to the session
The answer to a challenge knows neither that the session is the caller's nor its country's name
A completed challenge has its date without a zone, which the session later has in the normal form
After the challenge the session is like any other
An authenticator's code works again within its thirty seconds
A challenge for the factor recoverycode is never completed
A recovery code completes a challenge for the factor recoveryCode
A recovery code works once and is then gone
Without a number there is no challenge by SMS
There is no challenge by mail to an address that is not verified
There is no challenge of a factor that does not exist
A challenge by mail is completed with the mail's code
A challenge is made and completed at its old path too, by SMS
A challenge is no good after an hour
A challenge is recent for half an hour
An authenticator's code is no good in the next thirty seconds
Taking the authenticator away takes a challenge
After a challenge the authenticator can be taken away, once
A sign-in at a provider starts with 301 to its page, without a body
The way to a provider is not to be cached
A header may name the project of a sign-in at a provider
The provider's page leads back to the server's callback
The state at the provider holds the caller's pages and the flow
The provider is asked for the scopes
Without pages of the caller's, a sign-in leads to the console's
A provider that is not enabled is refused with 412, as a web page
No token either from a provider that is not enabled
An unknown provider is refused with 400, as a web page that names those there are
A sign-in leads back to hosts of the project only
The session flow ends at the success page with a fragment and no query
The session flow sets the cookies and the fallback
A session of the session flow knows the provider, its user and its tokens, and has two factors
Renewing a session of the session flow renews the provider's token, in a date without a zone
A user whom a provider vouches for has its name and address, verified, and no password
Who signs in at the provider again is the same user
Who is signed in gets the identity
The token flow ends at the success page with a secret and the user, and a fragment
The token flow's secret is a JWT of at most 256 characters, for a minute
The token flow's secret signs in
A session of the token flow knows the provider, but none of its tokens
The token flow's secret signs in once
The token flow's secret is no good after a minute
Who does not agree at the provider arrives at the failure page, with the error as JSON
Who never came from a provider has no identities
A guest has no identities to list
Identities may be listed without their number, or with it
Identities are found by their provider
Identities are not found by what they do not have
A search for identities breaks the server
Identities are not found by createdBefore
Identities are listed whole
A page of identities is not empty
Identities are not compared to nothing
A hundred queries and one more are accepted for identities, and pages of a hundred thousand
Queries for identities are a list
An unknown identity is not deleted
Who came from a provider has an identity of ten keys, in their order
A list of identities without their number has them all the same
Two limits for identities are accepted
A deleted identity is gone, and the session that it made goes on
Another user's identity is an unknown one
A new push target is in the log by its deletion
A new push target is answered with 201 and nine keys, in their order
A push target of a device that nobody knows is named by a space
A push target may have an ID of the caller's own
A push target's ID is used once
A push target keeps a provider that does not exist
A push target needs an ID and an identifier
A push target's identifier is changed, and its date with it
Push targets are in the user, after that of the address
A deleted push target is gone from the user
A push target is deleted once
An unknown push target is not changed
Another user's push target is an unknown one
A push target ends with the session that made it
A guest makes no push target
In an old format factors and JWTs are as ever
Ten challenges an hour
Ten answers to a challenge an hour
Fifty ways to a provider an hour
The eleventh sign-in with one address in an hour is refused with 429
A 429 tells when the window ends, but not in Retry-After
What remains of a limit counts down to 0
Where a caller has less left than the address, a recovery tells of both
Each address has a limit of its own
A sign-in that works starts the count anew
API keys are not limited
Requests that are not valid count
When the window ends, the count starts anew
Where passwords are switched off, nobody signs in with one
Where anonymous users are switched off, nobody is one
Where magic links are switched off, nobody gets one
For API keys nothing is switched off
A project may refuse the passwords of before`
