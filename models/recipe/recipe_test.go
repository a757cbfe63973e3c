// Package recipe_test runs the tests of the training recipe, which is written in Python.
package recipe_test

import (
	"cmp"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestRecipe passes what is skipped, for want of numpy, scipy, torch or onnx, on into the log.
func TestRecipe(t *testing.T) {
	// Debian's own Python is the one that has python3-torch; another may come first in the path.
	python := cmp.Or(os.Getenv("PYTHON"), "/usr/bin/python3")
	if err := exec.Command(python, "-c", "import numpy").Run(); err != nil {
		t.Skipf("%s with numpy is not here (apt-get install python3-numpy, or set PYTHON): %v", python, err)
	}
	cmd := exec.CommandContext(t.Context(), python, "-B", "-m", "unittest", "discover", "-v", "-s", "models/recipe", "-t", ".")
	cmd.Dir = "../.."
	cmd.Env = append(os.Environ(), "OMP_NUM_THREADS=1")
	said, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	for line := range strings.Lines(string(said)) {
		if strings.Contains(line, "skipped") || strings.HasPrefix(line, "Ran ") {
			t.Log(strings.TrimSpace(line))
		}
	}
}
