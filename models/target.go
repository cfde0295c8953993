package models

// Target is an address at which messages reach a user, since 1.5.
type Target struct {
	ID        string    `json:"$id"`
	CreatedAt Timestamp `json:"$createdAt"`
	UpdatedAt Timestamp `json:"$updatedAt"`

	// Name is brand and model of the device that a push target was made on, a single space
	// where neither is known, and empty for mail and SMS.
	Name   string `json:"name"`
	UserID string `json:"userId"`

	ProviderID   string `json:"providerId"`   // the project's messaging provider; empty for its default
	ProviderType string `json:"providerType"` // "email", "sms" or "push"
	Identifier   string `json:"identifier"`   // address, phone number or the device's push token

	// Expired is whether the push service has refused the token. Since 1.6.
	Expired bool `json:"expired"`
}
