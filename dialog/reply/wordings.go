package reply

import "slices"

// Texts are all wordings of a prompt in a language, their fields in braces as they are written.
func (b *Book) Texts(id, lang string) []string { return slices.Clone(b.prompts[id][lang]) }

// Unfilled says whether a text has a field in it that is still to be filled.
func Unfilled(text string) bool { return field.MatchString(text) }
