package espeak

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"html"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"voxgate/tts"
	"voxgate/tts/text"
)

const (
	mandarin = "cmn-latn-pinyin"
	english  = "en-us"

	maxSound = 60 * 2 * 22050 // bytes of one clause: a minute
	maxSaid  = 2000           // bytes of what a failing process may say about it
)

// run speaks u and returns the samples and their rate, by a process that waits for it already where there is one and no
// fresh one is wanted. Cancelling ctx kills the process at once; in every case it is reaped before run returns. No shell
// is involved and the text goes through stdin.
func (e *Engine) run(ctx context.Context, u utterance, fresh bool) ([]int16, int, error) {
	select {
	case e.slots <- struct{}{}:
		defer func() { <-e.slots }()
	case <-ctx.Done():
		return nil, 0, context.Cause(ctx)
	}
	limited, cancel := context.WithTimeout(ctx, e.cfg.Timeout)
	defer cancel()
	p, err := e.spares.take(e.arguments(u), fresh)
	var sound []byte
	if err == nil {
		sound, err = p.speak(limited, u.markup, maxSound)
	}
	if cause := context.Cause(ctx); cause != nil {
		e.killed.Add(1)
		return nil, 0, cause
	}
	if err == nil {
		var pcm []int16
		var rate int
		if pcm, rate, err = parseWAV(sound); err == nil {
			return pcm, rate, nil
		}
	}
	e.failures.Add(1)
	if errors.Is(limited.Err(), context.DeadlineExceeded) {
		return nil, 0, fmt.Errorf("%w: no answer within %v", ErrFailed, e.cfg.Timeout)
	}
	return nil, 0, fmt.Errorf("%w: %w: %w", ErrFailed, errDied, err)
}

// arguments are those of a process that says u.
func (e *Engine) arguments(u utterance) []string {
	args := []string{"-m", "-b", "1", "-v", u.voice, "-s", strconv.Itoa(u.speed), "-p", strconv.Itoa(u.pitch), "-z", "--stdin", "--stdout"}
	if e.cfg.Gap > 0 {
		args = append(args, "-g", strconv.Itoa(int(e.cfg.Gap/(10*time.Millisecond))))
	}
	return args
}

// execute runs the program and returns what it wrote, at most limit bytes.
func (e *Engine) execute(ctx context.Context, stdin string, limit int, args ...string) ([]byte, error) {
	p, err := e.spares.start(args)
	if err != nil {
		return nil, err
	}
	return p.speak(ctx, stdin, limit)
}

// parseWAV reads the WAV that espeak-ng writes: PCM16 mono, its lengths unknown and therefore ignored.
func parseWAV(b []byte) ([]int16, int, error) {
	if len(b) < 12 || string(b[:4]) != "RIFF" || string(b[8:12]) != "WAVE" {
		return nil, 0, fmt.Errorf("%d bytes that are no WAV", len(b))
	}
	rate := 0
	for at := 12; at+8 <= len(b); {
		name, size := string(b[at:at+4]), int(binary.LittleEndian.Uint32(b[at+4:]))
		body := b[at+8:]
		if name == "data" {
			if rate == 0 {
				return nil, 0, errors.New("a WAV without a format")
			}
			pcm := make([]int16, len(body)/2)
			for i := range pcm {
				pcm[i] = int16(binary.LittleEndian.Uint16(body[2*i:]))
			}
			return pcm, rate, nil
		}
		if name == "fmt " && len(body) >= 16 {
			channels, bits := binary.LittleEndian.Uint16(body[2:]), binary.LittleEndian.Uint16(body[14:])
			if rate = int(binary.LittleEndian.Uint32(body[4:])); channels != 1 || bits != 16 || rate < 8000 || rate > 48000 {
				return nil, 0, fmt.Errorf("a WAV of %d channels, %d bits, %d Hz", channels, bits, rate)
			}
		}
		if size < 0 || size > len(body) {
			break
		}
		at += 8 + size
	}
	return nil, 0, errors.New("a WAV without sound")
}

