package engines

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"voxgate/asr/decode"
	"voxgate/asr/engine"
)

// ReadWords reads an operator's list. What is wrong with its content comes as decode.BadLines.
func ReadWords(path string) (*decode.WordList, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("word list: %w; correct asr.words in the configuration", err)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, decode.MaxListSize+1))
	if err != nil {
		return nil, fmt.Errorf("word list: %w", err)
	}
	return decode.ParseWords(path, data)
}

// lookAgain is how often the file of the list is looked at.
const lookAgain = 2 * time.Second

// wordsFile follows the file of an operator's list while the program runs.
type wordsFile struct {
	path string
	set  func(*decode.WordList) error
	log  *slog.Logger
	seen stamp // of the file as it was last read
	next stamp // of a change that may not be complete

	stop context.CancelFunc
	done chan struct{}
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

// followWords loads a list and goes on loading it whenever its file changes, until close. A list that is broken at the
// start is an error; one that breaks later is told to the log, and the words before it hold.
func followWords(path string, set func(*decode.WordList) error, log *slog.Logger) (*wordsFile, error) {
	ctx, stop := context.WithCancel(context.Background())
	w := &wordsFile{path: path, set: set, log: log, stop: stop, done: make(chan struct{})}
	w.seen = stampOf(path)
	w.next = w.seen
	if err := w.load(); err != nil {
		stop()
		return nil, err
	}
	go w.follow(ctx)
	return w, nil
}

func (w *wordsFile) close() {
	w.stop()
	<-w.done
}

func (w *wordsFile) follow(ctx context.Context) {
	defer close(w.done)
	tick := time.NewTicker(lookAgain)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			w.look()
		case <-ctx.Done():
			return
		}
	}
}

// look reads the file if it has changed. A change must have come to rest first: an editor may still be writing.
func (w *wordsFile) look() {
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
	err := w.load()
	var bad decode.BadLines
	if errors.As(err, &bad) {
		for i, line := range bad {
			if i == toldFaults {
				w.log.Error("word list: more lines are broken", "lines", len(bad)-i)
				break
			}
			w.log.Error("word list: "+line.What, "file", line.Name, "line", line.Line, "advice", line.Advice)
		}
	} else if err != nil {
		w.log.Error(err.Error())
	}
	if err != nil {
		w.log.Error("word list not taken: the words before it hold", "file", w.path, "advice", "check it with: voxgate words "+w.path)
	}
}

// toldFaults bounds what one broken list puts into the log.
const toldFaults = 20

func (w *wordsFile) load() error {
	begin := time.Now()
	list, err := ReadWords(w.path)
	if err == nil {
		err = w.set(list)
	}
	if err == nil {
		w.log.Info("word list taken", "file", w.path, "words", len(list.Words), "took", time.Since(begin).Round(time.Millisecond))
	}
	return err
}

// worded is a recogniser that knows an operator's words.
type worded struct {
	*engine.Engine
	file *wordsFile
}

func (w *worded) Close() error {
	w.file.close()
	return w.Engine.Close()
}
