package shop

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Moment is a date, with a time of day where Clock is set.
type Moment struct {
	time.Time
	Clock bool
}

const (
	dayLayout   = "2006-01-02"
	clockLayout = "2006-01-02 15:04"
)

// ParseMoment reads "2006-01-02", "2006-01-02 15:04" or RFC 3339; text without a zone is taken in zone.
func ParseMoment(text string, zone *time.Location) (Moment, error) {
	text = strings.TrimSpace(text)
	if t, err := time.ParseInLocation(dayLayout, text, zone); err == nil {
		return Moment{Time: t}, nil
	}
	for _, layout := range []string{clockLayout, "2006-01-02 15:04:05"} {
		if t, err := time.ParseInLocation(layout, text, zone); err == nil {
			return Moment{Time: t, Clock: true}, nil
		}
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return Moment{}, fmt.Errorf("%q is no moment: write 2026-03-21, 2026-03-21 20:00 or RFC 3339", text)
	}
	return Moment{Time: t.In(zone), Clock: true}, nil
}

// End is when the moment is over: a day ends at its midnight.
func (m Moment) End() time.Time {
	if m.Clock {
		return m.Time
	}
	return m.AddDate(0, 0, 1)
}

// Period is a part of a day in which somebody comes: a word of Parts, or hours.
type Period struct {
	Day      time.Time     // its midnight
	Part     string        // 上午, 下午 or 晚上; empty where From and To stand
	From, To time.Duration // since midnight
}

// Parts are the words for parts of a day with their hours.
var Parts = []Period{
	{Part: "上午", From: 8 * time.Hour, To: 12 * time.Hour},
	{Part: "下午", From: 12 * time.Hour, To: 18 * time.Hour},
	{Part: "晚上", From: 18 * time.Hour, To: 22 * time.Hour},
}

var hoursShape = regexp.MustCompile(`^(\d{1,2}:\d{2})-(\d{1,2}:\d{2})$`)

// ParsePeriod reads "2026-05-15", "2026-05-15 上午" or "2026-05-15 18:00-21:00".
func ParsePeriod(text string, zone *time.Location) (Period, error) {
	day, part, _ := strings.Cut(strings.TrimSpace(text), " ")
	bad := fmt.Errorf("%q is no period: write 2026-03-21 上午 (or 下午, 晚上) or 2026-03-21 18:00-21:00", text)
	t, err := time.ParseInLocation(dayLayout, day, zone)
	if err != nil {
		return Period{}, bad
	}
	if part = strings.TrimSpace(part); part == "" {
		return Period{Day: t, From: 8 * time.Hour, To: 22 * time.Hour}, nil
	}
	if i := slices.IndexFunc(Parts, func(p Period) bool { return p.Part == part }); i >= 0 {
		p := Parts[i]
		p.Day = t
		return p, nil
	}
	m := hoursShape.FindStringSubmatch(part)
	if m == nil {
		return Period{}, bad
	}
	from, errFrom := time.Parse("15:04", m[1])
	to, errTo := time.Parse("15:04", m[2])
	if errFrom != nil || errTo != nil || !from.Before(to) {
		return Period{}, bad
	}
	return Period{Day: t, From: sinceMidnight(from), To: sinceMidnight(to)}, nil
}

func sinceMidnight(t time.Time) time.Duration {
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute
}

// Start is when the period begins.
func (p Period) Start() time.Time {
	return time.Date(p.Day.Year(), p.Day.Month(), p.Day.Day(), 0, int(p.From/time.Minute), 0, 0, p.Day.Location())
}
