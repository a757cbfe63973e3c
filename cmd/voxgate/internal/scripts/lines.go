package scripts

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"voxgate/dialog/caller"
	"voxgate/dialog/knowledge"
)

// Lines are the engines that scripts are played on, one for each shop file, since the knowledge base goes with the shop. One
// goroutine uses them.
type Lines struct {
	Log    *slog.Logger
	opened map[string]*caller.Line
}

// For is the line of a script; it is opened when it is wanted first.
func (l *Lines) For(ctx context.Context, s Script) (*caller.Line, error) {
	if line, ok := l.opened[s.source]; ok {
		return line, nil
	}
	base := knowledge.Options{ShopFile: s.source}
	if s.source == "" {
		base.ShopData = s.Shop
	}
	line, err := caller.NewLine(ctx, caller.Options{Log: l.Log, Knowledge: base})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.Name, err)
	}
	if s.source != "" {
		if l.opened == nil {
			l.opened = map[string]*caller.Line{}
		}
		l.opened[s.source] = line
	}
	return line, nil
}

// Done gives a line back after a call: that of a shop which stands in the call itself is closed.
func (l *Lines) Done(s Script, line *caller.Line) error {
	if s.source != "" {
		return nil
	}
	return line.Close()
}

// Close closes all lines.
func (l *Lines) Close() error {
	var faults []error
	for _, line := range l.opened {
		faults = append(faults, line.Close())
	}
	return errors.Join(faults...)
}
