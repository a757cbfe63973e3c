package dialog

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
	"unsafe"

	"voxgate/dialog/shop"
)

// desk is a shop that takes its time and counts what it is asked and told to do.
type desk struct {
	shop.Shop
	takes time.Duration

	mu      sync.Mutex
	asked   map[string]int
	changes int
	ended   int // look-ups that were given up
}

func (d *desk) pause(ctx context.Context, what string) error {
	d.mu.Lock()
	if d.asked == nil {
		d.asked = map[string]int{}
	}
	d.asked[what]++
	d.mu.Unlock()
	select {
	case <-time.After(d.takes):
		return nil
	case <-ctx.Done():
		d.mu.Lock()
		defer d.mu.Unlock()
		d.ended++
		return ctx.Err()
	}
}

func (d *desk) Orders(ctx context.Context, q shop.Query) ([]shop.Order, error) {
	if err := d.pause(ctx, "orders"); err != nil {
		return nil, err
	}
	return d.Shop.Orders(ctx, q)
}

func (d *desk) Tickets(ctx context.Context, q shop.Query) ([]shop.Ticket, error) {
	if err := d.pause(ctx, "tickets"); err != nil {
		return nil, err
	}
	return d.Shop.Tickets(ctx, q)
}

func (d *desk) Ask(ctx context.Context, q shop.Question) (shop.Facts, error) {
	if err := d.pause(ctx, q.Kind); err != nil {
		return nil, err
	}
	return d.Shop.Ask(ctx, q)
}

func (d *desk) Act(ctx context.Context, a shop.Action) (shop.Receipt, error) {
	d.mu.Lock()
	d.changes++
	d.mu.Unlock()
	return d.Shop.Act(ctx, a)
}

func (d *desk) OpenTicket(ctx context.Context, t shop.Ticket) (shop.Ticket, error) {
	d.mu.Lock()
	d.changes++
	d.mu.Unlock()
	return d.Shop.OpenTicket(ctx, t)
}

func demoDesk(t *testing.T, takes time.Duration) *desk {
	t.Helper()
	return &desk{Shop: demoEngine(t).shop, takes: takes}
}

// TestASlowShopIsAskedWhileTheCallerSpeaks holds that the answer is there when the turn ends, and that the shop is asked
// once for what was asked for ahead of it.
func TestASlowShopIsAskedWhileTheCallerSpeaks(t *testing.T) {
	for _, c := range []struct {
		name      string
		ahead     string        // words that were thought about
		early     time.Duration // before the turn
		want      time.Duration // until the answer
		questions int
	}{
		{"not thought about", "", 0, 300 * time.Millisecond, 1},
		{"long enough", "我的快递到哪了", 400 * time.Millisecond, 0, 1},
		{"joined on the way", "我的快递到哪了", 200 * time.Millisecond, 100 * time.Millisecond, 1},
		{"fewer words of the same matter", "我的快递", 400 * time.Millisecond, 0, 1},
		{"words of no matter", "讲个笑话", 400 * time.Millisecond, 300 * time.Millisecond, 1},
		{"too long ago", "我的快递到哪了", 10 * time.Second, 300 * time.Millisecond, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := demoDesk(t, 300*time.Millisecond)
			synctest.Test(t, func(t *testing.T) {
				s := open(t, d, "13901286634")
				if c.ahead != "" {
					ctx, cancel := context.WithCancel(t.Context())
					done := make(chan struct{})
					go func() {
						defer close(done)
						s.Prepare(ctx, Turn{Kind: Speech, Text: c.ahead, Heard: 1})
					}()
					time.Sleep(c.early)
					cancel()
					<-done
				}
				got, at := acts(t, s, Turn{Kind: Speech, Text: "我的快递到哪了"})
				s.Forget()
				if !strings.Contains(got[0].Say, "电饭煲") || at[0] != c.want {
					t.Errorf("%q after %v, want the rice cooker after %v", got[0].Say, at[0], c.want)
				}
				if d.asked["orders"] != c.questions {
					t.Errorf("the shop was asked %d times, want %d", d.asked["orders"], c.questions)
				}
			})
		})
	}
}

