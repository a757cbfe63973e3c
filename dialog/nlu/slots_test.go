package nlu

import (
	"maps"
	"os"
	"strings"
	"testing"
	"time"
)

// friday is when the utterances of the tables are said.
var friday = time.Date(2026, time.March, 20, 15, 30, 0, 0, time.FixedZone("CST", 8*3600))

// TestSlotTable holds the values read from the utterances of the tables in testdata.
func TestSlotTable(t *testing.T) {
	for name, least := range map[string]int{"slots.txt": 300, "slots_more.txt": 80} {
		t.Run(name, func(t *testing.T) { slotTable(t, "testdata/"+name, least) })
	}
}

func slotTable(t *testing.T, path string, least int) {
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	p := parser(t)
	state, cases := State{Now: friday}, 0
	for _, line := range strings.Split(string(data), "\n") {
		if asked, ok := strings.CutPrefix(line, "asked "); ok {
			state.Asked = strings.Trim(asked, "-")
			continue
		}
		if line == "" || line[0] == '#' {
			continue
		}
		cases++
		text, values, _ := strings.Cut(line, "\t")
		want := map[string]string{}
		for _, pair := range strings.Split(values, "; ") {
			if name, value, ok := strings.Cut(pair, "="); ok {
				want[name] = value
			}
		}
		if r := p.Understand(text, "", state); !maps.Equal(r.Slots, want) {
			t.Errorf("%s (%s): got %v, want %v", text, state.Asked, r.Slots, want)
		}
	}
	if cases < least {
		t.Errorf("only %d cases", cases)
	}
}

func BenchmarkSlots(b *testing.B) {
	for name, text := range map[string]string{
		"short": "帮我查一下尾号三七二幺的快递到哪了",
		"long":  "呃 我那个空气炸锅地址写错了 改到湖北省武汉市洪山区珞喻路一百五十二号八栋一二零三 收件人换成我妈李秀英 电话是幺三八零零零零幺二三四 后天下午送",
		"en":    "please change the address to one five two luoyu road hongshan district wuhan and deliver it next wednesday afternoon",
	} {
		b.Run(name, func(b *testing.B) {
			h := hear(text, "")
			for b.Loop() {
				r := Reading{Text: text, Lang: langOf(text, ""), Slots: map[string]string{}}
				fillSlots(&r, h, State{Now: friday})
			}
		})
	}
}
