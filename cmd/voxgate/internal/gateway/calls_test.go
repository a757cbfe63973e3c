package gateway

import (
	"log/slog"
	"testing"
)

// A telephone chooses its calls' ids, and two may choose alike.
func TestCallsOfOneIDAreTwo(t *testing.T) {
	g := New(Parts{Metrics: NewMetrics(nil), Log: slog.New(slog.DiscardHandler)}, Options{})
	first := g.begin(Caller{ID: "same", Via: "sip"}, Access{})
	second := g.begin(Caller{ID: "same", Via: "sip"}, Access{})
	if n := len(g.Calls()); n != 2 {
		t.Errorf("%d calls are listed", n)
	}
	g.end(first, "closed")
	if list := g.Calls(); len(list) != 2 || list[0].Outcome != "" || list[1].Outcome != "closed" {
		t.Errorf("after the end of one: %+v", list)
	}
	g.end(second, "closed")
}
