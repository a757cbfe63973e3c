package doctor

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"voxgate/cmd/voxgate/internal/config"
)

// mandarinVoice reads toned pinyin; the voice "cmn" reads hanzi, and most of them wrong.
const mandarinVoice = "cmn-latn-pinyin"

func espeak(ctx context.Context, cfg config.Config) Finding {
	out, err := exec.CommandContext(ctx, cfg.TTS.Program, "--version").Output()
	if err != nil {
		return Finding{Check: "espeak-ng", Status: Fail, Found: fmt.Sprintf("%s does not run: %v", cfg.TTS.Program, err),
			Advice: "apt-get install espeak-ng, or name the program in tts.program"}
	}
	first, _, _ := strings.Cut(string(out), "\n")
	return Finding{Check: "espeak-ng", Status: OK, Found: strings.TrimSpace(first)}
}

func voice(ctx context.Context, cfg config.Config) Finding {
	out, err := exec.CommandContext(ctx, cfg.TTS.Program, "--voices=cmn").Output()
	if err != nil || !strings.Contains(string(out), mandarinVoice) {
		return Finding{Check: "Mandarin voice", Status: Fail, Found: "espeak-ng has no voice " + mandarinVoice,
			Advice: "install espeak-ng 1.51 or newer with its data (Debian 12, Ubuntu 24.04)"}
	}
	return Finding{Check: "Mandarin voice", Status: OK, Found: mandarinVoice}
}

// stereoHour is what an hour of one call's recording takes: two channels of 16 bits at 8,000 Hz.
const stereoHour = 2 * 2 * 8000 * 3600

func recordings(_ context.Context, cfg config.Config) Finding {
	const name = "recordings"
	if cfg.Records.Dir == "" {
		return Finding{Check: name, Status: OK, Found: "switched off"}
	}
	dir := existing(cfg.Records.Dir)
	var disk syscall.Statfs_t
	if err := syscall.Statfs(dir, &disk); err != nil {
		return Finding{Check: name, Status: Fail, Found: fmt.Sprintf("%s: %v", dir, err), Advice: "set records.dir to a folder that can be written"}
	}
	probe, err := os.CreateTemp(dir, ".voxgate-doctor-*")
	if err != nil {
		return Finding{Check: name, Status: Fail, Found: err.Error(),
			Advice: "make records.dir writable for this user, or switch recordings off with an empty records.dir"}
	}
	probe.Close()
	os.Remove(probe.Name())
	free := disk.Bavail * uint64(disk.Bsize)
	found := fmt.Sprintf("%.1f GB free in %s, about %d hours of calls", float64(free)/1e9, dir, free/stereoHour)
	if free < 10*stereoHour {
		return Finding{Check: name, Status: Warn, Found: found, Advice: "free disk space or set records.audio to false"}
	}
	return Finding{Check: name, Status: OK, Found: found}
}

// existing is the nearest folder on the way up that is there.
func existing(dir string) string {
	for {
		if info, err := os.Stat(dir); err == nil && info.IsDir() {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return dir
		}
		dir = parent
	}
}

// unsynchronised is what adjtimex(2) returns while no time service disciplines the clock (TIME_ERROR).
const unsynchronised = 5

// oldest is before any release: a clock that shows less has lost its battery.
var oldest = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func clock(context.Context, config.Config) Finding {
	const name = "clock"
	now := time.Now()
	found := now.Format(time.RFC3339)
	if now.Before(oldest) {
		return Finding{Check: name, Status: Fail, Found: found + " cannot be right",
			Advice: "set the clock: callers are told dates, and certificates are checked against it"}
	}
	state, err := syscall.Adjtimex(&syscall.Timex{})
	if err != nil || state == unsynchronised {
		return Finding{Check: name, Status: Warn, Found: found + ", not kept right by a time service",
			Advice: "run a time service (apt-get install systemd-timesyncd or chrony); in a container the host's is enough"}
	}
	return Finding{Check: name, Status: OK, Found: found + ", kept right by a time service"}
}

func timeZone(context.Context, config.Config) Finding {
	const name = "time zone"
	if _, err := time.LoadLocation("Asia/Shanghai"); err != nil {
		return Finding{Check: name, Status: Warn, Found: err.Error(), Advice: "apt-get install tzdata"}
	}
	zone, offset := time.Now().Zone()
	return Finding{Check: name, Status: OK, Found: fmt.Sprintf("%s (UTC%+.1f h)", zone, float64(offset)/3600)}
}
