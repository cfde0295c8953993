package webauth

import (
	"net/http"
	"net/netip"
	"strings"
	"unicode"

	"github.com/seed17809555/appwrite"
)

// forwarding returns a copy of the client that tells Appwrite whom it calls for: the address,
// which servers take for rate limits and sessions from anyone, and the user agent, which they
// take from an API key as a forwarded one and from all others as the caller's own.
func (a *Auth) forwarding(client *appwrite.Client, r *http.Request) *appwrite.Client {
	var options []appwrite.Option
	if ip := a.clientIP(r); ip.IsValid() {
		options = append(options, appwrite.WithHeader("X-Forwarded-For", ip.String()))
	}
	if agent := userAgent(r); agent != "" {
		options = append(options, appwrite.WithUserAgent(agent), appwrite.WithForwardedUserAgent(agent))
	}
	with, err := client.With(options...)
	if err != nil {
		return client // unreachable: both values are fit for a header
	}
	return with
}

// userAgent returns the visitor's user agent as a header may hold it.
func userAgent(r *http.Request) string {
	agent := r.UserAgent()
	return strings.Map(func(c rune) rune {
		if unicode.IsControl(c) {
			return ' '
		}
		return c
	}, agent[:min(len(agent), maxUserAgent)])
}

// maxUserAgent is how much of a user agent is passed on, in bytes. Browsers' have about 200.
const maxUserAgent = 1024

// clientIP returns the visitor's address: the connection's or, where that is a trusted proxy's,
// the last one in X-Forwarded-For that is not. What stands before it anyone may have written.
func (a *Auth) clientIP(r *http.Request) netip.Addr {
	ip := parseIP(r.RemoteAddr)
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && a.isTrusted(ip); i-- {
		next := parseIP(strings.TrimSpace(hops[i]))
		if !next.IsValid() {
			break
		}
		ip = next
	}
	return ip
}

func (a *Auth) isTrusted(ip netip.Addr) bool {
	for _, proxy := range a.config.TrustedProxies {
		if proxy.Contains(ip) {
			return true
		}
	}
	return false
}

// parseIP reads an address with or without a port.
func parseIP(text string) netip.Addr {
	if withPort, err := netip.ParseAddrPort(text); err == nil {
		return withPort.Addr().Unmap().WithZone("")
	}
	ip, _ := netip.ParseAddr(strings.Trim(text, "[]"))
	return ip.Unmap().WithZone("")
}
