package nlu

import (
	"regexp"
	"slices"
	"strings"

	"voxgate/models/waybill"
)

var (
	pickupGroups = regexp.MustCompile(`([a-z]?)[\s-]?(` + houseDigits + `{1,3})\s?(?:[-—杠]|dash)\s?(` + houseDigits + `{1,3})\s?(?:[-—杠]|dash)\s?(` + houseDigits + `{3,6})`)
	pickupEn     = regexp.MustCompile(`\b(` + unitEn + `|zero|oh|\d+) (?:dash|hyphen) (` + unitEn + `|zero|oh|\d+) (?:dash|hyphen) ((?:(?:zero|oh|` + unitEn + `|\d)[ ]?){3,6})`)
	pickupBefore = regexp.MustCompile(`(?:取[件货]码|pickup code|pick up code|提货码|柜子?的?码|开柜码)(?:就是|是|为|写的|发的|[\s:：,，]| is| number)*$`)
	mailMark     = regexp.MustCompile(`@| at |艾特|圈a|小老鼠|花a`)
	mailWords    = regexp.MustCompile(`^(?:点|\.| dot |dot |下划线|underscore|杠|横杠|减号|-|_| ?[a-z0-9]+|[零一二三四五六七八九幺两洞])`)
	taxBefore    = regexp.MustCompile(`(?:税号|信用代码|识别号|纳税人号|tax (?:number|id|no)|tax id number)[^0-9a-z零一二三四五六七八九幺]{0,9}`)
	cardBefore   = regexp.MustCompile(`(?i)(卡号|银行卡|信用卡|储蓄卡|借记卡|付款卡|\bcard|visa|mastercard|银联)[^0-9零一二三四五六七八九幺]{0,14}$`)
	securityCode = regexp.MustCompile(`(?i)(?:cvv2?|cvc|安全码|有效期|背面(?:的)?(?:后|末)?三位(?:数字?|码)?|security code|expir\w+)[^0-9零一二三四五六七八九幺]{0,12}(?:` + houseDigits + `|` + unitEn + `)`)
)

var (
	private  = regexp.MustCompile(`(?:身份证|证件|护照|密码|身份号|\bpassword|passport|id card|\bpin)(?:号码|号|是|为|的|就是|我的|number|is|[\s:：])*$`)
	onceCode = regexp.MustCompile(`(?:验证码|校验码|verification code)(?:是|为|就是|[\s:：]|is)*$`)
)

// cards notes whether the line holds what belongs to a payment card, and blanks it: it goes into no slot.
func (l *line) cards() {
	if !l.any(numerals) && !l.latin {
		return
	}
	for _, m := range securityCode.FindAllStringIndex(l.text, -1) {
		l.r.Card = true
		_, n := codeAt(l.text[m[1]:])
		l.take(m[0], m[1]+n)
	}
	for _, run := range l.numbers() {
		if private.MatchString(lastBytes(l.text[:run.from], near)) || l.state.Asked == "" && onceCode.MatchString(lastBytes(l.text[:run.from], near)) {
			l.take(run.from, run.to) // an identity card or a password is no value of ours
			continue
		}
		if l.bankCard(run) {
			l.r.Card = true
			l.take(run.from, run.to)
		}
	}
}

// bankCard reports whether a number is that of a payment card: the words before it say so, or it has the length, the first
// digits of an issuer and the check digit (ISO/IEC 7812) of one, and nothing says that it is another number.
func (l *line) bankCard(run numberRun) bool {
	n := len(run.Digits)
	before := lastBytes(l.text[:run.from], near)
	if n >= 12 && n <= 19 && run.Prefix == "" && cardBefore.MatchString(before) && !orderBefore.MatchString(lastBytes(before, 24)) {
		return true
	}
	if n < 13 || n > 19 || run.Prefix != "" || !luhn(run.Digits) || !issued(run.Digits) {
		return false
	}
	if orderBefore.MatchString(lastBytes(before, 40)) || waybillWords.MatchString(before) || l.r.Slots["courier"] != "" {
		return false
	}
	asked := slices.Contains([]string{"order_no", "waybill_no", "number"}, l.state.Asked)
	return !asked || strings.HasPrefix(run.Digits, "62") && (n == 16 || n == 19) && len(waybill.Couriers(run.Digits)) == 0
}

// issued reports whether the first digits and the length are those of a card network.
func issued(digits string) bool {
	n := len(digits)
	switch {
	case strings.HasPrefix(digits, "62"):
		return n >= 16
	case digits[0] == '4', digits[0] == '5' && digits[1] >= '1' && digits[1] <= '5', strings.HasPrefix(digits, "35"), digits[0] == '2' && digits[1] >= '2' && digits[1] <= '7':
		return n == 16
	case strings.HasPrefix(digits, "34"), strings.HasPrefix(digits, "37"):
		return n == 15
	}
	return false
}

