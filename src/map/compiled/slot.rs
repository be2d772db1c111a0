//! How the values of a slot are made from a row.

use std::borrow::Cow;

use oxigraph::model::vocab::{rdf, xsd};
use oxigraph::model::{Literal, NamedNode};
use oxiri::Iri;

use super::iri::{is_always_absolute, is_web_address};
use super::{LiteralKinds, Unusual, constant_iri};
use crate::graph::TermForm;
use crate::map::doubt::{has_control, starts_address};
use crate::map::execute::{LexicalSpace, blank_label};
use crate::map::language::is_language_tag;
use crate::map::plan::{CellEncoding, Column, Expression, Plan, TemplatePart, TermMap, TermType, TriplesMap};
use crate::map::row::TableRow;
use crate::table::ValueType;

/// A term with a longer text is left to the general way, which knows how large one may be.
const LONGEST: usize = 1_000_000;

/// The literals whose datatype a value has by itself: of texts, and those of [`natural_form`].
pub(super) fn natural() -> [Literal; 4] {
    let typed = |datatype| Literal::new_typed_literal("", datatype);
    [Literal::new_simple_literal(""), typed(xsd::INTEGER), typed(xsd::DOUBLE), typed(xsd::BOOLEAN)]
}

/// The kind of a literal that is typed in its file (the natural mapping of RML): its place in
/// [`natural`].
fn natural_form(value: ValueType) -> TermForm {
    TermForm::Literal(match value {
        ValueType::Text => 0,
        ValueType::Integer => 1,
        ValueType::Double => 2,
        ValueType::Boolean => 3,
    })
}

/// An empty literal with the datatype or language that a term map gives all its values; `None` if
/// they differ, or if there is no such literal.
pub(super) fn literal(term: &TermMap, plan: &Plan, base: Option<&str>) -> Option<Literal> {
    match &term.kind {
        TermType::Literal { language: Some(Expression::Constant(tag)), .. } if is_language_tag(tag) => {
            Some(Literal::new_language_tagged_literal_unchecked("", tag.to_ascii_lowercase()))
        }
        TermType::Literal { language: None, datatype: Some(Expression::Constant(iri)) } => {
            let datatype = constant_iri(iri, base.or(plan.base.as_deref())).map(NamedNode::new_unchecked)?;
            let is_of_language = datatype == rdf::LANG_STRING || datatype == rdf::DIR_LANG_STRING;
            (!is_of_language).then(|| Literal::new_typed_literal("", datatype))
        }
        TermType::Literal { language: None, datatype: None } => Some(Literal::new_simple_literal("")),
        _ => None,
    }
}

/// The values that the slots of a row have.
#[derive(Default)]
pub(super) struct SlotValues {
    text: String,
    all: Vec<SlotValue>,
    /// How many stay from row to row, and how long their texts are.
    kept: (usize, usize),
}

/// A value of a slot.
#[derive(Clone, Copy)]
pub(super) struct SlotValue {
    pub form: TermForm,
    /// Where its text is in that of all values.
    pub text: (usize, usize),
    pub is_constant: bool,
    /// Whether its text certainly has no control character, quote or backslash.
    pub is_plain: bool,
}

impl SlotValues {
    /// What is there stays from row to row.
    pub(super) fn keep(&mut self) {
        self.kept = (self.all.len(), self.text.len());
    }

    /// Removes the values of a row.
    pub(super) fn clear(&mut self) {
        self.all.truncate(self.kept.0);
        self.text.truncate(self.kept.1);
    }

    pub(super) fn len(&self) -> u32 {
        self.all.len() as u32
    }

    #[inline]
    pub(super) fn get(&self, n: u32) -> SlotValue {
        self.all[n as usize]
    }

    /// The text of a value.
    pub(super) fn text_of(&self, n: u32) -> &str {
        let (start, end) = self.get(n).text;
        &self.text[start..end]
    }

    /// The texts of all values.
    #[inline]
    pub(super) fn texts(&self) -> &str {
        &self.text
    }

    /// Where the text begins that is being added.
    #[inline]
    fn last_start(&self) -> usize {
        self.all.last().map_or(0, |value| value.text.1)
    }

    /// The text that is being added.
    #[inline]
    fn last(&self) -> &str {
        &self.text[self.last_start()..]
    }

    #[inline]
    fn end(&mut self, form: TermForm) {
        self.end_as(form, false, false);
    }

