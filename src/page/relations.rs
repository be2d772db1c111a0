//! The relations of a thing, both ways, those of one kind together.

use maud::{Markup, html};

use super::evidence;
use super::reading::Page;
use crate::entity::{Direction, RelationLine};

/// The most relations of one kind that are seen at once.
const MOST: usize = 30;

/// Relations of one kind and one direction.
pub(super) struct RelationGroup<'a> {
    /// The relation as read from the thing.
    pub relation: &'a str,
    /// Whether none of them holds yet.
    pub is_planned: bool,
    /// The relations.
    pub lines: Vec<&'a RelationLine>,
}

/// The relations of a direction by kind, those that hold first.
pub(super) fn grouped(relations: &[RelationLine], direction: Direction) -> Vec<RelationGroup<'_>> {
    let mut groups: Vec<RelationGroup<'_>> = Vec::new();
    for line in relations.iter().filter(|line| line.direction == direction) {
        let known =
            groups.iter_mut().find(|group| group.relation == line.relation && group.is_planned == line.is_planned);
        match known {
            Some(group) => group.lines.push(line),
            None => {
                groups.push(RelationGroup { relation: &line.relation, is_planned: line.is_planned, lines: vec![line] })
            }
        }
    }
    groups.sort_by_key(|group| group.is_planned);
    groups
}

/// The section with the relations of a direction.
pub(super) fn section(page: &Page<'_>, heading: &str, relations: &[RelationLine], direction: Direction) -> Markup {
    let groups = grouped(relations, direction);
    html! {
        @if !groups.is_empty() {
            section.facts {
                h2 { (page.word(heading)) }
                dl {
                    @for group in &groups {
                        dt { (page.datum(group.relation)) }
                        dd {
                            (list(page, &group.lines[..group.lines.len().min(MOST)]))
                            @if group.lines.len() > MOST {
                                details {
                                    summary { (page.interface.with("and-more", &(group.lines.len() - MOST).to_string())) }
                                    (list(page, &group.lines[MOST..]))
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn list(page: &Page<'_>, lines: &[&RelationLine]) -> Markup {
    html! {
        ul {
            @for line in lines {
                li.planned[line.is_planned] {
                    (page.linked_id(&line.other_id, &line.other))
                    (remarks(page, &line.remarks, line.is_planned))
                    (evidence::shown(page, &line.evidence))
                }
            }
        }
    }
}

/// Status, dates and qualifiers; the status of what is not there yet comes first, and is marked.
pub(super) fn remarks(page: &Page<'_>, remarks: &[String], is_planned: bool) -> Markup {
    html! {
        @for (at, remark) in remarks.iter().enumerate() {
            @if at == 0 && is_planned { " " span.chip.soon lang=[page.language_of(remark)] { (remark) } }
            @else { span.remark lang=[page.language_of(remark)] { (remark) } }
        }
    }
}
