package engines

import (
	"crypto/rand"
	"io"
	"time"

	"voxgate/cmd/voxgate/internal/config"
	"voxgate/dialog"
	"voxgate/dialog/sms"
)

// demoPages stand in for a shop's pages in the messages of the demo shop.
const demoPages = "https://m.shop.example/s"

// openMessages gives the dialogue what sends messages, and what is to be closed afterwards. Where no service is named,
// the demo shop's messages are written to demo and a real shop sends none: its callers are not told of codes that
// nobody gets. Codes age by the machine's clock, also where the demo shop's stands still.
func openMessages(into *dialog.Config, cfg config.Config, demo io.Writer) (io.Closer, error) {
	var sender sms.Sender
	var closer io.Closer
	pages, key := cfg.SMS.Links, []byte(cfg.SMS.LinkKey)
	switch {
	case cfg.SMS.URL != "":
		service, err := sms.NewHTTP(sms.HTTPConfig{URL: cfg.SMS.URL, Token: cfg.SMS.Token, Timeout: cfg.SMS.Timeout.Std()})
		if err != nil {
			return nil, err
		}
		sender, closer = service, service
	case cfg.Shop.Demo():
		sender = sms.NewConsole(demo, time.Now)
		if pages == "" {
			pages, key = demoPages, []byte(rand.Text())
		}
	default:
		return nil, nil
	}
	into.Codes, into.Messages = sms.NewCodes(sender, cfg.SMS.Sign, time.Now), sender
	if pages == "" {
		return closer, nil
	}
	links, err := sms.NewLinks(pages, key, time.Now)
	if err != nil {
		return closer, err
	}
	into.Links = links
	return closer, nil
}
