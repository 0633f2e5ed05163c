package peers

import (
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// Namespace is a Linux network namespace that nobody else knows: it has no name, and ends with what runs in it.
type Namespace struct{ calls chan func() }

// NewNamespace makes a namespace with its loopback interface up. It takes CAP_SYS_ADMIN and ip(8).
func NewNamespace() (*Namespace, error) {
	n := &Namespace{make(chan func())}
	made := make(chan error)
	go func() {
		// The thread is in the namespace from here on. It is never unlocked, so it ends with this goroutine.
		runtime.LockOSThread()
		err := syscall.Unshare(syscall.CLONE_NEWNET)
		made <- err
		if err != nil {
			return
		}
		for call := range n.calls {
			call()
		}
	}()
	if err := <-made; err != nil {
		return nil, os.NewSyscallError("unshare", err)
	}
	if err := n.Run("ip", "link", "set", "lo", "up"); err != nil {
		n.Close()
		return nil, err
	}
	return n, nil
}

// Do makes a call whose system calls are the namespace's: sockets that it opens and commands that it starts stay there.
func (n *Namespace) Do(call func() error) error {
	done := make(chan error)
	n.calls <- func() { done <- call() }
	return <-done
}

// Start starts a command in the namespace. It is killed when the namespace closes.
func (n *Namespace) Start(cmd *exec.Cmd) error {
	return n.Do(func() error {
		cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
		return cmd.Start()
	})
}

// Run runs a command in the namespace. The error has what it printed.
func (n *Namespace) Run(name string, args ...string) error {
	cmd := exec.Command(name, args...)
	var printed strings.Builder
	cmd.Stdout, cmd.Stderr = &printed, &printed
	err := n.Start(cmd)
	if err == nil {
		err = cmd.Wait()
	}
	if err != nil {
		return fmt.Errorf("%s: %w: %s", cmd, err, strings.TrimSpace(printed.String()))
	}
	return nil
}

// Address gives an interface an MTU in octets, and an IPv4 and an IPv6 address with peers at the other end of the cable. It
// returns once both are of use.
func (n *Namespace) Address(name string, mtu int, own, peer [2]netip.Addr) error {
	commands := [][]string{{"link", "set", name, "mtu", fmt.Sprint(mtu), "up"}}
	for i := range own {
		add := []string{"addr", "add", own[i].String(), "peer", peer[i].String(), "dev", name}
		if own[i].Is6() {
			add = append(add, "nodad")
		}
		commands = append(commands, add)
	}
	for _, args := range commands {
		if err := n.Run("ip", args...); err != nil {
			return err
		}
	}
	return n.reaches(peer[1])
}

// reaches waits for a route: that of an IPv6 address is made by a task of the kernel's, some time after the address.
func (n *Namespace) reaches(peer netip.Addr) error {
	for deadline := time.Now().Add(10 * time.Second); ; {
		err := n.Run("ip", "route", "get", peer.String())
		if err == nil || time.Now().After(deadline) {
			return err
		}
	}
}

// Close ends the namespace, once nothing of it is in use any more.
func (n *Namespace) Close() { close(n.calls) }
