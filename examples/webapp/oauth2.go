package main

import (
	"errors"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/models"
	"github.com/seed17809555/appwrite/webauth"
)

// The login itself is in package webauth: see OAuth2Login and OAuth2Callback in routes.

// oauth2Problem explains a login at a provider that did not work, for the sign-in page.
func oauth2Problem(err error) (problem, bool) {
	text := ""
	switch {
	case errors.Is(err, webauth.ErrOAuth2State):
		text = "That sign-in was not started in this browser, or it took too long. Please try again."
	case errors.Is(err, appwrite.ErrUserOAuth2ProviderError), errors.Is(err, appwrite.ErrUserOAuth2ProviderFailure):
		text = "You cancelled the sign-in, or the provider refused it. Nothing has changed."
	case errors.Is(err, appwrite.ErrUserOAuth2BadRequest), errors.Is(err, appwrite.ErrUserOAuth2Unauthorized):
		text = "The provider did not accept the sign-in. Please try again, or sign in another way."
	case errors.Is(err, appwrite.ErrProjectProviderDisabled):
		text = "This way to sign in is switched off."
	}
	return problem{Text: text}, text != ""
}

// ProviderName returns a provider's name as people write it.
func (v view) ProviderName(provider models.OAuthProvider) string {
	switch provider {
	case models.OAuthProviderGitHub:
		return "GitHub"
	case models.OAuthProviderGoogle:
		return "Google"
	case models.OAuthProviderGitLab:
		return "GitLab"
	case models.OAuthProviderMicrosoft:
		return "Microsoft"
	case models.OAuthProviderApple:
		return "Apple"
	}
	return string(provider)
}
