package replay

import (
	"encoding/json"
	"regexp"
	"strconv"
	"time"
)

// modern brings a recorded body into the form of today's servers, which is what a result is
// marshalled to. It shares nothing with the decoders that it is held against.
func modern(at string, body any, gone func(row string)) any {
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

func modernObject(at string, old map[string]any, gone func(row string)) map[string]any {
	object := map[string]any{}
	for key, value := range old {
		number, isNumber := value.(json.Number)
		list, _ := value.([]any)
		switch element := elements[at+"."+key]; {
		case goneRow(at, key) != "":
			gone(goneRow(at, key))
		case key == "sum":
			object["total"] = value
		case datesIn.MatchString(key) && isNumber:
			object[key] = date(number)
		case at == "User" && key == "status" && isNumber:
			object[key] = number != "2"
		case key == "prefs" && list != nil && len(list) == 0:
			object[key] = map[string]any{}
		case key == "prefs":
			object[key] = value
		case key == "providerToken":
			object["providerAccessToken"] = value
		case element != "":
			object[key] = modern(element, value, gone)
		default:
			object[key] = value
		}
	}
	if key := listKeys[at]; key != "" && object["total"] == nil {
		object["total"] = json.Number(strconv.Itoa(len(object[key].([]any))))
	}
	if _, ok := old["OS"]; ok {
		flatten(object, gone)
	}
	return object
}

func date(seconds json.Number) string {
	n, _ := seconds.Int64()
	if n == 0 {
		return ""
	}
	return time.Unix(n, 0).UTC().Format(dateLayout)
}

// flatKeys are the keys of a device, and where servers before 0.7 have them.
var flatKeys = map[string]string{
	"OS.short_name":     "osCode",
	"OS.name":           "osName",
	"OS.version":        "osVersion",
	"client.type":       "clientType",
	"client.short_name": "clientCode",
	"client.name":       "clientName",
	"client.version":    "clientVersion",
	"client.engine":     "clientEngine",
	"geo.isoCode":       "countryCode",
	"geo.country":       "countryName",
}

// flatten brings the description of a device into the form that it has since 0.7.
func flatten(object map[string]any, gone func(row string)) {
	for _, flat := range flatKeys {
		object[flat] = ""
	}
	for _, part := range []string{"OS", "client", "geo"} {
		described, _ := object[part].(map[string]any) // unknown ones are [] or null
		for key, value := range described {
			switch row := part + "." + key; {
			case goneKeys[row] != "":
				gone(row)
			case flatKeys[row] != "":
				object[flatKeys[row]] = value
			default:
				object[row] = value // which no model has
			}
		}
		delete(object, part)
	}
	object["deviceName"] = object["device"]
	if object["device"] == json.Number("0") {
		object["deviceName"] = "desktop" // the only kind in the recordings
	}
	object["deviceBrand"], object["deviceModel"] = object["brand"], object["model"]
	for _, key := range []string{"device", "brand", "model"} {
		delete(object, key)
	}
}
