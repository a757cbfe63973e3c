//go:build !linux

package model

// bePolite has no counterpart where threads have no priority of their own.
func bePolite() {}
