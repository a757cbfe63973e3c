package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"
	"golang.org/x/sys/unix"

	"voxgate/cmd/voxgate/internal/engines"
	"voxgate/cmd/voxgate/internal/gateway"
	"voxgate/media"
	"voxgate/media/device"
)

// talkFlags say who talks to the bot at this computer.
type talkFlags struct {
	from, config string
	keys         *os.File // read for keys to press; nil: none
}

func newTalkCommand() *cobra.Command {
	flags := talkFlags{keys: os.Stdin}
	cmd := &cobra.Command{
		Use:   "talk",
		Short: "Talk to the bot with this computer's microphone and loudspeaker (wear headphones)",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return talk(cmd.Context(), cmd.OutOrStdout(), flags)
		},
	}
	cmd.Flags().StringVar(&flags.from, "from", "", "caller's number (default: the demo shop's first customer)")
	cmd.Flags().StringVar(&flags.config, "config", "", "configuration file")
	return cmd
}

// talk holds one call over the sound card, until the bot hangs up or ctx ends.
func talk(ctx context.Context, out io.Writer, flags talkFlags) (err error) {
	cfg, err := loadConfig(flags.config)
	if err != nil {
		return err
	}
	if flags.from, err = callerNumber(flags.from); err != nil {
		return err
	}
	parts, err := engines.Open(ctx, cfg, slog.Default())
	if err != nil {
		return err
	}
	defer closing(&err, parts)
	gate := gateway.New(gateway.Parts{
		ASR: parts.ASR, TTS: parts.TTS, NewBrain: parts.NewBrain, Metrics: gateway.NewMetrics(prometheus.NewRegistry()), Log: slog.Default(),
	}, gatewayOptions(cfg))
	shown := newSubtitles()
	card := &soundCard{keys: flags.keys}
	ctx, hangUp := context.WithCancel(ctx)
	defer hangUp()
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return shown.print(ctx, out) })
	group.Go(func() error {
		defer hangUp()
		gate.Run(ctx, gateway.Caller{ID: fmt.Sprintf("talk-%d", time.Now().UnixMilli()), Number: flags.from, To: cfg.SIP.User, Via: "device"},
			gateway.Access{Answer: card.answer, Rate: media.Wideband, Captions: shown})
		return card.fault
	})
	return group.Wait()
}

// soundCard is the sound card as a leg of a call.
type soundCard struct {
	keys  *os.File
	fault error // why it could not be opened

	line   *device.Line
	typing chan struct{} // closed when no key is read any more
}

func (c *soundCard) answer(_ context.Context, tap media.Tap) (gateway.Leg, error) {
	line, err := device.Open(device.Options{Rate: media.Wideband, Tap: tap})
	if err != nil {
		c.fault = fmt.Errorf("talk: %w; connect a microphone and a loudspeaker, or call with a softphone (voxgate serve prints the address)", err)
		return nil, c.fault
	}
	c.line, c.typing = line, make(chan struct{})
	go func() {
		defer close(c.typing)
		c.readKeys()
	}()
	return c, nil
}

func (c *soundCard) Line() media.Line      { return c.line }
func (c *soundCard) Done() <-chan struct{} { return c.line.Done() }

// Hangup stops the devices and the reading of keys.
func (c *soundCard) Hangup(context.Context) error {
	err := c.line.Close()
	<-c.typing
	return err
}

// keyPoll is how often the reader of keys looks whether the call has ended.
const keyPoll = 100 // milliseconds

// readKeys presses what is typed, until the line ends or there is nothing more to read.
func (c *soundCard) readKeys() {
	if c.keys == nil {
		return
	}
	buffer := make([]byte, 64)
	for {
		select {
		case <-c.line.Done():
			return
		default:
		}
		// A read cannot be broken off, so it is begun only when there is something.
		ready := []unix.PollFd{{Fd: int32(c.keys.Fd()), Events: unix.POLLIN}}
		n, err := unix.Poll(ready, keyPoll)
		if errors.Is(err, unix.EINTR) || err == nil && n == 0 {
			continue
		}
		if err != nil {
			return
		}
		if n, err = c.keys.Read(buffer); err != nil || n == 0 {
			return
		}
		for _, key := range string(buffer[:n]) {
			if strings.ContainsRune("0123456789*#", key) {
				c.line.Press(key)
			}
		}
	}
}

// subtitles prints what was said.
type subtitles struct{ lines chan string }

const subtitleQueue = 64

func newSubtitles() *subtitles { return &subtitles{make(chan string, subtitleQueue)} }

// Caption queues a line; a terminal that is held up loses some.
func (s *subtitles) Caption(who, text string, final bool) {
	if !final {
		return
	}
	select {
	case s.lines <- who + ": " + text:
	default:
		slog.Warn("a line of the conversation was not printed")
	}
}

// print prints lines until ctx ends, then what is left.
func (s *subtitles) print(ctx context.Context, out io.Writer) error {
	for {
		select {
		case line := <-s.lines:
			if _, err := fmt.Fprintln(out, line); err != nil {
				return fmt.Errorf("talk: print the conversation: %w", err)
			}
		case <-ctx.Done():
			for len(s.lines) > 0 {
				if _, err := fmt.Fprintln(out, <-s.lines); err != nil {
					return fmt.Errorf("talk: print the conversation: %w", err)
				}
			}
			return nil
		}
	}
}
