package page

import (
	"github.com/twinstack/twinstack/harness/archive"
	"github.com/twinstack/twinstack/harness/report/heatmap"
)

// heatmapOf is the matrix as squares, nil where it was not played.
func heatmapOf(m *archive.Matrix) (*heatmap.Section, error) {
	if m == nil {
		return nil, nil
	}
	s, err := heatmap.NewSection(heatmap.Of(m, "go run ./ci matrix --show"))
	return &s, err
}
