package device

import (
	"os"

	"golang.org/x/sys/unix"
)

// quietly runs f with the process's stderr closed to the C libraries: ALSA and JACK print a page about every device
// that a machine does not have, while the error that counts comes back as a value.
func quietly(f func() error) error {
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return f()
	}
	defer func() { _ = null.Close() }()
	kept, err := unix.FcntlInt(uintptr(unix.Stderr), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return f()
	}
	defer func() { _ = unix.Close(kept) }()
	if err := unix.Dup3(int(null.Fd()), unix.Stderr, 0); err != nil {
		return f()
	}
	defer func() { _ = unix.Dup3(kept, unix.Stderr, 0) }()
	return f()
}
