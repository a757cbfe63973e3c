package timeline

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"math"
	"strconv"
	"time"
)

//go:embed picture.svg
var pictureTemplate string

//go:embed page.html
var pageTemplate string

//go:embed loads.html
var loadsTemplate string

//go:embed picture.css
var pictureStyle string

//go:embed page.css
var pageStyle string

//go:embed page.js
var pageScript string

// scales in pixels a second that a page can be zoomed to.
var scales = []float64{10, 20, 40, 80, 160, 320}

// firstScale is shown first.
const firstScale = 80.0

// px is a length in CSS or SVG, to a tenth.
func px(v float64) string { return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64) }

func parse(style string) (*template.Template, error) {
	t, err := template.New("picture").Funcs(template.FuncMap{
		"px":  px,
		"css": func() template.CSS { return template.CSS(style) },
		"js":  func() template.JS { return template.JS(pageScript) },
	}).Parse(pictureTemplate)
	for _, text := range []string{pageTemplate, loadsTemplate} {
		if err == nil {
			t, err = t.Parse(text)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("picture: %w", err)
	}
	return t, nil
}

// outlined is an envelope as all pictures of a call use it.
type outlined struct{ Name, Path string }

func outlines(s *Sound) []outlined {
	if s == nil {
		return nil
	}
	return []outlined{{"caller", outline(s.Caller, waveHalf)}, {"bot", outline(s.Bot, waveHalf)}}
}

// Begin is where the call begins.
func (p *Picture) Begin() float64 { return p.Gutter + inset }

// Inner is the width beside the lanes' names.
func (p *Picture) Inner() float64 { return p.Width - p.Gutter }

// WriteSVG writes the picture of a call at so many pixels a second as one self-contained SVG file. Sound may be nil.
func WriteSVG(w io.Writer, r Record, sound *Sound, perSecond float64) error {
	t, err := parse(pictureStyle)
	if err != nil {
		return err
	}
	return t.ExecuteTemplate(w, "alone", map[string]any{"Picture": Draw(r, sound, perSecond), "Sounds": outlines(sound)})
}

// chip is a short fact in a page's head.
type chip struct{ Text, Class string }

// row is a turn in a page's table.
type row struct {
	At                       float64 // seconds
	Clock, Said, Answer, Cut string
	Title, Total             string
	Parts                    []part
}

type part struct {
	Class   string
	Percent float64
}

// WritePage writes a call as one self-contained HTML page that zooms and scrolls and needs no network. Sound may be nil.
func WritePage(w io.Writer, r Record, sound *Sound) error {
	t, err := parse(pictureStyle + pageStyle)
	if err != nil {
		return err
	}
	var pictures []*Picture
	shown := 0
	for i, scale := range scales {
		if i > 0 && length(r).Seconds()*scale > widest {
			break
		}
		if scale <= firstScale {
			shown = i
		}
		pictures = append(pictures, Draw(r, sound, scale))
	}
	return t.ExecuteTemplate(w, "page", map[string]any{
		"Record": r, "Chips": chips(r), "Pictures": pictures, "Shown": shown, "Sounds": outlines(sound), "Silent": "—",
		"Inset": inset, "Gutter": pictures[0].Gutter, "Height": pictures[0].Height, "Rows": tableRows(r), "Stages": legend(),
	})
}

// Titles are what people call the stages, in the order of StageNames.
var Titles = [...]string{"end of turn", "understood", "looked up", "first audio", "on the wire"}

type stageKey struct{ Name, Class string }

func legend() (keys []stageKey) {
	for i, name := range Titles {
		keys = append(keys, stageKey{name, fmt.Sprintf("s%d", i)})
	}
	return keys
}

func chips(r Record) []chip {
	list := []chip{{r.Outcome, "good"}}
	if r.Outcome == "failed" || r.Outcome == "abandoned" {
		list[0].Class = "bad"
	}
	add := func(on bool, class, format string, values ...any) {
		if on {
			list = append(list, chip{fmt.Sprintf(format, values...), class})
		}
	}
	add(r.Transfer != "", "good", "agent by %s", r.Transfer)
	add(r.Queue != "", "", "queue %s", r.Queue)
	add(r.Ticket != "", "", "ticket %s", r.Ticket)
	if took := answerTimes(r); len(took) > 0 {
		add(true, "", "answers: p50 %.0f ms, slowest %.0f ms", Quantile(took, 0.5), Quantile(took, 1))
	}
	add(r.BargeIns > 0, "", "interrupted: %d", r.BargeIns)
	add(r.FalseStops > 0, "bad", "in vain: %d", r.FalseStops)
	if p := r.Packets; p != nil {
		add(p.Late > 0, "bad", "late packets: %d", p.Late)
	}
	add(r.EventsLost > 0, "bad", "events not kept: %d", r.EventsLost)
	return list
}

func answerTimes(r Record) (took []float64) {
	for _, t := range r.Turns {
		if t.Stages != nil {
			took = append(took, t.Stages.Sum())
		}
	}
	return took
}

// tableRows are the turns with their stages as shares of the slowest answer.
func tableRows(r Record) (list []row) {
	most := 1.0
	for _, took := range answerTimes(r) {
		most = max(most, took)
	}
	for _, t := range r.Turns {
		at := time.Duration(t.AtMS) * time.Millisecond
		line := row{At: at.Seconds(), Clock: clock(at, time.Millisecond), Said: t.Said}
		if t.Said == "" && t.Kind != "start" {
			line.Said = "（" + t.Kind + "）"
		}
		for _, act := range t.Answer {
			line.Answer += act.Say
			if act.Heard < 0.995 && act.Say != "" {
				line.Cut = cutAt(act.Heard)
			}
		}
		if t.Stages != nil {
			line.Title, line.Total = t.Stages.String(), fmt.Sprintf("%.0f", t.Stages.Sum())
			for i, ms := range t.Stages.List() {
				line.Parts = append(line.Parts, part{fmt.Sprintf("s%d", i), 100 * ms / most})
			}
		}
		list = append(list, line)
	}
	return list
}
