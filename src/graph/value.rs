//! The values of literals.

use oxigraph::model::Term;
use spareval::ExpressionTerm;

/// A term as the evaluator returns it from an expression, which computes with values: `1.50` is
/// `1.5`. A literal that is not a value of its datatype is unchanged.
pub fn normalised(term: Term) -> Term {
    ExpressionTerm::from(term).into()
}

#[cfg(test)]
mod tests {
    use oxigraph::model::vocab::xsd;
    use oxigraph::model::{Literal, NamedNode};

    use super::*;

    #[test]
    fn values_are_written_in_one_way() {
        for (text, datatype, expected) in [
            ("1.50", xsd::DECIMAL, "1.5"),
            ("007", xsd::INTEGER, "7"),
            ("007", xsd::STRING, "007"),
            ("x", xsd::INTEGER, "x"),
            ("2019-01-01", xsd::DATE, "2019-01-01"),
            ("true", xsd::BOOLEAN, "true"),
        ] {
            let written = |text| Term::from(Literal::new_typed_literal(text, datatype));
            assert_eq!(normalised(written(text)), written(expected));
        }
        let node = Term::from(NamedNode::new_unchecked("http://a/1.50"));
        assert_eq!(normalised(node.clone()), node);
    }
}
