package script

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

const states = "one of CLOSED, LISTEN, SYN-SENT, SYN-RECEIVED, ESTABLISHED, FIN-WAIT-1, FIN-WAIT-2, CLOSE-WAIT, CLOSING, LAST-ACK, TIME-WAIT"

// TestErrors has one error a script: its place, what was found, what was expected.
func TestErrors(t *testing.T) {
	t.Parallel()
	const (
		flagsOf    = `: flags are of F S R P . U E W, or "-"`
		callNames  = "one of socket, bind, listen, accept, connect, read, write, send, recv, shutdown, close, setsockopt, getsockopt, fcntl, poll, ioctl"
		unsupp     = ", which is not supported"
		stateForms = `"state:" or "state PORT > PORT:"`
	)
	for _, c := range []struct {
		text string
		want string
	}{
		// Files.
		{"", "1:1: found end of file, expected an event"},
		{"// title: x\n", "2:1: found end of file, expected an event"},
		{"+0 close(3) = 0\n/* a\n", `2:1: found "/*" without an end, expected "*/" behind it`},
		{"+0 close(3) = 0\nab\x00", "2:3: found a NUL octet, expected text"},
		{"é", `1:1: found "é", expected printable ASCII outside of comments`},
		{"+0 close(3) = 0\n\x80", `2:1: found "\x80", expected printable ASCII outside of comments`},

		// Times.
		{"foo", `1:1: found "foo", expected a time: "+0.1", "0.1" or "*"`},
		{"-1 close(3) = 0", `1:1: found "-", expected a time: "+0.1", "0.1" or "*"`},
		{"+", `1:2: found end of file, expected a time: "+0.1", "0.1" or "*"`},
		{"+.", `1:2: found ".", expected a time: "+0.1", "0.1" or "*"`},
		{"+1s close(3) = 0", `1:2: found "1s", expected a time: "+0.1", "0.1" or "*"`},
		{"+0", `1:3: found end of file, expected "<", ">" or a call`},
		{"+0\n+1 close(3) = 0", `1:3: found end of line, expected "<", ">" or a call`},
		{"+100000001 close(3) = 0", `1:2: found "100000001", expected a time of at most 100000000 s`},
		{"+0.0000000001 close(3) = 0", `1:2: found "0.0000000001", expected a time of at most nine decimals`},
		{"+0.2~+0.1 > . 1:1(0)", `1:2: found "0.2~+0.1", expected a time that does not end before it begins`},
		{"+0.2~0.3 > . 1:1(0)", `1:6: found "0", expected "+"`},
		{"+0~+1 < . 1:1(0)", `1:1: found "+0~+1", expected one time: "*" and ranges are for outbound packets`},
		{"* close(3) = 0", `1:1: found "*", expected one time: "*" and ranges are for outbound packets`},
		{"+0...1 < . 1:1(0)", `1:1: found "+0...1", expected a time without "..." in front of a packet: calls alone block`},
		{"+0 close(3) = 0 +0 close(4) = 0", `1:17: found "+", expected end of line`},

		// Packets.
		{"+0 < S 0:0(0) ak 1", `1:15: found "ak", expected one of ack, win, urg, <options> or end of line`},
		{"+0 < S 0:0(0) win 1 ack 1", `1:21: found "ack", expected one of urg, <options> or end of line`},
		{"+0 < S 0:0(0) win 1 <nop,nop,nop,nop> urg", `1:39: found "urg", expected end of line`},
		{"+0 <", "1:5: found end of file, expected ports, flags or icmp" + flagsOf},
		{"+0 < \"S\" 0:0(0)", `1:6: found "\"S\"", expected ports, flags or icmp` + flagsOf},
		{"+0 < X 0:0(0)", `1:6: found "X", expected ports, flags or icmp` + flagsOf},
		{"+0 < SS 0:0(0)", `1:6: found "SS", expected ports, flags or icmp` + flagsOf},
		{"+0 < 1 > 2 X 0:0(0)", `1:12: found "X", expected flags` + flagsOf},
		{"+0 < 65536 > 2 S 0:0(0)", `1:6: found "65536", expected a port, 0 to 65535`},
		{"+0 < 1 > 65536 S 0:0(0)", `1:10: found "65536", expected a port, 0 to 65535`},
		{"+0 < S 0:0", `1:11: found end of file, expected "("`},
		{"+0 < S 0:10(9)", `1:8: found "0:10(9)", expected last - first to be the length, as in 0:9(9)`},
		{"+0 < S 4294967296:0(0)", `1:8: found "4294967296", expected a sequence number, 0 to 4294967295`},
		{"+0 < S 99999999999999999999:0(0)", `1:8: found "99999999999999999999", expected a sequence number, 0 to 4294967295`},
		{"+0 < S 0:65536(65536)", `1:16: found "65536", expected a length, 0 to 65535`},
		{"+0 < . 1:1(0) ack 4294967296", `1:19: found "4294967296", expected an acknowledgment number, 0 to 4294967295`},
		{"+0 < . 1:1(0) ack\n+0 close(3) = 0", `1:18: found end of line, expected an acknowledgment number, 0 to 4294967295`},
		{"+0 < S 0:0(0) win 65536", `1:19: found "65536", expected a window, 0 to 65535`},
		{"+0 < S 0:0(0) urg -1", `1:19: found "-", expected an urgent pointer, 0 to 65535`},
		{"+0 < [ttl 256] S 0:0(0)", `1:11: found "256", expected a ttl, 0 to 255`},
		{"+0 < [tos 0x100] S 0:0(0)", `1:11: found "0x100", expected a TOS octet, 0x00 to 0xff`},
		{"+0 < [ttl 1] [ttl 1] S 0:0(0)", `1:15: found "ttl", expected one ttl`},
		{"+0 < [ce] [tos 0x01] S 0:0(0)", `1:12: found "tos", expected one TOS`},
		{"+0 < [ttl 1) S 0:0(0)", `1:12: found ")", expected "]"`},
		{"+0 < [tll 1] S 0:0(0)", `1:7: found "tll", expected one of ttl, tos, noecn, ect0, ect1, ce`},

		// Options.
		{"+0 < S 0:0(0) <...>", `1:16: found "...", expected options: "<...>" is for outbound packets`},
		{"+0 < S 0:0(0) <>", `1:16: found ">", expected an option: ` + optionWords},
		{"+0 < S 0:0(0) <mss 65536>", `1:20: found "65536", expected a segment size, 0 to 65535`},
		{"+0 < S 0:0(0) <mms 1>", `1:16: found "mms", expected an option: ` + optionWords},
		{"+0 < S 0:0(0) <wscale 256>", `1:23: found "256", expected a shift count, 0 to 255`},
		{"+0 < S 0:0(0) <TS val 1 ecr 4294967296>", `1:29: found "4294967296", expected a timestamp, 0 to 4294967295`},
		{"+0 < S 0:0(0) <TS 1 ecr 1>", `1:19: found "1", expected "val"`},
		{"+0 < S 0:0(0) <sack>", `1:20: found ">", expected a sequence number, 0 to 4294967295`},
		{"+0 < S 0:0(0) <nop nop>", `1:20: found "nop", expected "," or ">"`},
		{"+0 < S 0:0(0) <mss 1460,nop>", `1:15: found "<mss 1460,nop>", expected a multiple of 4 octets of options, not 5: nop and eol fill up`},

		// ICMP.
		{"+0 < icmp", "1:10: found end of file, expected an ICMP type: one of unreachable, time_exceeded, packet_too_big, parameter_problem, source_quench"},
		{"+0 < icmp source_quench quick", `1:25: found "quick", expected a code of source_quench: a number`},
		{"+0 < icmp unreachable 256", `1:23: found "256", expected an ICMP code, 0 to 255`},
		{"+0 < icmp unreachable mtu 1", `1:23: found "mtu", expected it behind unreachable frag_needed or packet_too_big`},
		{"+0 < icmp unreachable 4 mtu 65536", `1:29: found "65536", expected an MTU, 0 to 65535`},
		{"+0 < icmp unreachable 4 [70000 > 1 0:0(0)]", `1:26: found "70000", expected a port, 0 to 65535`},
		{"+0 < icmp unreachable 4 [1:3(1)]", `1:26: found "1:3(1)", expected last - first to be the length, as in 1:2(1)`},
		{"+0 < icmp unreachable 4 7", `1:25: found "7", expected the quoted segment, "[first:last(length)]", or end of line`},

		// Calls.
		{"+0 foo", `1:4: found "foo", expected "<", ">" or a call`},
		{"+0 close 3", `1:10: found "3", expected "("`},
		{"+0 listen(3, 5 = 0", `1:16: found "=", expected "," or ")"`},
		{"+0 listen(3, 5\n+0 close(3) = 0", `1:15: found end of line, expected "," or ")"`},
		{"+0 listen(3, )", `1:14: found ")", expected an argument`},
		{"+0 close(3)", `1:12: found end of file, expected "="`},
		{"+0 close(3) = x y", `1:17: found "y", expected an errno as ECONNRESET, a note in round brackets or end of line`},
		{"+0 close(3) = 0 EBADF", `1:15: found "0 EBADF", expected -1 in front of an errno`},
		{"+0 close(3) = -1 EBADF (Bad", `1:24: found "(", expected ")" behind it on its line`},
		{"+0 close(3) = \"3\"", `1:15: found "\"3\"", expected a result: a number, "?" or "..."`},
		{"+0 close(9223372036854775808) = 0", `1:10: found "9223372036854775808", expected a number of at most 63 bits`},
		{"+0 close(A|3) = 0", `1:12: found "3", expected a name`},
		{"+0 close(\"a) = 0", `1:10: found a string without an end, expected '"'`},
		{`+0 close("a\q") = 0`, `1:12: found "\\q", expected one of \n \r \t \f \v \0 \\ \" or \x and two hexadecimal digits`},
		{`+0 close("a\x1") = 0`, `1:12: found "\\x", expected one of \n \r \t \f \v \0 \\ \" or \x and two hexadecimal digits`},
		{"+0 close({a=1, a=2}) = 0", `1:16: found "a", expected one field of that name`},
		{"+0 close({a 1}) = 0", `1:13: found "1", expected "="`},
		{"+0 close({}) = 0", `1:11: found "}", expected a field: name=value`},
		{"+0 close(" + strings.Repeat("[", 17), `1:26: found "[", expected brackets at most 16 deep`},

		// Options of the script.
		{"--ip_version=ipv5\n+0 close(3) = 0", `1:14: found "ipv5", expected ipv4 or ipv6`},
		{"--ip_version=ipv4\n--ip_version=ipv4\n+0 close(3) = 0", `2:1: found "--ip_version=ipv4", expected one --ip_version`},
		{"--mss=\n+0 close(3) = 0", "1:7: found end of option, expected a value"},
		{"--m-s=1\n+0 close(3) = 0", `1:1: found "--m-s=1", expected --name or --name=value`},
		{"--x=\"a\n+0 close(3) = 0", `1:1: found an option with an open quote, expected '"'`},
		{"+0 close(3) = 0\n--mss=1", `2:1: found "--mss=1", expected options in front of the first event`},

		// The head.
		{"// Title: x\n+0 close(3) = 0", `1:4: found "Title", expected "title:", or words that do not look like it`},
		{"//  titel: x\n+0 close(3) = 0", `1:5: found "titel", expected "title:", or words that do not look like it`},
		{"// title : x\n+0 close(3) = 0", `1:4: found "title", expected "title:", or words that do not look like it`},
		{"// requirement: x\n+0 close(3) = 0", `1:4: found "requirement", expected "requirements:", or words that do not look like it`},
		{"// requires: x\n+0 close(3) = 0", `1:4: found "requires", expected "requirements:", or words that do not look like it`},
		{"// label: x\n+0 close(3) = 0", `1:4: found "label", expected "labels:", or words that do not look like it`},
		{"// ISN: 1\n+0 close(3) = 0", `1:4: found "ISN", expected "isn:", or words that do not look like it`},
		{"/*\n * settings: A=1\n */\n+0 close(3) = 0", `2:4: found "settings", expected "set:", or words that do not look like it`},
		{"// title:\n+0 close(3) = 0", `1:10: found end of line, expected something behind "title:"`},
		{"// title: a\n// title: b\n+0 close(3) = 0", `2:11: found a second title, expected one`},
		{"// isn: 1 2\n+0 close(3) = 0", `1:11: found "2", expected end of line`},
		{"// isn: 4294967296\n+0 close(3) = 0", `1:9: found "4294967296", expected a sequence number, 0 to 4294967295`},
		{"// isn: 1\n// isn: 1\n+0 close(3) = 0", `2:9: found a second ISN, expected one`},
		{"// set: A=1 B\n+0 close(3) = 0", `1:13: found "B", expected Name=value`},
		{"// set: A=1 A=2\n+0 close(3) = 0", `1:13: found a second A, expected one (the first is at 1:9)`},
		{"// labels: a, b\n+0 close(3) = 0", `1:12: found "a,", expected a label of letters, digits, "-", ".", "_" and "/"; blanks part them`},
		{"// state: CLOSED\n+0 close(3) = 0", "1:4: found a state assertion, expected header lines or free words: assertions stand behind the first option or event"},
		{"+0 close(3) = 0\n// title: x", `2:4: found "title:", expected header lines in front of the first option or event`},

		// Assertions, and what might be taken for free words.
		{"+0 close(3) = 0\n// state: ESTAB", `2:11: found "ESTAB", expected ` + states},
		{"+0 close(3) = 0\n// state: closed", `2:11: found "closed", expected ` + states},
		{"+0 close(3) = 0\n// state:", `2:10: found end of line, expected ` + states},
		{"+0 close(3) = 0\n// state: CLOSED >", `2:19: found end of line, expected ` + states},
		{"+0 close(3) = 0\n// state: CLOSED LISTEN", `2:18: found "LISTEN", expected ">" or end of line`},
		{"+0 close(3) = 0\n// state: CLOSED > CLOSED", `2:20: found "CLOSED", expected a state other than the one before it`},
		{"+0 close(3) = 0\n//state", `2:8: found end of line, expected ":" or a port, 0 to 65535`},
		{"+0 close(3) = 0\n// state CLOSED", `2:10: found "CLOSED", expected ":" or a port, 0 to 65535`},
		{"+0 close(3) = 0\n// state 80: CLOSED", `2:12: found ":", expected ">"`},
		{"+0 close(3) = 0\n// state 80 > 65536: CLOSED", `2:15: found "65536", expected a port, 0 to 65535`},
		{"+0 close(3) = 0\n// state 80 > 5000 CLOSED", `2:20: found "CLOSED", expected ":"`},
		{"+0 close(3) = 0\n// states: CLOSED", `2:4: found "states", expected ` + stateForms},
		{"+0 close(3) = 0\n// states CLOSED", `2:4: found "states", expected ` + stateForms},
		{"+0 close(3) = 0\n// State: CLOSED", `2:4: found "State", expected ` + stateForms},
		{"+0 close(3) = 0\n// STATE is", `2:4: found "STATE", expected ` + stateForms},
		{"+0 close(3) = 0\n// sate 80 > 5000: CLOSED", `2:4: found "sate", expected ` + stateForms},
		{"+0 close(3) = 0\n// satte : CLOSED", `2:4: found "satte", expected ` + stateForms},
		{"+0 close(3) = 0\n/// state: CLOSED", `2:3: found "/", expected ` + stateForms},
		{"+0 close(3) /* state: CLOSED */ = 0", `1:13: found a state assertion, expected "="`},
		{`+0 bind(3, {sa_family=AF_UNIX}, 16) = 0`, `1:23: found "AF_UNIX", expected AF_INET or AF_INET6`},
		{`+0 bind(3, {sa_family=AF_INET, sin6_port=htons(80)}, 16) = 0`, `1:32: found "sin6_port", expected "sin_port"`},
		{`+0 bind(3, {sa_family=AF_INET, sin_port=80}, 16) = 0`, `1:41: found "80", expected "htons"`},
		{`+0 bind(3, {sa_family=AF_INET, sin_port=htons(65536)}, 16) = 0`, `1:47: found "65536", expected a port, 0 to 65535`},
		{`+0 bind(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=INADDR_ANY}, 16) = 0`, `1:61: found "INADDR_ANY", expected "inet_addr"`},
		{`+0 bind(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr(1)}, 16) = 0`, `1:71: found "1", expected an address in quotes`},
		{`+0 bind(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("::1")}, 16) = 0`, `1:71: found "\"::1\"", expected an IPv4 address in quotes`},
		{`+0 bind(3, {sa_family=AF_INET6, sin_port=htons(80), sin_addr=inet_addr("1.2.3.4")}, 16) = 0`, `1:72: found "\"1.2.3.4\"", expected an IPv6 address in quotes`},
		{`+0 bind(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("1.2.3.4"), x=1}, 16) = 0`, `1:81: found ",", expected "}"`},

		// Sound packetdrill, but not built here.
		{"`sleep 1`\n+0 close(3) = 0", "1:1: found the shell command \"`sleep 1`\"" + unsupp + ", expected a time"},
		{"+0 `sleep\n1`", "1:4: found the shell command \"`sleep\\n1`\"" + unsupp + ", expected a packet or a call"},
		{"+0 %{ print(1) }%", `1:4: found the Python code "%{ print(1) }%"` + unsupp + ", expected a packet or a call"},
		{"%{ print(1) }%", `1:1: found the Python code "%{ print(1) }%"` + unsupp + ", expected a time"},
		{"+0 epoll_create(1) = 5", `1:4: found the call "epoll_create"` + unsupp + ", expected " + callNames},
		{"+0 bind(3, htons(80), 16) = 0", `1:12: found the function "htons"` + unsupp + ", expected a number, a name, a string, a list or a struct"},
		{"+0 read(3, {..., 10}, 16) = 0", `1:13: found in a struct "..."` + unsupp + ", expected a field: name=value"},
		{"+0 < udp (10)", `1:6: found "udp"` + unsupp + ", expected a TCP segment or icmp"},
		{"+0 > icmp unreachable", `1:6: found an outbound "icmp"` + unsupp + ", expected a TCP segment: ICMP is inbound"},
		{"+0 < icmp echo_request", `1:11: found "echo_request"` + unsupp + ", expected an ICMP type: one of unreachable, time_exceeded, packet_too_big, parameter_problem, source_quench"},
		{"+0 < icmp unreachable [udp(10)]", `1:24: found a quoted "udp"` + unsupp + ", expected a TCP segment: first:last(length)"},
		{"+0 > [ect01] . 1:1(0)", `1:7: found "ect01"` + unsupp + ", expected one of ttl, tos, noecn, ect0, ect1, ce"},
		{"+0 > S.5 1:1(0)", `1:6: found an accurate-ECN count "S.5"` + unsupp + ", expected ports, flags or icmp" + flagsOf},
		{"+0 < S 0:0(0) <FO>", `1:16: found the option "FO"` + unsupp + ", expected one of " + optionWords},
		{"+0 < S 0:0(0) {mut ip 1 2}", `1:15: found a fuzzing rule "{"` + unsupp + ", expected one of ack, win, urg, <options> or end of line"},
		{"--ip_version=ipv4_mapped_ipv6\n+0 close(3) = 0", `1:14: found "ipv4_mapped_ipv6"` + unsupp + ", expected ipv4 or ipv6"},
	} {
		_, err := Parse("reset/x.pkt", []byte(c.text))
		want := "reset/x.pkt:" + c.want
		if err == nil || err.Error() != want {
			t.Errorf("%q:\n got %v\nwant %s", c.text, err, want)
			continue
		}
		if _, ok := err.(*Error); !ok {
			t.Errorf("%q: a %T, want *Error", c.text, err)
		}
		if got, want := Unsupported(err), strings.Contains(c.want, unsupp); got != want {
			t.Errorf("%q: Unsupported is %v, want %v", c.text, got, want)
		}
	}
}

