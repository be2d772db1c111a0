//! What a thing was, and how it changed.

use std::collections::BTreeSet;

use maud::{Markup, html};
use oxigraph::model::vocab::rdfs;
use oxigraph::model::{NamedNode, Term};

use super::evidence;
use super::reading::Page;
use super::relations::remarks;
use crate::entity::{NameLine, RelationLine};
use crate::graph::Graph;
use crate::vocab::{cg, dcterms, org};

/// The former names of a thing and the events and things by which it changed. What tells of a change is a relation
/// that is a special case of one that does.
pub(super) fn section(page: &Page<'_>, names: &[NameLine], relations: &[RelationLine]) -> Markup {
    let former: Vec<&NameLine> = names.iter().filter(|name| name.is_former).collect();
    let mut known = BTreeSet::new();
    let changes: Vec<&RelationLine> = relations
        .iter()
        .filter(|line| tells_of_change(&page.site.graph, &line.property))
        .filter(|line| known.insert((&line.relation, &line.other_id)))
        .collect();
    html! {
        @if !former.is_empty() || !changes.is_empty() {
            section.facts {
                h2 { (page.word("history")) }
                dl {
                    @for name in &former {
                        dt { (page.datum(&name.kind)) }
                        dd { span lang=[(!name.language.is_empty()).then_some(&name.language)] { (name.text) } (evidence::shown(page, &name.evidence)) }
                    }
                    @for line in &changes {
                        dt { (page.datum(&line.relation)) }
                        dd.planned[line.is_planned] {
                            (page.linked_id(&line.other_id, &line.other))
                            (remarks(page, &line.remarks, line.is_planned))
                            (evidence::shown(page, &line.evidence))
                        }
                    }
                }
            }
        }
    }
}

fn tells_of_change(graph: &Graph, property: &NamedNode) -> bool {
    let change = [
        cg::CHANGED,
        cg::CHANGED_IN,
        org::CHANGED_BY,
        org::RESULTED_FROM,
        org::RESULTING_ORGANIZATION,
        org::ORIGINAL_ORGANIZATION,
        dcterms::REPLACES,
    ];
    let mut all = vec![property.clone()];
    let mut next = 0;
    while let Some(one) = all.get(next).cloned() {
        next += 1;
        if change.contains(&one.as_ref()) {
            return true;
        }
        for above in graph.objects(one.as_ref().into(), rdfs::SUB_PROPERTY_OF) {
            if let Term::NamedNode(above) = above
                && !all.contains(&above)
            {
                all.push(above);
            }
        }
    }
    false
}
