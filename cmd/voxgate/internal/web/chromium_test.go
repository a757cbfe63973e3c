package web

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// chromium is a headless browser that a test drives by the DevTools protocol over a pipe.
type chromium struct {
	t       *testing.T
	write   *os.File
	session string

	mu      sync.Mutex
	last    int
	waiting map[int]chan message
	broken  error
}

// message is an answer of the DevTools protocol.
type message struct {
	ID     int             `json:"id"`
	Result json.RawMessage `json:"result"`
	Error  *struct{ Message string }
}

// openChromium starts Chromium with a WAV file as its microphone, or skips the test where there is none.
func openChromium(t *testing.T, microphone string) *chromium {
	t.Helper()
	program := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			program = found
			break
		}
	}
	if program == "" {
		t.Skip("Chromium is not installed (apt-get install chromium), so the page is not tried in a browser")
	}
	profile := t.TempDir()
	command := exec.Command(program, "--headless=new", "--remote-debugging-pipe", "--user-data-dir="+profile, "--no-sandbox",
		"--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update", "--disable-sync",
		"--disable-extensions", "--disable-default-apps", "--no-first-run", "--lang=zh-CN", "--window-size=1000,760", "--mute-audio",
		"--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", "--use-file-for-fake-audio-capture="+microphone,
		"--allow-loopback-in-peer-connection", "about:blank")
	command.Env = append(os.Environ(), "HOME="+profile, "DBUS_SESSION_BUS_ADDRESS=disabled:")
	down, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	read, up, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	command.ExtraFiles = []*os.File{down, up}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	err = errors.Join(down.Close(), up.Close())
	c := &chromium{t: t, write: write, waiting: make(map[int]chan message)}
	reading := make(chan struct{})
	go func() { defer close(reading); c.read(read) }()
	t.Cleanup(func() {
		// The end of the pipe ends Chromium.
		if err := errors.Join(err, write.Close(), command.Wait(), read.Close()); err != nil {
			t.Log("end of Chromium:", err)
		}
		<-reading
	})
	c.attach()
	return c
}

// attach opens a page and speaks to it from now on.
func (c *chromium) attach() {
	var target struct{ TargetID string }
	c.call("Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	var attached struct{ SessionID string }
	c.call("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &attached)
	c.session = attached.SessionID
}

func (c *chromium) read(pipe *os.File) {
	reader := bufio.NewReader(pipe)
	for {
		text, err := reader.ReadBytes(0)
		var m message
		if err == nil {
			err = json.Unmarshal(bytes.TrimSuffix(text, []byte{0}), &m)
		}
		c.mu.Lock()
		if err != nil {
			c.broken = err
			for _, wait := range c.waiting {
				close(wait)
			}
			c.waiting = nil
			c.mu.Unlock()
			return
		}
		if wait, ok := c.waiting[m.ID]; ok {
			delete(c.waiting, m.ID)
			wait <- m
		}
		c.mu.Unlock()
	}
}

// call runs a DevTools command and reads its result.
func (c *chromium) call(method string, params map[string]any, result any) {
	c.t.Helper()
	wait := make(chan message, 1)
	c.mu.Lock()
	if c.waiting == nil {
		c.mu.Unlock()
		c.t.Fatalf("Chromium has ended: %v", c.broken)
	}
	c.last++
	id := c.last
	c.waiting[id] = wait
	c.mu.Unlock()
	body, err := json.Marshal(map[string]any{"id": id, "method": method, "params": params, "sessionId": c.session})
	if err != nil {
		c.t.Fatal(err)
	}
	if c.session == "" {
		body = bytes.Replace(body, []byte(`,"sessionId":""`), nil, 1)
	}
	if _, err := c.write.Write(append(body, 0)); err != nil {
		c.t.Fatalf("Chromium, %s: %v", method, err)
	}
	m := next(c.t, wait)
	if m.Error != nil || m.Result == nil {
		c.t.Fatalf("Chromium, %s: %+v", method, m.Error)
	}
	if result != nil {
		if err := json.Unmarshal(m.Result, result); err != nil {
			c.t.Fatal(err)
		}
	}
}

// visit loads a page.
func (c *chromium) visit(address string) {
	c.t.Helper()
	c.call("Page.navigate", map[string]any{"url": address}, nil)
	c.until(`document.readyState === "complete" && document.querySelectorAll("#keypad button").length === 12`)
}

// eval runs JavaScript as if the user had clicked, and reads its value, a promise's too.
func (c *chromium) eval(script string, value any) {
	c.t.Helper()
	var result struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails json.RawMessage
	}
	c.call("Runtime.evaluate", map[string]any{
		"expression": script, "awaitPromise": true, "returnByValue": true, "userGesture": true,
	}, &result)
	if result.ExceptionDetails != nil {
		c.t.Fatalf("the page threw at %s: %s", script, result.ExceptionDetails)
	}
	if value != nil && result.Result.Value != nil {
		if err := json.Unmarshal(result.Result.Value, value); err != nil {
			c.t.Fatalf("%s is %s: %v", script, result.Result.Value, err)
		}
	}
}

// until waits for a condition in the page.
func (c *chromium) until(condition string) {
	c.t.Helper()
	for deadline := time.Now().Add(patience); ; {
		var met bool
		c.eval("!!("+condition+")", &met)
		if met {
			return
		}
		if time.Now().After(deadline) {
			var text string
			c.eval("document.body.dataset.state + ': ' + document.body.innerText", &text)
			c.t.Fatalf("never came true: %s\nthe page says %s", condition, text)
		}
		c.eval("new Promise((done) => setTimeout(done, 50))", nil)
	}
}

// wavFile writes 16-bit mono PCM as a WAV file.
func wavFile(t *testing.T, rate int, pcm []int16) string {
	t.Helper()
	var b bytes.Buffer
	b.WriteString("RIFF")
	size := uint32(2 * len(pcm))
	for _, field := range []any{
		36 + size, []byte("WAVEfmt "), uint32(16), uint16(1), uint16(1), uint32(rate), uint32(2 * rate), uint16(2), uint16(16), []byte("data"), size, pcm,
	} {
		if err := binary.Write(&b, binary.LittleEndian, field); err != nil {
			t.Fatal(err)
		}
	}
	name := filepath.Join(t.TempDir(), fmt.Sprintf("%d.wav", rate))
	if err := os.WriteFile(name, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return name
}
