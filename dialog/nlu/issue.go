package nlu

import (
	"regexp"
	"strings"
)

// issuePhrases are ways to say what is wrong that no single word carries; the first that fits is taken.
var issuePhrases = []struct {
	class string
	said  *regexp.Regexp
}{
	{"少件", regexp.MustCompile(`(?:说好?|答应|写着?|承诺)的?[送赠配带][^，,]{1,8}没有?[给送放见收]|(?:说好|应该|明明|写着?|[买订拍]了?)[^，,]{0,8}[\s,，]+(?:可是?|结果)?(?:到我?手[上里]?|收到)(?:就|才|只有)?[一二两三四五六七八九][个件瓶袋双只盒包箱本]`)},
	{"错发", regexp.MustCompile(`(?:我|本来)(?:要|买|订|拍|选)的[^，,]{0,8}(?:发|寄|给|送)(?:了|来|我)*(?:了?[个成]|的是|来的是|过来的是)|我(?:要|买|订|拍|选)的?[^，,\s]{1,8}[\s,，]+(?:结果|却|可)?(?:发|寄|送)(?:我|过)?来?的(?:却)?是|(?:发|寄|送)[过]?来?的(?:却|竟然)?是(?:另|别|左|右|两只|旧|[^，,\s我新好]{1,4}的)`)},
	{"描述不符", regexp.MustCompile(`[跟和与同](?:你们)?(?:直播间?|图片?|照片|页面|介绍|宣传|详情|广告|视频|描述|说明)[里上中]?(?:的|展示的?|演示的?|[说写拍]的)*(?:东西)?(?:完全|根本|差)|不是一回事|写的?(?:是|着)?[^，,\s]{1,6}[\s,，]*(?:一[摸看试量]|其实|实际上?|结果|收到|到手)[^，,]{0,3}是`)},
	{"质量", regexp.MustCompile(`[一两三几][下次天回](?:我)?就(?:[停坏断裂缩漏散]|掉[了色漆毛]|没[电声反用]|不[转亮响热动能好])`)},
}

// issuePhrase is the class of what is wrong, empty where no phrase says it.
func issuePhrase(text string) string {
	for _, p := range issuePhrases {
		if p.said.MatchString(text) {
			return p.class
		}
	}
	return ""
}

var (
	reasonLead = regexp.MustCompile(`^(?:嗯+|呃+|额|啊|那个|这个|就是说?|因为|由于|主要是?|原因是|well|because|it's because|just|[\s,，])+`)
	asksBack   = regexp.MustCompile(`吗|什么|怎么|哪|多久|多少|几时|为啥|干嘛|\?|？|\b(?:what|how|why|when|where|who|can you|do you)\b`)
	answers    = regexp.MustCompile(`^(?:嗯|哦|呃|\s)*(?:对|好|行|是|可以|没错|不是|不用|yes|yeah|ok|okay|sure|no|nope)(?:的|啊|吧|呀|了|对|好)*(?:$|[\s,，])`)
	noReason   = regexp.MustCompile(`没(?:有)?(?:什么)?原因|不想说|别问|你管|随便|不知道|[说讲]过了|刚[说讲]|\b(?:no reason|don't know|none of your)\b`)
)

// longest and shortest reason in the caller's own words, in characters; an English word counts for two of them.
const (
	longestReason  = 20
	shortestReason = 3
	perWord        = 2
)

// freeReason takes an answer to the question for a reason in the caller's own words.
func (l *line) freeReason() {
	if l.state.Asked != "reason" || l.state.Confirm || answers.MatchString(l.whole) || l.r.Slots["issue"] != "" || l.r.Slots["number"] != "" || l.r.Slots["phone_tail"] != "" {
		return
	}
	said := strings.TrimSpace(strings.TrimRight(reasonLead.ReplaceAllString(l.whole, ""), " 。.!！吧呀啊呢"))
	n := len([]rune(said))
	if Latin(said) {
		n = len(strings.Fields(said)) * perWord
	}
	if n < shortestReason || n > longestReason || asksBack.MatchString(said) || noReason.MatchString(said) || strongIntent(l.heard) != "" || shortAct(l.heard, l.state) != "" {
		return
	}
	delete(l.r.Slots, "attr")
	l.r.Slots["reason"] = said
}
