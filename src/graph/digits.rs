//! Numbers as people read them.

/// A decimal with commas between groups of three digits: `1500` is `1,500`.
pub fn group_digits(value: &str) -> String {
    let (whole, rest) = value.find('.').map_or((value, ""), |point| value.split_at(point));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return value.to_owned();
    }
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{sign}{grouped}{rest}")
}

#[cfg(test)]
mod tests {
    use super::group_digits;

    #[test]
    fn digits_are_grouped_by_three() {
        for (value, expected) in [
            ("800", "800"),
            ("98000", "98,000"),
            ("162000000", "162,000,000"),
            ("-1234.5678", "-1,234.5678"),
            ("x", "x"),
        ] {
            assert_eq!(group_digits(value), expected);
        }
    }
}
