//! Figures on the card of an entity: the number with hedge and unit, and other
//! statements about it.

use oxigraph::model::{NamedNodeRef, NamedOrBlankNode, Term};

use super::profile::{FigureLine, MoneyAmount, PartLine};
use super::read::ProfileReader;
use crate::error::Result;
use crate::graph::{group_digits, local_name};
use crate::vocab::{cg, code};

impl ProfileReader<'_> {
    /// Figures about the entity.
    pub fn figures(&self, entity: NamedNodeRef<'_>) -> Result<Vec<FigureLine>> {
        let mut lines = Vec::new();
        for figure in self.graph.objects(entity.into(), cg::FIGURE) {
            let Term::NamedNode(figure) = figure else { continue };
            lines.push(self.figure(figure.as_ref())?);
        }
        Ok(lines)
    }

    fn figure(&self, figure: NamedNodeRef<'_>) -> Result<FigureLine> {
        let shown = [
            cg::ABOUT,
            cg::MEASURE,
            cg::VALUE,
            cg::PREVIOUS_VALUE,
            cg::BAND_FROM,
            cg::BAND_TO,
            cg::UNIT,
            cg::CURRENCY,
            cg::BOUND,
            cg::RATIO_PART,
        ];
        let (measure, amount) = self.amount(figure)?;
        Ok(FigureLine {
            measure,
            amount,
            money: self.money(figure)?,
            is_planned: self.is_planned(figure.into()),
            remarks: self.remarks(figure.into(), &shown)?,
            evidence: self.evidence(figure.into())?,
        })
    }

    /// The sum of a figure that is one, and has no other unit.
    fn money(&self, figure: NamedNodeRef<'_>) -> Result<Option<MoneyAmount>> {
        let has = |property| !self.graph.objects(figure.into(), property).is_empty();
        if [cg::PREVIOUS_VALUE, cg::BAND_FROM, cg::BAND_TO, cg::UNIT, cg::RATIO_PART].into_iter().any(has) {
            return Ok(None);
        }
        let bound = match self.graph.objects(figure.into(), cg::BOUND).first() {
            Some(Term::NamedNode(bound)) if *bound != code::EXACT => Some(local_name(bound.as_str()).to_owned()),
            _ => None,
        };
        let sum = (self.one(figure, cg::VALUE)?, self.one(figure, cg::CURRENCY)?);
        Ok(match sum {
            (Some(value), Some(currency)) => Some(MoneyAmount { value, currency, bound }),
            _ => None,
        })
    }

    /// Figures about other entities in which the entity pays, is paid or passes on.
    pub fn parts(&self, entity: NamedNodeRef<'_>) -> Result<Vec<PartLine>> {
        let own = self.graph.objects(entity.into(), cg::FIGURE);
        let mut lines = Vec::new();
        for part in [cg::PAYER, cg::PAYEE, cg::VIA] {
            for figure in self.graph.subjects(part, entity.into()) {
                let NamedOrBlankNode::NamedNode(figure) = figure else { continue };
                if own.contains(&figure.clone().into()) {
                    continue;
                }
                let about = self.graph.subjects(cg::FIGURE, figure.as_ref().into());
                let (about, about_id) = match about.first() {
                    Some(NamedOrBlankNode::NamedNode(about)) => {
                        (self.node(about.as_ref())?, self.graph.prefixes.shorten(about.as_str()))
                    }
                    _ => (String::new(), String::new()),
                };
                lines.push(PartLine { part: self.node(part)?, about, about_id, figure: self.figure(figure.as_ref())? });
            }
        }
        Ok(lines)
    }

    /// The sides of a ratio with their parties: `1 Government : 2 enterprises`.
    fn ratio(&self, figure: NamedNodeRef<'_>) -> Result<Option<String>> {
        let mut sides = Vec::new();
        for part in self.graph.objects(figure.into(), cg::RATIO_PART) {
            let Term::NamedNode(part) = part else { continue };
            let share = self.one(part.as_ref(), cg::SHARE)?.unwrap_or_default();
            let party = self.one(part.as_ref(), cg::PARTY)?.unwrap_or_default();
            sides.push(format!("{share} {party}"));
        }
        sides.sort();
        Ok((!sides.is_empty()).then(|| sides.join(" : ")))
    }

    /// The measure of a figure, and its number with hedge and unit.
    pub fn amount(&self, figure: NamedNodeRef<'_>) -> Result<(String, String)> {
        let mut amount = Vec::new();
        if let Some(Term::NamedNode(bound)) = self.graph.objects(figure.into(), cg::BOUND).first()
            && *bound != code::EXACT
        {
            amount.push(self.node(bound.as_ref())?);
        }
        let number =
            |property| -> Result<Option<String>> { Ok(self.one(figure, property)?.map(|value| group_digits(&value))) };
        let currency = self.one(figure, cg::CURRENCY)?;
        let band = (number(cg::BAND_FROM)?, number(cg::BAND_TO)?);
        // The currency of a rate with a band is the currency of the band.
        let has_band = band != (None, None);
        amount.extend(currency.clone().filter(|_| !has_band));
        let value = number(cg::VALUE)?;
        amount.extend(match number(cg::PREVIOUS_VALUE)? {
            Some(before) => value.map(|value| format!("{before} → {value}")),
            None => value,
        });
        amount.extend(self.ratio(figure)?);
        amount.extend(self.one(figure, cg::UNIT)?);
        if has_band {
            let from = band.0.unwrap_or_default();
            let to = band.1.unwrap_or_default();
            amount.push(format!("({} {from}–{to})", currency.unwrap_or_default()));
        }
        Ok((self.one(figure, cg::MEASURE)?.unwrap_or_default(), amount.join(" ")))
    }
}
