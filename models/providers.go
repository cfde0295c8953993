package models

// OAuthProvider is the key of an OAuth2 provider that users can sign in with. The project must
// have it enabled. Other keys than the ones below can be used, for servers newer than this
// package.
type OAuthProvider string

// The providers that servers have had, with the release that brought them where it is later
// than 0.5 and the one that dropped them.
const (
	OAuthProviderAmazon        OAuthProvider = "amazon"
	OAuthProviderApple         OAuthProvider = "apple"     // since 0.6
	OAuthProviderAppwrite      OAuthProvider = "appwrite"  // after 1.9.6
	OAuthProviderAuth0         OAuthProvider = "auth0"     // since 0.15
	OAuthProviderAuthentik     OAuthProvider = "authentik" // since 1.0
	OAuthProviderAutodesk      OAuthProvider = "autodesk"  // since 0.15
	OAuthProviderBitbucket     OAuthProvider = "bitbucket"
	OAuthProviderBitly         OAuthProvider = "bitly"
	OAuthProviderBox           OAuthProvider = "box"         // since 0.7
	OAuthProviderDailymotion   OAuthProvider = "dailymotion" // since 0.15
	OAuthProviderDiscord       OAuthProvider = "discord"
	OAuthProviderDisqus        OAuthProvider = "disqus" // since 1.0
	OAuthProviderDropbox       OAuthProvider = "dropbox"
	OAuthProviderEtsy          OAuthProvider = "etsy" // since 1.0
	OAuthProviderFacebook      OAuthProvider = "facebook"
	OAuthProviderFigma         OAuthProvider = "figma"      // since 1.6
	OAuthProviderFusionAuth    OAuthProvider = "fusionauth" // since 1.9.6
	OAuthProviderGitHub        OAuthProvider = "github"
	OAuthProviderGitLab        OAuthProvider = "gitlab"
	OAuthProviderGoogle        OAuthProvider = "google"
	OAuthProviderHuggingFace   OAuthProvider = "huggingface" // after 1.9.6
	OAuthProviderKeycloak      OAuthProvider = "keycloak"    // since 1.9.6
	OAuthProviderKick          OAuthProvider = "kick"        // since 1.9.6
	OAuthProviderLinkedIn      OAuthProvider = "linkedin"
	OAuthProviderMicrosoft     OAuthProvider = "microsoft"
	OAuthProviderNotion        OAuthProvider = "notion" // since 0.13
	OAuthProviderOIDC          OAuthProvider = "oidc"   // any OpenID Connect server; since 1.4
	OAuthProviderOkta          OAuthProvider = "okta"   // since 0.15
	OAuthProviderPayPal        OAuthProvider = "paypal"
	OAuthProviderPayPalSandbox OAuthProvider = "paypalSandbox" // since 0.7
	OAuthProviderPodio         OAuthProvider = "podio"         // since 1.0
	OAuthProviderSalesforce    OAuthProvider = "salesforce"
	OAuthProviderSlack         OAuthProvider = "slack"
	OAuthProviderSpotify       OAuthProvider = "spotify"
	OAuthProviderStripe        OAuthProvider = "stripe"        // since 0.13
	OAuthProviderTradeshift    OAuthProvider = "tradeshift"    // since 0.7
	OAuthProviderTradeshiftBox OAuthProvider = "tradeshiftBox" // since 0.7
	OAuthProviderTwitch        OAuthProvider = "twitch"
	OAuthProviderTwitter       OAuthProvider = "twitter"   // before 0.7
	OAuthProviderVK            OAuthProvider = "vk"        // before 0.15
	OAuthProviderWordPress     OAuthProvider = "wordpress" // since 0.7
	OAuthProviderX             OAuthProvider = "x"         // since 1.9.6
	OAuthProviderYahoo         OAuthProvider = "yahoo"
	OAuthProviderYammer        OAuthProvider = "yammer" // since 0.12
	OAuthProviderYandex        OAuthProvider = "yandex"
	OAuthProviderZoho          OAuthProvider = "zoho" // since 1.5
	OAuthProviderZoom          OAuthProvider = "zoom" // since 0.15
)
