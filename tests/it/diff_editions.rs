//! `diff` of two editions of a pack: the register of the United Kingdom's government against its records
//! as published, and the default pack against one with seeded changes of every kind.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use civigraph::diff::{ChangeKind, Difference};
use civigraph::pack::Pack;
use civigraph::pipeline::{self, Knowledge};
use serde_json::Value;

use crate::diff::difference;
use crate::support::{knowledge, root};

fn built(path: &Path) -> Knowledge {
    pipeline::build(&Pack::open(path).unwrap()).unwrap().0
}

/// The records of an edition by IRI.
fn records(file: &str) -> BTreeMap<String, Value> {
    let text = fs::read_to_string(root().join("data/uk-government").join(file)).unwrap();
    let document: Value = serde_json::from_str(&text).unwrap();
    let records = document["results"].as_array().unwrap().iter();
    records.map(|record| (record["id"].as_str().unwrap().to_owned(), record.clone())).collect()
}

fn is_ended(record: &Value) -> bool {
    let details = &record["details"];
    details["govuk_status"] == "closed"
        && !["devolved", "left_gov"].contains(&details["govuk_closed_status"].as_str().unwrap_or_default())
}

/// The subjects of changes that are bodies of the register.
fn bodies(difference: &Difference, kinds: &[ChangeKind]) -> BTreeSet<String> {
    let of_kind = difference.changes.iter().filter(|change| kinds.contains(&change.kind));
    let iris = of_kind.map(|change| change.subject.iri.clone());
    iris.filter(|iri| iri.starts_with("https://www.gov.uk/api/organisations/")).collect()
}

/// What is above each body, as both its own record and that of the other say; only what has not ended.
fn parents(records: &BTreeMap<String, Value>) -> BTreeMap<String, BTreeSet<String>> {
    let mut parents: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let ids = |record: &Value, list: &str| -> Vec<String> {
        let list = record[list].as_array().unwrap().iter();
        list.map(|other| other["id"].as_str().unwrap().to_owned()).collect()
    };
    for (id, record) in records {
        for parent in ids(record, "parent_organisations") {
            parents.entry(id.clone()).or_default().insert(parent);
        }
        for child in ids(record, "child_organisations") {
            parents.entry(child).or_default().insert(id.clone());
        }
    }
    parents
}

