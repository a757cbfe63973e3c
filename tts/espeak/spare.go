package espeak

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const (
	maxSpares   = 6 // processes that wait, of all kinds: the usual voice in both languages, usual and slow, and what was asked for last
	sparesAKind = 2 // of them with the same arguments

	// drainWait bounds the reading of what an ended process said: a pipe that something else holds open must not hang a call.
	drainWait = 2 * time.Second
)

// process is one espeak-ng that waits for its text on stdin.
type process struct {
	args                  []string
	cmd                   *exec.Cmd
	stdin, stdout, stderr *os.File // our ends
}

// spares are processes started in advance, the oldest first. Each says one clause.
type spares struct {
	program string
	started *atomic.Int64

	mu      sync.Mutex
	waiting []*process
	closed  bool
}

// start starts a process.
func (s *spares) start(args []string) (_ *process, err error) {
	s.started.Add(1)
	p := &process{args: args, cmd: exec.Command(s.program, args...)}
	var ends []*os.File
	defer func() {
		for i, f := range ends {
			if theirs := i%2 == 0; theirs || err != nil {
				_ = f.Close()
			}
		}
	}()
	pipe := func(input bool) (theirs, ours *os.File) {
		r, w, failure := os.Pipe()
		if failure != nil {
			err = failure
			return nil, nil
		}
		if theirs, ours = w, r; input {
			theirs, ours = r, w
		}
		ends = append(ends, theirs, ours)
		return theirs, ours
	}
	var in, out, said *os.File
	in, p.stdin = pipe(true)
	out, p.stdout = pipe(false)
	said, p.stderr = pipe(false)
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", s.program, err)
	}
	p.cmd.Stdin, p.cmd.Stdout, p.cmd.Stderr = in, out, said
	if err = p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", s.program, err)
	}
	return p, nil
}

// take is a process that waits, or one started now.
func (s *spares) take(args []string, fresh bool) (*process, error) {
	s.mu.Lock()
	if i := slices.IndexFunc(s.waiting, func(p *process) bool { return slices.Equal(p.args, args) }); i >= 0 && !fresh {
		p := s.waiting[i]
		s.waiting = slices.Delete(s.waiting, i, i+1)
		s.mu.Unlock()
		return p, nil
	}
	s.mu.Unlock()
	return s.start(args)
}

// prepare starts a process for the next clause of this kind. The one that has waited longest makes room for it.
func (s *spares) prepare(args []string) {
	s.mu.Lock()
	enough := s.closed || s.count(args) >= sparesAKind
	s.mu.Unlock()
	if enough {
		return
	}
	p, err := s.start(args)
	if err != nil {
		return // the next clause tries again, and tells
	}
	var ended *process
	s.mu.Lock()
	if s.closed || s.count(args) >= sparesAKind {
		ended = p
	} else if s.waiting = append(s.waiting, p); len(s.waiting) > maxSpares {
		ended, s.waiting = s.waiting[0], slices.Delete(s.waiting, 0, 1)
	}
	s.mu.Unlock()
	if ended != nil {
		ended.end()
	}
}

// count is how many wait with these arguments; s.mu is held.
func (s *spares) count(args []string) int {
	n := 0
	for _, p := range s.waiting {
		if slices.Equal(p.args, args) {
			n++
		}
	}
	return n
}

// close ends what waits; nothing is prepared afterwards.
func (s *spares) close() {
	s.mu.Lock()
	s.closed = true
	waiting := s.waiting
	s.waiting = nil
	s.mu.Unlock()
	for _, p := range waiting {
		p.end()
	}
}

// speak gives the process its text and returns what it writes, at most limit bytes. Cancelling ctx kills it. It has ended
// and is reaped when speak returns.
func (p *process) speak(ctx context.Context, text string, limit int) ([]byte, error) {
	stop := context.AfterFunc(ctx, p.kill)
	defer stop()
	said := bytes.Buffer{}
	var reading sync.WaitGroup
	reading.Go(func() {
		// What it says beyond the limit is read all the same, lest it wait for us.
		_, _ = io.Copy(&said, io.LimitReader(p.stderr, maxSaid))
		_, _ = io.Copy(io.Discard, p.stderr)
	})
	_, unread := io.WriteString(p.stdin, text)
	_ = p.stdin.Close()
	out, failure := io.ReadAll(io.LimitReader(p.stdout, int64(limit)+1))
	if len(out) > limit || failure != nil {
		p.kill()
	}
	err := p.cmd.Wait()
	_ = p.stderr.SetReadDeadline(time.Now().Add(drainWait))
	reading.Wait()
	_, _ = p.stdout.Close(), p.stderr.Close()
	switch {
	case len(out) > limit:
		return nil, fmt.Errorf("more than %d bytes of sound", limit)
	case err != nil:
		return nil, fmt.Errorf("%w: %s", err, firstLine(said.String()))
	case failure != nil:
		return nil, failure
	case unread != nil && len(out) == 0:
		return nil, fmt.Errorf("it did not read its text: %w", unread)
	}
	return out, nil
}

// kill ends the process, and what waits for it.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	_ = p.stdin.SetWriteDeadline(time.Now())
	_ = p.stdout.SetReadDeadline(time.Now())
}

// end ends a process that was given no text.
func (p *process) end() {
	p.kill()
	_ = p.cmd.Wait()
	_, _, _ = p.stdin.Close(), p.stdout.Close(), p.stderr.Close()
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	if line == "" {
		return "it said nothing"
	}
	return strings.ToValidUTF8(line, "?")
}
