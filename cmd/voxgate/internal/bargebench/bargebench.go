// Package bargebench measures barge-in: the bot speaks, and at the caller's side there is its echo, a cough, music, or the
// caller who speaks over it. What counts is how often the bot stops for nothing, how often it does not hear the caller, and
// how soon it stops for him.
package bargebench

import (
	"context"
	"fmt"
	"math"
	"time"

	"golang.org/x/sync/errgroup"

	"voxgate/asr"
	"voxgate/cmd/voxgate/internal/bargein"
	"voxgate/cmd/voxgate/internal/floor"
	"voxgate/dialog"
	"voxgate/media"
	"voxgate/media/echo"
)

// Bench is what is measured and with what.
type Bench struct {
	// Bot is the sound of one of the bot's sentences, 8,000 Hz.
	Bot func(ctx context.Context, text string) ([]int16, error)
	// Caller is what caller number n says.
	Caller func(ctx context.Context, n int) ([]int16, error)
	// Hear hands over the recogniser's events with the moment at which each came, until it is told to stop.
	Hear func(ctx context.Context, pcm []int16, heard func(at time.Duration, ev asr.Event) bool) error
	// Noise is a recording of noise; nil: it is made.
	Noise []int16
	// Scenes is how many calls of each condition are composed.
	Scenes int
	// Workers is how many are heard at a time; 0: 1. With more, Bot, Caller and Hear are called from several goroutines.
	Workers int
	// Progress may be nil.
	Progress func(done, of int)
}

// Heard is an event of the recogniser and when it came.
type Heard struct {
	At    time.Duration
	Event asr.Event
}

// Stop is one stop of the bot.
type Stop struct {
	At      time.Duration
	Reason  string
	Verdict echo.Verdict
}

// Outcome is what became of a scene.
type Outcome struct {
	Scene Scene
	Stops []Stop // the first of each answer, in their order
}

// Run composes and measures the scenes of a condition.
func (b Bench) Run(ctx context.Context, c Condition) ([]Outcome, error) {
	all := make([]Outcome, b.Scenes)
	work, running := errgroup.WithContext(ctx)
	work.SetLimit(max(b.Workers, 1))
	for n := range b.Scenes {
		if running.Err() != nil {
			break
		}
		if b.Progress != nil {
			b.Progress(n, b.Scenes)
		}
		work.Go(func() error {
			scene, err := b.scene(running, n, c)
			if err != nil {
				return fmt.Errorf("scene %d: %w", n, err)
			}
			var events []Heard
			err = b.Hear(running, scene.Received, func(at time.Duration, ev asr.Event) bool {
				events = append(events, Heard{at, ev})
				return true
			})
			if err != nil {
				return fmt.Errorf("scene %d: %w", n, err)
			}
			all[n] = Play(scene, events)
			return nil
		})
	}
	if err := work.Wait(); err != nil {
		return nil, err
	}
	return all, context.Cause(ctx)
}

// scene speaks and composes scene number n.
func (b Bench) scene(ctx context.Context, n int, c Condition) (Scene, error) {
	v := voices{noise: b.Noise}
	for i := range v.answers {
		pcm, err := b.Bot(ctx, answers[(2*n+i)%len(answers)])
		if err != nil {
			return Scene{}, err
		}
		v.answers[i] = pcm
	}
	if c.Barge {
		pcm, err := b.Caller(ctx, n)
		if err != nil {
			return Scene{}, err
		}
		v.caller = sounding(pcm)
	}
	return compose(n, c, v)
}

// Play follows a scene tick by tick and notes where the bot stops, by the rules that a call goes by. After a stop the bot goes
// on as if nobody had: each answer is judged by itself.
func Play(s Scene, events []Heard) Outcome {
	o := Outcome{Scene: s}
	received, sent := media.Frames(media.Narrowband, s.Received), media.Frames(media.Narrowband, s.Sent)
	p := player{guard: echo.New(media.Narrowband)}
	for i := range received {
		p.guard.Tick(&received[i], &sent[i])
		p.now = time.Duration(i+1) * media.FrameDuration
		if answer := s.answerAt(p.now); answer != p.answer-1 {
			p.answer = answer + 1
			p.begin()
		}
		for len(events) > 0 && events[0].At <= p.now {
			p.heard(events[0].Event)
			events = events[1:]
		}
		if p.floor == nil {
			continue
		}
		if due, ok := p.floor.Deadline(); ok && !due.After(moment0.Add(p.now)) {
			p.happened(floor.Event{Kind: floor.Tick})
		}
		if p.stop != nil {
			o.Stops = append(o.Stops, *p.stop)
			p.floor, p.stop = nil, nil
		}
	}
	return o
}

