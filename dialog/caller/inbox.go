package caller

import (
	"context"
	"regexp"
	"sync"
	"time"

	"voxgate/dialog/sms"
)

// inbox is where the text messages of a call arrive, and what issues its codes. Each call has codes of its own, since the
// clock of played calls stands still and a number gets one a minute only.
type inbox struct {
	now   func() time.Time
	mu    sync.Mutex
	codes *sms.Codes
	texts []string
}

// empty begins a new call.
func (i *inbox) empty() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.texts, i.codes = nil, sms.NewCodes(i, "客服热线", i.now)
}

// Send implements sms.Sender and dialog.Messages.
func (i *inbox) Send(_ context.Context, _, text string) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.texts = append(i.texts, text)
	return nil
}

var sixDigits = regexp.MustCompile(`\b\d{6}\b`)

// code is the newest code that arrived; empty for none.
func (i *inbox) code() string {
	i.mu.Lock()
	defer i.mu.Unlock()
	for n := len(i.texts) - 1; n >= 0; n-- {
		if code := sixDigits.FindString(i.texts[n]); code != "" {
			return code
		}
	}
	return ""
}

// issuer is the inbox as dialog.Codes.
type issuer struct{ *inbox }

func (i issuer) current() *sms.Codes {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.codes
}

// Send implements dialog.Codes.
func (i issuer) Send(ctx context.Context, phone string) error {
	return i.current().Send(ctx, phone) //nolint:wrapcheck // the issuer's own error is what is tested
}

// Check implements dialog.Codes.
func (i issuer) Check(ctx context.Context, phone, code string) (bool, error) {
	return i.current().Check(ctx, phone, code) //nolint:wrapcheck // as above
}
