package sip

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/emiago/sipgo/sip"

	"voxgate/sip/sdp"
)

var errNoACK = errors.New("far end never acknowledged the answer")

// Answer implements Incoming.
func (c *call) Answer(ctx context.Context, opts AnswerOptions) error {
	if !c.step(ringing, answering) {
		return fmt.Errorf("answering: %w", ErrEnded)
	}
	defer c.settle()
	if err := c.establish(ctx, opts); err != nil {
		return fmt.Errorf("answering: %w", err)
	}
	if !c.step(answering, up) {
		return fmt.Errorf("answering: %w", ErrEnded)
	}
	c.vouch() // the ACK has shown that the signalling's source is no forgery
	c.log.Info("call up", "codec", c.Info().Codec)
	return nil
}

// establish opens the media, sends 200 and waits for the ACK.
func (c *call) establish(ctx context.Context, opts AnswerOptions) error {
	if err := c.openAudio(opts.Tap); err != nil {
		c.refuse(sip.StatusInternalServerError, "No Media Port")
		return err
	}
	body, result, err := c.describe(c.offer)
	if err == nil && c.offer != nil {
		err = c.apply(result)
	}
	if err != nil {
		c.refuse(sip.StatusNotAcceptableHere, "Not Acceptable Here")
		return err
	}
	res := c.answer(c.invite, sip.StatusOK, "OK")
	attach(res, body)
	ack, err := c.sendAnswer(ctx, c.tx, res)
	if err != nil {
		c.fail(err)
		return err
	}
	if c.offer == nil {
		if err := c.acceptAnswer(ack); err != nil {
			c.fail(err)
			return err
		}
	}
	return nil
}

// refuse gives the INVITE a final answer after Answer has begun.
func (c *call) refuse(status int, reason string) {
	c.srv.respond(c.tx, c.answer(c.invite, status, reason))
	c.finish()
	c.srv.remove(c)
}

// fail ends a call whose 200 has gone out.
func (c *call) fail(err error) {
	if errors.Is(err, sip.ErrTransactionCanceled) {
		// CANCEL won the race. The transaction now holds our 200 as the answer to repeat; it must be 487.
		c.srv.respond(c.tx, c.answer(c.invite, sip.StatusRequestTerminated, "Request Terminated"))
		c.finish()
		c.srv.remove(c)
		return
	}
	if c.step(answering, ended) {
		c.finish()
		c.srv.spawn(func() {
			if err := c.bye(); err != nil {
				c.log.Info("ending a call that was never acknowledged", "error", err)
			}
		})
	}
}

// sendAnswer sends a 2xx until its ACK comes (RFC 3261 section 13.3.1.4), with errNoACK after 64*T1.
func (c *call) sendAnswer(ctx context.Context, tx sip.ServerTransaction, res *sip.Response) (*sip.Request, error) {
	seq := res.CSeq().SeqNo
	acks := c.expectACK(seq)
	defer c.forgetACK(seq)
	if err := tx.Respond(res); err != nil {
		return nil, fmt.Errorf("sending 200: %w", err)
	}
	interval := sip.T1
	again := time.NewTimer(interval)
	defer again.Stop()
	giveUp := time.NewTimer(64 * sip.T1)
	defer giveUp.Stop()
	for {
		select {
		case ack := <-acks:
			return ack, nil
		case ack := <-tx.Acks(): // a peer that puts the INVITE's branch into its ACK
			return ack, nil
		case <-again.C:
			if err := tx.Respond(res); err != nil {
				return nil, fmt.Errorf("repeating 200: %w", err)
			}
			interval = min(2*interval, sip.T2)
			again.Reset(interval)
		case <-giveUp.C:
			return nil, errNoACK
		case <-c.done:
			return nil, ErrEnded
		case <-ctx.Done():
			return nil, c.given(ctx)
		}
	}
}

// attach puts a session description into a message.
func attach(msg sip.Message, body []byte) {
	msg.AppendHeader(sip.NewHeader("Content-Type", sdp.ContentType))
	msg.SetBody(body)
}

// sessionID is a random o= session id; half of 64 bits, as some peers read it into a signed number.
func sessionID() uint64 {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	return binary.BigEndian.Uint64(b[:]) >> 32
}
