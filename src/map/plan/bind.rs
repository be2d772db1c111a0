//! A plan is bound to the real headers before a row is read.

use std::collections::BTreeMap;

use super::{Column, Expression, Plan, PlanPart, ReferenceMap};
use crate::finding::{Finding, Findings, codes};
use crate::source::TableSource;
use crate::table::Header;

impl Plan {
    /// Changes the table of every map, and those in which values are looked up.
    pub fn resolve_sources(&mut self, mut resolve: impl FnMut(&mut TableSource) -> Result<(), Finding>) -> Findings {
        let mut findings = Findings::new();
        for map in &mut self.maps {
            if let Err(fault) = resolve(&mut map.source) {
                findings.push(fault.at(map.source_place.clone()));
            }
            map.parts_mut(&mut |mut part| {
                part.calls_mut(&mut |call| {
                    let Some(used) = &mut call.constants.code_list else { return };
                    if let Err(fault) = resolve(&mut used.source) {
                        findings.push(fault.at(used.place.clone()));
                    }
                });
            });
        }
        self.collect_code_lists();
        findings
    }

    /// Numbers the columns in which values are looked up.
    fn collect_code_lists(&mut self) {
        let lists = &mut self.code_lists;
        lists.clear();
        for map in &mut self.maps {
            map.parts_mut(&mut |mut part| {
                part.calls_mut(&mut |call| {
                    let Some(used) = &mut call.constants.code_list else { return };
                    let known = lists.iter().position(|list| list.is_same(used));
                    used.index = known.unwrap_or(lists.len());
                    if known.is_none() {
                        lists.push(used.clone());
                    }
                });
            });
        }
    }

    /// Binds every column in the mapping to its index in the real headers. Tables without a
    /// header are skipped: the cause is reported elsewhere.
    pub fn bind(&mut self, headers: &BTreeMap<TableSource, Header>) -> Findings {
        let mut findings = Findings::new();
        let mut bind = |column: &mut Column, source: &TableSource| {
            if let Some(fault) = source.reference_fault(&column.name) {
                findings.push(fault.at(column.place.clone()));
                return;
            }
            let Some(header) = headers.get(source) else { return };
            match header.index(&column.name) {
                Some(index) => column.index = index,
                None => findings.push(
                    Finding::error(
                        codes::UNKNOWN_COLUMN,
                        format!("the table `{source}` has no column `{}`", column.name),
                    )
                    .at(column.place.clone())
                    .hint(header.suggest(&column.name)),
                ),
            }
        };
        let sources: Vec<TableSource> = self.maps.iter().map(|map| map.source.clone()).collect();
        let mut indexes: Vec<(usize, Vec<String>)> = Vec::new();
        for map in &mut self.maps {
            let source = map.source.clone();
            map.parts_mut(&mut |mut part| {
                part.columns_mut(&mut |column| bind(column, &source));
                if let PlanPart::Reference(reference) = part {
                    for (_, parent) in &mut reference.joins {
                        parent.columns_mut(&mut |column| bind(column, &sources[reference.map]));
                    }
                    let key = (reference.map, searched(reference));
                    let known = indexes.iter().position(|index| *index == key);
                    reference.index = known.unwrap_or(indexes.len());
                    if known.is_none() {
                        indexes.push(key);
                    }
                }
            });
        }
        for list in &self.code_lists {
            let Some(header) = headers.get(&list.source) else { continue };
            for column in [&list.from, &list.to] {
                if column_of(header, column).is_none() {
                    let message = format!("the table `{}` has no column `{column}`", list.source);
                    let fault = Finding::error(codes::UNKNOWN_COLUMN, message).at(list.place.clone());
                    findings.push(fault.hint(header.suggest(column)));
                }
            }
        }
        findings
    }
}

/// What a reference searches for in the other table, as text.
fn searched(reference: &ReferenceMap) -> Vec<String> {
    reference.joins.iter().map(|(_, parent): &(Expression, Expression)| parent.to_string()).collect()
}

/// The index of a column that is given by its name, or by its number from 0.
pub fn column_of(header: &Header, name: &str) -> Option<usize> {
    header.index(name).or_else(|| name.parse().ok().filter(|index| *index < header.len()))
}
