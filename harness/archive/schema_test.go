package archive

import (
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// compiled is schema.json, ready to hold files to.
func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(JSONSchema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestJSONSchema(t *testing.T) {
	t.Parallel()
	schema := compiled(t)
	whole := written(t, sample())
	for name, test := range map[string]struct{ old, with, want string }{
		"as it is":           {"", "", ""},
		"a field more":       {`"seed": 0`, `"seed": 0, "weather": 1`, ""},
		"another schema":     {`results/1`, `results/2`, "at '/schema'"},
		"a field less":       {`"gvisor"`, `"gvisors"`, "missing property 'gvisor'"},
		"an unknown verdict": {`"verdict": "fail"`, `"verdict": "flop"`, "at '/cases/0/runs/1/verdict'"},
		"a text as a line":   {`"line":1,"cause"`, `"line":"1","cause"`, "at '/cases/0/runs/0/trace/0/line'"},
		"half a line":        {`"line":1,"cause"`, `"line":1.5,"cause"`, "at '/cases/0/runs/0/trace/0/line'"},
		"a time before":      {`"ns":1,`, `"ns":-1,`, "at '/cases/0/runs/0/trace/0/ns'"},
		"a null":             {`"labels": ["Topic: reset"]`, `"labels": null`, "at '/cases/0/labels'"},
		"no status":          {`"status": "clean"`, `"status": ""`, "at '/cases/0/runs/0/status'"},
		"a cause before all": {`"cause":-1`, `"cause":-2`, "at '/matrix/squares/0/shares/0/cause'"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if !strings.Contains(whole, test.old) {
				t.Fatalf("no %q in the sample", test.old)
			}
			v, err := jsonschema.UnmarshalJSON(strings.NewReader(strings.Replace(whole, test.old, test.with, 1)))
			if err != nil {
				t.Fatal(err)
			}
			switch err := schema.Validate(v); {
			case test.want == "" && err != nil:
				t.Errorf("got %v, want none", err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

// object is what a test needs of an object in schema.json.
type object struct {
	Required   []string                   `json:"required"`
	Properties map[string]json.RawMessage `json:"properties"`
}

// schema.json has the fields of the types, no more and no fewer; those that may be missing are not required. SCHEMA.md names each.
func TestFieldsAreDocumented(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("SCHEMA.md")
	if err != nil {
		t.Fatal(err)
	}
	var schema struct {
		object
		Defs map[string]object `json:"$defs"`
	}
	if err := json.Unmarshal([]byte(JSONSchema), &schema); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	var check func(reflect.Type, object)
	check = func(typ reflect.Type, o object) {
		var fields, required []string
		for _, f := range reflect.VisibleFields(typ) {
			if f.Anonymous {
				continue
			}
			name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
			fields = append(fields, name)
			if options == "" {
				required = append(required, name)
			}
			if !strings.Contains(string(page), "`"+name+"`") {
				t.Errorf("SCHEMA.md does not name %q of %s", name, typ.Name())
			}
			inner := f.Type
			for inner.Kind() == reflect.Slice || inner.Kind() == reflect.Pointer {
				inner = inner.Elem()
			}
			if inner.Kind() == reflect.Struct && !seen[inner.Name()] {
				seen[inner.Name()] = true
				check(inner, schema.Defs[inner.Name()])
			}
		}
		var has []string
		for name := range o.Properties {
			has = append(has, name)
		}
		for _, list := range [][]string{fields, required, has, o.Required} {
			slices.Sort(list)
		}
		if !slices.Equal(fields, has) || !slices.Equal(required, o.Required) {
			t.Errorf("%s: schema.json has %v and requires %v, expected %v and %v", typ.Name(), has, o.Required, fields, required)
		}
	}
	check(reflect.TypeFor[File](), schema.object)
	for name := range schema.Defs {
		if !seen[name] {
			t.Errorf("schema.json has %s, expected types alone", name)
		}
	}
}