// errDied marks a failure that came at once: another process may do better, and there is time for it.
var errDied = errors.New("it died")

// utterance is what one process says.
type utterance struct {
	voice, markup string
	speed, pitch  int     // words per minute; 1 to 99
	gain          float64 // dB on the usual level
}

// utterances is a clause as espeak-ng reads it: Chinese as toned pinyin, English as it is written.
func (e *Engine) utterances(variant string, clause text.Clause) []utterance {
	var out []utterance
	var syllables []string
	add := func(voice, markup string) {
		out = append(out, utterance{
			voice: voice + "+" + variant, markup: markup, gain: clause.Gain,
			speed: e.speed(clause.Rate), pitch: e.pitch(clause.Pitch),
		})
	}
	flush := func() {
		if len(syllables) > 0 {
			add(mandarin, fmt.Sprintf(`<prosody range="%d%%">%s</prosody>`, e.cfg.Range, strings.Join(syllables, " ")))
			syllables = nil
		}
	}
	for _, part := range clause.Parts {
		if part.Lang == text.English {
			flush()
			add(english, html.EscapeString(part.Text))
			continue
		}
		for _, s := range part.Syllables() {
			syllables = append(syllables, respell(s)...)
		}
	}
	flush()
	return out
}

// speed is the configured one times factor, within what espeak-ng can do.
func (e *Engine) speed(factor float64) int {
	return min(max(int(math.Round(float64(e.cfg.Speed)*factor)), 80), 450)
}

// pitch is the configured one with its frequency times factor: espeak-ng's scale doubles the frequency every 50 steps.
func (e *Engine) pitch(factor float64) int {
	return min(max(e.cfg.Pitch+int(math.Round(50*math.Log2(factor))), 1), 99)
}

// respell writes a syllable as espeak-ng wants it: erhua as a syllable of its own, interjections with a vowel.
func respell(syllable string) []string {
	name, tone := syllable[:len(syllable)-1], syllable[len(syllable)-1:]
	switch name {
	case "m", "n", "ng":
		return []string{"en" + tone}
	case "hm", "hng":
		return []string{"heng" + tone}
	case "er", "r":
		return []string{syllable}
	}
	if base, ok := strings.CutSuffix(name, "r"); ok {
		return []string{base + tone, "r5"}
	}
	return []string{syllable}
}

var variantFile = regexp.MustCompile(`!v/(\S+)`)

// readVoices asks espeak-ng which variants it has and whether it reads pinyin.
func (e *Engine) readVoices(ctx context.Context) error {
	languages, err := e.execute(ctx, "", 1<<20, "--voices=cmn")
	if err != nil {
		return fmt.Errorf("%w: %s --voices: %w", ErrNotInstalled, e.program, err)
	}
	if !bytes.Contains(bytes.ToLower(languages), []byte(mandarin)) {
		return fmt.Errorf("%w: %s has no voice %s; install version 1.51 or later with its data", ErrNotInstalled, e.program, mandarin)
	}
	variants, err := e.execute(ctx, "", 1<<20, "--voices=variant")
	if err != nil {
		return fmt.Errorf("%w: %s --voices=variant: %w", ErrNotInstalled, e.program, err)
	}
	e.variants = map[string]bool{}
	for _, m := range variantFile.FindAllSubmatch(variants, -1) {
		e.variants[string(m[1])] = true
	}
	return nil
}

// Voices lists the voice variants of this espeak-ng.
func (e *Engine) Voices() []string {
	var names []string
	for name := range e.variants {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func (e *Engine) checkVoice(name string) error {
	if e.variants[name] {
		return nil
	}
	return fmt.Errorf("%w %q: espeak-ng has %s: %w", ErrVoice, name, strings.Join(e.Voices(), " "), tts.ErrUnspeakable)
}
