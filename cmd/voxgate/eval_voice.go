package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"voxgate/asr/engine"
	"voxgate/cmd/voxgate/internal/engines"
	"voxgate/cmd/voxgate/internal/voicebench"
	"voxgate/tts"
	"voxgate/tts/espeak"
	"voxgate/tts/shape"
)

// voiceOptions are the flags of eval voice.
type voiceOptions struct {
	espeak                 espeak.Config
	recogniser             string
	limit                  int
	configured, errors, js bool
}

func newEvalVoiceCommand() *cobra.Command {
	o := voiceOptions{espeak: espeak.Config{Band: shape.Usual}}
	cmd := &cobra.Command{
		Use:   "voice",
		Short: "How well a voice is understood on a telephone, by reading numbers and sentences out to the recogniser",
		Long: `Reads out numbers of all kinds and sentences of the dialogue, carries them over a mu-law line and has the recogniser
write them down. Of numbers that are said digit by digit the digits count, of money and dates the whole line, of sentences
the characters; "alike" and "syllables" take a character for right that sounds the same, tone included. The flags change espeak-ng's voice; --configured measures the voice of the configuration instead.`,
		Example: "  voxgate eval voice --variant f2 --speed 170\n  voxgate eval voice --recogniser ./another",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return evalVoice(cmd.Context(), cmd.OutOrStdout(), o)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.espeak.Voice, "variant", espeak.DefaultVoice, "variant of espeak-ng")
	flags.IntVar(&o.espeak.Speed, "speed", 0, "words per minute; 0: the default")
	flags.IntVar(&o.espeak.Pitch, "pitch", 0, "1 to 99; 0: the default")
	flags.IntVar(&o.espeak.Range, "range", 0, "percent of the variant's pitch range; 0: the default")
	flags.DurationVar(&o.espeak.Gap, "gap", 0, "more silence between syllables, in steps of 10 ms")
	flags.Float64Var(&o.espeak.Band.Low, "low", shape.Usual.Low, "hertz below which is cut off")
	flags.Float64Var(&o.espeak.Band.Presence, "presence", shape.Usual.Presence, "dB by which consonants are lifted")
	flags.StringVar(&o.recogniser, "recogniser", "", "public model that hears: a name of 'voxgate models list', or a folder")
	flags.IntVar(&o.limit, "limit", 0, "use only so many lines, drawn from all kinds; 0: all")
	flags.BoolVar(&o.configured, "configured", false, "measure the configured voice")
	flags.BoolVar(&o.errors, "errors", false, "print each line that was not heard right")
	flags.BoolVar(&o.js, "json", false, "print one JSON object for each kind")
	return cmd
}

func evalVoice(ctx context.Context, out io.Writer, o voiceOptions) (err error) {
	if o.limit < 0 {
		return usageError{fmt.Errorf("--limit %d: it is a number of lines", o.limit)}
	}
	lines, err := voicebench.Lines()
	if err != nil {
		return fmt.Errorf("eval voice: %w", err)
	}
	if o.espeak.Band == (shape.Band{}) {
		return usageError{errors.New("--low 0 --presence 0: give one of them a value, such as --low 50")}
	}
	lines = spread(lines, o.limit)
	voice, done, err := o.open()
	if err != nil {
		return err
	}
	defer closing(&err, done)
	public, err := engines.OpenPublic(o.recogniser)
	if err != nil {
		return err
	}
	ears, err := engine.New(engine.Config{Public: public})
	if err != nil {
		return err
	}
	defer closing(&err, ears)
	wrong := func(h voicebench.Heard) {
		if o.errors {
			fmt.Fprintf(out, "%s: wanted %s, heard %s\n", h.Kind, h.Wanted, h.Got)
		}
	}
	scores, err := voicebench.Run(ctx, lines, voice, ears, wrong)
	if err != nil {
		return fmt.Errorf("eval voice: %w", err)
	}
	return printVoice(out, scores, o.js)
}

// open is the voice that is measured, and what closes it.
func (o voiceOptions) open() (tts.Engine, io.Closer, error) {
	if !o.configured {
		o.espeak.Timeout = time.Minute // a busy machine is not what is measured
		voice, err := espeak.New(o.espeak)
		return voice, voice, err
	}
	cfg, err := loadConfig("")
	if err != nil {
		return nil, nil, err
	}
	if err := engines.UseRuntime(cfg.ASR); err != nil {
		return nil, nil, err
	}
	voices, err := engines.OpenTTS(cfg.TTS)
	if err != nil {
		return nil, nil, err
	}
	return voices.Chain, voices, nil
}

func printVoice(out io.Writer, scores []voicebench.Score, asJSON bool) error {
	if asJSON {
		for _, s := range scores {
			if err := json.NewEncoder(out).Encode(s); err != nil {
				return err
			}
		}
		return nil
	}
	fmt.Fprintf(out, "%-10s %6s %7s %7s %11s %10s %9s\n", "kind", "lines", "right", "alike", "characters", "syllables", "speech")
	var digits, numbers voicebench.Score
	for _, s := range scores {
		printVoiceScore(out, s)
		switch s.Kind {
		case "order", "phone", "waybill", "tail":
			digits = digits.Plus("digits", s)
		case "money", "date":
			numbers = numbers.Plus("numbers", s)
		}
	}
	printVoiceScore(out, digits)
	printVoiceScore(out, numbers)
	return nil
}

func printVoiceScore(out io.Writer, s voicebench.Score) {
	if s.Lines == 0 {
		return
	}
	share := func(part, of int) float64 { return 100 * float64(part) / float64(max(of, 1)) }
	fmt.Fprintf(out, "%-10s %6d %5.1f %% %5.1f %% %9.2f %% %8.2f %% %7.1f s\n", s.Kind, s.Lines, share(s.Right, s.Lines),
		share(s.Alike, s.Lines), share(s.Length-s.Errors, s.Length), share(s.Length-s.Missed, s.Length), s.Spoken)
}
