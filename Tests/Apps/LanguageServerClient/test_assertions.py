"""Assertions that are run from the editor."""

import asyncio

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

SCRIPT = """channel a, b
P = a -> b -> P
Q = a -> Q [] b -> STOP
assert P [T= P
assert P [T= Q
"""

# So many states that nobody waits for the end.
LONG = """channel c : {0..19}.{0..99}
CELL(i, n) = c.i.n -> CELL(i, (n + 1) % 100)
assert (||| i : {0..19} @ CELL(i, 0)) :[deadlock free]
"""


async def lenses(scripts, name: str) -> list[types.CodeLens]:
    return await scripts.client.text_document_code_lens_async(types.CodeLensParams(scripts.document(name)))


async def run(scripts, lens: types.CodeLens, token=None):
    return await scripts.client.workspace_execute_command_async(
        types.ExecuteCommandParams(lens.command.command, lens.command.arguments, work_done_token=token)
    )


async def test_a_lens_runs_its_assertion(scripts):
    scripts.open("a.csp", SCRIPT)
    assert await scripts.codes("a.csp") == []
    first, second = await lenses(scripts, "a.csp")
    assert [first.command.title, second.command.title] == ["▶ Run", "▶ Run"]
    assert [first.range.start.line, second.range.start.line] == [3, 4]

    result = await run(scripts, first)
    assert (result["verdict"], result["states"], result["transitions"]) == ("holds", 2, 2)
    assert scripts.client.messages[-1].type == types.MessageType.Info

    result = await run(scripts, second)
    assert (result["verdict"], result["trace"]) == ("fails", ["b"])
    assert scripts.client.messages[-1].type == types.MessageType.Warning
    assert "event b is not allowed at the start" in scripts.client.messages[-1].message

    first, second = await lenses(scripts, "a.csp")
    assert first.command.title.startswith("✓ holds: 2 states")
    assert second.command.title.startswith("✗ fails: event b is not allowed at the start")
    [failure] = scripts.client.publications[scripts.uri("a.csp")][1]
    assert failure.range.start.line == 4
    assert "the specification allows: {a}" in failure.message

    # What was found out belongs to the text that was checked.
    scripts.change("a.csp", types.TextDocumentContentChangeWholeDocument(text=SCRIPT + "R = STOP\n"))
    assert await scripts.codes("a.csp") == []
    assert [lens.command.title for lens in await lenses(scripts, "a.csp")] == ["▶ Run", "▶ Run"]


async def test_an_error_of_evaluation_is_shown(scripts):
    scripts.open("a.csp", "channel c : {0..1}\nP(n) = c!n -> P(n + 1)\nassert P(0) :[deadlock free]\n")
    result = await run(scripts, (await lenses(scripts, "a.csp"))[0])
    assert result["verdict"] == "error"
    assert "outside-type" in result["details"][0]


async def begin(scripts, token=None) -> asyncio.Task:
    """Starts an assertion that does not end, and waits until the client is told how it gets on."""
    scripts.open("a.csp", LONG)
    [lens] = await lenses(scripts, "a.csp")
    if token:
        scripts.client.progress_reports[token] = []
    parameters = types.ExecuteCommandParams(lens.command.command, lens.command.arguments, work_done_token=token)
    request = scripts.client.protocol.send_request_async("workspace/executeCommand", parameters, msg_id="run")
    task = asyncio.ensure_future(request)
    while not any(report.kind == "report" for report in reports(scripts)):
        await scripts.client.wait_for_notification("$/progress")
    return task


def reports(scripts) -> list:
    return [report for reports in scripts.client.progress_reports.values() for report in reports]


async def is_cancelled(scripts, task: asyncio.Task) -> None:
    with pytest.raises(JsonRpcException) as failure:
        await task
    assert failure.value.code == types.LSPErrorCodes.RequestCancelled
    kinds = [report.kind for report in reports(scripts)]
    assert (kinds[0], kinds[-1], set(kinds[1:-1])) == ("begin", "end", {"report"})
    assert [lens.command.title for lens in await lenses(scripts, "a.csp")] == ["▶ Run"]


async def test_a_running_assertion_blocks_nothing_and_can_be_cancelled(scripts):
    task = await begin(scripts, token="check")
    [lens] = await lenses(scripts, "a.csp")
    assert lens.command.title == "… running"
    scripts.client.window_work_done_progress_cancel(types.WorkDoneProgressCancelParams(token="check"))
    await is_cancelled(scripts, task)


async def test_progress_is_shown_where_the_client_allows_it_and_a_request_can_be_cancelled(scripts):
    if not scripts.client.capabilities.window.work_done_progress:
        pytest.skip("this editor shows no progress of the server's own")
    task = await begin(scripts)
    scripts.client.cancel_request(types.CancelParams(id="run"))
    await is_cancelled(scripts, task)
