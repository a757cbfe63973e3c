// Package callout places care calls from a plan: it dials, says its notice, asks one question, lets the dialogue take
// whatever else the callee wants, and reports each call.
package callout

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"time"

	"voxgate/cmd/voxgate/internal/config"
)

// Plan is a list of calls and the manner in which they are placed.
type Plan struct {
	Via        string          `yaml:"via"`         // SIP URI with {number}: sip:{number}@10.0.0.5
	From       string          `yaml:"from"`        // number shown to the callee
	Notice     string          `yaml:"notice"`      // said first, not interruptible: who calls, AI, recording
	Lang       string          `yaml:"lang"`        // zh or en
	Parallel   int             `yaml:"parallel"`    // calls at once
	Ring       config.Duration `yaml:"ring"`        // how long it rings
	Attempts   int             `yaml:"attempts"`    // tries where nobody answers or the line is busy
	RetryAfter config.Duration `yaml:"retry_after"` // between two tries
	Hours      string          `yaml:"hours"`       // when people may be called, machine's clock: 09:00-20:00
	Calls      []Call          `yaml:"calls"`
}

// Call is one entry of a plan.
type Call struct {
	Number string `yaml:"number"`
	Ask    string `yaml:"ask"` // one question that yes or no answers
	Yes    string `yaml:"yes"` // said after a yes
	No     string `yaml:"no"`  // said after a no
}

// ErrPlan marks every complaint about a plan.
var ErrPlan = errors.New("invalid plan")

var dialledNumber = regexp.MustCompile(`^\+?[0-9]{3,15}$`)

// Load reads and checks a plan. Unknown keys are refused with their line.
func Load(path string) (Plan, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return Plan{}, fmt.Errorf("plan: %w", err)
	}
	plan, err := Parse(raw)
	if err != nil {
		return Plan{}, fmt.Errorf("%s: %w", path, err)
	}
	return plan, nil
}

// Parse reads and checks a plan's text.
func Parse(raw []byte) (Plan, error) {
	plan := Plan{Parallel: 1, Ring: config.Duration(30 * time.Second), Attempts: 1, RetryAfter: config.Duration(10 * time.Minute), Hours: "09:00-20:00"}
	if err := config.Strict(raw, &plan, "plan.yaml"); err != nil {
		return Plan{}, fmt.Errorf("%w: %w", ErrPlan, err)
	}
	return plan, plan.check()
}

func (p *Plan) check() error {
	var faults []error
	fault := func(format string, args ...any) {
		faults = append(faults, fmt.Errorf("%w: %s", ErrPlan, fmt.Sprintf(format, args...)))
	}
	if !strings.HasPrefix(p.Via, "sip:") || strings.Count(p.Via, "{number}") != 1 {
		fault("via: %q is not a SIP URI with {number}, e.g. sip:{number}@10.0.0.5", p.Via)
	}
	if p.Notice == "" {
		fault("notice: is empty; say who calls, that an AI speaks and that the call is recorded")
	}
	if p.Lang != "" && p.Lang != "zh" && p.Lang != "en" {
		fault("lang: %q is not zh or en", p.Lang)
	}
	if p.Parallel < 1 || p.Parallel > 500 {
		fault("parallel: %d is not between 1 and 500", p.Parallel)
	}
	if p.Attempts < 1 || p.Attempts > 5 {
		fault("attempts: %d is not between 1 and 5", p.Attempts)
	}
	if p.Ring.Std() < time.Second || p.RetryAfter.Std() < 0 {
		fault("ring and retry_after: write times such as 30s and 10m")
	}
	if _, _, err := p.hours(); err != nil {
		fault("hours: %v", err)
	}
	if len(p.Calls) == 0 {
		fault("calls: there are none")
	}
	for i, c := range p.Calls {
		if !dialledNumber.MatchString(c.Number) {
			fault("calls, entry %d: %q is not a telephone number", i+1, c.Number)
		}
		if c.Ask == "" || c.Yes == "" || c.No == "" {
			fault("calls, entry %d: ask, yes and no must all be written", i+1)
		}
	}
	return errors.Join(faults...)
}

// hours are the first and last minute of the day at which people may be called.
func (p *Plan) hours() (from, until time.Duration, err error) {
	first, last, ok := strings.Cut(p.Hours, "-")
	start, errStart := time.Parse("15:04", strings.TrimSpace(first))
	end, errEnd := time.Parse("15:04", strings.TrimSpace(last))
	if !ok || errStart != nil || errEnd != nil || !start.Before(end) {
		return 0, 0, fmt.Errorf("%q is not a span of the day such as 09:00-20:00", p.Hours)
	}
	return sinceMidnight(start), sinceMidnight(end), nil
}

// open says whether people may be called at that time.
func (p *Plan) open(at time.Time) bool {
	from, until, err := p.hours()
	now := sinceMidnight(at)
	return err == nil && now >= from && now < until
}

func sinceMidnight(t time.Time) time.Duration {
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute
}
