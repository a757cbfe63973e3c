package main

import (
	"log/slog"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// audioNice is the nice value of a hotline that is allowed one: late packets are heard, a late build beside it is not.
const audioNice = -10

// raisePriority asks for precedence over the machine's other programs, for every thread that runs and, since threads
// inherit it, every one to come. Without the right (root, CAP_SYS_NICE, or Nice= of a systemd unit) all stays as it is.
func raisePriority() {
	threads, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return
	}
	for _, thread := range threads {
		id, err := strconv.Atoi(thread.Name())
		if err != nil {
			continue
		}
		if err := unix.Setpriority(unix.PRIO_PROCESS, id, audioNice); err != nil {
			slog.Debug("the system gives no priority to call audio; a systemd unit with Nice=-10 would", "error", err)
			return
		}
	}
}
