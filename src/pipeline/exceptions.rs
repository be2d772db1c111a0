//! Checks and shapes that a pack silences or makes milder, each with its reason.

use super::shapes::ShapeFiles;
use crate::check::{Check, Checks};
use crate::error::{Error, Result};
use crate::finding::{Finding, Findings, Severity, codes, did_you_mean};
use crate::pack::{Excepted, Exception, Pack};

/// The exceptions of a pack.
pub(super) struct Exceptions<'a>(&'a [Exception]);

impl<'a> Exceptions<'a> {
    pub fn of(pack: &'a Pack) -> Self {
        Self(&pack.descriptor.civigraph.exceptions)
    }

    /// The check as it is to be run; `None` if the pack silences it.
    pub fn applied(&self, check: &Check) -> Option<Check> {
        let mut check = check.clone();
        for exception in self.0 {
            if matches!(&exception.rule, Excepted::Check(code) if *code == check.code) {
                check.severity = check.severity.min(exception.severity?);
            }
        }
        Some(check)
    }

    /// Applies the exceptions to shapes.
    pub fn apply(&self, shapes: &mut ShapeFiles) {
        for exception in self.0 {
            if let Excepted::Shape(name) = &exception.rule {
                shapes.except(name, exception.severity);
            }
        }
    }

    /// A remark for each exception.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] if one is about a check or shape that does not exist.
    pub fn remarks(&self, checks: &Checks, shapes: &[&ShapeFiles]) -> Result<Findings> {
        let (mut remarks, mut faults) = (Findings::new(), Findings::new());
        for exception in self.0 {
            let what = exception.rule.words();
            let (exists, hint) = match &exception.rule {
                Excepted::Check(code) => {
                    let codes = checks.iter().map(|check| check.code.as_str());
                    let hint =
                        did_you_mean(code, codes).or_else(|| Some("`civigraph validate --list` lists them".to_owned()));
                    (checks.iter().any(|check| check.code == *code), hint)
                }
                Excepted::Shape(name) => {
                    let hint = "name a shape by its IRI, or with a prefix of the descriptor".to_owned();
                    // Those of the vocabulary are used only if they are asked for.
                    let exists = shapes.iter().any(|shapes| shapes.has(name)) || ShapeFiles::embedded()?.has(name);
                    (exists, Some(hint))
                }
            };
            if !exists {
                let fault = Finding::error(
                    codes::PACKAGE_DESCRIPTOR,
                    format!("there is no {}", what.trim_start_matches("the ")),
                );
                faults.push(fault.at(exception.place.clone()).hint(hint));
                continue;
            }
            let done = match exception.severity {
                None => "is left out in this pack".to_owned(),
                Some(Severity::Info) => "only informs in this pack".to_owned(),
                Some(severity) => format!("gives no more than a {severity} in this pack"),
            };
            let message = format!("{what} {done}: {}", exception.reason);
            remarks.push(Finding::new(Severity::Info, codes::EXCEPTION, message).at(exception.place.clone()));
        }
        if faults.is_empty() { Ok(remarks) } else { Err(Error::Invalid(Box::new(faults))) }
    }
}
