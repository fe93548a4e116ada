package enginetest

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// Marks lists every value below the map as "prefix path secret" or "prefix path plain". Elements of a list have [] in
// their path and count once.
func Marks(prefix string, values property.Map) []string {
	lines := map[string]bool{}
	var walk func(path string, value property.Value)
	walk = func(path string, value property.Value) {
		mark := "plain"
		if value.Secret() {
			mark = "secret"
		}
		lines[strings.Join([]string{prefix, path, mark}, " ")] = true
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
	all := []string{}
	for line := range lines {
		all = append(all, line)
	}
	slices.Sort(all)
	return all
}

// Golden compares lines, in any order, with those of the file. Its empty lines and those that begin with # don't count.
func Golden(t *testing.T, file string, got []string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want := slices.DeleteFunc(strings.Split(string(text), "\n"), func(line string) bool {
		return line == "" || strings.HasPrefix(line, "#")
	})
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
