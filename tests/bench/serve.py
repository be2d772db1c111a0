#!/usr/bin/env python3
"""Requests per second and latencies of `civigraph serve` beside `oxigraph serve-read-only`: the same triples, the same
queries, one run. Needs `wrk` (Debian) and the program of PyPI's `oxigraph`. Everything stays on loopback.

Usage: tests/bench/serve.py CIVIGRAPH OXIGRAPH [ENTITIES] [SECONDS]

Eight clients ask; each query differs from all others, so that no answer is one that is remembered. wrk is bound to the
last processor. Then the same while two hostile clients ask for cross products. Of an hour with snapshots that are
replaced: tests/bench/serve.py --soak CIVIGRAPH MINUTES [REQUESTS_PER_SECOND]
"""
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

EX = "http://example.org/"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
QUERIES = {
    "point": "SELECT ?l { <http://example.org/e/%d> <%s> ?l }",
    "two hops": "SELECT ?c ?l { <http://example.org/e/%d> <http://example.org/partOf> ?b . ?b <http://example.org/partOf> ?c . ?c <%s> ?l }",
    "aggregate": "SELECT ?k (COUNT(?x) AS ?n) { <http://example.org/e/%d> <http://example.org/region> ?r . ?x <http://example.org/region> ?r ; <http://example.org/kind> ?k } GROUP BY ?k",
}
HOSTILE = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(STR(?c) < STR(?f)) }"
SCRIPT = """
local n, thread = 0, 0
function setup(t) t:set("seed", SEED); SEED = SEED + 1000003 end
SEED = %d
function init() n = seed end
local function escape(text)
  return (text:gsub("[^%%w]", function(c) return string.format("%%%%%%02X", string.byte(c)) end))
end
function request()
  n = n + 1
  local text = string.format([[%s]], (n * 7919) %% %d) .. " #" .. n
  return wrk.format("GET", "%s?query=" .. escape(text), { ["Accept"] = "application/sparql-results+json", ["Host"] = "localhost" })
end
"""


def triples(n, output):
    """About ten triples for each entity, by rules."""
    for e in range(n):
        s = f"<{EX}e/{e}>"
        print(f'{s} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{EX}Body> .', file=output)
        print(f'{s} <{LABEL}> "Body number {e}"@en .', file=output)
        print(f'{s} <{LABEL}> "第{e}號機構"@zh-Hant .', file=output)
        print(f'{s} <{EX}kind> <{EX}k/{e * 31 % 17}> .', file=output)
        print(f'{s} <{EX}region> <{EX}r/{e * 13 % 997}> .', file=output)
        print(f'{s} <{EX}partOf> <{EX}e/{e // 7}> .', file=output)
        for k in range(1, 4):
            print(f'{s} <{EX}worksWith> <{EX}e/{(e * k * 2654435761 + k) % n}> .', file=output)
        print(f'{s} <{EX}staff> "{e % 5003}"^^<http://www.w3.org/2001/XMLSchema#integer> .', file=output)


def free_port():
    import socket
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def ask(url, query, timeout=60):
    request = urllib.request.Request(url, data=urllib.parse.urlencode({"query": query}).encode(), headers={"Accept": "text/csv"})
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()
    except OSError as error:
        return None, str(error).encode()


def wait_for(url):
    for _ in range(600):
        if ask(url, "ASK {}")[0] == 200:
            return
        time.sleep(0.1)
    sys.exit(f"{url} does not answer")


def load(url, query, n, seconds, seed):
    path = urllib.parse.urlparse(url).path
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(SCRIPT % (seed, query.replace("%s", LABEL), n, path))
        script.flush()
        processor = str(os.cpu_count() - 1)
        said = subprocess.run(["taskset", "-c", processor, "wrk", "-t1", "-c8", f"-d{seconds}s", "--timeout", "10s", "--latency", "-s", script.name, url],
                              check=True, stdout=subprocess.PIPE, text=True).stdout
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])
    latency = re.search(r"99%\s+(\S+)", said)[1]
    wrong = re.findall(r"(Non-2xx.*|Socket errors.*)", said)
    return rate, latency, "; ".join(wrong)


def hostile(url, done):
    while not done.is_set():
        ask(url, HOSTILE)


def bench(civigraph, oxigraph, n, seconds):
    folder = Path(tempfile.mkdtemp(prefix="serve-bench-"))
    with open(folder / "data.nt", "w") as output:
        triples(n, output)
    subprocess.run([civigraph, "-q", "build", "--data", folder / "data.nt", "--store", folder / "store"], check=True)
    subprocess.run([oxigraph, "load", "--location", folder / "ox", "--file", folder / "data.nt"], check=True, stderr=subprocess.DEVNULL)
    ports = free_port(), free_port()
    servers = [
        subprocess.Popen([civigraph, "-q", "serve", "--store", folder / "store", "--bind", f"127.0.0.1:{ports[0]}", "--timeout", "5s"], stdout=subprocess.DEVNULL),
        subprocess.Popen([oxigraph, "serve-read-only", "--location", folder / "ox", "--bind", f"127.0.0.1:{ports[1]}"], stderr=subprocess.DEVNULL),
    ]
    urls = {"civigraph": f"http://127.0.0.1:{ports[0]}/sparql", "oxigraph": f"http://127.0.0.1:{ports[1]}/query"}
    try:
        for url in urls.values():
            wait_for(url)
        print(f"{n * 10:,} triples; wrk on processor {os.cpu_count() - 1} of {os.cpu_count()}; {seconds} s each")
        for name, query in QUERIES.items():
            text = query.replace("%s", LABEL) % 4242
            answers = {who: sorted(ask(url, text)[1].decode().split()) for who, url in urls.items()}
            assert answers["civigraph"] == answers["oxigraph"], (name, answers)
        seed = 1
        for with_hostile in [False, True]:
            for name, query in QUERIES.items():
                for who, url in urls.items():
                    done = threading.Event()
                    threads = [threading.Thread(target=hostile, args=(url, done), daemon=True) for _ in range(2 if with_hostile else 0)]
                    for thread in threads:
                        thread.start()
                    time.sleep(1 if with_hostile else 0)
                    seed += 10_000_000
                    rate, latency, wrong = load(url, query, n, seconds, seed)
                    done.set()
                    print(f"{'2 hostile' if with_hostile else 'alone':9}  {name:10}  {who:10}  {rate:10.0f}/s  p99 {latency:>9}  {wrong}", flush=True)
                    if with_hostile and who == "oxigraph":
                        # It has no limit: only its end ends the query.
                        servers[1].kill()
                        servers[1].wait()
                        servers[1] = subprocess.Popen([oxigraph, "serve-read-only", "--location", folder / "ox", "--bind", f"127.0.0.1:{ports[1]}"], stderr=subprocess.DEVNULL)
                        wait_for(url)
                    for thread in threads:
                        thread.join()
    finally:
        for server in servers:
            server.kill()
        subprocess.run(["rm", "-rf", folder])


