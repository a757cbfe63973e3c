//go:build race

package device

import (
	"os/exec"
	"testing"
)

// TestRealDeviceWithoutRaceDetector runs this package's tests of real devices in a build of their own: the PortAudio
// binding passes a number as a pointer, which the pointer checks that come with the race detector do not allow.
func TestRealDeviceWithoutRaceDetector(t *testing.T) {
	said, err := exec.Command("go", "test", "-count=1", "-run", "^(TestRealDevice|TestNoDevice)$", ".").CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, said)
	}
}
