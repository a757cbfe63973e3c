package asr

import "errors"

var (
	// ErrOverrun says that a frame was dropped because decoding fell behind; the call goes on.
	ErrOverrun = errors.New("recogniser fell behind: frame dropped")
	// ErrClosed says that the stream or engine was closed.
	ErrClosed = errors.New("recogniser is closed")
)
