package shop

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Product is what the shop sells. Its attributes for callers' questions are the knowledge base's business.
type Product struct {
	Name     string    `json:"name"`
	NameEN   string    `json:"name_en,omitempty"`
	Price    Cents     `json:"price"`
	Category string    `json:"category,omitempty"`
	Variants []Variant `json:"specs,omitempty"`
	Stock    *int      `json:"stock,omitempty"` // of a product without variants; missing: always there
	Restock  string    `json:"restock,omitempty"`
	NoReturn bool      `json:"no_return,omitempty"`
	Warranty int       `json:"warranty_days,omitempty"` // 0: as the policy says
	Services []string  `json:"services,omitempty"`      // ServiceRepair, ServiceInstall
	VisitFee Cents     `json:"visit_fee,omitempty"`     // outside the warranty; 0: as the policy says
	Hotline  string    `json:"hotline,omitempty"`       // of the maker
}

// Variant is a kind of a product: 大号, 黑色 41码.
type Variant struct {
	Spec    string `json:"spec"`
	Stock   int    `json:"stock"`
	Price   Cents  `json:"price,omitempty"` // 0: as the product
	Restock string `json:"restock,omitempty"`
}

// Services that a product may have.
const (
	ServiceRepair  = "repair"
	ServiceInstall = "install"
)

// check says what is wrong with a product.
func (p Product) check() error {
	switch {
	case p.Name == "":
		return errors.New("name is missing")
	case p.Stock != nil && *p.Stock < 0:
		return fmt.Errorf("%s: stock is negative", p.Name)
	case p.Warranty < 0:
		return fmt.Errorf("%s: warranty_days is negative", p.Name)
	}
	for _, s := range p.Services {
		if s != ServiceRepair && s != ServiceInstall {
			return fmt.Errorf("%s: service %q: write repair or install", p.Name, s)
		}
	}
	for i, v := range p.Variants {
		if v.Spec == "" || v.Stock < 0 {
			return fmt.Errorf("%s: specs[%d] wants a spec and a stock of 0 or more", p.Name, i)
		}
		if err := checkMoment("restock", v.Restock); err != nil {
			return fmt.Errorf("%s: specs[%d]: %w", p.Name, i, err)
		}
	}
	return checkMoment("restock", p.Restock)
}

// price is what a variant costs.
func (p Product) price(v Variant) Cents {
	if v.Price > 0 {
		return v.Price
	}
	return p.Price
}

// inStock are the variants that can be had.
func (p Product) inStock() []string {
	var specs []string
	for _, v := range p.Variants {
		if v.Stock > 0 {
			specs = append(specs, v.Spec)
		}
	}
	return specs
}

// variant finds the one that is wanted by some words, as seen from the one that is there now: of 黑色 40码, the wish
// 41码 leads to 黑色 41码.
func (p Product) variant(wanted, now string) (int, bool) {
	best, most, tied := -1, 0, false
	for i, v := range p.Variants {
		if plainSpec(v.Spec) == plainSpec(wanted) {
			return i, true
		}
		if !hasWords(v.Spec, wanted) {
			continue
		}
		score := 1
		for _, part := range strings.Fields(now) {
			if slices.Contains(strings.Fields(v.Spec), part) {
				score++
			}
		}
		switch {
		case score > most:
			best, most, tied = i, score, false
		case score == most:
			tied = true
		}
	}
	return best, best >= 0 && !tied
}

// hasWords reports whether a variant is named by the wish: each part of the wish is in it, or the wish names each part
// of the variant.
func hasWords(spec, wanted string) bool {
	if strings.Contains(plainSpec(spec), plainSpec(wanted)) {
		return true
	}
	parts := strings.Fields(wanted)
	for _, part := range parts {
		if !strings.Contains(plainSpec(spec), plainSpec(part)) {
			parts = nil
			break
		}
	}
	if len(parts) > 0 {
		return true
	}
	for _, part := range strings.Fields(spec) {
		if !strings.Contains(plainSpec(wanted), plainSpec(part)) {
			return false
		}
	}
	return true
}

func plainSpec(text string) string {
	return strings.TrimSuffix(strings.ToUpper(strings.Join(strings.Fields(text), "")), "的")
}

// baseName is a product's name without the pack size or variant that follows it.
func baseName(product string) string {
	name, _, _ := strings.Cut(product, " ")
	return name
}

// find is the product of some name: the same, or the only one that contains it or is contained in it.
func find(products []Product, name string) (int, bool) {
	name = baseName(strings.TrimSpace(name))
	if name == "" {
		return 0, false
	}
	found, n := 0, 0
	for i, p := range products {
		if p.Name == name || p.NameEN != "" && strings.EqualFold(p.NameEN, name) {
			return i, true
		}
		if strings.Contains(p.Name, name) || strings.Contains(name, p.Name) {
			found, n = i, n+1
		}
	}
	return found, n == 1
}
