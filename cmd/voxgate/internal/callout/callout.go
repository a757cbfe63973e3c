package callout

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"voxgate/cmd/voxgate/internal/gateway"
	"voxgate/dialog"
	"voxgate/dialog/care"
	"voxgate/dialog/nlu"
	"voxgate/media"
	"voxgate/sip"
)

// Outcomes of a call beyond those of the dialogue.
const (
	NotReached = "not_reached" // nobody answered, in all attempts
	NotCalled  = "not_called"  // outside the hours, or the program was ended
)

// Report is what became of one entry of a plan.
type Report struct {
	Number   string  `json:"number"` // masked
	Outcome  string  `json:"outcome"`
	Answer   string  `json:"answer,omitempty"` // yes, no or other
	Attempts int     `json:"attempts"`
	Seconds  float64 `json:"duration_s"`
	Record   string  `json:"call_id,omitempty"`
	Error    string  `json:"error,omitempty"`
}

// Caller places the calls of plans. All fields must be set.
type Caller struct {
	Dialer  sip.Dialer
	Parts   gateway.Parts // its NewBrain is the dialogue behind the question
	Options gateway.Options
	Parser  *nlu.Parser
	Now     func() time.Time
}

// Run goes through a plan and tells done each report, one at a time. It returns early with the context's error.
func (c *Caller) Run(ctx context.Context, plan Plan, done func(Report)) error {
	var mu sync.Mutex
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(plan.Parallel)
	for i, entry := range plan.Calls {
		group.Go(func() error {
			report := c.place(ctx, plan, i, entry)
			mu.Lock()
			defer mu.Unlock()
			done(report)
			return ctx.Err()
		})
	}
	return group.Wait()
}

// place tries one entry until somebody answers.
func (c *Caller) place(ctx context.Context, plan Plan, index int, entry Call) Report {
	report := Report{Number: gateway.MaskNumber(entry.Number), Outcome: NotCalled}
	for report.Attempts < plan.Attempts {
		if report.Attempts > 0 && !pause(ctx, plan.RetryAfter.Std()) {
			return report
		}
		if ctx.Err() != nil {
			return report
		}
		if !plan.open(c.Now()) {
			report.Error = "outside the hours " + plan.Hours
			return report
		}
		report.Attempts++
		if c.once(ctx, plan, index, entry, &report) || report.Outcome != NotReached {
			return report
		}
	}
	return report
}

func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// once places one call; true once it was answered.
func (c *Caller) once(ctx context.Context, plan Plan, index int, entry Call, report *Report) bool {
	var brain *care.Brain
	parts := c.Parts
	inner := parts.NewBrain
	parts.NewBrain = func(caller gateway.Caller) dialog.Brain {
		brain = care.New(inner(caller), c.Parser, care.Script{Notice: plan.Notice, Ask: entry.Ask, Yes: entry.Yes, No: entry.No, Lang: plan.Lang})
		return brain
	}
	gate := gateway.New(parts, c.Options)
	gate.SetDialer(c.Dialer, "")
	id := fmt.Sprintf("care-%d-%d-%d", c.Now().UnixMilli(), index+1, report.Attempts)
	record, err := gate.Run(ctx, gateway.Caller{ID: id, Number: entry.Number, To: plan.From, Via: "call-out"}, gateway.Access{
		Rate: media.Narrowband,
		Answer: func(ctx context.Context, tap media.Tap) (gateway.Leg, error) {
			ringing, cancel := context.WithTimeout(ctx, plan.Ring.Std())
			defer cancel()
			return c.Dialer.Dial(ringing, sip.DialRequest{
				Target: strings.Replace(plan.Via, "{number}", entry.Number, 1), From: plan.From, Tap: tap,
			})
		},
	})
	report.Seconds, report.Record = record.DurationS, record.CallID
	if err != nil {
		report.Outcome, report.Error = failure(err), err.Error()
		return false
	}
	report.Outcome, report.Error = record.Outcome, ""
	if brain != nil {
		report.Answer = brain.Answer()
	}
	return true
}

// failure says whether another attempt may reach the callee: a busy or silent telephone may, a number that does not
// exist or a refusal will not.
func failure(err error) string {
	var status *sip.DialError
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return NotReached
	case errors.As(err, &status):
		switch status.Status {
		case 404, 410, 484, 603, 604, 607:
			return "refused"
		}
		return NotReached
	}
	return "failed"
}
