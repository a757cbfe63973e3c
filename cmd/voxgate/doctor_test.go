package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"voxgate/cmd/voxgate/internal/doctor"
)

func TestDoctorReportsEachCheckAndFails(t *testing.T) {
	file := filepath.Join(t.TempDir(), "voxgate.yaml")
	text := "sip: {listen: '127.0.0.1:0'}\nweb: {listen: '127.0.0.1:0'}\ntts: {program: no-such-espeak}\nrecords: {dir: ''}\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	engines := doctorEngines()
	engines.Devices = func() (string, error) { return "", errors.New("no sound card in this test") }
	var written bytes.Buffer
	err := examine(t.Context(), &written, file, engines, true)
	if !errors.Is(err, errUnwell) {
		t.Errorf("without its voice the hotline cannot run, but doctor says: %v", err)
	}
	findings := map[string]doctor.Finding{}
	for line := range strings.Lines(written.String()) {
		var finding doctor.Finding
		if err := json.Unmarshal([]byte(line), &finding); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		findings[finding.Check] = finding
	}
	for check, want := range map[string]doctor.Status{"configuration": doctor.OK, "espeak-ng": doctor.Fail, "models": doctor.OK, "SIP port": doctor.OK} {
		if got := findings[check]; got.Status != want {
			t.Errorf("%s: %+v, want %s", check, got, want)
		}
	}
	written.Reset()
	err = examine(t.Context(), &written, file, engines, false)
	if text = written.String(); err == nil || !strings.Contains(text, "fail  espeak-ng") || !strings.Contains(text, "-> apt-get install espeak-ng") {
		t.Errorf("as text: %v\n%s", err, text)
	}
}

func TestCheckModelsNoticesAnEmptyFolder(t *testing.T) {
	dir := t.TempDir()
	if _, err := checkModels(dir); err == nil || !strings.Contains(err.Error(), dir) {
		t.Errorf("got %v", err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "hearing"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "hearing", "units.txt"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if found, err := checkModels(dir); err != nil || !strings.Contains(found, "1 of them replaced") {
		t.Errorf("got %q, %v", found, err)
	}
}
