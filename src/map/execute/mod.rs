//! Runs a bound plan: records in, quads out.

mod join;
mod look_up;
mod origin;
mod parts;
mod term;

use std::borrow::Cow;

use oxigraph::model::{GraphName, NamedNode, NamedOrBlankNode, Quad, Term};

pub use origin::QuadOrigin;
pub use parts::{RowSink, Share, execute_in_parts};
pub(super) use term::{LexicalSpace, blank_label};

use super::doubt::doubts;
use super::function::CodeLists;
use super::plan::{Call, ObjectMap, Plan, TermMap, TriplesMap};
use super::row::{Choice, Choices, TableRow};
use crate::finding::{Finding, Findings, Limit, Place, Severity, codes};
use crate::pack::schema::CellReader;
use crate::source::TableSource;
use crate::table::{Header, Record, Table};
use crate::vocab::rml;
use join::{Joined, Parents, keys};
use term::make;

/// The source of an executor's tables.
pub trait Tables {
    /// Opens a table that the mapping names at `place`; `columns` are those that it reads.
    fn open(&self, source: &TableSource, columns: &[String], place: &Place) -> Result<Table, Findings>;

    /// Whether rows that cannot be read are left out, and the others mapped.
    fn leaves_out_rows(&self) -> bool {
        false
    }

    /// The sets of columns that no two rows of a table have in common.
    fn keys(&self, _source: &TableSource) -> Vec<Vec<String>> {
        Vec::new()
    }

    /// How the cells of a table with this header are read.
    fn cells(&self, source: &TableSource, header: &Header) -> CellReader;
}

