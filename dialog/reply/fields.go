package reply

import (
	"regexp"
	"strings"
	"time"

	"voxgate/dialog/shop"
	"voxgate/models/reading"
)

// Order are the facts of an order, ready to be spoken on the day of now. What the record does not have is not there.
func Order(o shop.Order, now time.Time, lang string) Facts {
	at := func(text string) string {
		m, err := shop.ParseMoment(text, now.Location())
		if err != nil {
			return ""
		}
		return When(m, now, lang)
	}
	signedAt, signedBy := o.SignedAt()
	out := map[string]string{
		"product": Product(o, lang), "status": status(o.Status, lang), "courier": Courier(o.Courier, lang),
		"last_event": Event(o.LastEvent, lang), "last_time": at(o.LastTime), "eta": at(o.ETA), "ship_by": at(o.ShipBy),
		"station": place(o.Station, lang), "station_hours": hours(o.StationHours, lang), "pickup_code": Digits(o.PickupCode, lang),
		"courier_man": place(o.CourierMan, lang), "courier_phone": Digits(o.CourierPhone, lang),
		"outlet_phone": Digits(o.OutletPhone, lang),
		"signed_at":    at(signedAt), "signed_by": Event(signedBy, lang), "amount": Money(o.Amount, lang),
	}
	if o.Refund != nil {
		out["refund_state"], out["refund_amount"] = status(o.Refund.State, lang), Money(o.Refund.Amount, lang)
		out["refund_due"], out["refund_to"] = at(o.Refund.Due), Event(o.Refund.To, lang)
	}
	return of("order "+o.Number, out)
}

// Ticket are the facts of a ticket.
func Ticket(t shop.Ticket, now time.Time, lang string) Facts {
	out := map[string]string{"ticket_type": status(t.Type, lang), "ticket_state": status(t.State, lang)}
	if m, err := shop.ParseMoment(t.Due, now.Location()); err == nil {
		out["ticket_due"] = When(m, now, lang)
	}
	return of("ticket "+t.Number, out)
}

// OrderFields are the names that Order may give.
func OrderFields() []string {
	return []string{"product", "status", "courier", "last_event", "last_time", "eta", "ship_by", "station", "station_hours", "pickup_code",
		"courier_man", "courier_phone", "outlet_phone", "signed_at", "signed_by", "amount", "refund_state", "refund_amount", "refund_due", "refund_to"}
}

// TicketFields are the names that Ticket may give.
func TicketFields() []string { return []string{"ticket_type", "ticket_state", "ticket_due"} }

// Product is what a product is called in a sentence: without its pack size.
func Product(o shop.Order, lang string) string {
	if lang == "en" {
		if o.ProductEN != "" {
			return o.ProductEN
		}
		return "order"
	}
	word, _, _ := strings.Cut(o.Product, " ")
	return word
}

// Which tells an order from a caller's others: by its product, or in English without a product's name by its courier or
// its status.
func Which(o shop.Order, lang string) string {
	if lang != "en" || o.ProductEN != "" {
		return Product(o, lang)
	}
	if o.Courier != "" {
		return "the one with " + Courier(o.Courier, lang)
	}
	return "the one that is " + status(o.Status, lang)
}

var couriersEnglish = map[string]string{"顺丰": "SF Express", "圆通": "YTO Express", "中通": "ZTO Express", "申通": "STO Express", "韵达": "Yunda Express",
	"京东": "JD Logistics", "极兔": "J and T Express", "邮政": "China Post", "德邦": "Deppon"}

// Courier is what a courier is called: 圆通快递, YTO Express.
func Courier(name, lang string) string {
	if name == "" {
		return ""
	}
	if lang == "en" {
		if en, ok := couriersEnglish[name]; ok {
			return en
		}
		return place(name, lang)
	}
	if Latin := name[0] < 0x80; Latin || strings.HasSuffix(name, "快递") || strings.HasSuffix(name, "物流") {
		return name
	}
	return name + "快递"
}

