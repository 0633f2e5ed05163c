package capture

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Folder is a folder of captures: IUT/FAMILY/CASE.pcapng, where the case has its topic in its name.
type Folder struct {
	dir   string
	taken map[string]bool // names without regard to case, as some file systems have them
	n     int             // captures
}

// Open makes the folder if there is none. What is in it stays, but for a capture of the same name.
func Open(dir string) (*Folder, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	return &Folder{dir: dir, taken: map[string]bool{}}, nil
}

// Add writes the capture of a case. The error is of a file or a folder that cannot be written.
func (f *Folder) Add(c *Case) (err error) {
	path := filepath.Join(f.dir, filepath.FromSlash(f.name(c)))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if err := c.Write(file); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	f.n++
	return nil
}

// Len is how many captures were written.
func (f *Folder) Len() int { return f.n }

// String names the folder.
func (f *Folder) String() string { return f.dir }

// name is the name of a case's capture in the folder, which no other has.
func (f *Folder) name(c *Case) string {
	base := Name(c.Trace.IUT, c.Trace.Family, c.Trace.Case)
	name := base
	for n := 2; f.taken[strings.ToLower(name)]; n++ {
		name = fmt.Sprintf("%s~%d", base, n)
	}
	f.taken[strings.ToLower(name)] = true
	return name + ".pcapng"
}

// Name joins parts into a relative path with slashes that any file system takes. Each part may have slashes of its own.
// A space becomes "_"; what Windows does not take in a name becomes "%" and its number in hexadecimal.
func Name(parts ...string) string {
	var clean []string
	for _, part := range parts {
		for element := range strings.SplitSeq(part, "/") {
			if element != "" && element != "." {
				clean = append(clean, cleanElement(element))
			}
		}
	}
	return strings.Join(clean, "/")
}

func cleanElement(s string) string {
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case c == ' ':
			b.WriteByte('_')
		case c < ' ' || strings.IndexByte(`<>:"\|?*%`, c) >= 0, c == '.' && i == len(s)-1, i == 0 && reserved(s):
			fmt.Fprintf(&b, "%%%02X", c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// reserved says whether Windows takes a name for a device, whatever stands behind its first dot.
func reserved(name string) bool {
	device, _, _ := strings.Cut(strings.ToUpper(name), ".")
	switch device {
	case "CON", "PRN", "AUX", "NUL":
		return true
	}
	return len(device) == 4 && (device[:3] == "COM" || device[:3] == "LPT") && device[3] >= '0' && device[3] <= '9'
}
