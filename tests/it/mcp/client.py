"""Calls every tool of `civigraph mcp` with the client of the protocol's own authors (PyPI `mcp`).

The client compares each answer with the output schema of its tool, and raises if they disagree.
"""

import asyncio
import os
import sys

from mcp import Client, ClientSession, MCPError, StdioServerParameters
from mcp.client.stdio import stdio_client



def server(*arguments):
    return stdio_client(StdioServerParameters(command=sys.argv[1], args=["mcp", *arguments], env={**os.environ}))


CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(STR(?a) > STR(?i)) }"


async def right(session, name, **arguments):
    result = await session.call_tool(name, arguments)
    assert not result.is_error, result.content[0].text
    assert result.content[0].text
    return result.structured_content


async def wrong(session, name, code, said, **arguments):
    result = await session.call_tool(name, arguments)
    assert result.is_error, (name, arguments)
    text = result.content[0].text
    assert f"error[{code}]" in text and said in text, text
    findings = result.meta["civigraph/findings"]
    assert findings[0]["code"] == code and findings[0]["message"], findings
    return findings


async def all_tools(session):
    listed = (await session.list_tools()).tools
    assert [tool.name for tool in listed] == ["search", "show", "questions", "ask", "sparql", "path"]
    for tool in listed:
        assert tool.description and tool.input_schema and tool.output_schema, tool.name
        assert tool.annotations.read_only_hint and not tool.annotations.open_world_hint

    found = await right(session, "search", text="Sciense Park", limit=3)
    assert found["hits"][0]["id"] == "hk:science-park", found
    assert found["n_hits"] >= len(found["hits"]) > 0
    found = await right(session, "search", text="park", kinds=["question"], languages=["en"])
    assert all(hit["kind"] == "question" for hit in found["hits"]), found
    few = await right(session, "search", text="innovation", limit=2)
    assert len(few["hits"]) == 2 and few["complete"] is False and "limit" in few["note"]
    await wrong(session, "search", "bad-search", "nothing to search for", text=" ")
    await wrong(session, "search", "bad-arguments", "from 1 to 100", text="x", limit=0)
    await wrong(session, "search", "bad-arguments", "did you mean `entity`?", text="park", kinds=["entty"])
    await wrong(session, "search", "unknown-language", "zh-Hant", text="park", languages=["fr"])

    shown = await right(session, "show", thing="hkstp", languages=["en"])
    assert shown["complete"] and shown["thing"]["iri"].endswith("/hkstp")
    relations = shown["thing"]["relations"]
    # That the pack is about Hong Kong is no statement of the source.
    stated = [relation for relation in relations if relation["relation"] != "jurisdiction"]
    assert len(stated) > 15 and all(" L" in relation["evidence"] for relation in stated), relations
    part = await right(session, "show", thing="hkstp", limit=1)
    assert part["complete"] is False and part["thing"]["left_out"]["relations"] == len(relations) - 1, part["thing"]
    term = await right(session, "show", thing="cg:funds")
    assert term["term"]["kind"] == "property", term
    await wrong(session, "show", "unknown-entity", "did you mean `hkstp`", thing="hkstpc")
    await wrong(session, "show", "bad-arguments", "needs the argument `thing`")
    await wrong(session, "show", "bad-arguments", "did you mean `thing`?", thingg="hkstp", thing="hkstp")

    listed = await right(session, "questions")
    names = [question["name"] for question in listed["questions"]]
    assert "supporters" in names and len(names) > 50
    one = await right(session, "questions", word="supporters")
    assert one["questions"][0]["parameters"][0]["name"] == "body", one
    assert (await right(session, "questions", word="no such word"))["questions"] == []

    asked = await right(session, "ask", question="supporters", parameters={"body": "創新及科技局"})
    assert asked["n_rows"] == 3 and asked["complete"]
    assert asked["rows"][0]["supporter"]["id"] == "hk:effo" and asked["rows"][0]["lines"]["value"] == "L1-L3"
    await wrong(session, "ask", "unknown-question", "did you mean `supporters`?", question="suporters")
    await wrong(session, "ask", "unknown-question", "", question="/etc/passwd")
    await wrong(session, "ask", "unknown-question", "", question="-")
    await wrong(session, "ask", "unknown-question", "", question="ASK { ?a ?b ?c }")
    await wrong(session, "ask", "missing-parameter", "`body`", question="supporters")
    await wrong(session, "ask", "unknown-entity", "did you mean", question="supporters", parameters={"body": "itbb"})
    await wrong(session, "ask", "unknown-parameter", "`bodi`", question="supporters", parameters={"bodi": "itb", "body": "itb"})
    await wrong(session, "ask", "bad-arguments", "neither text", question="supporters", parameters={"body": ["itb"]})

    counted = await right(session, "sparql", query="SELECT (COUNT(*) AS ?n) { ?claim a cg:Claim }")
    assert int(counted["rows"][0]["n"]["value"]) > 100, counted
    whole = await right(session, "sparql", query="SELECT * { ?s ?p ?o } LIMIT 1000", limit=1000)
    assert len(whole["rows"]) == whole["n_rows"] == 1000 and whole["complete"]
    part = await right(session, "sparql", query="SELECT * { ?s ?p ?o } LIMIT 1001", limit=1000)
    assert len(part["rows"]) == 1000 and part["n_rows"] == 1001 and not part["complete"], part["note"]
    rest = await right(session, "sparql", query="SELECT * { ?s ?p ?o } LIMIT 1001", limit=1000, offset=1000)
    assert len(rest["rows"]) == 1 and not rest["complete"]
    assert (await right(session, "sparql", query="ASK { hk:hkstp ?p ?o }"))["boolean"] is True
    built = await right(session, "sparql", query="CONSTRUCT { ?s a ?k } WHERE { ?s a ?k . ?s a cg:Facility }", limit=5)
    assert built["n_triples"] > 5 and not built["complete"] and "hk:" in built["turtle"], built
    found = await wrong(session, "sparql", "sparql-syntax", "query:2:3", query="SELECT * {\n  FILTR }")
    assert (found[0]["place"]["line"], found[0]["place"]["column"]) == (2, 3), found
    await wrong(session, "sparql", "service-refused", "SERVICE", query="SELECT * { SERVICE <http://127.0.0.1:9/> { ?a ?b ?c } }")
    await wrong(session, "sparql", "sparql-syntax", "", query="DELETE WHERE { ?a ?b ?c }")
    await wrong(session, "sparql", "query-rows", "100", query="SELECT * { ?s ?p ?o . ?x a cg:Facility }")
    none = await right(session, "sparql", query="SELECT * { ?s cg:fundss ?o }")
    assert none["rows"] == [] and "fundss" in none["warnings"][0], none

    path = await right(session, "path", **{"from": "hkstp", "to": "cyberport", "paths": 2})
    assert len(path["paths"]) == 2
    step = path["paths"][0]["steps"][0]["relations"][0]
    assert " L" in step["evidence"] and step["sentences"]["en"], step
    apart = await right(session, "path", **{"from": "hkstp", "to": "cyberport", "only": ["cg:homepage"]})
    assert apart["paths"] == [] and "nothing connects" in apart["note"]
    await wrong(session, "path", "same-thing", "hk:hkstp", **{"from": "hkstp", "to": "hkstp"})
    await wrong(session, "path", "no-such-relation", "", **{"from": "hkstp", "to": "cyberport", "only": ["xyzzy"]})

    try:
        await session.call_tool("serch", {"text": "x"})
        raise AssertionError("a tool that is not there was called")
    except MCPError as error:
        assert "did you mean `search`?" in str(error), error


