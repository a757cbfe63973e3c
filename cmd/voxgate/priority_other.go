//go:build !linux

package main

// raisePriority has no counterpart where threads have no priority of their own.
func raisePriority() {}
