//! Addresses of the web, as arguments.

/// An address without a query, and without a slash at its end.
pub(super) fn parse_url(text: &str) -> Result<String, String> {
    let bare = text.trim_end_matches('/');
    let host = bare.strip_prefix("https://").or_else(|| bare.strip_prefix("http://")).unwrap_or_default();
    let is_plain = host.chars().all(|c| c.is_ascii_graphic() && !"\"<>\\^`{|}?#".contains(c));
    if host.is_empty() || host.starts_with('/') || !is_plain {
        return Err("expected an address such as `https://data.example.org`, without a query".to_owned());
    }
    Ok(bare.to_owned())
}
