package knowledge

import "testing"

func TestInEnglish(t *testing.T) {
	for zh, en := range map[string]string{
		"一点七升": "1.7 litres", "五升": "5 litres", "六十分贝以下": "below 60 decibels", "三十三分贝": "33 decibels", "两小时": "2 hours", "一千五百瓦": "1500 watts",
		"八百六十瓦": "860 watts", "十公斤": "10 kilograms", "三十五小时左右": "about 35 hours", "四十平方米": "40 square metres", "500毫升": "500 millilitres",
		"一万两千毫安时": "12000 milliamp hours", "敏感肌": "", "神经酰胺 不含酒精": "", "": "", "一点点升": "", "三": "", "二十四个月": "24 months",
	} {
		if got := inEnglish(zh); got != en {
			t.Errorf("%s: got %q, want %q", zh, got, en)
		}
	}
}
