package nlu

import (
	"regexp"
	"slices"
	"strings"

	"voxgate/models/reading"
)

// surnames are the first characters of Chinese names, by how common they are.
const surnames = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝肖萧楼冼亓羊逄展郗岑"

// compoundSurnames are two characters long.
var compoundSurnames = []string{"欧阳", "上官", "司马", "诸葛", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒", "东方", "夏侯", "长孙", "宇文", "端木", "独孤", "南宫", "轩辕", "西门", "百里", "呼延", "阿依", "买买"}

// kin are people that a parcel may go to instead.
const kin = `(?:我|我们|咱|他|她)?(?:家)?(?:妈妈?|爸爸?|老公|老婆|媳妇儿?|爱人|丈夫|妻子|女儿|儿子|闺女|哥哥?|姐夫|妹夫|姐姐?|弟弟?|妹妹?|同事|朋友|室友|舍友|邻居|婆婆|岳母|丈母娘|公公|岳父|老丈人|奶奶|爷爷|外婆|外公|姥姥|姥爷|姑姑?|姑妈|姨妈?|小姨|舅舅?|舅妈|阿姨|叔叔?|婶婶?|嫂[子嫂]|姐夫|妹夫|姑父|姨父|女婿|儿媳妇?|孙子|孙女|外甥女?|侄女|干妈|领导|老板|房东|保姆|表[哥弟姐妹]|堂[哥弟姐妹]|侄子|对象|男朋友|女朋友|老妈|老爸|父亲|母亲|同学|老师|助理|秘书)`

var (
	namePattern = regexp.MustCompile(`(?:我的名字叫|我的名字是|名字叫|名字是|姓名叫|姓名是|收件人叫|收件人是|收货人叫|收货人是|收件人|收货人|姓名|名字|我叫|他叫|她叫|叫做|叫|我是|是)(?:一下)?[\s,，]*(\p{Han}{2,6})`)
	surnameThen = regexp.MustCompile(`姓(?:欧阳|上官|司马|诸葛|\p{Han})[\s,，、]*(?:名字?叫?|叫)?[\s,，、]*(\p{Han}{2,4})$`)
	surnameOnly = regexp.MustCompile(`(?:我姓|免贵姓|^姓)(\p{Han})(?:$|[,，。\s的])`)
	ofOthers    = regexp.MustCompile(`(?:快递员|小哥|师傅|客服|卖家|店主|司机|老板|经理|那个人|老板娘|站长)[\s]*$`)
	titled      = regexp.MustCompile(`(?:我是|我姓|这边是|^|\s)((?:欧阳|上官|司马|诸葛|\p{Han}))(?:先生|女士|小姐)(?:$|\s|的|啊|呀)`)
	nameEnglish = regexp.MustCompile(`(?i)(?:my (?:full )?name is|name is|name's|this is|i am|i'm|the name's|it's|under the name(?: of)?|under)\s+([a-z]+(?:[\s-][a-z]+){0,3})`)
	nameTail    = regexp.MustCompile(`(?:手机|电话|尾号|后四位|的快递|的订单|的包裹|先生|女士|小姐|本人|谢谢|[收代]|来收|帮).*$|[吧啊呀呢哦嘛的了]+$`)
	notName     = regexp.MustCompile(`等|你|您|最后|前面|后面|中间|开头|末尾|零|幺|人工|快递|订单|什么|机器|不是|客服|收件人|手机|电话|这个|那个|哪|谁|查|催|退|转|本人|经理|主管|领导|没有|尾号|号码|怎么|第一|第二|第三|昨天|今天|明天|包裹|时候|地址|公司|单位|单元|号楼|大号|小号|[颜黑白红蓝绿]色|质量|坏|错|少|[一二三四五六七八九十]{2}|[路街区县市镇村号室]$|应该|于是|时候|万一|方便|高兴|全部|任何|平时|关于|白天|安排|包装|金额|成功|干嘛|简单|师傅|司机|常用|都是|时间|和我|安全|方法|连接|向你|从来|高中|黄色|可能|好像|就是|对的`)
	plainHanzi  = regexp.MustCompile(`^\p{Han}{2,6}$`)
	receiverZh  = regexp.MustCompile(`(?:收[件货]人|收的人|接收人|收件的|名字)(?:的?(?:名字|姓名))?(?:[写填弄搞报]?错了?|不对)?[\s,，]*(?:改成|换成|改为|改到|变成|写成|改|换|写|填|不是\p{Han}{2,3}?(?:[\s,，]*(?:而)?是|[\s,，]+(?:应该)?是))(?:一下)?(?:成|是)?[\s,，]*(` + kin + `)?[\s,，]*(?:的?名字)?(?:叫|是|就是)?[\s,，]*(\p{Han}{0,6})`)
	receiveBy   = regexp.MustCompile(`(?:[让由给叫写]|换成|改成|换|改)(` + kin + `)?(?:的名字|名字)?(?:叫)?[\s,，]*(\p{Han}{2,4}?)(?:来|代|去)?(?:收货|签收|代收|收件|收|取)`)
	receiveThen = regexp.MustCompile(`(?:^|[让由给叫换等成为\s])(` + kin + `)(?:(?:[来去会能帮替]|可以|我)*(?:[代签]?收|取|拿|接)(?:货|件|快递|一下|的|吧|就行)*|[\s,，]+[他她])[\s,，]*(?:[他她]|` + kin + `)?(?:的?名字|姓名)?(?:叫|是)[\s,，]*(\p{Han}{2,4})`)
	receiverIs  = regexp.MustCompile(`(?:换|改)(?:一?个|一下)收[件货]人[\s,，]*(` + kin + `)?(?:的?名字)?(?:叫|是|写|:)?[\s,，]*(?:叫|是)?[\s,，]*(\p{Han}{2,4})`)
	receiverNot = regexp.MustCompile(`收[件货]人(?:应该)?[是叫](` + kin + `)?(\p{Han}{2,3}?)[\s,，]*(?:而)?不是`)
	kinNamed    = regexp.MustCompile(`(?:换|改|写|填|给|让)[成为到]?(` + kin + `)(?:的名字|名字)?(?:叫|是)?[\s,，]*(\p{Han}{2,4})(?:$|[\s\x00])`)
	beside      = regexp.MustCompile(`收[件货]人[\s,，]*(?:叫|是|:|：)?[\s,，]*(\p{Han}{2,5})`)
	receiverEn  = regexp.MustCompile(`\b(?:(?:receiver|recipient|addressee|receiver's name|recipient's name|name on (?:the|my) (?:parcel|order|package|label))(?: name)?(?: (?:of|on|for) (?:the|my) [a-z]+(?: [a-z]+)?)?(?: should be| to| is| as)+|(?:address|deliver|give) it to|put) (?:my [a-z]+ )?([a-z]+(?: [a-z]+){0,2})`)
)

// Who takes a parcel: my wife will take it her name is Anna Lee, Jerry Brown will receive it.
var (
	takesNamed = regexp.MustCompile(`\b(?:receive|collect|takes?|pick up|pick|sign for|accept) (?:it|the (?:parcel|package|box)|them)(?: up| instead)*(?: and)? (?:his|her|their) name(?: is|'s) ([a-z]+(?: [a-z]+){0,2})`)
	takesIt    = regexp.MustCompile(`(?:\bnot [a-z]+ )?\b([a-z]+ [a-z]+) (?:(?:will|is going to|should|can) (?:receive|collect|take|pick up|sign for|accept)|takes) (?:it|the (?:parcel|package|box)|them)\b`)
)

// nobody are words that begin no name.
var nobody = regexp.MustCompile(`\b(?:i|you|he|she|we|they|who|someone|nobody|your|his|her|our|their|courier|driver|wife|husband|neighbou?r|son|daughter|mother|father|mom|dad|friend|and|but|or|if|when|that|this|it|which|to)\b`)

var asReceiver = regexp.MustCompile(`\bas (?:the )?(?:receiver|recipient|addressee)`)

// namesEnd are English words that follow a name and are none of it.
var namesEnd = regexp.MustCompile(`(?i)(?:^|\s)(?:and|my|the|i|calling|from|here|with|about|speaking|phone|number|last|order|please|instead|is|at|as|for|a|an|not|so|just|because|looking|waiting|trying|who|that|it|very|really|still|angry|upset|in|on|to|going|asking|urgent|regarding|what|when|where|his|her|by|sure|sorry|done|fine|me|thanks|thank|again|would|if|or|of|until|new)(?:\s.*)?$`)

// names finds the caller's name and the name of another receiver.
func (l *line) names() {
	if receiver := l.receiver(); receiver != "" {
		if at := strings.Index(l.text, strings.ToLower(receiver)); at >= 0 {
			l.take(at, at+len(receiver))
		}
		l.set("receiver", l.spelled(receiver))
		return
	}
	name := nameIn(l.masked(), l.state)
	if name == "" {
		name = l.leadingName()
	}
	if len([]rune(name)) < 2 {
		if told := l.spelledAlone(); strings.HasPrefix(told, name) && told != "" {
			name = told // 姓蒋 草头蒋 大小的大 勇敢的勇
		}
	}
	if name = l.spelled(name); name == "" {
		return
	}
	if at := strings.Index(l.text, strings.ToLower(name)); at >= 0 {
		l.take(at, at+len(name)) // Mary Brown is no colour
	}
	if l.state.Asked == "receiver" {
		l.set("receiver", name)
		return
	}
	l.set("name", name)
}

// masked is the utterance as written with what other values took blanked.
func (l *line) masked() string {
	if len(l.r.Text) != len(l.text) {
		return l.r.Text
	}
	out := []byte(l.r.Text)
	for i := range out {
		if l.text[i] == 0 {
			out[i] = 0
		}
	}
	return string(out)
}

// receiver is the name of the person who is to receive instead, or who that person is to the caller.
func (l *line) receiver() string {
	for _, re := range []*regexp.Regexp{receiveThen, receiverNot, receiverIs, receiverZh, receiveBy, kinNamed} {
		if !l.any("收取拿接名换改写填给让叫") {
			break
		}
		for _, m := range re.FindAllStringSubmatch(l.text, -1) {
			if name := personName(m[2]); name != "" {
				return name
			}
			if m[1] != "" && re == receiverZh {
				return m[1]
			}
		}
	}
	if l.r.Slots["address"] != "" || l.state.Asked == "address" {
		if m := beside.FindStringSubmatch(l.text); m != nil {
			return personName(m[1])
		}
	}
	for _, m := range append(l.english(takesNamed), l.english(takesIt)...) {
		if name := group(l.text, m, 1); !plainWord.MatchString(name) && !nobody.MatchString(name) {
			return sameCase(l.r.Text, strings.TrimSpace(namesEnd.ReplaceAllString(name, "")))
		}
	}
	for _, m := range l.english(receiverEn) {
		if strings.HasPrefix(l.text[m[0]:], "put ") && !asReceiver.MatchString(l.text[m[2]:]) {
			continue
		}
		name := strings.TrimSpace(namesEnd.ReplaceAllString(l.text[m[2]:m[3]], ""))
		return sameCase(l.r.Text, name)
	}
	return ""
}

// sameCase is the part of text that reads as lower does, with its capitals.
func sameCase(text, lower string) string {
	if at := strings.Index(strings.ToLower(text), lower); at >= 0 && at+len(lower) <= len(text) && lower != "" {
		return text[at : at+len(lower)]
	}
	return lower
}

// personName is the name that characters begin with: a surname and one or two more.
func personName(said string) string {
	runes := []rune(nameTail.ReplaceAllString(strings.TrimSpace(said), ""))
	most := 3
	for _, c := range compoundSurnames {
		if strings.HasPrefix(string(runes), c) {
			most = 4
		}
	}
	runes = runes[:min(most, len(runes))]
	if len(runes) < 2 || !hasSurname(string(runes)) || notName.MatchString(string(runes)) {
		return ""
	}
	return string(runes)
}

// nameIn finds a person's name: after 我叫 and the like, or the whole answer where a name was asked for.
func nameIn(text string, state State) string {
	if state.Asked == "name" || state.Asked == "receiver" || state.Named {
		if name := answeredName(text, state); name != "" {
			return name
		}
	}
	if !strings.ContainsAny(text, "叫是名人姓士生姐") && state.Lang == "zh" {
		return ""
	}
	for _, m := range namePattern.FindAllStringSubmatchIndex(text, -1) {
		if ofOthers.MatchString(lastBytes(text[:m[0]], near)) {
			continue // 快递员叫王伟
		}
		if group(text, m, 0)[:len("是")] == "是" && strings.HasSuffix(text[:m[0]], "的") && state.Asked != "name" {
			continue // 给我发的是左手的
		}
		name := nameTail.ReplaceAllString(group(text, m, 1), "")
		n := len([]rune(name))
		if n < 2 || n > 4 || notName.MatchString(name) || !hasSurname(name) || places().known(name) {
			continue
		}
		return name
	}
	if m := surnameThen.FindStringSubmatch(strings.Trim(text, " 。.!！?？")); m != nil && !notName.MatchString(m[1]) && !slices.Contains(characterNames, m[1]) && !strings.Contains(m[1], "的") {
		return m[1]
	}
	if m := surnameOnly.FindStringSubmatch(text); m != nil && strings.Contains(surnames, m[1]) {
		return m[1]
	}
	if m := titled.FindStringSubmatchIndex(text); m != nil && hasSurname(group(text, m, 1)) {
		surname := group(text, m, 1)
		for _, piece := range strings.Fields(text[m[1]:]) {
			if strings.HasPrefix(piece, surname) && personName(piece) == piece {
				return piece // 顾先生 顾城
			}
		}
		return surname
	}
	if state.Lang == "zh" && state.Asked != "name" {
		return ""
	}
	for _, m := range nameEnglish.FindAllStringSubmatch(text, -1) {
		name := strings.TrimSpace(namesEnd.ReplaceAllString(m[1], ""))
		words := strings.Fields(name)
		if len(words) == 0 || len(words) > 3 || len(words) == 1 && !givenFirst.MatchString(m[0]) && state.Asked != "name" || plainWord.MatchString(name) || len(Numbers(name)) > 0 {
			continue
		}
		return unspelled(words)
	}
	return ""
}

var (
	givenFirst = regexp.MustCompile(`(?i)name`)
	plainWord  = regexp.MustCompile(`(?i)\b(?:not|a|an|the|my|very|so|order|package|parcel|ridiculous|unacceptable|correct|right|wrong|broken|late|too|small|big|still|already|been|waiting|tracking|delivery|refund|problem|urgent|about|ok|okay|great|good|bad|terrible|annoying|crazy|insane|absolutely|getting|unhappy|happy|furious|home|out|outside|size|red|black|blue|white|wednesday|monday|tuesday|thursday|friday|saturday|sunday|tomorrow|today|stuck|missing|lost|damaged|leaking|warranty|expensive|free|possible|important|another|something|someone|everything|nothing|what|how|why|really|just|all|no|yes|sorry|afraid|sf|yto|zto)\b`)
)

// unspelled joins the letters that a caller spelled: smith s m i t h is smith.
func unspelled(words []string) string {
	var name, letters []string
	for _, w := range words {
		if len(w) == 1 {
			letters = append(letters, w)
		} else {
			name = append(name, w)
		}
	}
	if len(name) == 0 {
		return strings.Join(letters, "")
	}
	return strings.Join(name, " ")
}

// hasSurname reports whether a name begins with a surname.
func hasSurname(name string) bool {
	compound := slices.ContainsFunc(compoundSurnames, func(c string) bool { return strings.HasPrefix(name, c) })
	return compound || strings.ContainsRune(surnames, firstRune(name))
}

// answeredName is the name that an answer to the question for one consists of.
func answeredName(text string, state State) string {
	bare := strings.Trim(text, " ,，。.!！?？")
	bare = strings.TrimSpace(strings.TrimLeft(bare, "嗯呃额啊哦"))
	for _, w := range []string{"不是", "不对"} {
		bare = strings.TrimLeft(strings.TrimPrefix(bare, w), " ,，")
	}
	trimmed := nameTail.ReplaceAllString(bare, "")
	if plainHanzi.MatchString(trimmed) && len([]rune(trimmed)) <= 4 && !notName.MatchString(trimmed) && !strings.ContainsAny(trimmed[:3], "叫是姓我") {
		if act := shortAct(hear(trimmed, ""), state); act == "" {
			return trimmed
		}
	}
	words := strings.Fields(bare)
	if !Latin(bare) || len(Numbers(bare)) > 0 || len(words) < 2 || shortAct(hear(bare, ""), state) != "" || nameEnglish.MatchString(bare) {
		return ""
	}
	if len(words) <= 3 || allLetters(words[1:]) {
		return unspelled(words)
	}
	return ""
}

// leadingName is the name that stands before or behind a pause beside what tells who calls: 许文强 电话幺三七.
func (l *line) leadingName() string {
	beside := l.r.Slots["phone"] != "" || l.r.Slots["phone_tail"] != "" || strings.Contains(l.whole, "本人")
	if !beside && l.state.Asked != "name" && l.state.Asked != "receiver" || Latin(l.whole) {
		return ""
	}
	for _, piece := range strings.Fields(strings.ReplaceAll(l.text, taken, " ")) {
		piece = strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(piece, "我是"), "本人"), "本人")
		n := len([]rune(piece))
		if name := personName(piece); name == piece && n >= 2 && (n == 3 || l.state.Asked != "" && len(reading.Segment(piece)) > 1) && goodsLexicon().chinese[piece] == "" {
			return name
		}
	}
	return ""
}

func allLetters(words []string) bool {
	for _, w := range words {
		if len(w) != 1 {
			return false
		}
	}
	return true
}
