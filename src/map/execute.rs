//! Runs a bound plan: records in, quads out.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::str::FromStr;

use oxigraph::model::vocab::{rdf, xsd};
use oxigraph::model::{BlankNode, GraphName, Literal, NamedNode, NamedNodeRef, NamedOrBlankNode, Quad, Term};
use oxsdatatypes::{Boolean, Date, DateTime, GYear, GYearMonth};

use super::doubt::doubts;
use super::plan::{Column, Expression, ObjectMap, Plan, ReferenceMap, TermMap, TermType, TriplesMap};
use super::row::{Choice, Choices, TableRow};
use crate::finding::{Finding, Findings, Limit, Place, Severity, codes, shorten};
use crate::graph::huge;
use crate::pack::schema::{CellReader, is_decimal, is_double, is_integer};
use crate::source::TableSource;
use crate::table::{Header, Record, Table, ValueType};

/// The source of an executor's tables.
pub trait Tables {
    /// Opens a table that the mapping names at `place`; `columns` are those that it reads.
    fn open(&self, source: &TableSource, columns: &[String], place: &Place) -> Result<Table, Findings>;

    /// How the cells of a table with this header are read.
    fn cells(&self, source: &TableSource, header: &Header) -> CellReader;
}

/// The origin of a quad.
#[derive(Clone, Copy)]
pub struct QuadOrigin<'a> {
    file: &'a str,
    record: &'a Record,
    subject: &'a TermMap,
    predicate: &'a TermMap,
    object: &'a ObjectMap,
    /// The values from which it was made, of cells that have several.
    choice: &'a Choice,
}

impl QuadOrigin<'_> {
    /// The place of the predicate: its first cell, otherwise the mapping.
    pub fn predicate_place(&self) -> Place {
        self.term_place(self.predicate)
    }

    /// The place of the object: its first cell, otherwise the mapping.
    pub fn object_place(&self) -> Place {
        match self.object {
            ObjectMap::Term(term) => self.term_place(term),
            ObjectMap::Reference(_) => self.record.row_place(self.file),
        }
    }

    /// The place of the row.
    pub fn row_place(&self) -> Place {
        self.record.row_place(self.file)
    }

    /// Whether the object is a text that has this language, or may have it as far as is known
    /// without a value.
    pub fn may_have_language(&self, language: &str) -> bool {
        let ObjectMap::Term(TermMap { kind: TermType::Literal { language: Some(tag), .. }, .. }) = self.object else {
            return false;
        };
        match tag {
            Expression::Constant(tag) => tag.eq_ignore_ascii_case(language),
            _ => true,
        }
    }

    fn term_place(&self, term: &TermMap) -> Place {
        let mut first = None;
        term.columns(&mut |column| first = first.or(Some(column.index)));
        first.map_or_else(|| term.place.clone(), |column| self.cell_place(column))
    }

    /// The place of the value that was taken from a cell.
    fn cell_place(&self, column: usize) -> Place {
        self.record.value_place(self.file, column, self.choice.of(column))
    }

    /// The cells from which the quad was made: those of the object first, then of the predicate,
    /// then of the subject; the row if no cell was needed.
    pub fn places(&self) -> Vec<Place> {
        let mut columns: Vec<usize> = Vec::new();
        let mut visit = |column: &Column| {
            if !columns.contains(&column.index) {
                columns.push(column.index);
            }
        };
        match self.object {
            ObjectMap::Term(term) => term.columns(&mut visit),
            ObjectMap::Reference(reference) => {
                for (child, _) in &reference.joins {
                    visit(child);
                }
            }
        }
        self.predicate.columns(&mut visit);
        self.subject.columns(&mut visit);
        if columns.is_empty() {
            return vec![self.record.row_place(self.file)];
        }
        columns.into_iter().map(|column| self.cell_place(column)).collect()
    }
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
    let parents = parents(plan, tables);
    for source in plan.sources() {
        let maps: Vec<&TriplesMap> = plan.maps.iter().filter(|map| map.source == *source).collect();
        let Some(first) = maps.first() else { continue };
        let mut table = match tables.open(source, &plan.columns(source), &first.source_place) {
            Ok(table) => table,
            Err(faults) => {
                findings.append(faults);
                continue;
            }
        };
        let cells = tables.cells(source, &table.header);
        let (mut record, mut doubted) = (Record::default(), Vec::new());
        while table.read(&mut record, findings) {
            let row = TableRow::new(&record, &cells, &table.file);
            if row.is_rejected() {
                continue;
            }
            let mut made = Vec::with_capacity(maps.len());
            doubted.clear();
            for map in &maps {
                let (file, parents, doubted) = (table.file.as_str(), &parents, &mut doubted);
                made.push(MapRun { plan, map, row, file, parents, findings, doubted }.row(sink));
            }
            // A map without a subject is usual if another map has one.
            if let Some(RowResult::NoSubject(column)) = made.first().copied()
                && made.iter().all(|made| matches!(made, RowResult::NoSubject(_)))
            {
                let message = format!("the row makes nothing, since `{}` has no value", table.header.name(column));
                let place = record.place(&table.file, column);
                findings.push(Finding::warning(codes::ROW_WITHOUT_SUBJECT, message).at(place));
            }
        }
        for (index, hint) in table.unmet() {
            let first = maps.iter().find_map(|map| map.column(index));
            let name = table.header.name(index);
            let message = format!("no record of `{source}` has a value at `{name}`");
            let place = first.map(|column| column.place.clone());
            findings.push(Finding::warning(codes::EMPTY_PATH, message).at(place).hint(hint));
        }
    }
}

