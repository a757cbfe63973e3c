package text

import "testing"

func TestPlain(t *testing.T) {
	for marked, want := range map[string]string{
		"您好，请讲。": "您好，请讲。",
		`工单号<say-as interpret-as="digits">4471</say-as>，<break time="300ms"/>请记一下`: "工单号4471，请记一下",
		`<sub alias="维欧">VEO</sub> &amp; 朋友`:                                       "VEO & 朋友",
		"3 < 5":                  "3 < 5",
		"<prosody rate=\"slow\"": "",
		"":                       "",
	} {
		if got := Plain(marked); got != want {
			t.Errorf("Plain(%q) = %q, want %q", marked, got, want)
		}
	}
}

func TestEscapedTextIsNoMark(t *testing.T) {
	for _, s := range []string{"<break/>", "a & b", "&lt;", "<say-as interpret-as='digits'>12</say-as>", "甲<乙>丙"} {
		if got := Plain("<speak>" + Escape(s) + "</speak>"); got != s {
			t.Errorf("%q came back as %q", s, got)
		}
	}
}
