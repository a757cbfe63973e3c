package nlu

import (
	"regexp"
	"strings"
)

// firms are what the names of firms and offices end with.
const firms = `有限责任公司|股份有限公司|有限公司|公司|集团|工作室|事务所|合作社|经营部|商行|超市|饭店|酒店|宾馆|餐厅|药店|诊所|医院|学校|大学|学院|中学|小学|幼儿园|研究所|研究院|设计院|出版社|银行|委员会|管理局|局|厂|店|社|中心|协会|基金会|党校|村委会|居委会|派出所|街道办`

var (
	titleLead = regexp.MustCompile(`(?:发票)?抬头(?:的?名字|名称|信息)?(?:应该|就|改|换|写|开|填|是|成|为|叫|给|一下|要|的话|我要|用|我们单位的?|我们公司的?|[\s,，])*|(?:公司|单位)(?:的)?(?:名字|名称|全称)(?:是|叫|就是|写|改成|[\s,，])*|(?:发票|票)(?:改|换|写|开|填|给|成|到|我们|上|的|是|[\s,，])+`)
	titleFirm = regexp.MustCompile(`^[\p{Han}a-z0-9（）()]{2,30}?(?:` + firms + `)(?:\p{Han}{2,4}(?:分公司|分店))?`)
	titleSelf = regexp.MustCompile(`^(?:个人|私人|我个人|本人)`)
	firmName  = regexp.MustCompile(`\p{Han}{4,24}(?:有限责任公司|股份有限公司|有限公司)(?:\p{Han}{2,4}分公司)?`)
	notTitle  = regexp.MustCompile(`^(?:用|我们?|你们?|他们?|这家|那家|一个|开|公司|单位|那个|这个|的|错|怎么|什么|没|不)|什么|哪|吗|怎么|[了呢]`)
	invoiceOf = regexp.MustCompile(`发票|抬头|开票|专票|普票|税号|\binvoice\b`)
	titleEn   = regexp.MustCompile(`\b(?:title|header|heading|company name|made out to|make (?:the invoice|it) out to|out to|invoice to|issued to|in the name of|bill to)(?: (?:is|should be|to|as|of|on the invoice))*\s+([a-z&'-]+(?: [a-z&'-]+){0,5})`)
	titleStop = regexp.MustCompile(`\s(?:and|with|tax|please|instead|the tax|my|our|email|thanks|not)\b.*$`)
)

// titles leaves the name that an invoice is made out to: 抬头写杭州云帆科技有限公司, 抬头个人.
func (l *line) titles() {
	if !invoiceOf.MatchString(l.whole) && !strings.HasPrefix(l.state.Asked, "invoice") {
		return
	}
	var all []candidate
	for _, m := range titleLead.FindAllStringIndex(l.text, -1) {
		at := m[1] + len(fillers.FindString(l.text[m[1]:]))
		rest := l.text[at:]
		if strings.HasSuffix(l.text[:at], "成") && strings.HasPrefix(l.text[at:], "都") {
			at -= len("成") // of 成都
			rest = l.text[at:]
		}
		if self := titleSelf.FindString(rest); self != "" {
			all = append(all, candidate{"个人", at, at + len(self), false})
			continue
		}
		if person := personName(personAhead.FindString(rest)); person != "" && strings.Contains(l.text[m[0]:m[1]], "抬头") {
			all = append(all, candidate{person, at, at + len(person), false})
			continue
		}
		firm := titleFirm.FindString(strings.ReplaceAll(rest, " ", ""))
		if firm == "" || notTitle.MatchString(firm) || strings.Contains(firm, "抬头") || denied2.MatchString(lastBytes(l.text[:m[0]], near)) {
			continue
		}
		all = append(all, candidate{firm, at, at + lengthWith(rest, firm), false})
	}
	if len(all) == 0 {
		if m := firmName.FindStringIndex(l.text); m != nil {
			from := m[0] + len(firmLead.FindString(l.text[m[0]:m[1]]))
			all = append(all, candidate{l.text[from:m[1]], from, m[1], false})
		}
	}
	if len(all) == 0 && personal.MatchString(l.text) {
		l.set("invoice_title", "个人")
	}
	if m := titleEn.FindStringSubmatchIndex(l.text); m != nil && len(all) == 0 {
		title := titleStop.ReplaceAllString(l.text[m[2]:m[3]], "")
		all = append(all, candidate{sameCase(l.r.Text, title), m[2], m[2] + len(title), false})
	}
	l.fill("invoice_title", all)
}

var (
	personal    = regexp.MustCompile(`个人抬头|抬头[^不]{0,18}个人`)
	personAhead = regexp.MustCompile(`^\p{Han}{2,4}(?:\s|$)`)
	denied2     = regexp.MustCompile(`不$`)
	firmLead    = regexp.MustCompile(`^.*?(?:写|开给|开|是|叫|改成|换成|给|成|为|抬头|名称|公司名字)`)
)

// lengthWith is how many bytes of text hold the characters of name, with the spaces between them.
func lengthWith(text, name string) int {
	at := 0
	for at < len(text) && name != "" {
		if text[at] != ' ' {
			name = name[1:]
		}
		at++
	}
	return at
}
