# SPDX-License-Identifier: ISC
"""A relay between a host and the device: it shows what an observer on the wire
sees, and changes it where the demo plays the attacker."""

import socket
import threading

HELLO, WELCOME, RECORD, CLOSE = "HELLO", "WELCOME", "record", "close"
WELCOME_LEN = 21
OVERHEAD = 9


class Splitter:
    """Cuts one direction's bytes into messages (PROTOCOL 6)."""

    def __init__(self, from_host):
        self.from_host = from_host
        self.first = True
        self.rest = b""

    def feed(self, data):
        self.rest += data
        while self.rest:
            if not self.first:
                length, kind = self.rest[0] + OVERHEAD, RECORD if self.rest[0] else CLOSE
            elif self.from_host:
                length, kind = 1 + self.rest[0], HELLO
            else:
                length, kind = WELCOME_LEN, WELCOME
            if len(self.rest) < length:
                return
            self.first = False
            message, self.rest = self.rest[:length], self.rest[length:]
            yield kind, message


class Relay:
    """Listens on a free port of 127.0.0.1 and forwards one connection to target.

    messages collects (from_host, kind, bytes) in the order they passed;
    change(from_host, offset, data) may return other bytes to forward."""

    def __init__(self, target, change=None):
        self.target = target
        self.change = change or (lambda from_host, offset, data: data)
        self.messages = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self):
        host, _ = self.listener.accept()
        self.listener.close()
        device = socket.create_connection(("127.0.0.1", self.target))
        pumps = [threading.Thread(target=self._pump, args=way, daemon=True)
                 for way in ((host, device, True), (device, host, False))]
        for pump in pumps:
            pump.start()
        for pump in pumps:
            pump.join()
        host.close()
        device.close()

    def _pump(self, source, sink, from_host):
        splitter = Splitter(from_host)
        offset = 0
        try:
            while data := source.recv(4096):
                self.messages += [(from_host, *m) for m in splitter.feed(data)]
                sink.sendall(self.change(from_host, offset, data))
                offset += len(data)
        except OSError:
            pass
        try:
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def finish(self, timeout=10):
        self.thread.join(timeout)
        return self.messages

    def sent_by_host(self):
        return b"".join(data for from_host, _, data in self.messages if from_host)
