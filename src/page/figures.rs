//! Figures about a thing, and those about others in which it has a part.

use maud::{Markup, html};

use super::detail::{amount, said};
use super::evidence;
use super::reading::Page;
use super::relations::remarks;
use crate::entity::{FigureLine, PartLine};
use crate::error::Result;

/// The figures about a thing.
pub(super) fn section(page: &Page<'_>, figures: &[FigureLine]) -> Result<Markup> {
    let mut rows = Vec::new();
    for line in figures {
        rows.push((line, number(page, line)?));
    }
    Ok(html! {
        @if !rows.is_empty() {
            section.facts.figures {
                h2 { (page.word("figures")) }
                dl { @for (line, number) in &rows { dt { (page.datum(&line.measure)) } dd { (number) } } }
            }
        }
    })
}

/// The figures about others in which a thing has a part.
pub(super) fn parts(page: &Page<'_>, parts: &[PartLine]) -> Result<Markup> {
    let mut rows = Vec::new();
    for line in parts {
        rows.push((line, number(page, &line.figure)?));
    }
    Ok(html! {
        @if !rows.is_empty() {
            section.facts.figures {
                h2 { (page.word("parts")) }
                dl {
                    @for (line, number) in &rows {
                        dt { (page.datum(&line.part)) }
                        dd { (page.datum(&line.figure.measure)) ": " (page.linked_id(&line.about_id, &line.about)) " " (number) }
                    }
                }
            }
        }
    })
}

/// A number with what limits it, and where it is from.
fn number(page: &Page<'_>, line: &FigureLine) -> Result<Markup> {
    let language = page.main_language().first().map_or("en", String::as_str);
    let amount = amount(line, language)?;
    let said = said(line.remarks.clone(), language)?;
    Ok(html! {
        div.planned[line.is_planned] {
            strong.amount lang=[page.language_of(&amount)] { (amount) }
            (remarks(page, &said, line.is_planned))
            (evidence::shown(page, &line.evidence))
        }
    })
}
