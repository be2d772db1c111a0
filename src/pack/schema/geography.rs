//! Points and shapes on the earth: the types `geopoint` and `geojson` of Table Schema.

use serde_json::Value;

use super::kind::{PointFormat, Reason};
use super::number::{Number, is_decimal};

/// The longitude and latitude in a cell.
pub(super) fn point(cell: &str, format: PointFormat) -> Result<[Number; 2], Reason> {
    let (longitude, latitude) = match format {
        PointFormat::Default => {
            let (longitude, latitude) = cell.split_once(',').ok_or(None)?;
            let latitude = latitude.strip_prefix(' ').unwrap_or(latitude);
            (longitude.to_owned(), latitude.to_owned())
        }
        PointFormat::Array => match serde_json::from_str(cell).map_err(|_| None)? {
            Value::Array(items) => match items.as_slice() {
                [Value::Number(longitude), Value::Number(latitude)] => (longitude.to_string(), latitude.to_string()),
                _ => return Err(Some("it has exactly two numbers".to_owned())),
            },
            _ => return Err(None),
        },
        PointFormat::Object => match serde_json::from_str(cell).map_err(|_| None)? {
            Value::Object(members) => match (members.len(), members.get("lon"), members.get("lat")) {
                (2, Some(Value::Number(longitude)), Some(Value::Number(latitude))) => {
                    (longitude.to_string(), latitude.to_string())
                }
                _ => return Err(Some("it has exactly the numbers `lon` and `lat`".to_owned())),
            },
            _ => return Err(None),
        },
    };
    let number = |text: &str| -> Result<(Number, f64), Reason> {
        if format == PointFormat::Default && !is_decimal(text) {
            return Err(None);
        }
        Ok((Number::parse(text).ok_or(None)?, text.parse().map_err(|_| None)?))
    };
    let ((longitude, x), (latitude, y)) = (number(&longitude)?, number(&latitude)?);
    if x.abs() > 180.0 || y.abs() > 90.0 {
        let swapped = x.abs() <= 90.0 && y.abs() <= 180.0;
        let hint = if swapped { "; the longitude comes first" } else { "" };
        return Err(Some(format!("a longitude is -180 to 180, a latitude -90 to 90{hint}")));
    }
    Ok([longitude, latitude])
}

/// Whether a value is an object of GeoJSON (RFC 7946, sections 1.4 and 3).
pub(super) fn is_geojson(value: &Value) -> bool {
    let list = |key: &str| value.get(key).and_then(Value::as_array);
    match value.get("type").and_then(Value::as_str) {
        Some("FeatureCollection") => list("features").is_some_and(|features| {
            features
                .iter()
                .all(|feature| feature.get("type").is_some_and(|kind| kind == "Feature") && is_geojson(feature))
        }),
        Some("Feature") => {
            let properties = value.get("properties");
            let is_geometry = |geometry: &Value| geometry.is_null() || (!is_feature(geometry) && is_geojson(geometry));
            value.get("geometry").is_some_and(is_geometry)
                && properties.is_some_and(|properties| properties.is_null() || properties.is_object())
        }
        Some("GeometryCollection") => list("geometries")
            .is_some_and(|geometries| geometries.iter().all(|geometry| !is_feature(geometry) && is_geojson(geometry))),
        Some(kind) => {
            let depth = match kind {
                "Point" => 0,
                "MultiPoint" | "LineString" => 1,
                "MultiLineString" | "Polygon" => 2,
                "MultiPolygon" => 3,
                _ => return false,
            };
            value.get("coordinates").is_some_and(|coordinates| are_positions(coordinates, depth))
        }
        None => false,
    }
}

fn is_feature(value: &Value) -> bool {
    matches!(value.get("type").and_then(Value::as_str), Some("Feature" | "FeatureCollection"))
}

/// Whether a value is a position, or lists of positions this deep.
fn are_positions(value: &Value, depth: usize) -> bool {
    let Some(items) = value.as_array() else { return false };
    match depth {
        0 => items.is_empty() || (items.len() >= 2 && items.iter().all(Value::is_number)),
        _ => items.iter().all(|item| are_positions(item, depth - 1)),
    }
}

/// Whether a value is an object of TopoJSON.
pub(super) fn is_topojson(value: &Value) -> bool {
    let is_topology = value.get("type").is_some_and(|kind| kind == "Topology");
    is_topology
        && value.get("objects").is_some_and(Value::is_object)
        && value.get("arcs").and_then(Value::as_array).is_some_and(|arcs| arcs.iter().all(|arc| are_positions(arc, 1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn geojson_has_coordinates_of_its_type() {
        for (text, is_right) in [
            (r#"{"type": "Point", "coordinates": [114.17, 22.3]}"#, true),
            (r#"{"type": "Point", "coordinates": [[114.17, 22.3]]}"#, false),
            (r#"{"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}"#, true),
            (r#"{"type": "Feature", "geometry": null, "properties": null}"#, true),
            (r#"{"type": "Feature", "geometry": {"type": "Feature"}, "properties": {}}"#, false),
            (r#"{"type": "FeatureCollection", "features": []}"#, true),
            (r#"{"type": "FeatureCollection", "features": [{"type": "Point", "coordinates": [1, 2]}]}"#, false),
            (r#"{"type": "Place"}"#, false),
            (r#"{"coordinates": [1, 2]}"#, false),
        ] {
            assert_eq!(is_geojson(&serde_json::from_str(text).unwrap()), is_right, "{text}");
        }
        let topology = r#"{"type": "Topology", "objects": {}, "arcs": [[[0, 0], [1, 1]]]}"#;
        assert!(is_topojson(&serde_json::from_str(topology).unwrap()));
        assert!(!is_geojson(&serde_json::from_str(topology).unwrap()));
    }
}
