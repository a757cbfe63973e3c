package dialog

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func TestReplyTellsItsSteps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, &slow{takes: 300 * time.Millisecond, orders: demoOrders(t)}, "")
		var steps []Step
		ctx := Traced(context.Background(), func(step Step) { steps = append(steps, step) })
		for _, turn := range []Turn{{Kind: Start}, {Kind: Speech, Text: "我的快递到哪了"}, {Kind: Keys, Keys: "3721"}} {
			for _, err := range s.Reply(ctx, turn) {
				if err != nil {
					t.Fatal(err)
				}
			}
		}
		if len(steps) < 2 || steps[0].Name != Understood || steps[0].Of != "track_logistics" || steps[0].Score <= 0 {
			t.Fatalf("steps %+v", steps)
		}
		last := steps[len(steps)-1]
		if last.Name != LookedUp || last.Took != 300*time.Millisecond {
			t.Errorf("the look-up of 300 ms is told as %+v", last)
		}
	})
}
