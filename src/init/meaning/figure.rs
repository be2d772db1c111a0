//! Numbers as figures: what they measure, of what, in which money, when.

use super::super::Asked;
use super::super::column::GuessedColumn;
use super::super::guess::TableGuess;
use super::super::link::RowLink;
use super::super::money::{MoneyUnit, is_code};
use super::super::words::{self, Act, ColumnRole, MeasureKind, TimeWord};
use super::is_single;
use crate::finding::{Finding, Findings, codes};

/// A number that each row gives.
#[derive(Debug)]
pub(in crate::init) struct FigureGuess {
    /// The column of the number.
    pub column: usize,
    /// What it is about: the thing that a column refers to, or that of the row.
    pub about: Option<RowLink>,
    pub kind: MeasureKind,
    /// What it measures, as people read it.
    pub measure: String,
    /// The column with codes of currencies.
    pub currency_column: Option<usize>,
    pub currency: Option<String>,
    /// The unit, if it is no money.
    pub unit: Option<String>,
    /// The zeros that a word such as million stands for.
    pub zeros: usize,
    /// Whether cells say a bound.
    pub is_hedged: bool,
    pub time: FigureTime,
    /// The columns of who pays and who is paid, if they refer to rows.
    pub payers: Vec<RowLink>,
    pub payee: Option<RowLink>,
    /// The columns of who pays and who is paid, who are in no table.
    pub named_payer: Option<usize>,
    pub named_payee: Option<usize>,
}

/// When a number was so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::init) enum FigureTime {
    /// In or on what a column says.
    Column(usize),
    /// In a year such as 2019/20 that a column says.
    FiscalYear(usize),
    /// In the words of a column.
    Words(usize),
    /// In the year or years that the name of the column gives.
    Given(String),
    Unstated,
}

impl FigureGuess {
    /// Whether the figure is made from this column, and nothing else has to be.
    pub fn uses(&self, column: usize) -> bool {
        let of_time = match &self.time {
            FigureTime::Column(at) | FigureTime::FiscalYear(at) | FigureTime::Words(at) => Some(*at),
            FigureTime::Given(_) | FigureTime::Unstated => None,
        };
        let links = self.about.iter().chain(&self.payee).chain(&self.payers);
        self.column == column
            || [self.currency_column, of_time, self.named_payer, self.named_payee].contains(&Some(column))
            || links.into_iter().any(|link| link.column == column)
    }

    /// The dimension of what it measures: money without a currency is only a number.
    pub fn dimension(&self) -> &'static str {
        match (self.kind.dimension, &self.currency, self.currency_column) {
            ("money", None, None) => "count",
            (dimension, ..) => dimension,
        }
    }

    /// Whether a column refers to who pays or who is paid.
    pub fn is_party(&self, column: usize) -> bool {
        self.payers.iter().chain(&self.payee).any(|link| link.column == column)
    }

    /// What a column is for the figure, as its description tells it.
    pub fn told(&self, column: usize) -> Option<String> {
        let is = |link: &Option<RowLink>| link.as_ref().is_some_and(|link| link.column == column);
        if self.column == column {
            let money = self.currency.as_ref().map_or_else(String::new, |currency| format!(", in {currency}"));
            let zeros = if self.zeros > 0 { format!(", with {} zeros added", self.zeros) } else { String::new() };
            let hedge = if self.is_hedged { ", with the bound that a cell says" } else { ", taken as exact" };
            return Some(format!("figure: {} ({}){money}{zeros}{hedge}", self.measure, self.kind.nature));
        }
        if is(&self.about) {
            return Some("what the figures are about".to_owned());
        }
        if self.payers.iter().any(|link| link.column == column) || self.named_payer == Some(column) {
            return Some("who pays".to_owned());
        }
        (is(&self.payee) || self.named_payee == Some(column)).then(|| "who is paid".to_owned())
    }
}

