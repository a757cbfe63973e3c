package knowledge

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"path"
	"slices"
)

// Options say what the knowledge is made of.
type Options struct {
	Database string // SQLite file that the API's edits are kept in; empty or ":memory:": they end with the process
	Demo     bool   // the demo shop answers: its questions and products are known
	ShopFile string // the shop's JSON file, whose "kb" and "products" are taken; empty: none
	ShopData []byte // the text of such a file instead of its name
	Entries  string // file of questions and answers, followed while the program runs; empty: none
	Products string // file of products, followed; empty: none
	Neo4j    Neo4j  // where the products lie instead of SQLite; the zero value: SQLite
	Log      *slog.Logger
}

// Opened is a Knowledge with what it holds open.
type Opened struct {
	*Knowledge
	options  Options
	db       *sql.DB
	graph    Graph
	products []Product // of the demo and of the shop's file
	follower *follower
}

// Open opens the knowledge and begins to follow its files. A file that is broken is an error that names its line.
func Open(ctx context.Context, o Options) (_ *Opened, err error) {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Database == "" {
		o.Database = ":memory:"
	}
	if _, err := wordings(); err != nil {
		return nil, fmt.Errorf("knowledge: %w", err)
	}
	k := &Opened{options: o}
	if k.db, err = OpenDatabase(ctx, o.Database); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, k.Close())
		}
	}()
	k.graph = NewSQLiteGraph(k.db)
	if o.Neo4j.URL != "" {
		remote, err := OpenNeo4j(ctx, o.Neo4j)
		if err != nil {
			return nil, err
		}
		k.graph = remote
	}
	base, err := NewBase(ctx, k.db)
	if err != nil {
		return nil, err
	}
	adviser, err := NewAdviser(ctx, k.graph)
	if err != nil {
		return nil, err
	}
	k.Knowledge = &Knowledge{Base: base, Adviser: adviser}
	if err := k.loadShop(ctx); err != nil {
		return nil, err
	}
	if err := k.loadEntries(ctx); err != nil {
		return nil, err
	}
	if err := k.loadProducts(ctx); err != nil {
		return nil, err
	}
	k.follower = follow(o, k.loadEntries, k.loadProducts)
	return k, nil
}

// Close ends the following of files and releases the store.
func (k *Opened) Close() error {
	var faults []error
	if k.follower != nil {
		k.follower.close()
	}
	if remote, ok := k.graph.(*Neo4jGraph); ok {
		faults = append(faults, remote.Close())
	}
	return errors.Join(append(faults, k.db.Close())...)
}

// loadShop takes what ships and what the shop's file says; the shop's own word goes before the demo's.
func (k *Opened) loadShop(ctx context.Context) error {
	general, demo, err := Shipped(k.options.Demo)
	if err != nil {
		return err
	}
	if err := k.Base.Load(ctx, General, general); err != nil {
		return err
	}
	tree := value{isList: true}
	switch {
	case k.options.ShopData != nil:
		tree, err = readTree(k.options.ShopData, ".json")
	case k.options.ShopFile != "":
		tree, err = readFile(k.options.ShopFile)
	}
	if err != nil {
		return fmt.Errorf("the shop's file: %w", err)
	}
	entries, err := entriesOf(tree)
	if err != nil {
		return fmt.Errorf("the shop's file: kb: %w", err)
	}
	products, err := productsOf(tree, false)
	if err != nil {
		return fmt.Errorf("the shop's file: products: %w", err)
	}
	if k.options.Demo {
		known, err := demoProducts()
		if err != nil {
			return err
		}
		products = Merge(products, known)
	}
	k.products = products
	return k.Base.Load(ctx, Shop, append(demo, entries...))
}

// demoProducts are the products of the demo shop.
func demoProducts() ([]Product, error) {
	const name = "catalogue/demo.yaml"
	data, err := catalogueFile.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("built-in products: %w", err)
	}
	products, err := ParseProducts(data, path.Ext(name))
	if err != nil {
		return nil, fmt.Errorf("built-in products: %w", err)
	}
	return products, nil
}

func (k *Opened) loadEntries(ctx context.Context) error {
	if k.options.Entries == "" {
		return nil
	}
	entries, err := ReadEntries(k.options.Entries)
	if err != nil {
		return err
	}
	return k.Base.Load(ctx, File, entries)
}

// loadProducts puts the file's products over those of the shop. A graph of Neo4j without any is left as it is.
func (k *Opened) loadProducts(ctx context.Context) error {
	products := k.products
	if k.options.Products != "" {
		own, err := ReadProducts(k.options.Products)
		if err != nil {
			return err
		}
		products = Merge(own, products)
	}
	if _, remote := k.graph.(*Neo4jGraph); remote && len(products) == 0 {
		return nil
	}
	return k.Adviser.Load(ctx, products)
}

// Merge joins two lists of products; of a product in both, the first list's fields go before the second's.
func Merge(first, second []Product) []Product {
	out := slices.Clone(first)
	for _, q := range second {
		i := slices.IndexFunc(out, func(p Product) bool { return p.Name == q.Name })
		if i < 0 {
			out = append(out, q)
			continue
		}
		p := &out[i]
		p.EN, p.Price = either(p.EN, q.EN), either(p.Price, q.Price)
		p.Category = Text{ZH: either(p.Category.ZH, q.Category.ZH), EN: either(p.Category.EN, q.Category.EN)}
		if !p.Ages.Known() {
			p.Ages = q.Ages
		}
		if p.Stock == nil {
			p.Stock = q.Stock
		}
		p.Attributes = join(p.Attributes, q.Attributes, func(a Attribute) string { return a.Name })
		// The shop writes a value in one language; the catalogue may have the other.
		for n := range p.Attributes {
			for _, a := range q.Attributes {
				if a.Name == p.Attributes[n].Name && a.Value.ZH == p.Attributes[n].Value.ZH {
					p.Attributes[n] = a
				}
			}
		}
		p.Fits = join(p.Fits, q.Fits, func(f Fit) string { return f.Need })
		p.Refills = join(p.Refills, q.Refills, func(r Refill) string { return r.Product })
		p.Care = join(p.Care, q.Care, func(t Text) string { return t.ZH })
		for _, list := range []struct{ to, from *[]string }{
			{&p.Aliases, &q.Aliases}, {&p.Accessories, &q.Accessories}, {&p.Complements, &q.Complements}, {&p.Alternatives, &q.Alternatives},
		} {
			*list.to = join(*list.to, *list.from, func(s string) string { return s })
		}
		p.Seasons = join(p.Seasons, q.Seasons, func(s Season) Season { return s })
	}
	return out
}

// join appends what the first list does not have by its key.
func join[T any, K comparable](first, second []T, key func(T) K) []T {
	out := slices.Clone(first)
	for _, b := range second {
		if !slices.ContainsFunc(first, func(a T) bool { return key(a) == key(b) }) {
			out = append(out, b)
		}
	}
	return out
}
