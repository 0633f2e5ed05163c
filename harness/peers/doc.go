// Package peers holds ours, with its sockets of package sock and in real time, against peers that real programs would have:
// netstack, and the Linux kernel behind a TUN interface with curl and python3 on it. Its tests are all there is to it; what
// is no test here is what they stand on: a netstack with sockets, a network namespace, an impaired cable.
package peers