/// The figures of the rows of a table.
pub(super) fn figures(tables: &[TableGuess], at: usize, asked: &Asked, unsure: &mut Findings) -> Vec<FigureGuess> {
    let table = &tables[at];
    let is_thing = !table.class.is_empty();
    if ["cg:Person", "cg:Post"].contains(&table.class) {
        return Vec::new();
    }
    let links_of = |act: Act| {
        let has =
            move |link: &&RowLink| words::act_of(&table.columns[link.column].name).is_some_and(|(of, _)| of == act);
        table.links.iter().filter(has).filter(|link| is_single(table, link.column))
    };
    let is_fund = |link: &&RowLink| tables[link.table].class == "cg:Fund";
    let payers: Vec<RowLink> = links_of(Act::Funds)
        .find(|link| !is_fund(link))
        .into_iter()
        .chain(links_of(Act::Funds).find(is_fund))
        .cloned()
        .collect();
    let payee = links_of(Act::Gets).next().cloned();
    let named = |act: Act| {
        table.columns.iter().enumerate().find_map(|(at, column)| {
            let has_act = words::act_of(&column.name).is_some_and(|(of, _)| of == act);
            let is_free = has_act && column.is_text() && !table.is_used(at) && is_single(table, at);
            (is_free && table.key != [at] && !column.distinct.is_empty()).then_some(at)
        })
    };
    let named_payer = named(Act::Funds).filter(|_| payers.iter().all(|link| is_fund(&link)));
    let named_payee = named(Act::Gets).filter(|_| payee.is_none() && !is_thing);
    let about = (!is_thing).then(|| about(tables, table, payers.iter().chain(&payee))).flatten();
    if !is_thing && about.is_none() && payee.is_none() && named_payee.is_none() {
        return Vec::new();
    }
    // A grant is about who gets it.
    let about = about.or_else(|| payee.clone().filter(|_| !is_thing));
    let language = table.labels.first().map_or_else(|| table.language(tables, asked), |(_, language)| language.clone());
    let currency_column = currency_column(table);
    let mut figures = Vec::new();
    for (index, column) in table.columns.iter().enumerate() {
        if table.key == [index] || table.is_used(index) || column.list.is_some() || !is_single(table, index) {
            continue;
        }
        let Some((kind, measure)) = measured(table, index) else { continue };
        if !column.has_numbers() {
            // One odd cell is told at its place.
            let is_told = column.odd_cell().is_some();
            if let (Some(first), Some(last), "money", true, false) =
                (column.distinct.first(), column.distinct.last(), kind.dimension, column.is_text(), is_told)
            {
                let message = format!(
                    "`{}` is no column of numbers, since its cells are written in different ways, such as `{first}` \
                     and `{last}`, so that its amounts stay texts",
                    column.name
                );
                unsure.push(table.guessed(index, message));
            }
            continue;
        }
        let money = if kind.dimension == "money" { unit(column, &language) } else { MoneyUnit::default() };
        let mut figure = FigureGuess {
            column: index,
            about: about.clone(),
            kind,
            measure,
            currency_column,
            currency: None,
            unit: None,
            zeros: money.zeros,
            is_hedged: column.hedged.is_some(),
            time: time(table, index, is_thing),
            payers: if kind.dimension == "money" { payers.clone() } else { Vec::new() },
            payee: payee.clone().filter(|_| kind.dimension == "money"),
            named_payer: named_payer.filter(|_| kind.dimension == "money"),
            named_payee: named_payee.filter(|_| kind.dimension == "money" || about.is_none()),
        };
        if kind.dimension == "money" {
            if currency_column.is_none() {
                figure.currency = if money.currency.is_some() && money.rivals.is_empty() {
                    money.currency.clone()
                } else {
                    asked.currency.clone().or_else(|| money.currency.clone())
                };
            }
            tell_money(table, &figure, &money, asked, unsure);
        } else if kind.dimension == "area" {
            figure.unit = in_brackets(&column.name);
        }
        tell(tables, table, &figure, unsure);
        tell_lost(table, &figure, unsure);
        figures.push(figure);
    }
    if !is_thing {
        for at in [named_payer, named_payee].into_iter().flatten().filter(|at| figures.iter().any(|it| it.uses(*at))) {
            let name = &table.columns[at].name;
            let message =
                format!("`{name}` names bodies that are in no table; each becomes a cg:Organisation of its own");
            unsure.push(table.guessed(at, message));
        }
    }
    figures
}

