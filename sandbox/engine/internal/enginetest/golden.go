package enginetest

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// Marks lists every value below the map as "prefix path secret" or "prefix path plain". Elements of a list have [] in
// their path and count once.
func Marks(prefix string, values property.Map) []string {
	var lines []string
	visit(values, func(path string, value property.Value) {
		mark := "plain"
		if value.Secret() {
			mark = "secret"
		}
		lines = append(lines, strings.Join([]string{prefix, path, mark}, " "))
	})
	slices.Sort(lines)
	return slices.Compact(lines)
}

// Values lists every text, number and truth value below the map, and every empty list and object, as "prefix path = value".
func Values(prefix string, values property.Map) []string {
	var lines []string
	visit(values, func(path string, value property.Value) {
		text := ""
		switch {
		case value.IsString():
			text = value.AsString()
		case value.IsNumber():
			text = strconv.FormatFloat(value.AsNumber(), 'f', -1, 64)
		case value.IsBool():
			text = strconv.FormatBool(value.AsBool())
		case value.IsArray() && value.AsArray().Len() == 0:
			text = "[]"
		case value.IsMap() && value.AsMap().Len() == 0:
			text = "{}"
		default:
			return
		}
		lines = append(lines, strings.TrimSpace(strings.Join([]string{prefix, path, "=", text}, " ")))
	})
	slices.Sort(lines)
	return slices.Compact(lines)
}

// visit calls for every value below the map, in no particular order.
func visit(values property.Map, see func(path string, value property.Value)) {
	var walk func(path string, value property.Value)
	walk = func(path string, value property.Value) {
		see(path, value)
		switch {
		case value.IsMap():
			for key, inner := range value.AsMap().All {
				walk(path+"."+key, inner)
			}
		case value.IsArray():
			for _, inner := range value.AsArray().AsSlice() {
				walk(path+"[]", inner)
			}
		}
	}
	for key, value := range values.All {
		walk(key, value)
	}
}

// Lines are those of the file, apart from empty ones and comments, which begin with #.
func Lines(t *testing.T, file string) []string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(strings.Split(string(text), "\n"), func(line string) bool {
		return line == "" || strings.HasPrefix(line, "#")
	})
}

// Golden compares lines, in any order, with those of the file.
func Golden(t *testing.T, file string, got []string) {
	t.Helper()
	want := Lines(t, file)
	for _, line := range want {
		if !slices.Contains(got, line) {
			t.Errorf("%s: missing: %s", file, line)
		}
	}
	for _, line := range got {
		if !slices.Contains(want, line) {
			t.Errorf("%s: not there: %s", file, line)
		}
	}
}
