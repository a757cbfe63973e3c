package messages

import (
	"log/slog"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"voxgate/dialog"
	"voxgate/dialog/flow"
	"voxgate/dialog/records"
	"voxgate/dialog/reply"
)

const staffFolder = "../../deploy/staff/"

// staffScript is the second business that ships.
func staffScript(t *testing.T) (*flow.Set, *reply.Book) {
	t.Helper()
	book, err := reply.Load(reply.Builtin(), os.DirFS(staffFolder+"prompts"))
	if err != nil {
		t.Fatal(err)
	}
	flows, err := flow.Load(book, os.DirFS(staffFolder+"flows"))
	if err != nil {
		t.Fatal(err)
	}
	return flows, book
}

func staffDesk(t *testing.T) *desk {
	t.Helper()
	flows, book := staffScript(t)
	file, err := records.ReadFile(staffFolder + "records.json")
	if err != nil {
		t.Fatal(err)
	}
	engine, err := dialog.New(dialog.Config{
		Shop: records.Open(file), Now: file.Clock(time.Now), Flows: flows, Book: book, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	return newDesk(t, func(c *Config) { c.Open = func(info dialog.CallInfo) Conversation { return engine.Open(info) } })
}

// The engine is not bound to a shop: conversations of a company's own people, in text.
func TestStaffConversations(t *testing.T) {
	for name, c := range map[string]struct {
		from  string
		lines [][2]string // what is said, and what the answer must hold
		acts  []string    // of the last answer
	}{
		"leave": {"13800010001", [][2]string{{"我还剩几天年假呀", "六天年假"}, {"好的谢谢", ""}}, nil},
		"leave is over, then expenses": {"13800010002", [][2]string{
			{"查一下我的年假", "休完了"}, {"那我的报销呢 怎么还没到账", "酒店发票"},
		}, []string{"inform"}},
		"expenses":       {"13800010001", [][2]string{{"报销到哪一步了", "一千二百八十六元五角"}}, nil},
		"a room":         {"13800010001", [][2]string{{"帮我订个会议室", "哪一天"}, {"明天", "三楼东会议室"}, {"对", "订好了"}, {"再帮我订一间会议室 明天的", "三楼东"}}, nil},
		"a full day":     {"13800010001", [][2]string{{"后天有空的会议室吗", "换哪一天"}, {"那就明天吧", "对吗"}, {"算了不订了", ""}}, nil},
		"a password":     {"13800010001", [][2]string{{"电脑登不上去 密码忘了", "确认吗"}, {"确认", "临时密码"}}, []string{"action"}},
		"a closed one":   {"13800010002", [][2]string{{"我的账号被锁了", "确认吗"}, {"是的", "停用"}}, nil},
		"a repair":       {"13800010001", [][2]string{{"打印机又卡纸了", "报修"}, {"可以", "工单"}}, []string{"ticket"}},
		"pay day":        {"13800010001", [][2]string{{"这个月工资几号发", "明天"}}, nil},
		"in English":     {"13800010001", [][2]string{{"how many days of leave do I have", "6 days"}, {"where is my expense claim", "1286.5"}}, nil},
		"nothing of it":  {"13800010001", [][2]string{{"我的快递到哪了", "员工"}}, []string{"oos_redirect"}},
		"a human":        {"13800010001", [][2]string{{"查年假", "六天"}, {"转人工", ""}}, []string{"transfer"}},
		"somebody else":  {"13800019999", [][2]string{{"我还有几天年假", "没有查到"}}, nil},
		"two at a time":  {"13800010001", [][2]string{{"工资哪天发", "明天"}, {"还有会议室吗", "哪一天"}, {"五月十五号", "对吗"}, {"不对 五月十六", "满"}}, nil},
		"homophones too": {"13800010001", [][2]string{{"我的报消到哪一部了", "一千二百八十六"}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			d := staffDesk(t)
			var last Answer
			for _, line := range c.lines {
				code, a, no := d.signed(Message{Conversation: "c", From: c.from, Text: line[0], Channel: "app"})
				if code != http.StatusOK {
					t.Fatal(code, no)
				}
				if said := strings.Join(a.Say, ""); !strings.Contains(said, line[1]) {
					t.Errorf("%q: %q %v, want %q", line[0], said, a.Acts, line[1])
				}
				last = a
			}
			for _, act := range c.acts {
				if !slices.Contains(last.Acts, act) {
					t.Errorf("acts %v, want %s: %q", last.Acts, act, last.Say)
				}
			}
		})
	}
}

// New wordings of every matter, and what is none of it. None of these stands among the examples.
var staffSayings = map[string][]string{
	"leave_days":     {"我今年还能休几天年假啊", "年假还有吗", "帮看下剩余假期", "我的假用完没有", "how much leave do i have"},
	"expense_status": {"报销的钱到账了没", "我那个差旅费报销批了没有", "报销审核到谁那了", "上周交的报销单呢", "is my expense claim paid"},
	"salary_day":     {"几号发工资啊", "工资啥时候到账", "这个月薪水哪天发", "发工资是哪天", "when is pay day this month"},
	"meeting_room":   {"给我约个会议室", "下午有没有空会议室", "订个小会议室开会", "想借会议室用用", "can i book a meeting room"},
	"password_reset": {"密码忘记了怎么办", "我的账号锁住了", "登录密码错误", "邮箱登不进去了", "reset the password please"},
	"device_broken":  {"电脑开不了机 坏了", "打印机打不出来 卡纸", "我这边断网了 网络连不上", "显示器黑了不亮", "my printer is broken"},
	"":               {"今天天气怎么样", "给我讲个笑话", "附近有什么好吃的", "你会唱歌吗", "世界杯谁赢了", "股票涨了没有", "what is the weather"},
}

func TestNearestLines(t *testing.T) {
	flows, _ := staffScript(t)
	right, all := 0, 0
	for want, lines := range staffSayings {
		for _, line := range lines {
			got, p := flows.Match(line)
			all++
			if got == want {
				right++
			} else {
				t.Logf("%q: %s (%.2f), want %q", line, got, p, want)
			}
		}
	}
	t.Logf("%d of %d right", right, all)
	if right*100 < all*90 {
		t.Errorf("only %d of %d new wordings are told right", right, all)
	}
}
