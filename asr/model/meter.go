package model

import (
	"runtime"
	"sync/atomic"
	"time"
)

// Meter adds up the processor time that many goroutines spend on one kind of work.
type Meter struct{ spent atomic.Int64 }

// Time does the work and counts what it cost: processor time of its thread where the system tells it (Linux), else the
// time that passed.
func (m *Meter) Time(work func()) {
	runtime.LockOSThread() // the clock is the thread's
	defer runtime.UnlockOSThread()
	begin := threadTime()
	work()
	m.spent.Add(int64(threadTime() - begin))
}

// Spent is the sum so far.
func (m *Meter) Spent() time.Duration { return time.Duration(m.spent.Load()) }
