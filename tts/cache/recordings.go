package cache

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode"

	"voxgate/media"
	"voxgate/media/resample"
	"voxgate/media/wav"
	"voxgate/tts"
	"voxgate/tts/clauses"
	"voxgate/tts/shape"
	"voxgate/tts/text"
)

// ErrRecording says that a recording cannot stand for a prompt.
var ErrRecording = errors.New("recording not usable")

// Bounds of recordings.
const (
	longestRecording = time.Minute
	largestRecording = 48 << 20 // bytes
	mostRecordings   = 2000
	maxPromptText    = 2000 // bytes of what a recording says
)

// Recordings are sounds of an operator that are said in the place of the voice, wherever the words that they say come up as
// whole clauses, at the usual speed. They are read-only and shared; nil has none.
type Recordings struct {
	all     []Recording
	byFirst map[string][]*Recording // by their first clause, the longest first
}

// Recording is one of them.
type Recording struct {
	Text, Lang string
	File       string // path of the WAV
	Seconds    float64

	keys []string        // of its clauses
	pcm  map[int][]int16 // by rate
}

// ReadRecordings reads a folder: each NAME.wav says what is written in NAME.txt. The error joins what is wrong with each
// file; the recordings are those that can be used. A folder that is not there has none.
func ReadRecordings(folder string) (*Recordings, error) {
	r := &Recordings{byFirst: map[string][]*Recording{}}
	names, err := fs.Glob(os.DirFS(folder), "*.wav")
	if err != nil {
		return r, fmt.Errorf("recordings: %w", err)
	}
	var faults []error
	if len(names) > mostRecordings {
		faults = append(faults, fmt.Errorf("recordings: %s: %d files, the first %d are used", folder, len(names), mostRecordings))
		names = names[:mostRecordings]
	}
	for _, name := range names {
		one, err := readRecording(filepath.Join(folder, name))
		if err != nil {
			faults = append(faults, err)
			continue
		}
		r.all = append(r.all, *one)
		first := one.keys[0]
		r.byFirst[first] = append(r.byFirst[first], one)
	}
	for _, some := range r.byFirst {
		slices.SortFunc(some, func(a, b *Recording) int { return len(b.keys) - len(a.keys) })
	}
	return r, errors.Join(faults...)
}

// readRecording reads one WAV and its text.
func readRecording(path string) (*Recording, error) {
	said, err := os.ReadFile(strings.TrimSuffix(path, ".wav") + ".txt")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %s: write what it says into %s.txt beside it", ErrRecording, path, strings.TrimSuffix(filepath.Base(path), ".wav"))
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrRecording, path, err)
	}
	one, err := newRecording(strings.TrimSpace(string(said)), path)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrRecording, path, err)
	}
	return one, nil
}

// newRecording brings the WAV to both rates of lines, at the level of the voice.
func newRecording(said, path string) (*Recording, error) {
	one := &Recording{Text: said, Lang: LanguageOf(said), File: path, pcm: map[int][]int16{}}
	if len(said) > maxPromptText {
		return nil, fmt.Errorf("its text is longer than %d bytes", maxPromptText)
	}
	planned, _, err := clauses.Plan(tts.Utterance{Text: said, Lang: one.Lang})
	if err != nil {
		return nil, err
	}
	for _, clause := range planned {
		one.keys = append(one.keys, spoken(clause))
	}
	if len(one.keys) == 0 {
		return nil, errors.New("there is nothing to say in its text")
	}
	if info, err := os.Stat(path); err == nil && info.Size() > largestRecording {
		return nil, fmt.Errorf("it has %d MiB, a prompt at most %d", info.Size()>>20, largestRecording>>20)
	}
	sound, err := wav.ReadFile(path)
	if err != nil {
		return nil, err
	}
	one.Seconds = sound.Duration().Seconds()
	if sound.Duration() > longestRecording {
		return nil, fmt.Errorf("it lasts %.0f s, a prompt at most %.0f", one.Seconds, longestRecording.Seconds())
	}
	for _, rate := range []int{media.Narrowband, media.Wideband} {
		if one.pcm[rate], err = levelled(sound.Mono(), sound.Rate, rate); err != nil {
			return nil, err
		}
	}
	return one, nil
}

