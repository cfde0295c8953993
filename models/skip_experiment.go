//go:build goexperiment.jsonv2 && !go1.27

package models

import "encoding/json/v2"

// errAsUsual leaves a value to the decoder: with this experiment that is Go's own, which in
// 1.26 knows another word for it.
var errAsUsual = json.SkipFunc