/// Observes the run of a plan.
pub(super) trait RunObserver {
    /// A quad was made.
    fn quad(&mut self, quad: Quad, origin: QuadOrigin<'_>);

    /// A row makes no object for a predicate: a cell that is needed has no value.
    fn absent(&mut self, _subject: &NamedOrBlankNode, _predicate: &NamedNode, _origin: QuadOrigin<'_>) {}
}

struct QuadCounter<'a>(&'a mut dyn FnMut(Quad, QuadOrigin<'_>));

impl RunObserver for QuadCounter<'_> {
    fn quad(&mut self, quad: Quad, origin: QuadOrigin<'_>) {
        (self.0)(quad, origin);
    }
}

/// Runs a bound plan over its tables, each read once (and once more beforehand if another map
/// joins it), and passes every quad to `sink`.
///
/// Terms that cannot be made (an invalid IRI, an unknown language tag, a value outside its
/// datatype) are reported at their cell; the quad is left out.
pub fn execute(plan: &Plan, tables: &dyn Tables, findings: &mut Findings, sink: &mut dyn FnMut(Quad, QuadOrigin<'_>)) {
    observe(plan, tables, findings, &mut QuadCounter(sink));
}

/// Like [`execute`], also reporting what is not made.
pub(super) fn observe(plan: &Plan, tables: &dyn Tables, findings: &mut Findings, sink: &mut dyn RunObserver) {
    let code_lists = look_up::read(plan, tables, findings);
    let mut parents = Parents::read(plan, tables, &code_lists);
    let mut joined = Joined::default();
    for source in plan.sources() {
        let maps: Vec<usize> = plan.of_source(source).collect();
        let Some(mut table) = opened(plan, source, tables, findings) else { continue };
        let cells = tables.cells(source, &table.header);
        let (code_lists, parents) = (&code_lists, &parents);
        let run = SourceRun { plan, maps: &maps, cells: &cells, code_lists, parents, only: None };
        let mut record = Record::default();
        while table.read(&mut record, findings) {
            let row = TableRow::new(&record, &cells, &table.file, code_lists);
            if row.is_rejected() {
                continue;
            }
            let made = run.row(row, &table.file, &mut joined, findings, sink);
            tell_empty(&made, &record, &table.header, &table.file, findings);
        }
        tell_unmet(plan, source, &table, findings);
    }
    join_rest(plan, tables, (&code_lists, &mut parents), Share::ALL, findings, sink);
}

/// Joins the rows with those of tables that did not fit into memory: once more for each part of these
/// that does. What is wrong with the rows has been told.
fn join_rest(
    plan: &Plan,
    tables: &dyn Tables,
    (code_lists, parents): (&CodeLists, &mut Parents),
    share: Share,
    findings: &mut Findings,
    sink: &mut dyn RunObserver,
) {
    let mut told = Findings::keeping(findings.limit());
    while let Some(index) = parents.next(plan, tables, code_lists) {
        let is_wanted = |map: &usize| plan.maps[*map].references().any(|reference| reference.index == index);
        for source in plan.sources() {
            let maps: Vec<usize> = plan.of_source(source).filter(is_wanted).collect();
            let Some(mut table) = (!maps.is_empty()).then(|| opened(plan, source, tables, &mut told)).flatten() else {
                continue;
            };
            let cells = tables.cells(source, &table.header);
            let run = SourceRun { plan, maps: &maps, cells: &cells, code_lists, parents, only: Some(index) };
            let (mut record, mut joined, mut n_rows) = (Record::default(), Joined::default(), 0);
            let mut unsaid = Findings::keeping(Limit::NOTHING);
            while table.read(&mut record, &mut unsaid) {
                n_rows += 1;
                let row = TableRow::new(&record, &cells, &table.file, code_lists);
                if !row.is_rejected() && share.has_row(n_rows - 1) {
                    run.row(row, &table.file, &mut joined, &mut told, sink);
                }
            }
        }
    }
    findings.extend(told.iter().filter(|finding| finding.code == codes::EXPLODING_JOIN).cloned());
}

/// The table that some maps read.
fn opened(plan: &Plan, source: &TableSource, tables: &dyn Tables, findings: &mut Findings) -> Option<Table> {
    let first = plan.maps.iter().find(|map| map.source == *source)?;
    match tables.open(source, &plan.columns(source), &first.source_place) {
        Ok(table) => Some(table),
        Err(faults) => {
            findings.append(faults);
            None
        }
    }
}

/// Reports a row of which no map makes anything. A map without a subject is usual if another map
/// has one.
fn tell_empty(made: &[RowResult], record: &Record, header: &Header, file: &str, findings: &mut Findings) {
    if let Some(RowResult::NoSubject(column)) = made.first().copied()
        && made.iter().all(|made| matches!(made, RowResult::NoSubject(_)))
    {
        let message = format!("the row makes nothing, since `{}` has no value", header.name(column));
        findings.push(Finding::warning(codes::ROW_WITHOUT_SUBJECT, message).at(record.place(file, column)));
    }
}

/// Reports the columns that led to nothing in any record, after the last.
fn tell_unmet(plan: &Plan, source: &TableSource, table: &Table, findings: &mut Findings) {
    for (index, hint) in table.unmet() {
        let first = plan.of_source(source).find_map(|map| plan.maps[map].column(index));
        let name = table.header.name(index);
        let message = format!("no record of `{source}` has a value at `{name}`");
        let place = first.map(|column| column.place.clone());
        findings.push(Finding::warning(codes::EMPTY_PATH, message).at(place).hint(hint));
    }
}

/// What the rows of one table are mapped with.
#[derive(Clone, Copy)]
struct SourceRun<'a> {
    plan: &'a Plan,
    /// The indexes of the maps that are applied.
    maps: &'a [usize],
    cells: &'a CellReader,
    code_lists: &'a CodeLists,
    parents: &'a Parents,
    /// Only the references with this index are made.
    only: Option<usize>,
}

impl<'a> SourceRun<'a> {
    /// Applies the maps to a row, in order.
    fn row(
        &self,
        row: TableRow<'a>,
        file: &'a str,
        joined: &mut Joined,
        findings: &mut Findings,
        sink: &mut dyn RunObserver,
    ) -> Vec<RowResult> {
        let Self { plan, parents, only, .. } = *self;
        let (mut made, mut doubted) = (Vec::with_capacity(self.maps.len()), Vec::new());
        for map in self.maps.iter().map(|map| &plan.maps[*map]) {
            let (joined, doubted) = (&mut *joined, &mut doubted);
            made.push(MapRun { plan, map, row, file, parents, only, joined, findings, doubted }.row(sink));
        }
        made
    }
}

/// What a map makes of a row.
#[derive(Clone, Copy)]
pub(super) enum RowResult {
    /// Triples, or a fault that was reported.
    Done,
    /// Nothing, since the column with this index has no value.
    NoSubject(usize),
}

/// One map applied to one row.
struct MapRun<'a, 'r> {
    plan: &'a Plan,
    map: &'a TriplesMap,
    row: TableRow<'a>,
    file: &'a str,
    parents: &'a Parents,
    only: Option<usize>,
    joined: &'r mut Joined,
    findings: &'r mut Findings,
    /// Cells of the row and what was said to be doubtful about them.
    doubted: &'r mut Vec<(u64, u64, Cow<'static, str>)>,
}

impl<'a> MapRun<'a, '_> {
    fn row(&mut self, sink: &mut dyn RunObserver) -> RowResult {
        let (map, plan, only) = (self.map, self.plan, self.only);
        if !self.holds(map.condition.as_ref(), self.row) {
            return RowResult::Done;
        }
        let subjects = self.terms(&map.subject, map);
        if subjects.is_empty() {
            let mut empty = None;
            map.subject.columns(&mut |column| empty = empty.or(self.row.get(column).is_none().then_some(column.index)));
            return empty.map_or(RowResult::Done, RowResult::NoSubject);
        }
        let graphs = self.graphs(&map.graphs);
        for pair in &map.pairs {
            if !self.holds(pair.condition.as_ref(), self.row) {
                continue;
            }
            let mut all = graphs.clone();
            all.extend(self.graphs(&pair.graphs));
            if all.is_empty() {
                if !(map.graphs.is_empty() && pair.graphs.is_empty()) {
                    continue; // the graph's name needs a cell that has no value
                }
                all.push(GraphName::DefaultGraph);
            }
            for predicate_map in &pair.predicates {
                let predicates = self.terms(predicate_map, map);
                if predicates.is_empty() {
                    continue;
                }
                for object_map in pair.objects.iter().filter(|object| Self::is_made(only, plan, map, object)) {
                    let objects = self.objects(object_map);
                    for (subject, predicate, choice) in pairs(&subjects, &predicates) {
                        let origin = QuadOrigin {
                            file: self.file,
                            record: self.row.record,
                            subject: &map.subject,
                            predicate: predicate_map,
                            object: object_map,
                            choice: &choice,
                        };
                        if objects.is_empty() {
                            sink.absent(&subject, predicate, origin);
                        }
                        for (object, of_object) in &objects {
                            let origin = QuadOrigin { choice: &of_object.or(&choice), ..origin };
                            for graph in &all {
                                let (subject, predicate) = (subject.clone(), predicate.clone());
                                sink.quad(Quad::new(subject, predicate, object.clone(), graph.clone()), origin);
                            }
                        }
                    }
                }
            }
        }
        RowResult::Done
    }

