package webrtc

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/pion/logging"
)

// pionLogs sends what pion says to slog. Pion's warnings are about one packet or one peer, so they are debug lines here.
type pionLogs struct{ log *slog.Logger }

// NewLogger makes the logger of one part of pion.
func (l pionLogs) NewLogger(scope string) logging.LeveledLogger { return pionLog{l.log, scope} }

type pionLog struct {
	log   *slog.Logger
	scope string
}

func (l pionLog) say(format string, args ...any) {
	if l.log.Enabled(context.Background(), slog.LevelDebug) {
		l.log.Debug(fmt.Sprintf(format, args...), "part", l.scope)
	}
}

// Pion's tracing shows addresses and credentials of every packet; it is not passed on.
func (pionLog) Trace(string)          {}
func (pionLog) Tracef(string, ...any) {}
func (pionLog) Debug(string)          {}
func (pionLog) Debugf(string, ...any) {}

// Info and above are passed on as debug lines.
func (l pionLog) Info(msg string)                   { l.say("%s", msg) }
func (l pionLog) Infof(format string, args ...any)  { l.say(format, args...) }
func (l pionLog) Warn(msg string)                   { l.say("%s", msg) }
func (l pionLog) Warnf(format string, args ...any)  { l.say(format, args...) }
func (l pionLog) Error(msg string)                  { l.say("%s", msg) }
func (l pionLog) Errorf(format string, args ...any) { l.say(format, args...) }
