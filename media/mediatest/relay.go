package mediatest

import (
	"container/heap"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"sync"
	"time"
)

// Impairment is what a Relay does to the packets of each direction. Shares are 0..1.
type Impairment struct {
	Loss      float64       // packets thrown away
	Burst     float64       // chance that a loss is followed by a further one, for losses in bursts
	Duplicate float64       // packets sent twice
	Reorder   float64       // packets held back by Hold, so that later ones overtake
	Hold      time.Duration // 30 ms where zero
	Delay     time.Duration // of all packets
	Jitter    time.Duration // further delay, even between 0 and this
	Seed      uint64
}

// Relay is a UDP network in user space with faults: what comes in at Near goes to the far address, and what the far
// side sends back goes to the last sender at Near.
type Relay struct {
	near, far *net.UDPConn
	target    netip.AddrPort
	wg        sync.WaitGroup
	stop      chan struct{}

	mu     sync.Mutex
	caller netip.AddrPort // last sender at the near side
	counts RelayCounts
}

// RelayCounts says what a Relay did.
type RelayCounts struct{ Passed, Lost, Duplicated, Held int }

// NewRelay listens on a loopback port and relays to target with the given faults in both directions.
func NewRelay(target netip.AddrPort, faults Impairment) (*Relay, error) {
	local := &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)}
	near, err := net.ListenUDP("udp4", local)
	if err != nil {
		return nil, fmt.Errorf("relay: %w", err)
	}
	far, err := net.ListenUDP("udp4", local)
	if err != nil {
		near.Close()
		return nil, fmt.Errorf("relay: %w", err)
	}
	r := &Relay{near: near, far: far, target: target, stop: make(chan struct{})}
	there := r.direction(faults, faults.Seed, func(b []byte) { far.WriteToUDPAddrPort(b, target) })
	back := r.direction(faults, faults.Seed+1, func(b []byte) {
		r.mu.Lock()
		caller := r.caller
		r.mu.Unlock()
		if caller.IsValid() {
			near.WriteToUDPAddrPort(b, caller)
		}
	})
	r.wg.Go(func() { r.read(near, there, true) })
	r.wg.Go(func() { r.read(far, back, false) })
	return r, nil
}

// Near is the address that stands for the target.
func (r *Relay) Near() netip.AddrPort { return r.near.LocalAddr().(*net.UDPAddr).AddrPort() }

// Counts says what was done so far, both directions together.
func (r *Relay) Counts() RelayCounts {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.counts
}

// Close ends the relay and waits for its goroutines.
func (r *Relay) Close() {
	close(r.stop)
	r.near.Close()
	r.far.Close()
	r.wg.Wait()
}

func (r *Relay) read(conn *net.UDPConn, out chan<- held, caller bool) {
	defer close(out)
	buf := make([]byte, 2048)
	for {
		n, from, err := conn.ReadFromUDPAddrPort(buf)
		if err != nil {
			return
		}
		if caller {
			r.mu.Lock()
			r.caller = from
			r.mu.Unlock()
		}
		select {
		case out <- held{due: time.Now(), data: append([]byte(nil), buf[:n]...)}:
		case <-r.stop:
			return
		}
	}
}

// direction starts the goroutine that owns one direction's packets in flight.
func (r *Relay) direction(faults Impairment, seed uint64, send func([]byte)) chan<- held {
	in := make(chan held, 256)
	r.wg.Go(func() {
		var flight flights
		fate := newFate(faults, seed)
		timer := time.NewTimer(time.Hour)
		defer timer.Stop()
		for {
			wait := time.Hour
			if len(flight) > 0 {
				wait = time.Until(flight[0].due)
			}
			timer.Reset(wait)
			select {
			case p, open := <-in:
				if !open {
					return
				}
				delays, counts := fate.next()
				r.count(counts)
				for _, d := range delays {
					heap.Push(&flight, held{due: p.due.Add(d), data: p.data})
				}
			case <-timer.C:
			case <-r.stop:
				return
			}
			for len(flight) > 0 && !flight[0].due.After(time.Now()) {
				send(heap.Pop(&flight).(held).data)
			}
		}
	})
	return in
}

func (r *Relay) count(c RelayCounts) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.counts.Passed += c.Passed
	r.counts.Lost += c.Lost
	r.counts.Duplicated += c.Duplicated
	r.counts.Held += c.Held
}

// fate draws what becomes of each packet.
type fate struct {
	faults  Impairment
	random  *rand.Rand
	inBurst bool
}

func newFate(faults Impairment, seed uint64) *fate {
	if faults.Hold == 0 {
		faults.Hold = 30 * time.Millisecond
	}
	return &fate{faults: faults, random: rand.New(rand.NewPCG(seed, 2))}
}

// next is the delay of each copy of the next packet; none when it is lost.
func (f *fate) next() ([]time.Duration, RelayCounts) {
	chance := f.faults.Loss
	if f.inBurst {
		chance = f.faults.Burst
	}
	if f.inBurst = f.random.Float64() < chance; f.inBurst {
		f.inBurst = f.faults.Burst > 0
		return nil, RelayCounts{Lost: 1}
	}
	counts := RelayCounts{Passed: 1}
	delay := f.faults.Delay + time.Duration(f.random.Float64()*float64(f.faults.Jitter))
	if f.random.Float64() < f.faults.Reorder {
		delay += f.faults.Hold
		counts.Held = 1
	}
	delays := []time.Duration{delay}
	if f.random.Float64() < f.faults.Duplicate {
		delays = append(delays, delay)
		counts.Duplicated = 1
	}
	return delays, counts
}

// Fates is the same fault model without a network: for each of n packets the delays of its copies, none when lost.
func Fates(faults Impairment, n int) [][]time.Duration {
	f := newFate(faults, faults.Seed)
	out := make([][]time.Duration, n)
	for i := range out {
		out[i], _ = f.next()
	}
	return out
}

type held struct {
	due  time.Time
	data []byte
}

// flights is a heap by due time.
type flights []held

func (f flights) Len() int           { return len(f) }
func (f flights) Less(i, j int) bool { return f[i].due.Before(f[j].due) }
func (f flights) Swap(i, j int)      { f[i], f[j] = f[j], f[i] }
func (f *flights) Push(x any)        { *f = append(*f, x.(held)) }
func (f *flights) Pop() any {
	last := (*f)[len(*f)-1]
	*f = (*f)[:len(*f)-1]
	return last
}
