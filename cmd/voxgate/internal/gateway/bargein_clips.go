package gateway

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"voxgate/media"
	"voxgate/media/wav"
)

// A clip holds this much of both directions before and after the moment that it is about.
const (
	clipBefore = 1200 * time.Millisecond
	clipAfter  = 800 * time.Millisecond
	clipTicks  = int((clipBefore + clipAfter) / media.FrameDuration)
	mostClips  = 20 // of a call
	// clipPreroll is how much before the moment at which a caller said what must not be kept belongs to it.
	clipPreroll = 400 * time.Millisecond
)

// clips write what was to be heard around a stop of the bot, far end left, bot right. The clock only copies; the files are
// written by a goroutine that close joins.
type clips struct {
	path  string // of the files, without number and ending
	frame int    // samples of a tick in one direction
	log   *slog.Logger

	// Owned by Tick's caller.
	ring  []int16
	ticks int
	left  int // ticks until the wanted clip is whole; 0: none is wanted

	asked atomic.Bool // a clip is wanted
	muted atomic.Bool // the far end is not to be kept
	wipe  atomic.Bool // nor is what the ring holds of it

	shot  []int16 // a whole clip; the writer's from ready until the clip is no longer pending
	ready chan struct{}
	quit  chan struct{}
	once  sync.Once
	done  chan struct{}

	mu      sync.Mutex
	pending string // file name of the clip that is being made
	revoked bool   // it must not be kept
	written []clip
	count   int
}

type clip struct {
	name string
	at   time.Time
}

var _ media.Tap = (*clips)(nil)

// newClips keeps clips of a call beside its record, at the rate of its line in hertz.
func newClips(path string, rate int, log *slog.Logger) *clips {
	c := &clips{
		path: path, frame: rate / 50, log: log,
		ready: make(chan struct{}, 1), quit: make(chan struct{}), done: make(chan struct{}),
	}
	c.ring, c.shot = make([]int16, 2*c.frame*clipTicks), make([]int16, 2*c.frame*clipTicks)
	go c.write()
	return c
}

// Tick keeps 20 ms of both directions.
func (c *clips) Tick(received, sent *media.Frame) {
	if received.Len() != c.frame || sent.Len() != c.frame {
		return
	}
	if c.wipe.CompareAndSwap(true, false) {
		for i := 0; i < len(c.ring); i += 2 {
			c.ring[i] = 0
		}
	}
	at := c.ticks % clipTicks * 2 * c.frame
	muted := c.muted.Load()
	for i := range c.frame {
		c.ring[at+2*i], c.ring[at+2*i+1] = received.Samples[i], sent.Samples[i]
		if muted {
			c.ring[at+2*i] = 0
		}
	}
	c.ticks++
	if c.asked.CompareAndSwap(true, false) {
		c.left = int(clipAfter / media.FrameDuration)
	}
	if c.left == 0 {
		return
	}
	if c.left--; c.left == 0 {
		oldest := c.ticks % clipTicks * 2 * c.frame
		copy(c.shot[copy(c.shot, c.ring[oldest:]):], c.ring[:oldest])
		select {
		case c.ready <- struct{}{}:
		default: // one clip is made at a time, so that there is room
		}
	}
}

// take wants a clip of now and names its file; empty where none is made. What comes while a clip is being made shares it.
func (c *clips) take() string {
	if c == nil {
		return ""
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.muted.Load():
		return ""
	case c.pending != "":
		return filepath.Base(c.pending)
	case c.count >= mostClips:
		return ""
	}
	c.count++
	c.pending = fmt.Sprintf("%s.clip%02d.wav", c.path, c.count)
	c.asked.Store(true)
	return filepath.Base(c.pending)
}

// mute keeps the far end out of clips from a while ago on, until unmute, and names those that it took back.
func (c *clips) mute(ago time.Duration) (gone []string) {
	if c == nil {
		return nil
	}
	c.muted.Store(true)
	c.wipe.Store(true)
	since := time.Now().Add(-ago - clipPreroll)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.pending != "" {
		gone = append(gone, filepath.Base(c.pending))
		c.revoked = true
	}
	c.written = slices.DeleteFunc(c.written, func(w clip) bool {
		if w.at.Before(since) {
			return false
		}
		c.remove(w.name)
		gone = append(gone, filepath.Base(w.name))
		return true
	})
	return gone
}

// unmute keeps the far end again.
func (c *clips) unmute() {
	if c != nil {
		c.muted.Store(false)
	}
}

// close joins the writer. It names the clip that the end of the call cut short, which has no file.
func (c *clips) close() (gone []string) {
	if c == nil {
		return nil
	}
	c.once.Do(func() { close(c.quit) })
	<-c.done
	if c.pending != "" {
		gone = append(gone, filepath.Base(c.pending))
	}
	return gone
}

// write is the writer's goroutine.
func (c *clips) write() {
	defer close(c.done)
	for {
		select {
		case <-c.ready:
			c.keep()
		case <-c.quit:
			select {
			case <-c.ready:
				c.keep()
			default:
			}
			return
		}
	}
}

// keep writes a whole clip, unless it must not be kept any more.
func (c *clips) keep() {
	c.mu.Lock()
	name, revoked := c.pending, c.revoked
	c.mu.Unlock()
	var err error
	if !revoked {
		err = wav.WriteFile(name, wav.Audio{Rate: 50 * c.frame, Channels: 2, Samples: c.shot})
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	late := c.revoked && !revoked // it was revoked while it was written
	c.pending, c.revoked = "", false
	switch {
	case err != nil:
		c.log.Error("clip was not kept", "error", err)
	case late:
		c.remove(name)
	case !revoked:
		c.written = append(c.written, clip{name, time.Now()})
	}
}

func (c *clips) remove(name string) {
	if err := os.Remove(name); err != nil {
		c.log.Error("a clip that must not be kept was not removed", "error", err)
	}
}

// forgetClips takes the names of clips that have no file out of the record.
func (r *record) forgetClips(names []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range r.data.Events {
		if e := &r.data.Events[i]; slices.Contains(names, e.Clip) {
			e.Clip = ""
		}
	}
}
