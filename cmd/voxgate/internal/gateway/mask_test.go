package gateway

import (
	"encoding/json"
	"strings"
	"testing"

	"voxgate/dialog"
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

// What an agent is told stays in the record, and there it names nobody, whoever worded it.
func TestNotesOfARecordNameNobody(t *testing.T) {
	const secret = "林晓雨13800003721"
	r := newTestRecord(Options{})
	note := &dialog.Handoff{
		Summary: secret, Whisper: secret, Remark: secret, Told: []string{secret}, Tried: []string{secret}, LastLines: []string{secret},
		Slots: map[string]string{"name": "林晓雨"},
	}
	r.outcome(&dialog.Outcome{Kind: dialog.OutcomeTransfer, Handoff: note})
	r.hideNames(map[string]string{"name": "林晓雨"})
	raw, err := json.Marshal(r.data)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(raw), "晓雨") || strings.Contains(string(raw), "13800003721") {
		t.Errorf("the record tells %s", raw)
	}
	if note.Summary != secret || note.Told[0] != secret {
		t.Errorf("the dialogue's own note was changed: %+v", note)
	}
	r.outcome(systemFailure(Caller{ID: "call-1"}))
	if raw, err = json.Marshal(r.data.Handoff); err != nil || !strings.Contains(string(raw), `"told":[]`) {
		t.Errorf("%s, %v: a list without anything is an empty one", raw, err)
	}
}
