//! `civigraph probe`

use anyhow::Result;
use serde_json::{Value, json};

use super::args::{ListFormat, ProbeArguments};
use super::layout::{clean, wrapped};
use super::terminal::Terminal;
use crate::remote::{Engine, EngineProfile, Probed, probe};

pub(super) fn run(arguments: &ProbeArguments, terminal: &Terminal) -> Result<bool> {
    if let Some(output) = &arguments.output {
        terminal.refuse_missing(output)?;
    }
    let profile = arguments.profile.as_deref().map(EngineProfile::open).transpose()?.unwrap_or_default();
    let engine = Engine::new(&arguments.url, profile)?.within(arguments.timeout.0);
    let found = probe(&engine, arguments.update)?;
    match arguments.format {
        ListFormat::Text => terminal.show(None, &text(&found, terminal.width()))?,
        ListFormat::Json => {
            let json = format!("{:#}\n", json(&engine, &found));
            terminal.write(None, |out| out.write_all(json.as_bytes()))?;
        }
    }
    if let Some(output) = &arguments.output {
        let written = found.profile.write(&engine.address);
        terminal.write(Some(output), |out| out.write_all(written.as_bytes()))?;
        terminal.note(&format!("`--profile {}` uses what was found", output.display()));
    }
    Ok(true)
}

fn text(found: &Probed, width: Option<u16>) -> String {
    let widest = found.traits.iter().map(|one| one.name.len()).max().unwrap_or_default();
    let mut text = String::new();
    for one in &found.traits {
        text.push_str(&format!("{:widest$}  {}\n", one.name, clean(&one.value)));
        if let Some(remark) = one.remark {
            text.push_str(&wrapped(remark, widest + 4, width));
        }
    }
    text
}

fn json(engine: &Engine, found: &Probed) -> Value {
    let traits = found.traits.iter().map(|one| json!({"name": one.name, "value": one.value, "remark": one.remark}));
    json!({
        "url": engine.address.as_str(),
        "traits": traits.collect::<Vec<_>>(),
        "profile": found.profile.write(&engine.address),
    })
}
