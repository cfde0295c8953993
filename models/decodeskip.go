//go:build !goexperiment.jsonv2 || go1.27

package models

import "errors"

// errAsUsual leaves a value to the decoder.
var errAsUsual = errors.ErrUnsupported
