package gateway

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"voxgate/dialog"
)

// A voice that breaks off is counted once; a caller who cuts it off, or hangs up, breaks nothing.
func TestAVoiceThatFailsIsCounted(t *testing.T) {
	for said, want := range map[string]float64{"坏了": 1, longText: 0} {
		synctest.Test(t, func(t *testing.T) {
			brain := &scriptedBrain{answers: [][]dialog.Act{{ask("请讲")}, {ask(said)}, {ticketAct()}}}
			r := newRig(brain, Options{Agent: "sip:a@b", Mode: HandoverRefer, Ring: time.Second},
				func(context.Context, string, string) error { return errors.New("nobody there") })
			ear := r.ear()
			time.Sleep(2 * time.Second)
			synctest.Wait()
			r.voice.Errors = map[string]error{"坏了": errors.New("died")}
			ear.Hear("快递到哪了")
			time.Sleep(time.Second)
			utter(ear, "不是", "不是这个")
			time.Sleep(100 * time.Millisecond)
			r.finish()
			registry := prometheus.NewRegistry()
			registry.MustRegister(r.gateway.parts.Metrics.engineFailures)
			families, err := registry.Gather()
			if err != nil {
				t.Fatal(err)
			}
			got := 0.0
			for _, family := range families {
				for _, m := range family.GetMetric() {
					got += m.GetCounter().GetValue()
				}
			}
			if got != want {
				t.Errorf("%q: %g failures, want %g", said, got, want)
			}
		})
	}
}
