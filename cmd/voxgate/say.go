package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/spf13/cobra"

	"voxgate/cmd/voxgate/internal/config"
	"voxgate/cmd/voxgate/internal/engines"
	"voxgate/media"
	"voxgate/media/device"
	"voxgate/media/wav"
	"voxgate/tts"
	"voxgate/tts/espeak"
	marks "voxgate/tts/text"
)

type sayFlags struct {
	out, voice, speaker, lang, config string
	rate                              int
}

func newSayCommand() *cobra.Command {
	var flags sayFlags
	cmd := &cobra.Command{
		Use:   "say [-o FILE.wav] [--voice V] TEXT",
		Short: "Text to speech: into a WAV file, or out of the loudspeaker",
		Args: func(_ *cobra.Command, args []string) error {
			if strings.TrimSpace(strings.Join(args, "")) == "" {
				return usageError{errors.New("say wants a text")}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return say(cmd.Context(), strings.Join(args, " "), flags)
		},
	}
	cmd.Flags().StringVarP(&flags.out, "output", "o", "", "write this WAV file instead of playing")
	cmd.Flags().StringVar(&flags.voice, "voice", "", "a voice of 'voxgate models list', a voice's folder, or a variant of espeak-ng such as f3 (default: the configured one)")
	cmd.Flags().StringVar(&flags.speaker, "speaker", "", "name or number of the voice's speaker, where it has several")
	cmd.Flags().StringVar(&flags.lang, "lang", "", "zh or en (default: by the text)")
	cmd.Flags().IntVar(&flags.rate, "rate", media.Wideband, "8000 (as a telephone hears it) or 16000 hertz")
	cmd.Flags().StringVar(&flags.config, "config", "", "configuration file (for its voice)")
	return cmd
}

func say(ctx context.Context, text string, flags sayFlags) (err error) {
	if flags.rate != media.Narrowband && flags.rate != media.Wideband {
		return usageError{fmt.Errorf("--rate %d is neither 8000 nor 16000", flags.rate)}
	}
	if flags.lang == "" {
		flags.lang = languageOf(text)
	}
	if flags.lang != "zh" && flags.lang != "en" {
		return usageError{fmt.Errorf("--lang %q is neither zh nor en", flags.lang)}
	}
	if err := marks.Check(text); err != nil {
		return usageError{err}
	}
	cfg, err := loadConfig(flags.config)
	if err != nil {
		return err
	}
	if err := chooseVoice(&cfg.TTS, flags); err != nil {
		return err
	}
	if err := engines.UseRuntime(cfg.ASR); err != nil {
		return err
	}
	voice, err := engines.OpenTTS(cfg.TTS)
	if errors.Is(err, espeak.ErrVoice) {
		return fmt.Errorf("%w; public voices are in 'voxgate models list', a folder is written with a slash, as ./myvoice", err)
	}
	if err != nil {
		return err
	}
	defer closing(&err, voice)
	u := tts.Utterance{Text: text, Lang: flags.lang, Rate: flags.rate}
	if flags.out != "" {
		return sayToFile(ctx, voice, u, flags.out)
	}
	return sayAloud(ctx, voice, u)
}

// patience is how long a voice may take where nobody waits on the telephone: who asks for it wants no stand-in.
const patience = config.Duration(time.Minute)

// chooseVoice puts the voice and the speaker that were asked for in the configured one's place.
func chooseVoice(cfg *config.TTS, flags sayFlags) error {
	chosen := &cfg.Chinese
	if flags.lang == "en" {
		chosen = &cfg.English
	}
	chosen.First = patience
	if flags.voice != "" {
		public, err := engines.IsPublicVoice(flags.voice)
		if err != nil {
			return err
		}
		chosen.Engine, chosen.Voice, chosen.Speaker = config.EngineEspeak, flags.voice, ""
		if public {
			chosen.Engine = config.EngineVITS
		}
	}
	if flags.speaker == "" {
		return nil
	}
	if chosen.Engine != config.EngineVITS {
		return usageError{fmt.Errorf("--speaker %q: espeak-ng has no speakers; name a voice that has with --voice", flags.speaker)}
	}
	chosen.Speaker = flags.speaker
	return nil
}

// languageOf is en for text with Latin letters and without hanzi, else zh.
func languageOf(text string) string {
	latin := false
	for _, r := range text {
		if unicode.Is(unicode.Han, r) {
			return "zh"
		}
		latin = latin || unicode.Is(unicode.Latin, r)
	}
	if latin && strings.ContainsFunc(text, unicode.IsLower) {
		return "en"
	}
	return "zh"
}

// sayToFile writes the speech with a quarter of a second of silence on both sides, so that no player cuts it.
func sayToFile(ctx context.Context, voice tts.Engine, u tts.Utterance, path string) error {
	edge := make([]int16, u.Rate/4)
	sound := wav.Audio{Rate: u.Rate, Channels: 1}
	for frame, err := range voice.Speak(ctx, u) {
		if err != nil {
			return fmt.Errorf("say: %w", err)
		}
		sound.Samples = append(sound.Samples, frame.PCM()...)
	}
	if len(sound.Samples) == 0 {
		return errors.New("say: nothing in this text can be spoken")
	}
	sound.Samples = slices.Concat(edge, sound.Samples, edge)
	return wav.WriteFile(path, sound)
}

func sayAloud(ctx context.Context, voice tts.Engine, u tts.Utterance) (err error) {
	line, err := device.Open(device.Options{Rate: u.Rate, SpeakerOnly: true})
	if err != nil {
		return fmt.Errorf("say: %w; write a file with -o FILE.wav, or connect a loudspeaker", err)
	}
	defer closing(&err, line)
	heard, err := line.Play(ctx, voice.Speak(ctx, u))
	if err != nil {
		return fmt.Errorf("say: %w", err)
	}
	if heard == 0 {
		return errors.New("say: nothing in this text can be spoken")
	}
	return nil
}
