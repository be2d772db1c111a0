//! How far a thing exists, and of what kind it is: names of columns, and the values in them.

use super::{has_one, plain};

/// The codes of statuses, and what is written for them.
const STATES: &[(&str, &str)] = &[
    (
        "ended",
        "closed, ended, abolished, dissolved, inactive, defunct, discontinued, terminated, expired, former, merged, \
         已解散, 解散, 結束, 结束, 已結束, 已结束, 關閉, 关闭, 已關閉, 已关闭, 撤銷, 撤销, geschlossen, aufgelöst, beendet, \
         eingestellt, inaktiv",
    ),
    (
        "ongoing",
        "open, active, live, current, ongoing, running, in operation, operating, in progress, in force, 運作中, 运作中, 進行中, \
         进行中, 生效, 現行, 现行, 開放, 开放, 營運中, aktiv, offen, laufend, läuft, in betrieb, geöffnet, in kraft",
    ),
    (
        "planned",
        "planned, proposed, in planning, upcoming, 計劃中, 计划中, 規劃中, 规划中, 擬議, geplant, vorgesehen, in planung",
    ),
    ("expected", "expected, forecast, 預期, 预期, erwartet"),
    ("underStudy", "under study, under review, feasibility, 研究中, in prüfung"),
    ("considered", "considered, under consideration, 考慮中, 考虑中, erwogen"),
    ("done", "done, completed, complete, finished, delivered, 完成, 已完成, 完工, abgeschlossen, fertiggestellt"),
];

/// The code of the status that a value says.
pub fn state_of(value: &str) -> Option<&'static str> {
    let plain = plain(value);
    STATES.iter().find(|(_, words)| words.split(',').any(|word| word.trim() == plain)).map(|(code, _)| *code)
}

/// Whether a column with this name says how far a thing exists.
pub fn is_state(column: &str) -> bool {
    has_one(&plain(column), "status, state, 狀況, 状况, 狀態, 状态, zustand, stand")
}

/// What is written in the place of a name if nobody has the post: as the whole cell.
const NOBODY: &str = "n n, nn, tbc, tbd, tba, tbh, t b c, t b d, t b a, open, open position, open post, to be confirmed, to be decided, to be determined, \
                      to be announced, to be appointed, to be hired, to be filled, to be recruited, not filled, nobody, recruiting, \
                      under recruitment, offen, nicht besetzt, n besetzt, zu besetzen, nachbesetzung, ausgeschrieben, niemand, \
                      待定, 待聘, 待補, 待补, 招聘中, 從缺, 从缺, 出缺, 懸空, 悬空, 空缺, 空懸, 空悬, 缺, 未填補, 未填补, 無人, 无人";
/// The same with whatever stands behind: `vacant since May`.
const NOBODY_FIRST: &str = "vacant, vacancy, vakant, vakanz, unbesetzt, unfilled, position vacant, post vacant, currently vacant, derzeit unbesetzt, \
                            derzeit vakant, 職位懸空, 职位悬空, 職位空缺, 职位空缺, 暫時懸空, 暂时悬空";

/// Marks in a column that says who is an assistant, and what says that somebody is none.
const ASSISTANT: &str =
    "x, y, yes, true, 1, ja, j, wahr, ✓, ✔, 是, assistant, pa, ea, assistenz, assistent, assistentin, 助理, 秘書, 秘书";
const NO_ASSISTANT: &str = "n, no, false, 0, nein, falsch, 否, line, linie";

/// Whether a mark says that somebody is an assistant; nothing if it is no mark.
pub fn assistant_mark(cell: &str) -> Option<bool> {
    let lower = cell.trim().to_lowercase();
    let is_in = |words: &str| words.split(',').any(|word| word.trim() == lower);
    is_in(ASSISTANT).then_some(true).or_else(|| is_in(NO_ASSISTANT).then_some(false))
}

/// Whether a cell for a name says that nobody is there.
pub fn is_nobody(cell: &str) -> bool {
    let mut plain = String::new();
    for c in cell.chars().flat_map(char::to_lowercase) {
        match c.is_alphanumeric() {
            true => plain.push(c),
            false if !plain.is_empty() && !plain.ends_with(' ') => plain.push(' '),
            false => {}
        }
    }
    let plain = plain.trim_end();
    let begins = |word: &str| plain.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
    NOBODY.split(',').any(|word| word.trim() == plain) || NOBODY_FIRST.split(',').any(|word| begins(word.trim()))
}

/// How well the name of a column says that it has the kinds of things; 0 is best.
pub fn kind_rank(column: &str) -> Option<usize> {
    let kinds = "type, kind, category, format, class, classification, sector, 類別, 类别, 種類, 种类, 類型, 类型, 性質, art, typ, \
                 kategorie, rechtsform";
    let plain = plain(column);
    match kinds.split(',').any(|word| word.trim() == plain) {
        true => Some(0),
        false => ["type", "kind", "category", "類別", "类别", "種類", "种类"]
            .iter()
            .any(|word| plain.ends_with(word))
            .then_some(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_in_the_place_of_a_name_says_that_nobody_is_there() {
        for cell in
            ["VACANT", "(vacant)", "Vacant since May", "N.N.", "N. N.", "TBC", "t.b.c.", "vakant", "懸空", "（空缺）"]
        {
            assert!(is_nobody(cell), "{cell}");
        }
        for cell in ["Nina N. Neumann", "Vacantia Ltd", "Ann Open", "陳懸", "Vakantov"] {
            assert!(!is_nobody(cell), "{cell}");
        }
    }
}
