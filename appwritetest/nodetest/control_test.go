package nodetest

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/seed17809555/appwrite/appwritetest"
	"github.com/seed17809555/appwrite/models"
)

// controlOf gives scripts what Go tests reach on the server itself. See control.mjs.
func controlOf(server *appwritetest.Server) http.Handler {
	control := http.NewServeMux()
	control.HandleFunc("POST /inbox", post(func(to string) any {
		message, _ := server.Inbox().Last(to)
		return message
	}))
	control.HandleFunc("POST /totp", post(func(userID string) any {
		// A code that was shown for a while could be gone before the script sends it.
		const shown = 30 * time.Second
		server.Clock().Set(server.Clock().Now().Truncate(shown).Add(shown))
		return server.TOTP(userID)
	}))
	control.HandleFunc("POST /clock", post(func(seconds int) any {
		server.Clock().Advance(time.Duration(seconds) * time.Second)
		return nil
	}))
	control.HandleFunc("POST /identity", post(func(identity appwritetest.OAuth2Identity) any {
		server.OAuth2().SetIdentity(identity)
		return nil
	}))
	control.HandleFunc("POST /denial", post(func(struct{}) any {
		server.OAuth2().Deny()
		return nil
	}))
	control.HandleFunc("POST /fault", post(func(fault appwritetest.Fault) any {
		server.Fail(fault)
		return nil
	}))
	control.HandleFunc("POST /consent", post(func(consent models.OAuth2Consent) any {
		return server.AddConsent(consent, models.OAuth2ConsentToken{})
	}))
	return control
}

// post answers what do returns for the JSON of a request.
func post[T any](do func(T) any) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var input T
		if err := json.NewDecoder(r.Body).Decode(&input); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		_ = json.NewEncoder(w).Encode(do(input)) // the script would notice
	}
}
