package decode

import (
	"testing"
	"time"

	"voxgate/models"
)

func TestLoad(t *testing.T) {
	for _, lang := range []string{"zh", "en"} {
		begin := time.Now()
		l, err := Load(models.Files(""), lang, DefaultTuning())
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %d words, %d nodes, %d tokens in %v", lang, l.Words(), len(l.tree.nodes), len(l.tokens), time.Since(begin))
	}
}
