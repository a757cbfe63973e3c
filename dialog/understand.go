package dialog

import "voxgate/dialog/nlu"

// How sure understanding must be to stand against an example of a flow: of a dialogue act, and of a matter of some shop's
// that this business does not have, where the example is not very like.
const (
	surelyAct   = 0.9
	surelyOther = 0.9
	veryLike    = 0.6
)

// understand reads an utterance. Flows that bring examples are told by them; of the intents that understanding was trained
// on, only those remain that the business has.
func (s *Session) understand(text, pinyin string) nlu.Reading {
	r := s.parser.Understand(text, pinyin, s.state())
	if !s.flows.HasLines() || r.Text == "" {
		return r
	}
	intent, p := s.flows.Match(r.Text)
	f, has := s.flows.Of(r.Intent)
	trained := has && len(f.Lines) == 0 || r.Intent == "transfer_human"
	act := !nlu.Business(r.Intent) && r.Intent != nlu.OutOfScope
	other := nlu.Business(r.Intent) && !trained && r.Confidence >= surelyOther && p < veryLike
	switch {
	case intent != "" && !other && !(trained && r.Confidence >= p) && !(act && r.Confidence >= max(p, surelyAct)):
		r.Intent, r.Confidence, r.Ellipsis = intent, p, false
	case nlu.Business(r.Intent) && !trained:
		r.Intent, r.Confidence = nlu.OutOfScope, 1-p
	}
	also := r.Also[:0:0]
	for _, intent := range r.Also {
		if f, ok := s.flows.Of(intent); ok && len(f.Lines) == 0 {
			also = append(also, intent)
		}
	}
	r.Also = also
	return r
}
