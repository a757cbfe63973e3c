package knowledge

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"slices"
	"sync"
	"testing"
)

// Messages of Bolt 5.0.
const (
	boltHello    = 0x01
	boltGoodbye  = 0x02
	boltReset    = 0x0F
	boltRun      = 0x10
	boltBegin    = 0x11
	boltCommit   = 0x12
	boltRollback = 0x13
	boltPull     = 0x3F
	boltSuccess  = 0x70
	boltRecord   = 0x71
	boltFailure  = 0x7F
)

// boltServer speaks Bolt 5.0 to the driver and answers the graph's own statements from memory. It proves that what we
// send and how we read what comes back fit the driver and the protocol; the statements' Cypher it does not run.
type boltServer struct {
	listener net.Listener
	served   sync.WaitGroup
	mu       sync.Mutex
	nodes    map[string]map[string]any   // properties of products by name
	ties     map[string][]map[string]any // by kind, HAS and FITS among them
	seen     []string                    // statements
	auth     map[string]any
	broken   bool // statements fail
}

func startBolt(t *testing.T) *boltServer {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &boltServer{listener: listener, nodes: map[string]map[string]any{}, ties: map[string][]map[string]any{}}
	s.served.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			s.served.Go(func() {
				defer func() { _ = conn.Close() }()
				if err := s.serve(conn); err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, net.ErrClosed) {
					t.Errorf("bolt: %v", err)
				}
			})
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		s.served.Wait()
	})
	return s
}

func (s *boltServer) address() string { return "bolt://" + s.listener.Addr().String() }

func (s *boltServer) serve(conn net.Conn) error {
	in := bufio.NewReader(conn)
	var hello [20]byte
	if _, err := io.ReadFull(in, hello[:]); err != nil {
		return err
	}
	if !bytes.Equal(hello[:4], []byte{0x60, 0x60, 0xB0, 0x17}) {
		return fmt.Errorf("no Bolt: %x", hello)
	}
	if _, err := conn.Write([]byte{0, 0, 0, 5}); err != nil {
		return err
	}
	var pending []any
	failed := false
	for {
		message, err := receive(in)
		if err != nil {
			return err
		}
		reply := structure{boltSuccess, []any{map[string]any{}}}
		switch message.tag {
		case boltHello:
			s.mu.Lock()
			s.auth, _ = message.fields[0].(map[string]any)
			s.mu.Unlock()
			reply.fields[0] = map[string]any{"server": "Neo4j/5.0.0", "connection_id": "bolt-1"}
		case boltGoodbye:
			return nil
		case boltReset:
			failed = false
		case boltRun:
			rows, err := s.run(message)
			if err != nil {
				failed = true
				reply = structure{boltFailure, []any{map[string]any{"code": "Neo.DatabaseError.General.UnknownError", "message": err.Error()}}}
				break
			}
			pending = rows
			reply.fields[0] = map[string]any{"fields": []any{"p", "attrs", "fits", "ties"}, "t_first": int64(0)}
		case boltPull:
			if failed {
				reply = structure{0x7E, nil}
				break
			}
			for _, row := range pending {
				if err := send(conn, structure{boltRecord, []any{row}}); err != nil {
					return err
				}
			}
			pending = nil
			reply.fields[0] = map[string]any{"type": "r", "t_last": int64(0), "db": "neo4j"}
		}
		if err := send(conn, reply); err != nil {
			return err
		}
	}
}

func receive(in *bufio.Reader) (structure, error) {
	var message bytes.Buffer
	for {
		var size uint16
		if err := binary.Read(in, binary.BigEndian, &size); err != nil {
			return structure{}, err
		}
		if size == 0 && message.Len() > 0 {
			break
		}
		if _, err := io.CopyN(&message, in, int64(size)); err != nil {
			return structure{}, err
		}
	}
	v, err := unpack(bytes.NewReader(message.Bytes()))
	s, ok := v.(structure)
	if err == nil && !ok {
		err = errPacked
	}
	return s, err
}

func send(out io.Writer, s structure) error {
	var body, framed bytes.Buffer
	encode(&body, s)
	for body.Len() > 0 {
		chunk := body.Next(0xFFFF)
		_ = binary.Write(&framed, binary.BigEndian, uint16(len(chunk)))
		framed.Write(chunk)
	}
	framed.Write([]byte{0, 0})
	_, err := out.Write(framed.Bytes())
	return err
}

// run carries out one of the graph's statements.
func (s *boltServer) run(message structure) ([]any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	statement, _ := message.fields[0].(string)
	parameters := cells(message.fields[1].(map[string]any))
	s.seen = append(s.seen, statement)
	if s.broken {
		return nil, errors.New("disk full")
	}
	match := func(name string) bool { return true }
	switch statement {
	case cypherClear:
		clear(s.nodes)
		clear(s.ties)
		return nil, nil
	case cypherStore:
		for _, row := range parameters.ties("products") {
			own, _ := row["properties"].(map[string]any)
			own["name"] = row["name"]
			s.nodes[row.text("name")] = own
		}
		return nil, nil
	case cypherHas, cypherFits, cypherTie("ACCESSORY"), cypherTie("COMPLEMENT"), cypherTie("ALTERNATIVE"), cypherTie("REFILL"):
		for _, tie := range parameters.ties("ties") {
			s.ties[statement] = append(s.ties[statement], tie)
		}
		return nil, nil
	case cypherProduct:
		match = func(name string) bool { return name == parameters.text("name") }
	case cypherFitting:
		match = func(name string) bool { return s.fits(name, parameters) }
	case cypherAll:
	default:
		return nil, fmt.Errorf("a statement that is none of the graph's: %s", statement)
	}
	var rows []any
	for _, name := range slices.Sorted(maps.Keys(s.nodes)) {
		if match(name) {
			rows = append(rows, []any{s.nodes[name], s.tied(cypherHas, name, ""), s.tied(cypherFits, name, ""), s.all(name)})
		}
	}
	return rows, nil
}

func (s *boltServer) fits(name string, wish cells) bool {
	own := cells(s.nodes[name])
	need := slices.ContainsFunc(s.ties[cypherFits], func(t map[string]any) bool {
		return t["product"] == name && t["name"] == wish.text("need") && t["verdict"] == "yes"
	})
	return (wish.text("category") == "" || own.text("category_zh") == wish.text("category")) && (wish.text("need") == "" || need) &&
		(wish.number("age") < 0 || own.number("age_from") <= wish.number("age") && own.number("age_to") >= wish.number("age"))
}

// tied are the ties of one kind, in the wrong order: the reader must not count on it.
func (s *boltServer) tied(statement, product, kind string) []any {
	out := []any{}
	for _, tie := range s.ties[statement] {
		if tie["product"] == product {
			one := maps.Clone(tie)
			if kind != "" {
				one["kind"] = kind
			}
			out = append(out, one)
		}
	}
	slices.Reverse(out)
	return out
}

func (s *boltServer) all(product string) []any {
	out := []any{}
	for _, kind := range []string{"ACCESSORY", "COMPLEMENT", "ALTERNATIVE", "REFILL"} {
		out = append(out, s.tied(cypherTie(kind), product, kind)...)
	}
	return out
}
