//! `civigraph map`

use std::path::Path;

use anyhow::Result;
use oxigraph::model::{GraphName, Quad};

use super::args::{FileForm as _, MapArguments, MapFormat, format_of};
use super::findings::counted;
use super::rejected;
use super::terminal::Terminal;
use crate::error::{Action, Error};
use crate::export::{self, Preamble, SortedLines};
use crate::finding::{Finding, codes};
use crate::graph::n_quads_line;
use crate::pipeline::{Mapped, Mapping};
use crate::work;

pub(super) fn run(arguments: &MapArguments, terminal: &Terminal) -> Result<bool> {
    let output = arguments.output.as_deref().filter(|path| *path != Path::new("-"));
    let format = format_of(arguments.format, output).map_err(Error::invalid)?.unwrap_or(MapFormat::Nquads);
    let mapping = Mapping::open(&arguments.mapping, arguments.base.as_deref())?;
    if arguments.explain {
        terminal.print(&mapping.findings);
        terminal.show(None, &mapping.plan.explain())?;
        return Ok(true);
    }
    terminal.reads(mapping.inputs());
    let listed = rejected::path(arguments.rejected.as_deref(), output.unwrap_or(Path::new("output")));
    for path in output.into_iter().chain(arguments.skip_bad_cells.then_some(listed.as_path())) {
        terminal.refuse_missing(path)?;
        terminal.refuse_input(path)?;
    }
    let is_turtle = matches!(format, MapFormat::Turtle | MapFormat::Trig);
    let has_graphs = matches!(format, MapFormat::Nquads | MapFormat::Trig);
    let (mut quads, mut n_bytes) = (Vec::new(), 0);
    let most_bytes = work::memory_limit().unwrap_or(u64::MAX);
    let mut lines = SortedLines::within_memory(most_bytes);
    let mapped = mapping.run(arguments.skip_bad_cells, &mut |quad: Quad| {
        if !has_graphs && quad.graph_name != GraphName::DefaultGraph {
            let message = format!("the triples of the graph {} are in no file of this format", quad.graph_name);
            let hint = "write N-Quads (.nq) or TriG (.trig)".to_owned();
            return Err(Error::invalid(Finding::error(codes::UNKNOWN_FORMAT, message).hint(hint)));
        }
        if is_turtle {
            n_bytes += size_of::<Quad>() as u64 + quad.to_string().len() as u64;
            if n_bytes > most_bytes {
                let message = format!("the triples take more than {}", work::memory_shown());
                let hint = "write N-Triples or N-Quads, or allow more with `--memory`".to_owned();
                return Err(Error::invalid(Finding::error(codes::MAPPING_MEMORY, message).hint(hint)));
            }
            quads.push(quad);
            return Ok(());
        }
        lines.push(&n_quads_line(&quad)).map_err(Error::io(Action::Write, "a temporary file"))
    })?;
    let Mapped { findings, rejections } = mapped;
    terminal.print(&findings);
    if let Some(rejections) = &rejections {
        rejected::write(rejections, Some(&listed), terminal)?;
    }
    let mut n_triples = None;
    terminal.write(arguments.output.as_deref(), |out| match format.graph().filter(|_| is_turtle) {
        Some(format) => {
            quads.sort_by_cached_key(Quad::to_string);
            quads.dedup();
            n_triples = Some(quads.len() as u64);
            export::write_graph(format, quads, &mapping.prefixes, &Preamble::default(), out)
        }
        None => lines.write(out).map(|n_lines| n_triples = Some(n_lines)),
    })?;
    let (n_triples, n_maps) = (n_triples.unwrap_or(0), mapping.plan.maps.len() as u64);
    if n_triples == 0 {
        terminal.note("the tables make no triples");
    } else if let Some(output) = output {
        terminal.note(&format!(
            "{} from {}, written to {}",
            counted(n_triples, "triple"),
            counted(n_maps, "map"),
            output.display()
        ));
    }
    Ok(true)
}
