package model

import (
	"sync"
	"testing"
	"time"
)

func TestMeterCountsTheWorkOfAll(t *testing.T) {
	var m Meter
	const each = time.Millisecond
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			m.Time(func() {
				for begin := threadTime(); threadTime() < begin+each; {
				}
			})
		})
	}
	wait.Wait()
	if m.Spent() < 4*each {
		t.Errorf("%v counted of at least %v", m.Spent(), 4*each)
	}
}
