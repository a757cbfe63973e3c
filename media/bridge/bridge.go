// Package bridge joins two lines, as when a caller is handed to a human.
package bridge

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"golang.org/x/sync/errgroup"

	"voxgate/media"
	"voxgate/media/resample"
)

// maxQueued is how much sound may wait on its way out. More means that something stood still; catching up by leaving
// sound out keeps the two people in the same conversation.
const maxQueued = 60 * time.Millisecond

// Queuer is a Line that tells how much of its Play waits to be sent.
type Queuer interface{ Queued() time.Duration }

// KeySender is a Line that can press keys at its far end.
type KeySender interface {
	SendDigits(ctx context.Context, keys string) error
}

// errEnded ends a bridge whose one side hung up.
var errEnded = errors.New("a bridged line has ended")

// Join lets two lines hear each other until one ends (nil), ctx is done (its cause) or a line fails. Where the rates
// differ the sound is resampled. Keys pressed on one side are pressed again on the other where that line can. While
// Join runs it alone may use the lines' Recv, Play and Digits.
func Join(ctx context.Context, a, b media.Line) error {
	group, inner := errgroup.WithContext(ctx)
	group.Go(func() error { return carry(inner, a, b) })
	group.Go(func() error { return carry(inner, b, a) })
	group.Go(func() error { return passKeys(inner, a, b) })
	group.Go(func() error { return passKeys(inner, b, a) })
	err := group.Wait()
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.Is(err, errEnded), errors.Is(err, io.EOF):
		return nil
	}
	return err
}

// carry plays to one line what another hears.
func carry(ctx context.Context, from, to media.Line) error {
	convert, err := resample.New(from.Rate(), to.Rate())
	if err != nil {
		return fmt.Errorf("bridge: %w", err)
	}
	queue, _ := to.(Queuer)
	_, err = to.Play(ctx, func(yield func(media.Frame, error) bool) {
		var pcm []int16
		for {
			f, err := from.Recv(ctx)
			if err != nil {
				yield(media.Frame{}, err)
				return
			}
			out := media.Frame{Rate: to.Rate()}
			pcm = convert.Process(pcm[:0], f.PCM())
			copy(out.PCM(), pcm)
			if queue != nil && queue.Queued() >= maxQueued {
				continue
			}
			if !yield(out, nil) {
				return
			}
		}
	})
	switch {
	case err == nil, errors.Is(err, io.EOF):
		return errEnded
	case ctx.Err() != nil:
		return nil // the other direction ended the bridge
	}
	return fmt.Errorf("bridge: %w", err)
}

// passKeys presses on one line what was pressed on another. A line that cannot is no reason to end the call.
func passKeys(ctx context.Context, from, to media.Line) error {
	sender, _ := to.(KeySender)
	for {
		select {
		case key := <-from.Digits():
			if sender == nil {
				continue
			}
			if err := sender.SendDigits(ctx, string(key)); errors.Is(err, io.EOF) {
				return errEnded
			}
		case <-ctx.Done():
			return nil
		}
	}
}
