package web

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"voxgate/media"
	"voxgate/media/mediatest"
	"voxgate/media/webrtc"
)

// pitch measures in the page which tone the far end sends: the loudest frequency in hertz of what the page plays,
// 0 while that is silent.
const pitch = `(async () => {
  const stream = document.querySelector("#sound").srcObject;
  if (!stream) return 0;
  const context = new AudioContext();
  await context.resume();
  const analyser = context.createAnalyser();
  analyser.fftSize = 4096;
  context.createMediaStreamSource(stream).connect(analyser);
  await new Promise((done) => setTimeout(done, 500));
  const bins = new Float32Array(analyser.frequencyBinCount);
  analyser.getFloatFrequencyData(bins);
  const loudest = bins.indexOf(Math.max(...bins));
  const hertz = loudest * context.sampleRate / analyser.fftSize;
  const level = bins[loudest];
  await context.close();
  return level > -50 ? hertz : 0;
})()`

func TestPageCallsInChromium(t *testing.T) {
	const said, answered = 440.0, 620.0
	calls := make(chan *Call, 1)
	h := open(t, Config{MaxCalls: 1, OnCall: answer(t, calls)})
	browser := openChromium(t, wavFile(t, 16000, mediatest.Tone(16000, said, 0.5, 4*time.Second)))
	for _, codec := range []string{"opus", "PCMU"} {
		t.Run(codec, func(t *testing.T) {
			browser.t = t
			browser.visit(h.address + "/?lang=zh&caller=13800003721&codec=" + codec)
			browser.eval(`document.querySelector("#call").click()`, nil)
			call := next(t, calls)
			browser.until(`document.body.dataset.state === "talking"`)
			if info := call.Info(); info.Codec != codec || info.From != "13800003721" {
				t.Errorf("the call came as %+v", info)
			}
			listen(t, call.Line(), said)
			stop := sound(t, call.Line(), answered)
			watchPitch(t, browser, answered)
			browser.until(`document.querySelector("#level-bot").ariaValueNow > 50 && document.querySelector("#level-caller").ariaValueNow > 50`)
			talk(t, browser, call)
			pressKeys(t, browser, call)
			stop()
			browser.until(`performance.getEntriesByType("resource").some((e) => e.name.includes("/whip/") && e.responseStatus === 204)`)
			browser.eval(`document.querySelector("#call").click()`, nil)
			next(t, call.Done())
			browser.until(`document.body.dataset.state === "idle" && document.querySelector("#alert").hidden`)
		})
	}
}

// listen waits until a second of the line is mostly the given tone.
func listen(t *testing.T, line media.Line, hertz float64) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var window []int16
	for heard := 0.0; heard < 0.2; {
		frame, err := line.Recv(ctx)
		if err != nil {
			t.Fatalf("the microphone's %.0f Hz was heard at %.3f only: %v", hertz, heard, err)
		}
		window = append(window, frame.PCM()...)
		if second := line.Rate(); len(window) >= second {
			heard = max(heard, mediatest.Level(window[len(window)-second:], line.Rate(), hertz))
		}
	}
}

// sound plays a tone to the page until stop.
func sound(t *testing.T, line media.Line, hertz float64) (stop func()) {
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		tone := mediatest.Frames(line.Rate(), mediatest.Tone(line.Rate(), hertz, 0.5, 2*patience))
		_, err := line.Play(ctx, mediatest.Sequence(tone))
		if ctx.Err() == nil {
			t.Errorf("playing ended early: %v", err)
		}
	}()
	return func() { cancel(); <-done }
}

// watchPitch waits until the page plays the tone.
func watchPitch(t *testing.T, browser *chromium, want float64) {
	t.Helper()
	heard := 0.0
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		if browser.eval(pitch, &heard); heard > want-15 && heard < want+15 {
			return
		}
	}
	t.Errorf("the page plays %.0f Hz, want %.0f Hz", heard, want)
}

