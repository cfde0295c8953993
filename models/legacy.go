package models

import (
	"cmp"
	"errors"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// legacyDevice is the description of a device in the sessions and logs of servers
// before 0.7, where newer ones have flat fields.
type legacyDevice struct {
	OS     *legacyOS     `json:"OS"`
	Client *legacyClient `json:"client"`
	Device deviceKind    `json:"device"`
	Brand  string        `json:"brand"`
	Model  string        `json:"model"`
	Geo    *legacyGeo    `json:"geo"`
}

type legacyOS struct {
	Name      string `json:"name"`
	ShortName string `json:"short_name"`
	Version   string `json:"version"`
}

type legacyClient struct {
	Type      string `json:"type"`
	Name      string `json:"name"`
	ShortName string `json:"short_name"`
	Version   string `json:"version"`
	Engine    string `json:"engine"`
}

type legacyGeo struct {
	ISOCode string `json:"isoCode"`
	Country string `json:"country"`
}

// An unknown system is sent as [], the empty object of PHP.
func (o *legacyOS) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	type fields legacyOS
	return decodeObject(dec, (*fields)(o))
}

func (c *legacyClient) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	type fields legacyClient
	return decodeObject(dec, (*fields)(c))
}

func (g *legacyGeo) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	type fields legacyGeo
	return decodeObject(dec, (*fields)(g))
}

func decodeObject(dec *jsontext.Decoder, fields any) error {
	if dec.PeekKind() != jsontext.KindBeginArray {
		return json.UnmarshalDecode(dec, fields)
	}
	value, err := dec.ReadValue()
	if err == nil && !isEmptyArray(value) {
		err = errors.New("not an object")
	}
	return err
}

// deviceKind is the name of a kind of device. Servers before 0.7 send the number
// that the device detector of Matomo, which Appwrite uses, gives the kind; newer
// ones its name.
type deviceKind string

var deviceKinds = [...]deviceKind{
	"desktop", "smartphone", "tablet", "feature phone", "console", "tv", "car browser",
	"smart display", "camera", "portable media player", "phablet", "smart speaker",
	"wearable", "peripheral",
}

func (k *deviceKind) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if dec.PeekKind() != jsontext.KindNumber {
		type plain deviceKind
		return json.UnmarshalDecode(dec, (*plain)(k))
	}
	value, err := dec.ReadValue()
	if err != nil {
		return err
	}
	number, err := strconv.Atoi(string(value))
	if err != nil {
		return errNotInteger
	}
	*k = ""
	if 0 <= number && number < len(deviceKinds) {
		*k = deviceKinds[number]
	}
	return nil
}

// toSession and toLog fill in what the flat fields do not have.

func (d *legacyDevice) toSession(s *Session) {
	if *d == (legacyDevice{}) {
		return
	}
	os, client, geo := d.parts()
	s.OSCode = cmp.Or(s.OSCode, os.ShortName)
	s.OSName = cmp.Or(s.OSName, os.Name)
	s.OSVersion = cmp.Or(s.OSVersion, os.Version)
	s.ClientType = cmp.Or(s.ClientType, client.Type)
	s.ClientCode = cmp.Or(s.ClientCode, client.ShortName)
	s.ClientName = cmp.Or(s.ClientName, client.Name)
	s.ClientVersion = cmp.Or(s.ClientVersion, client.Version)
	s.ClientEngine = cmp.Or(s.ClientEngine, client.Engine)
	s.DeviceName = cmp.Or(s.DeviceName, string(d.Device))
	s.DeviceBrand = cmp.Or(s.DeviceBrand, d.Brand)
	s.DeviceModel = cmp.Or(s.DeviceModel, d.Model)
	s.CountryCode = cmp.Or(s.CountryCode, strings.ToLower(geo.ISOCode))
	s.CountryName = cmp.Or(s.CountryName, geo.Country)
}

func (d *legacyDevice) toLog(l *Log) {
	if *d == (legacyDevice{}) {
		return
	}
	os, client, geo := d.parts()
	l.OSCode = cmp.Or(l.OSCode, os.ShortName)
	l.OSName = cmp.Or(l.OSName, os.Name)
	l.OSVersion = cmp.Or(l.OSVersion, os.Version)
	l.ClientType = cmp.Or(l.ClientType, client.Type)
	l.ClientCode = cmp.Or(l.ClientCode, client.ShortName)
	l.ClientName = cmp.Or(l.ClientName, client.Name)
	l.ClientVersion = cmp.Or(l.ClientVersion, client.Version)
	l.ClientEngine = cmp.Or(l.ClientEngine, client.Engine)
	l.DeviceName = cmp.Or(l.DeviceName, string(d.Device))
	l.DeviceBrand = cmp.Or(l.DeviceBrand, d.Brand)
	l.DeviceModel = cmp.Or(l.DeviceModel, d.Model)
	l.CountryCode = cmp.Or(l.CountryCode, strings.ToLower(geo.ISOCode))
	l.CountryName = cmp.Or(l.CountryName, geo.Country)
}

func (d *legacyDevice) parts() (legacyOS, legacyClient, legacyGeo) {
	return *cmp.Or(d.OS, &legacyOS{}), *cmp.Or(d.Client, &legacyClient{}), *cmp.Or(d.Geo, &legacyGeo{})
}
