//! The arguments of `init`, and those that tell what the columns of a staff list are.

use std::path::PathBuf;

use clap::Args;

use super::day::AskedDay;
use crate::graph::bcp47_case;
use crate::init::{ColumnRole, language_named};

/// Make a pack for tables: guess how they are written and what they are about
#[derive(Debug, Args)]
#[command(after_help = "\
Tables are CSV, TSV, workbooks (.xlsx, .ods), JSON and JSON Lines. The folder is the one in which they are; if \
another is named, they are copied into it. Without tables, those in the folder; if it has none, a tiny \
example with comments. Nothing is overwritten.

What is guessed: encoding, delimiter, header, types and formats, what stands for no value, keys, names and \
their languages, references between tables, and classes; by the names of columns in English, Chinese and German, who \
runs, funds or leads what, budgets and other figures with their currency and year, beginnings and ends, kinds and \
statuses. It is written as a datapackage.json, which tells each guess in a `description`, a mapping.yml with comments, \
and terms.ttl with the names of what stays a property of your own. What is not certain is listed.

With --from, one table is a staff list or a list of bodies: who is above whom is read, and circles, \
several heads, heads without a row and names that come twice are reported. Heads may be written in another way than \
in their rows (`Lee, Ann`, other case, without accents); that guess is told. Its columns are known by their names: id, \
name, surname and first-name, parent (manager, reports to, 上司, Vorgesetzter), post (title, position, 職位, Funktion), \
person, status, photo, headcount, order. Others are told with --column.

Examples:
  civigraph init offices.csv budget.csv        datapackage.json and mapping.yml beside them
  civigraph init data/*.csv book.xlsx town     the same in the folder town, with copies of the tables
  civigraph init budget.csv offices.csv --currency HKD   what `$` means
  civigraph init projects.csv --as-of 2026-01-31   what ends later is planned
  civigraph init town                          the tables in town; if there are none, an example
  civigraph init --model town --language de    the tables of the full model, in German
  civigraph init --model town --language en,zh-Hant   in English, and where there is one with a Chinese text
  civigraph init --from staff.csv --column parent='Responsible to' staff")]
pub struct InitArguments {
    /// Tables, and the folder of the pack as the last
    #[arg(value_name = "FILE or DIR")]
    pub paths: Vec<PathBuf>,
    /// Staff list, or list of bodies with the one above each
    #[arg(long, value_name = "FILE")]
    pub from: Option<PathBuf>,
    /// Make a pack with the tables of the full model (sources, entities, claims, figures, evidence) and a few rows
    /// to replace
    #[arg(long, conflicts_with_all = ["from", "column", "currency"])]
    pub model: bool,
    #[command(flatten)]
    pub columns: ColumnArguments,
    /// Currency of amounts that do not say theirs, as a code of ISO 4217
    #[arg(long, value_name = "CODE", value_parser = parse_currency)]
    pub currency: Option<String>,
    /// Day on which the tables were so: a later end is planned, an earlier one has passed
    #[arg(long, value_name = "DATE", value_parser = super::day::parse_day, conflicts_with = "model")]
    pub as_of: Option<AskedDay>,
    /// Language tag of names whose columns do not say theirs [default: what the names look like]; with --model, the
    /// languages of the pack, the main one first, separated by commas [default: en]
    #[arg(long, value_name = "TAG", value_parser = parse_tag, value_delimiter = ',')]
    pub language: Vec<String>,
}

/// What columns are for.
#[derive(Debug, Args)]
pub struct ColumnArguments {
    /// What a column is for, such as `parent=Manager`: id, name, surname, first-name, parent, assistant, also (a second
    /// superior), post, person, status, photo, headcount, order, description or short
    #[arg(long, value_name = "ROLE=COLUMN", value_parser = parse_column)]
    pub column: Vec<(ColumnRole, String)>,
}

fn parse_column(text: &str) -> Result<(ColumnRole, String), String> {
    let (role, column) = text.split_once('=').ok_or("expected a role and a column, such as `parent=Manager`")?;
    let known = || ColumnRole::names().collect::<Vec<_>>().join(", ");
    let role = ColumnRole::named(role.trim()).ok_or_else(|| format!("`{role}` is none of {}", known()))?;
    Ok((role, column.to_owned()))
}

fn parse_currency(text: &str) -> Result<String, String> {
    let is_code = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_code.then(|| text.to_ascii_uppercase()).ok_or_else(|| "expected a code such as `EUR` or `HKD`".to_owned())
}

fn parse_tag(text: &str) -> Result<String, String> {
    let expected = "expected a BCP 47 language tag such as `en` or `zh-Hant`";
    match oxilangtag::LanguageTag::parse(text) {
        // `english` has the form of a tag, and is none that is registered.
        Ok(tag) if tag.primary_language().len() <= 3 => Ok(bcp47_case(text)),
        Ok(_) => Err(match language_named(text) {
            Some(tag) => format!("{expected}: did you mean `{tag}`?"),
            None => expected.to_owned(),
        }),
        Err(_) => Err(expected.to_owned()),
    }
}
