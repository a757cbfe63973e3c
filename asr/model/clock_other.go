//go:build !linux

package model

import "time"

var processStart = time.Now()

// threadTime is the time that passed: such systems do not tell a thread's share cheaply.
func threadTime() time.Duration { return time.Since(processStart) }
