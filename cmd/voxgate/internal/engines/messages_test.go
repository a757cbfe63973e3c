package engines

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"voxgate/cmd/voxgate/internal/config"
	"voxgate/dialog"
)

func TestOpenMessages(t *testing.T) {
	for _, c := range []struct {
		name               string
		change             func(*config.Config)
		codes, links, demo bool
	}{
		{"the demo shop's go to the terminal", func(*config.Config) {}, true, true, true},
		{"a real shop without a service sends none", func(c *config.Config) { c.Shop.File = "shop.json" }, false, false, false},
		{"a service without pages", func(c *config.Config) { c.SMS.URL = "http://127.0.0.1:1" }, true, false, false},
		{"a service and pages", func(c *config.Config) {
			c.SMS.URL, c.SMS.Links, c.SMS.LinkKey = "http://127.0.0.1:1", "https://m.shop.example", "0123456789abcdef"
		}, true, true, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg := config.Default()
			c.change(&cfg)
			var talk dialog.Config
			var demo bytes.Buffer
			closer, err := openMessages(&talk, cfg, &demo)
			if err != nil {
				t.Fatal(err)
			}
			if closer != nil {
				defer func() { _ = closer.Close() }()
			}
			if (talk.Codes != nil) != c.codes || (talk.Messages != nil) != c.codes || (talk.Links != nil) != c.links {
				t.Errorf("codes %v, messages %v, links %v", talk.Codes, talk.Messages, talk.Links)
			}
			if !c.demo {
				return
			}
			if err := talk.Codes.Send(context.Background(), "13901286634"); err != nil || !strings.Contains(demo.String(), "13901286634") {
				t.Errorf("%v: %s", err, demo.String())
			}
		})
	}
}
