// Package specs is the Ginkgo suite: every fixture on every IUT, and the comparisons.
package specs

import (
	_ "github.com/onsi/ginkgo/v2"
	_ "github.com/onsi/gomega"
)
