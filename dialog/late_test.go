package dialog

import (
	"testing"
	"testing/synctest"
	"time"
)

// TestFillerSpeaksTheCallersLanguage asks for fillers while the dialogue waits for the shop; no wording comes twice in a row.
func TestFillerSpeaksTheCallersLanguage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, &slow{takes: 3 * time.Second, orders: demoOrders(t)}, "13901286634")
		said := map[string]bool{}
		for _, c := range []struct{ text, lang string }{{"我的快递到哪了", "zh"}, {"where is my parcel now please", "en"}} {
			fillers := make(chan Act)
			go func() {
				time.Sleep(time.Second)
				for n := range 3 {
					fillers <- s.Filler(n)
				}
			}()
			done := make(chan struct{})
			go func() {
				defer close(done)
				acts(t, s, Turn{Kind: Speech, Text: c.text})
			}()
			for n := range 3 {
				got := <-fillers
				if got.Lang != c.lang || got.Say == "" || said[got.Say] || got.Expect != nil || len(got.Facts) > 0 {
					t.Errorf("filler %d to %q: %+v", n, c.text, got)
				}
				said[got.Say] = true
			}
			<-done
		}
	})
}

func TestSlowerOnRequest(t *testing.T) {
	s := demoEngine(t).Open(CallInfo{Caller: "13901286634"})
	told, _ := acts(t, s, Turn{Kind: Speech, Text: "我的快递到哪了"})
	if told[0].Speed != 0 {
		t.Errorf("speed %v before anything was asked for", told[0].Speed)
	}
	for _, c := range []struct {
		text  string
		speed float64
	}{{"说慢点", slowly}, {"你再说慢一点", slowest}, {"could you speak slower please", slowest}, {"正常语速就行", 0}} {
		got, _ := acts(t, s, Turn{Kind: Speech, Text: c.text})
		if len(got) == 0 || got[0].Name != "repeat" || got[0].Say == "" || got[0].Speed != c.speed {
			t.Errorf("to %q: %+v, want the answer again at speed %v", c.text, got, c.speed)
		}
	}
	for _, other := range []string{"快递太慢了", "怎么这么慢", "能不能快点"} {
		if tooFast.MatchString(other) || tooSlow.MatchString(other) {
			t.Errorf("%q is not about how the bot speaks", other)
		}
	}
}

func TestWaitHoldsHalfAMinute(t *testing.T) {
	s := demoEngine(t).Open(CallInfo{Caller: "13901286634"})
	got, _ := acts(t, s, Turn{Kind: Speech, Text: "等一下"})
	if e := got[len(got)-1].Expect; e == nil || !e.Hold || e.NoInput != 30000 {
		t.Errorf("expects %+v", e)
	}
	got, _ = acts(t, s, Turn{Kind: Speech, Text: "我的快递到哪了"})
	if e := got[len(got)-1].Expect; e == nil || e.Hold {
		t.Errorf("still holds: %+v", e)
	}
}