var statusEnglish = map[string]string{"运输中": "on its way", "派送中": "out for delivery", "已签收": "delivered", "待发货": "not shipped yet", "待付款": "waiting for payment",
	"待取件": "ready for pickup", "已到网点": "at the local depot", "清关中": "in customs", "退货中": "being returned", "已取消": "cancelled", "已发货": "shipped",
	"显示签收未收到": "a parcel that did not come", "催派送": "a late delivery", "催发货": "a late shipment", "退款处理中": "the refund is being processed", "已退款": "refunded", "处理中": "in progress", "已完成": "done", "物流停滞": "a stalled parcel", "异常": "held up", "备货中": "being packed",
	"换货中": "being exchanged", "拦截中": "being stopped", "拒收退回": "on its way back", "退回中": "on its way back", "退款中": "being refunded", "已关闭": "closed", "待寄回": "waiting for you to send it back",
	"商品问题": "a problem with a product", "投诉": "a complaint", "未经同意投放": "a parcel left without asking", "理赔": "a claim", "退款": "a refund", "上门服务": "a visit",
	"退货协商": "a return", "换货协商": "an exchange", "换货": "an exchange", "价保协商": "price protection", "晚发补偿": "a late shipment", "丢失": "lost", "遗失": "lost", "破损": "damaged"}

func status(text, lang string) string {
	if lang != "en" {
		return text
	}
	if en, ok := statusEnglish[text]; ok {
		return en
	}
	return place(text, lang)
}

var eventsEnglish = []struct {
	pattern *regexp.Regexp
	english string
}{
	{regexp.MustCompile(`^(?:到达|已到|已到达)(\p{Han}+)转运中心$`), "it reached the $1 sorting hub"},
	{regexp.MustCompile(`^(?:离开|已离开|从)(\p{Han}+)转运中心(?:发出)?$`), "it left the $1 sorting hub"},
	{regexp.MustCompile(`^(?:到达|已到|已到达)(\p{Han}+?)网点$`), "it reached the $1 depot"},
	{regexp.MustCompile(`^(?:到达|已到|已到达)(\p{Han}+)$`), "it reached $1"},
	{regexp.MustCompile(`^(\p{Han}+?)网点派送中.*$`), "it is out for delivery from the $1 depot"},
	{regexp.MustCompile(`^(\p{Han}+)海关 ?清关中$`), "it is in customs in $1"},
	{regexp.MustCompile(`^已签收.*$`), "it was delivered"},
	{regexp.MustCompile(`^本人$`), "you"},
	{regexp.MustCompile(`^(?:快递柜|丰巢柜?)$`), "a parcel locker"},
	{regexp.MustCompile(`^微信$`), "WeChat Pay"},
	{regexp.MustCompile(`^支付宝$`), "Alipay"},
	{regexp.MustCompile(`^银行卡$`), "your bank card"},
}

// Event says what happened to a parcel. In English the usual events are translated, places are spelled by their sound.
func Event(text, lang string) string {
	text = strings.TrimSpace(text)
	if lang != "en" {
		return strings.Join(strings.Fields(text), "，")
	}
	if known := english(text); known != "" {
		return known
	}
	for _, e := range eventsEnglish {
		if m := e.pattern.FindStringSubmatch(text); m != nil {
			name := ""
			if len(m) > 1 {
				name = place(m[1], lang)
			}
			return strings.ReplaceAll(e.english, "$1", name)
		}
	}
	return place(text, lang)
}

// place spells hanzi by their sound for an English sentence: 武汉 is Wuhan.
func place(text, lang string) string {
	if lang != "en" || text == "" {
		return text
	}
	words := map[int]string{}
	var order []int
	for _, s := range reading.Of(text) {
		part := s.Text
		if s.Kind == reading.Hanzi {
			part = strings.ReplaceAll(strings.TrimRight(s.Pinyin, "12345"), "v", "u")
		}
		if _, ok := words[s.Word]; !ok {
			order = append(order, s.Word)
		}
		words[s.Word] += part
	}
	var out []string
	for _, w := range order {
		if word := strings.TrimSpace(words[w]); word != "" {
			out = append(out, strings.ToUpper(word[:1])+word[1:])
		}
	}
	return strings.Join(out, " ")
}

var hourShape = regexp.MustCompile(`^(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})$`)

// hours writes opening hours as they are spoken: 早上八点半到晚上九点半.
func hours(text, lang string) string {
	m := hourShape.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil {
		return Event(text, lang)
	}
	from, errFrom := time.Parse("15:04", m[1]+":"+m[2])
	to, errTo := time.Parse("15:04", m[3]+":"+m[4])
	if errFrom != nil || errTo != nil {
		return text
	}
	if lang == "en" {
		return "from " + from.Format("3:04 pm") + " to " + to.Format("3:04 pm")
	}
	return clock(from) + "到" + clock(to)
}
