package sip_test

import (
	"context"
	"errors"
	"net/netip"
	"testing"

	"voxgate/sip"
	"voxgate/sip/siptest"
)

func TestDialAgent(t *testing.T) {
	for _, transport := range []string{"udp", "tcp"} {
		agent := siptest.StartAgent(t, "agent", siptest.Options{Transport: transport})
		s := serve(t, sip.Config{}, nil)
		leg, err := s.Dial(t.Context(), sip.DialRequest{Target: "sip:agent@" + agent.Addr + ";transport=" + transport, From: "13800003721",
			UserToUser: `{"order":"SF1562204478319"}`})
		if err != nil {
			t.Fatal(err)
		}
		if info := leg.Info(); info.Codec != "PCMA" || leg.Line() == nil {
			t.Errorf("leg %+v", info)
		}
		if err := leg.Hangup(t.Context()); err != nil {
			t.Errorf("Hangup: %v", err)
		}
		if err := agent.Wait(); err != nil {
			t.Error(err)
		}
		quiet(t, s)
	}
}

func TestDialBusyAgent(t *testing.T) {
	agent := siptest.StartAgent(t, "agent_busy", siptest.Options{})
	s := serve(t, sip.Config{}, nil)
	_, err := s.Dial(t.Context(), sip.DialRequest{Target: "sip:agent@" + agent.Addr})
	var refused *sip.DialError
	if !errors.As(err, &refused) || refused.Status != 486 {
		t.Errorf("got %v, want 486", err)
	}
	if err := agent.Wait(); err != nil {
		t.Error(err)
	}
	quiet(t, s)
}

