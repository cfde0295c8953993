package appwritetest

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// host is the host of the request, without its port.
func (c *call) host() string {
	if host, _, err := net.SplitHostPort(c.r.Host); err == nil {
		return host
	}
	return c.r.Host
}

// secure reports whether the caller speaks https, to a proxy before the server.
func (c *call) secure() bool {
	return c.r.TLS != nil || c.r.Header.Get("X-Forwarded-Proto") == "https"
}

// base is the server's own URL as the caller has it, without a path.
func (c *call) base() string {
	if c.secure() {
		return "https://" + c.r.Host
	}
	return "http://" + c.r.Host
}

// revealed returns the secret for those who may see it in a body: API keys.
func (c *call) revealed(secret string) string {
	if c.caller.key {
		return secret
	}
	return ""
}

// changed marks a change of the user by this call, and logs it.
func (c *call) changed(u *user) {
	u.updated = c.now
	c.log(u, "user.update")
}

// clientIP is the address that the server believes: the first of X-Forwarded-For, whoever sent
// it, otherwise the address of the connection.
func clientIP(r *http.Request) string {
	first, _, _ := strings.Cut(r.Header.Get("X-Forwarded-For"), ",")
	if ip, err := netip.ParseAddr(strings.TrimSpace(first)); err == nil {
		return ip.String()
	}
	if remote, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
		return remote.Addr().Unmap().String()
	}
	return "0.0.0.0"
}