func TestSeveralErrors(t *testing.T) {
	t.Parallel()
	_, err := Parse("x.pkt", []byte(strings.Join([]string{
		"// titel: x",
		"`sh`",
		"+0 < S 0:0(0) ak 1",
		"   and more of it",
		"+0 poll([{fd=3,",
		"   events=POLLIN)], 1, 0) = 0",
		"// state: ESTAB",
		"+0 listen(3, 5 = 0 // state: LISTEN > FOO",
		"// set: A=1",
		"+0 close(3) = 0",
	}, "\n")))
	list, ok := err.(ErrorList)
	if !ok {
		t.Fatalf("got %T %v", err, err)
	}
	var got []string
	for _, e := range list {
		got = append(got, fmt.Sprintf("%v %s %v", e.Pos, e.Found, e.Unsupported))
	}
	want := []string{
		`1:4 "titel" false`,
		"2:1 the shell command \"`sh`\" true",
		`3:15 "ak" false`,
		`6:17 ")" false`,
		`7:11 "ESTAB" false`,
		`8:16 "=" false`,
		`8:39 "FOO" false`,
		`9:4 "set:" false`,
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if lines := strings.Split(err.Error(), "\n"); len(lines) != len(want) {
		t.Errorf("Error has %d lines, want %d", len(lines), len(want))
	}
	if Unsupported(err) {
		t.Error("a script with a broken line counts as unsupported")
	}
	var one *Error
	if !errors.As(err, &one) || one.Pos != (Pos{1, 4}) {
		t.Errorf("errors.As gives %v", one)
	}
}

func TestErrorsAreBounded(t *testing.T) {
	t.Parallel()
	for _, line := range []string{"foo\n", "+0 foo(1) = 0\n", "// titel: x\n", "+0 close(3) = 0 // state\n"} {
		_, err := Parse("x.pkt", []byte(strings.Repeat(line, 100)))
		var list ErrorList
		if line == "foo\n" { // only the first can be told from lines that belong to it
			if _, ok := err.(*Error); !ok {
				t.Errorf("%q: got %v", line, err)
			}
			continue
		}
		if !errors.As(err, &list) || len(list) != maxErrors {
			t.Errorf("%q: got %d errors, want %d", line, len(list), maxErrors)
		}
	}
}

func TestUnsupportedAlone(t *testing.T) {
	t.Parallel()
	_, err := Parse("x.pkt", []byte("`a`\n+0 epoll_wait(3) = 0\n"))
	if _, ok := err.(ErrorList); !ok || !Unsupported(err) {
		t.Errorf("got %v", err)
	}
	if Unsupported(nil) || Unsupported(errors.New("x")) {
		t.Error("what is no error of a script counts as unsupported")
	}
	if !Unsupported(fmt.Errorf("case x: %w", err)) {
		t.Error("a wrapped list does not count")
	}
}

func TestSize(t *testing.T) {
	t.Parallel()
	event := "+0 close(3) = 0\n"
	if _, err := Parse("x.pkt", []byte(event+strings.Repeat(" ", MaxSize-len(event)))); err != nil {
		t.Errorf("%d octets: %v", MaxSize, err)
	}
	_, err := Parse("x.pkt", []byte(event+strings.Repeat(" ", MaxSize-len(event)+1)))
	if want := "x.pkt:2:1048561: found a file of 1048577 octets, expected at most 1048576"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	var names strings.Builder
	for i := range MaxSize / 16 {
		fmt.Fprintf(&names, "a%d=1, ", i)
	}
	if _, err := Parse("x.pkt", []byte("+0 close({"+names.String()+"z=1}) = 0")); err != nil {
		t.Errorf("a struct of many fields: %v", err)
	}
	if _, err := Parse("x.pkt", []byte("// set: "+strings.ReplaceAll(names.String(), ",", "")+"\n+0 close(3) = 0")); err != nil {
		t.Errorf("many settings: %v", err)
	}
	for _, deep := range []string{"[", "{a=", "`", "/*", "\"", "%{", "<", "// state\n"} {
		if _, err := Parse("x.pkt", []byte("+0 close("+strings.Repeat(deep, MaxSize/16))); err == nil {
			t.Errorf("%q repeated is taken", deep)
		}
	}
}
