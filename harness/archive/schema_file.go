package archive

import _ "embed"

// JSONSchema is schema.json: the form of a File as JSON Schema 2020-12. SCHEMA.md tells the same in words.
//
//go:embed schema.json
var JSONSchema string
