package engines

import (
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

// wordsFile follows the file of an operator's list while the program runs.
type wordsFile struct {
	path string
	set  func(*decode.WordList) error
	log  *slog.Logger

	following *follower
}

// followWords loads a list and goes on loading it whenever its file changes, until close. A list that is broken at the
// start is an error; one that breaks later is told to the log, and the words before it hold.
func followWords(path string, set func(*decode.WordList) error, log *slog.Logger) (*wordsFile, error) {
	w := &wordsFile{path: path, set: set, log: log}
	before := fileStamp(path) // so that what is written while it is read counts as a change
	if err := w.load(); err != nil {
		return nil, err
	}
	w.following = follow(before, func() string { return fileStamp(path) }, w.again)
	return w, nil
}

func (w *wordsFile) close() error { return w.following.Close() }

// again reads the file after a change.
func (w *wordsFile) again() {
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
	return errors.Join(w.file.close(), w.Engine.Close())
}
