package appwritetest

import (
	"regexp"
	"slices"
	"strings"
)

var (
	emailLocal  = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$")
	emailDomain = regexp.MustCompile(`^([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$`)
)

// validEmail is PHP's FILTER_VALIDATE_EMAIL without quoted names and addresses in brackets: the
// domain has a dot.
func validEmail(s string) bool {
	local, domain, ok := strings.Cut(s, "@")
	return ok && len(local) <= 64 && len(domain) <= 253 && emailLocal.MatchString(local) && emailDomain.MatchString(domain)
}

// The server knows thousands of domains by heart; these are the ones that tests are likely to
// use.
var (
	freeDomains       = []string{"gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "yahoo.com", "icloud.com", "me.com", "aol.com", "gmx.de", "gmx.net", "web.de", "proton.me", "protonmail.com", "fastmail.com", "mail.com", "yandex.com", "zoho.com"}
	disposableDomains = []string{"example.com", "mailinator.com", "guerrillamail.com", "10minutemail.com", "yopmail.com", "trashmail.com", "temp-mail.org"}
)

// emailFacts is what the server derives from an address; all null without one.
type emailFacts struct {
	Canonical    *string `json:"emailCanonical"`
	IsFree       *bool   `json:"emailIsFree"`
	IsDisposable *bool   `json:"emailIsDisposable"`
	IsCorporate  *bool   `json:"emailIsCorporate"`
	IsCanonical  *bool   `json:"emailIsCanonical"`
}

func factsOf(email string) emailFacts {
	local, domain, ok := strings.Cut(email, "@")
	if !ok {
		return emailFacts{}
	}
	canonical := email
	if domain == "gmail.com" || domain == "googlemail.com" {
		name, _, _ := strings.Cut(local, "+")
		canonical = strings.ReplaceAll(name, ".", "") + "@gmail.com"
	}
	disposable := slices.Contains(disposableDomains, domain)
	free := slices.Contains(freeDomains, domain)
	corporate := !disposable && !free
	isCanonical := canonical == email
	return emailFacts{&canonical, &free, &disposable, &corporate, &isCanonical}
}