#[test]
fn what_changed_in_the_register_is_what_its_records_say() {
    let folder = root().join("data/uk-government");
    let (old, new) = (built(&folder.join("datapackage-2023-03-01.json")), built(&folder));
    let found = difference(&old, &new);
    let (before, after) = (records("organisations-2023-03-01.json"), records("organisations-2026-06-01.json"));
    let only = |one: &BTreeMap<String, Value>, other: &BTreeMap<String, Value>| -> BTreeSet<String> {
        one.keys().filter(|id| !other.contains_key(*id)).cloned().collect()
    };
    let in_both: Vec<&String> = before.keys().filter(|id| after.contains_key(*id)).collect();
    let differing = |differs: &dyn Fn(&Value, &Value) -> bool| -> BTreeSet<String> {
        in_both.iter().filter(|id| differs(&before[**id], &after[**id])).map(|id| (*id).clone()).collect()
    };
    // Bodies that have no record and are named by the records of others are no things of the register.
    assert_eq!(bodies(&found, &[ChangeKind::New]), only(&after, &before));
    assert_eq!(bodies(&found, &[ChangeKind::Gone, ChangeKind::Reidentified]), only(&before, &after));
    let title = |record: &Value| record["title"].as_str().unwrap().trim().to_owned();
    assert_eq!(bodies(&found, &[ChangeKind::Renamed]), differing(&|old, new| title(old) != title(new)));
    assert_eq!(bodies(&found, &[ChangeKind::Kind]), differing(&|old, new| old["format"] != new["format"]));
    assert_eq!(bodies(&found, &[ChangeKind::Closed]), differing(&|old, new| !is_ended(old) && is_ended(new)));
    // Moves: of the bodies that have not been closed in either edition, those with a parent lost and one gained.
    let (above_before, above_after) = (parents(&before), parents(&after));
    let is_closed = |record: &Value| record["details"]["govuk_status"] == "closed";
    let none = BTreeSet::new();
    let moved: BTreeSet<String> = in_both
        .iter()
        .filter(|id| !is_closed(&before[**id]) && !is_closed(&after[**id]))
        .filter(|id| {
            let (old, new) = (above_before.get(**id).unwrap_or(&none), above_after.get(**id).unwrap_or(&none));
            old.difference(new).next().is_some() && new.difference(old).next().is_some()
        })
        .map(|id| (*id).clone())
        .collect();
    assert_eq!(bodies(&found, &[ChangeKind::Moved]), moved);
    // Successions that only the newer records give.
    let successions = |records: &BTreeMap<String, Value>| -> BTreeSet<(String, String)> {
        let mut pairs = BTreeSet::new();
        for (id, record) in records {
            let ids = |list: &str| -> Vec<String> {
                let list = record[list].as_array().unwrap().iter();
                list.map(|other| other["id"].as_str().unwrap().to_owned()).collect()
            };
            pairs.extend(ids("superseding_organisations").into_iter().map(|other| (id.clone(), other)));
            pairs.extend(ids("superseded_organisations").into_iter().map(|other| (other, id.clone())));
        }
        pairs
    };
    let (known, now) = (successions(&before), successions(&after));
    let mut told: BTreeSet<(String, String)> = BTreeSet::new();
    for kind in [ChangeKind::Merged, ChangeKind::Divided, ChangeKind::Succeeded] {
        for change in found.of_kind(kind) {
            for one in &change.before {
                told.extend(change.after.iter().map(|other| (one.iri.clone(), other.iri.clone())));
            }
        }
    }
    let expected: BTreeSet<(String, String)> = now.difference(&known).cloned().collect();
    assert_eq!(told, expected);
}

/// Draws numbers, always the same ones from a seed.
struct Draw(u64);

impl Draw {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }
}

