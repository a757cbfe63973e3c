package engine

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"voxgate/asr"
	"voxgate/asr/decode"
	"voxgate/media"
)

func listOf(t *testing.T, text string) *decode.WordList {
	t.Helper()
	list, err := decode.ParseWords("words.tsv", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// An utterance ends with the words that it began with; the next one of the same call has the new ones.
func TestWordsChangeBetweenUtterances(t *testing.T) {
	e, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	var finals []string
	ear := newEar(e, asr.Hints{}, func(ev asr.Event) {
		if ev.Kind == asr.Final {
			finals = append(finals, ev.Text)
		}
	})
	hear := func(pcm []int16) {
		t.Helper()
		if err := ear.front.write(context.Background(), pcm, media.Narrowband, ear.take); err != nil {
			t.Fatal(err)
		}
	}
	track := speech(t, "track")
	hear(silence(time.Second))
	hear(track[:len(track)/2])
	if ear.active == nil {
		t.Fatal("in the middle of a sentence nobody speaks")
	}
	before := ear.active.search.Language()
	if err := e.SetWords(listOf(t, "product\t雪顶云雾茶\nproduct\tZephyr\n")); err != nil {
		t.Fatal(err)
	}
	hear(track[len(track)/2:])
	hear(silence(time.Second))
	if got := ear.zh.Language(); got != before {
		t.Error("the words changed under a sentence that was being said")
	}
	hear(speech(t, "track"))
	hear(silence(time.Second))
	now := ear.zh.Language()
	if now == before || now.Words() != before.Words()+1+len(readingsOfZephyr) {
		t.Errorf("the next sentence was heard with %d readings, the one before with %d", now.Words(), before.Words())
	}
	if want := "帮我查一下我的快递到哪了"; len(finals) != 2 || finals[0] != want || finals[1] != want {
		t.Errorf("heard %q", finals)
	}
	var bad decode.BadLines
	if err := e.SetWords(listOf(t, "name\tZephyr\tZ QQ\n")); !errors.As(err, &bad) || !strings.Contains(err.Error(), "QQ") {
		t.Errorf("unknown phone: %v", err)
	}
	if e.languages.Load().zh != now {
		t.Error("a list that cannot be read took the words before it away")
	}
	if err := e.SetWords(nil); err != nil || e.languages.Load().zh != before {
		t.Errorf("the words cannot be taken away: %v", err)
	}
}

// readingsOfZephyr are those in Mandarin.
var readingsOfZephyr = []string{"zai4 fe4", "ei4 fe4"}
