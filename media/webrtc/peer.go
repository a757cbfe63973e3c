package webrtc

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"sync"
	"time"

	"github.com/pion/sdp/v3"
	pion "github.com/pion/webrtc/v4"

	"voxgate/media"
	"voxgate/media/rtp"
)

// Peer is one browser's call; it implements media.Line.
type Peer struct {
	endpoint *Endpoint
	log      *slog.Logger
	codec    Codec
	offered  *Offer
	pc       *pion.PeerConnection
	conn     *trackConn
	line     *rtp.Line
	answer   string

	ctx       context.Context // of the call; its cause says why it ended
	end       context.CancelCauseFunc
	connected chan struct{}
	onceUp    sync.Once
	done      chan struct{} // everything is joined
	tasks     sync.WaitGroup

	signalling sync.Mutex // one change of the session at a time
}

// newPeer prepares a call on a fresh connection.
func newPeer(e *Endpoint, pc *pion.PeerConnection, offer *Offer, opts Options) (*Peer, error) {
	ctx, end := context.WithCancelCause(context.Background())
	p := &Peer{
		endpoint: e, log: e.log.With("call", opts.ID), codec: offer.Codec, offered: offer, pc: pc,
		conn: newTrackConn(ctx, offer.Codec.Name, pc.GracefulClose), ctx: ctx, end: end,
		connected: make(chan struct{}), done: make(chan struct{}),
	}
	var err error
	if p.line, err = newLine(p.conn, offer.Codec, opts.Tap, p.log); err != nil {
		end(err)
		return nil, fmt.Errorf("set up %s: %w", offer.Codec.Name, err)
	}
	pc.OnTrack(func(track *pion.TrackRemote, _ *pion.RTPReceiver) { p.conn.attach(track) })
	pc.OnConnectionStateChange(p.follow)
	return p, nil
}

// follow turns the connection's states into the call's life.
func (p *Peer) follow(state pion.PeerConnectionState) {
	switch state {
	case pion.PeerConnectionStateConnected:
		p.onceUp.Do(func() { close(p.connected) })
	case pion.PeerConnectionStateFailed:
		select {
		case <-p.connected:
			p.end(ErrLost)
		default:
			p.end(ErrNotConnected)
		}
	case pion.PeerConnectionStateClosed:
		p.end(ErrHungUp)
	}
}

// negotiate applies the offer and makes the complete answer: our host candidates are known at once, so it need not trickle.
func (p *Peer) negotiate(ctx context.Context, offer string) error {
	if err := p.pc.SetRemoteDescription(pion.SessionDescription{Type: pion.SDPTypeOffer, SDP: offer}); err != nil {
		return fmt.Errorf("%w: %v", ErrMalformed, err)
	}
	sender, err := p.pc.AddTrack(p.conn)
	if err != nil {
		return fmt.Errorf("add the voice track: %w", err)
	}
	if err := p.describe(ctx); err != nil {
		return err
	}
	p.tasks.Go(func() { drainRTCP(sender) })
	return nil
}

// describe makes and applies an answer to the current offer.
func (p *Peer) describe(ctx context.Context) error {
	answer, err := p.pc.CreateAnswer(nil)
	if err != nil {
		return fmt.Errorf("answer the offer: %w", err)
	}
	gathered := pion.GatheringCompletePromise(p.pc)
	if err := p.pc.SetLocalDescription(answer); err != nil {
		return fmt.Errorf("apply the answer: %w", err)
	}
	select {
	case <-gathered:
	case <-ctx.Done():
		return fmt.Errorf("gather candidates: %w", context.Cause(ctx))
	}
	p.answer = p.pc.LocalDescription().SDP
	return checkAnswer(p.answer)
}

// checkAnswer makes sure that the connection took the offer as ParseOffer did: a refused section is left out or has port 0.
func checkAnswer(text string) error {
	var answer sdp.SessionDescription
	if err := answer.UnmarshalString(text); err != nil {
		return fmt.Errorf("read our own answer: %w", err)
	}
	if _, err := voiceSection(&answer); err != nil {
		return fmt.Errorf("%w: its audio section cannot be answered", ErrMalformed)
	}
	return nil
}

// drainRTCP reads what the far end reports, which is what makes the connection's own reports go on.
func drainRTCP(sender *pion.RTPSender) {
	buf := make([]byte, 1500)
	for {
		if _, _, err := sender.Read(buf); err != nil {
			return
		}
	}
}

