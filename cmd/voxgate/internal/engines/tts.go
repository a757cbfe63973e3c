package engines

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"time"

	"voxgate/cmd/voxgate/internal/config"
	"voxgate/tts/cache"
	"voxgate/tts/chain"
	"voxgate/tts/espeak"
	"voxgate/tts/text"
	"voxgate/tts/vits"
)

// Voices speak both languages, with a cache of prompts before them. Close releases them after the last utterance.
type Voices struct {
	*cache.Engine
	Chain   *chain.Engine // the same without the cache
	Spoken  []string      // who speaks what, for people
	closers []io.Closer   // closed in reverse

	identities map[string]string // who speaks each language, in a form that changes with the sound
}

// OpenTTS opens the voices of both languages: what the configuration names, and espeak-ng behind it. Where espeak-ng is
// only a stand-in and cannot be used, that is told to the log.
func OpenTTS(cfg config.TTS) (_ *Voices, err error) {
	o := &voiceOpener{cfg: cfg, espeaks: map[espeak.Config]*espeak.Engine{}, neural: map[config.Voice]*vits.Engine{}, voices: &Voices{identities: map[string]string{}}}
	defer func() {
		if err != nil {
			err = errors.Join(err, o.voices.Close())
		}
	}()
	links := chain.Config{Log: slog.Default()}
	if links.Chinese, err = o.links("tts.zh", text.Chinese, cfg.Chinese); err != nil {
		return nil, err
	}
	if links.English, err = o.links("tts.en", text.English, cfg.English); err != nil {
		return nil, err
	}
	if o.voices.Chain, err = chain.New(links); err != nil {
		return nil, err
	}
	o.voices.closers = append(o.voices.closers, o.voices.Chain)
	o.voices.Engine = cache.New(o.voices.Chain, cache.Config{
		Memory: int64(cfg.CacheMB) << 20, Voices: o.voices.identities, Store: o.store(),
	})
	if cfg.Recordings != "" {
		o.voices.closers = append(o.voices.closers, followRecordings(cfg.Recordings, o.voices.Engine, slog.Default()))
	}
	return o.voices, nil
}

// Close releases the voices, the last opened first.
func (v *Voices) Close() error {
	var faults []error
	for i := len(v.closers) - 1; i >= 0; i-- {
		faults = append(faults, v.closers[i].Close())
	}
	return errors.Join(faults...)
}

// voiceOpener opens each engine once, however many languages it speaks.
type voiceOpener struct {
	cfg     config.TTS
	espeaks map[espeak.Config]*espeak.Engine
	neural  map[config.Voice]*vits.Engine
	voices  *Voices
}

// links is who speaks a language, the configured one first. Key is where the configuration names it.
func (o *voiceOpener) links(key string, lang text.Lang, voice config.Voice) ([]chain.Link, error) {
	if voice.Engine != config.EngineVITS {
		engine, err := o.espeak(cmp.Or(voice.Voice, o.cfg.Voice), voice.Rate)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
		o.note(lang, "espeak-ng "+cmp.Or(voice.Voice, o.cfg.Voice, espeak.DefaultVoice))
		if err := o.identify(lang, engine); err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
		return []chain.Link{{Name: "espeak-ng", Engine: engine, Patience: voice.First.Std()}}, nil
	}
	began := time.Now()
	engine, err := o.vits(voice)
	if err != nil {
		return nil, fmt.Errorf("%s: %s: %w", key, voice.Voice, err)
	}
	if !slices.Contains(engine.Languages(), string(lang)) {
		return nil, fmt.Errorf("%s: %s speaks %s; name a voice that speaks %s", key, voice.Voice, strings.Join(engine.Languages(), " and "), lang)
	}
	if o.voices.identities[string(lang)], err = identityOfFiles(voice); err != nil {
		return nil, fmt.Errorf("%s: %w", key, err)
	}
	o.note(lang, fmt.Sprintf("%s (%d Hz, opened in %d ms)", voice.Voice, engine.SampleRate(), time.Since(began).Milliseconds()))
	links := []chain.Link{{Name: voice.Voice, Engine: engine, Patience: voice.First.Std()}}
	standIn, err := o.espeak(o.cfg.Voice, voice.Rate)
	if err != nil {
		slog.Warn("nobody stands in where a voice fails", "voice", voice.Voice, "language", lang, "error", err)
		return links, nil
	}
	return append(links, chain.Link{Name: "espeak-ng", Engine: standIn, Patience: voice.First.Std()}), nil
}

func (o *voiceOpener) note(lang text.Lang, who string) {
	o.voices.Spoken = append(o.voices.Spoken, fmt.Sprintf("%s: %s", lang, who))
}

// espeak is espeak-ng in a variant, at rate times its usual speed.
func (o *voiceOpener) espeak(variant string, rate float64) (*espeak.Engine, error) {
	cfg := espeak.Config{Program: o.cfg.Program, Voice: variant, Speed: int(espeak.DefaultSpeed * cmp.Or(rate, 1))}
	if engine, ok := o.espeaks[cfg]; ok {
		return engine, nil
	}
	engine, err := espeak.New(cfg)
	if err == nil {
		o.espeaks[cfg] = engine
		o.voices.closers = append(o.voices.closers, engine)
	}
	return engine, err
}

// vits is a neural voice with its speaker. Piper voices take their phonemes from espeak-ng; others need none.
func (o *voiceOpener) vits(voice config.Voice) (*vits.Engine, error) {
	voice.First = 0
	if engine, ok := o.neural[voice]; ok {
		return engine, nil
	}
	files, err := OpenVoice(voice.Voice)
	if err != nil {
		return nil, err
	}
	cfg := vits.Config{Files: files, Speaker: voice.Speaker, Rate: voice.Rate}
	phonemes, missing := o.espeak(o.cfg.Voice, 1)
	if missing == nil {
		cfg.Phonemes = phonemes
	}
	engine, err := vits.New(cfg)
	if err != nil {
		return nil, errors.Join(err, missing)
	}
	o.neural[voice] = engine
	o.voices.closers = append(o.voices.closers, engine)
	return engine, nil
}
