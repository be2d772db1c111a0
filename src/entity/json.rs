//! A profile for programs.

use serde_json::{Map, Value, json};

use super::profile::{Direction, FigureLine, Profile};

/// A profile as an object, with at most so many statements of each sort. `left_out` counts those that are not there.
pub fn profile_json(profile: &Profile, most: usize) -> Value {
    let mut left_out = Map::new();
    let mut section = |name: &str, all: Vec<Value>| -> Value {
        let n = all.len();
        if n > most {
            left_out.insert(name.to_owned(), json!(n - most));
        }
        all.into_iter().take(most).collect()
    };
    let names = profile.names.iter().map(
        |name| json!({"kind": name.kind, "text": name.text, "language": name.language, "evidence": name.evidence}),
    );
    let relations = profile.relations.iter().map(|relation| {
        json!({
            "direction": match relation.direction {
                Direction::From => "from",
                Direction::To => "to",
            },
            "relation": relation.relation,
            "other": relation.other,
            "other_id": relation.other_id,
            "remarks": relation.remarks,
            "evidence": relation.evidence,
        })
    });
    let parts = profile.parts.iter().map(|part| {
        json!({
            "part": part.part,
            "about": part.about,
            "about_id": part.about_id,
            "figure": figure_json(&part.figure),
        })
    });
    let properties =
        profile.properties.iter().map(|property| json!({"property": property.property, "value": property.value}));
    let mut object = json!({
        "id": profile.id,
        "labels": profile.labels,
        "kinds": profile.kinds,
        "status": profile.status,
        "evidence": profile.evidence,
        "names": section("names", names.collect()),
        "relations": section("relations", relations.collect()),
        "figures": section("figures", profile.figures.iter().map(figure_json).collect()),
        "parts": section("parts", parts.collect()),
        "properties": section("properties", properties.collect()),
    });
    object["left_out"] = left_out.into();
    object
}

fn figure_json(figure: &FigureLine) -> Value {
    json!({
        "measure": figure.measure,
        "amount": figure.amount,
        "remarks": figure.remarks,
        "evidence": figure.evidence,
    })
}
