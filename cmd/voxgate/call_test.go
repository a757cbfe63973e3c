package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"voxgate/cmd/voxgate/internal/config"
	"voxgate/cmd/voxgate/internal/gateway"
	"voxgate/cmd/voxgate/internal/softphone"
	"voxgate/dialog/shop"
	"voxgate/sip"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// hotline is a whole hotline of its own on free loopback ports.
type hotline struct {
	sip, web, records string
	stop              func() // ends it, once
}

// startHotline runs serve until the test ends; change, which may be nil, alters its configuration.
func startHotline(t *testing.T, change func(*config.Config)) hotline {
	t.Helper()
	cfg := config.Default()
	cfg.SIP.Listen, cfg.Web.Listen, cfg.Records.Dir, cfg.Drain = "127.0.0.1:0", "127.0.0.1:0", t.TempDir(), 0
	if change != nil {
		change(&cfg)
	}
	ctx, cancel := context.WithCancel(context.Background())
	out, in := io.Pipe()
	served := make(chan error, 1)
	go func() {
		err := serve(ctx, in, cfg)
		_ = in.CloseWithError(io.EOF)
		served <- err
	}()
	h := hotline{records: cfg.Records.Dir}
	lines := bufio.NewScanner(out)
	for (h.sip == "" || h.web == "") && lines.Scan() {
		for _, word := range strings.Fields(lines.Text()) {
			switch {
			case strings.HasPrefix(word, "sip:") && h.sip == "":
				h.sip = word
			case strings.HasPrefix(word, "http://") && h.web == "":
				h.web = word
			}
		}
	}
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		_, _ = io.Copy(io.Discard, out)
	}()
	h.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-served; err != nil {
			t.Errorf("serve: %v", err)
		}
		<-drained
	})
	t.Cleanup(h.stop)
	if h.sip == "" || h.web == "" {
		t.Fatal("serve ended before it printed its addresses")
	}
	return h
}

// record ends the hotline, and with it every call, and reads the one record that it has kept.
func (h hotline) record(t *testing.T) gateway.Record {
	t.Helper()
	h.stop()
	files, err := filepath.Glob(filepath.Join(h.records, "*.json"))
	if err != nil || len(files) != 1 {
		t.Fatalf("records %v, %v", files, err)
	}
	raw, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	var rec gateway.Record
	if err := json.Unmarshal(raw, &rec); err != nil {
		t.Fatal(err)
	}
	return rec
}

// dialed is what `voxgate dial --json` printed.
type dialed struct {
	turns  []softphone.Turn
	result softphone.Result
}

func runDial(t *testing.T, target string, flags dialFlags) dialed {
	t.Helper()
	flags.json = true
	var out bytes.Buffer
	if err := dial(context.Background(), &out, target, flags); err != nil {
		t.Fatalf("dial: %v\n%s", err, out.String())
	}
	var d dialed
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	for _, line := range lines[:len(lines)-1] {
		var turn softphone.Turn
		if err := json.Unmarshal([]byte(line), &turn); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		d.turns = append(d.turns, turn)
	}
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &d.result); err != nil {
		t.Fatal(err)
	}
	return d
}

func says(texts ...string) []dialStep {
	steps := make([]dialStep, len(texts))
	for i, text := range texts {
		steps[i] = dialStep{"say", text}
	}
	return steps
}

// The whole path on real audio: three spoken sentences, the facts heard in the bot's own voice, and an agent who knows.
func TestSpokenCallEndsWithAnInformedAgent(t *testing.T) {
	t.Parallel()
	h := startHotline(t, nil)
	d := runDial(t, h.sip, dialFlags{steps: says(sentencesToTry...)})
	if len(d.turns) != 3 {
		t.Fatalf("turns %+v", d.turns)
	}
	for i, facts := range [][]string{{"电饭煲", "杭州"}, {"明天", "六点"}, {"转"}} {
		for _, fact := range facts {
			if !strings.Contains(d.turns[i].Heard, fact) {
				t.Errorf("asked %q, heard %q, which lacks %q", d.turns[i].Said, d.turns[i].Heard, fact)
			}
		}
	}
	if d.result.Outcome != softphone.Transfer || !strings.Contains(d.result.Agent, "电饭煲") {
		t.Errorf("result %+v", d.result)
	}
	rec := h.record(t)
	if rec.Outcome != "transfer" || rec.Transfer != "refer" || rec.Handoff == nil || rec.Handoff.Order != demoOrder(t) {
		t.Errorf("record %+v, hand-off %+v", rec, rec.Handoff)
	}
	if rec.Caller != "139****6634" || rec.Audio == "" {
		t.Errorf("caller %q, audio %q", rec.Caller, rec.Audio)
	}
}