// levelled is a recording at a line's rate: trimmed, at the level of the voice, its peaks limited.
func levelled(pcm []int16, rate, lineRate int) ([]int16, error) {
	converter, err := resample.New(rate, lineRate)
	if err != nil {
		return nil, fmt.Errorf("its rate: %w", err)
	}
	out := shape.Flat.Telephone(converter.Flush(converter.Process(nil, pcm)), lineRate)
	if len(out) < lineRate/10 {
		return nil, errors.New("nobody speaks in it")
	}
	return out, nil
}

// LanguageOf is zh for a text with hanzi in it, or without a Latin letter, else en.
func LanguageOf(said string) string {
	if strings.ContainsFunc(said, func(r rune) bool { return unicode.Is(unicode.Han, r) }) || !strings.ContainsFunc(said, unicode.IsLetter) {
		return string(text.Chinese)
	}
	return string(text.English)
}

// spoken is what a clause says and how, whoever says it.
func spoken(clause text.Clause) string {
	var b strings.Builder
	writeClause(&b, clause)
	return b.String()
}

// find is the sound of the longest recording that says the next clauses, and how many those are; 0 where there is none.
func (r *Recordings) find(next []text.Clause, rate int) ([]int16, int) {
	if r == nil || len(r.byFirst) == 0 {
		return nil, 0
	}
	for _, one := range r.byFirst[spoken(next[0])] {
		if len(one.keys) <= len(next) && slices.EqualFunc(one.keys[1:], next[1:len(one.keys)], func(key string, c text.Clause) bool { return key == spoken(c) }) {
			return one.pcm[rate], len(one.keys)
		}
	}
	return nil, 0
}

// All lists the recordings.
func (r *Recordings) All() []Recording {
	if r == nil {
		return nil
	}
	return slices.Clone(r.all)
}

// Says finds the recording that says exactly this text.
func (r *Recordings) Says(said string) (Recording, bool) {
	planned, _, err := clauses.Plan(tts.Utterance{Text: said, Lang: LanguageOf(said)})
	if err != nil {
		return Recording{}, false
	}
	for _, one := range r.All() {
		if slices.EqualFunc(one.keys, planned, func(key string, c text.Clause) bool { return key == spoken(c) }) {
			return one, true
		}
	}
	return Recording{}, false
}

// AddRecording copies a WAV into a folder of recordings, made where it is not there, as what says a text, in the place of
// the one that says it now. Errors wrap ErrRecording where the file cannot stand for a prompt; then nothing is changed.
func AddRecording(folder, said, path string) (Recording, error) {
	said = strings.TrimSpace(said)
	one, err := newRecording(said, path)
	if err != nil {
		return Recording{}, fmt.Errorf("%w: %s: %w", ErrRecording, path, err)
	}
	sound, err := os.ReadFile(path)
	if err != nil {
		return Recording{}, fmt.Errorf("%w: %w", ErrRecording, err)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return Recording{}, fmt.Errorf("recordings: %w", err)
	}
	one.File = filepath.Join(folder, recordingName(said)+".wav")
	if before, ok := saying(folder, said); ok {
		one.File = before.File
	}
	// The text first: a recording without one is a fault.
	if err := writeWhole(strings.TrimSuffix(one.File, ".wav")+".txt", []byte(said+"\n")); err != nil {
		return Recording{}, fmt.Errorf("recordings: %w", err)
	}
	if err := writeWhole(one.File, sound); err != nil {
		return Recording{}, fmt.Errorf("recordings: %w", err)
	}
	return *one, nil
}

// RemoveRecording deletes the recording of a folder that says exactly a text.
func RemoveRecording(folder, said string) (Recording, error) {
	one, ok := saying(folder, said)
	if !ok {
		return Recording{}, fmt.Errorf("%w: no recording in %s says %q", ErrRecording, folder, said)
	}
	if err := errors.Join(os.Remove(one.File), os.Remove(strings.TrimSuffix(one.File, ".wav")+".txt")); err != nil {
		return Recording{}, fmt.Errorf("recordings: %w", err)
	}
	return one, nil
}

// saying is the recording of a folder that says a text; those that cannot be used do not matter here.
func saying(folder, said string) (Recording, bool) {
	r, _ := ReadRecordings(folder)
	return r.Says(said)
}

// recordingName is a file's name that people and all file systems can read: the first characters of the text and its sum.
func recordingName(said string) string {
	var name []rune
	for _, r := range said {
		if (unicode.IsLetter(r) || unicode.IsDigit(r)) && len(name) < 12 {
			name = append(name, r)
		}
	}
	return string(name) + "-" + fileName(said)[:6]
}
