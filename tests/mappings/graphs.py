"""The graphs of the mappings beside this script, made without a mapping: csv, json, xml and rdflib.

usage: graphs.py FOLDER      prints N-Quads"""
import csv, hashlib, json, os, sys
import xml.etree.ElementTree as ElementTree
from urllib.parse import quote
from rdflib import RDF, RDFS, XSD, Dataset, Literal, Namespace, URIRef
from rdflib.namespace import FOAF, SKOS

folder = sys.argv[1]
EX = Namespace("https://example.org/")
data = Dataset()
default = data.default_context


def rows(name):
    return csv.DictReader(open(os.path.join(folder, name), encoding="utf-8", newline=""))


def people():
    ex = Namespace("http://example.com/")
    for row in rows("people.csv"):
        person = ex[row["id"]]
        default.add((person, RDF.type, FOAF.Person))
        name = Literal(f'{row["firstname"]} {row["lastname"]}', lang=row["lang"])
        for predicate in (FOAF.name, RDFS.label):
            default.add((person, predicate, name))
        default.add((person, URIRef("http://myontology.com/id"), Literal(row["id"], datatype=XSD.integer)))
        if row["knows"]:
            default.add((person, FOAF.knows, ex[row["knows"]]))


def lists():
    for row in rows("offices.csv"):
        for name in row["names"].split(";"):
            if name.strip():
                default.add((EX[row["id"]], RDFS.label, Literal(name.strip(), lang="en")))
        for topic in filter(None, row["topics"].split("|")):
            default.add((EX[row["id"]], EX.topic, EX["topic/" + topic]))


def joins():
    bodies = list(rows("bodies.csv"))
    for body in bodies:
        default.add((EX["body/" + body["code"]], RDFS.label, Literal(body["name"])))
    for row in rows("grants.csv"):
        grant = EX["grant/" + row["grant"]]
        default.add((grant, EX.amount, Literal(row["amount"], datatype=XSD.decimal)))
        for body in bodies:
            if row["to"].strip().lower() == body["name"].lower() and row["place"] == body["town"]:
                default.add((grant, EX.to, EX["body/" + body["code"]]))


def uk():
    for body in json.load(open(os.path.join(folder, "organisations.json"), encoding="utf-8"))["results"]:
        node = URIRef(body["id"])
        default.add((node, RDF.type, EX.Organisation))
        default.add((node, SKOS.prefLabel, Literal(body["title"], lang="en-gb")))
        default.add((node, EX["format"], EX["format/" + quote(body["format"], safe="")]))
        default.add((node, EX.live, Literal(body["live"])))
        kind, text = (XSD.integer, "1") if body["rank"] == 1 else (XSD.double, "2.5")
        for predicate in (EX.rank, EX.place):
            default.add((node, predicate, Literal(text, datatype=kind, normalize=False)))
        if body["details"]["abbreviation"]:
            default.add((node, SKOS.notation, Literal(body["details"]["abbreviation"])))
        if body["details"]["closed_at"]:
            default.add((node, EX.closed, Literal(body["details"]["closed_at"][:10], datatype=XSD.date)))
        for parent in body["parent_organisations"]:
            default.add((node, EX.parent, URIRef(parent["id"])))
            default.add((URIRef(parent["id"]), EX.page, URIRef(parent["web_url"])))


def conditions():
    for row in rows("bodies.csv"):
        if row["status"] != "live":
            continue
        default.add((EX[row["id"]], RDF.type, EX.Live))
        if row["url"] not in ("", "none"):
            default.add((EX[row["id"]], EX.page, URIRef(row["url"])))
        default.add((EX[row["id"]], EX["is"], Literal(row["kind"])))


def codes():
    labels = {row["code"]: row["label"] for row in rows("codes.csv")}
    for row in rows("bodies.csv"):
        node = EX[hashlib.md5(row["id"].encode()).hexdigest()]
        default.add((node, EX.type, Literal(labels.get(row["type"], "unknown"))))


def dates():
    default.add((EX.e1, EX.day, Literal("2019-12-03", datatype=XSD.date)))
    default.add((EX.e2, EX.day, Literal("2020-01-31", datatype=XSD.date)))
    default.add((EX.e1, EX.when, Literal("2019-12-03T17:05:00", datatype=XSD.dateTime)))
    default.add((EX.e1, EX.price, Literal("7.5", datatype=XSD.decimal)))


def graphs():
    for row in rows("claims.csv"):
        claim, source = EX["claim/" + row["id"]], row["source"]
        default.add((EX["person/" + row["who"]], RDF.type, FOAF.Person))
        own = [data.graph(EX["source/" + quote(source)])] if source else []
        for graph in own:
            graph.add((claim, EX.who, Literal(row["who"])))
        for graph in own + [data.graph(EX["all"])]:
            graph.add((claim, EX.says, Literal(row["says"])))


def register():
    graph = data.graph(EX.register)
    for body in ElementTree.parse(os.path.join(folder, "register.xml")).getroot():
        node = EX["base/body/" + body.get("id")]
        graph.add((node, RDF.type, EX.Body))
        graph.add((node, EX.kind, Literal("body")))
        graph.add((node, EX.kind, EX.Kind))
        for name in body.findall("name"):
            graph.add((node, EX.name, Literal(name.text)))
        for under in body.findall("under"):
            graph.add((node, EX.under, EX["base/body/" + under.get("ref")]))


def contacts():
    for row in rows("contacts.csv"):
        if row["mail"]:
            default.add((EX.list, EX.mail, URIRef("mailto:" + row["mail"].lower())))
        default.add((EX.list, EX.doi, URIRef("https://doi.example/" + quote(row["doi"], safe=""))))
        if row["tags"]:
            default.add((EX.list, EX.tags, Literal(f'tags of {{{row["id"]}}}: {row["tags"]}')))


globals()[os.path.basename(folder)]()
sys.stdout.reconfigure(encoding="utf-8")
print(data.serialize(format="nquads"))
