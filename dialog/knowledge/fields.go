package knowledge

import (
	"regexp"
	"strconv"
	"strings"
)

// attributesOf reads {容量: 四升} or {容量: {zh: 四升, en: four litres}}.
func attributesOf(v value) ([]Attribute, error) {
	if v.keys == nil {
		return nil, v.fault("attrs", "write names with values, such as 容量: 四升")
	}
	var out []Attribute
	for i, name := range v.keys {
		t, err := v.items[i].bilingual("attrs." + name)
		if err != nil {
			return nil, err
		}
		out = append(out, Attribute{Name: name, Value: t})
	}
	return out, nil
}

// fitsOf reads a list of needs, each a text alone (it suits) or {need, verdict, why}; "老人|no" is a text with its verdict.
func fitsOf(v value) ([]Fit, error) {
	if v.isText() {
		list, err := v.texts("fits")
		if err != nil {
			return nil, err
		}
		var out []Fit
		for _, need := range list {
			out = append(out, Fit{Need: need, Verdict: Suits})
		}
		return out, nil
	}
	var out []Fit
	for _, item := range v.items {
		f := Fit{Verdict: Suits, Need: item.text}
		for i, key := range item.keys {
			field := item.items[i]
			var err error
			switch key {
			case "need":
				f.Need = field.text
			case "verdict":
				f.Verdict = Verdict(field.text)
			case "why":
				f.Why, err = field.bilingual("fits.why")
			default:
				err = field.fault("fits."+key, "write need, verdict and why")
			}
			if err != nil {
				return nil, err
			}
		}
		out = append(out, f)
	}
	return out, nil
}

var agesPattern = regexp.MustCompile(`^([0-9]{1,3})(?:-([0-9]{1,3}))?$`)

// agesOf reads "3-6", or "3" for three years and more.
func agesOf(v value) (Ages, error) {
	m := agesPattern.FindStringSubmatch(strings.TrimSpace(v.text))
	if m == nil {
		return Ages{}, v.fault("ages", "%q is no range of years: write 3-6, or 3 for three years and more", v.text)
	}
	from, _ := strconv.Atoi(m[1]) // the pattern lets digits only through
	to := 150
	if m[2] != "" {
		to, _ = strconv.Atoi(m[2])
	}
	return Ages{From: from, To: to}, nil
}

// refillsOf reads {name: days}, or a list of {product, days}.
func refillsOf(v value) ([]Refill, error) {
	var out []Refill
	for i, item := range v.items {
		var r Refill
		var err error
		if v.keys != nil {
			r.Product = v.keys[i]
			r.Days, err = item.number("refills." + r.Product)
		} else {
			for j, key := range item.keys {
				switch key {
				case "product":
					r.Product = item.items[j].text
				case "days":
					r.Days, err = item.items[j].number("refills.days")
				default:
					err = item.fault("refills."+key, "write product and days")
				}
			}
		}
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	if v.isText() && v.text != "" {
		return nil, v.fault("refills", "write products with the days that they last")
	}
	return out, nil
}

// careOf reads one piece of advice or a list of them.
func careOf(v value) ([]Text, error) {
	if !v.isList {
		t, err := v.bilingual("care")
		return []Text{t}, err
	}
	var out []Text
	for _, item := range v.items {
		t, err := item.bilingual("care")
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}

func seasonsOf(v value) ([]Season, error) {
	names, err := v.texts("seasons")
	if err != nil {
		return nil, err
	}
	var out []Season
	for _, name := range names {
		season, known := seasonNames[name]
		if !known {
			return nil, v.fault("seasons", "%q is no season: write 春, 夏, 秋 or 冬", name)
		}
		out = append(out, season)
	}
	return out, nil
}

// stockOf reads a number, or {model: number}.
func stockOf(v value) ([]Stock, error) {
	if v.isText() {
		n, err := v.number("stock")
		return []Stock{{Count: n}}, err
	}
	if v.keys == nil {
		return nil, v.fault("stock", "write a number, or models with numbers")
	}
	var out []Stock
	for i, spec := range v.keys {
		n, err := v.items[i].number("stock." + spec)
		if err != nil {
			return nil, err
		}
		out = append(out, Stock{Spec: spec, Count: n})
	}
	return out, nil
}

// specsOf reads a shop's list of models, {spec, stock} each; a model without a stock is not counted.
func specsOf(v value) ([]Stock, error) {
	var out []Stock
	for _, item := range v.items {
		spec, _ := item.get("spec")
		count, counted := item.get("stock")
		if !counted {
			continue
		}
		n, err := count.number("specs.stock")
		if err != nil {
			return nil, err
		}
		out = append(out, Stock{Spec: spec.text, Count: n})
	}
	return out, nil
}