/// The column with the codes of the currencies.
fn currency_column(table: &TableGuess) -> Option<usize> {
    table.columns.iter().position(|column| {
        let names =
            ["currency", "currency code", "ccy", "貨幣", "货币", "幣值", "币种", "幣種", "währung", "währungscode"]
                .contains(&words::plain(&column.name).as_str());
        names && !column.distinct.is_empty() && column.distinct.iter().all(|value| is_code(value))
    })
}

/// What the rows of a table without things of its own are about: an undertaking rather than a body.
fn about<'a>(tables: &[TableGuess], table: &TableGuess, others: impl Iterator<Item = &'a RowLink>) -> Option<RowLink> {
    let others: Vec<usize> = others.map(|other| other.column).collect();
    let is_other = |link: &RowLink| others.contains(&link.column);
    let rank = |link: &RowLink| match tables[link.table].class {
        "cg:Scheme" | "cg:Project" | "cg:Service" => Some(0),
        "cg:Fund" => Some(1),
        "cg:Facility" => Some(2),
        "cg:Organisation" => Some(3),
        _ => None,
    };
    let may = table.links.iter().filter(|link| is_single(table, link.column) && !is_other(link));
    may.filter_map(|link| Some((rank(link)?, link))).min_by_key(|(rank, _)| *rank).map(|(_, link)| link.clone())
}

