//! How the cells of a table are arranged, as CSV on the Web says it (Metadata Vocabulary for Tabular
//! Data, section 5.9).

use oxigraph::model::Term;

use super::RmlReader;
use super::node::RmlNode;
use crate::dialect::Dialect;
use crate::table;
use crate::vocab::rml;

impl<'g> RmlReader<'g> {
    /// A dialect, and the label of the encoding if it has one.
    pub(super) fn dialect(&mut self, node: &RmlNode<'g>) -> Option<(Dialect, Option<String>)> {
        let (mut dialect, mut encoding) = (Dialect::default(), None);
        let mut is_right = true;
        for (name, value) in node.of_namespace(self.graph, rml::CSVW) {
            let text = match value.term {
                Term::Literal(text) => text.value(),
                _ => "",
            };
            let one_character = || {
                let mut characters = text.chars();
                characters.next().filter(|_| characters.next().is_none())
            };
            let truth = || match text {
                "true" | "1" => Some(true),
                "false" | "0" => Some(false),
                _ => None,
            };
            let read = match name {
                "delimiter" if !text.is_empty() => {
                    dialect.delimiter = Some(text.to_owned());
                    Some(())
                }
                "quoteChar" => one_character().map(|quote| dialect.quote = Some(quote)),
                "doubleQuote" => truth().map(|doubled| {
                    // Otherwise the quote is escaped by a backslash.
                    dialect.double_quote = doubled;
                    dialect.escape = (!doubled).then_some('\\');
                }),
                "header" => {
                    truth().map(|has_header| dialect.header_rows = if has_header { vec![1] } else { Vec::new() })
                }
                "headerRowCount" => {
                    text.parse::<u64>().ok().filter(|n| *n <= 100).map(|n| dialect.header_rows = (1..=n).collect())
                }
                "commentPrefix" if !text.is_empty() => {
                    dialect.comment = Some(text.to_owned());
                    Some(())
                }
                "skipInitialSpace" => truth().map(|skipped| dialect.skip_initial_space = skipped),
                "lineTerminators" if !text.is_empty() => {
                    dialect.line_terminator = (!matches!(text, "\n" | "\r\n")).then(|| text.to_owned());
                    Some(())
                }
                "encoding" => table::encoding(text).ok().map(|_| encoding = Some(text.to_owned())),
                _ => {
                    let message = format!("`csvw:{name}` is not supported here, or has no value");
                    let hint =
                        "supported are delimiter, quoteChar, doubleQuote, header, headerRowCount, commentPrefix, \
                                skipInitialSpace, lineTerminators and encoding; a datapackage.json beside the mapping \
                                can say more"
                            .to_owned();
                    self.fault(&value.place, message, hint);
                    is_right = false;
                    continue;
                }
            };
            if read.is_none() {
                self.fault(&value.place, format!("{} is no value of `csvw:{name}`", value.shown()), None);
                is_right = false;
            }
        }
        is_right.then_some((dialect, encoding))
    }
}
