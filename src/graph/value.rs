//! What oxigraph's store keeps of a literal: its value, not its spelling, and of the derived
//! integer types only that it is an integer.

use std::str::FromStr;

use oxigraph::model::vocab::xsd;
use oxigraph::model::{Literal, NamedNodeRef, Term, TermRef};
use oxsdatatypes::{
    Boolean, Date, DateTime, DayTimeDuration, Decimal, Double, Duration, Float, GDay, GMonth, GMonthDay, GYear,
    GYearMonth, Integer, Time, YearMonthDuration,
};

/// The datatype that a literal of `datatype` has in the store.
pub fn stored_datatype(datatype: NamedNodeRef<'_>) -> NamedNodeRef<'_> {
    match datatype {
        xsd::BYTE
        | xsd::SHORT
        | xsd::INT
        | xsd::LONG
        | xsd::UNSIGNED_BYTE
        | xsd::UNSIGNED_SHORT
        | xsd::UNSIGNED_INT
        | xsd::UNSIGNED_LONG
        | xsd::POSITIVE_INTEGER
        | xsd::NEGATIVE_INTEGER
        | xsd::NON_POSITIVE_INTEGER
        | xsd::NON_NEGATIVE_INTEGER => xsd::INTEGER,
        xsd::DATE_TIME_STAMP => xsd::DATE_TIME,
        other => other,
    }
}

/// A term as the store returns it.
pub fn as_stored(term: TermRef<'_>) -> Term {
    let TermRef::Literal(literal) = term else { return term.into_owned() };
    let text = literal.value();
    fn value<T: FromStr + ToString>(text: &str) -> Option<String> {
        T::from_str(text).ok().map(|value| value.to_string())
    }
    let datatype = stored_datatype(literal.datatype());
    let kept = match datatype {
        xsd::BOOLEAN => value::<Boolean>(text),
        xsd::INTEGER => value::<Integer>(text),
        xsd::DECIMAL => value::<Decimal>(text),
        xsd::DOUBLE => value::<Double>(text),
        xsd::FLOAT => value::<Float>(text),
        xsd::DATE_TIME => value::<DateTime>(text),
        xsd::DATE => value::<Date>(text),
        xsd::TIME => value::<Time>(text),
        xsd::G_YEAR => value::<GYear>(text),
        xsd::G_YEAR_MONTH => value::<GYearMonth>(text),
        xsd::G_MONTH => value::<GMonth>(text),
        xsd::G_MONTH_DAY => value::<GMonthDay>(text),
        xsd::G_DAY => value::<GDay>(text),
        xsd::DURATION => value::<Duration>(text),
        xsd::YEAR_MONTH_DURATION => value::<YearMonthDuration>(text),
        xsd::DAY_TIME_DURATION => value::<DayTimeDuration>(text),
        _ => None,
    };
    // A text that is not a value of its datatype is kept unchanged.
    kept.map_or_else(|| term.into_owned(), |kept| Literal::new_typed_literal(kept, datatype).into())
}

#[cfg(test)]
mod tests {
    use oxigraph::model::{GraphName, NamedNode, Quad};
    use oxigraph::store::Store;

    use super::*;

    #[test]
    fn it_is_what_the_store_gives_back() {
        let node = NamedNode::new("http://a/b").unwrap();
        let texts = [
            "1",
            "01",
            "+1",
            "-0",
            "1.50",
            ".5",
            "1e3",
            "NaN",
            "INF",
            "true",
            "x",
            " 1 ",
            "",
            "99999999999999999999",
            "2019-01-01",
            "2019-01-01Z",
            "2019-01-01T00:00:00+00:00",
            "2019-01-01T24:00:00",
            "10:00:00.0",
            "2019",
            "2019-02",
            "--02",
            "--02-29",
            "---03",
            "P1Y",
            "P12M",
            "PT60M",
            "P1Y1DT1S",
        ];
        let datatypes = [
            xsd::STRING,
            xsd::BOOLEAN,
            xsd::INTEGER,
            xsd::BYTE,
            xsd::SHORT,
            xsd::INT,
            xsd::LONG,
            xsd::UNSIGNED_BYTE,
            xsd::UNSIGNED_SHORT,
            xsd::UNSIGNED_INT,
            xsd::UNSIGNED_LONG,
            xsd::POSITIVE_INTEGER,
            xsd::NEGATIVE_INTEGER,
            xsd::NON_POSITIVE_INTEGER,
            xsd::NON_NEGATIVE_INTEGER,
            xsd::DECIMAL,
            xsd::DOUBLE,
            xsd::FLOAT,
            xsd::DATE_TIME,
            xsd::DATE_TIME_STAMP,
            xsd::DATE,
            xsd::TIME,
            xsd::G_YEAR,
            xsd::G_YEAR_MONTH,
            xsd::G_MONTH,
            xsd::G_MONTH_DAY,
            xsd::G_DAY,
            xsd::DURATION,
            xsd::YEAR_MONTH_DURATION,
            xsd::DAY_TIME_DURATION,
            node.as_ref(),
        ];
        for datatype in datatypes {
            for text in texts {
                let term = Term::from(Literal::new_typed_literal(text, datatype));
                let store = Store::new().unwrap();
                store.insert(&Quad::new(node.clone(), node.clone(), term.clone(), GraphName::DefaultGraph)).unwrap();
                let given = store.iter().next().unwrap().unwrap().object;
                assert_eq!(as_stored(term.as_ref()), given, "{term}");
            }
        }
    }
}
