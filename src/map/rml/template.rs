//! Templates of R2RML (section 7.3): columns in braces, with backslashes before braces and
//! backslashes that mean themselves.

use crate::finding::Place;
use crate::map::plan::{Column, Expression, TemplatePart};

/// Reads a template.
///
/// # Errors
///
/// What is wrong with it.
pub(super) fn read(template: &str, place: &Place) -> Result<Expression, String> {
    let mut parts = Vec::new();
    let (mut text, mut column) = (String::new(), None::<String>);
    let mut chars = template.chars();
    while let Some(c) = chars.next() {
        match (c, &mut column) {
            ('\\', current) => match chars.next() {
                Some(escaped @ ('{' | '}' | '\\')) => current.as_mut().unwrap_or(&mut text).push(escaped),
                // In a reference, a backslash is also one of its own language.
                Some(other) if current.is_some() => current.iter_mut().for_each(|name| {
                    name.push('\\');
                    name.push(other);
                }),
                Some(other) => {
                    return Err(format!("a backslash stands before a brace or a backslash, not before `{other}`"));
                }
                None => return Err("a backslash at the end escapes nothing".to_owned()),
            },
            ('{', None) => {
                if !text.is_empty() {
                    parts.push(TemplatePart::Text(std::mem::take(&mut text)));
                }
                column = Some(String::new());
            }
            ('{', Some(_)) => return Err("there is a `{` inside of braces; write `\\{` for the sign".to_owned()),
            ('}', None) => return Err("there is a `}` without a `{`; write `\\}` for the sign".to_owned()),
            ('}', Some(name)) => {
                if name.is_empty() {
                    return Err("there is nothing between `{` and `}`".to_owned());
                }
                let name = std::mem::take(name);
                parts.push(TemplatePart::Column(Column { name, place: place.clone(), index: usize::MAX }));
                column = None;
            }
            (c, Some(name)) => name.push(c),
            (c, None) => text.push(c),
        }
    }
    if column.is_some() {
        return Err("a `{` is never closed".to_owned());
    }
    if parts.is_empty() {
        return Ok(Expression::Constant(text));
    }
    if !text.is_empty() {
        parts.push(TemplatePart::Text(text));
    }
    Ok(Expression::Template(parts))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_are_columns_unless_a_backslash_is_before_them() {
        let place = Place::new("m.ttl", 1, 1);
        for (template, expected) in [
            ("http://e/{ID}/{Name}", "http://e/$(ID)/$(Name)"),
            ("\\{\\{ {ISO} \\}", "{{ $(ISO) }"),
            ("{$['\\{Name\\}']}", "$($['{Name}'])"),
            ("a\\\\b{x}", "a\\\\b$(x)"),
            ("plain", "plain"),
        ] {
            assert_eq!(read(template, &place).unwrap().to_string(), expected, "{template}");
        }
        for template in ["{{Name}}", "{Name", "Name}", "{}", "a\\x", "{\\\\{Name\\\\}}", "x\\"] {
            assert!(read(template, &place).is_err(), "{template}");
        }
    }
}
