package decode

import (
	"testing"
)

func TestLengths(t *testing.T) {
	open := newLengths(0, 0, false)
	if open.end[11] <= open.end[10] || open.end[4] <= open.end[3] {
		t.Error("usual lengths are not preferred")
	}
	must := newLengths(4, 4, true)
	if must.end[3] > -5 || must.more[4] > -5 || must.end[4] < -0.1 {
		t.Errorf("nothing but 4 digits: end %v, more %v", must.end[:6], must.more[:6])
	}
	asked := newLengths(4, 4, false)
	if asked.end[4] <= open.end[4] || asked.more[4] < -3 || asked.end[11] != open.end[11] {
		t.Errorf("4 digits were asked for: end %v, more %v", asked.end[:12], asked.more[:6])
	}
}

func TestKnownTree(t *testing.T) {
	k := newKnownTree([]string{"SF1562204478319", "", "12", "99999999999999999999999999999999"})
	for digits, want := range map[string]bool{"1562204478319": true, "8319": true, "478319": true, "156220447831": false} {
		at := k.walk(0, digits)
		if got := at > 0 && k.leaf[at]; got != want {
			t.Errorf("%s known: %v", digits, got)
		}
	}
	if k.walk(0, "2") >= 0 {
		t.Error("an unknown digit leads somewhere")
	}
}

func TestAlign(t *testing.T) {
	rows := [][]float32{{0, -9, -9}, {-9, 0, -9}, {-9, 0, -9}, {0, -9, -9}, {-9, 0, -9}, {-9, -9, 0}, {0, -9, -9}}
	var a aligner
	got := a.align(rows, []uint16{1, 1, 2})
	if len(got) != 3 || got[0] != 1 || got[1] != 4 || got[2] != 5 {
		t.Errorf("aligned at %v, want 1 4 5", got)
	}
	if got := a.align(rows[:1], []uint16{1, 1, 2}); got != nil {
		t.Errorf("three units in one step: %v", got)
	}
	if got := a.align(rows, nil); got != nil {
		t.Errorf("no units: %v", got)
	}
}

func TestTokenIndex(t *testing.T) {
	var x tokenIndex
	x.reset()
	var list []token
	for i := range int32(3000) {
		tk := token{place: i % 7, node: i / 7, last: uint16(i % 3)}
		if _, found := x.find(tk, list); found {
			t.Fatalf("token %d was there already", i)
		}
		list = append(list, tk)
	}
	for i, tk := range list {
		if at, found := x.find(tk, list); !found || int(at) != i {
			t.Fatalf("token %d found at %d (%v)", i, at, found)
		}
	}
	x.reset()
	if _, found := x.find(list[0], nil); found {
		t.Error("a token survived the reset")
	}
}

func TestRelations(t *testing.T) {
	zh := language(t, "zh")
	v := zh.Units
	logp := make([]float32, v.Size())
	for i := range logp {
		logp[i] = -20
	}
	logp[v.index["ang1"]] = -0.01
	soft, heard := make([]float32, v.Size()), make([]float32, v.Size())
	chances(heard, logp)
	v.soften(soft, heard)
	right, tone, near, far := soft[v.index["ang1"]], soft[v.index["ang4"]], soft[v.index["an1"]], soft[v.index["ao1"]]
	if !(right > tone && tone > near && near > far) || far > -15 {
		t.Errorf("right %v, other tone %v, near sound %v, far sound %v", right, tone, near, far)
	}
}

func BenchmarkStep(b *testing.B) {
	zh := language(b, "zh")
	rs := rows(b, zh, "wo3 de5 shou3 ji1 hao4 shi4 "+spokenNumber, 0.6)
	s := zh.NewSearch()
	for b.Loop() {
		s.Begin(s.grammar.hints)
		for _, r := range rs {
			s.Step(r)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*len(rs)), "us/step")
}
