//! Differences as a page of their own, which works offline.

use std::io::{self, Write};

use super::{parts, sentence};
use crate::diff::change::Difference;
use crate::diff::paragraph::paragraph;

const STYLE: &str = "\
:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}
ul{list-style:none;padding:0}li{padding:.15rem 0;overflow-wrap:anywhere}
b{display:inline-block;width:1.2rem;font-family:ui-monospace,monospace}
.plus{color:#00796b}.minus{color:#c2410c}
@media (prefers-color-scheme:dark){.plus{color:#5eead4}.minus{color:#fdba74}}
";

/// Writes the page.
pub(super) fn write(difference: &Difference, output: &mut dyn Write) -> io::Result<()> {
    let [old, new] = &difference.editions;
    let title = format!("{} → {}", escaped(old), escaped(new));
    writeln!(
        output,
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n<style>\n{STYLE}</style>\n\
         <h1>{title}</h1>\n<p>{}</p>",
        escaped(&paragraph(difference).0)
    )?;
    for (kind, changes) in parts(difference) {
        let (name, heading) = kind.names();
        writeln!(output, "<section id=\"{name}\">\n<h2>{heading} ({})</h2>\n<ul>", changes.len())?;
        let class = match kind.sign() {
            "+" => " class=\"plus\"",
            "−" => " class=\"minus\"",
            _ => "",
        };
        for change in changes {
            writeln!(output, "<li><b{class}>{}</b>{}</li>", kind.sign(), escaped(&sentence(change)))?;
        }
        writeln!(output, "</ul>\n</section>")?;
    }
    writeln!(output, "</html>")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
