package replay

import (
	"encoding/json"
	"regexp"
	"strings"
	"time"
)

// modern brings a recorded body into the form of today's servers, which is what a result is
// marshalled to. It shares nothing with the decoders that it is held against.
func modern(at string, body any, gone func(key string)) any {
	switch body := body.(type) {
	case map[string]any:
		return modernObject(at, body, gone)
	case []any:
		if key := listKeys[at]; key != "" { // up to 0.6
			return modern(at, map[string]any{key: body}, gone)
		}
		all := make([]any, len(body))
		for i := range body {
			all[i] = modern(at, body[i], gone)
		}
		return all
	}
	return body
}

// listKeys are the keys of the elements in the lists that came without a count, or with none.
var listKeys = map[string]string{"SessionList": "sessions", "LogList": "logs"}

// elements are the models in the lists of others.
var elements = map[string]string{
	"SessionList.sessions":    "Session",
	"LogList.logs":            "Log",
	"IdentityList.identities": "Identity",
	"User.targets":            "Target",
}

var inList = regexp.MustCompile(`\[\d+\]`)

// modelAt is the model of the object at a place in a result, such as "LogList.logs[3]".
func modelAt(place string) string {
	place = inList.ReplaceAllString(place, "")
	if model, ok := elements[place]; ok {
		return model
	}
	return place
}

// datesIn are the keys that hold dates.
var datesIn = regexp.MustCompile(`^(\$createdAt|\$updatedAt|registration|passwordUpdate|accessedAt|expire|time|providerAccessTokenExpiry|mfaUpdatedAt)$`)

func modernObject(at string, old map[string]any, gone func(key string)) map[string]any {
	object := map[string]any{}
	for key, value := range old {
		number, isNumber := value.(json.Number)
		list, isList := value.([]any)
		switch {
		case isGone(at, key):
			gone(at + "." + key)
		case key == "sum":
			object["total"] = value
		case datesIn.MatchString(key) && isNumber:
			object[key] = date(number)
		case at == "User" && key == "status" && isNumber:
			object[key] = number != "2"
		case at == "User" && key == "prefs" && isList && len(list) == 0:
			object[key] = map[string]any{}
		case key == "prefs":
			object[key] = value
		case key == "providerToken":
			if _, ok := old["providerAccessToken"]; !ok {
				object["providerAccessToken"] = value
			}
		case elements[at+"."+key] != "":
			object[key] = modern(elements[at+"."+key], value, gone)
			if _, ok := old["total"]; !ok && old["sum"] == nil {
				object["total"] = json.Number(itoa(len(list)))
			}
		default:
			object[key] = value
		}
	}
	if at == "User" {
		delete(object, "total")
	}
	if _, ok := old["OS"]; ok && (at == "Session" || at == "Log") {
		flatten(object)
	}
	return object
}

func itoa(n int) string {
	text, _ := json.Marshal(n)
	return string(text)
}

func date(seconds json.Number) string {
	n, _ := seconds.Int64()
	if n == 0 {
		return ""
	}
	return time.Unix(n, 0).UTC().Format(dateLayout)
}

// flatKeys are the keys of a device, and where servers before 0.7 have them.
var flatKeys = map[string][2]string{
	"osCode":        {"OS", "short_name"},
	"osName":        {"OS", "name"},
	"osVersion":     {"OS", "version"},
	"clientType":    {"client", "type"},
	"clientCode":    {"client", "short_name"},
	"clientName":    {"client", "name"},
	"clientVersion": {"client", "version"},
	"clientEngine":  {"client", "engine"},
	"countryCode":   {"geo", "isoCode"},
	"countryName":   {"geo", "country"},
	"deviceBrand":   {"", "brand"},
	"deviceModel":   {"", "model"},
}

// flatten brings the description of a device into the form that it has since 0.7.
func flatten(object map[string]any) {
	for flat, path := range flatKeys {
		from, ok := object, true
		if path[0] != "" {
			from, ok = object[path[0]].(map[string]any)
		}
		object[flat] = ""
		if value, isText := from[path[1]].(string); ok && isText {
			object[flat] = value
		}
	}
	object["deviceName"] = ""
	if kind, ok := object["device"].(json.Number); ok && kind == "0" {
		object["deviceName"] = "desktop" // the only one in the recordings
	}
	for _, key := range strings.Fields("OS client device geo brand model") {
		delete(object, key)
	}
}
