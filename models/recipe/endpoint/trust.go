package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"voxgate/models/endpoint"
)

// What cutting a turn off costs, in seconds of waiting: the caller says it again, a whole number in the worst case.
const (
	cutWords  = 1.2
	cutNumber = 40.0
)

// shortest and longest are the bounds of quiet between which the model is asked (asr/endpoint), in seconds.
const (
	shortest = 0.16
	longest  = 1.48
)

// enough is how long, in seconds, somebody who has not finished is waited for at least.
const enough = 1.0

// tally is what a trust would do to the turns of one class.
type tally struct {
	turns, cut int
	quiet      []float64 // before the right endings
}

// judged is a step and the chance that it was given.
type judged struct {
	endpoint.Example
	chance float64
}

// chooseTrust takes the trusts that cost least, and prints what they do.
func chooseTrust(m *endpoint.Model, steps []endpoint.Example, chances []float64) {
	turns := map[int][]judged{}
	for i, e := range steps {
		turns[e.Turn] = append(turns[e.Turn], judged{e, chances[i]})
	}
	for _, list := range turns {
		slices.SortStableFunc(list, func(a, b judged) int { return cmp.Compare(a.Now, b.Now) })
	}
	for _, kind := range []struct {
		number bool
		trust  *float64
		cut    float64
	}{{false, &m.Trust, cutWords}, {true, &m.Sure, cutNumber}} {
		best := -1.0
		for trust := 0.4; trust < 0.985; trust += 0.02 {
			total := 0.0
			for class, t := range simulate(turns, trust, kind.number) {
				total += kind.cut * float64(t.cut) * share(class)
				for _, q := range t.quiet {
					total += q
				}
			}
			if best < 0 || total < best {
				best, *kind.trust = total, trust
			}
		}
		fmt.Printf("numbers %v: trust %.2f\n", kind.number, *kind.trust)
		all := simulate(turns, *kind.trust, kind.number)
		for _, class := range slices.Sorted(maps.Keys(all)) {
			t := all[class]
			slices.Sort(t.quiet)
			fmt.Printf("  %-8s %4d turns, %5.1f %% cut off", class, t.turns, 100*float64(t.cut)/float64(t.turns))
			if n := len(t.quiet); n > 0 {
				fmt.Printf(", quiet %.2f s, 90 %% within %.2f s, 95 %% within %.2f s", t.quiet[n/2], t.quiet[n*90/100], t.quiet[n*95/100])
			}
			fmt.Println()
		}
	}
}

// simulate ends turns at the first step that is trusted.
func simulate(turns map[int][]judged, trust float64, number bool) map[string]*tally {
	all := map[string]*tally{}
	for _, n := range slices.Sorted(maps.Keys(turns)) {
		list := turns[n]
		if (list[len(list)-1].Number() != endpoint.NoNumber) != number {
			continue
		}
		t := all[list[0].Class]
		if t == nil {
			t = &tally{}
			all[list[0].Class] = t
		}
		t.turns++
		cut := false
		for _, e := range list {
			if e.Quiet < shortest-1e-6 || e.chance < trust && e.Quiet < longest-1e-6 {
				continue
			}
			if e.Over || e.Class == "left" && e.Quiet >= enough {
				t.quiet = append(t.quiet, e.Quiet)
				break
			}
			cut = true
		}
		if cut {
			t.cut++
		}
	}
	return all
}
