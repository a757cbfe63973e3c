package main

import (
	"fmt"
	"sort"

	"voxgate/models/understanding"
)

// evaluate prints how many of the held-out lines the weights get right, and what they are taken for otherwise.
func evaluate(path string, m *linear, classes []string, wrong bool) error {
	lines, err := readLines(path)
	if err != nil {
		return err
	}
	right := 0
	missed := map[string]int{}
	for _, l := range lines {
		got := classes[argmax(m.logits(understanding.Features(l.text, "")))]
		if got == l.class {
			right++
			continue
		}
		missed[l.class]++
		if wrong {
			fmt.Printf("  %s\t%s -> %s\n", l.text, l.class, got)
		}
	}
	fmt.Printf("%s: %d of %d lines right, %.1f %%\n", path, right, len(lines), 100*float64(right)/float64(len(lines)))
	worst := make([]string, 0, len(missed))
	for class := range missed {
		worst = append(worst, class)
	}
	sort.Slice(worst, func(i, j int) bool { return missed[worst[i]] > missed[worst[j]] })
	for _, class := range worst[:min(len(worst), 8)] {
		fmt.Printf("  missed %d of %s\n", missed[class], class)
	}
	return nil
}
