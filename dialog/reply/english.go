package reply

import (
	"regexp"
	"strings"
	"unicode"

	"voxgate/dialog/shop"
)

// wordsEnglish are the shop's usual words in English.
var wordsEnglish = map[string]string{
	"白色": "white", "黑色": "black", "红色": "red", "蓝色": "blue", "灰色": "grey", "银色": "silver", "绿色": "green", "粉色": "pink", "黄色": "yellow",
	"紫色": "purple", "棕色": "brown", "橙色": "orange", "金色": "gold", "米白": "off-white", "米色": "beige", "藏青": "navy", "卡其色": "khaki", "咖啡色": "brown",
	"大号": "large", "中号": "medium", "小号": "small", "均码": "one size", "标准款": "the standard one",
	"原支付方式": "the way you paid", "信用卡": "your credit card", "花呗": "Huabei", "余额": "your balance",
	"电子发票": "an electronic invoice", "普通发票": "a plain invoice", "专用发票": "a special VAT invoice", "专票": "a special VAT invoice", "普票": "a plain invoice", "增值税专用发票": "a special VAT invoice", "个人": "personal",
	"商品照片": "photos of the product", "外包装照片": "photos of the packaging", "购买凭证": "the proof of purchase",
	"门卫": "the gatekeeper", "前台": "the reception", "物业": "the property office", "邻居": "a neighbour", "门口": "the door", "家里": "home",
	"快递柜": "a parcel locker", "驿站": "a pickup point", "家人": "a family member", "普通": "standard",
}

var unitsEnglish = []struct {
	pattern *regexp.Regexp
	english string
}{
	{regexp.MustCompile(`^([A-Z\d.]+)[码号]$`), "size $1"},
	{regexp.MustCompile(`^([\d.]+)寸$`), "$1 inches"},
	{regexp.MustCompile(`^([\d.]+)米$`), "$1 metres"},
	{regexp.MustCompile(`^(\d+)期$`), "$1 instalments"},
	{regexp.MustCompile(`^([A-Za-z\d.]+)$`), "$1"},
}

// english is a text of the shop whose words are all known: 黑色 41码 is black size 41; empty otherwise.
func english(text string) string {
	var out []string
	for _, part := range strings.Fields(text) {
		word := wordsEnglish[part]
		if word == "" {
			word = statusEnglish[part]
		}
		for _, u := range unitsEnglish {
			if word == "" && u.pattern.MatchString(part) {
				word = u.pattern.ReplaceAllString(part, u.english)
			}
		}
		if word == "" {
			return ""
		}
		out = append(out, word)
	}
	return strings.Join(out, " ")
}

// latin is a caller's own word in an English sentence: hanzi by their sound, the names of places with capitals.
func latin(t shop.Type, text, lang string) string {
	switch {
	case lang != "en":
		return text
	case strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) }):
		return place(text, lang)
	case t != shop.TypePlace || text != strings.ToLower(text):
		return text
	}
	words := strings.Fields(text)
	for i, w := range words {
		words[i] = strings.ToUpper(w[:1]) + w[1:]
	}
	return strings.Join(words, " ")
}
