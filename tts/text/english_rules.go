package text

import (
	"regexp"
	"strings"
)

// englishRule rewrites one kind of written thing; say gets what pattern found and its groups.
type englishRule struct {
	pattern *regexp.Regexp
	say     func(m []string) string
}

// amount is a sum with or without commas between thousands.
const amount = `(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)`

const half = `(\s?[apAP]\.?[mM]\b\.?)`

// englishRules are applied one after the other. What they write has no long number any more for a later one to find.
var englishRules = []englishRule{
	{regexp.MustCompile(`\b\d(?: \d){4,}\b`), func(m []string) string { return strings.ReplaceAll(m[0], " ", "") }},
	{regexp.MustCompile(`(?:https?://)?\b[A-Za-z0-9._-]+(?:@[A-Za-z0-9-]+)?(?:\.[A-Za-z0-9-]+)*\.(?:com|cn|net|org|io)\b(?:/[A-Za-z0-9_./-]*[A-Za-z0-9])?`), sayEnglishAddress},
	{regexp.MustCompile(`\b(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:T| +)([01]?\d|2[0-4]):([0-5]\d)(?::\d{2})?(?:Z|[+-]\d{2}:\d{2})?`), sayEnglishMoment},
	{regexp.MustCompile(`\b(\d{4})[-/](\d{1,2})[-/](\d{1,2})\b`), func(m []string) string { return sayEnglishDate(m[0], m[1], m[2], m[3]) }},
	{regexp.MustCompile(`\b(\d{1,2})/(\d{1,2})/(\d{4})\b`), func(m []string) string { return sayEnglishDate(m[0], m[3], m[1], m[2]) }},
	{regexp.MustCompile(`\b([01]?\d|2[0-3]):([0-5]\d)` + half + `?\s?[-–~]\s?([01]?\d|2[0-4])(?::([0-5]\d))?` + half + `?`), sayEnglishHours},
	{regexp.MustCompile(`\b([01]?\d|2[0-4]):([0-5]\d)\b(?::\d{2})?` + half + `?`), func(m []string) string { return sayEnglishClock(m[1], m[2], m[3]) }},
	{regexp.MustCompile(`\b(1[0-2]|[1-9])` + half), func(m []string) string { return sayEnglishClock(m[1], "00", m[2]) }},
	{regexp.MustCompile(`(?:[¥￥]|RMB ?|CNY ?)` + amount + `|\b` + amount + ` ?(?:yuan|RMB|CNY)\b`), func(m []string) string { return englishMoney(m[1]+m[2], "yuan", "yuan", "") }},
	{regexp.MustCompile(`(?:US)?\$` + amount), func(m []string) string { return englishMoney(m[1], "dollar", "dollars", "cents") }},
	{regexp.MustCompile(`€` + amount), func(m []string) string { return englishMoney(m[1], "euro", "euros", "cents") }},
	{regexp.MustCompile(`£` + amount), func(m []string) string { return englishMoney(m[1], "pound", "pounds", "pence") }},
	{regexp.MustCompile(`\b\d{1,3}(?:,\d{3})+\b`), func(m []string) string { return englishCardinal(strings.ReplaceAll(m[0], ",", "")) }},
	{regexp.MustCompile(`(?i)\b(press|enter|with|key) (#|\*)`), func(m []string) string { return m[1] + englishKeys[m[2]] }},
	{regexp.MustCompile(`([,;] ?)\*`), func(m []string) string { return m[1] + englishKeys["*"] }},
	{regexp.MustCompile(`(?i)\b(ending in|ends in|ends with|ending with|ending|last four digits(?: are| of)?|tail|code(?: is)?|room|extension|ext\.?|flight|pin(?: is)?)[: ]+(\d{3,4})\b`), func(m []string) string { return m[1] + " " + spaced(m[2]) }},
	{regexp.MustCompile(`(?i)\b(code(?: is)?|locker|shelf|order(?: number)?(?: is)?|number(?: is)?)[: ]+([A-Z]{0,4}\d*(?:-[A-Z]{0,4}\d+)+)\b`), func(m []string) string { return m[1] + " " + sayEnglishDashes(m[2]) }},
	{regexp.MustCompile(`\b[A-Z]{2}\d{3,4}\b`), func(m []string) string { return spaced(m[0]) }},
	{regexp.MustCompile(`\b[A-Z]\d{0,2}-\d{2,}\b`), func(m []string) string { return sayEnglishDashes(m[0]) }},
	{regexp.MustCompile(`(?:\+|00)86[- ]?(1[3-9]\d{9})\b`), func(m []string) string { return m[1] }},
	{regexp.MustCompile(`\b(1[3-9]\d)[- ]?(\d{4})[- ]?(\d{4})\b`), func(m []string) string { return spacedGroups(m[1:]) }},
	{regexp.MustCompile(`\(?\b(0\d{2,3}|[48]00)[-) ]{1,2}(\d{3,4})[- ]?(\d{4})\b`), func(m []string) string { return spacedGroups(m[1:]) }},
	{regexp.MustCompile(`\+(\d{1,3})[ -](\d{2,4})[ -](\d{3,4})[ -](\d{4})\b`), func(m []string) string { return "plus " + spacedGroups(m[1:]) }},
	{regexp.MustCompile(`\b(\d+(?:\.\d+)?) ?(kg|km|cm|mm|ml|mL|GB|MB|TB|mAh|kW|min|hrs?|g|m|L|W|V|h)\b`), sayEnglishUnit},
	{regexp.MustCompile(`(\d|metres?|inch|") ?[x×] ?(\d)`), func(m []string) string { return m[1] + " by " + m[2] }},
	{regexp.MustCompile(`\b([A-Z]{1,5})?-?(\d{5,})([A-Z]{0,3})\b`), sayEnglishCode},
	{regexp.MustCompile(`(?i)(?:\bno\. ?|#)(\d+)\b`), func(m []string) string { return "number " + m[1] }},
	{regexp.MustCompile(`\b(\d+(?:\.\d+)?)%? ?[-–~] ?(\d+(?:\.\d+)?%?)`), func(m []string) string { return m[1] + " to " + m[2] }},
	{regexp.MustCompile(`(^|\s)-(\d)`), func(m []string) string { return m[1] + "minus " + m[2] }},
	{regexp.MustCompile(`(\d) ?%`), func(m []string) string { return m[1] + " percent" }},
	{regexp.MustCompile(`(\d) ?°C`), func(m []string) string { return m[1] + " degrees Celsius" }},
	{regexp.MustCompile(`(\d) ?°F`), func(m []string) string { return m[1] + " degrees Fahrenheit" }},
	{regexp.MustCompile(`\b24/7\b`), func([]string) string { return "24 7" }},
	{regexp.MustCompile(`\b1/2\b`), func([]string) string { return "one half" }},
	{regexp.MustCompile(`\b(\d{1,2})/(\d{1,2})\b`), func(m []string) string { return m[1] + " over " + m[2] }},
	{regexp.MustCompile(`\s?([&+=<>])\s?`), func(m []string) string { return " " + englishSigns[m[1]] + " " }},
	{regexp.MustCompile(`\s*[()]+\s*`), func([]string) string { return ", " }},
}

var (
	englishKeys  = map[string]string{"#": " the hash key", "*": " the star key"}
	englishSigns = map[string]string{"&": "and", "+": "plus", "=": "equals", "<": "less than", ">": "more than"}
)
