package appwritetest

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/seed17809555/appwrite/appwritetest/internal/listquery"
)

// identity is an account at an OAuth2 provider that a user signs in with.
type identity struct {
	id          string
	sequence    int64
	owner       *user
	created     time.Time
	updated     time.Time
	provider    string
	providerUID string
	email       string // as the provider told it; may be empty
	tokens      oauth2Tokens
}

type identityWire struct {
	ID                        string `json:"$id"`
	CreatedAt                 string `json:"$createdAt"`
	UpdatedAt                 string `json:"$updatedAt"`
	UserID                    string `json:"userId"`
	Provider                  string `json:"provider"`
	ProviderUID               string `json:"providerUid"`
	ProviderEmail             string `json:"providerEmail"`
	ProviderAccessToken       string `json:"providerAccessToken"`
	ProviderAccessTokenExpiry string `json:"providerAccessTokenExpiry"`
	ProviderRefreshToken      string `json:"providerRefreshToken"`
}

type identityListWire struct {
	Total      int            `json:"total"`
	Identities []identityWire `json:"identities"`
}

func (i *identity) wire() identityWire {
	return identityWire{
		ID: i.id, CreatedAt: date(i.created), UpdatedAt: date(i.updated), UserID: i.owner.id,
		Provider: i.provider, ProviderUID: i.providerUID, ProviderEmail: i.email,
		ProviderAccessToken: i.tokens.access, ProviderAccessTokenExpiry: date(i.tokens.expiry), ProviderRefreshToken: i.tokens.refresh,
	}
}

// identitySchema is what queries for identities may name.
var identitySchema = listquery.Schema{
	"$id": listquery.TextAttribute, "$createdAt": listquery.DateAttribute, "$updatedAt": listquery.DateAttribute, "$sequence": listquery.SequenceAttribute,
	"userId": listquery.TextAttribute, "provider": listquery.TextAttribute, "providerUid": listquery.TextAttribute, "providerEmail": listquery.TextAttribute,
	"providerAccessTokenExpiry": listquery.DateAttribute,
}

func (i *identity) record() listquery.Record {
	return listquery.Record{
		"$id": listquery.TextKey(i.id), "$createdAt": listquery.DateKey(i.created), "$updatedAt": listquery.DateKey(i.updated), "$sequence": listquery.SequenceKey(i.sequence),
		"userId": listquery.TextKey(i.owner.id), "provider": listquery.TextKey(i.provider), "providerUid": listquery.TextKey(i.providerUID),
		"providerEmail": listquery.TextKey(i.email), "providerAccessTokenExpiry": listquery.DateKey(i.tokens.expiry),
	}
}

// maxTotal is up to where the server counts.
const maxTotal = 5000

var errIdentityNotFound = &apiError{http.StatusNotFound, "user_identity_not_found", "The identity could not be found. Please sign in with OAuth provider to create identity first."}

func errCursorNotFound(what, id string) *apiError {
	return &apiError{http.StatusBadRequest, "general_cursor_not_found", what + " '" + id + "' for the 'cursor' value not found."}
}

func listIdentities(c *call) (any, error) {
	queries := c.params.queries(c.queryDialect(), identitySchema)
	wantTotal := c.params.looseBool("total", true)
	if err := c.params.done(); err != nil {
		return nil, err
	}
	var cursor listquery.Record
	if queries.Cursor != nil {
		id, _ := queries.Cursor.Value().(string)
		at := c.project.identity(func(i *identity) bool { return i.id == id })
		if at == nil {
			return nil, errCursorNotFound("Identity", id)
		}
		cursor = at.record()
	}
	if queries.Fulltext {
		return nil, errServer
	}
	var mine []*identity
	var records []listquery.Record
	for _, i := range c.project.identities {
		if i.owner == c.caller.user {
			mine, records = append(mine, i), append(records, i.record())
		}
	}
	page, total := queries.Page(records, cursor, c.store.random.below)
	list := identityListWire{Identities: []identityWire{}}
	if wantTotal {
		list.Total = min(total, maxTotal)
	}
	for _, n := range page {
		list.Identities = append(list.Identities, mine[n].wire())
	}
	return list, nil
}

func deleteIdentity(c *call) (any, error) {
	id := c.params.uid("identityId")
	if err := c.params.done(); err != nil {
		return nil, err
	}
	gone := c.project.identity(func(i *identity) bool { return i.id == id && i.owner == c.caller.user })
	if gone == nil {
		return nil, errIdentityNotFound
	}
	c.project.identities = slices.DeleteFunc(c.project.identities, func(i *identity) bool { return i == gone })
	c.log(c.caller.user, "identity.delete")
	return nil, nil
}

// identity returns the oldest identity that matches, or nil.
func (p *project) identity(matches func(*identity) bool) *identity {
	for _, i := range p.identities {
		if matches(i) {
			return i
		}
	}
	return nil
}

// identityOf returns the identity that has the e-mail address and is not the user's, or nil.
func (p *project) identityOf(email string, but *user) *identity {
	return p.identity(func(i *identity) bool { return email != "" && strings.EqualFold(i.email, email) && i.owner != but })
}

// account returns the identity that is the account at the provider, or nil.
func (p *project) account(provider, uid string) *identity {
	return p.identity(func(i *identity) bool { return i.provider == provider && i.providerUID == uid })
}

// mayLink reports whether the account is the user's, or could become so: neither it nor its
// e-mail address is an identity of another user.
func (p *project) mayLink(u *user, provider string, account OAuth2Identity) bool {
	if i := p.account(provider, account.ProviderUID); i != nil {
		return i.owner == u
	}
	return p.identityOf(account.Email, u) == nil
}

// link makes the account one of the user's identities, or renews its tokens where it is one
// already. mayLink has allowed it.
func (c *call) link(u *user, provider string, account OAuth2Identity, tokens oauth2Tokens) {
	i := c.project.account(provider, account.ProviderUID)
	if i == nil {
		c.project.sequence++
		i = &identity{
			id: c.store.random.id(c.now), sequence: c.project.sequence, owner: u, created: c.now,
			provider: provider, providerUID: account.ProviderUID, email: account.Email,
		}
		c.project.identities = append(c.project.identities, i)
	}
	i.tokens, i.updated = tokens, c.now
}
