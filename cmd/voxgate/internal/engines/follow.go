package engines

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// lookAgain is how often followed files are looked at.
const lookAgain = 2 * time.Second

// follower looks at files while the program runs and tells when they have changed.
type follower struct {
	stamp   func() string // tells versions of the files apart
	changed func()
	seen    string // as it was last told
	next    string // a change that may not be complete

	again chan struct{}
	stop  context.CancelFunc
	done  chan struct{}
}

// follow tells of each change since the stamp seen, until close.
func follow(seen string, stamp func() string, changed func()) *follower {
	ctx, stop := context.WithCancel(context.Background())
	f := &follower{stamp: stamp, changed: changed, seen: seen, next: seen, again: make(chan struct{}, 1), stop: stop, done: make(chan struct{})}
	go f.run(ctx)
	return f
}

// Close ends the following and joins it.
func (f *follower) Close() error {
	f.stop()
	<-f.done
	return nil
}

// now tells of a change at once, whether there is one or not.
func (f *follower) now() {
	select {
	case f.again <- struct{}{}:
	default:
	}
}

func (f *follower) run(ctx context.Context) {
	defer close(f.done)
	tick := time.NewTicker(lookAgain)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			f.look()
		case <-f.again:
			f.seen = f.stamp()
			f.next = f.seen
			f.changed()
		case <-ctx.Done():
			return
		}
	}
}

// look tells of a change that has come to rest: an editor may still be writing.
func (f *follower) look() {
	now := f.stamp()
	switch {
	case now == f.seen:
		f.next = now
	case now != f.next:
		f.next = now
	default:
		f.seen = now
		f.changed()
	}
}

// fileStamp tells versions of a file apart.
func fileStamp(path string) string {
	info, err := os.Stat(path)
	if err != nil {
		return path + " missing"
	}
	return fmt.Sprint(path, info.ModTime().UnixNano(), info.Size())
}

// folderStamp tells versions of a folder's YAML files apart.
func folderStamp(folder string) string {
	names, err := fs.Glob(os.DirFS(folder), "*.yaml")
	if err != nil {
		return folder + " missing"
	}
	slices.Sort(names)
	stamps := []string{folder}
	for _, name := range names {
		stamps = append(stamps, fileStamp(filepath.Join(folder, name)))
	}
	return strings.Join(stamps, "\n")
}
