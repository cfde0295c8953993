package appwritetest

import (
	"regexp"
	"strings"
)

// deviceWire is what the server reads out of the user agent and the address of a caller.
type deviceWire struct {
	OSCode              string `json:"osCode"`
	OSName              string `json:"osName"`
	OSVersion           string `json:"osVersion"`
	ClientType          string `json:"clientType"`
	ClientCode          string `json:"clientCode"`
	ClientName          string `json:"clientName"`
	ClientVersion       string `json:"clientVersion"`
	ClientEngine        string `json:"clientEngine"`
	ClientEngineVersion string `json:"clientEngineVersion"`
	DeviceName          string `json:"deviceName"`
	DeviceBrand         string `json:"deviceBrand"`
	DeviceModel         string `json:"deviceModel"`
	CountryCode         string `json:"countryCode"`
	CountryName         string `json:"countryName"`
}

// The server recognises thousands of user agents, with the database of Matomo's device
// detector; these are the browsers that tests are likely to send, and two libraries. The first
// that matches counts. Addresses are of no country here.
var (
	systems = []struct {
		pattern              *regexp.Regexp // its group is the version
		code, name           string
		device, brand, model string
	}{
		{regexp.MustCompile(`iPhone OS ([\d_]+)`), "IOS", "iOS", "smartphone", "Apple", "iPhone"},
		{regexp.MustCompile(`Windows NT (10)\.0`), "WIN", "Windows", "desktop", "", ""},
		{regexp.MustCompile(`Macintosh; Intel Mac OS X ([\d._]+)`), "MAC", "Mac", "desktop", "Apple", ""},
		{regexp.MustCompile(`X11; Linux()`), "LIN", "GNU/Linux", "desktop", "", ""},
	}
	clients = []struct {
		pattern          *regexp.Regexp // its groups are the engine's version and the client's
		kind, code, name string
		engine           string
	}{
		{regexp.MustCompile(`rv:([\d.]+)\) Gecko/\d+ Firefox/([\d.]+)$`), "browser", "FF", "Firefox", "Gecko"},
		{regexp.MustCompile(`Chrome/(([\d.]+)) Safari/[\d.]+$`), "browser", "CH", "Chrome", "Blink"},
		{regexp.MustCompile(`iPhone.* AppleWebKit/([\d.]+) .* Version/([\d.]+) Mobile/\w+ Safari/[\d.]+$`), "browser", "MF", "Mobile Safari", "WebKit"},
		{regexp.MustCompile(`Macintosh.* AppleWebKit/([\d.]+) .* Version/([\d.]+) Safari/[\d.]+$`), "browser", "SF", "Safari", "WebKit"},
		{regexp.MustCompile(`^curl/()([\d.]+)`), "library", "", "curl", ""},
		{regexp.MustCompile(`^Go-http-client/()([\d.]+)`), "library", "", "Go-http-client", ""},
	}
)

// deviceOf returns what the user agent tells.
func deviceOf(agent string) deviceWire {
	w := deviceWire{CountryCode: "--", CountryName: "Unknown"}
	for _, s := range systems {
		if m := s.pattern.FindStringSubmatch(agent); m != nil {
			w.OSCode, w.OSName, w.OSVersion = s.code, s.name, minorVersion(strings.ReplaceAll(m[1], "_", "."))
			w.DeviceName, w.DeviceBrand, w.DeviceModel = s.device, s.brand, s.model
			break
		}
	}
	for _, c := range clients {
		if m := c.pattern.FindStringSubmatch(agent); m != nil {
			w.ClientType, w.ClientCode, w.ClientName, w.ClientVersion = c.kind, c.code, c.name, minorVersion(m[2])
			w.ClientEngine, w.ClientEngineVersion = c.engine, m[1]
			break
		}
	}
	return w
}

// minorVersion cuts a version after its second number.
func minorVersion(v string) string {
	parts := strings.SplitN(v, ".", 3)
	return strings.Join(parts[:min(2, len(parts))], ".")
}

// userAgent is the caller's, or that of the browser for which an API key speaks.
func (c *call) userAgent() string {
	if forwarded := c.r.Header.Get("X-Forwarded-User-Agent"); forwarded != "" && c.caller.key {
		return forwarded
	}
	return c.r.UserAgent()
}
