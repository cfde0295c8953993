package appwritetest

import (
	"slices"
	"strings"
)

// locales are the languages that the server has texts in.
var locales = strings.Fields("af ar as az be bg bh bn bs ca cs da de el en eo es fa fi fo fr ga gu he hi hr hu hy id is it ja jv ka km kn ko " +
	"la lb lt lv ml mr ms nb ne nl nn or pa pl pt-br pt-pt ro ru sa sd si sk sl sn sq sv ta te th tl tr uk ur vi zh-cn zh-tw")

// locale is the language that the caller asked for; what the server does not know is as if
// nobody had asked.
func (c *call) locale() string {
	code, _ := c.params.values.Get("locale").(string)
	if code == "" {
		code = c.r.Header.Get("X-Appwrite-Locale")
	}
	if slices.Contains(locales, code) {
		return code
	}
	return "en"
}