// moment0 is when scenes begin.
var moment0 = time.Unix(0, 0)

// player is what decides in a scene.
type player struct {
	guard  *echo.Guard
	judge  bargein.Judge
	floor  *floor.Machine // nil while the bot is silent, or was made so
	now    time.Duration
	answer int        // number of the present answer, from 1; 0: the bot is silent
	speech *asr.Event // the beginning of what is being said; nil in silence
	text   string
	stop   *Stop
}

// begin starts an answer, perhaps in the middle of what the caller says.
func (p *player) begin() {
	p.floor = nil
	if p.answer == 0 {
		return
	}
	p.floor = floor.New()
	p.happened(floor.Event{Kind: floor.Started})
	if p.speech != nil {
		p.happened(floor.Event{Kind: floor.Speech, Began: moment0.Add(p.speech.Start)})
		p.happened(floor.Event{Kind: floor.Words, Text: p.text})
	}
	p.happened(floor.Event{Kind: floor.Began})
}

// heard takes an event of the recogniser.
func (p *player) heard(ev asr.Event) {
	p.judge.Heard(ev)
	switch ev.Kind {
	case asr.SpeechStarted:
		p.speech, p.text = &ev, ""
		p.happened(floor.Event{Kind: floor.Speech, Began: moment0.Add(ev.Start)})
	case asr.Partial:
		p.text = ev.Text
		p.happened(floor.Event{Kind: floor.Words, Text: ev.Text})
	case asr.Final:
		p.speech = nil
		p.happened(floor.Event{Kind: floor.Said, Turn: dialog.Turn{Kind: dialog.Speech, Text: ev.Text}})
	}
}

// happened tells the floor and notes where it stops the bot.
func (p *player) happened(ev floor.Event) {
	if p.floor == nil {
		return
	}
	ev.At = moment0.Add(p.now)
	v := p.guard.Verdict()
	ev.Voice = p.judge.Weigh(v)
	for _, c := range p.floor.Handle(ev) {
		if c.Do == floor.Stop && p.stop == nil {
			// The frame of the next tick is the first that is not sent.
			p.stop = &Stop{p.now + media.FrameDuration, c.Reason, v}
		}
	}
}

// answerAt is the answer that the bot speaks at a moment; -1 where it is silent.
func (s *Scene) answerAt(now time.Duration) int {
	for i, a := range s.Answers {
		if now > a.From && now <= a.To {
			return i
		}
	}
	return -1
}

// hushed is by how many dB the frames around speech may be softer than it to be no part of it.
const hushed = 25

// sounding is a recording from the first frame of 20 ms that is not hushed to the last.
func sounding(pcm []int16) []int16 {
	const frame = media.Narrowband / 50
	floor := loudness(floats(pcm)) * math.Pow(10, -hushed/20.0)
	first, last := len(pcm), 0
	for at := 0; at+frame <= len(pcm); at += frame {
		if loudness(floats(pcm[at:at+frame])) > floor {
			first, last = min(first, at), at+frame
		}
	}
	if first >= last {
		return nil
	}
	return pcm[first:last]
}

// answers are what the bot says.
var answers = []string{
	"您的快递今天早上到了武汉分拨中心，预计明天下午送到，到之前快递员会给您打电话。",
	"这件衣服签收没有超过七天，吊牌还在的话可以退，运费由我们来出。",
	"我查到您名下有两笔订单，一笔是蓝牙耳机，一笔是保温杯，请问您要问的是哪一笔？",
	"退款已经在昨天办好了，银行一般需要三到五个工作日才会到账，请您留意一下。",
	"地址已经替您改成了光谷大道三十六号，包裹还没有出库，所以会按新的地址送。",
	"发票可以开电子的，也可以开纸质的，电子的当天就能发到您的邮箱里。",
	"这边已经帮您催过快递员了，他说两个小时之内会联系您，麻烦您保持电话畅通。",
	"耳机左边没有声音的话，请先放回充电盒里，按住按钮十秒钟，等灯闪三下再拿出来试试。",
	"您这个单子是昨天晚上十点下的，仓库今天中午打包，下午就会交给快递公司。",
	"不好意思让您久等了，我已经把情况记下来了，明天上午会有专人给您回电话。",
	"保修期是一年，从您签收的那一天开始算，人为摔坏的不在保修的范围里面。",
	"优惠券是满两百减三十的，这个月底之前都能用，下单的时候会自动抵扣。",
	"Your parcel reached the sorting centre in Wuhan this morning, and it should be delivered tomorrow afternoon.",
	"We have sent the refund to your bank, and it usually takes three to five working days to arrive.",
}
