package run

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/script"
)

// Settings are the settings that a script runs with: those given, with the departures of its "set" lines. The error names
// the place.
func Settings(f *script.File, s iut.Settings) (iut.Settings, error) {
	v := reflect.ValueOf(&s).Elem()
	for _, flag := range f.Header.Settings {
		field := v.FieldByName(flag.Name)
		if !field.IsValid() {
			return s, fmt.Errorf("%s:%v: there is no setting %q; there are %s", f.Name, flag.Pos, flag.Name, settingNames())
		}
		if err := setField(field, flag.Value); err != nil {
			return s, fmt.Errorf("%s:%v: setting %s: %v", f.Name, flag.Pos, flag.Name, err)
		}
	}
	return s, nil
}

func setField(field reflect.Value, text string) error {
	switch field.Interface().(type) {
	case time.Duration:
		d, err := time.ParseDuration(text)
		if err != nil || d < 0 {
			return fmt.Errorf("%q is not a duration such as 30s", text)
		}
		field.SetInt(int64(d))
	case bool:
		b, err := strconv.ParseBool(text)
		if err != nil {
			return fmt.Errorf("%q is neither true nor false", text)
		}
		field.SetBool(b)
	case string:
		field.SetString(text)
	case int:
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 {
			return fmt.Errorf("%q is not a number", text)
		}
		field.SetInt(int64(n))
	default:
		return fmt.Errorf("a %v cannot be set in a script", field.Type())
	}
	return nil
}

func settingNames() string {
	var names []string
	for _, f := range reflect.VisibleFields(reflect.TypeFor[iut.Settings]()) {
		names = append(names, f.Name)
	}
	return strings.Join(names, ", ")
}

// unsupported says which setting that the script asks for the IUT does not honour, "" if there is none.
func unsupported(f *script.File, i iut.IUT, s iut.Settings) string {
	if len(f.Header.Settings) == 0 {
		return ""
	}
	support := i.Support(s)
	v := reflect.ValueOf(s)
	for _, flag := range f.Header.Settings {
		for _, has := range support {
			if has.Setting != flag.Name || has.Honour == iut.Set {
				continue
			}
			want := fmt.Sprint(v.FieldByName(flag.Name).Interface())
			if has.Honour == iut.Fixed && has.Value == want {
				continue
			}
			reason := fmt.Sprintf("%v: setting %s=%s: %s in %s", flag.Pos, flag.Name, want, has.Honour, i.Name())
			if has.Value != "" {
				reason += " (" + has.Value + ")"
			}
			return reason
		}
	}
	return ""
}