// talk shows captions and reads them in the page.
func talk(t *testing.T, browser *chromium, call *Call) {
	t.Helper()
	call.Caption(Caption{Speaker: Bot, Turn: 1, Text: "您好，这里是客服热线，请问有什么可以帮您？", Final: true})
	call.Caption(Caption{Speaker: Caller, Turn: 1, Text: "帮我查一下", Final: false})
	browser.until(`document.querySelector("#captions .caller.partial")`)
	call.Caption(Caption{Speaker: Caller, Turn: 1, Text: "帮我查一下我的快递到哪了", Final: true})
	call.Caption(Caption{Speaker: Bot, Turn: 2, Text: `您的<img src=x onerror="document.title='broken'">空气炸锅昨天到达武汉转运中心。`, Final: true})
	browser.until(`document.querySelectorAll("#captions .line").length === 3 && !document.querySelector("#captions .partial")`)
	var text string
	browser.eval(`document.querySelector("#captions").innerText`, &text)
	for _, want := range []string{"请问有什么可以帮您", "我的快递到哪了", "<img src=x"} {
		if !strings.Contains(text, want) {
			t.Errorf("the captions have no %s:\n%s", want, text)
		}
	}
	var images int
	if browser.eval(`document.querySelectorAll("#captions img").length`, &images); images != 0 {
		t.Error("a caption became markup")
	}
}

// pressKeys presses keys on the page's keypad and on the keyboard.
func pressKeys(t *testing.T, browser *chromium, call *Call) {
	t.Helper()
	browser.eval(`document.querySelector("#keys").click()`, nil)
	browser.eval(`document.querySelector('#keypad button[value="7"]').click()`, nil)
	first := next(t, call.Line().Digits())
	browser.call("Input.dispatchKeyEvent", map[string]any{"type": "keyDown", "key": "#", "text": "#"}, nil)
	if second := next(t, call.Line().Digits()); first != '7' || second != '#' {
		t.Errorf("keys %c and %c, want 7 and #", first, second)
	}
	browser.until(`document.querySelector("#pressed").textContent === "7#"`)
}

func TestPageTellsWhatIsWrong(t *testing.T) {
	h := open(t, Config{OnCall: func(ctx context.Context, call *Call) {
		if err := call.Reject(486, "busy"); err != nil {
			t.Error(err)
		}
	}})
	browser := openChromium(t, wavFile(t, 16000, mediatest.Tone(16000, 440, 0.5, time.Second)))
	tests := []struct{ name, before, want string }{
		{"server full", "", "线路全忙"},
		{"microphone refused", refusing("NotAllowedError"), "麦克风没有得到允许"},
		{"no microphone", refusing("NotFoundError"), "没有找到麦克风"},
		{"microphone in use", refusing("NotReadableError"), "正被别的程序占用"},
		{"no secure page", `Object.defineProperty(window, "isSecureContext", { value: false })`, "https://"},
		{"old browser", `delete window.RTCPeerConnection`, "不支持网页通话"},
		{"no network", `window.fetch = () => Promise.reject(new TypeError("no network"))`, "连不上服务器"},
	}
	for _, test := range tests {
		browser.visit(h.address + "/?lang=zh")
		if test.before != "" {
			browser.eval(test.before+"; null", nil)
		}
		browser.eval(`document.querySelector("#call").click()`, nil)
		browser.until(`!document.querySelector("#alert").hidden && document.body.dataset.state === "idle"`)
		var text string
		if browser.eval(`document.querySelector("#alert").innerText`, &text); !strings.Contains(text, test.want) {
			t.Errorf("%s: the page says %q, want %q in it", test.name, text, test.want)
		}
	}
	browser.eval(`document.querySelector("#language").click()`, nil)
	var title string
	if browser.eval(`document.querySelector("h1").innerText + "/" + document.documentElement.lang`, &title); title != "Voice hotline/en" {
		t.Errorf("in English the page is %q", title)
	}
}

func refusing(name string) string {
	return fmt.Sprintf(`navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", %q))`, name)
}

func TestPageTellsWhyTheCallEnded(t *testing.T) {
	calls := make(chan *Call, 1)
	h := open(t, Config{OnCall: answer(t, calls)})
	browser := openChromium(t, wavFile(t, 16000, mediatest.Tone(16000, 440, 0.5, time.Second)))
	for _, test := range []struct {
		cause error
		want  string
	}{{ErrShutdown, "正在维护"}, {webrtc.ErrLost, "连接断开"}, {webrtc.ErrNotConnected, "UDP"}} {
		browser.visit(h.address + "/?lang=zh")
		browser.eval(`document.querySelector("#call").click()`, nil)
		browser.until(`document.body.dataset.state === "talking"`)
		next(t, calls).end(test.cause)
		browser.until(fmt.Sprintf(`document.querySelector("#alert").innerText.includes(%q) && document.body.dataset.state === "idle"`, test.want))
	}
}
