// Package rtp carries call audio as RTP (RFC 3550, RFC 3551): a Line over anything that passes packets, and the UDP
// sockets of a telephone leg.
//
// A Line has two goroutines, both owned by Run: one reads the connection, the other is the clock, which every 20 ms of
// absolute time empties the jitter buffer, sends a packet and tells the Tap. All state of the audio path is the clock's.
// Where RTCP has a port of its own a third one reads that.
package rtp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"voxgate/media"
	"voxgate/media/codec"
	"voxgate/media/dtmf"
	"voxgate/media/playback"
)

// PacketConn passes whole RTP packets. ReadPacket and WritePacket may be called at the same time, and neither may keep
// its argument.
type PacketConn interface {
	// ReadPacket waits for the next packet. Any error ends the line; io.EOF and net.ErrClosed end it without complaint.
	ReadPacket(buf []byte) (n int, err error)
	WritePacket(packet []byte) error
	// Close makes ReadPacket return.
	Close() error
}

// ControlConn is a PacketConn that passes RTCP too.
type ControlConn interface {
	ReadControl(buf []byte) (n int, err error)
	WriteControl(packet []byte) error
}

// accepter is a PacketConn that wants to know which payload types were negotiated.
type accepter interface{ Accept(payloadTypes []uint8) }

var (
	// ErrNoEvents: the far end did not negotiate telephone-event, so keys cannot be sent in RTP; SIP INFO may do.
	ErrNoEvents = errors.New("far end takes no telephone-event")
)

// Format is what was negotiated. A Codec's PayloadType is the number negotiated for it.
type Format struct {
	Codec      codec.Codec   // that we send
	Receive    []codec.Codec // that the far end may send; empty means Codec alone
	EventType  uint8         // payload type of telephone-event (RFC 4733); 0 for none
	EventClock int           // its clock rate; 0 means that of Codec
}

// Config makes a Line.
type Config struct {
	Format
	Rate int          // of the line's frames in hertz; 0 means that of Codec
	Tap  media.Tap    // told every tick; may be nil
	Log  *slog.Logger // nil discards
}

// Sizes of the queues, all bounded: what does not fit is dropped and counted.
const (
	packetQueue  = 64 // between read and clock
	controlQueue = 8
	frameQueue   = 25 // 500 ms between clock and Recv
	digitQueue   = 32
)

// Line is a media.Line over RTP.
type Line struct {
	conn  PacketConn
	rate  int
	tap   media.Tap
	log   *slog.Logger
	start time.Time

	running  atomic.Bool
	ended    chan struct{} // closed when Run has ended
	packets  chan packet
	controls chan []byte
	frames   chan media.Frame
	digits   chan rune
	keys     chan *keying

	// Handed to the clock.
	format atomic.Pointer[pipeline]
	player *playback.Player
	held   atomic.Bool

	// Told by the clock and the reader.
	lastReceived atomic.Int64 // nanoseconds after start
	stats        atomic.Pointer[Stats]
	readDrops    atomic.Int64
	digitDrops   atomic.Int64

	setting sync.Mutex // SetCodec's callers, never the audio path
}

type packet struct {
	arrival time.Duration // after start
	data    []byte
}

var _ media.Line = (*Line)(nil)

// NewLine makes a line over conn. Run starts it and closes conn at its end.
func NewLine(conn PacketConn, cfg Config) (*Line, error) {
	l := &Line{
		conn: conn, rate: cfg.Rate, tap: cfg.Tap, log: cfg.Log, start: time.Now(),
		ended: make(chan struct{}), packets: make(chan packet, packetQueue), controls: make(chan []byte, controlQueue),
		frames: make(chan media.Frame, frameQueue), digits: make(chan rune, digitQueue), keys: make(chan *keying, 1),
	}
	if l.rate == 0 {
		l.rate = cfg.Codec.Rate
	}
	if l.rate != media.Narrowband && l.rate != media.Wideband {
		return nil, fmt.Errorf("RTP line at %d Hz: frames are at %d or %d Hz", l.rate, media.Narrowband, media.Wideband)
	}
	if l.log == nil {
		l.log = slog.New(slog.DiscardHandler)
	}
	l.player = playback.New(l.rate, l.ended)
	l.stats.Store(&Stats{})
	if err := l.SetCodec(cfg.Format); err != nil {
		return nil, err
	}
	return l, nil
}

// SetCodec changes what is sent and accepted from the next tick on, as after a re-INVITE. The line's own rate stays;
// the codec's is converted where it differs. The same format again changes nothing.
func (l *Line) SetCodec(f Format) error {
	l.setting.Lock()
	defer l.setting.Unlock()
	if current := l.format.Load(); current != nil && current.format.equal(f) {
		return nil
	}
	p, err := newPipeline(f, l.rate)
	if err != nil {
		return fmt.Errorf("RTP line: %w", err)
	}
	if a, ok := l.conn.(accepter); ok {
		a.Accept(p.payloadTypes())
	}
	l.format.Store(p)
	return nil
}