/// What a column measures, by its name or, if that says only that it is an amount, by that of the table.
fn measured(table: &TableGuess, at: usize) -> Option<(MeasureKind, String)> {
    let column = &table.columns[at];
    let plain = words::plain(&column.name);
    let label = capitalised(&without_time_and_money(&words::shown(&column.name)));
    if table.roles.get(&ColumnRole::Headcount) == Some(&at) && table.class != "cg:Person" {
        return Some((MeasureKind { nature: "stock", status: "ongoing", dimension: "count" }, label));
    }
    // `budget code`, `cost centre` and the like are no amounts.
    if ["code", "id", "no", "number", "centre", "center", "holder", "type", "year"]
        .iter()
        .any(|word| plain.ends_with(word))
    {
        return None;
    }
    if let Some(kind) = words::measure_of(&plain) {
        // An area without a unit may be the name of a place.
        return (kind.dimension != "area" || column.has_numbers()).then_some((kind, label));
    }
    let money = |column: &GuessedColumn| {
        MoneyUnit::of_name(&column.name, "en").is_some_and(|unit| unit.currency.is_some())
            || column
                .unit
                .as_ref()
                .is_some_and(|unit| MoneyUnit::of(unit, "en").is_some_and(|unit| unit.currency.is_some()))
    };
    let of_table = words::plain(&table.name.replace('-', " "));
    let budget = MeasureKind { nature: "budget", status: "ongoing", dimension: "money" };
    if words::is_general(&plain) && (table.class.is_empty() || money(column) || currency_column(table).is_some()) {
        let singular: Vec<String> = of_table.split(' ').map(words::singular).collect();
        let name = if table.class.is_empty() { singular.join(" ") } else { label };
        let kind = words::measure_of(&of_table).or_else(|| words::measure_of(&singular.join(" ")));
        return Some((
            kind.unwrap_or(budget),
            capitalised(name.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ')),
        ));
    }
    (column.has_numbers() && money(column)).then_some((budget, label))
}

/// The money of a column, by what is around its numbers and by its name.
fn unit(column: &GuessedColumn, language: &str) -> MoneyUnit {
    let of_cells = column.unit.as_ref().and_then(|unit| MoneyUnit::of(unit, language));
    let of_name = MoneyUnit::of_name(&column.name, language);
    match (of_cells, of_name) {
        (Some(cells), Some(name)) => MoneyUnit {
            zeros: cells.zeros.max(name.zeros),
            // `$` in the cells and USD in the name.
            ..if cells.rivals.is_empty() && cells.currency.is_some() || name.currency.is_none() { cells } else { name }
        },
        (cells, name) => cells.or(name).unwrap_or_default(),
    }
}

fn tell_money(table: &TableGuess, figure: &FigureGuess, money: &MoneyUnit, asked: &Asked, unsure: &mut Findings) {
    let name = &table.columns[figure.column].name;
    if figure.zeros > 0 {
        let message = format!("the amounts in `{name}` get {} zeros, as its name or cells say", figure.zeros);
        unsure.push(table.guessed(figure.column, message));
    }
    if figure.currency_column.is_some() || asked.currency.is_some() && figure.currency == asked.currency {
        return;
    }
    match &figure.currency {
        None => {
            let message = format!("nothing says in which currency `{name}` is, so that its amounts have none");
            let hint = "name it with `--currency`, such as `--currency EUR`".to_owned();
            unsure.push(table.guessed(figure.column, message).hint(hint));
        }
        Some(currency) if !money.rivals.is_empty() => {
            let message = format!("`{}` in `{name}` is taken for {currency}; it could be {}", money.sign, money.rivals);
            let hint = "`--currency` chooses, such as `--currency HKD`".to_owned();
            unsure.push(table.guessed(figure.column, message).hint(hint));
        }
        Some(_) => {}
    }
}

fn tell(tables: &[TableGuess], table: &TableGuess, figure: &FigureGuess, unsure: &mut Findings) {
    let name = &table.columns[figure.column].name;
    let about = match &figure.about {
        Some(link) => format!("what `{}` names in `{}`", table.columns[link.column].name, tables[link.table].name),
        None => "each row".to_owned(),
    };
    let what = match figure.kind.nature {
        "payment" => "money spent",
        "approval" => "money granted",
        "flow" => "an income",
        "investment" => "an investment",
        "commitment" => "money promised",
        "stock" => "a count",
        "capacity" => "a capacity",
        "size" => "an area",
        _ => "a budget",
    };
    unsure.push(table.guessed(figure.column, format!("`{name}` becomes a figure, {what}, about {about}")));
    if let FigureTime::FiscalYear(at) = figure.time {
        let message =
            format!("the years in `{}`, such as 2019/20, are taken to be within 2019 and 2020", table.columns[at].name);
        unsure.push(table.guessed(at, message));
    }
}

/// Tells the rows whose numbers are about nothing.
fn tell_lost(table: &TableGuess, figure: &FigureGuess, unsure: &mut Findings) {
    let Some(about) = &figure.about else { return };
    let is_lost =
        |row: &usize| table.cell(*row, about.column).is_empty() && !table.cell(*row, figure.column).is_empty();
    let lost: Vec<usize> = (0..table.reading.rows.len()).filter(is_lost).collect();
    let Some(first) = lost.first() else { return };
    let [number, thing] = [figure.column, about.column].map(|at| &table.columns[at].name);
    let message = match lost.len() {
        1 => format!("this row has no `{thing}`, so that its `{number}` is about nothing and left out"),
        n => format!(
            "{n} rows, this one first, have no `{thing}`, so that their `{number}` is about nothing and left out"
        ),
    };
    let place = table.reading.places(&[(*first, about.column)].into()).into_values().next();
    let hint = "fill these cells, if the one above is meant".to_owned();
    unsure.push(Finding::warning(codes::UNSURE_GUESS, message).at(place).hint(hint));
}

/// When the numbers of a column were so.
fn time(table: &TableGuess, at: usize, is_thing: bool) -> FigureTime {
    if let Some(given) = years_in(&table.columns[at].name) {
        return FigureTime::Given(given);
    }
    // Of a thing, only a column that says the year of its numbers.
    let is_period = |column: &GuessedColumn| {
        let year = ["year", "年度", "年份", "jahr"].iter().any(|word| words::plain(&column.name).contains(word));
        words::time_of(&column.name) == Some(TimeWord::Period) && (!is_thing || year)
    };
    let periods = || (0..table.columns.len()).filter(|at| is_period(&table.columns[*at]) && is_single(table, *at));
    if let Some(at) = periods().find(|at| table.columns[*at].is_time()) {
        return FigureTime::Column(at);
    }
    let Some(at) = periods().find(|at| table.columns[*at].is_text() && !table.columns[*at].distinct.is_empty()) else {
        return FigureTime::Unstated;
    };
    let is_fiscal = |cell: &String| {
        let digits: Vec<&str> = cell.split(['/', '-', '–']).collect();
        let [first, second] = digits[..] else { return false };
        first.len() == 4
            && second.len() == 2
            && matches!((first[2..].parse::<u32>(), second.parse::<u32>()), (Ok(first), Ok(second)) if second == first + 1)
    };
    if table.columns[at].distinct.iter().all(is_fiscal) { FigureTime::FiscalYear(at) } else { FigureTime::Words(at) }
}

/// The year in a name, `2019` or `2019/20`, as EDTF.
fn years_in(name: &str) -> Option<String> {
    let is_year = |digits: &str| digits.len() == 4 && (digits.starts_with("19") || digits.starts_with("20"));
    let numbers: Vec<&str> = name.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    let at = numbers.iter().position(|digits| is_year(digits))?;
    let (first, next) = (numbers[at], numbers.get(at + 1));
    let second = match next {
        Some(next) if next.len() == 2 => format!("{}{next}", &first[..2]),
        Some(next) if is_year(next) => (*next).to_owned(),
        _ => return Some(first.to_owned()),
    };
    (second.as_str() > first).then(|| format!("{first}/{second}"))
}

/// The name of a column without years, currencies, scales and units.
fn without_time_and_money(name: &str) -> String {
    let before = name.split(['(', '（', '[', ',']).next().unwrap_or(name);
    let is_other = |word: &&str| {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let is_unit = bare.is_empty() || MoneyUnit::of(word, "en").is_some() || MoneyUnit::is_code_in_name(bare);
        let is_year = bare.starts_with(|c: char| c.is_ascii_digit());
        !(is_unit || is_year || ["in", "of", "FY", "fy"].contains(&bare))
    };
    let kept: Vec<&str> = before.split(' ').filter(is_other).collect();
    if kept.is_empty() { name.to_owned() } else { kept.join(" ") }
}

fn in_brackets(name: &str) -> Option<String> {
    let open = name.find(['(', '（', '['])?;
    let inside = name[open..].trim_matches(|c| "()（）[]".contains(c));
    (!inside.is_empty()).then(|| inside.to_owned())
}

fn capitalised(text: &str) -> String {
    let mut chars = text.trim().chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_are_found_in_names() {
        for (name, years) in [
            ("Budget 2024", Some("2024")),
            ("Budget 2024/25", Some("2024/2025")),
            ("2023-2024", Some("2023/2024")),
            ("Budget 1999/00", None),
            ("Line 1200", None),
        ] {
            assert_eq!(years_in(name).as_deref(), years, "{name}");
        }
    }

    #[test]
    fn a_measure_is_called_without_years_and_money() {
        for (name, expected) in [
            ("Budget 2024 (HK$ million)", "Budget"),
            ("Amount USD", "Amount"),
            ("Operating cost", "Operating cost"),
            ("2024", "2024"),
        ] {
            assert_eq!(without_time_and_money(name), expected, "{name}");
        }
    }
}
