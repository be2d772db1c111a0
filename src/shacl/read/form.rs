//! Reading property paths (section 2.3.1): the form of each.

use oxigraph::model::vocab::rdf;
use oxigraph::model::{NamedOrBlankNode, Term};

use super::ShapeReader;
use super::list;
use crate::shacl::path::Path;
use crate::vocab::sh;

/// A path nested more deeply is taken for a cyclic one.
const DEEPEST_PATH: usize = 50;

impl ShapeReader<'_> {
    /// The path of a shape, if it has one.
    pub fn path_of(&mut self, node: &NamedOrBlankNode) -> Option<Path> {
        let Some(term) = self.one(node, sh::PATH) else {
            let types = self.objects(node, rdf::TYPE);
            if types.contains(&Term::from(sh::PROPERTY_SHAPE.into_owned())) {
                let message = format!("the property shape {} has no `sh:path`", self.name(node));
                self.fault(node, sh::PATH, None, message);
            }
            return None;
        };
        match self.path(&term, 0) {
            Ok(path) => Some(path),
            Err(words) => {
                let message = format!("the path of {} is not valid: {words}", self.name(node));
                self.fault(node, sh::PATH, Some(&term), message);
                None
            }
        }
    }

    /// Section 2.3.1.
    fn path(&self, term: &Term, depth: usize) -> Result<Path, String> {
        let node = match term {
            Term::NamedNode(predicate) => return Ok(Path::Predicate(predicate.clone())),
            Term::BlankNode(node) => NamedOrBlankNode::from(node.clone()),
            other => return Err(format!("`{}` is neither an IRI nor a blank node", self.shown(other))),
        };
        if depth > DEEPEST_PATH {
            return Err(format!("it is cyclic, or nested more than {DEEPEST_PATH} levels deep"));
        }
        if !self.objects(&node, rdf::FIRST).is_empty() {
            return self.paths(term, depth).map(Path::Sequence);
        }
        let forms: [crate::shacl::Made<Box<Path>, Path>; 4] = [
            (sh::INVERSE_PATH, Path::Inverse),
            (sh::ZERO_OR_MORE_PATH, Path::ZeroOrMore),
            (sh::ONE_OR_MORE_PATH, Path::OneOrMore),
            (sh::ZERO_OR_ONE_PATH, Path::ZeroOrOne),
        ];
        let mut found = None;
        for (predicate, make) in forms {
            for inner in self.objects(&node, predicate) {
                if found.is_some() {
                    return Err("it has two forms at once".to_owned());
                }
                found = Some(self.path(&inner, depth + 1).map(|path| make(Box::new(path))));
            }
        }
        for inner in self.objects(&node, sh::ALTERNATIVE_PATH) {
            if found.is_some() {
                return Err("it has two forms at once".to_owned());
            }
            found = Some(self.paths(&inner, depth).map(Path::Alternative));
        }
        found.unwrap_or_else(|| Err("it is a blank node without any form of path".to_owned()))
    }

    fn paths(&self, head: &Term, depth: usize) -> Result<Vec<Path>, String> {
        let members = list::members(self.graph, head)?;
        if members.len() < 2 {
            return Err("a sequence or alternative needs at least two members".to_owned());
        }
        let mut paths = Vec::new();
        for member in &members {
            match self.path(member, depth + 1) {
                Ok(path) => paths.push(path),
                Err(words) => return Err(words),
            }
        }
        Ok(paths)
    }
}
