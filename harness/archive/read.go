package archive

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
)

// Read reads a file. name is the file's, for errors, which say what is wrong: that it is no JSON (with line and column), that
// it is of another schema, or that it contradicts itself (with the id). Fields that are not known are let be: a later version
// of the same schema may have them.
func Read(name string, r io.Reader) (*File, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	f := &File{}
	if err := unmarshal(name, data, f, Schema); err != nil {
		return nil, err
	}
	if err := f.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return f, nil
}

// ReadFile reads the file of a name, as Read does.
func ReadFile(name string) (*File, error) {
	r, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return Read(name, r)
}

// unmarshal reads a file of a schema.
func unmarshal(name string, data []byte, v any, schema string) error {
	if err := expect(name, data, schema); err != nil {
		return err
	}
	return located(name, data, json.Unmarshal(data, v))
}

// expect holds what a file says that it is against what is wanted.
func expect(name string, data []byte, schema string) error {
	var head struct {
		Schema *string `json:"schema"`
	}
	if err := located(name, data, json.Unmarshal(data, &head)); err != nil {
		return err
	}
	switch {
	case head.Schema == nil:
		return fmt.Errorf("%s: no schema, expected %q", name, schema)
	case *head.Schema != schema:
		return fmt.Errorf("%s: schema %q, expected %q", name, *head.Schema, schema)
	}
	return nil
}

// located gives an error of reading JSON its line and column, which count from 1, in octets.
func located(name string, data []byte, err error) error {
	var syntax *json.SyntaxError
	var other *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		line, col := position(data, syntax.Offset)
		return fmt.Errorf("%s:%d:%d: not JSON: %w", name, line, col, err)
	case errors.As(err, &other):
		line, col := position(data, other.Offset)
		return fmt.Errorf("%s:%d:%d: %s: a %s, expected %s", name, line, col, cmp.Or(other.Field, "the file"), other.Value, kind(other))
	case err != nil:
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// kind is what JSON calls that which was expected.
func kind(e *json.UnmarshalTypeError) string {
	switch k := e.Type.Kind().String(); k {
	case "struct", "map":
		return "an object"
	case "slice", "array":
		return "a list"
	case "string":
		return "a string"
	case "bool":
		return "true or false"
	default:
		return "a number (" + k + ")"
	}
}

// position is where the octet before an offset stands: the offset of an error is behind what is wrong.
func position(data []byte, offset int64) (line, col int) {
	before := data[:max(0, min(int(offset)-1, len(data)))]
	return bytes.Count(before, []byte("\n")) + 1, len(before) - bytes.LastIndexByte(before, '\n')
}
