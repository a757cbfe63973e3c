package main

import (
	"context"
	"net/netip"
	"runtime"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"voxgate/media/codec"
	"voxgate/media/mediatest"
	"voxgate/media/rtp"
)

// runLines runs lines in pairs that talk to each other over UDP.
func runLines(ctx context.Context, n int, c codec.Codec, length time.Duration) (lineResult, error) {
	pairs := (n + 1) / 2
	ports, err := rtp.NewPortRange(20000, 20000+8*pairs+200)
	if err != nil {
		return lineResult{}, err
	}
	voice := mediatest.Frames(c.Rate, mediatest.Voice(c.Rate, 120, length))
	ctx, cancel := context.WithTimeout(ctx, length)
	defer cancel()
	group, ctx := errgroup.WithContext(ctx)
	var lines []*rtp.Line
	before, rss := cpuTime(), residentKB()
	for range pairs {
		a, b, err := linePair(ports, c)
		if err != nil {
			cancel()
			return lineResult{}, err
		}
		for _, l := range []*rtp.Line{a, b} {
			lines = append(lines, l)
			group.Go(func() error { return l.Run(ctx) })
			group.Go(func() error { l.Play(ctx, mediatest.Sequence(voice)); return nil })
			group.Go(func() error {
				for {
					if _, err := l.Recv(ctx); err != nil {
						return nil
					}
				}
			})
		}
	}
	group.Go(func() error {
		select {
		case <-time.After(length * 3 / 4):
			rss = residentKB() - rss
		case <-ctx.Done():
			rss = 0
		}
		return nil
	})
	if err := group.Wait(); err != nil {
		return lineResult{}, err
	}
	used := (cpuTime() - before).Seconds() / length.Seconds() / float64(len(lines))
	r := lineResult{
		Bench: "media", Calls: len(lines), Codec: c.Name, CPUPerCall: used, LinesPerCPU: 1 / used,
		RSSPerCall: max(0, rss) / int64(len(lines)),
	}
	var lateness []int
	for _, l := range lines {
		s := l.Stats()
		r.LatePackets += s.Late
		r.Lost += max(0, s.Source.Lost)
		r.MaxLate = max(r.MaxLate, s.MaxLate.Seconds()*1000)
		if lateness == nil {
			lateness = make([]int, len(s.Lateness))
		}
		for i, count := range s.Lateness {
			lateness[i] += count
		}
	}
	r.P50, r.P95 = quantile(lateness, 0.5), quantile(lateness, 0.95)
	r.OK = r.LatePackets == 0 && r.Lost == 0
	return r, nil
}

// linePair is two lines that send to each other.
func linePair(ports *rtp.PortRange, c codec.Codec) (a, b *rtp.Line, err error) {
	local := netip.AddrFrom4([4]byte{127, 0, 0, 1})
	var conns [2]*rtp.UDPConn
	for i := range conns {
		if conns[i], err = rtp.Listen(local, ports); err != nil {
			return nil, nil, err
		}
	}
	conns[0].SetRemote(conns[1].LocalAddr(), netip.AddrPort{})
	conns[1].SetRemote(conns[0].LocalAddr(), netip.AddrPort{})
	cfg := rtp.Config{Format: rtp.Format{Codec: c}}
	if a, err = rtp.NewLine(conns[0], cfg); err != nil {
		return nil, nil, err
	}
	b, err = rtp.NewLine(conns[1], cfg)
	return a, b, err
}

// quantile is the upper end in milliseconds of the bucket that holds a share of the packets.
func quantile(buckets []int, share float64) float64 {
	total, sum := 0, 0
	for _, n := range buckets {
		total += n
	}
	steps := rtp.LateSteps()
	for i, n := range buckets {
		if sum += n; i < len(steps) && float64(sum) >= share*float64(total) {
			return steps[i].Seconds() * 1000
		}
	}
	return 2 * steps[len(steps)-1].Seconds() * 1000
}

// cpuTime is what this process has used.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// residentKB is the memory in use after a collection.
func residentKB() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapInuse+m.StackInuse) / 1024
}
