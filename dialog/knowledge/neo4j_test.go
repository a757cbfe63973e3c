package knowledge

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// The graph in Neo4j gives back what was put in, and answers as the one in SQLite does.
func TestNeo4jIsTheSameGraph(t *testing.T) {
	server := startBolt(t)
	ctx := context.Background()
	remote, err := OpenNeo4j(ctx, Neo4j{URL: server.address(), User: "reader", Password: "s3cret"})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := remote.Close(); err != nil {
			t.Error(err)
		}
	}()
	if server.auth["principal"] != "reader" || server.auth["credentials"] != "s3cret" {
		t.Errorf("signed in as %v", server.auth["principal"])
	}
	products, err := demoProducts()
	if err != nil {
		t.Fatal(err)
	}
	if err := remote.Replace(ctx, products); err != nil {
		t.Fatal(err)
	}
	db, err := OpenDatabase(ctx, ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	local := NewSQLiteGraph(db)
	if err := local.Replace(ctx, products); err != nil {
		t.Fatal(err)
	}
	for _, p := range products {
		got, known, err := remote.Product(ctx, p.Name)
		if err != nil || !known || !reflect.DeepEqual(got, p) {
			t.Errorf("got %+v %v %v\nwant %+v", got, known, err, p)
		}
	}
	if _, known, err := remote.Product(ctx, "飞机"); known || err != nil {
		t.Errorf("a product that is not sold: %v %v", known, err)
	}
	for _, wish := range []Wish{{Need: "敏感肌", Age: -1}, {Category: "玩具", Age: 3}, {Need: "老人", Category: "健康", Age: -1}, {Age: 3}, {Need: "无", Age: -1}} {
		got, err := remote.Fitting(ctx, wish)
		want, err2 := local.Fitting(ctx, wish)
		if err := errors.Join(err, err2); err != nil || !slices.Equal(namesOf(got), namesOf(want)) {
			t.Errorf("%+v: %v, SQLite has %v, %v", wish, namesOf(got), namesOf(want), err)
		}
	}
	got, err := remote.Vocabulary(ctx)
	want, err2 := local.Vocabulary(ctx)
	if err := errors.Join(err, err2); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("vocabulary %+v, SQLite has %+v, %v", got, want, err)
	}
}

func namesOf(products []Product) []string {
	var out []string
	for _, p := range products {
		out = append(out, p.Name)
	}
	slices.Sort(out)
	return out
}

// A graph that fails is said so, not taken for one that knows nothing.
func TestNeo4jFails(t *testing.T) {
	server := startBolt(t)
	ctx := context.Background()
	k, err := Open(ctx, Options{Demo: true, Neo4j: Neo4j{URL: server.address()}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := k.Close(); err != nil {
			t.Error(err)
		}
	}()
	if a, known, err := k.Ask(ctx, Question{Text: "小电饭煲多大容量"}); err != nil || !known || !strings.Contains(a.Pieces[0], "一点六升") {
		t.Errorf("%+v %v %v", a, known, err)
	}
	server.mu.Lock()
	server.broken = true
	server.mu.Unlock()
	if _, known, err := k.Ask(ctx, Question{Text: "小电饭煲多大容量"}); known || !errors.Is(err, ErrUnavailable) {
		t.Errorf("%v %v", known, err)
	}
	if err := k.Adviser.Load(ctx, nil); !errors.Is(err, ErrUnavailable) {
		t.Errorf("load: %v", err)
	}
}

func TestNeo4jAddress(t *testing.T) {
	for _, url := range []string{"", "http://graph", "bolt:", "graph:7687"} {
		if _, err := OpenNeo4j(context.Background(), Neo4j{URL: url}); !errors.Is(err, ErrInvalid) {
			t.Errorf("%q: %v", url, err)
		}
	}
}

// The statements name every field that a product has: what is forgotten in them is lost in Neo4j without a word.
func TestStatementsCarryEverything(t *testing.T) {
	for _, name := range []string{"zh", "en", "verdict", "days", "at"} {
		if !strings.Contains(cypherHas+cypherFits+cypherTie("REFILL"), "t."+name) || !strings.Contains(productColumns, name+":") {
			t.Errorf("%s is not written or not read", name)
		}
	}
}
