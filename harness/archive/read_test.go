package archive

import (
	"bytes"
	"os"
	"testing"
)

func TestTmp(t *testing.T) {
	for _, n := range []string{"/tmp/outr/results.json", "/tmp/outm2/matrix.json"} {
		d, _ := os.ReadFile(n)
		f, err := Read(n, bytes.NewReader(d))
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := Write(&b, f); err != nil || !bytes.Equal(b.Bytes(), d) {
			t.Error("differs", err, b.Len(), len(d))
			os.WriteFile("/tmp/x.json", b.Bytes(), 0o644)
		}
	}
}
