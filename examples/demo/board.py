# SPDX-License-Identifier: ISC
"""Runs mssl-board and reads its event lines (docs/FORMATS.md, Virtual board)."""

import subprocess
import threading
import time

GONE = ["0", "gone"]        # the last event: the board has ended


class Board:
    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True)
        self.events = []
        self.echoes = 0
        self.changed = threading.Condition()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            with self.changed:
                self.events.append(line.split())
                self.changed.notify_all()
        with self.changed:
            self.events.append(GONE)
            self.changed.notify_all()

    def tell(self, line):
        """A command. A board that is gone takes none: its events say so."""
        try:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass

    def mark(self):
        """A place in the events behind all that happened by now, for wait() and told() to start from."""
        with self.changed:
            since, self.echoes = len(self.events), self.echoes + 1
            echo = ["echo", str(self.echoes)]
        self.tell(" ".join(echo))
        heard = self.wait(lambda e: e[1:] == echo, since, 60)
        with self.changed:
            if heard:
                return self.events.index(heard) + 1
            if self.events[-1:] != [GONE]:
                raise TimeoutError("the board does not echo")
            return len(self.events)

    def wait(self, match, since=0, timeout=20.0):
        """The first event from since on for which match(words) holds, or None."""
        end = time.monotonic() + timeout
        with self.changed:
            while True:
                for event in self.events[since:]:
                    if match(event):
                        return event
                if self.events[-1:] == [GONE]:
                    return None
                since = len(self.events)
                left = end - time.monotonic()
                if left <= 0:
                    return None
                self.changed.wait(left)

    def told(self, since, *kinds):
        """The events of these kinds from since to now."""
        self.mark()
        with self.changed:
            return [e for e in self.events[since:] if e[1] in kinds]

    def pins(self, since, pin):
        return [e for e in self.told(since, "pin") if e[2] == pin]

    def port(self, host):
        event = self.wait(lambda e: e[1] == "host" and e[2] == host)
        return int(event[4]) if event else None

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        code = self.process.wait(timeout=20)
        self.reader.join()
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass                # a command that it did not take
        self.process.stdout.close()
        return code
