//go:build goexperiment.jsonv2 && !go1.27

package models

import "encoding/json/v2"

// errAsUsual leaves a value to the decoder. Go 1.26 with GOEXPERIMENT=jsonv2 uses json.SkipFunc
// in place of errors.ErrUnsupported. This file can go with Go 1.26.
var errAsUsual = json.SkipFunc
