package sip_test

import (
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"
	"go.uber.org/goleak"
)

// T1 is a tenth of the RFC's, so that what takes 64*T1 takes three seconds.
func TestMain(m *testing.M) {
	sip.SetTimers(50*time.Millisecond, 400*time.Millisecond, 500*time.Millisecond)
	goleak.VerifyTestMain(m)
}
