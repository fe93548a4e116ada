package schema

import (
	"path/filepath"
	"strings"
	"testing"
)

const folder = "../../../v2/images/service/migrations/postgresql"

func TestTheReleaseEndsWith180(t *testing.T) {
	all, err := scripts(folder)
	if err != nil {
		t.Fatal(err)
	}
	first, last := all[0], all[len(all)-1]
	if first.version != 1 || last.version != 180 || filepath.Base(last.path) != "0180_2.15.0_schema.up.sql" {
		t.Errorf("first %+v, last %+v", first, last)
	}
}

func TestPending(t *testing.T) {
	all := []script{{1, "a"}, {171, "b"}, {180, "c"}}
	for _, test := range []struct {
		version int
		dirty   bool
		todo    int
		failure string
	}{
		{0, false, 3, ""},
		{1, false, 2, ""},
		{180, false, 0, ""},
		{171, true, 0, "Dirty database version 171. Fix and force version."},
		{181, false, 0, "no migration found for version 181: read down for version 181 "},
		{20, false, 0, "no migration found for version 20: "},
	} {
		todo, err := pending(all, test.version, test.dirty, "scripts")
		if test.failure == "" {
			if err != nil || len(todo) != test.todo {
				t.Errorf("%+v: %v, %v", test, todo, err)
			}
		} else if err == nil || !strings.HasPrefix(err.Error(), test.failure) {
			t.Errorf("%+v: %v", test, err)
		}
	}
}
