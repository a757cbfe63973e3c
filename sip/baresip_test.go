package sip_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"voxgate/media"
	"voxgate/media/mediatest"
	"voxgate/media/wav"
	"voxgate/sip"
	"voxgate/sip/siptest"
)

// The hotline plays one tone and the phone another; each must hear the other's. Amplitudes are of full scale.
const (
	hotlineTone = 1000.0
	phoneTone   = 440.0
	loud        = 0.3
	faint       = 0.01
)

func TestBaresipHearsAndIsHeard(t *testing.T) {
	t.Parallel()
	microphone := microphone(t)
	for _, transport := range []string{"udp", "tcp"} {
		t.Run(transport, func(t *testing.T) {
			ear := siptest.NewEar()
			s := serve(t, sip.Config{}, func(ctx context.Context, call sip.Incoming) {
				if err := call.Answer(ctx, sip.AnswerOptions{Tap: ear}); err != nil {
					t.Errorf("Answer: %v", err)
					return
				}
				frames := mediatest.Frames(media.Narrowband, mediatest.Tone(media.Narrowband, hotlineTone, loud, 3*time.Second))
				if _, err := call.Line().Play(ctx, mediatest.Sequence(frames)); err != nil {
					t.Errorf("Play: %v", err)
				}
			})
			phone := siptest.StartBaresip(t, microphone, transport)
			phone.Command(t, "dial", "sip:hotline@"+s.Addr().String()+";transport="+transport)
			phone.Await(t, "CALL_ESTABLISHED")
			phone.Await(t, "CALL_CLOSED")
			quiet(t, s)
			recorded, err := wav.ReadFile(phone.Recording(t))
			if err != nil {
				t.Fatal(err)
			}
			heard(t, "phone", recorded.Samples, recorded.Rate, hotlineTone, phoneTone)
			heard(t, "hotline", ear.Heard(), media.Narrowband, phoneTone, hotlineTone)
		})
	}
}

// heard looks for half a second of the wanted tone, without the other.
func heard(t *testing.T, who string, pcm []int16, rate int, want, other float64) {
	t.Helper()
	best := 0.0
	for from := 0; from+rate/2 <= len(pcm); from += rate / 8 {
		part := pcm[from : from+rate/2]
		if mediatest.Level(part, rate, other) < faint {
			best = max(best, mediatest.Level(part, rate, want))
		}
	}
	if best < loud/2 {
		t.Errorf("%s heard %.0f Hz at %.3f of full scale at best in %.1f s, want %.2f", who, want, best, float64(len(pcm))/float64(rate), loud)
	}
}

// microphone writes a minute of the phone's tone.
func microphone(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "microphone.wav")
	pcm := mediatest.Tone(media.Narrowband, phoneTone, loud, time.Minute)
	if err := wav.WriteFile(path, wav.Audio{Rate: media.Narrowband, Channels: 1, Samples: pcm}); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestBaresipHoldsAndResumes(t *testing.T) {
	t.Parallel()
	speaking, resumed := make(chan struct{}), make(chan struct{})
	s := serve(t, sip.Config{}, func(ctx context.Context, call sip.Incoming) {
		if err := call.Answer(ctx, sip.AnswerOptions{}); err != nil {
			t.Errorf("Answer: %v", err)
			return
		}
		listen(ctx, t, call.Line(), 10)
		close(speaking)
		<-resumed
		listen(ctx, t, call.Line(), 100) // more than can have waited from before
	})
	phone := siptest.StartBaresip(t, microphone(t), "udp")
	phone.Command(t, "dial", "sip:hotline@"+s.Addr().String())
	phone.Await(t, "CALL_ESTABLISHED")
	<-speaking
	phone.Command(t, "hold", "")
	time.Sleep(300 * time.Millisecond) // baresip has no event for it
	phone.Command(t, "resume", "")
	close(resumed)
	phone.Await(t, "CALL_CLOSED")
	quiet(t, s)
}

// listen waits for a number of frames with the phone's tone.
func listen(ctx context.Context, t *testing.T, line media.Line, frames int) {
	t.Helper()
	for frames > 0 {
		f, err := line.Recv(ctx)
		if err != nil {
			t.Errorf("Recv: %v", err)
			return
		}
		if mediatest.Level(f.PCM(), f.Rate, phoneTone) > loud/2 {
			frames--
		}
	}
}

func TestBaresipIsTransferred(t *testing.T) {
	t.Parallel()
	agentEar := siptest.NewEar()
	agent := serve(t, sip.Config{}, func(ctx context.Context, call sip.Incoming) {
		if got := call.Info().UserToUser; got != `{"order":"42"}` {
			t.Errorf("agent was told %q", got)
		}
		if err := call.Answer(ctx, sip.AnswerOptions{Tap: agentEar}); err != nil {
			t.Errorf("agent's Answer: %v", err)
			return
		}
		frames := mediatest.Frames(media.Narrowband, mediatest.Tone(media.Narrowband, hotlineTone, loud, 2*time.Second))
		if _, err := call.Line().Play(ctx, mediatest.Sequence(frames)); err != nil {
			t.Errorf("Play: %v", err)
		}
	})
	outcome := make(chan error, 1)
	hotline := serve(t, sip.Config{}, func(ctx context.Context, call sip.Incoming) {
		if err := call.Answer(ctx, sip.AnswerOptions{}); err != nil {
			t.Errorf("hotline's Answer: %v", err)
			return
		}
		outcome <- call.Refer(ctx, "sip:agent@"+agent.Addr().String(), `{"order":"42"}`)
	})
	phone := siptest.StartBaresip(t, microphone(t), "udp")
	phone.Command(t, "dial", "sip:hotline@"+hotline.Addr().String())
	if err := <-outcome; err != nil {
		t.Errorf("Refer: %v", err)
	}
	quiet(t, hotline)
	phone.Await(t, "CALL_CLOSED")
	phone.Await(t, "CALL_CLOSED")
	quiet(t, agent)
	heard(t, "agent", agentEar.Heard(), media.Narrowband, phoneTone, hotlineTone)
}
