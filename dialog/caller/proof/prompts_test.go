package proof

import (
	"regexp"
	"testing"

	"voxgate/dialog/reply"
)

// harmless are numbers in the words of prompts that say how to answer, not what is so: 请按一, 后四位, 比如明天.
var harmless = regexp.MustCompile(`(?i)按[一二零]|按键|扣了两次|[慢声]一点|比如.*|可以说.*|such as.*|五分最好.*|from one to five.*|two for no|[四六十一两]+位|四个数字|后四位|press (?:one|two|zero)|four digits|six digits|eleven digits|last four`)

// TestPromptsClaimNothingOfTheirOwn holds that what the hotline says by itself names no sum, date, time or period: these are
// the shop's to say.
func TestPromptsClaimNothingOfTheirOwn(t *testing.T) {
	b, err := reply.Load(reply.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	for _, prompt := range Read(b) {
		read := chinese
		if prompt.lang == "en" {
			read = english
		}
		claims, _ := read(harmless.ReplaceAllString(prompt.own, " "), now)
		for _, c := range claims {
			if c.Kind != Part {
				t.Errorf("%s says %s %q of its own: %s", prompt.id, c.Kind, c.Text, prompt.own)
			}
		}
	}
}
