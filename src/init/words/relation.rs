//! Who does something with the thing of a row, by the name of the column that names them.

use super::{has_one, plain};

/// What the one that a column names does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Gets the money.
    Gets,
    /// Gives the money.
    Funds,
    Operates,
    Provides,
    Maintains,
    /// Is at the head of it.
    Leads,
    /// Is responsible for it.
    Runs,
}

/// The first that has a word of the name is meant: `受資助機構` gets, though `資助機構` gives.
const WORDS: &[(Act, &str)] = &[
    (
        Act::Gets,
        "recipient, grantee, beneficiary, payee, paid to, awarded to, granted to, vendor, supplier, contractor, 供應商, 供应商, \
         承辦商, 承办商, 承建商, lieferant, lieferantin, auftragnehmer, auftragnehmerin, 受款, 獲資助, 获资助, 受資助, 受资助, 受惠, \
         受助, empfänger, zuwendungsempfänger, begünstigte*",
    ),
    (
        Act::Funds,
        "funded by, funded from, funder, funding body, funding source, funding department, funding organisation, \
         funding organization, funding agency, fund, source of funds, financed by, sponsor, sponsored by, donor, paid by, payer, \
         資助, 资助, 資金來源, 资金来源, 出資, 出资, 撥款機構, 撥款部門, 拨款机构, 拨款部门, 贊助, 赞助, finanziert, geldgeber, \
         mittelgeber, fördergeber, kostenträger, förderer",
    ),
    (Act::Operates, "operated by, operator, 營運, 运营, 運營, betreiber, betreiberin, betrieben"),
    (Act::Provides, "provided by, provider, 提供機構, 提供部門, 提供者, 提供机构, 提供部门, anbieter, erbracht"),
    (Act::Maintains, "maintained by, maintenance, 保養, 保养, 維修, 维修, unterhalten"),
    (
        Act::Leads,
        "director, head, headed by, led by, leader, chair, chairman, chairwoman, chairperson, chaired by, chief, \
         commissioner, minister, secretary, president, mayor, head of department, 局長, 局长, 署長, 署长, 處長, 处长, 主任, \
         部長, 部长, 主席, 首長, 首长, 負責人, 负责人, leiter, leiterin, leitung, amtsleit*, abteilungsleit*, direktor*, vorsitz*, \
         dezernent*",
    ),
    (
        Act::Runs,
        "run by, managed by, manager, administered by, administrator, administering, responsible, responsibility, \
         in charge, lead, implemented by, implementing, delivered by, executing, carried out by, overseen by, \
         管理, 負責, 负责, 主辦, 主办, 主管, 執行, 执行, 牽頭, 牵头, zuständig*, verantwortlich*, federführ*, verwaltet, \
         durchgeführt, träger",
    ),
];

/// What came after a thing, and what was before it. `superseded by` is the first, though `superseded` is the second.
const AFTER: &str = "superseding, superseded by, successor, successors, replaced by, succeeded by, merged into, renamed to, \
                     renamed as, 後繼, 后继, 繼任, 继任, 接替, 改組為, 改组为, 併入, 并入, nachfolge*, ersetzt durch, aufgegangen in, \
                     übergegangen in";
const BEFORE: &str = "superseded, supersedes, predecessor, predecessors, replaces, succeeds, formed from, merged from, \
                      renamed from, 前身, vorgänger*, hervorgegangen aus, ersetzt";

/// Whether a column of this name refers to what came after the thing of the row; no if to what was before it.
pub fn succession_of(column: &str) -> Option<bool> {
    let plain = plain(&column.replace("[*]", "").replace(".id", ""));
    has_one(&plain, AFTER).then_some(true).or_else(|| has_one(&plain, BEFORE).then_some(false))
}

/// Words of columns with those who are people, whatever they do.
const PEOPLE: &str =
    "manager, officer, leader, coordinator, contact, person, 負責人, 负责人, 經理, 经理, 主任, leiter, leiterin";

/// What the one that this column names does, and whether it is a person.
pub fn act_of(column: &str) -> Option<(Act, bool)> {
    let plain = plain(column);
    let (act, _) = WORDS.iter().find(|(_, words)| has_one(&plain, words))?;
    Some((*act, *act == Act::Leads || has_one(&plain, PEOPLE)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_does_what_is_known_by_the_name_of_the_column() {
        for (column, act) in [
            ("run_by", Some(Act::Runs)),
            ("Lead office", Some(Act::Runs)),
            ("funded_by", Some(Act::Funds)),
            ("Funding body", Some(Act::Funds)),
            ("受資助機構", Some(Act::Gets)),
            ("資助機構", Some(Act::Funds)),
            ("管理部門", Some(Act::Runs)),
            ("director", Some(Act::Leads)),
            ("Amtsleitung", Some(Act::Leads)),
            ("zuständiges Amt", Some(Act::Runs)),
            ("Betreiber", Some(Act::Operates)),
            ("headcount", None),
            ("dept_code", None),
            ("heading", None),
        ] {
            assert_eq!(act_of(column).map(|(act, _)| act), act, "{column}");
        }
    }

    #[test]
    fn what_came_after_and_before_is_known_by_the_name_of_the_column() {
        for (column, is_after) in [
            ("superseding_organisations[*].id", Some(true)),
            ("superseded_organisations[*].id", Some(false)),
            ("Superseded by", Some(true)),
            ("Nachfolgerin", Some(true)),
            ("前身", Some(false)),
            ("parent_organisations[*].id", None),
        ] {
            assert_eq!(succession_of(column), is_after, "{column}");
        }
    }
}
