package scripts

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
)

//go:embed page.html
var page string

// WritePage writes one self-contained HTML page: figures, the share of right calls by family, and every transcript, the
// wrong ones opened.
func WritePage(w io.Writer, title, made string, results []Result) error {
	t, err := template.New("page").Funcs(template.FuncMap{"short": short}).Parse(page)
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	figures := Sum(results)
	return t.Execute(w, struct {
		Title, Made string
		All         Figures
		Families    []Figures
		Results     []Result
	}{title, made, figures[0], figures[1:], results})
}
