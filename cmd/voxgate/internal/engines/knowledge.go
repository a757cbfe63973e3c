package engines

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"

	"voxgate/cmd/voxgate/internal/config"
	"voxgate/dialog/handoff"
	"voxgate/dialog/knowledge"
	"voxgate/dialog/shop"
)

// OpenKnowledge opens what callers may ask beside their orders. The demo shop's products and answers belong to it alone;
// a shop's file brings its own.
func OpenKnowledge(ctx context.Context, cfg config.Knowledge, from config.Shop, log *slog.Logger) (*knowledge.Opened, error) {
	options := knowledge.Options{
		Database: cfg.Database, Entries: cfg.Entries, Products: cfg.Products, Neo4j: cfg.Neo4j.Graph(), Demo: from.Demo(), ShopFile: from.File, Log: log,
	}
	if options.Demo {
		file, err := shop.Demo()
		if err != nil {
			return nil, err
		}
		if options.ShopData, err = json.Marshal(map[string]any{"products": file.Products}); err != nil {
			return nil, fmt.Errorf("products of the demo shop: %w", err)
		}
	}
	return knowledge.Open(ctx, options)
}

// agentAdvice looks up for the agent what the caller asked last.
type agentAdvice struct{ known *knowledge.Knowledge }

// Hits implements dialog.Advice.
func (a agentAdvice) Hits(ctx context.Context, n handoff.Note) ([]handoff.Hit, error) {
	var hits []handoff.Hit
	for _, line := range n.LastLines {
		answer, ok, err := a.known.Ask(ctx, knowledge.Question{Text: line, Lang: n.Lang, Products: []string{n.Product}})
		if err != nil {
			return nil, err
		}
		if ok && (len(hits) == 0 || hits[len(hits)-1].ID != answer.ID) {
			hits = append(hits, handoff.Hit{ID: answer.ID, Text: answer.Pieces[0]})
		}
	}
	return hits, nil
}