    #[inline]
    fn end_as(&mut self, form: TermForm, is_constant: bool, is_plain: bool) {
        let text = (self.last_start(), self.text.len());
        self.all.push(SlotValue { form, text, is_constant, is_plain });
    }
}

/// A term of the maps of a table.
pub(super) struct TermSlot<'p> {
    pub(super) form: TermForm,
    /// The text of a term that is the same in all rows.
    constant: Option<String>,
    term: &'p TermMap,
    check: TextCheck,
    /// Whether cells stand behind `mailto:` and the like, where what is encoded may be a mistake.
    has_address: bool,
    /// What the label of a blank node without a text of its own begins with.
    owner: String,
}

/// What is checked of a text.
enum TextCheck {
    Nothing,
    /// It is an absolute IRI, or is one behind the base.
    Iri {
        base: Option<String>,
    },
    /// It is a value of the datatype.
    Lexical(LexicalSpace),
}

/// What tells two slots apart.
pub(super) fn key(term: &TermMap, map: &TriplesMap, base: Option<&str>) -> String {
    let shown = |expression: &Option<Expression>| expression.as_ref().map(ToString::to_string);
    let kind = match &term.kind {
        TermType::Iri(encoding) => format!("iri {encoding:?}"),
        TermType::BlankNode => format!("blank {} {}", map.name, map.source),
        TermType::Literal { language, datatype } => format!("literal {:?} {:?}", shown(language), shown(datatype)),
    };
    let shape = std::mem::discriminant(&term.expression);
    let condition = term.condition.as_ref().map(ToString::to_string);
    format!("{kind} {shape:?} {base:?} {condition:?} {}", term.expression)
}

impl<'p> TermSlot<'p> {
    /// The slot of a term; `None` if it cannot be compiled.
    pub(super) fn new(term: &'p TermMap, map: &'p TriplesMap, plan: &'p Plan, kinds: &LiteralKinds) -> Option<Self> {
        let base = map.base.as_deref().or(plan.base.as_deref());
        let (form, check) = match &term.kind {
            TermType::Iri(encoding) => {
                let is_safe = matches!(&term.expression, Expression::Template(parts)
                    if is_always_absolute(parts, *encoding));
                let check = if is_safe { TextCheck::Nothing } else { TextCheck::Iri { base: base.map(str::to_owned) } };
                (TermForm::Iri, check)
            }
            TermType::BlankNode => (TermForm::Blank, TextCheck::Nothing),
            TermType::Literal { .. } => {
                let empty = literal(term, plan, map.base.as_deref())?;
                let space = LexicalSpace::of(empty.datatype());
                let check = if space == LexicalSpace::Any { TextCheck::Nothing } else { TextCheck::Lexical(space) };
                (kinds.find(&empty)?, check)
            }
        };
        let owner = format!("{}-{}", map.name, map.source);
        let has_address = matches!(&term.expression, Expression::Template(parts)
            if parts.iter().any(|part| matches!(part, TemplatePart::Text(text) if starts_address(text))));
        let mut slot = Self { form, constant: None, term, check, has_address, owner };
        if let Expression::Constant(text) = &term.expression {
            if !matches!(form, TermForm::Blank) {
                let mut values = SlotValues::default();
                slot.push_checked(text, true, false, &mut values).ok()?;
                slot.constant = Some(values.text);
            } else if !text.is_empty() {
                slot.constant = Some(blank_label(text));
            }
        }
        Some(slot)
    }

    /// Adds the value that all rows have; `None` if it depends on the row.
    pub(super) fn push_constant(&self, values: &mut SlotValues) -> Option<(u32, u32)> {
        let constant = self.constant.as_ref().filter(|_| self.term.condition.is_none())?;
        values.text.push_str(constant);
        values.end_as(self.form, true, false);
        Some((values.len() - 1, values.len()))
    }

    /// The first column from which the term is made that has no value in a row.
    pub(super) fn empty_column(&self, row: TableRow<'_>) -> Option<usize> {
        let mut empty = None;
        self.term.columns(&mut |column| empty = empty.or(row.get(column).is_none().then_some(column.index)));
        empty
    }

