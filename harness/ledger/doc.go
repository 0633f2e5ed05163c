// Package ledger holds the known divergences and says what is new, vanished or changed.
package ledger

import _ "go.yaml.in/yaml/v3"
