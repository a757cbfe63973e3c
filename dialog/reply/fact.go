package reply

import (
	"maps"
	"strconv"
	"strings"
	"time"

	"voxgate/dialog/shop"
)

// Fact is a value as it is spoken, and where it comes from. Only this package makes facts: of records of the shop, of
// its answers, and of what the caller said.
type Fact struct{ text, source string }

// String is the spoken form.
func (f Fact) String() string { return f.text }

// Source says where a fact is from: "order NUMBER", "ticket NUMBER", "shop KIND", "caller", "link" or "business" (the
// names that flows give to matters).
func (f Fact) Source() string { return f.source }

// Facts are what may fill the fields of a sentence, by name.
type Facts map[string]Fact

// With is a copy of f with more facts, which take the place of those of the same name.
func (f Facts) With(more Facts) Facts {
	out := make(Facts, len(f)+len(more))
	maps.Copy(out, f)
	maps.Copy(out, more)
	return out
}

// of makes facts of spoken texts; what has no text is left out.
func of(source string, texts map[string]string) Facts {
	out := make(Facts, len(texts))
	for name, text := range texts {
		if text != "" {
			out[name] = Fact{text, source}
		}
	}
	return out
}

// Answer are the facts of an answer of the shop to a question or an action of some kind, ready to be spoken on the day
// of now. Codes and yes-or-no are not spoken.
func Answer(kind string, types map[string]shop.Type, raw shop.Facts, now time.Time, lang string) Facts {
	texts := make(map[string]string, len(raw))
	for name, value := range raw {
		texts[name] = Speak(types[name], value, now, lang)
	}
	return of("shop "+kind, texts)
}

// SaidPrefix begins the names of fields that are filled with the caller's own values: {said_address}.
const SaidPrefix = "said_"

// Said is a value that the caller gave, under its own name with SaidPrefix. Words are read back as they were said, but
// in English hanzi are spelled by their sound.
func Said(name string, t shop.Type, value string, now time.Time, lang string) Facts {
	switch spoken := Speak(t, value, now, lang); {
	case spoken == "", t == shop.TypePlace, t == shop.TypeText, t == shop.TypeName:
		return of("caller", map[string]string{SaidPrefix + name: latin(t, value, lang)})
	default:
		return of("caller", map[string]string{SaidPrefix + name: spoken})
	}
}

// Number is a number that was said or keyed, to be read back digit by digit.
func Number(field, digits, lang string) Facts {
	return of("caller", map[string]string{field: Digits(digits, lang)})
}

// Heard is a name that was said; in English, hanzi are spelled by their sound.
func Heard(field, text, lang string) Facts {
	return of("caller", map[string]string{field: place(text, lang)})
}

// Link is a link that goes into a message.
func Link(link string) Facts { return of("link", map[string]string{"link": link}) }

// Business is what a flow calls its matter.
func Business(name string) Facts { return of("business", map[string]string{"business": name}) }

// TicketNumber is the number of a ticket that was filed.
func TicketNumber(t shop.Ticket, lang string) Facts {
	return of("ticket "+t.Number, map[string]string{"ticket": Digits(t.Number, lang)})
}

// List are the fields {count} and {list} of orders that are read out, and {keys} with the key for each.
func List(orders []shop.Order, lang string) Facts {
	var names, keys, numbers []string
	for i, o := range orders {
		names = append(names, Which(o, lang))
		keys = append(keys, strconv.Itoa(i+1)+" "+Which(o, lang))
		numbers = append(numbers, o.Number)
	}
	count, comma := Things(len(orders)), "、"
	if lang == "en" {
		count, comma = strconv.Itoa(len(orders)), ", "
	}
	return of("order "+strings.Join(numbers, " "), map[string]string{
		"count": count, "list": strings.Join(names, comma), "keys": strings.Join(keys, comma),
	})
}
