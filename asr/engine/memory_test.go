package engine

import (
	"runtime"
	"testing"
	"time"

	"voxgate/asr"
	"voxgate/media"
)

// BenchmarkMemory prints what a call costs in the middle of an utterance: heap and stacks of 200 streams, what is shared
// by all of them aside.
func BenchmarkMemory(b *testing.B) {
	const calls = 200
	for _, length := range []time.Duration{5 * time.Second, 15 * time.Second} {
		b.Run(length.String(), func(b *testing.B) {
			sound := speech(b, "track")
			for len(sound) < int(length.Seconds()*media.Narrowband) {
				sound = append(sound, sound...)
			}
			sound = sound[:int(length.Seconds()*media.Narrowband)]
			perCall := 0.0
			for b.Loop() {
				warm := listen(b, 8, sound) // fills what calls share
				hangUp(b, warm)
				before := inUse()
				open := listen(b, calls, sound)
				perCall = float64(inUse()-before) / calls
				hangUp(b, open)
			}
			b.ReportMetric(perCall/1000, "kB/call")
		})
	}
}

// listen opens streams that have heard sound.
func listen(b *testing.B, calls int, sound []int16) []asr.Stream {
	var open []asr.Stream
	for range calls {
		s, err := ears(b).Open(b.Context(), asr.Hints{})
		if err != nil {
			b.Fatal(err)
		}
		open = append(open, s)
	}
	for _, f := range media.Frames(media.Narrowband, sound) {
		for _, s := range open {
			for len(s.(*stream).frames) > frameQueue/2 {
				runtime.Gosched()
			}
			if err := s.Write(f); err != nil {
				b.Fatal(err)
			}
		}
	}
	for _, s := range open {
		for len(s.(*stream).frames) > 0 {
			runtime.Gosched()
		}
	}
	return open
}

func hangUp(b *testing.B, open []asr.Stream) {
	for _, s := range open {
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// inUse is the memory of heap objects and stacks after garbage has been collected.
func inUse() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc + m.StackInuse
}
