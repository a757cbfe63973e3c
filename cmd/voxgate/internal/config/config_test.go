package config

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// The commented example must be the defaults, key by key, or it would mislead.
func TestExampleIsTheDefaults(t *testing.T) {
	cfg, err := Load("../../deploy/voxgate.yaml")
	if err != nil {
		t.Fatal(err)
	}
	want := Default()
	want.SIP.Users, want.Web.Origins, want.Web.Addresses, want.Messages.Keys = []SIPUser{}, []string{}, []string{}, []MessageKey{}
	if !reflect.DeepEqual(cfg, want) {
		t.Errorf("example differs from defaults:\n got %+v\nwant %+v", cfg, want)
	}
}

func TestEmptyFileIsValid(t *testing.T) {
	cfg, err := Parse(nil)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(cfg, Default()) {
		t.Errorf("got %+v", cfg)
	}
}

func TestFaultsNameKeyAndAdvice(t *testing.T) {
	for _, c := range []struct{ yaml, want string }{
		{"sip:\n  listen: 0.0.0.0:5060\n  colour: red\n", `line 3: unknown key "colour"`},
		{"sips: {}\n", `line 1: unknown key "sips"`},
		{"drain: 30\n", "line 1: \"30\" is not a time span"},
		{"sip: {listen: here}\n", "sip.listen"},
		{"sip: {allow: [300.1.1.1]}\n", "sip.allow"},
		{"sip: {rtp_ports: 20000-20010}\n", "200 calls need two each"},
		{"sip: {rtp_ports: many}\n", "not a port range"},
		{"sip: {users: [{name: a}]}\n", "needs a name and a password"},
		{"sip: {max_calls: 0}\n", "sip.max_calls"},
		{"sip: {advertise: example.org}\n", "sip.advertise"},
		{"sip: {user: \"a b\"}\n", "sip.user"},
		{"web: {origins: [shop.example]}\n", "web.origins"},
		{"web: {addresses: [here]}\n", "web.addresses"},
		{"web: {trusted: [10.0.0.0/99]}\n", "web.trusted"},
		{"web: {udp_port: 70000}\n", "web.udp_port"},
		{"shop: {file: a.json, url: 'http://x'}\n", "keep one"},
		{"shop: {url: 'ftp://x'}\n", "shop.url"},
		{"shop: {url: 'http://x', database: shop.db}\n", "shop.database"},
		{"sms: {url: sms.example}\n", "sms.url"},
		{"sms: {links: 'https://m.shop.example', link_key: short}\n", "sms.link_key"},
		{"sms: {links: here}\n", "sms.links"},
		{"sms: {sign: ''}\n", "sms.sign"},
		{"sms: {timeout: 1h}\n", "sms.timeout"},
		{"knowledge: {neo4j: {url: 'http://graph'}}\n", "knowledge.neo4j.url"},
		{"shop: {file: a.json, records: b.json}\n", "keep one"},
		{"dialog: {builtin: false}\n", "dialog.builtin"},
		{"dialog: {flow: x}\n", `unknown key "flow"`},
		{"messages: {idle: 1s}\n", "messages.idle"},
		{"messages: {per_minute: 0}\n", "messages.per_minute"},
		{"messages: {keys: [{id: 'a b'}]}\n", "messages.keys"},
		{"messages: {keys: [{id: a}]}\n", "needs a secret or a token"},
		{"messages: {keys: [{id: a, secret: short}]}\n", "at least 16"},
		{"messages: {keys: [{id: a, token: 0123456789abcdef, webhook: 'http://x'}]}\n", "give a secret"},
		{"messages: {keys: [{id: a, token: 0123456789abcdef}, {id: a, token: 0123456789abcdef}]}\n", "there twice"},
		{"messages: {keys: [{id: a, secret: 0123456789abcdef, webhook: 'ftp://x'}]}\n", "messages.keys.webhook"},
		{"llm: {url: 'ftp://x'}\n", "llm.url"},
		{"llm: {url: 'http://x'}\n", "llm.model"},
		{"llm: {timeout: 1m}\n", "llm.timeout"},
		{"handoff: {mode: magic}\n", "handoff.mode"},
		{"handoff: {agent: '12345'}\n", "handoff.agent"},
		{"log: {level: loud}\n", "log.level"},
		{"tts: {program: ''}\n", "tts.program"},
		{"tts: {zh: {engine: magic}}\n", "tts.zh.engine"},
		{"tts: {zh: {engine: vits}}\n", "voxgate models list"},
		{"tts: {en: {speaker: anna}}\n", "tts.en.speaker"},
		{"tts: {en: {rate: 3}}\n", "tts.en.rate"},
		{"tts: {zh: {rate: .nan}}\n", "tts.zh.rate"},
		{"tts: {en: {first: 1m}}\n", "tts.en.first"},
		{"tts: {zh: {variant: f3}}\n", `unknown key "variant"`},
		{"a: 1\n---\nb: 2\n", "line 1"},
		{"drain: 1s\n---\ndrain: 2s\n", "more than one YAML document"},
		{"asr:\n  words: [云雾茶]\n", "line 2: asr.words is the name of a file"},
		{"sip: [\n", "line"},
	} {
		_, err := Parse([]byte(c.yaml))
		if !errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: got %v, want %q", c.yaml, err, c.want)
		}
	}
}

func TestAllFaultsAtOnce(t *testing.T) {
	_, err := Parse([]byte("log: {level: loud}\nhandoff: {mode: magic}\n"))
	if err == nil || !strings.Contains(err.Error(), "log.level") || !strings.Contains(err.Error(), "handoff.mode") {
		t.Errorf("got %v", err)
	}
}

func TestSecretsFromEnvironment(t *testing.T) {
	t.Setenv("VOXGATE_TEST_TOKEN", "s3cret")
	cfg, err := Parse([]byte("shop: {url: 'http://shop', token: $VOXGATE_TEST_TOKEN}\nsms: {token: $VOXGATE_TEST_TOKEN, link_key: $VOXGATE_TEST_TOKEN}\n"))
	if err != nil || cfg.Shop.Token != "s3cret" || cfg.SMS.Token != "s3cret" || cfg.SMS.LinkKey != "s3cret" {
		t.Errorf("got %q, %v", cfg.Shop.Token, err)
	}
}

func TestMissingFile(t *testing.T) {
	_, err := Load(filepath.Join(t.TempDir(), "no.yaml"))
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("sip: {listen: ':5060'}\n"))
	f.Add([]byte("drain: 5m\nsip: {allow: ['::/0']}\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if _, err := Parse(raw); err != nil && !errors.Is(err, ErrInvalid) {
			t.Errorf("unmarked error %v", err)
		}
	})
}
