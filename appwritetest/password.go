package appwritetest

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// PasswordRules are what a project asks of new passwords. The zero value asks for 8 to 256
// bytes, which all projects do.
type PasswordRules struct {
	MinLength int  // in bytes; below 8 it is 8
	Uppercase bool // at least one of A to Z
	Lowercase bool // at least one of a to z
	Number    bool // at least one of 0 to 9
	Symbol    bool // at least one character that is not a letter, number or space

	// Dictionary refuses common passwords. Appwrite knows ten thousand of them, this server a
	// few, such as "password" and "12345678".
	Dictionary bool
	// History is how many of a user's passwords, the present one included, are refused as the
	// next one, with password_recently_used.
	History int
	// PersonalData refuses passwords with the user's ID, e-mail, name or phone in them, with
	// password_personal_data.
	PersonalData bool

	old *passwordRange // of an older release, which asks for nothing else
}

// The length of a password, in bytes.
const (
	minPassword = 8
	maxPassword = 256
)

var (
	upperCase = regexp.MustCompile(`[A-Z]`)
	lowerCase = regexp.MustCompile(`[a-z]`)
	digit     = regexp.MustCompile(`[0-9]`)
	symbol    = regexp.MustCompile(`[^\p{L}\p{N}\s]`)
)

// commonPasswords stand for the server's dictionary.
var commonPasswords = []string{
	"11111111", "12341234", "123123123", "12345678", "123456789", "1234567890", "1q2w3e4r", "87654321", "access14", "asdfasdf",
	"baseball", "computer", "corvette", "football", "iloveyou", "internet", "jennifer", "letmein1", "liverpool", "mercedes",
	"michelle", "passw0rd", "password", "password1", "password123", "princess", "qwerty123", "qwertyui", "qwertyuiop", "starwars",
	"sunshine", "superman", "trustno1", "welcome1", "whatever",
}

// strong reports whether a password has the length and the characters asked for.
func (r PasswordRules) strong(password string) bool {
	if r.old != nil {
		return r.old.least <= len(password) && len(password) <= r.old.most
	}
	return r.MinLength <= len(password) && len(password) <= maxPassword &&
		(!r.Uppercase || upperCase.MatchString(password)) &&
		(!r.Lowercase || lowerCase.MatchString(password)) &&
		(!r.Number || digit.MatchString(password)) &&
		(!r.Symbol || symbol.MatchString(password))
}

func (r PasswordRules) describe() string {
	if r.old != nil {
		return r.old.reason
	}
	text := "Password must be between " + strconv.Itoa(r.MinLength) + " and " + strconv.Itoa(maxPassword) + " characters long"
	for _, rule := range []struct {
		on   bool
		what string
	}{
		{r.Uppercase, "an uppercase letter"}, {r.Lowercase, "a lowercase letter"}, {r.Number, "a number"}, {r.Symbol, "a special character"},
	} {
		if rule.on {
			text += ", include " + rule.what
		}
	}
	return text + "."
}

// newPassword is a password that someone wants to have from now on.
func (p *params) newPassword(name string, rules PasswordRules) string {
	s := p.must(name, rules.strong, rules.describe())
	if p.err == nil && rules.Dictionary && slices.Contains(commonPasswords, s) {
		// The server's text, slip of the pen included.
		p.invalid(name, p.server.commonPassword())
	}
	return s
}

// checkHistory refuses a password that the user had lately.
func (p *project) checkHistory(u *user, password string) error {
	if p.settings.Password.History > 0 && slices.ContainsFunc(u.passwords, func(h passwordHash) bool { return h.matches(password) }) {
		return errPasswordUsed
	}
	return nil
}

// checkPersonal refuses a password with something of the user in it.
func (p *project) checkPersonal(password, userID, email, name, phone string) error {
	if !p.settings.Password.PersonalData {
		return nil
	}
	local, _, _ := strings.Cut(email, "@")
	for _, part := range []string{userID, local, name, strings.TrimPrefix(phone, "+")} {
		if part != "" && strings.Contains(strings.ToLower(password), strings.ToLower(part)) {
			return errPersonalData
		}
	}
	return nil
}

// remember puts the user's password where checkHistory finds it.
func (p *project) remember(u *user) {
	if most := p.settings.Password.History; most > 0 {
		u.passwords = append(u.passwords, u.password)
		u.passwords = u.passwords[max(0, len(u.passwords)-most):]
	}
}
