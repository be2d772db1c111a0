//! A tiny pack to begin with: the offices of a town.

use std::collections::BTreeMap;

use super::{DESCRIPTOR, MAPPING};

/// The files of the example, by their paths in the pack.
pub fn example(name: &str) -> BTreeMap<String, String> {
    let descriptor = DESCRIPTOR_TEXT.replace("NAME", name);
    [(DESCRIPTOR, descriptor), ("offices.csv", OFFICES.to_owned()), (MAPPING, MAPPING_TEXT.replace("NAME", name))]
        .into_iter()
        .map(|(path, text)| (path.to_owned(), text))
        .collect()
}

const DESCRIPTOR_TEXT: &str = r#"{
  "name": "NAME",
  "title": "The town of Example",
  "description": "An example by `civigraph init`: replace offices.csv, then correct the fields below and mapping.yml.",
  "resources": [
    {
      "name": "offices",
      "description": "One row for each office.",
      "path": "offices.csv",
      "schema": {
        "fields": [
          {"name": "id", "type": "string", "description": "Never changed once published."},
          {"name": "name", "type": "string", "constraints": {"required": true}},
          {"name": "staff", "type": "integer", "constraints": {"minimum": 0}},
          {"name": "under", "type": "string", "description": "The office above this one."},
          {"name": "opened", "type": "date"}
        ],
        "primaryKey": "id",
        "foreignKeys": [{"fields": "under", "reference": {"resource": "", "fields": "id"}}]
      }
    }
  ],
  "civigraph": {
    "base": "https://example.org/NAME/",
    "prefixes": {"ex": "https://example.org/NAME/def#", "office": "https://example.org/NAME/office/"},
    "languages": ["en"],
    "mapping": "mapping.yml"
  }
}
"#;

const OFFICES: &str = "\
id,name,staff,under,opened
mayor,Office of the Mayor,12,,1995-07-01
parks,Parks Department,340,mayor,2001-04-01
trees,Tree Office,25,parks,2019-02-15
library,Town Library,48,mayor,1962-09-03
";

const MAPPING_TEXT: &str = "\
# Which triples are made from the rows of the tables, in YARRRML (civigraph help mapping).

prefixes:
  # Your own addresses: for terms, and for the things that the tables list.
  ex: https://example.org/NAME/def#
  office: https://example.org/NAME/office/
  # The vocabulary of civigraph (civigraph vocabulary), and names and datatypes of the web.
  cg: https://w3id.org/civigraph/def#
  skos: http://www.w3.org/2004/02/skos/core#
  xsd: http://www.w3.org/2001/XMLSchema#

mappings:
  office:
    sources:
      - [offices.csv~csv]
    # Each row is about this thing; $(id) is the cell of the column `id`.
    s: office:$(id)
    po:
      - [a, cg:Organisation]
      - [skos:prefLabel, $(name), en~lang]
      # A reference to another row. An empty cell makes no triple.
      - [cg:partOf, office:$(under)~iri]
      # A property of your own, with its datatype.
      - [ex:staff, $(staff), xsd:integer]
      - [ex:opened, $(opened), xsd:date]
";