def resident(pid):
    """KiB that a process and its children hold, without files that they map."""
    children = subprocess.run(["pgrep", "-P", str(pid)], stdout=subprocess.PIPE, text=True).stdout.split()
    total = {}
    for who, ids in {"server": [str(pid)], "workers": children}.items():
        total[who] = 0
        for one in ids:
            try:
                total[who] += int(re.search(r"RssAnon:\s+(\d+)", Path(f"/proc/{one}/status").read_text())[1])
            except (OSError, TypeError):
                pass
    return total


# What is asked of the server besides queries: a path, what is accepted, the status that is right.
MIXED = [
    ("/resource?iri=http%3A%2F%2Fexample.org%2Fe%2F{n}", "text/html", 200),
    ("/resource?iri=http%3A%2F%2Fexample.org%2Fe%2F{n}", "text/turtle", 200),
    ("/resource?iri=http%3A%2F%2Fexample.org%2Fnobody%2F{n}", "text/html", 404),
    ("/sparql?query=SELECT+*+{{+?s{n}+", "application/json", 400),
    ("/sparql", "text/turtle", 200),
    ("/metrics", "*/*", 200),
    ("/", "text/html", 200),
]


def get(url, accept):
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers={"Accept": accept}), timeout=60) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()
    except OSError as error:
        return None, str(error).encode()


def soak(civigraph, minutes, rate):
    folder = Path(tempfile.mkdtemp(prefix="serve-soak-"))
    for name, n in [("a", 2000), ("b", 3000)]:
        with open(folder / f"{name}.nt", "w") as output:
            triples(n, output)
    build = lambda name: subprocess.run([civigraph, "-q", "build", "--replace", "--data", folder / f"{name}.nt", "--store", folder / "store"], check=True)
    build("a")
    port = free_port()
    server = subprocess.Popen([civigraph, "-q", "serve", "--store", folder / "store", "--bind", f"127.0.0.1:{port}", "--timeout", "2s"], stdout=subprocess.DEVNULL)
    root = f"http://127.0.0.1:{port}"
    url = f"{root}/sparql"
    clients = 4
    asked, lost, done = [0] * clients, [0] * clients, threading.Event()

    def normal(client):
        n = client * 10_000_000
        due = time.monotonic()
        while not done.is_set():
            n += 1
            if rate:
                due = max(due + clients / rate, time.monotonic() - 1)
                time.sleep(max(0, due - time.monotonic()))
            if n % 4:
                query = list(QUERIES.values())[n % 4 - 1].replace("%s", LABEL) % (n * 7919 % 2000)
                (status, text), right = ask(url, f"{query} # {n}"), 200
            else:
                path, accept, right = MIXED[n // 4 % len(MIXED)]
                status, text = get(root + path.format(n=n * 7919 % 2000), accept)
            asked[client] += 1
            if status != right:
                lost[client] += 1
                print("lost", status, text[:200], flush=True)

    def hostile_now_and_then():
        while not done.wait(5 if rate else 0):
            ask(url, HOSTILE)

    try:
        wait_for(url)
        threads = [threading.Thread(target=normal, args=(client,)) for client in range(clients)]
        threads.append(threading.Thread(target=hostile_now_and_then))
        for thread in threads:
            thread.start()
        start = time.monotonic()
        while time.monotonic() - start < minutes * 60:
            for name in ["b", "a"]:
                time.sleep(10)
                build(name)
            held = resident(server.pid)
            print(f"{(time.monotonic() - start) / 60:5.1f} min  {sum(asked):8} asked  {sum(lost)} lost  server {held['server']:7} KiB  workers {held['workers']:7} KiB", flush=True)
        done.set()
        for thread in threads:
            thread.join()
    finally:
        server.terminate()
        print("exit", server.wait(), sum(asked), "asked", sum(lost), "lost", flush=True)
        subprocess.run(["rm", "-rf", folder])


if sys.argv[1:2] == ["--soak"]:
    soak(str(Path(sys.argv[2]).resolve()), float(sys.argv[3]), float(sys.argv[4]) if len(sys.argv) > 4 else None)
else:
    bench(str(Path(sys.argv[1]).resolve()), str(Path(sys.argv[2]).resolve()), int(sys.argv[3]) if len(sys.argv) > 3 else 100_000, int(sys.argv[4]) if len(sys.argv) > 4 else 10)