// demoOrder is the order that the demo's first customer asks about.
func demoOrder(t *testing.T) string {
	t.Helper()
	file, err := shop.Demo()
	if err != nil {
		t.Fatal(err)
	}
	return file.Orders[0].Number
}

// Where the caller's side takes no REFER the agent is called and joined here; both hear each other.
func TestBridgedTransfer(t *testing.T) {
	t.Parallel()
	h := startHotline(t, func(c *config.Config) { c.Handoff.Mode = "bridge" })
	d := runDial(t, h.sip, dialFlags{steps: says("帮我查一下我的快递到哪了", "转人工")})
	if rec := h.record(t); rec.Transfer != "bridge" || rec.Outcome != "transfer" {
		t.Errorf("record %+v", rec)
	}
	if len(d.turns) != 2 || d.result.Outcome != softphone.Hangup {
		t.Errorf("dial %+v", d)
	}
}

func TestKeysReachAHuman(t *testing.T) {
	t.Parallel()
	h := startHotline(t, nil)
	d := runDial(t, h.sip, dialFlags{steps: []dialStep{{"keys", "0"}}})
	if rec := h.record(t); len(rec.Turns) < 2 || rec.Turns[1].Kind != "keys" {
		t.Errorf("record %+v", rec)
	}
	if len(d.turns) != 1 || d.turns[0].AnswerMS < 0 {
		t.Errorf("dial %+v", d)
	}
}

func TestServeFaultsAreClear(t *testing.T) {
	h := startHotline(t, nil)
	address := strings.TrimPrefix(strings.TrimSuffix(h.web, "/"), "http://")
	for _, c := range []struct {
		name, want string
		change     func(*config.Config)
	}{
		{"busy SIP port", "another program", func(c *config.Config) { c.SIP.Listen = h.sip[strings.Index(h.sip, "@")+1:] }},
		{"busy web port", "another program", func(c *config.Config) { c.Web.Listen = address }},
		{"no espeak-ng", "apt-get install espeak-ng", func(c *config.Config) { c.TTS.Program = "no-such-espeak" }},
		{"unknown voice", "voice", func(c *config.Config) { c.TTS.Voice = "nobody" }},
		{"missing shop file", "no-such.json", func(c *config.Config) { c.Shop.File = "no-such.json" }},
		{"model folder with a broken model", "acoustic.onnx", func(c *config.Config) { c.ASR.Models = brokenModels(t) }},
	} {
		cfg := config.Default()
		cfg.SIP.Listen, cfg.Web.Listen, cfg.Records.Dir = "127.0.0.1:0", "127.0.0.1:0", t.TempDir()
		c.change(&cfg)
		err := serve(t.Context(), io.Discard, cfg)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want advice with %q", c.name, err, c.want)
		}
	}
}

func brokenModels(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "hearing"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "hearing", "acoustic.onnx"), []byte("no model"), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

// A busy agent is told to the caller, who is offered a call back and takes it.
func TestBusyAgentLeavesATicket(t *testing.T) {
	t.Parallel()
	busy, err := sip.New(sip.Config{Listen: "127.0.0.1:0"}, func(_ context.Context, call sip.Incoming) {
		_ = call.Reject(486, "Busy Here")
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- busy.Serve(ctx) }()
	t.Cleanup(func() { cancel(); <-served })
	h := startHotline(t, func(c *config.Config) { c.Handoff.Agent = "sip:agents@" + busy.Addr().String() })
	d := runDial(t, h.sip, dialFlags{steps: says("帮我查一下我的快递到哪了", "转人工", "好的")})
	if rec := h.record(t); rec.Outcome != "ticket" {
		t.Errorf("record %+v, dial %+v", rec, d)
	}
}
