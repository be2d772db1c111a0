//! Which money an amount is in, by what is written around it or in the name of its column.

/// The currency and the scale of amounts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct MoneyUnit {
    /// The code of ISO 4217.
    pub currency: Option<String>,
    /// Others that are written with the same sign.
    pub rivals: &'static str,
    /// The sign as it is written.
    pub sign: String,
    /// How many zeros stand for a word such as million.
    pub zeros: usize,
}

/// Signs and words of currencies, the longer before those that are in them. Where several have a sign, the
/// others are named.
const SIGNS: &[(&str, &str, &str)] = &[
    ("HK$", "HKD", ""),
    ("US$", "USD", ""),
    ("NT$", "TWD", ""),
    ("NZ$", "NZD", ""),
    ("AU$", "AUD", ""),
    ("CA$", "CAD", ""),
    ("MOP$", "MOP", ""),
    ("A$", "AUD", ""),
    ("C$", "CAD", ""),
    ("S$", "SGD", ""),
    ("R$", "BRL", ""),
    ("£", "GBP", ""),
    ("€", "EUR", ""),
    ("₹", "INR", ""),
    ("₩", "KRW", ""),
    ("₽", "RUB", ""),
    ("₺", "TRY", ""),
    ("港元", "HKD", ""),
    ("港幣", "HKD", ""),
    ("港币", "HKD", ""),
    ("美元", "USD", ""),
    ("歐元", "EUR", ""),
    ("欧元", "EUR", ""),
    ("英鎊", "GBP", ""),
    ("英镑", "GBP", ""),
    ("日圓", "JPY", ""),
    ("日元", "JPY", ""),
    ("新台幣", "TWD", ""),
    ("新臺幣", "TWD", ""),
    ("澳門元", "MOP", ""),
    ("人民幣", "CNY", ""),
    ("人民币", "CNY", ""),
    ("Euro", "EUR", ""),
    ("euros", "EUR", ""),
    ("$", "USD", "another dollar"),
    ("¥", "JPY", "CNY"),
    ("元", "CNY", "HKD or TWD"),
];

/// Codes of ISO 4217 that are known where they stand alone.
const CODES: &str = " AED ARS AUD BDT BGN BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP GHS HKD HUF IDR ILS INR ISK JPY \
                     KES KRW KZT LKR MAD MOP MXN MYR NGN NOK NPR NZD PEN PHP PKR PLN QAR RON RSD RUB SAR SEK SGD THB \
                     TND TRY TWD TZS UAH UGX USD UYU VND XAF XOF ZAR ZMW ";

const SCALES: &[(&str, usize)] = &[
    ("billion", 9),
    ("billions", 9),
    ("bn", 9),
    ("milliarden", 9),
    ("mrd", 9),
    ("million", 6),
    ("millions", 6),
    ("mn", 6),
    ("mio", 6),
    ("millionen", 6),
    ("thousand", 3),
    ("thousands", 3),
    ("tausend", 3),
    ("tsd", 3),
    ("000", 3),
    ("000s", 3),
];

const CHINESE_SCALES: &[(&str, usize)] = &[
    ("十億", 9),
    ("十亿", 9),
    ("億", 8),
    ("亿", 8),
    ("千萬", 7),
    ("千万", 7),
    ("百萬", 6),
    ("百万", 6),
    ("萬", 4),
    ("万", 4),
    ("千", 3),
];

/// Whether this is the code of a currency.
pub(super) fn is_code(text: &str) -> bool {
    text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase()) && CODES.contains(&format!(" {text} "))
}

/// The parts of a name or of what is around a number: runs of letters and digits.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty())
}

