//! Documents of XML as tables.

use quick_xml::events::{BytesRef, BytesStart};

/// The value of an attribute. An attribute whose value cannot be read has none.
pub(super) fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute = element.try_get_attribute(name).ok()??;
    Some(attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok()?.into_owned())
}

/// The text of a character reference or of a predefined entity; entities that a document defines
/// are not expanded.
pub(super) fn reference_text(reference: &BytesRef<'_>) -> Option<String> {
    match reference.resolve_char_ref() {
        Ok(Some(c)) => Some(c.to_string()),
        Ok(None) => quick_xml::escape::resolve_xml_entity(reference).map(str::to_owned),
        Err(_) => None,
    }
}
