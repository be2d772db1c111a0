//! Which of several media types a client likes best (RFC 9110, section 12.5.1).

/// A part of `Accept`: a media type or a range of them, and its weight in thousandths.
#[derive(Debug, Clone, PartialEq, Eq)]
struct MediaRange<'a> {
    kind: &'a str,
    subtype: &'a str,
    weight: u16,
}

impl<'a> MediaRange<'a> {
    /// A part that is not well-formed says nothing.
    fn parse(part: &'a str) -> Option<Self> {
        let mut parts = part.split(';').map(str::trim);
        let (kind, subtype) = parts.next()?.split_once('/')?;
        let is_token = |text: &str| !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || c.is_control());
        if !is_token(kind) || !is_token(subtype) || kind == "*" && subtype != "*" {
            return None;
        }
        let mut weight = 1000;
        for parameter in parts {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            // Other parameters, such as a character set, distinguish none of our formats.
            if name.trim().eq_ignore_ascii_case("q") {
                weight = thousandths(value.trim())?;
            }
        }
        Some(Self { kind, subtype, weight })
    }

    /// How closely the range names a media type; `None` if it does not.
    fn specificity(&self, media: &str) -> Option<u8> {
        let (kind, subtype) = media.split_once('/')?;
        match (self.kind, self.subtype) {
            ("*", "*") => Some(0),
            (own, "*") if own.eq_ignore_ascii_case(kind) => Some(1),
            (own, of) if own.eq_ignore_ascii_case(kind) && of.eq_ignore_ascii_case(subtype) => Some(2),
            _ => None,
        }
    }
}

/// A weight: 0 to 1 with at most three decimals.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    if decimals.len() > 3 || !decimals.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let decimals: u16 = format!("{decimals:0<3}").parse().ok()?;
    match whole {
        "0" => Some(decimals),
        "1" if decimals == 0 => Some(1000),
        _ => None,
    }
}

fn ranges(accept: &str) -> Vec<MediaRange<'_>> {
    accept.split(',').filter_map(MediaRange::parse).collect()
}

/// The weight of a media type; of one that is only another name, if the header has that very name.
fn weight(ranges: &[MediaRange<'_>], media: &str, is_alias: bool) -> u16 {
    // The closest range decides, whatever its weight.
    let closest = ranges.iter().filter_map(|range| Some((range.specificity(media)?, range.weight))).max();
    closest.filter(|(specificity, _)| !is_alias || *specificity == 2).map_or(0, |(_, weight)| weight)
}

/// The index of the format that the header likes best: of equals the first. Each has its media type and further names
/// of it. Without a header all are equal.
pub(super) fn best<'a>(accept: &str, offers: impl Iterator<Item = &'a [&'a str]>) -> Option<usize> {
    let ranges = ranges(accept);
    if ranges.is_empty() {
        return Some(0);
    }
    let mut best: Option<(u16, usize)> = None;
    for (index, names) in offers.enumerate() {
        let weights = names.iter().enumerate().map(|(at, media)| weight(&ranges, media, at > 0));
        let weight = weights.max().unwrap_or(0);
        if weight > best.map_or(0, |(weight, _)| weight) {
            best = Some((weight, index));
        }
    }
    best.map(|(_, index)| index)
}

/// Whether the header names a media type itself, not only a range with it.
pub(super) fn names(accept: &str, media: &str) -> bool {
    ranges(accept).iter().any(|range| range.specificity(media) == Some(2) && range.weight > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OFFERS: [&[&str]; 3] = [&["text/html"], &["text/turtle"], &["application/ld+json", "text/json"]];

    #[test]
    fn the_closest_range_gives_the_weight_and_the_highest_weight_wins() {
        for (accept, expected) in [
            ("", Some(0)),
            ("*/*", Some(0)),
            ("text/turtle", Some(1)),
            ("TEXT/Turtle; charset=utf-8", Some(1)),
            ("text/html;q=0.5, text/turtle", Some(1)),
            ("text/*;q=0.9, application/ld+json", Some(2)),
            ("text/*, text/html;q=0.1", Some(1)),
            ("*/*;q=0.1, text/html;q=0, text/turtle;q=0", Some(2)),
            ("application/ld+json;q=0.001, image/png", Some(2)),
            ("image/png", None),
            ("text/turtle;q=0", None),
            ("text/html;q=0.8,text/turtle;q=0.85", Some(1)),
            // What is not well-formed says nothing.
            ("text/turtle;q=2, application/ld+json", Some(2)),
            ("text/turtle;q=0.1234, text/html;q=., image/png", None),
            // A header that says nothing is as none.
            ("turtle, */turtle", Some(0)),
            ("text/html;q=1.000", Some(0)),
            ("text/json", Some(2)),
            ("text/html;q=0, text/turtle;q=0, text/*", None),
        ] {
            assert_eq!(best(accept, OFFERS.into_iter()), expected, "{accept}");
        }
    }

    #[test]
    fn a_range_does_not_name_what_is_in_it() {
        assert!(names("text/html, application/json;q=0.2", "application/json"));
        assert!(!names("*/*, application/*", "application/json"));
        assert!(!names("application/json;q=0", "application/json"));
    }
}
