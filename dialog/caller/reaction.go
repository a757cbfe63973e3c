package caller

import (
	"strings"

	"voxgate/dialog"
	"voxgate/dialog/shop"
)

// next is what the caller does after an answer.
func (p *person) next(a Answer) dialog.Turn {
	p.turns++
	if p.turns > p.patience {
		return p.leave()
	}
	if turn, ok := p.whim(); ok {
		return turn
	}
	act, arg := lastAct(a.Acts)
	switch act {
	case "ask_slot":
		return p.give(arg)
	case "ask_which_order":
		return p.says(pick(p.rng, map[string][]string{
			"zh": {"{product}", "{product}那个", "第一个", "第二个", "另外一个", "最后那个"}, "en": {"the {product}", "the first one", "the other one"},
		}[p.lang]))
	case "confirm":
		return p.confirm()
	case "offer_transfer", "retry":
		return p.tempered([]string{"yes", "no", "no"}[p.rng.IntN(3)])
	case "reprompt", "dtmf_fallback":
		return p.onceMore()
	case "ask_intent":
		if !p.opened || p.rng.IntN(2) == 0 {
			return p.opening()
		}
		return p.tempered("bye")
	case "csat":
		return dialog.Turn{Kind: dialog.Keys, Keys: string(rune('1' + p.rng.IntN(5))), Heard: 1}
	case "anything_else":
		if p.rng.IntN(3) == 0 {
			p.goal = p.words.intents[p.rng.IntN(len(p.words.intents))]
			return p.opening()
		}
		return p.tempered("bye")
	}
	return p.freely()
}

// lastAct is what an answer ends with: the act's name and what it is about.
func lastAct(acts []string) (name, arg string) {
	if len(acts) == 0 {
		return "", ""
	}
	name, arg, _ = strings.Cut(acts[len(acts)-1], ":")
	return name, arg
}

// whim is what a caller does whatever was asked: silence, noise, anger, a change of mind, a question in between.
func (p *person) whim() (dialog.Turn, bool) {
	chance := p.rng.IntN(100)
	rude := map[string]int{calm: 0, upset: 4, angry: 15}[p.temper]
	switch {
	case chance < 4:
		return dialog.Turn{Kind: dialog.Silence, Heard: 1}, true
	case chance < 7:
		turn := p.tempered("vague")
		turn.Confidence = 0.15
		return turn, true
	case chance < 10:
		return p.tempered("vague"), true
	case chance < 13:
		return p.tempered("mind"), true
	case chance < 17:
		return p.tempered("digress"), true
	case chance < 19:
		return p.tempered("wait"), true
	case chance < 21:
		return p.tempered("again"), true
	case chance < 22:
		return p.tempered("injection"), true
	case chance < 23:
		return p.tempered("human"), true
	case chance < 23+rude:
		return p.tempered("angry"), true
	}
	return dialog.Turn{}, false
}

// give answers a question for a value: right, wrong and corrected later, too little, or not at all.
func (p *person) give(slot string) dialog.Turn {
	value := p.value(slot)
	if value == "" {
		return p.tempered("unknown")
	}
	switch chance := p.rng.IntN(20); {
	case chance == 0:
		return p.tempered("unknown")
	case chance == 1 && slot == "phone_tail":
		return p.says(spell(shop.Tail(p.order.Number), p.lang))
	case chance == 2 && slot == "phone_tail":
		half := []rune(spell(shop.Tail(p.order.Phone), p.lang))
		return p.says(string(half[:len(half)/2]))
	case chance < 6 && slot == "phone_tail":
		return dialog.Turn{Kind: dialog.Keys, Keys: shop.Tail(p.order.Phone), Heard: 1}
	case chance == 6 && slot == "phone_tail":
		return p.says(value + map[string]string{"zh": " 我叫{name}", "en": " and my name is {name}"}[p.lang])
	}
	return p.says(value)
}

// confirm answers a question that wants a yes.
func (p *person) confirm() dialog.Turn {
	switch chance := p.rng.IntN(20); {
	case chance < 11:
		return p.tempered("yes")
	case chance < 13:
		return dialog.Turn{Kind: dialog.Keys, Keys: []string{"1", "2"}[p.rng.IntN(2)], Heard: 1}
	case chance < 15:
		return p.tempered("no")
	case chance < 17:
		slot := []string{"address", "spec", "phone", "date", "person", "quantity"}[p.rng.IntN(6)]
		return p.says(map[string]string{"zh": "不对 换成", "en": "no, make it "}[p.lang] + p.value(slot))
	case chance < 18:
		return p.tempered("mind")
	}
	return p.tempered("digress")
}

// onceMore says it again, or presses what can be pressed.
func (p *person) onceMore() dialog.Turn {
	if p.said == "" || p.rng.IntN(3) == 0 {
		return p.opening()
	}
	errors := p.errors
	p.errors /= 2
	turn := p.says(p.said)
	p.errors = errors
	return turn
}

// freely goes on after an answer that asked nothing.
func (p *person) freely() dialog.Turn {
	switch p.rng.IntN(10) {
	case 0, 1, 2:
		return p.tempered("digress")
	case 3, 4:
		p.goal = p.words.intents[p.rng.IntN(len(p.words.intents))]
		return p.opening()
	case 5:
		return p.tempered("again")
	case 6:
		return dialog.Turn{Kind: dialog.Silence, Heard: 1}
	}
	return p.tempered("bye")
}

// leave is a caller out of patience: a person first, then a goodbye.
func (p *person) leave() dialog.Turn {
	if !p.leaving {
		p.leaving = true
		if p.rng.IntN(2) == 0 {
			return p.tempered("human")
		}
	}
	p.errors = 0
	turn := p.tempered("bye")
	turn.Confidence, turn.Heard = 0.95, 1
	return turn
}
