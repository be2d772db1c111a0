//! What a number measures, by the name of its column.

use super::has_one;

/// What a number of this name is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MeasureKind {
    /// The code of its nature.
    pub nature: &'static str,
    /// The code of its status.
    pub status: &'static str,
    /// The code of the dimension of what is measured.
    pub dimension: &'static str,
}

const fn kind(nature: &'static str, status: &'static str, dimension: &'static str) -> MeasureKind {
    MeasureKind { nature, status, dimension }
}

/// The first that has a word of the name is meant: `budget spent` is a payment.
const WORDS: &[(MeasureKind, &str)] = &[
    (
        kind("payment", "done", "money"),
        "spent, spending, expenditure, actual, outturn, paid, payment, disbursed, cost to date, 開支, 开支, 支出, 已付, \
         實際, 实际, ausgaben, ausgabe, auszahlung, ausgezahlt, ist",
    ),
    (
        kind("approval", "done", "money"),
        "approved, approval, granted, grant, grants, awarded, award, allocated, allocation, 批出, 撥款, 拨款, 批准, bewilligt, \
         bewilligung, zuwendung, fördersumme, fördermittel",
    ),
    (
        kind("flow", "done", "money"),
        "revenue, income, receipts, turnover, fees collected, 收入, einnahmen, einnahme, erträge, umsatz",
    ),
    (kind("investment", "done", "money"), "invested, investment, 投資, 投资, investition, investitionen"),
    (
        kind("commitment", "ongoing", "money"),
        "committed, commitment, pledged, funding, contract, contracts, contract value, 合約, 合约, 合同, auftrag, aufträge, 承擔, 承担, 預留, zugesagt, zusage, verpflichtung",
    ),
    (
        kind("budget", "ongoing", "money"),
        "budget, budgeted, estimate, estimates, appropriation, planned cost, cost, costs, total cost, 預算, 预算, 概算, 經費, \
         经费, 費用, 费用, 成本, budgets, haushalt*, ansatz, kosten, etat, mittel",
    ),
    (
        kind("capacity", "ongoing", "count"),
        "capacity, seats, places, beds, 容量, 座位, 名額, 名额, kapazität, plätze, sitzplätze, betten",
    ),
    (kind("size", "ongoing", "area"), "area, floor area, land area, site area, 面積, 面积, fläche, nutzfläche"),
];

/// Names that say only that it is an amount.
const GENERAL: &str = "amount, value, sum, total, total amount, money, 金額, 金额, 數額, 数额, 總額, 总额, 款額, betrag, summe, \
                       gesamtbetrag, höhe, wert";

/// What a column with this plain name measures, if it is known.
pub fn measure_of(plain: &str) -> Option<MeasureKind> {
    WORDS.iter().find(|(_, words)| has_one(plain, words)).map(|(kind, _)| *kind)
}

/// Whether the plain name says only that it is an amount.
pub fn is_general(plain: &str) -> bool {
    has_one(plain, GENERAL)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_number_measures_is_known_by_its_name() {
        for (plain, nature) in [
            ("budget", Some("budget")),
            ("annual budget", Some("budget")),
            ("actual expenditure", Some("payment")),
            ("年度預算", Some("budget")),
            ("haushaltsansatz", Some("budget")),
            ("bewilligt", Some("approval")),
            ("revenue", Some("flow")),
            ("age", None),
            ("amount", None),
        ] {
            assert_eq!(measure_of(plain).map(|kind| kind.nature), nature, "{plain}");
        }
        assert!(is_general("amount usd") && is_general("betrag") && !is_general("budget"));
    }
}
