package callbench

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"voxgate/cmd/voxgate/internal/timeline"
)

// process is a hotline that runs beside us, on free ports of loopback.
type process struct {
	cmd        *exec.Cmd
	dir        string
	log        bytes.Buffer
	sipAddress string
	webAddress string
	output     chan struct{}
}

// startWait is how long a hotline may take until it prints its addresses.
const startWait = 30 * time.Second

const hotlineConfig = `sip: {listen: "127.0.0.1:0", max_calls: %d, rtp_ports: 30000-39999}
web: {listen: "127.0.0.1:0"}
records: {dir: %q, audio: true}
log: {level: warn}
`

func startHotline(ctx context.Context, options Options) (*process, error) {
	dir, err := os.MkdirTemp("", "voxgate-bench-")
	if err != nil {
		return nil, fmt.Errorf("bench folder: %w", err)
	}
	p := &process{dir: dir, output: make(chan struct{})}
	file := filepath.Join(dir, "voxgate.yaml")
	text := fmt.Sprintf(hotlineConfig, max(1, options.Calls), p.records())
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("bench folder: %w", err), os.RemoveAll(dir))
	}
	p.cmd = exec.CommandContext(ctx, options.Program, "serve", "--config", file)
	p.cmd.Cancel = func() error { return p.cmd.Process.Signal(syscall.SIGTERM) }
	p.cmd.WaitDelay = 10 * time.Second
	p.cmd.Stderr = &p.log
	stdout, err := p.cmd.StdoutPipe()
	if err == nil {
		err = p.cmd.Start()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("starting the hotline: %w", err), os.RemoveAll(dir))
	}
	if err := p.awaitAddresses(stdout); err != nil {
		p.stop()
		return nil, fmt.Errorf("%w: %s", err, strings.TrimSpace(p.log.String()))
	}
	return p, nil
}

// records is where the hotline keeps its calls.
func (p *process) records() string { return filepath.Join(p.dir, "records") }

// awaitAddresses reads what serve prints: the SIP address, then the web address.
func (p *process) awaitAddresses(stdout io.Reader) error {
	found := make(chan error, 1)
	go func() {
		defer close(p.output)
		told := false
		lines := bufio.NewScanner(stdout)
		for lines.Scan() {
			for _, word := range strings.Fields(lines.Text()) {
				if strings.HasPrefix(word, "sip:") && p.sipAddress == "" {
					p.sipAddress = word
				}
				if strings.HasPrefix(word, "http://") && !told {
					p.webAddress, told = strings.TrimRight(word, "/"), true
					found <- nil
				}
			}
		}
		if !told {
			found <- errors.New("the hotline ended before it printed its addresses")
		}
	}()
	select {
	case err := <-found:
		return err
	case <-time.After(startWait):
		return fmt.Errorf("the hotline printed no addresses within %v", startWait)
	}
}

// stop ends the hotline and removes what it left.
func (p *process) stop() {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	<-p.output
	_ = p.cmd.Wait()
	_ = os.RemoveAll(p.dir)
}

// usage is what a process has used so far.
type usage struct {
	cpu   time.Duration
	rssKB int64
}

// clockTick is the unit of CPU times in /proc: USER_HZ is 100 on every Linux that Go runs on.
const clockTick = 10 * time.Millisecond

// usage reads /proc/PID/stat (proc_pid_stat(5): fields 14, 15 and 24).
func (p *process) usage() (usage, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		return usage{}, fmt.Errorf("the hotline is gone: %w: %s", err, strings.TrimSpace(p.log.String()))
	}
	_, rest, _ := strings.Cut(string(raw), ") ")
	fields := strings.Fields(rest)
	if len(fields) < 22 {
		return usage{}, fmt.Errorf("/proc stat has %d fields", len(fields))
	}
	var numbers [3]int64
	for i, at := range []int{11, 12, 21} {
		if numbers[i], err = strconv.ParseInt(fields[at], 10, 64); err != nil {
			return usage{}, fmt.Errorf("/proc stat: %w", err)
		}
	}
	return usage{
		cpu:   time.Duration(numbers[0]+numbers[1]) * clockTick,
		rssKB: numbers[2] * int64(os.Getpagesize()) / 1024,
	}, nil
}

// watch returns the CPU used until ctx ends and the highest memory seen meanwhile.
func (p *process) watch(ctx context.Context) usage {
	tick := time.NewTicker(250 * time.Millisecond)
	defer tick.Stop()
	var peak usage
	for {
		if now, err := p.usage(); err == nil {
			peak = usage{now.cpu, max(peak.rssKB, now.rssKB)}
		}
		select {
		case <-ctx.Done():
			return peak
		case <-tick.C:
		}
	}
}

// settleWait is how long the hotline may take to close its records after the last BYE.
const settleWait = 10 * time.Second

// lateness reads the hotline's own counts of packets that left late, once its calls have ended and are counted.
func (p *process) lateness(ctx context.Context) (packets int64, worst float64, err error) {
	ctx, cancel := context.WithTimeout(ctx, settleWait)
	defer cancel()
	for {
		figures, err := p.metrics(ctx)
		if err != nil {
			return 0, 0, err
		}
		if figures["voxgate_calls_active"] == 0 {
			return int64(figures["voxgate_rtp_late_packets_total"]), figures["voxgate_rtp_max_late_seconds"], nil
		}
		select {
		case <-ctx.Done():
			return 0, 0, fmt.Errorf("calls are still active after all have hung up: %w", ctx.Err())
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// answers reads what the hotline has kept of each answer to speech. Its calls have ended.
func (p *process) answers() (all []timeline.Stages, err error) {
	files, err := timeline.Files(p.records())
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		r, err := timeline.ReadFile(file)
		if err != nil {
			return nil, err
		}
		for _, t := range r.Turns {
			if t.Stages != nil {
				all = append(all, *t.Stages)
			}
		}
	}
	return all, nil
}

// metrics reads the figures that a bench needs; a missing one is an error.
func (p *process) metrics(ctx context.Context) (map[string]float64, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.webAddress+"/metrics", nil)
	if err != nil {
		return nil, fmt.Errorf("metrics: %w", err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, fmt.Errorf("metrics: %w", err)
	}
	defer resp.Body.Close()
	figures := map[string]float64{}
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), " ")
		if number, err := strconv.ParseFloat(value, 64); err == nil {
			figures[name] = number
		}
	}
	for _, name := range []string{"voxgate_calls_active", "voxgate_rtp_late_packets_total", "voxgate_rtp_max_late_seconds"} {
		if _, ok := figures[name]; !ok {
			return nil, fmt.Errorf("the hotline's /metrics lack %s", name)
		}
	}
	return figures, lines.Err()
}
