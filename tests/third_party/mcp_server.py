"""An MCP server on the official Python SDK, guarded by the SDK's own middleware.

Reads one line of JSON on standard input (`port`, `issuer`, and `id` and `secret` of its own account
there), prints its address, and ends when standard input closes.
"""

import json
import os
import socket
import sys
import threading
from typing import TypedDict

import httpx2
import uvicorn
from mcp.server.auth.middleware.auth_context import get_access_token
from mcp.server.auth.provider import AccessToken
from mcp.server.auth.settings import AuthSettings
from mcp.server.mcpserver import MCPServer


class Introspection:
    """RFC 7662, over HTTP."""

    def __init__(self, issuer: str, account: tuple[str, str]):
        self.address = f"{issuer}/token/introspection"
        self.account = account

    async def verify_token(self, token: str) -> AccessToken | None:
        async with httpx2.AsyncClient(trust_env=False) as http:
            answer = await http.post(self.address, data={"token": token}, auth=self.account)
        facts = answer.raise_for_status().json()
        if not facts["active"]:
            return None
        return AccessToken(
            token=token,
            client_id=facts["client_id"],
            scopes=facts.get("scope", "").split(),
            expires_at=facts["exp"],
            resource=facts["aud"],
            subject=facts["sub"],
        )


class Sum(TypedDict):
    sum: float


def echo(words: str) -> str:
    """Says it again."""
    return words


def add(a: float, b: float) -> Sum:
    """Adds two numbers."""
    return {"sum": a + b}


def whoami() -> str:
    """Tells who is signed in."""
    token = get_access_token()
    return (token and token.subject) or "nobody"


def main() -> None:
    settings = json.loads(sys.stdin.readline())
    door = socket.socket()
    # Its successor listens beside it.
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    door.bind(("127.0.0.1", settings["port"]))
    door.listen()
    url = f"http://127.0.0.1:{door.getsockname()[1]}/mcp"

    server = MCPServer(
        "third-party-tools",
        version="1.0.0",
        log_level="ERROR",
        token_verifier=Introspection(settings["issuer"], (settings["id"], settings["secret"])),
        auth=AuthSettings(
            issuer_url=settings["issuer"],
            resource_server_url=url,
            required_scopes=["tools"],
            validate_token_resource=True,
        ),
    )
    server.tool(structured_output=False)(echo)
    server.tool()(add)
    server.tool(structured_output=False)(whoami)

    threading.Thread(target=end_with_standard_input, daemon=True).start()
    print(json.dumps({"url": url}), flush=True)
    # Standard output is ours alone.
    config = uvicorn.Config(server.streamable_http_app(), log_level="error", access_log=False)
    uvicorn.Server(config).run(sockets=[door])


def end_with_standard_input() -> None:
    sys.stdin.read()
    os._exit(0)


main()
