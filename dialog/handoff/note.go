// Package handoff is what an agent gets together with a call: the note as data, as a card to read in five seconds and as
// a whisper to hear before the caller is put through, the proposed next step, and similar past cases. Everything in it is
// masked by whoever fills it.
package handoff

import (
	"slices"
	"strings"
)

// Ways in which a caller's right to view was established.
const (
	VerifiedNo     = "no"
	VerifiedCaller = "caller_id"
	VerifiedName   = "phone_tail+name"
	VerifiedCode   = "sms_code"
)

// Moods of a caller, as understanding names them.
const (
	moodAngry    = "angry"
	moodNegative = "negative"
	moodPositive = "positive"
)

// Note is everything an agent needs to know, personal data masked. The agent must not ask again.
type Note struct {
	CallID    string            `json:"call_id"`
	Caller    string            `json:"caller"`   // masked
	Verified  string            `json:"verified"` // "no", "caller_id", "phone_tail+name", "sms_code"
	Intent    string            `json:"intent"`
	Matter    string            `json:"matter,omitempty"` // what the intent is called
	Slots     map[string]string `json:"slots"`
	Order     string            `json:"order,omitempty"`
	Waybill   string            `json:"waybill,omitempty"`
	Product   string            `json:"product,omitempty"` // of the order, in one spoken word
	Status    string            `json:"status,omitempty"`  // of the order
	LastEvent string            `json:"last_event,omitempty"`
	Told      []string          `json:"told"`  // facts the caller was told
	Tried     []string          `json:"tried"` // actions and their results
	Sentiment string            `json:"sentiment"`
	Reason    string            `json:"reason"`
	Lang      string            `json:"lang,omitempty"` // that the caller speaks: "zh" or "en"
	LastLines []string          `json:"last_lines"`     // the caller's last three lines
	Ticket    string            `json:"ticket,omitempty"`
	NextStep  string            `json:"next_step"`           // what the agent may do first
	Knowledge []Hit             `json:"knowledge,omitempty"` // what the knowledge base says about it
	Cases     []Case            `json:"cases,omitempty"`     // similar ones and how they ended, the likest first
	Remark    string            `json:"remark,omitempty"`    // one line of free text, where a language model is configured
	Whisper   string            `json:"whisper"`             // for the agent's ear, at most six seconds
	Summary   string            `json:"summary"`             // one spoken Chinese sentence
}

// Hit is an entry of the knowledge base that fits.
type Hit struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

// Complete fills what follows from the rest: the next step and the whisper.
func (n *Note) Complete() {
	n.NextStep = Next(*n)
	n.Whisper = Whisper(*n)
}

var (
	verifiedWords = map[string]string{VerifiedCaller: "来电号码已核对", VerifiedName: "尾号姓名已核对", VerifiedCode: "短信验证码已核对"}
	moodWords     = map[string]string{moodAngry: "情绪激动", moodNegative: "有些不满", moodPositive: "情绪好"}
)

// Text is the note as a card: a line for each thing that is known, what matters most first.
func (n Note) Text() string {
	verified := verifiedWords[n.Verified]
	if verified == "" {
		verified = "身份未核对"
	}
	caller := n.Caller
	if caller == "" {
		caller = "号码未显示"
	}
	if n.Lang == "en" {
		caller += "，说英语"
	}
	var card strings.Builder
	line := func(label string, parts ...string) {
		parts = slices.DeleteFunc(parts, func(p string) bool { return p == "" })
		if len(parts) > 0 {
			card.WriteString(label + "　" + strings.Join(parts, "，") + "\n")
		}
	}
	lines := func(label string, entries []string) {
		for i, e := range entries {
			if i > 0 {
				label = strings.Repeat("　", len([]rune(label)))
			}
			line(label, e)
		}
	}
	line("来电", caller, verified)
	line("诉求", n.matter(), moodWords[n.Sentiment])
	line("下步", n.NextStep)
	line("订单", n.Product, n.Status, n.Order)
	line("运单", n.Waybill, n.LastEvent)
	line("已填", n.given()...)
	lines("已告", n.Told)
	lines("已办", n.Tried)
	line("工单", n.Ticket)
	line("转因", n.Reason)
	line("备注（模型写的）", n.Remark)
	lines("原话", quoted(n.LastLines))
	for _, h := range n.Knowledge {
		line("知识", h.Text, "（"+h.ID+"）")
	}
	for _, c := range n.Cases {
		line("旧例", c.line())
	}
	return card.String()
}

func (n Note) matter() string {
	if n.Matter != "" {
		return n.Matter
	}
	return n.Intent
}

// given are the values that the caller gave, by name, without those that have a line of their own.
func (n Note) given() []string {
	var out []string
	for name, value := range n.Slots {
		if label := slotWords[name]; label != "" && value != "" {
			out = append(out, label+value)
		}
	}
	slices.Sort(out)
	return out
}

// slotWords are what values are called on the card; others are told by the lines of the order.
var slotWords = map[string]string{
	"address": "新地址：", "receiver": "收件人：", "phone": "电话：", "date": "日期：", "time": "时间：", "place": "放置：", "reason": "原因：", "issue": "问题：",
	"spec": "规格：", "quantity": "数量：", "amount": "金额：", "invoice_title": "抬头：", "invoice_type": "发票：", "email": "邮箱：", "pay_method": "支付：",
	"origin": "寄自：", "destination": "寄到：", "weight": "重量：", "attr": "问的是：", "role": "关于：",
}

func quoted(lines []string) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = "「" + l + "」"
	}
	return out
}
