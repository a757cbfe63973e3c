package codec

import (
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"
)

// segments are the columns of ITU-T G.711 tables 1 and 2: number of intervals and their size, from zero up, in the
// table's own units, and with that the decision values and the quantised values (the middles).
type segments []struct{ intervals, size int }

var (
	muTable2 = segments{{1, 1}, {15, 2}, {16, 4}, {16, 8}, {16, 16}, {16, 32}, {16, 64}, {16, 128}, {16, 256}}
	aTable1  = segments{{32, 2}, {16, 4}, {16, 8}, {16, 16}, {16, 32}, {16, 64}, {16, 128}}
)

// levels gives the decision values (one more than the intervals) that the table implies.
func (s segments) levels() []int {
	x, out := 0, []int{0}
	for _, seg := range s {
		for range seg.intervals {
			x += seg.size
			out = append(out, x)
		}
	}
	return out
}

func TestMuLawIsTable2(t *testing.T) {
	levels := muTable2.levels()
	if last := levels[len(levels)-1]; last != 8159 {
		t.Fatalf("test table ends at %d, the Recommendation at 8159", last)
	}
	for n := range 128 {
		octet := byte(0xFF - n)                 // positive values, bits inverted as sent
		middle := (levels[n] + levels[n+1]) / 2 // in 14-bit units
		if n == 0 {
			middle = 0
		}
		if got := int(DecodeMuLaw(octet)); got != middle*4 {
			t.Errorf("octet %#02x decodes to %d, table says %d", octet, got, middle*4)
		}
		if got := int(DecodeMuLaw(octet &^ 0x80)); got != -middle*4 {
			t.Errorf("octet %#02x decodes to %d, table says %d", octet&^0x80, got, -middle*4)
		}
		for _, v := range []int{levels[n] * 4, levels[n+1]*4 - 1} {
			if got := EncodeMuLaw(int16(v)); got != octet {
				t.Errorf("%d encodes to %#02x, table says %#02x", v, got, octet)
			}
			if got := EncodeMuLaw(int16(^v)); got != octet&^0x80 {
				t.Errorf("%d encodes to %#02x, table says %#02x", ^v, got, octet&^0x80)
			}
		}
	}
}

func TestALawIsTable1(t *testing.T) {
	levels := aTable1.levels()
	if last := levels[len(levels)-1]; last != 4096 {
		t.Fatalf("test table ends at %d, the Recommendation at 4096", last)
	}
	for n := range 128 {
		octet := byte(0x80|n) ^ 0x55
		middle := (levels[n] + levels[n+1]) / 2 // in 13-bit units
		if got := int(DecodeALaw(octet)); got != middle*8 {
			t.Errorf("octet %#02x decodes to %d, table says %d", octet, got, middle*8)
		}
		if got := int(DecodeALaw(octet ^ 0x80)); got != -middle*8 {
			t.Errorf("octet %#02x decodes to %d, table says %d", octet^0x80, got, -middle*8)
		}
		for _, v := range []int{levels[n] * 8, levels[n+1]*8 - 1} {
			if got := EncodeALaw(int16(v)); got != octet {
				t.Errorf("%d encodes to %#02x, table says %#02x", v, got, octet)
			}
			if got := EncodeALaw(int16(^v)); got != octet^0x80 {
				t.Errorf("%d encodes to %#02x, table says %#02x", ^v, got, octet^0x80)
			}
		}
	}
}

// The vectors were printed by another implementation (spandsp's g711.h, by the program in testdata/vectors.c): every
// decoded octet, and an encoded octet for every change over the whole 16-bit range.
func TestAgreesWithAnotherImplementation(t *testing.T) {
	text, err := os.ReadFile("testdata/g711.txt")
	if err != nil {
		t.Fatal(err)
	}
	encode := map[string]func(int16) byte{"mu": EncodeMuLaw, "a": EncodeALaw}
	decode := map[string]func(byte) int16{"mu": DecodeMuLaw, "a": DecodeALaw}
	from := map[string]int{"mu": -32768, "a": -32768}
	lines := 0
	for line := range strings.Lines(string(text)) {
		f := strings.Fields(line) // law "decode" octet value | law "encode" last octet
		a, errA := strconv.Atoi(f[2])
		b, errB := strconv.Atoi(f[3])
		if errA != nil || errB != nil {
			t.Fatalf("bad vector %q", line)
		}
		lines++
		if f[1] == "decode" {
			if got := decode[f[0]](byte(a)); int(got) != b {
				t.Errorf("%s octet %#02x decodes to %d, want %d", f[0], a, got, b)
			}
			continue
		}
		for v := from[f[0]]; v <= a; v++ {
			if f[0] == "mu" && v == a && v < -1 {
				continue // exactly a decision value: spandsp rounds it away from zero, ITU-T G.191 and we towards it
			}
			if got := encode[f[0]](int16(v)); int(got) != b {
				t.Fatalf("%s: %d encodes to %#02x, want %#02x", f[0], v, got, b)
			}
		}
		from[f[0]] = a + 1
	}
	if from["mu"] != 32768 || from["a"] != 32768 || lines < 1000 {
		t.Errorf("vectors cover %v in %d lines, want the whole range", from, lines)
	}
}

func TestCodecRoundTrip(t *testing.T) {
	for _, c := range []Codec{PCMU, PCMA} {
		enc, err := c.NewEncoder()
		if err != nil {
			t.Fatal(err)
		}
		dec, err := c.NewDecoder()
		if err != nil {
			t.Fatal(err)
		}
		for octet := range 256 {
			pcm, err := dec.Decode(nil, []byte{byte(octet)})
			if err != nil {
				t.Fatal(err)
			}
			again, _ := enc.Encode(nil, pcm)
			// Mu-law has two octets for zero; linear zero is the positive one.
			if int(again[0]) != octet && !(c.Name == "PCMU" && octet == 0x7F) {
				t.Errorf("%s: octet %#02x came back as %#02x", c, octet, again[0])
			}
		}
		for _, n := range []int{0, MaxSamples + 1} {
			if _, err := dec.Decode(nil, make([]byte, n)); !errors.Is(err, ErrPayload) {
				t.Errorf("%s: %d octets give %v, want ErrPayload", c, n, err)
			}
		}
	}
}

func BenchmarkG711(b *testing.B) {
	pcm, wire, back := make([]int16, 160), make([]byte, 0, 160), make([]int16, 0, 160)
	for i := range pcm {
		pcm[i] = int16(i * 200)
	}
	b.ReportAllocs()
	for b.Loop() {
		wire, _ = muLaw{}.Encode(wire[:0], pcm)
		back, _ = muLaw{}.Decode(back[:0], wire)
	}
}
