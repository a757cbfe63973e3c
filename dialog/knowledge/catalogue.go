package knowledge

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// ReadProducts reads a file of products (.yaml, .json, .csv). An error names file, line and field.
func ReadProducts(file string) ([]Product, error) {
	tree, err := readFile(file)
	if err == nil {
		var products []Product
		if products, err = productsOf(tree, true); err == nil {
			return products, nil
		}
	}
	return nil, fmt.Errorf("%s: %w", file, err)
}

// ParseProducts reads the text of such a file; kind is the end of its name.
func ParseProducts(data []byte, kind string) ([]Product, error) {
	tree, err := readTree(data, kind)
	if err != nil {
		return nil, err
	}
	return productsOf(tree, true)
}

// productsOf reads a list of products, or the list "products" of named values: a shop's file holds other keys too. A
// strict reading refuses fields that no product has.
func productsOf(tree value, strict bool) ([]Product, error) {
	list := tree
	if tree.keys != nil {
		var known bool
		if list, known = tree.get("products"); !known {
			return nil, nil
		}
	}
	if !list.isList {
		return nil, list.fault("products", "write a list of products")
	}
	var out []Product
	var faults []error
	lines := map[string]int{}
	for _, item := range list.items {
		p, err := productOf(item, strict)
		if before, twice := lines[p.Name]; twice && err == nil {
			err = item.fault("name", "%s stands in line %d too: keep one", p.Name, before)
		}
		lines[p.Name] = item.line
		faults = append(faults, err)
		out = append(out, p)
	}
	return out, errors.Join(faults...)
}

func productOf(v value, strict bool) (Product, error) {
	p := Product{}
	if v.keys == nil {
		return p, v.fault("product", "write name, price, attrs and the others")
	}
	var faults []error
	for i, key := range v.keys {
		if strict || slices.Contains(fieldNames, key) {
			faults = append(faults, p.read(key, v.items[i]))
		}
	}
	if err := errors.Join(faults...); err != nil {
		return p, err
	}
	if err := p.Check(); err != nil {
		return p, fmt.Errorf("line %d: %w", v.line, err)
	}
	return p, nil
}

// fieldNames are the fields of a product in a file; some have a second name.
var fieldNames = []string{"name", "name_en", "aliases", "category", "price", "attrs", "fits", "ages", "accessories", "accessory", "complements",
	"alternatives", "refills", "care", "seasons", "stock", "specs"}

// read takes one field of a file.
func (p *Product) read(key string, v value) (err error) {
	switch key {
	case "name":
		p.Name = strings.TrimSpace(v.text)
	case "name_en", "en":
		p.EN = strings.TrimSpace(v.text)
	case "price":
		p.Price = strings.TrimSpace(v.text)
	case "aliases":
		p.Aliases, err = v.texts(key)
	case "category":
		p.Category, err = v.bilingual(key)
	case "attrs", "attributes":
		if p.Attributes, err = attributesOf(v); err == nil {
			for i, a := range p.Attributes {
				p.Attributes[i].Value.EN = either(a.Value.EN, inEnglish(a.Value.ZH))
			}
		}
	case "fits":
		p.Fits, err = fitsOf(v)
	case "ages":
		p.Ages, err = agesOf(v)
	case "accessories", "accessory":
		p.Accessories, err = v.texts(key)
	case "complements":
		p.Complements, err = v.texts(key)
	case "alternatives":
		p.Alternatives, err = v.texts(key)
	case "refills":
		p.Refills, err = refillsOf(v)
	case "care":
		p.Care, err = careOf(v)
	case "seasons":
		p.Seasons, err = seasonsOf(v)
	case "stock":
		p.Stock, err = stockOf(v)
	case "specs":
		p.Stock, err = specsOf(v)
	default:
		err = v.fault(key, "is no field of a product: write %s", strings.Join(fieldNames, ", "))
	}
	return err
}

// number reads a whole number that is not negative.
func (v value) number(field string) (int, error) {
	n, err := strconv.Atoi(strings.TrimSpace(v.text))
	if err != nil || n < 0 {
		return 0, v.fault(field, "%q is no whole number", v.text)
	}
	return n, nil
}
