package dtmf

import (
	"errors"
	"slices"
	"testing"
	"time"

	"voxgate/media/mediatest"
)

// packet is an event packet as a test writes it.
type packet struct {
	code      uint8
	end       bool
	timestamp uint32
	duration  uint16
	marker    bool
}

func keysOf(t *testing.T, packets []packet) string {
	t.Helper()
	r, got := NewReceiver(8000), ""
	for _, p := range packets {
		key, pressed, err := r.Push(Event{Code: p.code, End: p.end, Volume: 10, Duration: p.duration}.Append(nil), p.timestamp, p.marker)
		if err != nil {
			t.Fatal(err)
		}
		if pressed {
			got += string(key)
		}
	}
	return got
}

func TestPressesAreCountedOnce(t *testing.T) {
	for name, c := range map[string]struct {
		packets []packet
		want    string
	}{
		"as it should be":               {[]packet{{5, false, 1000, 160, true}, {5, false, 1000, 320, false}, {5, true, 1000, 480, false}, {5, true, 1000, 480, false}, {5, true, 1000, 480, false}}, "5"},
		"no marker":                     {[]packet{{5, false, 1000, 160, false}, {5, true, 1000, 320, false}}, "5"},
		"end lost, other key":           {[]packet{{1, false, 1000, 160, true}, {2, false, 3000, 160, true}}, "12"},
		"end lost, same key, marker":    {[]packet{{1, false, 1000, 160, true}, {1, false, 3000, 160, true}}, "11"},
		"end lost, same key, no marker": {[]packet{{1, false, 1000, 160, false}, {1, false, 1000, 800, false}, {1, false, 3000, 160, false}}, "11"},
		"only ends arrive":              {[]packet{{3, true, 1000, 800, false}, {3, true, 1000, 800, false}, {3, true, 4000, 800, false}}, "33"},
		"same key twice":                {[]packet{{7, false, 1000, 160, true}, {7, true, 1000, 320, false}, {7, false, 2000, 160, true}, {7, true, 2000, 320, false}}, "77"},
		"packet after the end":          {[]packet{{7, false, 1000, 160, true}, {7, true, 1000, 480, false}, {7, false, 1000, 320, false}}, "7"},
		"old press comes late":          {[]packet{{7, true, 1000, 480, false}, {8, false, 2000, 160, true}, {7, true, 1000, 480, false}, {8, true, 2000, 320, false}}, "78"},
		"longer than the field": {[]packet{
			{9, false, 1000, 160, true}, {9, false, 1000, 0xFFFF, false}, {9, false, 1000 + 0xFFFF, 160, false}, {9, true, 1000 + 0xFFFF, 800, false},
		}, "9"},
		"longer than the field, full packet lost": {[]packet{
			{9, false, 1000, 160, true}, {9, false, 1000, 65440, false}, {9, false, 1000 + 0xFFFF, 160, false}, {9, true, 1000 + 0xFFFF, 800, false},
		}, "9"},
		"timestamp moves with each packet":          {[]packet{{4, false, 1000, 160, true}, {4, false, 1160, 320, false}, {4, false, 1320, 480, false}, {4, true, 1480, 640, false}}, "4"},
		"moves as if it were one press, but ended":  {[]packet{{1, true, 1000, 160, false}, {1, false, 1320, 480, false}}, "11"},
		"moves as if it were one press, but marked": {[]packet{{1, false, 1000, 160, true}, {1, false, 1320, 480, true}}, "11"},
		"timestamps wrap":                           {[]packet{{4, false, 1<<32 - 100, 160, true}, {4, true, 1<<32 - 100, 320, false}, {6, false, 2000, 160, true}}, "46"},
		"sender begins anew":                        {[]packet{{4, true, 1 << 30, 160, true}, {4, false, 500, 160, true}}, "44"},
		"no key":                                    {[]packet{{16, false, 1000, 160, true}, {40, true, 3000, 160, false}}, ""},
		"all of them": {[]packet{
			{0, true, 1000, 800, true}, {10, true, 3000, 800, true}, {11, true, 5000, 800, true}, {12, true, 7000, 800, true}, {15, true, 9000, 800, true},
		}, "0*#AD"},
	} {
		if got := keysOf(t, c.packets); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

// wire spells keys as a Sender does, in 20 ms ticks.
func wire(t *testing.T, keys string) []packet {
	t.Helper()
	s, err := NewSender(keys, 8000)
	if err != nil {
		t.Fatal(err)
	}
	var out []packet
	begin := uint32(1<<32 - 4000) // wraps on the way
	for now := begin; ; now += 160 {
		step, more := s.Next()
		if !more {
			return out
		}
		if step.Begin {
			begin = now
		}
		if step.Send {
			out = append(out, packet{step.Event.Code, step.Event.End, begin, step.Event.Duration, step.Begin})
		}
	}
}

func TestSenderFollowsTheRFC(t *testing.T) {
	s, _ := NewSender("1#", 8000)
	if got := s.Length(); got != 400*time.Millisecond {
		t.Errorf("two keys take %v", got)
	}
	packets := wire(t, "1#")
	ends := map[uint32]int{}
	for i, p := range packets {
		if p.end {
			ends[p.timestamp]++
			if p.duration != PressTicks*160 {
				t.Errorf("end with duration %d", p.duration)
			}
		} else if i > 0 && packets[i-1].timestamp == p.timestamp && p.duration != packets[i-1].duration+160 {
			t.Errorf("duration %d after %d", p.duration, packets[i-1].duration)
		}
	}
	if len(ends) != 2 {
		t.Errorf("%d presses", len(ends))
	}
	for _, n := range ends {
		if n != 3 {
			t.Errorf("end sent %d times, want 3 (RFC 4733 section 2.5.1.4)", n)
		}
	}
}

// Keys come through a bad network whole: lost, doubled and late packets change nothing as long as one of each press arrives.
func TestKeysSurviveABadNetwork(t *testing.T) {
	const keys = "13800138000#0099*2ABCD"
	for seed := range uint64(200) {
		packets := wire(t, keys)
		faults := mediatest.Impairment{Loss: 0.2, Duplicate: 0.2, Reorder: 0.1, Hold: 45 * time.Millisecond, Jitter: 15 * time.Millisecond, Seed: seed}
		type arrival struct {
			at time.Duration
			packet
		}
		var arriving []arrival
		for i, delays := range mediatest.Fates(faults, len(packets)) {
			for _, d := range delays {
				arriving = append(arriving, arrival{time.Duration(i)*20*time.Millisecond + d, packets[i]})
			}
		}
		slices.SortStableFunc(arriving, func(a, b arrival) int { return int(a.at - b.at) })
		var heard []packet
		for _, a := range arriving {
			heard = append(heard, a.packet)
		}
		if got := keysOf(t, heard); got != keys {
			t.Fatalf("seed %d: sent %q, got %q", seed, keys, got)
		}
	}
}

func TestBadInputIsRefused(t *testing.T) {
	r := NewReceiver(8000)
	for _, b := range [][]byte{nil, {}, {1}, {1, 2, 3}} {
		if _, _, err := r.Push(b, 0, false); !errors.Is(err, ErrEvent) {
			t.Errorf("% x: %v, want ErrEvent", b, err)
		}
	}
	for _, keys := range []string{"1 2", "x", "１"} {
		if _, err := NewSender(keys, 8000); err == nil {
			t.Errorf("%q was taken for keys", keys)
		}
	}
	if s, err := NewSender("abcd", 8000); err != nil || s.codes[3] != 15 {
		t.Error("small letters are keys too")
	}
}

func TestEventRoundTrip(t *testing.T) {
	want := Event{Code: 11, End: true, Volume: 33, Duration: 54321}
	if got, err := Parse(want.Append(nil)); err != nil || got != want {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestInfoBodies(t *testing.T) {
	const relay, plain = "application/dtmf-relay", "application/dtmf"
	for _, c := range []struct {
		kind, body string
		key        rune
		duration   time.Duration
		want       error
	}{
		{relay, "Signal=5\r\nDuration=160\r\n", '5', 160 * time.Millisecond, nil},
		{relay, "Signal= 5\r\nDuration= 160", '5', 160 * time.Millisecond, nil},
		{relay, "signal=*\nduration=250\n", '*', 250 * time.Millisecond, nil},
		{relay, "Signal=#", '#', 0, nil},
		{relay, "Signal=10\r\nDuration=100", '*', 100 * time.Millisecond, nil},
		{relay, "Signal=11\r\n", '#', 0, nil},
		{relay, "Signal=d\r\n", 'D', 0, nil},
		{relay + "; charset=utf-8", "Signal=0\r\nDuration=160\r\n\r\n", '0', 160 * time.Millisecond, nil},
		{"Application/DTMF-Relay", "Signal=1\r\n", '1', 0, nil},
		{plain, "9", '9', 0, nil},
		{plain, "9\r\n", '9', 0, nil},
		{plain, "11", '#', 0, nil},
		{plain, "", 0, 0, ErrInfoBody},
		{relay, "Duration=160", 0, 0, ErrInfoBody},
		{relay, "Signal=\r\n", 0, 0, ErrInfoBody},
		{relay, "Signal=55", 0, 0, ErrInfoBody},
		{relay, "Signal=x", 0, 0, ErrInfoBody},
		{relay, "Signal=5\r\nDuration=soon", 0, 0, ErrInfoBody},
		{relay, "Signal=5\r\nDuration=99999999", 0, 0, ErrInfoBody},
		{relay, "Signal=5\r\n" + string(make([]byte, 600)), 0, 0, ErrInfoBody},
		{"text/plain", "5", 0, 0, ErrInfoType},
		{"", "5", 0, 0, ErrInfoType},
	} {
		key, duration, err := ParseInfo(c.kind, []byte(c.body))
		if key != c.key || duration != c.duration || !errors.Is(err, c.want) {
			t.Errorf("%s %.30q: %q, %v, %v; want %q, %v, %v", c.kind, c.body, key, duration, err, c.key, c.duration, c.want)
		}
	}
}

func FuzzEvents(f *testing.F) {
	f.Add([]byte{5, 0x8A, 3, 0x20, 0, 0, 0, 1, 1})
	f.Fuzz(func(t *testing.T, data []byte) {
		r := NewReceiver(8000)
		for len(data) >= 9 {
			key, pressed, err := r.Push(data[:4], uint32(data[4])<<24|uint32(data[5])<<16|uint32(data[6])<<8|uint32(data[7]), data[8]&1 != 0)
			if err != nil || pressed != (key != 0) {
				t.Fatalf("key %q, pressed %v, %v", key, pressed, err)
			}
			data = data[9:]
		}
		if _, _, err := r.Push(data, 0, false); (err == nil) != (len(data) >= 4) {
			t.Fatalf("%d octets: %v", len(data), err)
		}
	})
}

func FuzzParseInfo(f *testing.F) {
	f.Add("application/dtmf-relay", []byte("Signal=5\r\nDuration=160\r\n"))
	f.Add("application/dtmf", []byte("11"))
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		key, duration, err := ParseInfo(kind, body)
		if err != nil {
			if key != 0 || !errors.Is(err, ErrInfoBody) && !errors.Is(err, ErrInfoType) {
				t.Fatalf("%q with %v", key, err)
			}
			return
		}
		if _, ok := code(key); !ok || duration < 0 {
			t.Fatalf("key %q, duration %v", key, duration)
		}
	})
}
