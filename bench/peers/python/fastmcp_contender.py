"""fastmcp's client as a contender: `fastmcp_contender.py FOLDER URL`, orders on standard input."""

import asyncio
import json
import sys
import time
from pathlib import Path

from fastmcp import Client
from fastmcp.client.auth import OAuth
from key_value.aio.stores.filetree import (
    FileTreeStore,
    FileTreeV1CollectionSanitizationStrategy,
    FileTreeV1KeySanitizationStrategy,
)

# How long a call may take, in seconds.
LIMIT = 10


def tell(answer):
    print(json.dumps(answer), flush=True)


async def call(client, what):
    """Runs a tool; answers with why that failed, if it did."""
    try:
        running = client.call_tool(what["tool"], what["arguments"])
        result = await asyncio.wait_for(running, LIMIT)
        size = sum(len(content.text) for content in result.content)
        return None if size == what["bytes"] else f"{size} bytes came, not {what['bytes']}"
    except Exception as error:
        return f"{type(error).__name__}: {error}"


async def calls(client, what, times, in_flight):
    nanos, failures = [], []
    numbers = iter(range(times))

    async def caller():
        for _ in numbers:
            begin = time.perf_counter_ns()
            why = await call(client, what)
            took = time.perf_counter_ns() - begin
            if why is None:
                nanos.append(took)
            else:
                failures.append(why)

    await asyncio.gather(*(caller() for _ in range(in_flight)))
    first = failures[0] if failures else None
    return {"told": "called", "nanos": nanos, "failed": len(failures), "why": first}


async def obey(client):
    loop = asyncio.get_running_loop()
    begun = None
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        order = json.loads(line)
        match order["do"]:
            case "call":
                tell(await calls(client, order["what"], order["times"], order["in_flight"]))
            case "begin":
                begun = asyncio.create_task(call(client, order["what"]))
                tell({"told": "done"})
            case "cancel":
                begun.cancel()
                tell({"told": "done"})


async def main(folder, url):
    # By default it forgets its tokens at the end.
    store = FileTreeStore(
        data_directory=folder,
        key_sanitization_strategy=FileTreeV1KeySanitizationStrategy(folder),
        collection_sanitization_strategy=FileTreeV1CollectionSanitizationStrategy(folder),
    )
    sign_in = OAuth(token_storage=store)
    async with Client(url, auth=sign_in) as client:
        tell({"told": "connected", "tools": len(await client.list_tools())})
        await obey(client)


try:
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
except Exception as error:
    tell({"told": "failed", "why": f"{type(error).__name__}: {error}"})
    sys.exit(1)
