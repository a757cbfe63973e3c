package nlu

import "testing"

func BenchmarkSlots(b *testing.B) {
	state := State{}
	for name, text := range map[string]string{
		"short": "帮我查一下尾号三七二幺的快递到哪了",
		"long":  "呃 我那个空气炸锅地址写错了 改到湖北省武汉市洪山区珞喻路一百五十二号八栋一二零三 收件人换成我妈李秀英 电话是幺三八零零零零幺二三四 后天下午送",
		"en":    "please change the address to one five two luoyu road hongshan district wuhan and deliver it next wednesday afternoon",
	} {
		b.Run(name, func(b *testing.B) {
			h := hear(text, "")
			for b.Loop() {
				r := Reading{Text: text, Lang: langOf(text, ""), Slots: map[string]string{}}
				fillSlots(&r, h, state)
			}
		})
	}
}
