package models

import (
	"cmp"
	"errors"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// legacyDevice is the description of a device in the sessions and logs of servers before 0.7,
// where newer ones have flat fields.
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

// deviceKind is the name of a kind of device. Servers before 0.7 send the number that the
// device detector of Matomo, which Appwrite uses, gives the kind; newer ones its name.
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

// device is the flat fields of a device in a Session or Log.
type device struct {
	osCode, osName, osVersion                                       *string
	clientType, clientCode, clientName, clientVersion, clientEngine *string
	deviceName, deviceBrand, deviceModel                            *string
	countryCode, countryName                                        *string
}

func (s *Session) device() device {
	return device{
		&s.OSCode, &s.OSName, &s.OSVersion, &s.ClientType, &s.ClientCode, &s.ClientName, &s.ClientVersion, &s.ClientEngine,
		&s.DeviceName, &s.DeviceBrand, &s.DeviceModel, &s.CountryCode, &s.CountryName,
	}
}

func (l *Log) device() device {
	return device{
		&l.OSCode, &l.OSName, &l.OSVersion, &l.ClientType, &l.ClientCode, &l.ClientName, &l.ClientVersion, &l.ClientEngine,
		&l.DeviceName, &l.DeviceBrand, &l.DeviceModel, &l.CountryCode, &l.CountryName,
	}
}

// fill sets the flat fields that are empty.
func (d *legacyDevice) fill(model interface{ device() device }) {
	if *d == (legacyDevice{}) {
		return
	}
	os, client, geo := d.parts()
	set := func(field *string, value string) { *field = cmp.Or(*field, value) }
	to := model.device()
	set(to.osCode, os.ShortName)
	set(to.osName, os.Name)
	set(to.osVersion, os.Version)
	set(to.clientType, client.Type)
	set(to.clientCode, client.ShortName)
	set(to.clientName, client.Name)
	set(to.clientVersion, client.Version)
	set(to.clientEngine, client.Engine)
	set(to.deviceName, string(d.Device))
	set(to.deviceBrand, d.Brand)
	set(to.deviceModel, d.Model)
	set(to.countryCode, strings.ToLower(geo.ISOCode))
	set(to.countryName, geo.Country)
}

func (d *legacyDevice) parts() (legacyOS, legacyClient, legacyGeo) {
	return *cmp.Or(d.OS, &legacyOS{}), *cmp.Or(d.Client, &legacyClient{}), *cmp.Or(d.Geo, &legacyGeo{})
}