// TestTheFirstWordsAreKnownAhead holds that what may be spoken ahead is what is then said.
func TestTheFirstWordsAreKnownAhead(t *testing.T) {
	s := open(t, demoDesk(t, 0), "13901286634")
	acts(t, s, Turn{Kind: Start})
	for _, text := range []string{"我的快递到哪了", "那它什么时候能到", "转人工"} {
		turn := Turn{Kind: Speech, Text: text, Heard: 1}
		ahead := s.Prepare(t.Context(), turn)
		got, _ := acts(t, s, turn)
		if ahead.Say == "" || ahead.Say != got[0].Say || ahead.Speech != got[0].Speech || ahead.Lang != got[0].Lang {
			t.Errorf("%s: ahead %+v, then %+v", text, ahead, got[0])
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if ahead := s.Prepare(ctx, Turn{Kind: Speech, Text: "我要退货", Heard: 1}); ahead.Say != "" {
		t.Errorf("thinking that was ended knows %q", ahead.Say)
	}
}

// TestForgetEndsWhatIsUnderWay holds that words that change cost the shop nothing more.
func TestForgetEndsWhatIsUnderWay(t *testing.T) {
	d := demoDesk(t, time.Hour)
	synctest.Test(t, func(t *testing.T) {
		s := open(t, d, "13901286634")
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		s.Prepare(ctx, Turn{Kind: Speech, Text: "我的快递到哪了", Heard: 1})
		if d.ended != 0 {
			t.Error("the look-up ended with the thinking, before the turn could join it")
		}
		s.Forget()
		if d.ended != 1 || len(s.foresight.flights) != 0 {
			t.Errorf("%d ended, %d known", d.ended, len(s.foresight.flights))
		}
	})
}

// TestOtherWordsEndWhatTheyDoNotWant holds that what only the words before would have wanted is not looked up to its end.
func TestOtherWordsEndWhatTheyDoNotWant(t *testing.T) {
	d := demoDesk(t, time.Hour)
	synctest.Test(t, func(t *testing.T) {
		s := open(t, d, "13901286634")
		for _, text := range []string{"我的快递", "我的快递到哪了", "讲个笑话"} {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			s.Prepare(ctx, Turn{Kind: Speech, Text: text, Heard: 1})
			cancel()
		}
		synctest.Wait()
		if d.asked["orders"] != 1 || d.ended != 1 {
			t.Errorf("asked %d times, ended %d: want one look-up, joined by more words and ended by others", d.asked["orders"], d.ended)
		}
		s.Forget()
	})
}

// TestNothingIsDoneAhead thinks about the turn that would change something.
func TestNothingIsDoneAhead(t *testing.T) {
	d := demoDesk(t, 0)
	s := open(t, d, "13901286634")
	for _, text := range []string{"帮我催一下快递", "我要退货", "是的", "帮我登记个工单", "是的", "转人工"} {
		before := d.changes
		s.Prepare(t.Context(), Turn{Kind: Speech, Text: text, Heard: 1})
		if d.changes != before {
			t.Fatalf("thinking about %q changed something", text)
		}
		acts(t, s, Turn{Kind: Speech, Text: text})
	}
	s.Forget()
	if d.changes == 0 {
		t.Error("the turns themselves changed nothing: this test proves nothing")
	}
}

// TestThinkingAheadChangesNothing plays transcripts with each turn thought about first: what is said must be the same,
// and the conversation must stand where it stood.
func TestThinkingAheadChangesNothing(t *testing.T) {
	files, err := filepath.Glob("testdata/*.chat")
	if err != nil || len(files) < 30 {
		t.Fatalf("%d transcripts, %v", len(files), err)
	}
	for i, file := range files {
		if i%8 > 0 {
			continue // these show it
		}
		plain, ahead := talked(t, file, false), talked(t, file, true)
		if plain != ahead {
			t.Errorf("%s: with thinking ahead\n%s\nwithout\n%s", file, ahead, plain)
		}
	}
}

// talked plays what callers say in a transcript and returns all acts.
func talked(t *testing.T, file string, ahead bool) string {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	s := demoEngine(t).Open(CallInfo{ID: "ahead", Caller: "13901286634"})
	for line := range strings.Lines(string(raw)) {
		text, ok := strings.CutPrefix(strings.TrimSpace(line), "> ")
		if !ok {
			continue
		}
		turn := Turn{Kind: Speech, Text: text, Confidence: 0.9, Heard: 1}
		if keys, ok := strings.CutPrefix(text, "#"); ok {
			turn = Turn{Kind: Keys, Keys: keys, Heard: 1}
		}
		if ahead && turn.Kind == Speech {
			before := fmt.Sprintf("%+v", standing(s))
			s.Prepare(t.Context(), turn)
			if after := fmt.Sprintf("%+v", standing(s)); after != before {
				t.Fatalf("%s: thinking about %q changed\n%s\ninto\n%s", file, text, before, after)
			}
		}
		for act, err := range s.Reply(t.Context(), turn) {
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&out, "%s: %s %v\n", act.Name, act.Say, act.Expect)
			if act.Outcome != nil {
				fmt.Fprintf(&out, "%s %s %+v\n", act.Outcome.Kind, act.Outcome.Queue, act.Outcome.Handoff)
			}
		}
	}
	s.Forget()
	return out.String()
}

// standing is what of a conversation a turn may change.
func standing(s *Session) Session {
	c := *s
	c.Engine, c.script, c.shop, c.foresight, c.late, c.log, c.out, c.confirmed, c.until = nil, script{}, nil, nil, nil, nil, nil, nil, time.Time{}
	return c
}

// TestCopiesShareNothing fails where somebody adds a map, a slice or a pointer to a conversation that its copy shares.
func TestCopiesShareNothing(t *testing.T) {
	s := &Session{Engine: &Engine{}}
	fill(reflect.ValueOf(s).Elem())
	shared := map[string]bool{"Engine": true, "script": true, "shop": true, "foresight": true, "late": true, "log": true, "out": true, "confirmed": true, "rest": true, "until": true}
	c := s.copied()
	a, b := reflect.ValueOf(s).Elem(), reflect.ValueOf(c).Elem()
	for i := range a.NumField() {
		if name := a.Type().Field(i).Name; !shared[name] {
			compare(t, name, a.Field(i), b.Field(i))
		}
	}
}

// compare reports what two values of one type share.
func compare(t *testing.T, name string, a, b reflect.Value) {
	t.Helper()
	switch a.Kind() {
	case reflect.Map, reflect.Slice:
		if a.Pointer() == b.Pointer() {
			t.Errorf("%s is shared with the copy: add it to copied", name)
			return
		}
		if a.Kind() == reflect.Slice && a.Type().Elem().PkgPath() == "voxgate/dialog" {
			compare(t, name, a.Index(0), b.Index(0))
		}
	case reflect.Pointer:
		if a.Pointer() == b.Pointer() {
			t.Errorf("%s is shared with the copy: add it to copied", name)
		}
	case reflect.Struct:
		for i := range a.NumField() {
			compare(t, name+"."+a.Type().Field(i).Name, a.Field(i), b.Field(i))
		}
	}
}

// fill gives every map, slice and pointer of a value something.
func fill(v reflect.Value) {
	v = reflect.NewAt(v.Type(), unsafe.Pointer(v.UnsafeAddr())).Elem()
	switch v.Kind() {
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		if v.Type().Elem().PkgPath() == "voxgate/dialog" {
			fill(v.Index(0))
		}
	case reflect.Pointer:
		if v.IsNil() && v.Type().Elem().Kind() == reflect.Struct {
			v.Set(reflect.New(v.Type().Elem()))
		}
	case reflect.Struct:
		if v.Type().PkgPath() == "time" {
			return
		}
		for i := range v.NumField() {
			fill(v.Field(i))
		}
	}
}

// BenchmarkPrepare is what thinking about one reading of an utterance costs.
func BenchmarkPrepare(b *testing.B) {
	s := demoEngine(b).Open(CallInfo{Caller: "13901286634"})
	for b.Loop() {
		s.Prepare(b.Context(), Turn{Kind: Speech, Text: "我的快递到哪了", Heard: 1})
		s.Forget()
	}
}
