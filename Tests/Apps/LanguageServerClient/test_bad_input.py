"""Bytes that no client should send: the server answers or ends, and never traps."""

import json
import subprocess

import pytest
from conftest import MARTLET


def frame(text: str) -> bytes:
    body = text.encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


def request(id, method, params=None) -> bytes:
    return frame(json.dumps({"jsonrpc": "2.0", "id": id, "method": method, "params": params or {}}))


def notification(method, params=None) -> bytes:
    return frame(json.dumps({"jsonrpc": "2.0", "method": method, "params": params or {}}))


def talk(*messages: bytes) -> tuple[list[dict], int]:
    """Everything that the server answers, and its exit code."""
    done = subprocess.run([MARTLET, "lsp"], input=b"".join(messages), capture_output=True, timeout=20)
    assert done.stderr == b""
    answers, rest = [], done.stdout
    while rest:
        head, rest = rest.split(b"\r\n\r\n", 1)
        length = int(head.removeprefix(b"Content-Length: "))
        answers.append(json.loads(rest[:length]))
        rest = rest[length:]
    return answers, done.returncode


FAREWELL = [request("end", "shutdown"), notification("exit")]
OPEN = notification(
    "textDocument/didOpen",
    {"textDocument": {"uri": "untitled:1", "languageId": "cspm", "version": 1, "text": "P = (\n"}},
)


def codes(answers):
    return [(answer.get("id"), answer["error"]["code"]) for answer in answers if "error" in answer]


@pytest.mark.parametrize(
    "garbage, error",
    [
        (frame("{"), (None, -32700)),
        (frame("[" * 100_000), (None, -32700)),
        (frame('{"jsonrpc": "2.0", "id": 7, "method": "\\ud800"}'), (None, -32700)),
        (frame("[]"), (None, -32600)),
        (frame("7"), (None, -32600)),
        (b"Content-Length: 2\r\n\r\n\xff\xfe", (None, -32700)),
        (b"Content-Length: -5\r\n\r\n", (None, -32700)),
        (b"Content-Length: 99999999999999999999\r\n\r\n", (None, -32700)),
        (b"Content-Length: many\r\n\r\n", (None, -32700)),
        (b"\r\n\r\n\r\n", (None, -32700)),
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", (None, -32700)),
        (b"\0" * 1_000_000, (None, -32700)),
        (request(7, "textDocument/nonsense"), (7, -32601)),
        (request(7, "textDocument/hover", {"nonsense": 1}), (7, -32602)),
        (request(7, "textDocument/hover", {"textDocument": {"uri": "file:///gone"},
                                           "position": {"line": 0, "character": 0}}), (7, -32803)),
        (request(7, "initialize", {"capabilities": {}}), (7, -32600)),
        (request(7, "workspace/executeCommand", {"command": "rm"}), (7, -32602)),
    ],
)  # fmt: skip
def test_garbage_is_answered_and_the_server_goes_on(garbage, error):
    answers, status = talk(request(1, "initialize", {"capabilities": {}}), garbage, OPEN, *FAREWELL)
    assert codes(answers) == [error]
    [published] = [answer["params"] for answer in answers if answer.get("method") == "textDocument/publishDiagnostics"]
    assert [diagnostic["code"] for diagnostic in published["diagnostics"]] == ["unexpected-token"]
    assert answers[-1]["id"] == "end"
    assert status == 0


def test_requests_before_initialize_are_refused():
    answers, status = talk(request(1, "textDocument/hover"), notification("textDocument/didOpen"), notification("exit"))
    assert codes(answers) == [(1, -32002)]
    assert status == 1


def test_requests_after_shutdown_are_refused():
    answers, _ = talk(
        request(1, "initialize", {"capabilities": {}}), FAREWELL[0], request(2, "shutdown"), FAREWELL[1]
    )
    assert codes(answers) == [(2, -32600)]


@pytest.mark.parametrize("input", [b"", b"Content-Length: 10\r\n\r\n{", request(1, "initialize")])
def test_an_input_that_ends_ends_the_server(input):
    assert talk(input)[1] == 1


def test_places_outside_of_a_document_do_no_harm():
    far = {"line": 2**40, "character": 2**40}
    document = {"textDocument": {"uri": "untitled:1"}}
    change = {"range": {"start": far, "end": {"line": -3, "character": -3}}, "text": "STOP)\n"}
    answers, status = talk(
        request(1, "initialize", {"capabilities": {}}),
        OPEN,
        notification(
            "textDocument/didChange",
            {"textDocument": {"uri": "untitled:1", "version": 2}, "contentChanges": [change]},
        ),
        request(2, "textDocument/hover", document | {"position": far}),
        request(3, "textDocument/completion", document | {"position": {"line": -1, "character": -1}}),
        *FAREWELL,
    )
    assert codes(answers) == []
    assert status == 0