/// A table that is changed.
struct Rows {
    name: &'static str,
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Rows {
    fn read(folder: &Path, name: &'static str) -> Self {
        let mut reader = csv::Reader::from_path(folder.join(name)).unwrap();
        let header = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let rows = reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
        Self { name, header, rows }
    }

    fn column(&self, name: &str) -> usize {
        self.header.iter().position(|column| column == name).unwrap()
    }

    fn get(&self, row: usize, column: &str) -> &str {
        &self.rows[row][self.column(column)]
    }

    fn set(&mut self, row: usize, column: &str, value: &str) {
        let column = self.column(column);
        self.rows[row][column] = value.to_owned();
    }

    /// A row for which something holds and that no earlier change was of.
    fn draw(
        &self,
        draw: &mut Draw,
        used: &mut BTreeSet<(&'static str, String)>,
        holds: impl Fn(&Self, usize) -> bool,
    ) -> usize {
        // By its id if it has one: an earlier change may have been of another cell.
        let key = |row: usize| {
            let cells = &self.rows[row];
            (self.name, if self.header[0] == "id" { cells[0].clone() } else { cells.join(",") })
        };
        let fit: Vec<usize> =
            (0..self.rows.len()).filter(|row| !used.contains(&key(*row)) && holds(self, *row)).collect();
        let row = fit[draw.below(fit.len())];
        used.insert(key(row));
        row
    }

    fn write(&self, folder: &Path) {
        let mut writer = csv::Writer::from_path(folder.join(self.name)).unwrap();
        writer.write_record(&self.header).unwrap();
        self.rows.iter().for_each(|row| writer.write_record(row).unwrap());
        writer.flush().unwrap();
    }
}

/// A change as it is expected and found: kind, local name of the subject, of the relation, of the object.
type Told = (String, String, String, String);

fn told(kind: ChangeKind, subject: &str, relation: &str, object: &str) -> Told {
    (kind.names().0.to_owned(), subject.to_owned(), relation.to_owned(), object.to_owned())
}

#[test]
fn of_seeded_changes_of_every_kind_in_the_default_pack_all_are_found_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let pack = root().join("data/hk-innovation");
    for entry in fs::read_dir(&pack).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, folder.path().join(path.file_name().unwrap())).unwrap();
    }
    // The files are changed, so their hashes are not those of the descriptor.
    let descriptor = fs::read_to_string(folder.path().join("datapackage.json")).unwrap();
    let mut descriptor: Value = serde_json::from_str(&descriptor).unwrap();
    for resource in descriptor["resources"].as_array_mut().unwrap() {
        let resource = resource.as_object_mut().unwrap();
        resource.remove("hash");
        resource.remove("bytes");
    }
    fs::write(folder.path().join("datapackage.json"), descriptor.to_string()).unwrap();
    let table = |name| Rows::read(folder.path(), name);
    let (mut entities, mut claims, mut figures) = (table("entities.csv"), table("claims.csv"), table("figures.csv"));
    let (mut names, mut evidence, mut concepts) = (table("names.csv"), table("evidence.csv"), table("concepts.csv"));
    let (mut mentions, mut qualifiers) = (table("mentions.csv"), table("qualifiers.csv"));
    let mut draw = Draw(25);
    let mut used: BTreeSet<(&'static str, String)> = BTreeSet::new();
    let mut expected: Vec<Told> = Vec::new();
    // What has qualifiers or belongs to a group is left alone, so that each change is one.
    let qualified: BTreeSet<String> = qualifiers.rows.iter().map(|row| row[0].clone()).collect();
    let plain = |claims: &Rows, row: usize| {
        let (object, id) = (claims.get(row, "object"), claims.get(row, "id"));
        let key = (claims.get(row, "subject"), claims.get(row, "predicate"), object);
        let alike = claims.rows.iter().enumerate().filter(|(at, _)| {
            (claims.get(*at, "subject"), claims.get(*at, "predicate"), claims.get(*at, "object")) == key
        });
        !object.is_empty()
            && !id.starts_with("seeded")
            && !qualified.contains(id)
            && !["memberOf", "changed", "partOf", "under", "whollyOwnedBy", "covers"]
                .contains(&claims.get(row, "predicate"))
            && alike.count() == 1
    };
    let of = |claims: &Rows, row: usize| -> [String; 3] {
        ["subject", "predicate", "object"].map(|column| claims.get(row, column).to_owned())
    };
    // A reason is one of a place, which other claims may share.
    let reasons: BTreeSet<String> =
        evidence.rows.iter().filter(|row| !row[8].is_empty()).map(|row| row[0].clone()).collect();
    let without_reason = |claim: &str| !reasons.contains(claim);
    for number in 0..6 {
        // Names and kinds of things.
        let row = entities.draw(&mut draw, &mut used, |table, row| !table.get(row, "label_en").is_empty());
        let label = format!("{} of another name {number}", entities.get(row, "label_en"));
        entities.set(row, "label_en", &label);
        expected.push(told(ChangeKind::Renamed, entities.get(row, "id"), "", ""));
        // A thing that is new.
        let id = format!("seeded-{number}");
        let mut fresh = vec![String::new(); entities.header.len()];
        for (column, value) in [
            ("id", id.as_str()),
            ("class", "Organisation"),
            ("source", "hkyb-2019-06"),
            ("label_en_source", "civigraph-translations"),
        ] {
            fresh[entities.column(column)] = value.to_owned();
        }
        fresh[entities.column("label_zh")] = format!("新設機構{number}");
        fresh[entities.column("label_en")] = format!("Seeded body {number}");
        entities.rows.push(fresh);
        expected.push(told(ChangeKind::New, &id, "", ""));
        // A relation of the new thing.
        let row =
            claims.draw(&mut draw, &mut used, |table, row| plain(table, row) && table.get(row, "status") == "ongoing");
        let mut fresh = claims.rows[row].clone();
        let status = if number % 2 == 0 { "ongoing" } else { "planned" };
        for (column, value) in [
            ("id", format!("seeded-claim-{number}")),
            ("subject", id.clone()),
            ("predicate", "funds".to_owned()),
            ("status", status.to_owned()),
        ] {
            fresh[claims.column(column)] = value;
        }
        let object = fresh[claims.column("object")].clone();
        claims.rows.push(fresh);
        let mut place = vec![String::new(); evidence.header.len()];
        for (column, value) in [
            ("claim", format!("seeded-claim-{number}").as_str()),
            ("source", "hkyb-2019-06"),
            ("section", "創新和科技"),
            ("first_line", "1"),
            ("last_line", "1"),
        ] {
            place[evidence.column(column)] = value.to_owned();
        }
        evidence.rows.push(place);
        let kind = if status == "ongoing" { ChangeKind::Begun } else { ChangeKind::Planned };
        expected.push(told(kind, &id, "funds", &object));
        // Statuses.
        let row = claims.draw(&mut draw, &mut used, |table, row| {
            plain(table, row) && table.get(row, "status") == "planned" && table.get(row, "due").is_empty()
        });
        claims.set(row, "status", "done");
        let [subject, predicate, object] = of(&claims, row);
        expected.push(told(ChangeKind::CarriedOut, &subject, &predicate, &object));
        let row =
            claims.draw(&mut draw, &mut used, |table, row| plain(table, row) && table.get(row, "status") == "ongoing");
        claims.set(row, "status", "ended");
        let [subject, predicate, object] = of(&claims, row);
        expected.push(told(ChangeKind::Ended, &subject, &predicate, &object));
        // A relation that is no longer stated, with its evidence.
        let row = claims.draw(&mut draw, &mut used, |table, row| {
            plain(table, row) && !table.get(row, "id").starts_with("seeded") && without_reason(table.get(row, "id"))
        });
        let (id, [subject, predicate, object]) = (claims.get(row, "id").to_owned(), of(&claims, row));
        claims.rows.remove(row);
        evidence.rows.retain(|place| place[0] != id);
        expected.push(told(ChangeKind::Dropped, &subject, &predicate, &object));
        // Figures: another number, another hedge, one gone.
        let is_alone = |table: &Rows, row: usize| {
            let key = |row: usize| {
                ["about", "measure", "nature", "payer", "payee", "via"].map(|column| table.get(row, column))
            };
            !table.get(row, "value").is_empty()
                && (0..table.rows.len()).filter(|other| key(*other) == key(row)).count() == 1
        };
        let row = figures.draw(&mut draw, &mut used, is_alone);
        let value = format!("{}1", figures.get(row, "value"));
        figures.set(row, "value", &value);
        expected.push(told(ChangeKind::FigureRevised, figures.get(row, "about"), figures.get(row, "measure"), ""));
        let row = figures.draw(&mut draw, &mut used, |table, row| {
            is_alone(table, row) && table.get(row, "bound") == "exact" && !table.get(row, "value").ends_with('1')
        });
        figures.set(row, "bound", "about");
        expected.push(told(ChangeKind::FigureRevised, figures.get(row, "about"), figures.get(row, "measure"), ""));
        // Names.
        let row = names.draw(&mut draw, &mut used, |table, row| {
            !table.get(row, "text_en").is_empty() && table.get(row, "text_zh").is_empty()
        });
        let text = format!("{}{number}", names.get(row, "text_en"));
        names.set(row, "text_en", &text);
        expected.push(told(ChangeKind::NameNew, names.get(row, "entity"), "", ""));
        expected.push(told(ChangeKind::NameGone, names.get(row, "entity"), "", ""));
        // What a text calls a thing, and what a code is called.
        let row = mentions.draw(&mut draw, &mut used, |table, row| {
            let entity = table.get(row, "entity");
            table.rows.iter().filter(|other| other[0] == entity).count() == 1
        });
        let words = format!("{}者", mentions.get(row, "words"));
        mentions.set(row, "words", &words);
        expected.push(told(ChangeKind::Property, mentions.get(row, "entity"), "mentionedAs", ""));
        let row = concepts.draw(&mut draw, &mut used, |table, row| !table.get(row, "label_en").is_empty());
        let label = format!("{} otherwise", concepts.get(row, "label_en"));
        concepts.set(row, "label_en", &label);
        expected.push(told(ChangeKind::Renamed, concepts.get(row, "id"), "", ""));
    }
    // Evidence at another place, of claims that nothing else changed.
    let changed: BTreeSet<Told> = expected.iter().cloned().collect();
    for _ in 0..4 {
        let row = evidence.draw(&mut draw, &mut used, |table, row| {
            let claim = table.get(row, "claim");
            let n_places = table.rows.iter().filter(|place| place[0] == claim).count();
            let found = claims.rows.iter().position(|other| other[0] == claim);
            let is_untouched = found.is_some_and(|at| {
                let [subject, predicate, object] = of(&claims, at);
                plain(&claims, at)
                    && !changed.iter().any(|(_, s, p, o)| *s == subject && *p == predicate && *o == object)
            });
            !claim.is_empty()
                && n_places == 1
                && is_untouched
                && table.get(row, "first_line") == table.get(row, "last_line")
                && table.get(row, "reason").is_empty()
        });
        let line: usize = evidence.get(row, "last_line").parse().unwrap();
        evidence.set(row, "last_line", &(line + 2).to_string());
        let at = claims.rows.iter().position(|other| other[0] == evidence.get(row, "claim")).unwrap();
        let [subject, predicate, object] = of(&claims, at);
        expected.push(told(ChangeKind::Evidence, &subject, &predicate, &object));
    }
    // A qualifier that is no longer there.
    let row = qualifiers.draw(&mut draw, &mut used, |table, row| !table.get(row, "claim").is_empty());
    let claim = qualifiers.get(row, "claim").to_owned();
    qualifiers.rows.remove(row);
    let at = claims.rows.iter().position(|other| other[0] == claim).unwrap();
    let object = if claims.get(at, "object").is_empty() { claims.get(at, "concept") } else { claims.get(at, "object") };
    expected.push(told(ChangeKind::Qualified, claims.get(at, "subject"), claims.get(at, "predicate"), object));
    // A body that is under another one.
    let at = (0..claims.rows.len())
        .find(|row| claims.get(*row, "predicate") == "under" && claims.get(*row, "status") == "ongoing")
        .unwrap();
    let parent = claims.get(at, "object").to_owned();
    let other = (0..claims.rows.len())
        .map(|row| (claims.get(row, "predicate").to_owned(), claims.get(row, "object").to_owned()))
        .find(|(predicate, object)| predicate == "under" && *object != parent)
        .unwrap();
    claims.set(at, "object", &other.1);
    expected.push(told(ChangeKind::Moved, claims.get(at, "subject"), "under", ""));
    for table in [&entities, &claims, &figures, &names, &evidence, &concepts, &mentions, &qualifiers] {
        table.write(folder.path());
    }
    let found = difference(knowledge(), &built(folder.path()));
    let local = |iri: &str| iri.rsplit(['/', '#']).next().unwrap_or_default().to_owned();
    let mut found: Vec<Told> = found
        .changes
        .iter()
        .map(|change| {
            let part = |named: Option<&std::sync::Arc<civigraph::diff::Named>>| {
                local(&named.map(|named| named.iri.clone()).unwrap_or_default())
            };
            told(
                change.kind,
                &local(&change.subject.iri),
                &part(change.relation.as_ref()),
                &part(change.object.as_ref()),
            )
        })
        .collect();
    found.sort();
    expected.sort();
    let missing: Vec<&Told> = expected.iter().filter(|one| !found.contains(one)).collect();
    let invented: Vec<&Told> = found.iter().filter(|one| !expected.contains(one)).collect();
    assert!(missing.is_empty() && invented.is_empty(), "missing {missing:#?}, invented {invented:#?}");
    assert_eq!(found.len(), expected.len());
    let kinds: BTreeSet<&String> = found.iter().map(|(kind, ..)| kind).collect();
    assert!(found.len() > 70 && kinds.len() > 12, "{} changes of {} kinds", found.len(), kinds.len());
}

#[test]
fn a_pack_is_the_same_as_itself() {
    assert_eq!(difference(knowledge(), knowledge()).changes, []);
}
