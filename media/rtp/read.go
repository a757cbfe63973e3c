package rtp

import (
	"errors"
	"fmt"
	"io"
	"net"
	"time"
)

// errBroken is the cause of a line's end when its connection failed.
var errBroken = errors.New("RTP connection broken")

// errHungUp is the cause of a line's end when its connection was closed.
var errHungUp = errors.New("RTP connection closed")

// isControl tells RTCP from RTP on one port by the packet type (RFC 5761 section 4).
func isControl(b []byte) bool { return len(b) >= 8 && b[1] >= 192 && b[1] <= 223 }

// read is the reader's goroutine: it stamps packets with their arrival and passes them on. It never waits for the clock.
func (l *Line) read() error {
	buf := make([]byte, 2048)
	for {
		n, err := l.conn.ReadPacket(buf)
		if errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed) {
			return errHungUp
		}
		if err != nil {
			return fmt.Errorf("%w: %w", errBroken, err)
		}
		arrival := time.Since(l.start)
		data := append([]byte(nil), buf[:n]...)
		if isControl(data) {
			l.passControl(data)
			continue
		}
		select {
		case l.packets <- packet{arrival, data}:
		default:
			l.readDrops.Add(1)
		}
	}
}

// readControl reads RTCP that has a port of its own.
func (l *Line) readControl(conn ControlConn) {
	buf := make([]byte, 2048)
	for {
		n, err := conn.ReadControl(buf)
		if err != nil {
			return
		}
		l.passControl(append([]byte(nil), buf[:n]...))
	}
}

func (l *Line) passControl(data []byte) {
	select {
	case l.controls <- data:
	default:
		l.readDrops.Add(1)
	}
}