    /// The terms that `map` of the triples map `owner` makes, one for each choice of values.
    fn terms(&mut self, map: &'a TermMap, owner: &TriplesMap) -> Vec<(Term, Choice)> {
        let choices = self.row.choices(|visit| map.chosen_columns(visit));
        let mut terms = Vec::new();
        if let Some(fault) = product(&choices, self.row, self.file) {
            let is_too_much = fault.severity == Severity::Error;
            self.findings.push(fault);
            if is_too_much {
                return terms;
            }
        }
        for choice in choices {
            let row = self.row.choosing(&choice);
            if !self.holds(map.condition.as_ref(), row) {
                continue;
            }
            let (first, mut faults) = (terms.len(), Vec::new());
            make(map, row, self.plan.base.as_deref(), owner, &mut |made| match made {
                Ok(term) => terms.push((term, choice.clone())),
                Err(fault) => faults.push(fault),
            });
            for (term, _) in &terms[first..] {
                self.doubt(map, term, &choice);
            }
            for fault in faults {
                let mut first = None;
                map.columns(&mut |column| first = first.or(Some(column.index)));
                let place = self.place(first, &choice).unwrap_or_else(|| map.place.clone());
                self.findings.push(fault.at(place));
            }
        }
        terms
    }

    /// The place of the value of a column.
    fn place(&self, column: Option<usize>, choice: &Choice) -> Option<Place> {
        column.map(|column| self.row.record.value_place(self.file, column, choice.of(column)))
    }

    /// Whether a condition is true for a row; without one, every row is wanted.
    fn holds(&mut self, condition: Option<&Call>, row: TableRow<'_>) -> bool {
        let Some(condition) = condition else { return true };
        condition.is_true(row).unwrap_or_else(|fault| {
            let mut first = None;
            condition.columns(&mut |column| first = first.or(Some(column.index)));
            let place = self.place(first, row.choice).unwrap_or_else(|| self.row.record.row_place(self.file));
            self.findings.push(fault.at(place));
            false
        })
    }

    /// Reports what is doubtful about a term, once for each cell of the row.
    fn doubt(&mut self, map: &'a TermMap, term: &Term, choice: &Choice) {
        if self.findings.limit() == Limit::NOTHING {
            return;
        }
        let (row, file) = (self.row.choosing(choice), self.file);
        let (doubted, findings) = (&mut *self.doubted, &mut *self.findings);
        doubts(map, row, term, &mut |fault, column| {
            let place = row.record.value_place(file, column.index, choice.of(column.index));
            let known = (place.line, place.column, fault.code.clone());
            if !doubted.contains(&known) {
                doubted.push(known);
                findings.push(fault.at(place));
            }
        });
    }

