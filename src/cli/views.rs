//! `civigraph chart --list`

use anyhow::Result;

use super::args::ChartArguments;
use super::knowledge;
use super::terminal::Terminal;
use crate::chart::listed;
use crate::pack::Pack;
use crate::pipeline;

/// What the front matter of a view can say.
const FRONT_MATTER: &str = "Front matter of a view (see: civigraph help views)
  title, description, words      by language
  layout                         tree, layered or timeline
  branches, otherwise, bodies, assistants, pairs, dotted, people, card
                                 for trees: what is under what, and what stands on a card
  sides                          for networks: the property whose values are the two sides
  defaults                       options of this view: root, depth, kind, status, hide, highlight,
                                 title, subtitle, foot, words, direction, min-type
";

/// Lists the views of the program and of a pack.
pub(super) fn run(arguments: &ChartArguments, terminal: &Terminal) -> Result<bool> {
    let knowledge = knowledge::open(&arguments.source, terminal)?;
    let own = of_pack(arguments)?;
    let languages = knowledge::languages(&arguments.language, &knowledge, terminal);
    let language = languages.first().filter(|_| !arguments.language.is_empty()).map_or("en", String::as_str);
    let mut text = String::new();
    for view in listed(&knowledge.graph, &own, language)? {
        text.push_str(&format!("{} ({}): {}\n", view.name, view.layout, view.title));
        let mut width = 0;
        for word in view.description.split(' ').filter(|word| !word.is_empty()) {
            if width == 0 || width + 1 + word.chars().count() > 90 {
                text.push_str(if width == 0 { "  " } else { "\n  " });
                width = word.chars().count();
            } else {
                text.push(' ');
                width += 1 + word.chars().count();
            }
            text.push_str(word);
        }
        text.push_str(if width == 0 { "" } else { "\n" });
        if !view.columns.is_empty() {
            text.push_str(&format!("  columns: {}\n", view.columns.join(", ")));
        }
        for (name, value) in view.defaults {
            text.push_str(&format!("  default: {name} {value}\n"));
        }
        text.push('\n');
    }
    text.push_str(FRONT_MATTER);
    terminal.write(None, |out| out.write_all(text.as_bytes()))?;
    Ok(true)
}

/// The views that the pack in `--pack` ships.
pub(super) fn of_pack(arguments: &ChartArguments) -> Result<Vec<(String, String)>> {
    let (Some(folder), None) = (&arguments.source.pack, &arguments.list) else { return Ok(Vec::new()) };
    Ok(pipeline::views(&Pack::open(folder)?.with_encoding(arguments.source.encoding.clone()))?)
}