/// The subjects of the maps that others refer to, by the join columns and their values.
type Parents = BTreeMap<(usize, Vec<usize>), HashMap<Vec<String>, Vec<Term>>>;

fn parents(plan: &Plan, tables: &dyn Tables) -> Parents {
    let mut parents = Parents::new();
    for map in &plan.maps {
        for object in map.pairs.iter().flat_map(|pair| &pair.objects) {
            let ObjectMap::Reference(reference) = object else { continue };
            let same_row = reference.joins.is_empty() && plan.maps[reference.map].source == map.source;
            if !same_row {
                parents.entry(parent_key(reference)).or_default();
            }
        }
    }
    for ((index, columns), subjects) in &mut parents {
        let map = &plan.maps[*index];
        // Errors in the table or its terms are reported when the table itself is read.
        let wanted = plan.columns(&map.source);
        let Ok(mut table) = tables.open(&map.source, &wanted, &map.source_place) else { continue };
        let cells = tables.cells(&map.source, &table.header);
        let mut record = Record::default();
        let mut unsaid = Findings::keeping(Limit::NOTHING);
        while table.read(&mut record, &mut unsaid) {
            let row = TableRow::new(&record, &cells, &table.file);
            if row.is_rejected() {
                continue;
            }
            if map.condition.as_ref().is_some_and(|condition| !condition.is_true(row)) {
                continue;
            }
            // A join compares all values of a cell.
            let joined: Vec<Column> = columns.iter().map(|index| Column::unnamed(*index)).collect();
            for choice in row.choices(|visit| joined.iter().for_each(visit)) {
                let row = row.choosing(&choice);
                let key = joined.iter().map(|column| row.get(column).map(Cow::into_owned));
                let Some(key) = key.collect::<Option<Vec<String>>>() else { continue };
                for choice in row.choices(|visit| map.subject.columns(visit)) {
                    if let Ok(Some(subject)) = make(&map.subject, row.choosing(&choice), plan.base.as_deref(), map) {
                        subjects.entry(key.clone()).or_default().push(subject);
                    }
                }
            }
        }
    }
    parents
}

fn parent_key(reference: &ReferenceMap) -> (usize, Vec<usize>) {
    (reference.map, reference.joins.iter().map(|(_, parent)| parent.index).collect())
}

/// What a map makes of a row.
#[derive(Clone, Copy)]
enum RowResult {
    /// Triples, or a fault that was reported.
    Done,
    /// Nothing, since the column with this index has no value.
    NoSubject(usize),
}

/// One map applied to one row.
struct MapRun<'a> {
    plan: &'a Plan,
    map: &'a TriplesMap,
    row: TableRow<'a>,
    file: &'a str,
    parents: &'a Parents,
    findings: &'a mut Findings,
    /// Cells of the row and what was said to be doubtful about them.
    doubted: &'a mut Vec<(u64, u64, Cow<'static, str>)>,
}

