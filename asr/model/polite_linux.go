package model

import (
	"runtime"

	"golang.org/x/sys/unix"
)

// stepBack is by how much a model run yields to the threads that keep a call's audio on time.
const stepBack = 5

// bePolite keeps the calling goroutine on a thread of its own whose priority is lower than the rest of the process, so
// that on a busy machine packets leave before the recogniser computes. It changes nothing where the system refuses.
func bePolite() {
	runtime.LockOSThread() // never unlocked: the thread ends with its goroutine and takes the priority with it
	self := unix.Gettid()
	// The system call returns 20 minus the nice value.
	raw, err := unix.Getpriority(unix.PRIO_PROCESS, self)
	if err != nil {
		return
	}
	_ = unix.Setpriority(unix.PRIO_PROCESS, self, min(19, 20-raw+stepBack))
}
