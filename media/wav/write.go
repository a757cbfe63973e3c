package wav

import (
	"bufio"
	"fmt"
	"io"
	"os"

	"github.com/go-audio/audio"
	"github.com/go-audio/wav"
)

// WriteFile writes a sound as 16-bit PCM. The file is readable by its owner only: it may hold a caller's voice.
func WriteFile(path string, a Audio) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	w, err := newWriter(f, a.Rate, a.Channels)
	if err == nil {
		err = w.write(a.Samples)
	}
	if err == nil {
		err = w.finish()
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

// output buffers what the encoder writes in many small pieces. It also hides that it is a file: the encoder would force
// each header to the disk, and a killed process loses nothing that it has written.
type output struct {
	to     io.WriteSeeker
	buffer *bufio.Writer
}

func newOutput(to io.WriteSeeker) *output { return &output{to, bufio.NewWriterSize(to, 16<<10)} }

func (o *output) Write(b []byte) (int, error) { return o.buffer.Write(b) }

func (o *output) Seek(offset int64, whence int) (int64, error) {
	if err := o.buffer.Flush(); err != nil {
		return 0, err
	}
	return o.to.Seek(offset, whence)
}

// writer appends to a WAV stream whose header can be brought up to date at any time.
type writer struct {
	encoder  *wav.Encoder
	channels int
	block    int // samples of each writeBlock
}

func newWriter(to io.WriteSeeker, rate, channels int) (*writer, error) {
	if rate < 1000 || channels < 1 {
		return nil, fmt.Errorf("%w: %d samples a second, %d channels", ErrHeader, rate, channels)
	}
	// The encoder sets aside a minute of the rate that it is made with, two megabytes a call: so it is told the true one after.
	e := wav.NewEncoder(newOutput(to), 1, 16, channels, pcm)
	e.SampleRate = rate
	w := &writer{encoder: e, channels: channels}
	if err := w.write(nil); err != nil {
		return nil, err
	}
	return w, w.finish()
}

// write appends samples of any number. A stream is written by write or by writeBlock, not by both.
func (w *writer) write(samples []int16) error {
	buffer := audio.IntBuffer{
		Format:         &audio.Format{NumChannels: w.channels, SampleRate: w.encoder.SampleRate},
		Data:           make([]int, len(samples)),
		SourceBitDepth: 16,
	}
	for i, v := range samples {
		buffer.Data[i] = int(v)
	}
	return w.encoder.Write(&buffer)
}

// writeBlock appends a block that is as long as all others. The encoder counts it as one frame but does not take it
// apart into 16,000 small writes a second.
func (w *writer) writeBlock(samples []int16) error {
	w.block = len(samples)
	return w.encoder.WriteFrame(samples)
}

// finish makes the header true; writing may go on. The encoder counts the two sizes that it overwrites as if they had
// made the file longer, and reckons the data's size from its frames times the channels.
func (w *writer) finish() error {
	written := w.encoder.WrittenBytes
	if w.block > 0 {
		w.encoder.NumChans = w.block
	}
	err := w.encoder.Close()
	w.encoder.WrittenBytes, w.encoder.NumChans = written, w.channels
	return err
}