    /// Adds the values for a row.
    pub(super) fn make(&self, row: TableRow<'_>, values: &mut SlotValues) -> Result<(), Unusual> {
        if !super::holds(self.term.condition.as_ref(), row)? {
            return Ok(());
        }
        if let Some(constant) = &self.constant {
            values.text.push_str(constant);
            values.end_as(self.form, true, false);
            return Ok(());
        }
        match &self.term.expression {
            // A blank node of each row.
            Expression::Constant(_) => {
                let label = format!("{}-{}", self.owner, row.record.number());
                values.text.push_str(&blank_label(&label));
                values.end(self.form);
                Ok(())
            }
            Expression::Reference(column) => {
                let Some(cell) = row.get(column) else { return Ok(()) };
                self.look_at(column, row)?;
                let natural = row.value_type(column);
                if natural != ValueType::Text && matches!(self.check, TextCheck::Nothing) && self.is_untyped() {
                    values.text.push_str(&cell);
                    values.end(natural_form(natural));
                    return Ok(());
                }
                let is_plain = row.record.is_plain() && matches!(cell, Cow::Borrowed(_));
                self.push_checked(&cell, true, is_plain, values)
            }
            Expression::Template(parts) => {
                let encoding = if let TermType::Iri(encoding) = self.term.kind { encoding } else { CellEncoding::None };
                let start = values.text.len();
                for part in parts {
                    match part {
                        TemplatePart::Text(text) => values.text.push_str(text),
                        TemplatePart::Column(column) => {
                            let Some(cell) = row.get(column) else {
                                values.text.truncate(start);
                                return Ok(());
                            };
                            self.look_at(column, row)?;
                            encoding.push(&mut values.text, &cell);
                        }
                    }
                }
                if let TermForm::Blank = self.form {
                    let label = blank_label(&values.text[start..]);
                    values.text.truncate(start);
                    values.text.push_str(&label);
                }
                self.finish(true, false, values)
            }
            Expression::Call(_) => {
                let encoding = if let TermType::Iri(encoding) = self.term.kind { encoding } else { CellEncoding::None };
                let texts = self.term.expression.texts(row, encoding).map_err(|_| Unusual)?;
                for text in texts.as_slice().iter().filter(|text| !text.is_empty()) {
                    self.push_checked(text, false, false, values)?;
                }
                Ok(())
            }
        }
    }

    /// Whether the term is a literal without datatype and language.
    fn is_untyped(&self) -> bool {
        self.form == natural_form(ValueType::Text)
            && matches!(self.term.kind, TermType::Literal { language: None, datatype: None })
    }

    /// What could be doubtful about a cell is told elsewhere.
    fn look_at(&self, column: &Column, row: TableRow<'_>) -> Result<(), Unusual> {
        let is_plain = row.record.is_plain();
        if is_plain && self.form != TermForm::Iri {
            return Ok(());
        }
        let text = row.record.value(column.index, 0);
        let has_blanks = || match text.as_bytes() {
            [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => false,
            _ => text.trim().len() != text.len(),
        };
        let is_doubtful = || has_blanks() || (self.has_address && text.contains(['@', '+', '/']));
        let is_unusual = (!is_plain && has_control(text)) || (self.form == TermForm::Iri && is_doubtful());
        if is_unusual { Err(Unusual) } else { Ok(()) }
    }

    /// Adds a text; `is_plain` if it is one that needs no escapes.
    fn push_checked(&self, text: &str, is_cell: bool, is_plain: bool, values: &mut SlotValues) -> Result<(), Unusual> {
        if let TermForm::Blank = self.form {
            values.text.push_str(&blank_label(text));
        } else {
            values.text.push_str(text);
        }
        self.finish(is_cell, is_plain, values)
    }

    /// Checks the text that was added, and ends it.
    #[inline]
    fn finish(&self, is_cell: bool, is_plain: bool, values: &mut SlotValues) -> Result<(), Unusual> {
        let start = values.last_start();
        if values.text.len() - start > LONGEST {
            return Err(Unusual);
        }
        match &self.check {
            TextCheck::Nothing => {}
            TextCheck::Lexical(space) => {
                if !space.has(values.last()) {
                    return Err(Unusual);
                }
            }
            TextCheck::Iri { base } => {
                let text = values.last();
                if !is_web_address(text) && Iri::parse(text).is_err() {
                    // A cell that is no IRI may be an address without its scheme.
                    let is_reference = matches!(self.term.expression, Expression::Reference(_));
                    let base = base.as_ref().filter(|_| !(is_cell && is_reference)).ok_or(Unusual)?;
                    values.text.insert_str(start, base);
                    Iri::parse(values.last()).map_err(|_| Unusual)?;
                }
            }
        }
        values.end_as(self.form, false, is_plain);
        Ok(())
    }
}
