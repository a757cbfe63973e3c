package nlu

import (
	"regexp"
	"strings"
)

// products are everyday goods that callers name before any order is known.
var products = strings.Fields(`空气炸锅 电饭煲 电饭锅 抽纸 风衣 登山鞋 运动鞋 跑鞋 加湿器 猕猴桃 显示器 扫地机器人 冰箱 洗衣机 空调 电视 护肤套装 洗面奶 面膜 口红 香水 保温杯 台灯 血压计
羽绒服 羽绒被 耳机 蓝牙耳机 行李箱 奶粉 车厘子 手机壳 平板 电脑 键盘 鼠标 充电宝 充电器 数据线 衣服 裤子 裙子 衬衫 外套 毛衣 鞋子 凉鞋 靴子 帽子 包包 书包 被子 床单 枕头 毛巾 牙刷 牙膏 洗发水 沐浴露 洗衣液
纸尿裤 玩具 积木 图书 水果 苹果 橙子 芒果 牛奶 茶叶 咖啡 零食 大米 花生油 猫粮 狗粮 自行车 滑板 吹风机 剃须刀 榨汁机 热水器 微波炉 烤箱 电风扇 净水器 路由器 手表 项链 戒指 眼镜 雨伞`)

// productIn finds an everyday product by its characters.
func productIn(h heard) string {
	for _, p := range products {
		if strings.Contains(h.text, p) {
			return p
		}
	}
	return ""
}

var (
	datePattern = regexp.MustCompile(`大前天|大后天|前天|昨天|今天|今晚|明天|明晚|后天|(?:这个?|下个?|上个?)?(?:周|星期|礼拜)[一二三四五六日天末]|[0-9一二三四五六七八九十]{1,3}月[0-9一二三四五六七八九十]{1,3}[号日]|today|tomorrow|yesterday|monday|tuesday|wednesday|thursday|friday|saturday|sunday`)
	timePattern = regexp.MustCompile(`(?:凌晨|早上|上午|中午|下午|傍晚|晚上)?[0-9一二两三四五六七八九十]{1,3}点(?:半|一刻|[0-9一二三四五六七八九十]{1,3}分?)?(?:以后|之后|以前|之前|左右)?|凌晨|早上|上午|中午|下午|傍晚|晚上|morning|afternoon|evening`)
	quantity    = regexp.MustCompile(`([0-9一二两三四五六七八九十]{1,3})(个|件|箱|瓶|份|双|套|台|盒|包|只)(?:[^子月星小]|$)`)
	spec        = regexp.MustCompile(`[0-9一二三四五六七八九十]{1,3}码|大一?号|小一?号|中号|加大码?|[红黑白蓝绿灰黄粉紫]色|[SMLX]{1,3}码`)
	weight      = regexp.MustCompile(`([0-9一二两三四五六七八九十半百]{1,4})(公斤|千克|斤|克|kg)`)
	email       = regexp.MustCompile(`[A-Za-z0-9._-]{1,64}@[A-Za-z0-9.-]{1,64}`)
	route       = regexp.MustCompile(`从(\p{Han}{2,4}?)(?:寄|发|到)`)
	destination = regexp.MustCompile(`(?:寄到|发到|寄去|寄往|送到|到)(\p{Han}{2,4}?)(?:多少|要|运费|几|的|$|贵)`)
	notPlace    = regexp.MustCompile(`哪|多|几|怎|谁|啥|了|没|那|这|什么|我|家|底|时|货|账|站|少`)
	notValue    = regexp.MustCompile(`哪|什么|几|多少|怎么|谁|啥|多久|行不|行吗|可以|好不|能不|^(?:今天|明天|后天|大后天|周|星期|礼拜|上午|下午|中午|晚上|早上|这|那|我这|家里?$|公司$)`) // questions and times are no values
	address     = regexp.MustCompile(`(?:地址(?:改成|换成|改为|改到|是)|改到|改送到|送到)(\p{Han}[\p{Han}0-9]{3,30})$`)
	receiver    = regexp.MustCompile(`(?:收件人|收货人|收的人)(?:改成|换成|改为|换)(\p{Han}{2,4})`)
)

// timeSlots reads dates and times as they were said.
func timeSlots(r *Reading, lower string) {
	if m := datePattern.FindString(lower); m != "" {
		r.Slots["date"] = m
	}
	if m := timePattern.FindString(lower); m != "" && m != "一点" {
		r.Slots["time"] = m
	}
}

// named are slots whose value is the word itself or the class that the word stands for.
var named = []struct {
	slot  string
	value string // empty: the word itself
	words []string
}{
	{"issue", "破损", []string{"破损", "碎了", "摔坏", "压坏", "裂了", "破了", "漏了"}},
	{"issue", "错发", []string{"发错", "错发", "不是我买的", "不是我要的", "颜色不对", "尺码不对"}},
	{"issue", "少件", []string{"少发", "漏发", "少了一", "少件", "缺了", "少配件", "少了个"}},
	{"issue", "描述不符", []string{"描述不符", "和描述", "跟描述", "跟图片不一样", "和图片不一样"}},
	{"issue", "质量", []string{"质量", "坏的", "开不了机", "不通电", "不能用", "瑕疵", "坏了", "烂了"}},
	{"place", "", []string{"驿站", "快递柜", "丰巢", "门口", "物业", "前台", "代收点", "菜鸟", "自提点", "门卫", "单位", "公司", "家里"}},
	{"pay_method", "", []string{"微信", "支付宝", "银行卡", "信用卡", "花呗"}},
	{"invoice_type", "专票", []string{"专票", "专用发票", "增值税"}},
	{"invoice_type", "普票", []string{"普票", "普通发票"}},
	{"invoice_type", "电子发票", []string{"电子发票"}},
	{"invoice_title", "个人", []string{"个人发票", "抬头个人", "开个人"}},
	{"role", "快递员", []string{"快递员", "派件员", "快递小哥", "送货的"}},
	{"role", "商家", []string{"商家", "卖家", "店家"}},
	{"attr", "", []string{"容量", "功率", "续航", "噪音", "材质", "成分", "保质期", "尺寸", "重量"}},
}

// wordSlots reads the remaining slots from words.
func wordSlots(r *Reading, h heard) {
	for _, n := range named {
		if r.Slots[n.slot] != "" {
			continue
		}
		for _, w := range n.words {
			if strings.Contains(h.text, w) {
				r.Slots[n.slot] = n.value
				if n.value == "" {
					r.Slots[n.slot] = w
				}
				break
			}
		}
	}
	for slot, pattern := range map[string]*regexp.Regexp{"quantity": quantity, "origin": route, "destination": destination, "address": address, "receiver": receiver} {
		if m := pattern.FindStringSubmatch(r.Text); m != nil {
			if (slot == "address" || slot == "receiver" || slot == "origin") && notValue.MatchString(m[1]) {
				continue
			}
			if slot == "quantity" && (m[1] == "一" || r.Refer != "") || slot == "destination" && (notPlace.MatchString(m[1]) || !strings.ContainsAny(r.Text, "寄邮运")) {
				continue
			}
			r.Slots[slot] = m[1]
		}
	}
	for slot, pattern := range map[string]*regexp.Regexp{"spec": spec, "weight": weight, "email": email} {
		if m := pattern.FindString(r.Text); m != "" {
			r.Slots[slot] = m
		}
	}
}
