//go:build tools

// Package checks pins the linters of this repository that are Go modules.
package checks

import _ "github.com/rhysd/actionlint/cmd/actionlint"