func TestDialGivenUp(t *testing.T) {
	agent := siptest.StartAgent(t, "agent_silent", siptest.Options{})
	s := serve(t, sip.Config{}, nil)
	ctx, cancel := context.WithCancel(t.Context())
	_, err := s.Dial(ctx, sip.DialRequest{Target: "sip:agent@" + agent.Addr, OnProgress: func(status int) {
		if status == 180 {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
	if err := agent.Wait(); err != nil {
		t.Error(err)
	}
	quiet(t, s)
}

func TestDialNobody(t *testing.T) {
	t.Parallel()
	s := serve(t, sip.Config{}, nil)
	_, err := s.Dial(t.Context(), sip.DialRequest{Target: "sip:agent@127.0.0.1:9"})
	var refused *sip.DialError
	if !errors.As(err, &refused) || refused.Status != 408 {
		t.Errorf("got %v, want 408", err)
	}
	quiet(t, s)
}

func TestDialAnswersChallenge(t *testing.T) {
	accounts := []sip.Account{{Realm: "elsewhere", User: "wrong", Password: "wrong"}, {Realm: "agents", User: "hotline", Password: "s3cret"}}
	agent := siptest.StartAgent(t, "agent_challenge", siptest.Options{User: "hotline", Password: "s3cret"})
	s := serve(t, sip.Config{Accounts: accounts}, nil)
	leg, err := s.Dial(t.Context(), sip.DialRequest{Target: "sip:agent@" + agent.Addr})
	if err != nil {
		t.Fatal(err)
	}
	if err := leg.Hangup(t.Context()); err != nil {
		t.Errorf("Hangup: %v", err)
	}
	if err := agent.Wait(); err != nil {
		t.Error(err)
	}
}

func TestPasswordStaysInItsRealm(t *testing.T) {
	agent := siptest.StartAgent(t, "agent_challenge", siptest.Options{})
	s := serve(t, sip.Config{Accounts: []sip.Account{{Realm: "elsewhere", User: "hotline", Password: "s3cret"}}}, nil)
	_, err := s.Dial(t.Context(), sip.DialRequest{Target: "sip:agent@" + agent.Addr})
	var refused *sip.DialError
	if !errors.As(err, &refused) || refused.Status != 407 {
		t.Errorf("got %v, want 407", err)
	}
	quiet(t, s)
}

func TestDigestBothWays(t *testing.T) {
	for _, algorithm := range []string{"SHA-256", "MD5"} {
		hotline := serve(t, sip.Config{Allow: []netip.Prefix{}, Users: []sip.User{{Name: "shop", Password: "s3cret"}}, Digest: []string{algorithm}}, answerAndWait(t))
		right := serve(t, sip.Config{Accounts: []sip.Account{{Realm: "voxgate", User: "shop", Password: "s3cret"}}}, nil)
		wrong := serve(t, sip.Config{Accounts: []sip.Account{{Realm: "voxgate", User: "shop", Password: "guess"}}}, nil)
		leg, err := right.Dial(t.Context(), sip.DialRequest{Target: "sip:hotline@" + hotline.Addr().String()})
		if err != nil {
			t.Fatalf("%s: %v", algorithm, err)
		}
		if err := leg.Hangup(t.Context()); err != nil {
			t.Errorf("Hangup: %v", err)
		}
		var refused *sip.DialError
		if _, err := wrong.Dial(t.Context(), sip.DialRequest{Target: "sip:hotline@" + hotline.Addr().String()}); !errors.As(err, &refused) || refused.Status != 401 {
			t.Errorf("%s: wrong password gave %v, want 401", algorithm, err)
		}
	}
}

func TestDialRefusesInjection(t *testing.T) {
	s := serve(t, sip.Config{}, nil)
	for _, r := range []sip.DialRequest{
		{Target: "sip:agent@127.0.0.1:9\r\nX-Evil: 1"},
		{Target: "sip:agent@127.0.0.1:9>;evil"},
		{Target: "http://127.0.0.1/"},
		{Target: "sip:"},
		{Target: "sip:agent@127.0.0.1:99999"},
		{Target: "sip:agent@127.0.0.1;transport=sctp"},
		{Target: "sip:agent@127.0.0.1:9?Route=%3Csip:evil%3E"},
		{Target: "sip:agent@127.0.0.1:9", From: "1\r\nX-Evil: 1"},
		{Target: "sip:agent@127.0.0.1:9", From: "1@evil"},
		{Target: "sip:agent@127.0.0.1:9", Headers: map[string]string{"X-Note": "a\r\nX-Evil: 1"}},
		{Target: "sip:agent@127.0.0.1:9", Headers: map[string]string{"X-Evil: 1\r\nX": "a"}},
		{Target: "sip:agent@127.0.0.1:9", Headers: map[string]string{"via": "SIP/2.0/UDP evil"}},
		{Target: "sip:agent@127.0.0.1:9", UserToUser: string(make([]byte, 5000))},
	} {
		_, err := s.Dial(t.Context(), r)
		var refused *sip.DialError
		if err == nil || errors.As(err, &refused) {
			t.Errorf("%+v was sent: %v", r.Target, err)
		}
	}
	quiet(t, s)
}

func TestRefer(t *testing.T) {
	for scenario, check := range map[string]func(error) bool{
		"refer_done":    func(err error) bool { return err == nil },
		"refer_refused": func(err error) bool { return errors.Is(err, sip.ErrReferRefused) },
		"refer_busy": func(err error) bool {
			var failed *sip.TransferError
			return errors.As(err, &failed) && failed.Status == 486
		},
	} {
		for _, transport := range []string{"udp", "tcp"} {
			t.Run(scenario+"/"+transport, func(t *testing.T) {
				t.Parallel()
				outcome := make(chan error, 1)
				s := serve(t, sip.Config{}, func(ctx context.Context, call sip.Incoming) {
					if err := call.Answer(ctx, sip.AnswerOptions{}); err != nil {
						t.Errorf("Answer: %v", err)
						return
					}
					outcome <- call.Refer(ctx, "sip:agent@127.0.0.1:5070", `{"topic":"物流"}`)
				})
				if err := siptest.Call(t, scenario, s.Addr().String(), siptest.Options{Transport: transport}); err != nil {
					t.Fatal(err)
				}
				if err := <-outcome; !check(err) {
					t.Errorf("Refer gave %v", err)
				}
				quiet(t, s)
			})
		}
	}
}

func TestServerThatStopsCancelsItsDials(t *testing.T) {
	agent := siptest.StartAgent(t, "agent_silent", siptest.Options{})
	s, stop, served := serving(t, sip.Config{})
	_, err := s.Dial(t.Context(), sip.DialRequest{Target: "sip:agent@" + agent.Addr, OnProgress: func(status int) {
		if status == 180 {
			stop()
		}
	}})
	if !errors.Is(err, sip.ErrEnded) {
		t.Errorf("got %v, want %v", err, sip.ErrEnded)
	}
	if err := <-served; err != nil {
		t.Errorf("Serve: %v", err)
	}
}
