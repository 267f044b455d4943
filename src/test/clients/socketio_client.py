"""Runs an unmodified python-socketio client against the application of
dev.parley.conformance.ConformanceApp, over each transport and from one to the other.

    python3 socketio_client.py <port>

Prints one line per check, ends with status 1 if any failed.
"""

import os
import queue
import sys
import threading
import traceback

import socketio

PATIENCE_S = 10
URL = "http://localhost:" + sys.argv[1]
MODES = {"polling": ["polling"], "websocket": ["websocket"], "default": None}


class Client:
    """A client that keeps what it hears until it is asked for it."""

    def __init__(self, mode, namespace="/", auth=None):
        self.heard = queue.Queue()
        self.namespace = namespace
        self.client = socketio.Client(reconnection=False)
        self.client.on("connect", lambda: self.heard.put(("connect",)), namespace)
        self.client.on("disconnect", lambda *_: self.heard.put(("disconnect",)), namespace)
        self.client.on("*", lambda event, *args: self.heard.put((event, *args)), namespace)
        self.client.on("question", self.answer, namespace)
        self.client.connect(
            URL, transports=MODES[mode], namespaces=[namespace], auth=auth, wait_timeout=PATIENCE_S
        )

    def answer(self, *args):
        return ("yes", *args)

    def next(self, event):
        while True:
            heard = self.heard.get(timeout=PATIENCE_S)
            if heard[0] == event:
                return heard[1:]

    def emit(self, event, *args):
        self.client.emit(event, args, namespace=self.namespace)

    def ask(self, event, *args):
        return self.client.call(event, args, namespace=self.namespace, timeout=PATIENCE_S)

    def close(self):
        # The client may wait for its own queue for ever: its thread that writes can miss an entry.
        ending = threading.Thread(target=self.client.disconnect, daemon=True)
        ending.start()
        ending.join(PATIENCE_S)


def gets_its_auth_payload_back(mode):
    client = Client(mode, "/custom", {"token": "abc"})
    assert client.next("auth") == ({"token": "abc"},)
    client.close()


def is_refused(mode):
    try:
        Client(mode, "/deny")
    except socketio.exceptions.ConnectionError:
        return
    raise AssertionError("not refused")


def ends_up_with_the_right_transport(mode):
    client = Client(mode)
    assert client.ask("transport") == ("polling" if mode == "polling" else "websocket")
    client.close()


def echoes_every_kind_of_json(mode):
    client = Client(mode)
    values = (1, -0.5e-7, "\u00fc\u2028\U0001f600\"\\\n", True, None, [], {}, {"a": [{"b": [[]]}]})
    client.emit("message", *values)
    assert client.next("message-back") == values
    client.close()


def sends_and_gets_binary(mode):
    client = Client(mode)
    client.emit("message", b"\x00\x01\xff", {"deep": [b"", "text"]})
    assert client.next("message-back") == (b"\x00\x01\xff", {"deep": [b"", "text"]})
    assert client.ask("message-with-ack", b"abc") == b"abc"
    client.close()


def answers_the_server(mode):
    client = Client(mode)
    assert client.ask("ask", "question", 1) == (None, "yes", 1)
    client.close()


def keeps_the_order_of_a_burst(mode):
    client = Client(mode)
    # By default this client takes no more than 16 packets in one payload.
    for _ in range(100):
        client.emit("burst", 10)
        for i in range(10):
            assert client.next("seq") == (i,)
    client.close()


def reaches_rooms(mode):
    name = "/dyn-%d" % (900 + len(mode))
    first, second = Client(mode, name), Client(mode, name)
    assert "room" in first.ask("join", "room")
    assert "room" in second.ask("join", "room")
    first.emit("say", "room", "said", "hello")
    assert second.next("said") == ("hello",)
    first.close()
    second.close()


def is_disconnected_by_the_server(mode):
    client = Client(mode)
    client.emit("kick", True)
    client.next("disconnect")


def lives_through_many_heartbeats(mode):
    client = Client(mode)
    client.client.sleep(1.5)
    assert client.ask("message-with-ack", "alive") == "alive"
    client.close()


CHECKS = [
    gets_its_auth_payload_back,
    is_refused,
    ends_up_with_the_right_transport,
    echoes_every_kind_of_json,
    sends_and_gets_binary,
    answers_the_server,
    keeps_the_order_of_a_burst,
    reaches_rooms,
    is_disconnected_by_the_server,
    lives_through_many_heartbeats,
]

failed = 0
for mode in MODES:
    for check in CHECKS:
        try:
            check(mode)
            print("ok  ", mode, check.__name__, flush=True)
        except BaseException:
            failed += 1
            print("FAIL", mode, check.__name__, traceback.format_exc(), flush=True)
print(len(MODES) * len(CHECKS) - failed, "passed,", failed, "failed", flush=True)
# Whatever threads are left.
os._exit(1 if failed else 0)
