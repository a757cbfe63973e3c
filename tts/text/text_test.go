package text

import (
	"bufio"
	"os"
	"strings"
	"testing"
	"time"
)

func TestGolden(t *testing.T) {
	file, err := os.Open("testdata/golden.tsv")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	cases := 0
	for scanner := bufio.NewScanner(file); scanner.Scan(); {
		line := scanner.Text()
		written, want, ok := strings.Cut(line, "\t")
		if !ok || strings.HasPrefix(line, "# ") {
			continue
		}
		cases++
		if got := Normalise(written); got != want {
			t.Errorf("%s\n got %s\nwant %s", written, got, want)
		}
	}
	if cases < 150 {
		t.Errorf("%d cases, at least 150 wanted", cases)
	}
}

func TestLongTextIsCutAtAPause(t *testing.T) {
	said := Normalise(strings.Repeat("您的包裹到了。", 2000))
	if n := strings.Count(said, "您的包裹到了."); n != MaxRunes/7 || strings.Count(said, "您") != n {
		t.Errorf("%d whole sentences of %d", n, strings.Count(said, "您"))
	}
	if said := Normalise(strings.Repeat("1", 5000)); len([]rune(strings.ReplaceAll(said, "|", ""))) != MaxRunes {
		t.Errorf("%d digits", len([]rune(said)))
	}
}

func BenchmarkPlan(b *testing.B) {
	for b.Loop() {
		Plan("您的空气炸锅昨天4:40到达武汉转运中心,单号SF1562204478319,退款45.9元", Chinese)
	}
}

func TestPlanChinese(t *testing.T) {
	got := render(Plan("您的空气炸锅到武汉了,单号SF1562204478319。请说hello world", Chinese))
	want := "您的空气炸锅到武汉了,单号[S F]|幺五六二|二零四四|七八三|幺九.请说[hello world]"
	if got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
	long := Plan(strings.Repeat("您的包裹已经到达", 40), Chinese)
	joined := ""
	for _, c := range long {
		if n := len([]rune(c.Parts[0].Text)); n > maxClause {
			t.Errorf("clause of %d hanzi", n)
		}
		joined += c.Parts[0].Text
	}
	if joined != strings.Repeat("您的包裹已经到达", 40) {
		t.Error("cutting a long clause lost text")
	}
}

func TestSyllables(t *testing.T) {
	for _, c := range []struct {
		part Part
		want string
	}{
		{Part{Lang: Chinese, Text: "S F", Letters: true}, "ai2 si5 ai2 fu5"},
		{Part{Lang: Chinese, Text: "不是"}, "bu2 shi4"},
		{Part{Lang: English, Text: "hello"}, ""},
	} {
		if got := strings.Join(c.part.Syllables(), " "); got != c.want {
			t.Errorf("%+v: %s", c.part, got)
		}
	}
	for letter := 'A'; letter <= 'Z'; letter++ {
		if len(letterNames[letter]) == 0 {
			t.Errorf("%c has no name", letter)
		}
	}
}

func render(plan []Clause) string {
	var b strings.Builder
	marks := map[time.Duration]string{0: "", PauseGap: "|", PauseComma: ",", PauseStop: "."}
	for _, c := range plan {
		for _, p := range c.Parts {
			if p.Letters || len(c.Parts) > 1 && p.Lang == English {
				b.WriteString("[" + p.Text + "]")
				continue
			}
			b.WriteString(p.Text)
		}
		b.WriteString(marks[c.Pause])
	}
	return b.String()
}

func TestPinyinSandhi(t *testing.T) {
	for hanzi, want := range map[string]string{
		"不是":      "bu2 shi4",
		"不行":      "bu4 xing2",
		"不知道":     "bu4 zhi1 dao4",
		"是还是不是":   "shi4 hai2 shi4 bu2 shi4",
		"是不是":     "shi4 bu5 shi4",
		"好不好":     "hao3 bu5 hao3",
		"我不要了":    "wo3 bu2 yao4 le5",
		"一个":      "yi2 ge4",
		"一下":      "yi2 xia4",
		"一天":      "yi4 tian1",
		"一百":      "yi4 bai3",
		"一起":      "yi4 qi3",
		"第一":      "di4 yi1",
		"第一个":     "di4 yi1 ge4",
		"一月一号":    "yi1 yue4 yi1 hao4",
		"十一点":     "shi2 yi1 dian3",
		"三月二十一号":  "san1 yue4 er4 shi2 yi1 hao4",
		"看一看":     "kan4 yi5 kan4",
		"二零二一年":   "er4 ling2 er4 yi1 nian2",
		"统一":      "tong3 yi1",
		"一定":      "yi2 ding4",
		"等一会儿":    "deng3 yi2 huir4",
		"请按一":     "qing3 an4 yi1",
		"银行的单号":   "yin2 hang2 de5 dan1 hao4",
		"还没到":     "hai2 mei2 dao4",
		"一一查过":    "yi1 yi1 cha2 guo4",
		"万一丢了":    "wan4 yi1 diu1 le5",
		"差一点":     "cha4 yi4 dian3",
		"一点五公斤":   "yi1 dian2 wu3 gong1 jin1",
		"幺三七一共四位": "yao1 san1 qi1 yi2 gong4 si4 wei4",
	} {
		var got []string
		for _, word := range Pinyin(hanzi) {
			got = append(got, word...)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: got %s, want %s", hanzi, strings.Join(got, " "), want)
		}
	}
}
