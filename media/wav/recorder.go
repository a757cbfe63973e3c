package wav

import (
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"voxgate/media"
)

const (
	recordQueue = 50 // ticks of 20 ms between the call and the disk
	headerTicks = 50 // ticks after which the header is made true: a killed process loses a second
)

// Recorder is a media.Tap that writes a call to a stereo file: the far end left, what it was sent right. The file is
// playable at any time, also after the process was killed. A slow disk never holds up the call: what does not fit the queue
// is counted, and silence stands in its place.
type Recorder struct {
	rate    int
	queue   chan tick
	quit    chan struct{}
	once    sync.Once
	done    chan struct{}
	mute    chan muting
	muted   atomic.Bool
	dropped atomic.Int64

	missed int // ticks dropped since the last that was queued; owned by Tick's caller
	err    error
}

type tick struct {
	missed int // ticks that were dropped before this one
	pcm    [2 * 320]int16
}

// muting silences the far end of the last ticks in what is written.
type muting struct {
	ticks int
	done  chan struct{}
}

var _ media.Tap = (*Recorder)(nil)

// Record begins a recording with both sides at rate (8,000 or 16,000 Hz).
func Record(path string, rate int) (*Recorder, error) {
	if rate != media.Narrowband && rate != media.Wideband {
		return nil, fmt.Errorf("record %s at %d Hz: want %d or %d", path, rate, media.Narrowband, media.Wideband)
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, fmt.Errorf("record: %w", err)
	}
	w, err := newWriter(f, rate, 2)
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("record %s: %w", path, err)
	}
	r := &Recorder{rate: rate, queue: make(chan tick, recordQueue), quit: make(chan struct{}), done: make(chan struct{}), mute: make(chan muting)}
	go r.run(f, w)
	return r, nil
}

// Tick takes 20 ms of both sides.
func (r *Recorder) Tick(received, sent *media.Frame) {
	t := tick{missed: r.missed}
	if received.Rate == r.rate && sent.Rate == r.rate {
		muted := r.muted.Load()
		for i := range received.Len() {
			if muted {
				t.pcm[2*i+1] = sent.Samples[i]
				continue
			}
			t.pcm[2*i], t.pcm[2*i+1] = received.Samples[i], sent.Samples[i]
		}
		select {
		case r.queue <- t:
			r.missed = 0
			return
		default:
		}
	}
	r.missed++
	r.dropped.Add(1)
}

// mutePreroll is how much before a moment is silenced with it: speech is noticed after it has begun.
const mutePreroll = 400 * time.Millisecond

// Mute silences the far end from a while ago until Unmute, in the file too: the caller said what must not be kept. It
// returns when the file holds nothing of it any more.
func (r *Recorder) Mute(ago time.Duration) {
	r.muted.Store(true)
	order := muting{int((ago + mutePreroll) / media.FrameDuration), make(chan struct{})}
	select {
	case r.mute <- order:
		<-order.done
	case <-r.done:
	}
}

// Unmute records the far end again.
func (r *Recorder) Unmute() { r.muted.Store(false) }

// Dropped counts ticks that were not recorded.
func (r *Recorder) Dropped() int { return int(r.dropped.Load()) }

// Close writes what is queued and closes the file. It returns the first error of the whole recording. Call it after the
// last Tick; calling it again is harmless.
func (r *Recorder) Close() error {
	r.once.Do(func() { close(r.quit) })
	<-r.done
	return r.err
}

// run is the writer's goroutine.
func (r *Recorder) run(f *os.File, w *writer) {
	defer close(r.done)
	b := body{file: f, writer: w, frame: 2 * r.rate / 50}
	for {
		select {
		case t := <-r.queue:
			b.add(t)
			continue
		case order := <-r.mute:
			for range len(r.queue) {
				b.add(<-r.queue)
				order.ticks++
			}
			b.silence(order.ticks)
			close(order.done)
			continue
		case <-r.quit:
		}
		for len(r.queue) > 0 {
			b.add(<-r.queue)
		}
		b.note(w.finish())
		b.note(f.Close())
		if b.err != nil {
			r.err = fmt.Errorf("record %s: %w", f.Name(), b.err)
		}
		return
	}
}

// body writes ticks and keeps the header true. After an error it only swallows.
type body struct {
	file   *os.File
	writer *writer
	frame  int // samples of a tick
	ticks  int // since the header was true
	err    error
}

func (b *body) note(err error) {
	if b.err == nil {
		b.err = err
	}
}

func (b *body) add(t tick) {
	var silence tick
	for range t.missed {
		b.append(silence.pcm[:b.frame])
	}
	b.append(t.pcm[:b.frame])
}

func (b *body) append(pcm []int16) {
	if b.err != nil {
		return
	}
	b.note(b.writer.writeBlock(pcm))
	if b.ticks++; b.ticks >= headerTicks {
		b.ticks = 0
		b.note(b.writer.finish())
	}
}

// silence overwrites the far end of the last ticks that are written.
func (b *body) silence(ticks int) {
	b.note(b.writer.finish()) // what is buffered goes to the file
	if b.err != nil {
		return
	}
	info, err := b.file.Stat()
	if err != nil {
		b.note(err)
		return
	}
	size := min(int64(ticks)*int64(b.frame)*2, max(0, info.Size()-headerSize))
	from := info.Size() - size
	sound := make([]byte, size)
	if _, err := b.file.ReadAt(sound, from); err != nil {
		b.note(err)
		return
	}
	for i := 0; i+1 < len(sound); i += 4 {
		sound[i], sound[i+1] = 0, 0
	}
	_, err = b.file.WriteAt(sound, from)
	b.note(err)
}

// headerSize is how long the header is that the writer makes: RIFF, a plain format chunk, and the head of the data.
const headerSize = 44
