package appwritetest

import (
	"slices"
	"time"
)

// MessageKind says what a [Message] is for.
type MessageKind string

// The kinds of messages that the server sends. SMS have the phone kinds.
const (
	KindEmailVerification MessageKind = "email-verification"
	KindPhoneVerification MessageKind = "phone-verification"
	KindRecovery          MessageKind = "recovery"
	KindMagicURL          MessageKind = "magic-url"
	KindEmailOTP          MessageKind = "email-otp"
	KindPhoneOTP          MessageKind = "phone-otp"
	KindEmailChallenge    MessageKind = "email-challenge" // a code for an MFA challenge
	KindPhoneChallenge    MessageKind = "phone-challenge"
)

// Message is a mail or an SMS that the server would have sent.
type Message struct {
	Kind    MessageKind
	To      string // an e-mail address or a phone number
	Subject string // "" in an SMS
	Body    string
	UserID  string
	Secret  string // what completes the step: the secret of the link, or the code
	URL     string // the link; "" where a code is sent
	Phrase  string // "" unless one was asked for
	Locale  string // the language asked for, "en" by default; all texts here are English
	SentAt  time.Time
}

// Inbox holds the mails and SMS that the server "sent", to whomever.
type Inbox struct{ store *store }

// Inbox returns the server's inbox.
func (s *Server) Inbox() *Inbox { return &Inbox{s.store} }

// Messages returns all messages, oldest first.
func (in *Inbox) Messages() []Message {
	in.store.mu.Lock()
	defer in.store.mu.Unlock()
	return slices.Clone(in.store.inbox)
}

// Last returns the newest message to the address or phone number, and false without one.
func (in *Inbox) Last(to string) (Message, bool) {
	in.store.mu.Lock()
	defer in.store.mu.Unlock()
	for _, m := range slices.Backward(in.store.inbox) {
		if m.To == to {
			return m, true
		}
	}
	return Message{}, false
}

// Clear empties the inbox.
func (in *Inbox) Clear() {
	in.store.mu.Lock()
	defer in.store.mu.Unlock()
	in.store.inbox = nil
}

// send delivers a message about the user's token.
func (c *call) send(m Message, u *user) {
	m.UserID = u.id
	m.SentAt = c.now
	m.Locale = c.locale()
	if m.Body == "" {
		m.Body = m.Subject + "\n\n" + m.URL
	}
	if m.Phrase != "" {
		m.Body += "\n\nSecurity phrase: " + m.Phrase
	}
	c.store.inbox = append(c.store.inbox, m)
}