    fn graphs(&mut self, maps: &'a [TermMap]) -> Vec<GraphName> {
        let map = self.map;
        let terms = maps.iter().flat_map(|graph| self.terms(graph, map)).collect::<Vec<_>>();
        terms.into_iter().filter_map(|(term, _)| iri(&term).cloned().map(graph_name)).collect()
    }

    /// Whether an object is made in this run.
    fn is_made(only: Option<usize>, plan: &Plan, map: &TriplesMap, object: &ObjectMap) -> bool {
        only.is_none_or(|index| {
            matches!(object, ObjectMap::Reference(reference)
                if reference.index == index && !plan.is_same_row(map, reference))
        })
    }

    fn objects(&mut self, object: &'a ObjectMap) -> Vec<(Term, Choice)> {
        let reference = match object {
            ObjectMap::Term(map) => return self.terms(map, self.map),
            ObjectMap::Reference(reference) => reference,
        };
        let parent = &self.plan.maps[reference.map];
        if self.plan.is_same_row(self.map, reference) {
            if !self.holds(parent.condition.as_ref(), self.row) {
                return Vec::new();
            }
            return self.terms(&parent.subject, parent);
        }
        let mut found = Vec::new();
        let children = || reference.joins.iter().map(|(child, _)| child);
        for choice in self.row.choices(|visit| children().for_each(|child| child.chosen_columns(visit))) {
            let keys = match keys(children(), self.row.choosing(&choice)) {
                Ok(keys) => keys,
                Err(fault) => {
                    let mut first = None;
                    children().for_each(|child| child.columns(&mut |column| first = first.or(Some(column.index))));
                    let place = self.place(first, &choice).unwrap_or_else(|| self.row.record.row_place(self.file));
                    self.findings.push(fault.at(place));
                    continue;
                }
            };
            for key in keys {
                let subjects = self.parents.of(reference, &key);
                if let Err(fault) = self.joined.count(reference, subjects.len(), &parent.name) {
                    let place = self.row.record.row_place(self.file);
                    self.findings.extend(fault.map(|fault| fault.at(place)));
                    return Vec::new();
                }
                found.extend(subjects.iter().map(|subject| (subject.clone(), choice.clone())));
            }
        }
        found
    }
}

/// A graph; the term for the default graph is no name.
fn graph_name(node: NamedNode) -> GraphName {
    if rml::DEFAULT_GRAPHS.contains(&node.as_str()) { GraphName::DefaultGraph } else { node.into() }
}

/// Each subject with each predicate.
fn pairs<'t>(
    subjects: &'t [(Term, Choice)],
    predicates: &'t [(Term, Choice)],
) -> impl Iterator<Item = (NamedOrBlankNode, &'t NamedNode, Choice)> {
    subjects.iter().filter_map(|(term, choice)| Some((node(term)?, choice))).flat_map(move |(subject, of_subject)| {
        let predicates = predicates.iter().filter_map(|(term, choice)| Some((iri(term)?, choice)));
        predicates.map(move |(predicate, choice)| (subject.clone(), predicate, choice.or(of_subject)))
    })
}

fn node(term: &Term) -> Option<NamedOrBlankNode> {
    match term {
        Term::NamedNode(node) => Some(node.clone().into()),
        Term::BlankNode(node) => Some(node.clone().into()),
        _ => None,
    }
}

fn iri(term: &Term) -> Option<&NamedNode> {
    match term {
        Term::NamedNode(node) => Some(node),
        _ => None,
    }
}

/// A record may not make more terms of one kind than this.
const MOST_COMBINATIONS: usize = 100_000;

/// The finding that values are combined that do not belong together: every one of a cell with every
/// one of another.
fn product(choices: &Choices, row: TableRow<'_>, file: &str) -> Option<Finding> {
    let columns: Vec<usize> = choices.columns().collect();
    let [_, second, ..] = columns.as_slice() else { return None };
    let n = choices.count_all();
    let message = format!("a term is made from {} cells with several values each: {n} combinations", columns.len());
    let hint = "give the values an iterator of their own, such as `$.results[*].parents[*]`, so that each is made \
                from one record"
        .to_owned();
    let fault = if n > MOST_COMBINATIONS {
        Finding::error(codes::COMBINED_VALUES, format!("{message}; at most {MOST_COMBINATIONS} are made"))
    } else {
        Finding::warning(codes::COMBINED_VALUES, message)
    };
    Some(fault.at(row.record.place(file, *second)).hint(hint))
}
