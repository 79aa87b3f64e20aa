"""Starts the built `martlet lsp` behind a client of pygls, with the capabilities of real editors."""

import os
import pathlib

import pytest
import pytest_lsp
from lsprotocol import types
from pygls.protocol import default_converter
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities
from pytest_lsp.client import DEFAULT_CLIENT_FEATURES, register_lsp_features

MARTLET = os.environ.get("MARTLET", str(pathlib.Path(__file__).parents[3] / ".build/debug/martlet"))
EDITORS = ["neovim", "emacs", "visual-studio-code"]


class Session:
    """A client with a folder of scripts."""

    def __init__(self, client: LanguageClient, folder: pathlib.Path):
        self.client = client
        self.folder = folder
        self.versions: dict[str, int] = {}

    def uri(self, name: str) -> str:
        return (self.folder / name).as_uri()

    def document(self, name: str) -> types.TextDocumentIdentifier:
        return types.TextDocumentIdentifier(uri=self.uri(name))

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="utf-8")

    def open(self, name: str, text: str) -> None:
        self.versions[name] = 1
        self.client.text_document_did_open(
            types.DidOpenTextDocumentParams(
                types.TextDocumentItem(uri=self.uri(name), language_id="cspm", version=1, text=text)
            )
        )

    def change(self, name: str, *changes) -> None:
        self.versions[name] += 1
        document = types.VersionedTextDocumentIdentifier(uri=self.uri(name), version=self.versions[name])
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, list(changes)))

    async def diagnostics(self, name: str) -> list[types.Diagnostic]:
        """What is said about the latest version of an open document."""
        seen = self.client.publications
        while seen.get(self.uri(name), (None, []))[0] != self.versions[name]:
            await self.client.wait_for_notification("textDocument/publishDiagnostics")
        return seen[self.uri(name)][1]

    async def codes(self, name: str) -> list[str]:
        return [diagnostic.code for diagnostic in await self.diagnostics(name)]

    def place(self, name: str, line: int, column: int) -> dict:
        return {"text_document": self.document(name), "position": types.Position(line, column)}


def publish(client: LanguageClient, params: types.PublishDiagnosticsParams):
    client.publications[params.uri] = (params.version, params.diagnostics)


def refresh_lenses(client: LanguageClient, params):
    client.lens_refreshes += 1


def accept(client: LanguageClient, params):
    pass


FEATURES = DEFAULT_CLIENT_FEATURES | {
    types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS: publish,
    types.WORKSPACE_CODE_LENS_REFRESH: refresh_lenses,
    types.CLIENT_REGISTER_CAPABILITY: accept,
}


def make_client() -> LanguageClient:
    client = LanguageClient(converter_factory=default_converter)
    client.publications = {}
    client.lens_refreshes = 0
    register_lsp_features(client, FEATURES)
    return client


@pytest_lsp.fixture(
    params=EDITORS, config=ClientServerConfig(server_command=[MARTLET, "lsp"], client_factory=make_client)
)
async def session(request, tmp_path, lsp_client: LanguageClient):
    answer = await lsp_client.initialize_session(
        types.InitializeParams(capabilities=client_capabilities(request.param), root_uri=tmp_path.as_uri())
    )
    lsp_client.offered = answer.capabilities
    yield
    await lsp_client.shutdown_session()


@pytest.fixture
def scripts(session, tmp_path) -> Session:
    return Session(session, tmp_path)

