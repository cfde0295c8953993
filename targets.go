package appwrite

import (
	"context"

	"github.com/seed17809555/appwrite/models"
)

// PushTargetParams are the parameters of Account.CreatePushTarget.
type PushTargetParams struct {
	TargetID   string // "" becomes id.Unique()
	Identifier string // the device token, 1 to 255 characters
	ProviderID string // optional: the messaging provider
}

// CreatePushTarget registers the device behind the session for push messages. It is deleted
// with the session. A target ID that is taken gives ErrUserTargetAlreadyExists. Servers since
// 1.5.
func (a *Account) CreatePushTarget(ctx context.Context, p PushTargetParams, opts ...RequestOption) (*models.Target, error) {
	return send[models.Target](ctx, a, request{op: opCreatePushTarget, body: fields{
		required("targetId", orUnique(p.TargetID)),
		required("identifier", p.Identifier),
		optional("providerId", p.ProviderID),
	}}, opts)
}

// UpdatePushTarget replaces the device token of a target, which is then no longer expired.
func (a *Account) UpdatePushTarget(ctx context.Context, targetID, identifier string, opts ...RequestOption) (*models.Target, error) {
	return send[models.Target](ctx, a, request{op: opUpdatePushTarget, ids: []string{targetID}, body: fields{required("identifier", identifier)}}, opts)
}

// DeletePushTarget removes a target.
func (a *Account) DeletePushTarget(ctx context.Context, targetID string, opts ...RequestOption) error {
	_, err := a.do(ctx, request{op: opDeletePushTarget, ids: []string{targetID}}, nil, opts)
	return err
}
