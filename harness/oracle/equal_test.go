package oracle

import (
	"reflect"
	"testing"
	"time"
)

// Two TCBs that differ in any one thing are two.
func TestTCBsThatDiffer(t *testing.T) {
	t.Parallel()
	fresh := func() *TCB {
		return &TCB{Held: []Span{{1, 2}}, Report: Report{Recent: []Span{{1, 2}}}, Board: Scoreboard{Sacked: []Span{{1, 2}}, Told: []Span{{1, 2}}}, Old: &TCB{}, Cookie: &TCB{}, Timers: Timers{Flight: []Flight{{Span: Span{1, 2}}}}}
	}
	if !fresh().equals(fresh()) {
		t.Fatal("two that are alike are not equal")
	}
	var vary func(path string, at func(*TCB) reflect.Value)
	vary = func(path string, at func(*TCB) reflect.Value) {
		n := fresh()
		v := at(n)
		switch v.Kind() {
		case reflect.Struct:
			for i := range v.NumField() {
				vary(path+"."+v.Type().Field(i).Name, func(n *TCB) reflect.Value { return at(n).Field(i) })
			}
			return
		case reflect.Slice:
			vary(path+"[0]", func(n *TCB) reflect.Value { return at(n).Index(0) })
			v.SetZero()
		case reflect.Pointer:
			v.Interface().(*TCB).Iss = 7
		case reflect.Bool:
			v.SetBool(true)
		case reflect.Int, reflect.Int64:
			v.SetInt(v.Int() + 1)
		case reflect.Uint8, reflect.Uint32:
			v.SetUint(v.Uint() + 1)
		default:
			t.Fatalf("%s is a %v: say here how it can differ", path, v.Kind())
		}
		if n.equals(fresh()) || fresh().equals(n) {
			t.Errorf("TCBs that differ in %s are equal", path)
		}
	}
	vary("TCB", func(n *TCB) reflect.Value { return reflect.ValueOf(n).Elem() })
	none := fresh()
	none.Old = nil
	if none.equals(fresh()) || fresh().equals(none) {
		t.Error("one that comes from TIME-WAIT equals one that does not")
	}
}

// A guess is dropped for one that is the same, and of two the one stays that is against less, in the place of the first.
func TestDistinct(t *testing.T) {
	t.Parallel()
	a, b := guess{against: []string{"X"}}, guess{tcb: TCB{Iss: 1}}
	late := guess{owed: []owed{{by: time.Second}}}
	all := distinct([]guess{a, b, late, {names: []string{"better"}}, {tcb: TCB{Iss: 1}, names: []string{"no better"}}, late})
	if len(all) != 3 || all[0].names == nil || all[1].names != nil || all[2].owed == nil {
		t.Errorf("left: %+v", all)
	}
}
