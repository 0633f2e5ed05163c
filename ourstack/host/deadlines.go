package host

// deadlines is a binary heap of connections by when they are due, then by age, so that the order is always the same.
type deadlines []*conn

func (d deadlines) less(i, j int) bool {
	if d[i].at != d[j].at {
		return d[i].at < d[j].at
	}
	return d[i].serial < d[j].serial
}

func (d deadlines) swap(i, j int) {
	d[i], d[j] = d[j], d[i]
	d[i].heap, d[j].heap = i, j
}

// update puts a connection where its deadline says.
func (d *deadlines) update(c *conn) {
	at, ok := c.Deadline()
	if !ok {
		d.remove(c)
		return
	}
	if c.heap < 0 {
		c.at, c.heap = at, len(*d)
		*d = append(*d, c)
		d.up(c.heap)
		return
	}
	if c.at == at {
		return
	}
	c.at = at
	d.fix(c.heap)
}

func (d *deadlines) remove(c *conn) {
	i := c.heap
	if i < 0 {
		return
	}
	last := len(*d) - 1
	d.swap(i, last)
	(*d)[last] = nil
	*d = (*d)[:last]
	c.heap = -1
	if i < last {
		d.fix(i)
	}
}

func (d deadlines) fix(i int) {
	if !d.down(i) {
		d.up(i)
	}
}

func (d deadlines) up(i int) {
	for i > 0 {
		parent := (i - 1) / 2
		if !d.less(i, parent) {
			return
		}
		d.swap(i, parent)
		i = parent
	}
}

// down reports whether anything moved.
func (d deadlines) down(i int) bool {
	start := i
	for {
		child := 2*i + 1
		if child >= len(d) {
			return i > start
		}
		if child+1 < len(d) && d.less(child+1, child) {
			child++
		}
		if !d.less(child, i) {
			return i > start
		}
		d.swap(i, child)
		i = child
	}
}
