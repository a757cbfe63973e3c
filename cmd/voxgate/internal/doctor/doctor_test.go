package doctor

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"voxgate/cmd/voxgate/internal/config"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var wellEngines = Engines{
	Recogniser: func(config.ASR) (string, error) { return "1.27.0", nil },
	Voices:     func(config.TTS) (string, error) { return "zh: espeak-ng f3, en: espeak-ng f3", nil },
	Models:     func(string) (string, error) { return "5 files", nil },
	Devices:    func() (string, error) { return "microphone, loudspeaker", nil },
}

func examine(t *testing.T, file string, engines Engines) map[string]Finding {
	t.Helper()
	findings := map[string]Finding{}
	Examine(t.Context(), file, engines, func(f Finding) {
		if _, twice := findings[f.Check]; twice {
			t.Errorf("%s was reported twice", f.Check)
		}
		if f.Found == "" {
			t.Errorf("%s says nothing of what it found", f.Check)
		}
		if (f.Status != OK) != (f.Advice != "") {
			t.Errorf("%s is %s with the advice %q: advice goes with trouble and only with it", f.Check, f.Status, f.Advice)
		}
		findings[f.Check] = f
	})
	return findings
}

// freePort is a port of 127.0.0.1 that nobody uses at the moment.
func freePort(t *testing.T) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}

func writeConfig(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "voxgate.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestAWellMachine(t *testing.T) {
	if _, err := exec.LookPath("espeak-ng"); err != nil {
		t.Skip("espeak-ng is not installed: make setup")
	}
	file := writeConfig(t, fmt.Sprintf("sip: {listen: '127.0.0.1:%d'}\nweb: {listen: '127.0.0.1:%d'}\nrecords: {dir: %s}\n",
		freePort(t), freePort(t), t.TempDir()))
	findings := examine(t, file, wellEngines)
	for _, check := range []string{"configuration", "recogniser", "models", "espeak-ng", "Mandarin voice", "voices", "SIP port", "web port", "UDP on loopback", "sound card"} {
		if f, there := findings[check]; !there || f.Status != OK {
			t.Errorf("%s: %+v", check, f)
		}
	}
}

func TestMissingPartsFail(t *testing.T) {
	broken := errors.New("not here")
	engines := Engines{
		Recogniser: func(config.ASR) (string, error) { return "", broken },
		Voices:     func(config.TTS) (string, error) { return "", broken },
		Models:     func(string) (string, error) { return "", broken },
		Devices:    func() (string, error) { return "", broken },
	}
	file := writeConfig(t, "tts: {program: no-such-espeak}\nrecords: {dir: /proc/voxgate}\n")
	findings := examine(t, file, engines)
	for check, want := range map[string]Status{
		"recogniser": Fail, "models": Fail, "espeak-ng": Fail, "Mandarin voice": Fail, "voices": Fail, "recordings": Fail, "sound card": Warn,
	} {
		if got := findings[check].Status; got != want {
			t.Errorf("%s: %s, want %s", check, got, want)
		}
	}
	if !strings.Contains(findings["espeak-ng"].Advice, "apt-get install espeak-ng") {
		t.Errorf("advice: %s", findings["espeak-ng"].Advice)
	}
}

func TestABrokenConfigurationIsReportedAndTheRestChecked(t *testing.T) {
	findings := examine(t, writeConfig(t, "sip:\n  colour: red\n"), wellEngines)
	f := findings["configuration"]
	if f.Status != Fail || !strings.Contains(f.Found, `unknown key "colour"`) {
		t.Errorf("got %+v", f)
	}
	if len(findings) < 10 {
		t.Errorf("only %d checks ran", len(findings))
	}
}

func TestABusyPortFailsUnlessItIsOurs(t *testing.T) {
	udp, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer udp.Close()
	status := http.StatusNotFound
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/healthz" {
			w.WriteHeader(status)
		}
	}))
	defer web.Close()
	cfg := config.Default()
	cfg.SIP.Listen = udp.LocalAddr().String()
	cfg.Web.Listen = web.Listener.Addr().String()
	for _, probe := range []Probe{sipPort, webPort} {
		if f := probe(t.Context(), cfg); f.Status != Fail || !strings.Contains(f.Advice, "listen") {
			t.Errorf("a port that another program uses: %+v", f)
		}
	}
	status = http.StatusOK
	for _, probe := range []Probe{sipPort, webPort} {
		if f := probe(t.Context(), cfg); f.Status != OK || !strings.Contains(f.Found, "serving") {
			t.Errorf("a port that a serving voxgate uses: %+v", f)
		}
	}
}

func TestAnAddressOfAnotherMachineFails(t *testing.T) {
	cfg := config.Default()
	cfg.SIP.Listen, cfg.Web.Listen = "192.0.2.1:5060", "127.0.0.1:1"
	if f := sipPort(t.Context(), cfg); f.Status != Fail || !strings.Contains(f.Advice, "no such address") {
		t.Errorf("got %+v", f)
	}
}

func TestSwitchedOffPartsAreFine(t *testing.T) {
	cfg := config.Default()
	cfg.Web.Listen, cfg.Records.Dir = "", ""
	for _, probe := range []Probe{webPort, recordings} {
		if f := probe(t.Context(), cfg); f.Status != OK {
			t.Errorf("got %+v", f)
		}
	}
}

func TestTooManyCallsForTheFileLimit(t *testing.T) {
	cfg := config.Default()
	cfg.SIP.MaxCalls = 1 << 30
	if f := openFiles(t.Context(), cfg); f.Status != Warn {
		t.Errorf("got %+v", f)
	}
}

func TestABrokenPortRangeFails(t *testing.T) {
	cfg := config.Default()
	cfg.SIP.RTPPorts = "9-8"
	if f := rtpPorts(t.Context(), cfg); f.Status != Fail {
		t.Errorf("got %+v", f)
	}
}

func TestCancelledExaminationEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if f := espeak(ctx, config.Default()); f.Status != Fail {
		t.Errorf("got %+v", f)
	}
}
