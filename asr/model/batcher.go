package model

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

// Bounds of a batch. A larger batch gains little speed and costs latency.
const (
	MaxBatch  = 16
	MaxFrames = 64 // feature frames a chunk
	queueSize = 1024
)

// window is how long a batch gathers chunks where many calls speak: it halves the cost of a run's fixed part and adds
// little to the latency. Where chunks come more slowly than that nobody waits.
const window = 8 * time.Millisecond

var (
	// ErrBusy says that the batcher's queue is full.
	ErrBusy = errors.New("recogniser overloaded")
	// ErrStopped says that the batcher was closed.
	ErrStopped = errors.New("batcher is closed")
)

// Stats are counters since the start.
type Stats struct {
	Runs   uint64        // batches computed
	Chunks uint64        // chunks in them
	Steps  uint64        // output steps of 40 ms in them
	Busy   time.Duration // processor time spent in the model
}

// Batcher gathers the ready chunks of all calls into common runs of the model. While one batch is computed the next one
// gathers; a lone call never waits, a busy machine runs full batches.
type Batcher struct {
	fit   func() Runner
	queue chan *Chunk
	stop  chan struct{}
	baton chan struct{} // held by the worker that gathers, so that two do not share out one batch
	done  sync.WaitGroup
	once  sync.Once

	runs, chunks, steps atomic.Uint64
	busy                Meter
}

// Runner computes a batch of chunks of equal length.
type Runner func(batch []*Chunk) error

// NewBatcher starts workers (one or two) over a model; each takes a Runner of its own from fit.
func NewBatcher(fit func() Runner, workers int) *Batcher {
	b := &Batcher{fit: fit, queue: make(chan *Chunk, queueSize), stop: make(chan struct{}), baton: make(chan struct{}, 1)}
	for range max(1, min(workers, 2)) {
		b.done.Go(b.work)
	}
	return b
}

// Run computes one chunk and waits for it. It returns ErrBusy where too many wait already. After a context's end the
// chunk must not be used again.
func (b *Batcher) Run(ctx context.Context, c *Chunk) error {
	select {
	case <-b.stop:
		return ErrStopped
	default:
	}
	select {
	case b.queue <- c:
	default:
		return ErrBusy
	}
	select {
	case err := <-c.done:
		return err
	case <-b.stop:
		return ErrStopped
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Close stops the workers after the batch in hand and waits for them.
func (b *Batcher) Close() {
	b.once.Do(func() { close(b.stop) })
	b.done.Wait()
}

// Stats are the counters so far.
func (b *Batcher) Stats() Stats {
	return Stats{
		Runs: b.runs.Load(), Chunks: b.chunks.Load(), Steps: b.steps.Load(), Busy: b.busy.Spent(),
	}
}

// work computes batches; chunks of another length than the first one wait for the next batch.
func (b *Batcher) work() {
	bePolite()
	run := b.fit()
	var waiting, batch []*Chunk
	pace := pace{gap: time.Second}
	for {
		if waiting = b.gather(waiting, &pace); len(waiting) == 0 {
			return
		}
		batch, waiting = split(batch[:0], waiting)
		b.compute(batch, run)
		select {
		case <-b.stop:
			return
		default:
		}
	}
}

// gather adds what has come to the chunks left over from the last batch; where none were left it waits. It returns
// none when the batcher is closed.
func (b *Batcher) gather(waiting []*Chunk, pace *pace) []*Chunk {
	// A worker that still has chunks must not wait for the baton: its holder may wait for what they set free.
	if len(waiting) == 0 {
		if waiting = b.await(waiting, pace); len(waiting) == 0 {
			return nil
		}
	}
	for len(waiting) < 2*MaxBatch {
		select {
		case c := <-b.queue:
			waiting = append(waiting, c)
			continue
		default:
		}
		break
	}
	pace.note(len(waiting))
	return waiting
}

// await waits for a first chunk and, where chunks come fast, for others to join it.
func (b *Batcher) await(waiting []*Chunk, pace *pace) []*Chunk {
	select {
	case b.baton <- struct{}{}:
		defer func() { <-b.baton }()
	case <-b.stop:
		return nil
	}
	select {
	case c := <-b.queue:
		waiting = append(waiting, c)
	case <-b.stop:
		return nil
	}
	if pace.gap >= window || waiting[0].Frames == MaxFrames { // a full chunk is a recording's: nobody listens to it
		return waiting
	}
	timer := time.NewTimer(window)
	defer timer.Stop()
	select {
	case <-timer.C:
		return waiting
	case <-b.stop:
		return nil
	}
}

// pace follows how fast chunks come.
type pace struct {
	last time.Time
	gap  time.Duration // mean time between chunks
}

func (p *pace) note(chunks int) {
	now := time.Now()
	if !p.last.IsZero() {
		gap := min(now.Sub(p.last)/time.Duration(chunks), time.Second)
		p.gap += (gap - p.gap) / 16
	}
	p.last = now
}

// split moves the chunks as long as the first waiting one, at most MaxBatch, into the batch.
func split(batch, waiting []*Chunk) (_, rest []*Chunk) {
	frames := waiting[0].Frames
	rest = waiting[:0]
	for _, c := range waiting {
		if c.Frames == frames && len(batch) < MaxBatch {
			batch = append(batch, c)
		} else {
			rest = append(rest, c)
		}
	}
	return batch, rest
}

func (b *Batcher) compute(batch []*Chunk, run Runner) {
	var err error
	b.busy.Time(func() { err = run(batch) })
	b.runs.Add(1)
	b.chunks.Add(uint64(len(batch)))
	b.steps.Add(uint64(len(batch) * batch[0].Frames / Subsampling))
	for _, c := range batch {
		c.done <- err
	}
}
