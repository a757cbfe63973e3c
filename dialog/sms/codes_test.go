package sms

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// pocket is the phone that messages arrive at.
type pocket struct {
	mu   sync.Mutex
	text map[string]string
	err  error
}

func (p *pocket) Send(_ context.Context, to, text string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.err != nil {
		return p.err
	}
	p.text[to] = text
	return nil
}

var sixDigits = regexp.MustCompile(`[0-9]{6}`)

func (p *pocket) code(to string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return sixDigits.FindString(p.text[to])
}

// other is a code that is not the given one.
func other(code string) string {
	if code[0] == '9' {
		return "0" + code[1:]
	}
	return "9" + code[1:]
}

const number = "13901286634"

// codes runs a test on codes under a clock that only moves when the test sleeps.
func codes(t *testing.T, test func(t *testing.T, c *Codes, p *pocket)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		p := &pocket{text: map[string]string{}}
		test(t, NewCodes(p, "Voxgate", time.Now), p)
	})
}

func send(t *testing.T, c *Codes, want error) {
	t.Helper()
	if err := c.Send(context.Background(), number, "zh"); !errors.Is(err, want) {
		t.Fatalf("send: got %v, want %v", err, want)
	}
}

func check(t *testing.T, c *Codes, code string, want error) {
	t.Helper()
	if err := c.Check(number, code); !errors.Is(err, want) || want == nil && err != nil {
		t.Fatalf("check: got %v, want %v", err, want)
	}
}

func TestCodeHoldsOnce(t *testing.T) {
	codes(t, func(t *testing.T, c *Codes, p *pocket) {
		check(t, c, "123456", ErrNoCode)
		send(t, c, nil)
		code := p.code(number)
		if err := c.Check("13900000000", code); !errors.Is(err, ErrNoCode) {
			t.Errorf("another number: %v", err)
		}
		check(t, c, code[:3]+" "+code[3:], nil)
		check(t, c, code, ErrNoCode)
	})
}

func TestCodeLapses(t *testing.T) {
	codes(t, func(t *testing.T, c *Codes, p *pocket) {
		send(t, c, nil)
		time.Sleep(CodeLasts - time.Second)
		check(t, c, other(p.code(number)), ErrWrong)
		time.Sleep(time.Second)
		check(t, c, p.code(number), ErrNoCode)
	})
}

func TestCodeTries(t *testing.T) {
	codes(t, func(t *testing.T, c *Codes, p *pocket) {
		send(t, c, nil)
		wrong := other(p.code(number))
		check(t, c, wrong, ErrWrong)
		check(t, c, "", ErrWrong)
		check(t, c, wrong, ErrNoCode)
		check(t, c, p.code(number), ErrNoCode)
	})
}

func TestCodeLimits(t *testing.T) {
	codes(t, func(t *testing.T, c *Codes, p *pocket) {
		send(t, c, nil)
		first := p.code(number)
		time.Sleep(codeEvery - time.Second)
		send(t, c, ErrTooSoon)
		check(t, c, other(first), ErrWrong)
		time.Sleep(time.Second)
		send(t, c, nil)
		if second := p.code(number); second != first {
			check(t, c, first, ErrWrong)
		}
		for range 3 {
			time.Sleep(time.Hour)
			send(t, c, nil)
		}
		time.Sleep(time.Hour)
		send(t, c, ErrTooMany)
		if err := c.Send(context.Background(), "13900000000", "en"); err != nil {
			t.Errorf("another number: %v", err)
		}
		time.Sleep(20 * time.Hour)
		send(t, c, nil)
	})
}

func TestCodeNotSentDoesNotCount(t *testing.T) {
	codes(t, func(t *testing.T, c *Codes, p *pocket) {
		p.err = fmt.Errorf("gateway: %w", ErrNotSent)
		for range 8 {
			send(t, c, ErrNotSent)
		}
		check(t, c, "000000", ErrNoCode)
		p.err = nil
		send(t, c, nil)
		check(t, c, p.code(number), nil)
	})
}

func TestCodeText(t *testing.T) {
	codes(t, func(t *testing.T, c *Codes, p *pocket) {
		send(t, c, nil)
		if got := p.text[number]; !strings.HasPrefix(got, "【Voxgate】您的验证码是") {
			t.Errorf("got %s", got)
		}
		if err := c.Send(context.Background(), "13900000000", "en"); err != nil || !strings.HasPrefix(p.text["13900000000"], "[Voxgate] Your code is ") {
			t.Errorf("got %s, %v", p.text["13900000000"], err)
		}
		for _, issued := range c.numbers {
			if strings.Contains(fmt.Sprintf("%s", issued.hash), p.code(number)) {
				t.Error("the code is kept in clear")
			}
		}
	})
}

func TestCodesAreBounded(t *testing.T) {
	codes(t, func(t *testing.T, c *Codes, p *pocket) {
		for n := range mostNumbers {
			if _, err := c.issue(fmt.Sprint(n), "1"); err != nil {
				t.Fatal(err)
			}
		}
		send(t, c, ErrNotSent)
		time.Sleep(24 * time.Hour)
		send(t, c, nil)
		if len(c.numbers) != 1 {
			t.Errorf("%d numbers are kept, want 1", len(c.numbers))
		}
	})
}

func TestCodesAreEven(t *testing.T) {
	var counts [10]int
	const draws = 20_000
	for range draws {
		code := newCode()
		if !sixDigits.MatchString(code) || len(code) != CodeLength {
			t.Fatalf("got %q", code)
		}
		counts[code[0]-'0']++
	}
	for digit, n := range counts {
		// 2,000 are expected with a standard deviation of 42: eight of those never happen.
		if n < draws/10-340 || n > draws/10+340 {
			t.Errorf("%d codes of %d begin with %d", n, draws, digit)
		}
	}
}

func TestCodesTogether(t *testing.T) {
	p := &pocket{text: map[string]string{}}
	c := NewCodes(p, "Voxgate", time.Now)
	var wg sync.WaitGroup
	for n := range 8 {
		wg.Go(func() {
			to := fmt.Sprintf("1390128%04d", n)
			for range 20 {
				if err := c.Send(context.Background(), to, "zh"); err == nil {
					if err := c.Check(to, p.code(to)); err != nil {
						t.Errorf("%s: %v", to, err)
					}
				}
			}
		})
	}
	wg.Wait()
}
