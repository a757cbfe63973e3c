package scripts

import "testing"

func TestFactsAreHeardThroughMishearings(t *testing.T) {
	for _, c := range []struct {
		heard, fact string
		want        bool
	}{
		{"你的羊毛围巾顺丰快递今天凌晨五点二十分到达无锡转运中心", "无锡", true},
		{"你的羊毛为今今天五点到达五西转运中心", "无锡", true}, // the same sounds but for their ends
		{"到达南京转运中心", "无锡", false},
		{"取件码是八三二二零七", "8-3-2207", true},
		{"取件码是八三二二零八", "8-3-2207", true}, // one of six is within what a recogniser gets wrong
		{"取件码是八三七七零八", "8-3-2207", false},
		{"电话幺三八零零零零二三四五", "13800002345", true},
		{"预计明天晚上九点送到", "晚上八点", true},
		{"预计明天送到", "晚上八点", false},
		{"your pickup code is eight three two two zero seven", "8 3 2 2 0 7", true},
		{"it should arrive tomorrow at six pm", "tomorrow", true},
		{"it should arrive on friday", "tomorrow", false},
		{"", "无锡", false},
		{"什么都没有", "", true},
	} {
		if got := soundsIn(c.heard, c.fact); got != c.want {
			t.Errorf("%q in %q: got %v (%v of %v)", c.fact, c.heard, got, distanceWithin(syllables(c.heard), syllables(c.fact)), syllables(c.fact))
		}
	}
}
