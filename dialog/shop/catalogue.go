package shop

import (
	"errors"
	"fmt"
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
