package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"sort"
	"strings"

	"github.com/spf13/cobra"

	"voxgate/dialog/nlu"
)

// longestInput bounds a line of standard input, in bytes.
const longestInput = 1 << 20

// understood is one line of understand --json.
type understood struct {
	Text       string            `json:"text"`
	Intent     string            `json:"intent"`
	Confidence float64           `json:"confidence"`
	Slots      map[string]string `json:"slots"`
	Sentiment  string            `json:"sentiment"`
}

// newUnderstandCommand reads utterances from standard input and says what each means.
func newUnderstandCommand() *cobra.Command {
	var asJSON bool
	var lang string
	cmd := &cobra.Command{
		Use:     "understand",
		Short:   "One utterance a line on standard input: intent, slots and sentiment",
		Example: "  echo 帮我查一下尾号三七二幺的快递到哪了 | voxgate understand --json",
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if lang != "" && lang != "zh" && lang != "en" {
				return usageError{fmt.Errorf("--lang %q: use zh or en", lang)}
			}
			return understand(cmd.InOrStdin(), cmd.OutOrStdout(), lang, asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object a line")
	cmd.Flags().StringVar(&lang, "lang", "", "language of lines that do not show it: zh or en")
	return cmd
}

// noArguments refuses arguments as bad usage.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usageError{fmt.Errorf("%s takes no arguments, got %q", cmd.Name(), args[0])}
	}
	return nil
}

func understand(in io.Reader, out io.Writer, lang string, asJSON bool) error {
	parser, err := nlu.New()
	if err != nil {
		return fmt.Errorf("understand: %w", err)
	}
	write := json.NewEncoder(out)
	write.SetEscapeHTML(false)
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, longestInput)
	for lines.Scan() {
		text := strings.TrimSpace(strings.ToValidUTF8(lines.Text(), " "))
		r := parser.Understand(text, "", nlu.State{Lang: lang})
		u := understood{Text: text, Intent: r.Intent, Confidence: r.Confidence, Slots: r.Slots, Sentiment: r.Sentiment}
		if asJSON {
			err = write.Encode(u)
		} else {
			_, err = fmt.Fprintf(out, "%s %.2f %s %s\n", u.Intent, u.Confidence, u.Sentiment, slotText(u.Slots))
		}
		if err != nil {
			return fmt.Errorf("understand: write: %w", err)
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("understand: read standard input: %w", err)
	}
	return nil
}

// slotText writes slots as name=value, sorted.
func slotText(slots map[string]string) string {
	out := make([]string, 0, len(slots))
	for name, value := range slots {
		out = append(out, name+"="+value)
	}
	sort.Strings(out)
	return strings.Join(out, " ")
}
