// Package doctor looks at the machine: what a voice hotline needs here, what is there, and what to do about the rest.
package doctor

import (
	"context"
	"time"

	"voxgate/cmd/voxgate/internal/config"
)

// Status is the verdict of one check.
type Status string

// Verdicts: Warn lets the hotline run with less, Fail does not.
const (
	OK   Status = "ok"
	Warn Status = "warn"
	Fail Status = "fail"
)

// Finding is the result of one check.
type Finding struct {
	Check  string `json:"check"`
	Status Status `json:"status"`
	Found  string `json:"found"`            // what is there, or what is wrong
	Advice string `json:"advice,omitempty"` // what to do; empty where all is well
}

// Probe finds one thing out. It keeps its own time limit within the context.
type Probe func(ctx context.Context, cfg config.Config) Finding

// Engines are the checks that need the parts themselves: loading the recogniser, reading models, opening sound cards.
type Engines struct {
	Recogniser func(cfg config.ASR) (found string, err error) // loads the ONNX Runtime and the models
	Voices     func(cfg config.TTS) (found string, err error) // opens who speaks each language
	Models     func(dir string) (found string, err error)     // compares the sha256 of every model file
	Devices    func() (found string, err error)               // opens the microphone and the loudspeaker
}

// probeTime bounds one check: a hanging program or name server must not hang the doctor.
const probeTime = 15 * time.Second

// Examine runs every check in turn and reports each as soon as it is known. A configuration that cannot be read is
// reported and the rest is checked against the defaults.
func Examine(ctx context.Context, configFile string, engines Engines, report func(Finding)) {
	cfg, finding := loadConfig(configFile)
	report(finding)
	for _, probe := range probes(engines) {
		limited, cancel := context.WithTimeout(ctx, probeTime)
		report(probe(limited, cfg))
		cancel()
	}
}

// probes are all checks in the order they are printed: what every call needs first.
func probes(engines Engines) []Probe {
	return []Probe{
		engines.recogniser, engines.models, espeak, voice, engines.voices,
		sipPort, webPort, loopback, rtpPorts, openFiles,
		recordings, clock, timeZone, engines.devices,
	}
}

func loadConfig(file string) (config.Config, Finding) {
	if file == "" {
		return config.Default(), Finding{Check: "configuration", Status: OK, Found: "built-in defaults (no --config given)"}
	}
	cfg, err := config.Load(file)
	if err != nil {
		return config.Default(), Finding{Check: "configuration", Status: Fail, Found: err.Error(),
			Advice: "mend the file; cmd/voxgate/deploy/voxgate.yaml shows every key with its default"}
	}
	return cfg, Finding{Check: "configuration", Status: OK, Found: file}
}

func (e Engines) recogniser(_ context.Context, cfg config.Config) Finding {
	found, err := e.Recogniser(cfg.ASR)
	if err != nil {
		return Finding{Check: "recogniser", Status: Fail, Found: err.Error(),
			Advice: "make setup fetches the ONNX Runtime; or point asr.runtime or VOXGATE_ONNXRUNTIME at libonnxruntime.so 1.24 or newer"}
	}
	return Finding{Check: "recogniser", Status: OK, Found: found}
}

func (e Engines) models(_ context.Context, cfg config.Config) Finding {
	found, err := e.Models(cfg.ASR.Models)
	if err != nil {
		return Finding{Check: "models", Status: Fail, Found: err.Error(),
			Advice: "use an unchanged release, or rebuild what you trained with make models"}
	}
	return Finding{Check: "models", Status: OK, Found: found}
}

func (e Engines) voices(_ context.Context, cfg config.Config) Finding {
	found, err := e.Voices(cfg.TTS)
	if err != nil {
		return Finding{Check: "voices", Status: Fail, Found: err.Error(),
			Advice: "fetch what tts.zh and tts.en name with 'voxgate models get NAME', or leave them out: espeak-ng speaks by default"}
	}
	return Finding{Check: "voices", Status: OK, Found: found}
}

func (e Engines) devices(context.Context, config.Config) Finding {
	found, err := e.Devices()
	if err != nil {
		return Finding{Check: "sound card", Status: Warn, Found: err.Error(),
			Advice: "only 'voxgate talk' and 'voxgate say' without -o need one; calls do not"}
	}
	return Finding{Check: "sound card", Status: OK, Found: found}
}
