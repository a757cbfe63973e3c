package rtp

import (
	"fmt"
	"net/netip"
	"os/exec"
	"testing"

	"voxgate/media/codec"
	"voxgate/media/codec/opus"
	"voxgate/media/mediatest"
)

// Another program's RTP is heard: ffmpeg sends a tone in each codec.
func TestFFmpegIsHeard(t *testing.T) {
	ffmpeg, err := exec.LookPath("ffmpeg")
	if err != nil {
		t.Skip("ffmpeg is not installed (apt-get install ffmpeg)")
	}
	wide := opus.At(16000)
	wide.PayloadType = 97 // ffmpeg's first dynamic type
	for _, c := range []struct {
		codec   codec.Codec
		encoder []string
	}{
		{codec.PCMU, []string{"-ar", "8000", "-c:a", "pcm_mulaw"}},
		{codec.PCMA, []string{"-ar", "8000", "-c:a", "pcm_alaw"}},
		{wide, []string{"-ar", "48000", "-c:a", "libopus", "-application", "voip"}},
	} {
		t.Run(c.codec.Name, func(t *testing.T) {
			t.Parallel()
			conn := listen(t)
			conn.SetRemote(netip.AddrPort{}, netip.AddrPort{})
			line, stop := start(t, conn, Config{Format: Format{Codec: c.codec}})
			heard := recvAll(line)
			args := append([]string{"-v", "error", "-re", "-f", "lavfi", "-i", "sine=frequency=440", "-t", "2", "-ac", "1"}, c.encoder...)
			out, err := exec.CommandContext(t.Context(), ffmpeg, append(args, "-f", "rtp", fmt.Sprintf("rtp://%v", conn.LocalAddr()))...).CombinedOutput()
			if err != nil {
				t.Fatalf("ffmpeg: %v\n%s", err, out)
			}
			if err := stop(); err != nil {
				t.Fatal(err)
			}
			pcm := <-heard
			rate := line.Rate()
			if len(pcm) < 3*rate/2 {
				t.Fatalf("%d samples heard in two seconds", len(pcm))
			}
			middle := pcm[len(pcm)/2-rate/4 : len(pcm)/2+rate/4]
			// A busy machine may hold up either program, which leaves gaps but no other tone.
			tone, other := mediatest.Level(middle, rate, 440), mediatest.Level(middle, rate, 880)
			if tone < 0.06 || other > tone/5 {
				t.Errorf("tone of 0.125 heard at %.3f, its octave at %.3f", tone, other)
			}
			if s := line.Stats(); s.Malformed+s.Unexpected > 0 {
				t.Errorf("%+v", s)
			}
		})
	}
}
