//! Figures by what they are about: a thing, a measure, a nature, and who pays, is paid or passes on.

use oxigraph::model::vocab::rdf;
use oxsdatatypes::Decimal;

use super::Comparing;
use super::align::{SharedNumber, Side};
use super::change::{Change, ChangeKind, Named};
use super::naming::FigureTerms;
use super::relations::pairs;
use crate::error::Result;
use crate::graph::{TermNumber, group_digits};
use crate::vocab::cg;

/// What a figure is of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct FigureKey {
    about: SharedNumber,
    measure: Option<SharedNumber>,
    nature: Option<SharedNumber>,
    /// Each party with its part.
    parties: Vec<(SharedNumber, SharedNumber)>,
}

type FigureStated = (TermNumber, Vec<(SharedNumber, SharedNumber)>);

impl Comparing<'_> {
    fn stated_figures(&mut self, side: Side, terms: &FigureTerms) -> Vec<(FigureKey, FigureStated)> {
        let apart = [self.aligned.number(rdf::TYPE), self.aligned.number(cg::ABOUT), self.evidence];
        let statements = self.aligned.statements(side);
        let mut ends: Vec<(TermNumber, TermNumber)> =
            statements.ends(cg::FIGURE).into_iter().map(|(about, figure)| (figure, about)).collect();
        ends.extend(statements.ends(cg::ABOUT));
        ends.sort_unstable();
        ends.dedup();
        let mut figures = Vec::new();
        for (figure, about) in ends {
            let mut says = Vec::new();
            self.aligned.about(side, figure, &mut says);
            let one = |property: SharedNumber| says.iter().find(|(p, _)| *p == property).map(|(_, object)| *object);
            let parties = says.iter().filter(|(property, _)| terms.roles.contains(property)).copied().collect();
            let key = FigureKey {
                about: self.aligned.shared(side, about),
                measure: one(terms.measure),
                nature: one(terms.nature),
                parties,
            };
            says.retain(|(property, _)| !apart.contains(property));
            figures.push((key, (figure, says)));
        }
        figures.sort();
        figures
    }

    /// What a figure says, with the sides of its ratio.
    fn whole_figure(
        &self,
        side: Side,
        figure: &FigureStated,
        terms: &FigureTerms,
    ) -> Vec<(SharedNumber, SharedNumber)> {
        let mut whole = figure.1.clone();
        let mut about = Vec::new();
        for (_, part) in figure.1.iter().filter(|(property, _)| *property == terms.ratio_part) {
            if let Some(number) = self.aligned.own(side, *part) {
                self.aligned.about(side, number, &mut about);
                whole.extend(about.iter().filter(|(property, _)| [terms.party, terms.share].contains(property)));
            }
        }
        // Parts have names of their own, and are what they say.
        let has_content = whole.len() > figure.1.len();
        whole.retain(|(property, _)| !has_content || *property != terms.ratio_part);
        whole.sort_unstable();
        whole
    }

    /// Compares the figures.
    pub fn figures(&mut self) -> Result<()> {
        let terms = FigureTerms::of(&mut self.aligned);
        let (old, new) = (self.stated_figures(Side::Old, &terms), self.stated_figures(Side::New, &terms));
        let (mut at_old, mut at_new) = (0, 0);
        while at_old < old.len() || at_new < new.len() {
            let key = match (old.get(at_old), new.get(at_new)) {
                (Some(old), Some(new)) => (&old.0).min(&new.0).clone(),
                (Some(only), None) | (None, Some(only)) => only.0.clone(),
                (None, None) => break,
            };
            let end_old = at_old + old[at_old..].iter().take_while(|figure| figure.0 == key).count();
            let end_new = at_new + new[at_new..].iter().take_while(|figure| figure.0 == key).count();
            let wholes = |comparing: &Self,
                          side,
                          all: &[(FigureKey, FigureStated)]|
             -> Vec<(TermNumber, Vec<(SharedNumber, SharedNumber)>)> {
                all.iter().map(|(_, figure)| (figure.0, comparing.whole_figure(side, figure, &terms))).collect()
            };
            let mut before = wholes(self, Side::Old, &old[at_old..end_old]);
            let mut after = wholes(self, Side::New, &new[at_new..end_new]);
            (at_old, at_new) = (end_old, end_new);
            for (one, other) in pairs(&mut before, &mut after, |side, node| self.aligned.shared(side, node)) {
                self.evidence_of_nodes((key.about, key.measure, None), one.0, other.0)?;
                if one.1 != other.1 {
                    self.revised(&key, &one, &other, &terms)?;
                }
            }
            for (side, kind, figures) in
                [(Side::Old, ChangeKind::FigureGone, before), (Side::New, ChangeKind::FigureNew, after)]
            {
                for (number, _) in figures {
                    let mut change = self.figure(kind, &key)?;
                    let amount = self.amount(side, number, &terms)?;
                    if side == Side::Old {
                        change.before.push(amount)
                    } else {
                        change.after.push(amount)
                    }
                    self.found.push(change);
                }
            }
        }
        Ok(())
    }

    fn figure(&mut self, kind: ChangeKind, key: &FigureKey) -> Result<Change> {
        let mut change = self.change(kind, key.about)?;
        if kind == ChangeKind::FigureGone {
            change.subject = self.naming.before(&self.aligned, key.about)?;
        }
        change.relation = key.measure.map(|measure| self.name(measure)).transpose()?;
        let mut words = Vec::new();
        if let Some(nature) = key.nature {
            words.push(self.name(nature)?.label.clone());
        }
        for (role, party) in &key.parties {
            words.push(format!("{} {}", self.name(*role)?.label, self.name(*party)?.label));
        }
        change.note = words.join("; ");
        Ok(change)
    }

    fn amount(&mut self, side: Side, figure: TermNumber, terms: &FigureTerms) -> Result<std::sync::Arc<Named>> {
        let mut about = Vec::new();
        self.aligned.about(side, figure, &mut about);
        let label = self.naming.amount(&self.aligned, side, &about, terms)?;
        let node = self.naming.named_on(&self.aligned, self.aligned.shared(side, figure), side)?;
        Ok(std::sync::Arc::new(Named { label, ..(*node).clone() }))
    }

    /// A figure that both editions give, otherwise.
    fn revised(
        &mut self,
        key: &FigureKey,
        old: &(TermNumber, Vec<(SharedNumber, SharedNumber)>),
        new: &(TermNumber, Vec<(SharedNumber, SharedNumber)>),
        terms: &FigureTerms,
    ) -> Result<()> {
        let mut change = self.figure(ChangeKind::FigureRevised, key)?;
        let (before, after) = (self.amount(Side::Old, old.0, terms)?, self.amount(Side::New, new.0, terms)?);
        let mut words: Vec<String> =
            vec![std::mem::take(&mut change.note)].into_iter().filter(|note| !note.is_empty()).collect();
        words.extend(self.exact_difference(&old.1, &new.1, terms));
        // What the number with its hedge and date does not show.
        let shown = [
            terms.value,
            terms.previous,
            terms.bound,
            terms.currency,
            terms.unit,
            terms.as_of,
            terms.during,
            terms.party,
            terms.share,
        ];
        for (of, other, sign) in [(&old.1, &new.1, "no longer "), (&new.1, &old.1, "now ")] {
            for (property, value) in of.iter().filter(|pair| !other.contains(pair) && !shown.contains(&pair.0)) {
                words.push(format!("{sign}{}: {}", self.name(*property)?.label, self.name(*value)?.label));
            }
        }
        change.before.push(before);
        change.after.push(after);
        change.note = words.join("; ");
        self.found.push(change);
        Ok(())
    }

    /// The difference of two exact numbers in the same unit. Of hedged ones there is none.
    fn exact_difference(
        &self,
        old: &[(SharedNumber, SharedNumber)],
        new: &[(SharedNumber, SharedNumber)],
        terms: &FigureTerms,
    ) -> Option<String> {
        let one = |about: &[(SharedNumber, SharedNumber)], property: SharedNumber| {
            about.iter().find(|(p, _)| *p == property).map(|(_, object)| *object)
        };
        let is_exact =
            |about: &[(SharedNumber, SharedNumber)]| one(about, terms.bound).is_some_and(|bound| bound == terms.exact);
        let is_same = |property: SharedNumber| one(old, property) == one(new, property);
        if !is_exact(old) || !is_exact(new) || !is_same(terms.unit) || !is_same(terms.currency) {
            return None;
        }
        let number = |about: &[(SharedNumber, SharedNumber)]| -> Option<Decimal> {
            self.text(one(about, terms.value)?)?.parse().ok()
        };
        let difference = number(new)?.checked_sub(number(old)?)?;
        let text = group_digits(&difference.to_string());
        match difference {
            zero if zero == Decimal::from(0) => None,
            _ if text.starts_with('-') => Some(text.replacen('-', "−", 1)),
            _ => Some(format!("+{text}")),
        }
    }
}