func (f Format) equal(g Format) bool {
	same := func(a, b codec.Codec) bool { return a.Name == b.Name && a.PayloadType == b.PayloadType }
	return same(f.Codec, g.Codec) && slices.EqualFunc(f.Receive, g.Receive, same) &&
		f.EventType == g.EventType && f.EventClock == g.EventClock
}

// Run carries the line until ctx is done or the connection ends, then closes the connection and joins what it started.
// It returns nil for these ends and an error when the connection broke. It may be called once.
func (l *Line) Run(ctx context.Context) error {
	if !l.running.CompareAndSwap(false, true) {
		return errors.New("RTP line: Run called twice")
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer close(l.ended)
	var wg sync.WaitGroup
	wg.Go(func() { cancel(l.read()) })
	control, _ := l.conn.(ControlConn)
	if control != nil {
		wg.Go(func() { l.readControl(control) })
	}
	c := newClock(l, control)
	c.run(ctx)
	closing := l.conn.Close()
	wg.Wait()
	c.publish()
	if cause := context.Cause(ctx); errors.Is(cause, errBroken) {
		return cause
	}
	if closing != nil {
		return fmt.Errorf("RTP line: close: %w", closing)
	}
	return nil
}

// Rate is the rate of the line's frames in hertz.
func (l *Line) Rate() int { return l.rate }

// String says what the line is made of, for logs.
func (l *Line) String() string {
	f := l.format.Load().format
	return fmt.Sprintf("rtp(%s, line at %d Hz)", f.Codec, l.rate)
}

// Recv waits for the next frame. Frames that nobody fetched in 500 ms are dropped, the oldest first.
func (l *Line) Recv(ctx context.Context) (media.Frame, error) {
	select {
	case f := <-l.frames:
		return f, nil
	default:
	}
	select {
	case f := <-l.frames:
		return f, nil
	case <-ctx.Done():
		return media.Frame{}, context.Cause(ctx)
	case <-l.ended:
	}
	select {
	case f := <-l.frames:
		return f, nil
	default:
		return media.Frame{}, io.EOF
	}
}

// Play sends frames at real-time pace; see playback.Player for its errors. Where the sequence is slower than real time,
// silence is sent in between.
func (l *Line) Play(ctx context.Context, frames iter.Seq2[media.Frame, error]) (heard time.Duration, err error) {
	return l.player.Play(ctx, frames)
}

// Queued is how much of the present Play waits for its time.
func (l *Line) Queued() time.Duration { return l.player.Queued() }

// Digits delivers keys as they are pressed; of more than 32 unread ones the oldest are dropped.
func (l *Line) Digits() <-chan rune { return l.digits }

// PushDigit adds a key that came by another way (SIP INFO).
func (l *Line) PushDigit(key rune) {
	for {
		select {
		case l.digits <- key:
			return
		default:
		}
		select {
		case <-l.digits:
			l.digitDrops.Add(1)
		default:
		}
	}
}

// Hold stops and resumes sending. A playback pauses meanwhile, and a silent far end does not count as lost.
func (l *Line) Hold(on bool) {
	if l.held.Swap(on) && !on {
		l.lastReceived.Store(int64(time.Since(l.start)))
	}
}

// LastReceived is when the last valid packet came; the present while on hold. Before the first one it is when the line
// was made.
func (l *Line) LastReceived() time.Time {
	if l.held.Load() {
		return time.Now()
	}
	return l.start.Add(time.Duration(l.lastReceived.Load()))
}

// Done is closed when the line has ended.
func (l *Line) Done() <-chan struct{} { return l.ended }

// keying is a SendDigits in progress.
type keying struct {
	sender *dtmf.Sender
	stop   atomic.Bool
	done   chan struct{}
}

// SendDigits presses keys 0-9 * # A-D by RFC 4733, 120 ms each with pauses of 80 ms, and returns when they are sent.
// Audio pauses meanwhile. It fails with ErrNoEvents, on other characters, at the end of ctx (after the present key) and
// with io.EOF when the line ends.
func (l *Line) SendDigits(ctx context.Context, keys string) error {
	f := l.format.Load()
	if f.format.EventType == 0 {
		return ErrNoEvents
	}
	sender, err := dtmf.NewSender(keys, f.eventClock())
	if err != nil {
		return err
	}
	k := &keying{sender: sender, done: make(chan struct{})}
	select {
	case l.keys <- k:
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-l.ended:
		return io.EOF
	}
	select {
	case <-k.done:
		return nil
	case <-ctx.Done():
		k.stop.Store(true)
		return context.Cause(ctx)
	case <-l.ended:
		return io.EOF
	}
}