// abandon frees a call that was never started.
func (p *Peer) abandon(cause error) error {
	p.end(cause)
	err := p.pc.GracefulClose()
	p.tasks.Wait()
	return errors.Join(cause, err)
}

// start runs the call until it ends.
func (p *Peer) start() { go p.run() }

// run carries the audio, which closes the connection at its end.
func (p *Peer) run() {
	defer close(p.done)
	p.waitUp()
	err := p.line.Run(p.ctx)
	if err == nil {
		err = ErrHungUp
	}
	p.end(err)
	p.tasks.Wait()
	p.endpoint.forget(p)
}

// waitUp waits for ICE and DTLS, but not for ever.
func (p *Peer) waitUp() {
	limit := time.NewTimer(p.endpoint.connectTimeout)
	defer limit.Stop()
	select {
	case <-p.connected:
	case <-p.ctx.Done():
	case <-limit.C:
		p.end(ErrNotConnected)
	}
}

// Answer is the SDP answer, candidates included.
func (p *Peer) Answer() string { return p.answer }

// Codec is what was negotiated.
func (p *Peer) Codec() Codec { return p.codec }

// Connected is closed once ICE and DTLS are up and audio runs.
func (p *Peer) Connected() <-chan struct{} { return p.connected }

// Done is closed when the call is over: the far end hung up or was lost, or Close was called.
func (p *Peer) Done() <-chan struct{} { return p.ctx.Done() }

// Err says why the call is over, nil before that: ErrHungUp, ErrLost, ErrNotConnected, ErrClosed or a fault of the audio.
func (p *Peer) Err() error { return context.Cause(p.ctx) }

// Close ends the call and waits until nothing of it runs any more. It may be called at any time, more than once.
func (p *Peer) Close() {
	p.end(ErrClosed)
	<-p.done
}

// Rate is 16,000 Hz for Opus, 8,000 Hz for G.711.
func (p *Peer) Rate() int { return p.codec.Rate }

// Recv waits for the next 20 ms from the browser; io.EOF after the end of the call.
func (p *Peer) Recv(ctx context.Context) (media.Frame, error) { return p.line.Recv(ctx) }

// Play sends frames at real-time pace, see media.Line. Before the connection is up it waits.
func (p *Peer) Play(ctx context.Context, frames iter.Seq2[media.Frame, error]) (time.Duration, error) {
	return p.line.Play(ctx, frames)
}

// Stats are the counters of the call's audio.
func (p *Peer) Stats() rtp.Stats { return p.line.Stats() }

// Digits delivers the keys that the browser sent as telephone-events.
func (p *Peer) Digits() <-chan rune { return p.line.Digits() }

// Trickle adds candidates that the browser found after its offer (RFC 9725 section 4.3.2). ErrStale: they are of another ICE
// generation.
func (p *Peer) Trickle(fragment Fragment) error {
	p.signalling.Lock()
	defer p.signalling.Unlock()
	if fragment.Ufrag != p.offered.Ufrag {
		return ErrStale
	}
	var faults []error
	for _, candidate := range fragment.Candidates {
		mid := p.offered.Mid
		if err := p.pc.AddICECandidate(pion.ICECandidateInit{Candidate: candidate, SDPMid: &mid}); err != nil {
			faults = append(faults, fmt.Errorf("%w: %v", ErrMalformed, err))
		}
	}
	return errors.Join(faults...)
}

// Restart gives the call new ICE credentials and candidates while its audio goes on (RFC 8445 section 2.4, RFC 9725
// section 4.3.3). The fragment has the browser's; the answer's are returned. ErrStale: they are the ones in use.
func (p *Peer) Restart(ctx context.Context, fragment Fragment) (Fragment, error) {
	p.signalling.Lock()
	defer p.signalling.Unlock()
	if fragment.Ufrag == p.offered.Ufrag {
		return Fragment{}, ErrStale
	}
	offer, err := restarted(p.offered, fragment)
	if err != nil {
		return Fragment{}, err
	}
	if err := p.pc.SetRemoteDescription(pion.SessionDescription{Type: pion.SDPTypeOffer, SDP: offer.SDP}); err != nil {
		return Fragment{}, fmt.Errorf("%w: %v", ErrMalformed, err)
	}
	p.offered = offer
	if err := p.describe(ctx); err != nil {
		return Fragment{}, err
	}
	return answerFragment(p.answer, offer.Mid)
}
