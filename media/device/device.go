// Package device is the sound card as a leg of a call: microphone in, loudspeaker out, by PortAudio.
//
// The device's own callback is the clock, so that what it took counts as heard. (PortAudio's blocking calls abort the
// process on JACK and are not used.)
package device

import (
	"errors"
	"fmt"
	"sync"

	"github.com/gordonklaus/portaudio"

	"voxgate/media"
	"voxgate/media/resample"
)

var (
	// ErrNoDevice says that this machine has no microphone or no loudspeaker that can be used.
	ErrNoDevice = errors.New("no sound device")
	// ErrOpen says that this process has a line to the sound device already. (On JACK, PortAudio hangs when one of two
	// streams of a process is closed.)
	ErrOpen = errors.New("the sound device is open already")
)

// deviceRates are tried after the line's own; sound is then resampled.
var deviceRates = []float64{48000, 44100, 32000}

// Options say what to open.
type Options struct {
	Rate        int       // of frames: 16,000 (also when 0) or 8,000 hertz
	SpeakerOnly bool      // no microphone: Recv gives silence at the device's pace
	Tap         media.Tap // told every tick; may be nil
}

// Open opens the default devices and starts them. Close releases them; until then there is no second line in this process.
func Open(o Options) (*Line, error) {
	if o.Rate == 0 {
		o.Rate = media.Wideband
	}
	if o.Rate != media.Narrowband && o.Rate != media.Wideband {
		return nil, fmt.Errorf("sound device at %d Hz: the rate must be %d or %d", o.Rate, media.Narrowband, media.Wideband)
	}
	if err := acquire(); err != nil {
		return nil, err
	}
	l := newLine(o.Rate, o.Tap)
	if err := l.open(o); err != nil {
		return nil, errors.Join(err, release())
	}
	return l, nil
}

// open tries the line's rate, then those that most hardware has.
func (l *Line) open(o Options) error {
	inputs := 1
	if o.SpeakerOnly {
		inputs = 0
	}
	var faults []error
	for _, rate := range append([]float64{float64(o.Rate)}, deviceRates...) {
		stream, err := l.openAt(int(rate), inputs)
		if err == nil {
			l.close = func() error { return errors.Join(stream.Stop(), stream.Close(), release()) }
			return nil
		}
		faults = append(faults, fmt.Errorf("%.0f Hz: %w", rate, err))
		if !errors.Is(err, portaudio.InvalidSampleRate) {
			break
		}
	}
	return fmt.Errorf("%w: %w", ErrNoDevice, errors.Join(faults...))
}

func (l *Line) openAt(rate, inputs int) (*portaudio.Stream, error) {
	if err := l.convert(rate); err != nil {
		return nil, err
	}
	var callback any = l.duplex
	if inputs == 0 {
		callback = l.speaker
	}
	stream, err := portaudio.OpenDefaultStream(inputs, 1, float64(rate), rate/50, callback)
	if err != nil {
		return nil, err
	}
	if err := stream.Start(); err != nil {
		return nil, errors.Join(err, stream.Close())
	}
	return stream, nil
}

// convert prepares for a device that runs at rate.
func (l *Line) convert(rate int) (err error) {
	if l.fromDevice, err = resample.New(rate, l.rate); err != nil {
		return err
	}
	l.toDevice, err = resample.New(l.rate, rate)
	return err
}

// library is PortAudio, which is initialised while the line is open.
var library struct {
	sync.Mutex
	open bool
}

func acquire() error {
	library.Lock()
	defer library.Unlock()
	if library.open {
		return ErrOpen
	}
	if err := quietly(portaudio.Initialize); err != nil {
		return fmt.Errorf("%w: %w", ErrNoDevice, err)
	}
	library.open = true
	return nil
}

func release() error {
	library.Lock()
	defer library.Unlock()
	library.open = false
	return portaudio.Terminate()
}