async def hostile(session):
    """A query that would take days is ended at the limit, or when nobody waits; others are answered meanwhile."""
    late = await wrong(session, "sparql", "query-timeout", "2s", query=CROSS)
    assert "ask for less" in late[0]["hint"]
    slow = asyncio.create_task(session.call_tool("sparql", {"query": CROSS}))
    await asyncio.sleep(0.3)
    quick = await asyncio.wait_for(right(session, "show", thing="itb"), 1.9)
    assert quick["thing"]["id"] == "hk:itb" and not slow.done()
    assert (await slow).is_error
    for _ in range(3):
        cancelled = asyncio.create_task(session.call_tool("sparql", {"query": CROSS}))
        await asyncio.sleep(0.2)
        cancelled.cancel()
        await asyncio.gather(cancelled, return_exceptions=True)
    together = await asyncio.gather(*(right(session, "search", text=text) for text in ["park", "fund", "itb", "ITC"] * 5))
    assert all(found["hits"] for found in together)


async def main():
    async with server("--timeout", "2m") as (read, write), ClientSession(read, write) as session:
        begun = await session.initialize()
        said = begun.instructions
        for word in ["Hong Kong's innovation and technology system, 2019", "hkyb-2019-06", "hk: <", "cg:Claim"]:
            assert word in said, said
        await all_tools(session)
    print("every tool in a session")
    async with Client(server("--timeout", "2m")) as client:
        await all_tools(client)
    print("every tool without one")
    async with server("--timeout", "2s") as (read, write), ClientSession(read, write) as session:
        await session.initialize()
        await hostile(session)
    print("hostile queries")


asyncio.run(main())
