package knowledge

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
)

// graphSchema: products are documents; ties are what they are looked for by.
const graphSchema = `
CREATE TABLE IF NOT EXISTS products (name TEXT PRIMARY KEY, category TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, doc TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS ties (product TEXT NOT NULL, kind TEXT NOT NULL, target TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS ties_target ON ties (kind, target);
`

// SQLiteGraph is a graph in a database of OpenDatabase.
type SQLiteGraph struct{ db *sql.DB }

// NewSQLiteGraph is the graph in a database of OpenDatabase.
func NewSQLiteGraph(db *sql.DB) *SQLiteGraph { return &SQLiteGraph{db: db} }

// Product implements Graph.
func (g *SQLiteGraph) Product(ctx context.Context, name string) (Product, bool, error) {
	found, err := g.products(ctx, `SELECT doc FROM products WHERE name = ?`, name)
	if err != nil || len(found) == 0 {
		return Product{}, false, err
	}
	return found[0], true, nil
}

// Fitting implements Graph.
func (g *SQLiteGraph) Fitting(ctx context.Context, wish Wish) ([]Product, error) {
	return g.products(ctx, `SELECT doc FROM products WHERE (? = '' OR category = ?)
		AND (? = '' OR name IN (SELECT product FROM ties WHERE kind = 'suits' AND target = ?))
		AND (? < 0 OR first <= ? AND last >= ?) ORDER BY name`,
		wish.Category, wish.Category, wish.Need, wish.Need, wish.Age, wish.Age, wish.Age)
}

func (g *SQLiteGraph) products(ctx context.Context, query string, args ...any) (_ []Product, err error) {
	rows, err := g.db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, unavailable("look up products", err)
	}
	defer func() { err = errors.Join(err, unavailable("look up products", rows.Close())) }()
	var out []Product
	for rows.Next() {
		var doc string
		var p Product
		if err := rows.Scan(&doc); err != nil {
			return nil, unavailable("look up products", err)
		}
		if err := json.Unmarshal([]byte(doc), &p); err != nil {
			return nil, unavailable("look up products", err)
		}
		out = append(out, p)
	}
	return out, unavailable("look up products", rows.Err())
}

// Vocabulary implements Graph.
func (g *SQLiteGraph) Vocabulary(ctx context.Context) (Vocabulary, error) {
	products, err := g.products(ctx, `SELECT doc FROM products ORDER BY name`)
	return vocabularyOf(products), err
}

// vocabularyOf are the words of a list of products.
func vocabularyOf(products []Product) Vocabulary {
	var v Vocabulary
	for _, p := range products {
		v.Products = append(v.Products, Named{Name: p.Name, EN: p.EN, Aliases: p.Aliases, Category: p.Category})
		for _, a := range p.Attributes {
			v.Attributes = append(v.Attributes, a.Name)
		}
		for _, f := range p.Fits {
			v.Needs = append(v.Needs, f.Need)
		}
	}
	slices.Sort(v.Attributes)
	slices.Sort(v.Needs)
	v.Attributes, v.Needs = slices.Compact(v.Attributes), slices.Compact(v.Needs)
	return v
}

// Replace implements Graph.
func (g *SQLiteGraph) Replace(ctx context.Context, products []Product) error {
	tx, err := g.db.BeginTx(ctx, nil)
	if err != nil {
		return unavailable("replace products", err)
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.ExecContext(ctx, `DELETE FROM products; DELETE FROM ties`); err != nil {
		return unavailable("replace products", err)
	}
	for _, p := range products {
		if err := p.Check(); err != nil {
			return err
		}
		if err := insert(ctx, tx, p); err != nil {
			return unavailable("replace products", err)
		}
	}
	return unavailable("replace products", tx.Commit())
}

func insert(ctx context.Context, tx *sql.Tx, p Product) error {
	doc, err := json.Marshal(p)
	if err != nil {
		return err
	}
	ages := p.Ages
	if !ages.Known() {
		ages = Ages{From: -1, To: -1}
	}
	if _, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO products VALUES (?, ?, ?, ?, ?)`, p.Name, p.Category.ZH, ages.From, ages.To, string(doc)); err != nil {
		return err
	}
	for _, f := range p.Fits {
		if f.Verdict != Suits {
			continue
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO ties VALUES (?, 'suits', ?)`, p.Name, f.Need); err != nil {
			return err
		}
	}
	return nil
}
