package decode

import (
	"slices"
	"strings"
	"testing"
)

func TestPronounce(t *testing.T) {
	zh := language(t, "zh")
	for text, want := range map[string][]string{
		"雪顶云雾茶":        {"xue3 ding3 yun2 wu4 cha2"},
		"T恤":           {"ti4 xu4"},
		"38码":          {"san1 shi2 ba1 ma3", "san1 ba1 ma3"},
		"iPhone 15":    {"ai4 feng4 shi2 wu3", "ai4 feng4 yi1 wu3"},
		"1.5L":         {"yi1 dian3 wu3 ai2 lou5", "yi1 dian3 wu3 sheng1"},
		"ABC":          {"ei1 bi4 sei1"},
		"单茜":           {"shan4 qian4", "dan1 xi1"},
		"乐行":           {"yue4 xing2", "le4 hang2"},
		"Zephyr 耳机":    {"zai4 fe4 er3 ji1", "ei4 fe4 er3 ji1"},
		"Uniqlo":       {"a4 ni4 ke5 lou4"},
		"2048":         {"er4 ling2 si4 ba1", "liang3 qian1 ling2 si4 shi2 ba1"},
		"50000":        {"wu3 ling2 ling2 ling2 ling2", "wu3 wan4"},
		"110":          {"yi1 bai3 yi1 shi2", "yi1 yi1 ling2"},
		"1234567":      {"yi1 er4 san1 si4 wu3 liu4 qi1"},
		"A&B":          {"ei1 he2 bi4"},
		"云雾茶（礼盒装）！":    {"yun2 wu4 cha2 li3 he2 zhuang1"},
		"Mate 60 Pro+": {"mei4 te5 liu4 shi2 pu5 rou4 jia1"},
	} {
		p := zh.pronounce(text)
		for _, w := range want {
			if !slices.Contains(p.readings, w) {
				t.Errorf("%s: %q is not among %q", text, w, p.readings)
			}
		}
		if len(p.readings) > maxReadings {
			t.Errorf("%s: %d readings", text, len(p.readings))
		}
		for _, r := range p.readings {
			if _, err := zh.spelling.spell(r); err != nil {
				t.Errorf("%s: %q: %v", text, r, err)
			}
		}
	}
	for text, want := range map[string]string{"€云茶": "€", "云é": ""} {
		if p := zh.pronounce(text); p.skipped != want || (want == "") != (p.unread != "") {
			t.Errorf("%s: %+v", text, p)
		}
	}
}

// Every word that follows the rules of English spelling must come out in sounds that the recogniser has.
func TestGuessedWordsCanBeSpelled(t *testing.T) {
	zh, en := language(t, "zh"), language(t, "en")
	words := strings.Fields("zephyr strength rhythm psst schnapps quixotic wye aye eau hmm tsk xylophone o'neill bzzt ough oyu jaguar vroom thwart yacht")
	for w := range zh.loans {
		words = append(words, w)
	}
	for _, w := range words {
		phones := guessed(w)
		if _, err := en.spelling.spell(strings.Join(phones, " ")); err != nil && len(phones) > 0 {
			t.Errorf("%s: %v: %v", w, phones, err)
		}
		for _, r := range nativised(phones) {
			if _, err := zh.spelling.spell(r); err != nil {
				t.Errorf("%s: %v: %q: %v", w, phones, r, err)
			}
		}
	}
	vowels, consonants := make([]string, 0, len(nuclei)), []string{""}
	for v := range nuclei {
		vowels = append(vowels, v)
	}
	for c := range onsets {
		consonants = append(consonants, c)
	}
	for _, v := range vowels {
		for _, c := range consonants {
			for _, coda := range append(consonants, "N D", "L K S") {
				for _, r := range nativised(strings.Fields(c + " " + v + " " + coda + " " + v)) {
					if _, err := zh.spelling.spell(r); err != nil {
						t.Errorf("%s %s %s: %q: %v", c, v, coda, r, err)
					}
				}
			}
		}
	}
}

func TestLoansAndHeteronymsCanBeSpelled(t *testing.T) {
	zh := language(t, "zh")
	for _, table := range []map[string][]string{zh.loans, zh.heteronyms} {
		for w, readings := range table {
			for _, r := range readings {
				if _, err := zh.spelling.spell(r); err != nil {
					t.Errorf("%s: %q: %v", w, r, err)
				}
			}
		}
	}
}

func TestPronounceEnglish(t *testing.T) {
	en := language(t, "en")
	for text, want := range map[string]string{
		"Zephyr":    "Z EH F ER",
		"order":     "AO R D ER",
		"SF 12":     "EH S EH F W AH N T UW",
		"云雾茶":       "",
		"Zephyr 耳机": "",
	} {
		if p := en.pronounceEnglish(text); strings.Join(p.readings, "|") != want && !slices.Contains(p.readings, want) {
			t.Errorf("%s: %q, want %q", text, p.readings, want)
		}
	}
}
