package flow

import (
	"maps"
	"slices"

	"go.yaml.in/yaml/v3"

	"voxgate/dialog/shop"
)

// Kind is a question or an action of a source of facts that is no shop, declared beside the flows that use it.
type Kind struct {
	On       string               `yaml:"on"` // "phone": about the caller; empty: about nobody
	Write    bool                 `yaml:"write"`
	Plain    bool                 `yaml:"plain"` // an action that needs no yes
	Needs    []string             `yaml:"needs"`
	Optional []string             `yaml:"optional"`
	Gives    map[string]shop.Type `yaml:"gives"`
	Refusals []string             `yaml:"refusals"`

	line int
}

// UnmarshalYAML implements yaml.Unmarshaler.
func (k *Kind) UnmarshalYAML(n *yaml.Node) error {
	type plain Kind
	if err := strict(n, (*plain)(k)); err != nil {
		return err
	}
	k.line = n.Line
	return nil
}

// types are those that a fact may have.
var types = []shop.Type{shop.TypeMoney, shop.TypeNumber, shop.TypeDigits, shop.TypeMoment, shop.TypePeriod, shop.TypePeriods, shop.TypeYesNo,
	shop.TypeCode, shop.TypePlace, shop.TypeCourier, shop.TypeProduct, shop.TypeName, shop.TypeText, shop.TypeTexts}

// check says what is wrong with a kind.
func (k Kind) check(name string) error {
	if k.On != "" && k.On != shop.OnPhone {
		return at(k.line, "kind %s: on %q: use phone, or leave it out", name, k.On)
	}
	for _, fact := range slices.Sorted(maps.Keys(k.Gives)) {
		if !slices.Contains(types, k.Gives[fact]) {
			return at(k.line, "kind %s: %s has the unknown type %q", name, fact, k.Gives[fact])
		}
	}
	if _, ok := shop.SpecOf(name); ok {
		return at(k.line, "kind %s is one of the shop's: give it another name", name)
	}
	return nil
}

// Spec is what there is to know about a kind: of the set's own, else of the shop's.
func (s *Set) Spec(kind string) (shop.Spec, bool) {
	k, ok := s.kinds[kind]
	if !ok {
		return shop.SpecOf(kind)
	}
	gives := maps.Clone(k.Gives)
	if gives == nil {
		gives = map[string]shop.Type{}
	}
	if len(k.Refusals) > 0 {
		gives[shop.FactRefused] = shop.TypeCode
	}
	return shop.Spec{Kind: kind, On: k.On, Write: k.Write, Needs: k.Needs, Optional: k.Optional, Gives: gives, Refusals: k.Refusals}, true
}

// kindNames are the names of all questions or all actions.
func (s *Set) kindNames(write bool) []string {
	var out []string
	for _, spec := range shop.Specs() {
		if spec.Write == write {
			out = append(out, spec.Kind)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.kinds)) {
		if s.kinds[name].Write == write {
			out = append(out, name)
		}
	}
	return out
}
