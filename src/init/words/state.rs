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
