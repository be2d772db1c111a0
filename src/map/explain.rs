//! A plan as text, for people.

use std::fmt::Write as _;

use super::plan::{Call, CellEncoding, ObjectMap, Plan, TermMap, TermType};

impl Plan {
    /// The plan in words: for each map its table, and how its terms are made.
    pub fn explain(&self) -> String {
        let mut text = String::new();
        if let Some(base) = &self.base {
            let _ = writeln!(text, "base <{base}>");
        }
        for map in &self.maps {
            let _ = writeln!(text, "map {}", map.name);
            let _ = writeln!(text, "  reads      {}", map.source);
            if let Some(base) = &map.base {
                let _ = writeln!(text, "  base       <{base}>");
            }
            if let Some(condition) = &map.condition {
                let _ = writeln!(text, "  only if    {condition}");
            }
            let _ = writeln!(text, "  subject    {}", described(&map.subject));
            for graph in &map.graphs {
                let _ = writeln!(text, "  graph      {}", described(graph));
            }
            for pair in &map.pairs {
                for predicate in &pair.predicates {
                    let _ = writeln!(text, "  predicate  {}", described(predicate));
                }
                for object in &pair.objects {
                    let _ = writeln!(text, "    object   {}", self.object(object));
                }
                for graph in &pair.graphs {
                    let _ = writeln!(text, "    graph    {}", described(graph));
                }
                if let Some(condition) = &pair.condition {
                    let _ = writeln!(text, "    only if  {condition}");
                }
            }
        }
        text
    }

    fn object(&self, object: &ObjectMap) -> String {
        let reference = match object {
            ObjectMap::Term(term) => return described(term),
            ObjectMap::Reference(reference) => reference,
        };
        let name = self.maps.get(reference.map).map_or("", |map| map.name.as_str());
        let joins: Vec<String> =
            reference.joins.iter().map(|(child, parent)| format!("{child} equals {parent} there")).collect();
        let on = match joins.as_slice() {
            [] => String::new(),
            joins => format!(" where {}", joins.join(" and ")),
        };
        format!("the subjects of {name}{on}")
    }
}

fn only_if(condition: Option<&Call>) -> String {
    condition.map(|condition| format!(", only if {condition}")).unwrap_or_default()
}

fn described(term: &TermMap) -> String {
    let expression = &term.expression;
    let made = match &term.kind {
        TermType::Iri(CellEncoding::Iri) => format!("IRI {expression}"),
        TermType::Iri(CellEncoding::Uri) => format!("URI {expression}"),
        TermType::Iri(CellEncoding::None) => format!("IRI {expression} as it is"),
        TermType::BlankNode if expression.to_string().is_empty() => "a blank node for each row".to_owned(),
        TermType::BlankNode => format!("blank node {expression}"),
        TermType::Literal { language: Some(language), .. } => format!("literal {expression} in {language}"),
        TermType::Literal { datatype: Some(datatype), .. } => format!("literal {expression} of <{datatype}>"),
        TermType::Literal { .. } => format!("literal {expression}"),
    };
    format!("{made}{}", only_if(term.condition.as_ref()))
}
