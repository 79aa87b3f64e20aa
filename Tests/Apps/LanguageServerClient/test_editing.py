"""What an editor asks for while a script is written."""

from lsprotocol import types

LIBRARY = "-- How many cells.\nsize = 2\ndatatype Colour = Red | Green\n"
SCRIPT = """include "library.csp"
channel c : {0..size}
-- Counts.
P(n) = c!n -> if n < size then P(n + 1) else STOP
"""


async def test_diagnostics_appear_and_vanish_as_one_types(scripts):
    scripts.open("a.csp", "P = STOP\n")
    assert await scripts.codes("a.csp") == []
    whole = types.TextDocumentContentChangeWholeDocument(text="P = STOP [] Q\n")
    scripts.change("a.csp", whole)
    [diagnostic] = await scripts.diagnostics("a.csp")
    assert diagnostic.code == "unknown-name"
    assert diagnostic.severity == types.DiagnosticSeverity.Error
    assert diagnostic.range == types.Range(types.Position(0, 12), types.Position(0, 13))
    scripts.change("a.csp", insertion(0, 13, "\nQ = SKIP"))
    assert await scripts.codes("a.csp") == []
    scripts.change("a.csp", insertion(0, 11, " ("))
    assert await scripts.codes("a.csp") == ["unexpected-token"]


async def test_type_errors_are_diagnostics(scripts):
    scripts.open("a.csp", "x = 1 + true\n")
    assert await scripts.codes("a.csp") == ["type-mismatch"]


async def test_changes_count_columns_as_agreed(scripts):
    scripts.open("a.csp", '-- "𝒳é"\nP = STOP\n')
    encoding = scripts.client.offered.position_encoding
    width = {types.PositionEncodingKind.Utf8: 8, types.PositionEncodingKind.Utf16: 5}[encoding]
    # Behind the closing quote.
    scripts.change("a.csp", insertion(0, 3 + width, "\nQ = \n--"))
    assert await scripts.codes("a.csp") == ["unexpected-token"]


def insertion(line: int, column: int, text: str) -> types.TextDocumentContentChangePartial:
    place = types.Position(line, column)
    return types.TextDocumentContentChangePartial(range=types.Range(place, place), text=text)


async def test_hover_shows_the_type_and_the_comment(scripts):
    scripts.write("library.csp", LIBRARY)
    scripts.open("a.csp", SCRIPT)
    hover = await scripts.client.text_document_hover_async(types.HoverParams(**scripts.place("a.csp", 3, 31)))
    assert "P :: (Int) -> Proc" in hover.contents.value
    assert hover.contents.value.endswith("Counts.")
    hover = await scripts.client.text_document_hover_async(types.HoverParams(**scripts.place("a.csp", 3, 21)))
    assert "size :: Int" in hover.contents.value
    assert "How many cells." in hover.contents.value


async def test_definitions_lie_in_included_files(scripts):
    scripts.write("library.csp", LIBRARY)
    scripts.open("a.csp", SCRIPT)
    definition = scripts.client.text_document_definition_async
    [found] = await definition(types.DefinitionParams(**scripts.place("a.csp", 1, 16)))
    assert found.uri == scripts.uri("library.csp")
    assert found.range == types.Range(types.Position(1, 0), types.Position(1, 4))
    [found] = await definition(types.DefinitionParams(**scripts.place("a.csp", 0, 12)))
    assert found.uri == scripts.uri("library.csp")


async def test_an_included_file_is_read_from_the_editor(scripts):
    scripts.write("library.csp", LIBRARY)
    scripts.open("a.csp", SCRIPT)
    assert await scripts.codes("a.csp") == []
    scripts.open("library.csp", "-- nothing here\n")
    scripts.change("a.csp", insertion(4, 0, "\n"))
    assert await scripts.codes("a.csp") == ["unknown-name", "unknown-name"]
    scripts.client.text_document_did_close(types.DidCloseTextDocumentParams(scripts.document("library.csp")))
    scripts.change("a.csp", insertion(4, 0, "\n"))
    assert await scripts.codes("a.csp") == []


async def test_a_file_that_changes_on_the_disk_is_read_again(scripts):
    scripts.open("a.csp", 'include "later.csp"\nP = Q\n')
    assert "unreadable-file" in await scripts.codes("a.csp")
    scripts.write("later.csp", "Q = STOP\n")
    change = types.FileEvent(uri=scripts.uri("later.csp"), type=types.FileChangeType.Created)
    scripts.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([change]))
    await scripts.client.wait_for_notification("textDocument/publishDiagnostics")
    assert await scripts.codes("a.csp") == []


async def test_references_highlights_and_rename(scripts):
    scripts.write("library.csp", LIBRARY)
    scripts.open("a.csp", SCRIPT)
    place = scripts.place("a.csp", 1, 16)
    context = types.ReferenceContext(include_declaration=True)
    found = await scripts.client.text_document_references_async(types.ReferenceParams(context=context, **place))
    assert [(item.uri, item.range.start.line) for item in found] == [
        (scripts.uri("a.csp"), 1),
        (scripts.uri("a.csp"), 3),
        (scripts.uri("library.csp"), 1),
    ]
    highlights = await scripts.client.text_document_document_highlight_async(types.DocumentHighlightParams(**place))
    assert [item.range.start.line for item in highlights] == [1, 3]
    edit = await scripts.client.text_document_rename_async(types.RenameParams(new_name="cells", **place))
    assert {uri: len(edits) for uri, edits in edit.changes.items()} == {
        scripts.uri("a.csp"): 2,
        scripts.uri("library.csp"): 1,
    }


async def test_symbols_tokens_folds_and_completions(scripts):
    scripts.write("library.csp", LIBRARY)
    scripts.open("a.csp", SCRIPT + "assert P(0)\n  :[deadlock free]\n")
    document = scripts.document("a.csp")
    symbols = await scripts.client.text_document_document_symbol_async(types.DocumentSymbolParams(document))
    assert [symbol.name for symbol in symbols] == ["c", "P", "assert P(0) :[deadlock free]"]
    tokens = await scripts.client.text_document_semantic_tokens_full_async(types.SemanticTokensParams(document))
    legend = scripts.client.offered.semantic_tokens_provider.legend.token_types
    assert [legend[kind] for kind in tokens.data[3::5]][:4] == ["keyword", "string", "keyword", "event"]
    folds = await scripts.client.text_document_folding_range_async(types.FoldingRangeParams(document))
    assert [(fold.start_line, fold.end_line) for fold in folds] == [(4, 5)]
    items = await scripts.client.text_document_completion_async(
        types.CompletionParams(**scripts.place("a.csp", 3, 31))
    )
    details = {item.label: item.detail for item in items}
    assert details["P"] == "(Int) -> Proc"
    assert {"n", "size", "Red", "within", "card"} <= details.keys()


async def test_formatting_brings_a_document_into_style(scripts):
    scripts.open("a.csp", "P=STOP\n")
    options = types.FormattingOptions(tab_size=2, insert_spaces=True)
    [edit] = await scripts.client.text_document_formatting_async(
        types.DocumentFormattingParams(scripts.document("a.csp"), options)
    )
    assert edit.new_text == "P = STOP\n"
