//! What can be made of a cell, but was probably not meant.

use super::{check, made, map, pack, resource};

fn cells(text: &str, columns: &[(&str, &str)]) -> super::TestPack {
    pack("t.csv", text, &resource("t.csv", ""), &map("m", "[t.csv~csv]", "ex:$(id)", columns))
}

#[test]
fn blanks_in_iris_are_warned_of_and_blanks_in_texts_are_not() {
    let text = "id,head,name\na,\" \", x\nb,\" Ann\",y \nc,Ann,z\n";
    let (triples, findings) = made(&cells(text, &[("head", "ex:$(head)~iri"), ("name", "$(name)")]));
    assert_eq!(triples.len(), 6);
    check(&findings, &[("t.csv:2:3", "blanks-in-iri", "only blanks"), ("t.csv:3:3", "blanks-in-iri", "around `Ann`")]);
}

#[test]
fn control_characters_are_warned_of_once_for_each_cell() {
    let text = "id,name,unused\na,Al\0pha,\0\nb,Be\u{b}ta,x\nc,\"Gam\tma\nx\",x\n";
    let (triples, findings) = made(&cells(text, &[("name", "$(name)"), ("again", "$(name)")]));
    assert_eq!(triples.len(), 6);
    check(&findings, &[("t.csv:2:3", "control-character", "U+0000"), ("t.csv:3:3", "control-character", "U+000B")]);
}

#[test]
fn text_that_was_read_in_the_wrong_encoding_is_said_with_what_was_meant() {
    let (_, findings) = made(&cells("id,name,unused\na,Energy â\u{80}\u{93} Nuclear,\n", &[("name", "$(name)")]));
    check(&findings, &[("t.csv:2:3", "control-character", "U+0080")]);
}

#[test]
fn addresses_without_a_scheme_are_warned_of() {
    let text = "id,page\na,www.parks.example\nb,roads.example/about\nc,https://c.example/\nd,local\n";
    let (triples, findings) = made(&cells(text, &[("page", "$(page)~iri")]));
    assert_eq!(triples[0], "a page base:www.parks.example");
    check(
        &findings,
        &[("t.csv:2:3", "no-scheme", "`www.parks.example`"), ("t.csv:3:3", "no-scheme", "`roads.example/about`")],
    );
}

#[test]
fn a_row_that_makes_nothing_is_warned_of_unless_another_map_makes_something() {
    let text = "id,name\n,Lost\na,Alpha\n";
    let (triples, findings) = made(&cells(text, &[("name", "$(name)")]));
    assert_eq!(triples, ["a name Alpha"]);
    check(&findings, &[("t.csv:2:1", "row-without-subject", "`id`")]);
    let other = map("other", "[t.csv~csv]", "ex:by-$(name)", &[("name", "$(name)")]);
    let pack = cells(text, &[("name", "$(name)")]);
    pack.replace("mapping.yml", "mappings:\n", &format!("mappings:\n{other}"));
    let (triples, findings) = made(&pack);
    assert_eq!((triples.len(), findings.len()), (3, 0), "{findings:?}");
}
