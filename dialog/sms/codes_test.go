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
	if err := c.Send(context.Background(), number); !errors.Is(err, want) {
		t.Fatalf("send: got %v, want %v", err, want)
	}
}

func check(t *testing.T, c *Codes, code string, want bool) {
	t.Helper()
	if good, err := c.Check(context.Background(), number, code); good != want || err != nil {
		t.Fatalf("check: got %t, %v, want %t", good, err, want)
	}
}

func TestCodeHoldsOnce(t *testing.T) {
	codes(t, func(t *testing.T, c *Codes, p *pocket) {
		check(t, c, "123456", false)
		send(t, c, nil)
		code := p.code(number)
		if good, _ := c.Check(context.Background(), "13900000000", code); good {
			t.Error("the code holds for another number")
		}
		check(t, c, code[:3]+" "+code[3:], true)
		check(t, c, code, false)
	})
}

func TestCodeLapses(t *testing.T) {
	codes(t, func(t *testing.T, c *Codes, p *pocket) {
		send(t, c, nil)
		time.Sleep(CodeLasts - time.Second)
		check(t, c, other(p.code(number)), false)
		time.Sleep(time.Second)
		check(t, c, p.code(number), false)
	})
}

func TestCodeTries(t *testing.T) {
	codes(t, func(t *testing.T, c *Codes, p *pocket) {
		send(t, c, nil)
		wrong := other(p.code(number))
		check(t, c, wrong, false)
		check(t, c, "", false)
		check(t, c, wrong, false)
		check(t, c, p.code(number), false)
	})
}

func TestCodeLimits(t *testing.T) {
	codes(t, func(t *testing.T, c *Codes, p *pocket) {
		send(t, c, nil)
		first := p.code(number)
		time.Sleep(codeEvery - time.Second)
		send(t, c, ErrTooSoon)
		check(t, c, other(first), false)
		time.Sleep(time.Second)
		send(t, c, nil)
		if second := p.code(number); second != first {
			check(t, c, first, false)
		}
		for range 3 {
			time.Sleep(time.Hour)
			send(t, c, nil)
		}
		time.Sleep(time.Hour)
		send(t, c, ErrTooMany)
		if err := c.Send(context.Background(), "13900000000"); err != nil {
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
		check(t, c, "000000", false)
		p.err = nil
		send(t, c, nil)
		check(t, c, p.code(number), true)
	})
}

func TestCodeText(t *testing.T) {
	codes(t, func(t *testing.T, c *Codes, p *pocket) {
		send(t, c, nil)
		got := p.text[number]
		if !strings.HasPrefix(got, "【Voxgate】验证码") || strings.Count(got, p.code(number)) != 2 || len([]rune(got)) > 70 {
			t.Errorf("got %s, %d characters", got, len([]rune(got)))
		}
		for _, issued := range c.numbers {
			if strings.Contains(string(issued.hash[:]), p.code(number)) {
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
				if err := c.Send(context.Background(), to); err == nil {
					if good, _ := c.Check(context.Background(), to, p.code(to)); !good {
						t.Errorf("%s: the code is not right", to)
					}
				}
			}
		})
	}
	wg.Wait()
}
