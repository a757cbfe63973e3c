package knowledge

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"time"
)

// lookAgain is how often the files are looked at.
const lookAgain = 2 * time.Second

// watched is a file that is loaded whenever it changes.
type watched struct {
	path string
	load func(context.Context) error
	seen stamp // of the file as it was last read
	next stamp // of a change that may not be complete
}

// stamp tells versions of a file apart.
type stamp struct {
	changed time.Time
	size    int64
	missing bool
}

func stampOf(path string) stamp {
	info, err := os.Stat(path)
	if err != nil {
		return stamp{missing: true}
	}
	return stamp{changed: info.ModTime(), size: info.Size()}
}

// follower loads files that change until it is closed.
type follower struct {
	files []*watched
	log   *slog.Logger
	stop  context.CancelFunc
	done  chan struct{}
}

// follow follows the files that the options name; nil where there are none.
func follow(o Options, entries, products func(context.Context) error) *follower {
	f := &follower{log: o.Log, done: make(chan struct{})}
	for _, w := range []*watched{{path: o.Entries, load: entries}, {path: o.Products, load: products}} {
		if w.path != "" {
			w.seen = stampOf(w.path)
			w.next = w.seen
			f.files = append(f.files, w)
		}
	}
	if len(f.files) == 0 {
		return nil
	}
	var ctx context.Context
	ctx, f.stop = context.WithCancel(context.Background())
	go f.run(ctx)
	return f
}

func (f *follower) close() {
	f.stop()
	<-f.done
}

func (f *follower) run(ctx context.Context) {
	defer close(f.done)
	tick := time.NewTicker(lookAgain)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			for _, w := range f.files {
				f.look(ctx, w)
			}
		case <-ctx.Done():
			return
		}
	}
}

// look reads a file if it has changed. A change must have come to rest first: an editor may still be writing. A broken
// file is told to the log, and what was known before it holds.
func (f *follower) look(ctx context.Context, w *watched) {
	now := stampOf(w.path)
	if now == w.seen {
		w.next = now
		return
	}
	if now != w.next {
		w.next = now
		return
	}
	w.seen = now
	switch err := w.load(ctx); {
	case err == nil:
		f.log.Info("knowledge file taken", "file", w.path)
	case !errors.Is(err, context.Canceled):
		f.log.Error("knowledge file not taken: what it said before holds", "file", w.path, "error", err)
	}
}
