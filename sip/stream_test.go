package sip

import (
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"
)

func stream(conn net.Conn) *screenedStream {
	return &screenedStream{Conn: conn, srv: &Server{}, release: func() {}, reading: func() {}}
}

// TestPeerThatDoesNotReadLosesItsConnection: else each answer to it holds a goroutine, and the server never ends.
func TestPeerThatDoesNotReadLosesItsConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours, theirs := net.Pipe()
		defer theirs.Close()
		begin := time.Now()
		if _, err := stream(ours).Write([]byte("SIP/2.0 200 OK\r\n\r\n")); err == nil {
			t.Error("an answer that nobody read counts as written")
		}
		if took := time.Since(begin); took != delivery {
			t.Errorf("gave up after %v, want %v", took, delivery)
		}
		if _, err := theirs.Read(make([]byte, 1)); err != io.EOF {
			t.Errorf("the connection is still open: %v", err)
		}
	})
}

// TestMessageByDropsIsCutOff: a byte now and then must not keep a connection for ever.
func TestMessageByDropsIsCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours, theirs := net.Pipe()
		begin, gone := time.Now(), make(chan struct{})
		go func() {
			defer close(gone)
			for {
				if _, err := theirs.Write([]byte("x")); err != nil {
					return
				}
				time.Sleep(patience * 2 / 7)
			}
		}()
		if _, err := stream(ours).Read(make([]byte, 100)); err == nil {
			t.Error("drops made a message")
		}
		if took := time.Since(begin); took != patience {
			t.Errorf("cut off after %v, want %v", took, patience)
		}
		ours.Close()
		<-gone
	})
}

func TestConnectionsOfOneAddressAreBounded(t *testing.T) {
	l := newStreams(nil)
	for range maxPerPeer {
		if !l.take("192.0.2.1") {
			t.Fatal("refused below the bound")
		}
	}
	if l.take("192.0.2.1") {
		t.Error("one address took more than its share")
	}
	if !l.take("192.0.2.2") {
		t.Error("another address found no room")
	}
	l.release("192.0.2.1")
	if !l.take("192.0.2.1") {
		t.Error("a released place stays taken")
	}
	l.release("192.0.2.2")
	if _, there := l.peers["192.0.2.2"]; there {
		t.Error("an address without connections is remembered")
	}
}
