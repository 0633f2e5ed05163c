package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/twinstack/twinstack/harness/archive"
	"github.com/twinstack/twinstack/harness/report/heatmap"
)

// writeOut leaves the matrix in a folder, as a page of HTML and as JSON: the same run gives the same octets.
func writeOut(c console, folder string, f *archive.File) error {
	var page, object bytes.Buffer
	if err := errors.Join(heatmap.Write(&page, heatmap.Of(f.Matrix, replay)), archive.Write(&object, f)); err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	html, data := filepath.Join(folder, "matrix.html"), filepath.Join(folder, "matrix.json")
	if err := errors.Join(os.WriteFile(html, page.Bytes(), 0o644), os.WriteFile(data, object.Bytes(), 0o644)); err != nil {
		return err
	}
	fmt.Fprintf(c.out, "written: %s, %s\n", html, data)
	return nil
}

// replay is the command that plays a case of the matrix.
const replay = "go run ./ci matrix --show"
