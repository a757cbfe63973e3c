package timeline

import (
	"cmp"
	"fmt"
	"io"
	"slices"
)

// Total names voice-to-voice among the spreads of its stages.
const Total = "voice_to_voice"

// Spread is how long a stage took in half, in 95 and in 99 of 100 answers, in milliseconds.
type Spread struct {
	Stage string  `json:"stage"` // one of StageNames, or Total
	P50   float64 `json:"p50_ms"`
	P95   float64 `json:"p95_ms"`
	P99   float64 `json:"p99_ms"`
}

// Spreads are the stages' spreads over many answers, in the order of StageNames, and the total's; nil of none.
func Spreads(answers []Stages) []Spread {
	if len(answers) == 0 {
		return nil
	}
	values := make([][]float64, len(StageNames)+1)
	for _, a := range answers {
		for i, ms := range a.List() {
			values[i] = append(values[i], ms)
		}
		values[len(StageNames)] = append(values[len(StageNames)], a.Sum())
	}
	spreads := make([]Spread, len(values))
	for i, v := range values {
		name := Total
		if i < len(StageNames) {
			name = StageNames[i]
		}
		spreads[i] = Spread{name, Quantile(v, 0.5), Quantile(v, 0.95), Quantile(v, 0.99)}
	}
	return spreads
}

// Around is what the answers are made of whose voice-to-voice time is about the quantile q: their mean. The stages of no
// single answer need add up to the quantiles of the stages, so these say more of why slow answers are slow.
func Around(answers []Stages, q float64) Stages {
	if len(answers) == 0 {
		return Stages{}
	}
	sorted := slices.SortedFunc(slices.Values(answers), func(a, b Stages) int { return cmp.Compare(a.Sum(), b.Sum()) })
	at := q * float64(len(sorted))
	half := max(0.5, 0.025*float64(len(sorted)))
	from := max(0, min(len(sorted)-1, int(at-half)))
	to := max(from+1, min(len(sorted), int(at+half)))
	var mean [len(StageNames)]float64
	for _, a := range sorted[from:to] {
		for i, ms := range a.List() {
			mean[i] += ms / float64(to-from)
		}
	}
	return Stages{mean[0], mean[1], mean[2], mean[3], mean[4]}
}

// Load is the answers of so many calls at once.
type Load struct {
	Calls   int
	Answers []Stages
}

// Measures of the picture of loads, in pixels.
const (
	loadLeft   = 56.0
	loadTop    = 20.0
	loadTall   = 300.0
	barWidth   = 26.0
	barGap     = 8.0
	groupGap   = 40.0
	loadBottom = loadTop + loadTall
)

var quantiles = []struct {
	q    float64
	name string
}{{0.5, "p50"}, {0.95, "p95"}, {0.99, "p99"}}

// DrawLoads lays out the answers of several loads side by side: what those around the 50th, 95th and 99th percentile
// are made of.
func DrawLoads(loads []Load) *Picture {
	p := &Picture{Width: loadLeft + groupGap, Height: loadBottom + 56, Gutter: loadLeft}
	top := 1.5 * goal
	for _, l := range loads {
		top = max(top, Around(l.Answers, 0.99).Sum())
	}
	y := func(ms float64) float64 { return loadBottom - loadTall*ms/top }
	x := loadLeft + groupGap/2
	for _, l := range loads {
		begin := x
		for _, q := range quantiles {
			p.column(x, y, Around(l.Answers, q.q), q.name)
			x += barWidth + barGap
		}
		p.Labels = append(p.Labels, label{X: (begin + x - barGap) / 2, Y: loadBottom + 42, Class: "total calls", Text: fmt.Sprintf("%d at once", l.Calls)})
		x += groupGap
	}
	p.Width = x
	step := 100.0
	for top/step > 8 {
		step *= 2
	}
	for ms := 0.0; ms <= top; ms += step {
		p.Strokes = append(p.Strokes, stroke{loadLeft, y(ms), p.Width, y(ms), "grid"})
		p.Names = append(p.Names, label{X: loadLeft - 8, Y: y(ms) + 4, Class: "axis", Text: fmt.Sprintf("%.0f", ms)})
	}
	p.Strokes = append(p.Strokes, stroke{loadLeft, y(goal), p.Width, y(goal), "goal"})
	return p
}

// column stacks the stages of an answer on each other.
func (p *Picture) column(x float64, y func(float64) float64, s Stages, name string) {
	sum := 0.0
	for i, ms := range s.List() {
		if ms <= 0 {
			continue
		}
		p.Over = append(p.Over, rect{
			X: x, Y: y(sum + ms), W: barWidth, H: y(sum) - y(sum+ms), Class: fmt.Sprintf("stage s%d", i), Title: fmt.Sprintf("%s: %.1f ms", Titles[i], ms),
		})
		sum += ms
	}
	p.Labels = append(p.Labels,
		label{X: x + barWidth/2, Y: y(sum) - 6, Class: "total", Text: fmt.Sprintf("%.0f", sum), Title: s.String()},
		label{X: x + barWidth/2, Y: loadBottom + 18, Class: "tick", Text: name})
}

// loadTable is a load's spreads as a page shows them.
type loadTable struct {
	Calls, Answers int
	Rows           []Spread
}

// WriteLoads writes several loads' answers by stage as one self-contained HTML page. About says what was measured.
func WriteLoads(w io.Writer, about string, loads []Load) error {
	t, err := parse(pictureStyle + pageStyle)
	if err != nil {
		return err
	}
	var tables []loadTable
	for _, l := range loads {
		table := loadTable{Calls: l.Calls, Answers: len(l.Answers), Rows: Spreads(l.Answers)}
		for i := range table.Rows {
			table.Rows[i].Stage = "voice to voice"
			if i < len(Titles) {
				table.Rows[i].Stage = Titles[i]
			}
		}
		tables = append(tables, table)
	}
	return t.ExecuteTemplate(w, "loads", map[string]any{
		"About": about, "Picture": DrawLoads(loads), "Tables": tables, "Stages": legend(), "Goal": goal,
	})
}
