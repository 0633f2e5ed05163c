package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/twinstack/twinstack/harness/trace"
)

// fields are what tshark is asked for of each packet.
var fields = []string{"frame.time_epoch", "frame.packet_flags_direction", "frame.len", "ip.src", "ipv6.src", "tcp.seq_raw", "tcp.flags",
	"tcp.checksum.status", "ip.checksum.status", "icmp.checksum.status", "icmpv6.checksum.status", "_ws.malformed", "_ws.expert.group", "_ws.expert.severity"}

// How tshark numbers what it has against a packet (epan/proto.h).
const (
	malformedGroup, protocolGroup = 0x07000000, 0x09000000
	warning                       = 0x00600000
	badChecksum                   = "0" // of a field that ends in checksum.status
)

// dissect has tshark read captures, one after the other as sections of one file, which starts it once. Port 8080 is HTTP to it,
// which no octets here are.
func dissect(t *testing.T, tshark string, all []captured) [][]string {
	t.Helper()
	var file bytes.Buffer
	for _, c := range all {
		file.Write(c.file)
	}
	name := filepath.Join(t.TempDir(), "all.pcapng")
	if err := os.WriteFile(name, file.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	args := []string{"-n", "-r", name, "-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE", "--disable-protocol", "http",
		"-T", "fields", "-E", "occurrence=a"}
	for _, f := range fields {
		args = append(args, "-e", f)
	}
	var out, errs bytes.Buffer
	cmd := exec.Command(tshark, args...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("tshark: %v\n%s", err, &errs)
	}
	var rows [][]string
	for line := range strings.Lines(out.String()) {
		rows = append(rows, strings.Split(strings.TrimSuffix(line, "\n"), "\t"))
	}
	return rows
}

// tshark reads every capture: all packets are there, with the trace's times, directions and numbers, and in its order. It finds
// something wrong with those alone that a script makes wrong on purpose.
func TestTsharkReadsCaptures(t *testing.T) {
	t.Parallel()
	tshark, err := exec.LookPath("tshark")
	if err != nil {
		t.Skip("no tshark on the PATH: apt-get install tshark")
	}
	all := captures(t)
	rows := dissect(t, tshark, all)
	at, lies := 0, map[string]int{}
	for _, c := range all {
		for n, e := range c.packets() {
			if at >= len(rows) {
				t.Fatalf("tshark reads %d packets, expected more: those from %s on %s on", len(rows), c.trace.Case, c.trace.IUT)
			}
			row := map[string]string{}
			for i, f := range fields {
				row[f] = rows[at][i]
			}
			at++
			where := fmt.Sprintf("%s on %s over %s, packet %d", c.trace.Case, c.trace.IUT, c.trace.Family, n+1)
			for f, want := range expectedFields(e, c.inbound(e)) {
				if row[f] != want {
					t.Errorf("%s: %s is %q, expected %q", where, f, row[f], want)
				}
			}
			wrong := faults(row)
			if cutShort(e) {
				wrong = slices.DeleteFunc(wrong, func(w string) bool { return strings.HasPrefix(w, "tcp.checksum") })
			}
			if odd := e.Kind == trace.Received && onPurpose(e); len(wrong) > 0 && !odd {
				t.Errorf("%s: tshark has %q against %s, expected nothing", where, wrong, e.Packet.Notation(e.Kind, e.Shift, trace.Full))
			}
			for _, lie := range []string{"checksum=bad", "offset=15"} { // it must be seen to find them
				if slices.Contains(strings.Fields(e.With), lie) {
					lies[lie]++
					if len(wrong) == 0 {
						t.Errorf("%s: tshark has nothing against a packet with %s", where, e.With)
					}
				}
			}
		}
	}
	if at != len(rows) {
		t.Errorf("tshark reads %d packets, expected %d", len(rows), at)
	}
	if len(lies) != 2 {
		t.Errorf("packets with lies: %v, expected some of each kind", lies)
	}
}

// expectedFields are what tshark must say of a packet whose headers are whole.
func expectedFields(e *trace.Event, inbound bool) map[string]string {
	want := map[string]string{"frame.time_epoch": fmt.Sprintf("%d.%09d", e.At/1e9, e.At%1e9), "frame.packet_flags_direction": "0x00000002",
		"frame.len": strconv.Itoa(len(e.Packet.Raw))}
	if inbound {
		want["frame.packet_flags_direction"] = "0x00000001"
	}
	if e.Packet.ICMP != nil || e.Packet.Bad != "" || strings.Contains(e.With, "offset=") {
		return want
	}
	if e.Packet.Src.Is6() {
		want["ipv6.src"] = e.Packet.Src.String()
	} else {
		want["ip.src"] = e.Packet.Src.String()
	}
	reserved, _ := strconv.Atoi(word(e.With, "reserved="))
	want["tcp.seq_raw"], want["tcp.flags"] = strconv.FormatUint(uint64(e.Packet.TCP.Seq), 10), fmt.Sprintf("0x%04x", reserved<<8|int(e.Packet.TCP.Flags))
	return want
}

// word is what stands behind a name in a "with" line.
func word(with, name string) string {
	for w := range strings.FieldsSeq(with) {
		if value, ok := strings.CutPrefix(w, name); ok {
			return value
		}
	}
	return ""
}

// faults are what tshark has against a packet: that it is malformed, that a checksum is wrong, or that a header is.
func faults(row map[string]string) (wrong []string) {
	if row["_ws.malformed"] != "" {
		wrong = append(wrong, row["_ws.malformed"])
	}
	for f, status := range row {
		if strings.HasSuffix(f, "checksum.status") && slices.Contains(strings.Split(status, ","), badChecksum) {
			wrong = append(wrong, f)
		}
	}
	groups, severities := strings.Split(row["_ws.expert.group"], ","), strings.Split(row["_ws.expert.severity"], ",")
	for i, g := range groups {
		group, _ := strconv.Atoi(g)
		severity := 0
		if i < len(severities) {
			severity, _ = strconv.Atoi(severities[i])
		}
		if severity >= warning && (group == malformedGroup || group == protocolGroup) {
			wrong = append(wrong, fmt.Sprintf("group %#x, severity %#x", group, severity))
		}
	}
	slices.Sort(wrong)
	return wrong
}

// onPurpose says whether a script makes a packet odd: by what its "with" line says, by a window scale above 14 (RFC 7323 §2.3), or
// by octets behind the end of the options that are not zero (RFC 9293 §3.2).
func onPurpose(e *trace.Event) bool {
	if e.With != "" || e.Packet.TCP == nil {
		return e.With != ""
	}
	over := false
	for _, o := range e.Packet.TCP.Options {
		if over && o.Kind != trace.OptEOL || o.Kind == trace.OptWindowScale && len(o.Data) == 1 && o.Data[0] > 14 {
			return true
		}
		over = over || o.Kind == trace.OptEOL
	}
	return false
}

// cutShort says whether a packet quotes one of which a part is left out, as it has to where the whole has no room (RFC 4443 §2.4).
// tshark counts the quoted segment's checksum all the same, over what is there.
func cutShort(e *trace.Event) bool {
	if e.Packet.ICMP == nil {
		return false
	}
	const header = 40
	q := e.Packet.ICMP.Quoted
	return len(q) > header && q[0]>>4 == 6 && int(q[4])<<8|int(q[5]) > len(q)-header
}
