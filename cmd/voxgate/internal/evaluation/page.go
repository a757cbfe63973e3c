package evaluation

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
)

//go:embed page.html
var page string

//go:embed style.css
var style string

// styled is what the pages' templates may call.
var styled = template.FuncMap{
	"ms": milliseconds, "colour": func(i int) int { return i % colours }, "style": func() template.CSS { return template.CSS(style) },
	"percent": func(v float64) string { return fmt.Sprintf("%.1f %%", 100*v) },
}

// About is what the page says of a run.
type About struct {
	Manifest string
	Model    string // version of the weights
	Made     string // date and time
}

// pageData is what the template lays out.
type pageData struct {
	About
	Metrics  []Metric
	Results  []Result
	Overview []chart
	Curves   []curve
	Slots    []string
	Voices   []voiceSection
	Quiet    bool // words were looked for where nobody speaks
}

// voiceSection is the figures by speaker under one condition.
type voiceSection struct {
	Condition string
	Colour    int
	Charts    []chart
}

// colours is how many the page's style knows.
const colours = 9

// WritePage writes one self-contained HTML page: charts by condition and by speaker, reliability of the confidences, ends
// of turns, and the worst examples.
func WritePage(w io.Writer, about About, results []Result) error {
	t, err := template.New("page").Funcs(styled).Parse(page)
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	data := pageData{About: about, Metrics: shown(results), Results: results, Slots: slotNames(results)}
	for _, m := range data.Metrics {
		var rates []named
		for i, r := range results {
			rates = append(rates, named{r.Condition, r.Rates[m], i % colours})
		}
		if c, ok := draw(m, rates); ok {
			data.Overview = append(data.Overview, c)
		}
	}
	for i, r := range results {
		data.Quiet = data.Quiet || r.FalseWords != nil
		if c, ok := drawCurve(r.Condition, r.Calibration); ok {
			data.Curves = append(data.Curves, c)
		}
		if len(r.Speakers) > 0 {
			data.Voices = append(data.Voices, drawVoices(r, data.Metrics, i%colours))
		}
	}
	return t.Execute(w, data)
}

func drawVoices(r Result, metrics []Metric, colour int) voiceSection {
	section := voiceSection{Condition: r.Condition, Colour: colour}
	for _, m := range metrics {
		var rates []named
		for _, s := range r.Speakers {
			rates = append(rates, named{s.Name, s.Rates[m], colour})
		}
		if c, ok := draw(m, rates); ok {
			section.Charts = append(section.Charts, c)
		}
	}
	return section
}