// luhn is the check of ISO/IEC 7812-1, annex B.
func luhn(digits string) bool {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// pickupCodes reads 6-1-7038, 六杠一杠七零三八, and a bare code right behind 取件码.
func (l *line) pickupCodes() {
	if !strings.Contains(l.text, "码") && !l.any("杠-—") && !l.latin {
		return
	}
	var all []candidate
	for _, m := range pickupGroups.FindAllStringSubmatchIndex(l.text, -1) {
		if endsInDigit(l.text[:m[0]]) {
			continue
		}
		code := digitsOf(group(l.text, m, 2)) + "-" + digitsOf(group(l.text, m, 3)) + "-" + digitsOf(group(l.text, m, 4))
		if letter := group(l.text, m, 1); letter != "" {
			code = strings.ToUpper(letter) + "-" + code
		}
		all = append(all, candidate{code, m[0], m[1], false})
	}
	for _, m := range l.english(pickupEn) {
		parts := []string{onlyNumber(group(l.text, m, 1)), onlyNumber(group(l.text, m, 2)), onlyNumber(group(l.text, m, 3))}
		if !slices.Contains(parts, "") {
			all = append(all, candidate{strings.Join(parts, "-"), m[0], m[1], false})
		}
	}
	if len(all) == 0 {
		for _, run := range l.numbers() {
			if n := len(run.Digits); n >= 4 && n <= 8 && pickupBefore.MatchString(lastBytes(l.text[:run.from], near)) {
				all = append(all, candidate{run.Digits, run.from, run.to, false})
			}
		}
	}
	l.fill("pickup_code", all)
}

// taxNumbers reads the letters and digits behind 税号: 15, 18 or 20 of them.
func (l *line) taxNumbers() {
	if !l.any("号码") && !l.latin {
		return
	}
	for _, m := range taxBefore.FindAllStringIndex(l.text, -1) {
		code, n := codeAt(l.text[m[1]:])
		if len(code) < 15 || len(code) > 20 {
			if len(code) >= 8 {
				l.invalid("tax_no", code)
				l.take(m[1], m[1]+n)
			}
			continue
		}
		l.set("tax_no", code)
		l.take(m[1], m[1]+n)
	}
}

// codeAt reads letters and digits, written or spoken, up to another word, and its length in bytes.
func codeAt(text string) (string, int) {
	runes := []rune(text)
	var out strings.Builder
	end := 0
	for i := 0; i < len(runes) && out.Len() < 24; {
		if part, _, n := digitsAt(runes, i); n > 0 {
			out.WriteString(part)
			i += n
			end = i
			continue
		}
		if word, n := wordAt(runes, i); n > 0 {
			if n > 4 {
				break
			}
			out.WriteString(strings.ToUpper(word))
			i += n
			end = i
			continue
		}
		if !strings.ContainsRune(" -,，、", runes[i]) {
			break
		}
		i++
	}
	return out.String(), len(string(runes[:end]))
}

// mails reads an address of electronic mail, written or spoken: 张三 at 163 点 com is not whole, zhangsan at 163 dot com is.
func (l *line) mails() {
	if !l.latin {
		return
	}
	for _, m := range mailMark.FindAllStringIndex(l.text, -1) {
		user, from := mailUser(l.text[:m[0]])
		host, n := mailHost(l.text[m[1]:])
		if user == "" || !strings.Contains(host, ".") || strings.HasSuffix(host, ".") {
			continue
		}
		l.set("email", user+"@"+host)
		l.take(from, m[1]+n)
		return
	}
}

// mailHost reads the part behind the @.
func mailHost(text string) (string, int) {
	var out strings.Builder
	at := 0
	for at < len(text) {
		rest := text[at:]
		spaces := len(rest) - len(strings.TrimLeft(rest, " "))
		if done := out.String(); spaces > 0 && topLevel.MatchString(done) && !strings.HasPrefix(strings.TrimSpace(rest), "点") && !strings.HasPrefix(strings.TrimSpace(rest), "dot") {
			break
		}
		piece := mailWords.FindString(rest[spaces:])
		if piece == "" {
			break
		}
		if topLevel.MatchString(out.String()) && !strings.HasPrefix(piece, "点") && !strings.HasPrefix(piece, ".") && !strings.HasPrefix(strings.TrimSpace(piece), "dot") {
			break
		}
		out.WriteString(mailPiece(piece))
		at += spaces + len(piece)
	}
	return out.String(), at
}

var topLevel = regexp.MustCompile(`\.(?:com|cn|net|org|edu|cc|io|me|hk|tw|uk)$`)

// mailPiece writes one spoken piece of an address.
func mailPiece(piece string) string {
	piece = strings.TrimSpace(piece)
	switch piece {
	case "点", "dot", ".":
		return "."
	case "下划线", "underscore", "_":
		return "_"
	case "杠", "横杠", "减号", "-", "dash", "hyphen":
		return "-"
	case "康", "抗母":
		return "com"
	}
	if d, ok := digitString(piece); ok {
		return d
	}
	if d, ok := englishDigits[piece]; ok && piece != "o" {
		return d
	}
	return piece
}

var mailStop = []string{"is", "email", "mail", "address", "to", "my", "it", "its", "at", "send", "the", "invoice", "please", "use"}

// mailUser reads the part before the @, backwards up to a word that is none of it, and where it begins.
func mailUser(text string) (string, int) {
	words := mailToken.FindAllStringIndex(text, -1)
	user, from := "", len(text)
	for i := len(words) - 1; i >= 0; i-- {
		w := words[i]
		if strings.Trim(text[w[1]:from], " ") != "" || slices.Contains(mailStop, text[w[0]:w[1]]) {
			break
		}
		user, from = mailPiece(text[w[0]:w[1]])+user, w[0]
	}
	return strings.Trim(user, ".-_"), from
}

var mailToken = regexp.MustCompile(`[a-z]+|\d+|[零一二三四五六七八九幺两洞]|点|\.|下划线|横杠|杠|减号|[-_]`)
