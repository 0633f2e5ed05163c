//go:build race

package squares

func init() { raced = true }
