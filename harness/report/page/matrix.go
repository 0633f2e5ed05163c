package page

import (
	"github.com/twinstack/twinstack/harness/archive"
	"github.com/twinstack/twinstack/harness/report/heatmap"
)

// heatmapOf is the matrix as squares, nil where it was not played.
func heatmapOf(m *archive.Matrix) (*heatmap.Section, error) {
	return nil, nil
}
