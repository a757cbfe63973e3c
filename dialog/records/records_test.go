package records

import (
	"errors"
	"strings"
	"testing"

	"voxgate/dialog/shop"
)

const sample = `{"now":"2026-05-14T10:20:00+08:00","entries":[
 {"kind":"leave","phone":"13900000001","facts":{"days":"5"}},
 {"kind":"rooms","values":{"date":"2026-05-15"},"facts":{"rooms":"三楼东"}},
 {"kind":"rooms","refused":"full"},
 {"kind":"book","values":{"date":"2026-05-15"},"facts":{"room":"三楼东"}},
 {"kind":"book","refused":"full"}]}`

func sampleDesk(t *testing.T) *Desk {
	t.Helper()
	f, err := Parse([]byte(sample))
	if err != nil {
		t.Fatal(err)
	}
	return Open(f)
}

func TestAnswers(t *testing.T) {
	d := sampleDesk(t)
	ask := func(kind, phone, date string) shop.Facts {
		facts, err := d.Ask(t.Context(), shop.Question{Kind: kind, Phone: phone, Values: map[string]string{"date": date}})
		if err != nil {
			t.Fatal(err)
		}
		return facts
	}
	if got := ask("leave", "13900000001", ""); got["days"] != "5" {
		t.Errorf("own leave: %v", got)
	}
	if got := ask("leave", "13900000002", ""); len(got) != 0 {
		t.Errorf("somebody else hears %v", got)
	}
	if got := ask("leave", "", ""); len(got) != 0 {
		t.Errorf("an unknown caller hears %v", got)
	}
	if got := ask("rooms", "", "2026-05-15"); got["rooms"] != "三楼东" {
		t.Errorf("rooms: %v", got)
	}
	if got := ask("rooms", "", "2026-05-16"); got[shop.FactRefused] != "full" {
		t.Errorf("rooms on a full day: %v", got)
	}
}

func TestActsOnce(t *testing.T) {
	d := sampleDesk(t)
	act := func(kind, key, date string) (shop.Receipt, error) {
		return d.Act(t.Context(), shop.Action{Kind: kind, Key: key, Values: map[string]string{"date": date}})
	}
	first, err := act("book", "k1", "2026-05-15")
	if err != nil || first.Repeated || first.Facts["room"] != "三楼东" {
		t.Errorf("first: %+v, %v", first, err)
	}
	for _, key := range []string{"k1", "k2"} {
		if again, err := act("book", key, "2026-05-15"); err != nil || !again.Repeated {
			t.Errorf("again with %s: %+v, %v", key, again, err)
		}
	}
	if no, err := act("book", "k3", "2026-05-16"); err != nil || no.Refused != "full" {
		t.Errorf("full: %+v, %v", no, err)
	}
	if _, err := act("fly", "k4", ""); !errors.Is(err, shop.ErrInvalid) {
		t.Errorf("unknown action: %v", err)
	}
}

func TestTickets(t *testing.T) {
	d := sampleDesk(t)
	want := shop.Ticket{Phone: "13900000001", Type: "报修", Key: "c/报修", At: "2026-05-14T10:20:00+08:00"}
	first, err := d.OpenTicket(t.Context(), want)
	again, err2 := d.OpenTicket(t.Context(), want)
	if err != nil || err2 != nil || first.Number != "202605140001" || again.Number != first.Number {
		t.Errorf("%+v %v, %+v %v", first, err, again, err2)
	}
	found, err := d.Tickets(t.Context(), shop.Query{Phone: "13900000001"})
	if err != nil || len(found) != 1 || found[0].State != "处理中" {
		t.Errorf("%+v, %v", found, err)
	}
}

func TestBrokenFiles(t *testing.T) {
	for text, want := range map[string]string{
		"{\n\"entries\": [\n{\"kin\": \"x\"}]}": "line 3", `{"entries":[{"facts":{}}]}`: "entry 1 has no kind", `{"now":"today"}`: "now", `[]`: "records", ``: "records",
	} {
		if _, err := Parse([]byte(text)); !errors.Is(err, ErrFile) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	if _, err := ReadFile("nowhere.json"); !errors.Is(err, ErrFile) || !strings.Contains(err.Error(), "shop.records") {
		t.Errorf("missing file: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(sample)
	f.Add(`{"entries":[{"kind":"a","values":null}],"tickets":[{}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		file, err := Parse([]byte(text))
		if err != nil {
			if !errors.Is(err, ErrFile) {
				t.Errorf("unmarked error %v", err)
			}
			return
		}
		if _, err := Open(file).Ask(t.Context(), shop.Question{Kind: "a"}); err != nil {
			t.Error(err)
		}
	})
}
