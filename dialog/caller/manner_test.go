package caller

import (
	"strings"
	"testing"

	"voxgate/dialog"
)

// TestBreachesOfMannersAreFound holds the judge of manners against answers with one fault each.
func TestBreachesOfMannersAreFound(t *testing.T) {
	long := strings.Repeat("很长的话", 11) + "。"
	for _, c := range []struct {
		said string
		acts []dialog.Act
		want string
	}{
		{"围巾到哪了", []dialog.Act{{Name: "inform", Say: "您的围巾到无锡了。", Lang: "zh"}}, ""},
		{"气死我了", []dialog.Act{{Name: "inform", Say: "太好了，围巾到无锡了。", Lang: "zh"}}, "cheer"},
		{"worst service ever", []dialog.Act{{Name: "csat", Say: "Please rate this call.", Lang: "en"}}, "cheer"},
		{"在吗", []dialog.Act{{Name: "inform", Say: "要查吗？要催吗？", Lang: "zh"}}, "2 questions"},
		{"在吗", []dialog.Act{{Name: "inform", Say: "要查吗？", Lang: "zh"}, {Name: "inform", Say: "我在。", Lang: "zh"}}, "not last"},
		{"在吗", []dialog.Act{{Name: "inform", Say: long, Lang: "zh"}}, "44 characters"},
		{"在吗", []dialog.Act{{Name: "confirm:change_address", Say: long, Lang: "zh"}}, ""}, // read back whole
		{"hello", []dialog.Act{{Name: "inform", Say: "Your 围巾 is here.", Lang: "en"}}, "wrong language"},
		{"在吗", []dialog.Act{{Name: "inform", Say: "您的package到了。", Lang: "zh"}}, "wrong language"},
		{"抬头写云帆公司", []dialog.Act{{Name: "inform", Say: "In the name of 云帆公司.", Lang: "en"}}, ""}, // the caller's own words
		{"在吗", []dialog.Act{{Name: "inform", Lang: "zh"}}, "says nothing"},
		{"转人工", []dialog.Act{{Name: "inform", Say: "好的。", Lang: "zh"}, {Name: "transfer", Lang: "zh"}}, ""},
	} {
		var m manners
		got := strings.Join(m.judge(dialog.Turn{Kind: dialog.Speech, Text: c.said}, c.acts), "; ")
		if c.want == "" && got != "" || !strings.Contains(got, c.want) {
			t.Errorf("%s, %v: found %q, want %q", c.said, c.acts, got, c.want)
		}
	}
}

func TestOneSuggestionAndNoneInAnger(t *testing.T) {
	m := manners{}
	const offered = "买跑步鞋的顾客也常用运动袜。"
	if got := m.suggestion("好的。"+offered, offered); got != nil {
		t.Errorf("the first: %v", got)
	}
	if got := m.suggestion(offered, offered); got == nil {
		t.Error("a second one was not found")
	}
	m = manners{angry: true}
	if got := m.suggestion(offered, offered); got == nil {
		t.Error("one to an angry caller was not found")
	}
	if got := m.suggestion("别的话", offered); got != nil {
		t.Errorf("without one: %v", got)
	}
}
