//! The way back: from a triple to the cells that produced it.

use civigraph::dialect::Dialect;
use civigraph::finding::Place;
use civigraph::graph::Statement;
use civigraph::map::{Plan, trace, yarrrml};
use civigraph::pack::Pack;
use civigraph::source::TableSource;
use civigraph::table::Table;
use oxigraph::model::vocab::{rdf, rdfs};
use oxigraph::model::{Literal, NamedNode, Triple};

use crate::support::{MAPPING, TestPack};

fn bound(pack: &Pack) -> Plan {
    let (mut plan, findings) = yarrrml::read("mapping.yml", MAPPING);
    assert!(findings.is_empty());
    let place = Place::new("mapping.yml", 1, 1);
    let input = pack.open_table("people.csv", place).unwrap();
    let table = Table::open("people.csv".to_owned(), input, &Dialect::default()).unwrap();
    assert!(plan.bind(&[(TableSource::rows("people.csv"), table.header)].into()).is_empty());
    plan
}

#[test]
fn a_triple_leads_back_to_its_cells() {
    let folder = TestPack::new();
    folder.write("people.csv", "id,name,age,kind,boss\nann,\"Ann, \"\"A\"\"\",50,staff,\n\"b\nob\",羅賓,,guest,ann\n");
    let pack = Pack::open(folder.path()).unwrap();
    let node = |local: &str| NamedNode::new(format!("http://example.org/{local}")).unwrap();
    let triples = [
        Triple::new(node("ann"), rdfs::LABEL, Literal::new_language_tagged_literal("Ann, \"A\"", "en").unwrap()),
        Triple::new(node("b%0Aob"), node("boss"), node("ann")),
        Triple::new(node("ann"), rdf::TYPE, node("Person")),
        Triple::new(node("ann"), node("boss"), node("nobody")),
        Triple::new(node("nobody"), node("boss"), node("ann")),
    ];
    let cells: Vec<Vec<(u64, u64, u64)>> = trace(&bound(&pack), &pack, &triples.map(Statement::from))
        .into_iter()
        .map(|places| places.into_iter().map(|place| (place.line, place.column, place.width)).collect())
        .collect();
    // Object first, then subject; quotes are part of the cell; a cell may start on the line before.
    assert_eq!(cells[0], [(2, 5, 12), (2, 1, 3)]);
    assert_eq!(cells[1], [(4, 15, 3), (3, 1, 2)]);
    assert_eq!(cells[2], [(2, 1, 3)]);
    assert_eq!(cells[3], [(2, 27, 1)], "what could have stood there");
    assert!(cells[4].is_empty(), "what the mapping does not make has no cell");
}