impl MoneyUnit {
    /// The money that a text names, if it names one. `language` decides between signs of several.
    pub fn of(text: &str, language: &str) -> Option<Self> {
        let mut unit = Self::default();
        let by_code = parts(text).find(|part| is_code(part));
        let by_sign = SIGNS.iter().find(|(sign, ..)| match sign.chars().all(|c| c.is_ascii_alphabetic()) {
            true => parts(text).any(|part| part == *sign),
            false => text.contains(sign),
        });
        if let Some(code) = by_code {
            (unit.currency, unit.sign) = (Some(code.to_owned()), code.to_owned());
        } else if let Some((sign, code, rivals)) = by_sign {
            let local = match (*sign, language) {
                ("$" | "元", "zh-Hant") => Some(("HKD", "TWD or CNY")),
                ("¥", "zh-Hant" | "zh-Hans") => Some(("CNY", "JPY")),
                ("元", "zh-Hans") => Some(("CNY", "")),
                _ => None,
            };
            let (code, rivals) = local.unwrap_or((code, rivals));
            (unit.currency, unit.sign, unit.rivals) = (Some(code.to_owned()), (*sign).to_owned(), rivals);
        }
        // A letter beside the sign: `£m`, `k€`.
        let lower = text.to_lowercase();
        let bare = lower.replace(&unit.sign.to_lowercase(), " ");
        let letter = |word: &str| !unit.sign.is_empty() && parts(&bare).any(|part| part == word);
        let word = SCALES.iter().find(|(word, _)| parts(&lower).any(|part| part == *word)).map(|(_, zeros)| *zeros);
        let chinese = CHINESE_SCALES
            .iter()
            .find(|(word, _)| !unit.sign.is_empty() && text.contains(word))
            .map(|(_, zeros)| *zeros);
        unit.zeros = word.or(chinese).unwrap_or(if letter("m") {
            6
        } else if letter("k") {
            3
        } else if letter("b") {
            9
        } else {
            0
        });
        (unit != Self::default()).then_some(unit)
    }

    /// The money that the name of a column says: `budget_usd` is in dollars, since nothing else is called so.
    pub fn of_name(name: &str, language: &str) -> Option<Self> {
        let spaced = name.replace('_', " ");
        let unit = Self::of(&spaced, language);
        if unit.as_ref().is_some_and(|unit| unit.currency.is_some()) {
            return unit;
        }
        match parts(&spaced).find(|part| Self::is_code_in_name(part)) {
            Some(code) => Self::of(&spaced.replacen(code, &code.to_ascii_uppercase(), 1), language),
            None => unit,
        }
    }

    /// Whether this is a code in small letters that is no word.
    pub fn is_code_in_name(part: &str) -> bool {
        const NO_WORDS: &str = " aud brl cad chf cny czk dkk eur gbp hkd inr jpy krw nok nzd pln sek sgd twd usd zar ";
        NO_WORDS.contains(&format!(" {} ", part.to_ascii_lowercase()))
    }

    /// The text that stands before and after the number in a cell.
    pub fn around(cell: &str) -> Option<(&str, &str)> {
        let first = cell.find(|c: char| c.is_ascii_digit())?;
        let last = cell.rfind(|c: char| c.is_ascii_digit())?;
        let signs = ['-', '+', '−'];
        let before = cell[..first].trim_end_matches('.').trim().trim_start_matches(signs).trim_end_matches(signs);
        Some((before.trim(), cell[last + 1..].trim()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_money_is_known_by_signs_codes_and_words() {
        for (text, language, currency, zeros) in [
            ("Amount (USD)", "en", Some("USD"), 0),
            ("HK$", "en", Some("HKD"), 0),
            ("Budget £m", "en", Some("GBP"), 6),
            ("Cost (£'000)", "en", Some("GBP"), 3),
            ("Betrag in Mio. €", "de", Some("EUR"), 6),
            ("金額（百萬港元）", "zh-Hant", Some("HKD"), 6),
            ("預算（萬元）", "zh-Hant", Some("HKD"), 4),
            ("预算（万元）", "zh-Hans", Some("CNY"), 4),
            ("$", "zh-Hant", Some("HKD"), 0),
            ("Budget in millions", "en", None, 6),
            ("kEUR", "en", None, 0),
            ("k€", "de", Some("EUR"), 3),
        ] {
            let unit = MoneyUnit::of(text, language).unwrap_or_default();
            assert_eq!((unit.currency.as_deref(), unit.zeros), (currency, zeros), "{text}");
        }
        for (name, currency) in [
            ("amount_usd", Some("USD")),
            ("eur_total", Some("EUR")),
            ("all", None),
            ("cup", None),
            ("Gbp m", Some("GBP")),
        ] {
            let unit = MoneyUnit::of_name(name, "en").unwrap_or_default();
            assert_eq!(unit.currency.as_deref(), currency, "{name}");
        }
        assert_eq!(MoneyUnit::of("Area (m²)", "en"), None);
        assert_eq!(MoneyUnit::around("HK$ 1,200.5m"), Some(("HK$", "m")));
        assert_eq!(MoneyUnit::around("-$5"), Some(("$", "")));
    }
}
