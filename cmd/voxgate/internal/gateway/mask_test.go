package gateway

import (
	"strings"
	"testing"
)

func TestMaskNumber(t *testing.T) {
	for number, want := range map[string]string{
		"": "", "12": "12", "10086": "***86", "13800003721": "138****3721",
		strings.Repeat("9", 5000): "999" + strings.Repeat("*", maxStars) + "9999",
	} {
		if got := MaskNumber(number); got != want {
			t.Errorf("%.20s... became %.60s, want %s", number, got, want)
		}
	}
}