impl<'a> MapRun<'a> {
    fn row(&mut self, sink: &mut dyn RunObserver) -> RowResult {
        let map = self.map;
        if map.condition.as_ref().is_some_and(|condition| !condition.is_true(self.row)) {
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
            if pair.condition.as_ref().is_some_and(|condition| !condition.is_true(self.row)) {
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
                for object_map in &pair.objects {
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
        let choices = self.row.choices(|visit| map.columns(visit));
        let mut terms = Vec::new();
        if let Some(fault) = product(&choices, self.row, self.file) {
            let is_too_much = fault.severity == Severity::Error;
            self.findings.push(fault);
            if is_too_much {
                return terms;
            }
        }
        for choice in choices {
            match make(map, self.row.choosing(&choice), self.plan.base.as_deref(), owner) {
                Ok(Some(term)) => {
                    self.doubt(map, &term, &choice);
                    terms.push((term, choice));
                }
                Ok(None) => {}
                Err(fault) => {
                    let mut first = None;
                    map.columns(&mut |column| first = first.or(Some(column.index)));
                    let place = match first {
                        Some(column) => self.row.record.value_place(self.file, column, choice.of(column)),
                        None => map.place.clone(),
                    };
                    self.findings.push(fault.at(place));
                }
            }
        }
        terms
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
        terms.into_iter().filter_map(|(term, _)| iri(&term).cloned().map(GraphName::NamedNode)).collect()
    }

    fn objects(&mut self, object: &'a ObjectMap) -> Vec<(Term, Choice)> {
        let reference = match object {
            ObjectMap::Term(map) => return self.terms(map, self.map),
            ObjectMap::Reference(reference) => reference,
        };
        let parent = &self.plan.maps[reference.map];
        if reference.joins.is_empty() && parent.source == self.map.source {
            if parent.condition.as_ref().is_some_and(|condition| !condition.is_true(self.row)) {
                return Vec::new();
            }
            return self.terms(&parent.subject, parent);
        }
        let mut found = Vec::new();
        for choice in self.row.choices(|visit| reference.joins.iter().for_each(|(child, _)| visit(child))) {
            let row = self.row.choosing(&choice);
            let cells = reference.joins.iter().map(|(child, _)| row.get(child).map(Cow::into_owned));
            let Some(key) = cells.collect::<Option<Vec<String>>>() else { continue };
            let subjects = self.parents.get(&parent_key(reference)).and_then(|subjects| subjects.get(&key));
            found.extend(subjects.into_iter().flatten().map(|subject| (subject.clone(), choice.clone())));
        }
        found
    }
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

/// The term that a row makes; `None` if a cell that is needed has no value.
fn make(map: &TermMap, row: TableRow<'_>, base: Option<&str>, owner: &TriplesMap) -> Result<Option<Term>, Finding> {
    let term = make_any(map, row, base, owner)?;
    // Several cells of allowed size may make a term that is too large.
    match term.as_ref().and_then(|term| huge(term.as_ref())) {
        Some(fault) => Err(fault),
        None => Ok(term),
    }
}

/// A term of any size.
fn make_any(map: &TermMap, row: TableRow<'_>, base: Option<&str>, owner: &TriplesMap) -> Result<Option<Term>, Finding> {
    let is_iri = matches!(map.kind, TermType::Iri);
    let Some(text) = map.expression.text(row, is_iri) else { return Ok(None) };
    match &map.kind {
        TermType::Iri => make_iri(&text, base).map(|iri| Some(iri.into())),
        TermType::BlankNode => {
            let label = if text.is_empty() {
                format!("{}-{}-{}", owner.name, owner.source, row.record.number())
            } else {
                text.into_owned()
            };
            Ok(Some(BlankNode::new_unchecked(blank_label(&label)).into()))
        }
        TermType::Literal { language, datatype } => {
            let text = text.into_owned();
            let language = language.as_ref().map(|language| language.text(row, false));
            let datatype = datatype.as_ref().map(|datatype| datatype.text(row, true));
            match (language, datatype) {
                (Some(None), _) | (_, Some(None)) => Ok(None),
                (Some(Some(tag)), _) => Literal::new_language_tagged_literal(text, &*tag)
                    .map(|literal| Some(literal.into()))
                    .map_err(|_| {
                        Finding::error(codes::UNKNOWN_LANGUAGE_TAG, format!("`{tag}` is not a BCP 47 language tag"))
                    }),
                (None, Some(Some(datatype))) => {
                    let datatype = make_iri(&datatype, base)?;
                    if datatype == rdf::LANG_STRING || datatype == rdf::DIR_LANG_STRING {
                        let message = format!("a value of <{}> needs a language", datatype.as_str());
                        let hint = "write `[…, …, en~lang]`, and leave out the datatype".to_owned();
                        return Err(Finding::error(codes::BAD_LITERAL, message).hint(hint));
                    }
                    if !is_lexical_form(&text, &datatype) {
                        let message = format!("`{}` is not a value of <{}>", shorten(&text), datatype.as_str());
                        return Err(Finding::error(codes::BAD_LITERAL, message));
                    }
                    Ok(Some(Literal::new_typed_literal(text, datatype).into()))
                }
                (None, None) => {
                    let natural = match &map.expression {
                        Expression::Reference(column) => natural_datatype(row.value_type(column)),
                        _ => None,
                    };
                    Ok(Some(match natural {
                        Some(datatype) => Literal::new_typed_literal(text, datatype).into(),
                        None => Literal::new_simple_literal(text).into(),
                    }))
                }
            }
        }
    }
}

/// The datatype of a value that is typed in its file (the natural mapping of RML), unless it is
/// text.
fn natural_datatype(value: ValueType) -> Option<NamedNodeRef<'static>> {
    match value {
        ValueType::Text => None,
        ValueType::Integer => Some(xsd::INTEGER),
        ValueType::Double => Some(xsd::DOUBLE),
        ValueType::Boolean => Some(xsd::BOOLEAN),
    }
}

/// An IRI; a relative one is prefixed with the base (R2RML, section 11.2).
fn make_iri(text: &str, base: Option<&str>) -> Result<NamedNode, Finding> {
    NamedNode::new(text).or_else(|fault| {
        let absolute = base.and_then(|base| NamedNode::new(format!("{base}{text}")).ok());
        absolute.ok_or_else(|| {
            let fault = fault.to_string();
            let hint = match base {
                None if oxiri::IriRef::parse(text).is_ok() => "it is relative and the mapping has no `base`".to_owned(),
                _ => format!("{}{}", fault[..1].to_lowercase(), fault[1..].trim_end_matches('.')),
            };
            Finding::error(codes::BAD_IRI, format!("`{}` is not an IRI", shorten(text))).hint(hint)
        })
    })
}

/// A blank node's label made from any text: characters that N-Triples does not allow become
/// `xNNx`.
fn blank_label(text: &str) -> String {
    use std::fmt::Write as _;
    let mut label = String::from("b");
    for c in text.chars() {
        if c.is_ascii_alphanumeric() && c != 'x' {
            label.push(c);
        } else {
            let _ = write!(label, "x{:x}x", u32::from(c));
        }
    }
    label
}

/// Whether `text` is in the lexical space of an XML Schema datatype with which the evaluator
/// computes; for other datatypes everything is accepted.
fn is_lexical_form(text: &str, datatype: &NamedNode) -> bool {
    let datatype = datatype.as_ref();
    if datatype == xsd::DECIMAL {
        is_decimal(text)
    } else if datatype == xsd::INTEGER {
        is_integer(text)
    } else if datatype == xsd::DOUBLE {
        is_double(text)
    } else if datatype == xsd::BOOLEAN {
        Boolean::from_str(text).is_ok()
    } else if datatype == xsd::DATE {
        Date::from_str(text).is_ok()
    } else if datatype == xsd::DATE_TIME {
        DateTime::from_str(text).is_ok()
    } else if datatype == xsd::G_YEAR {
        GYear::from_str(text).is_ok()
    } else if datatype == xsd::G_YEAR_MONTH {
        GYearMonth::from_str(text).is_ok()
    } else {
        true
    }
}
