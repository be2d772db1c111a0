//! `civigraph map`

use std::path::Path;

use anyhow::Result;
use oxigraph::model::{GraphName, Quad};

use super::args::{FileForm as _, MapArguments, MapFormat, format_of};
use super::findings::counted;
use super::rejected;
use super::terminal::Terminal;
use crate::error::Error;
use crate::export::{self, GraphFormat, Preamble};
use crate::finding::{Finding, codes};
use crate::map::{self, Share, TripleLines};
use crate::pipeline::{self, Mapped, Mapping, Parts};
use crate::work;

pub(super) fn run(arguments: &MapArguments, terminal: &Terminal) -> Result<bool> {
    let output = arguments.output.as_deref().filter(|path| *path != Path::new("-"));
    let format = format_of(arguments.format, output).map_err(Error::invalid)?.unwrap_or(MapFormat::Nquads);
    let Some(mapping) = &arguments.mapping else { return merge(arguments, format_of(None, output), terminal) };
    let mapping = Mapping::open(mapping, arguments.base.as_deref())?;
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
    let has_graphs = matches!(format, MapFormat::Nquads | MapFormat::Trig);
    let is_turtle = matches!(format, MapFormat::Turtle | MapFormat::Trig);
    let (mapped, n_triples) = match (arguments.partition, format.graph()) {
        (Some(_), _) if is_turtle => {
            let message = "parts are lines of N-Triples or N-Quads";
            let hint = "name the output `.nt` or `.nq`".to_owned();
            return Err(Error::invalid(Finding::error(codes::UNKNOWN_FORMAT, message).hint(hint)).into());
        }
        (Some(share), _) => {
            let path = arguments.output.as_deref();
            let (mapped, part) =
                terminal.write_whole(path, |out| pipeline::write_part(&mapping, share, has_graphs, out))?;
            path.map_or(Ok(()), |path| part.write(path))?;
            (mapped, part.n_lines())
        }
        (None, Some(turtle)) if is_turtle => write_turtle(&mapping, turtle, has_graphs, arguments, terminal)?,
        (None, _) => {
            let form = TripleLines { has_graphs, is_sorted: arguments.sort, share: Share::ALL };
            let skip_bad_cells = arguments.skip_bad_cells;
            terminal.write_whole(arguments.output.as_deref(), |out| mapping.write_lines(form, skip_bad_cells, out))?
        }
    };
    terminal.print(&mapped.findings);
    if let Some(rejections) = &mapped.rejections {
        rejected::write(rejections, Some(&listed), terminal)?;
    }
    let n_maps = mapping.plan.maps.len() as u64;
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

/// Puts all parts of a mapping together.
fn merge(arguments: &MapArguments, format: Result<Option<MapFormat>, Finding>, terminal: &Terminal) -> Result<bool> {
    let format = format.map_err(Error::invalid)?;
    let parts = Parts::open(&arguments.merge)?;
    let is_right = match format {
        Some(MapFormat::Ntriples) => !parts.has_graphs(),
        format => matches!(format, None | Some(MapFormat::Nquads)),
    };
    if !is_right {
        let message = "the parts are put together in their own format";
        let ending = if parts.has_graphs() { ".nq" } else { ".nt" };
        let fault = Finding::error(codes::UNKNOWN_FORMAT, message).hint(format!("name the output `{ending}`"));
        return Err(Error::invalid(fault).into());
    }
    terminal.reads(arguments.merge.iter().cloned());
    let n_lines = terminal.write_whole(arguments.output.as_deref(), |out| parts.merge(out))?;
    let output = arguments.output.as_deref().unwrap_or(Path::new("-")).display();
    let n_parts = counted(arguments.merge.len() as u64, "part");
    terminal.note(&format!("{} from {n_parts}, written to {output}", counted(n_lines, "triple")));
    Ok(true)
}

/// Writes what the mapping makes as Turtle or TriG, which are held in memory.
fn write_turtle(
    mapping: &Mapping,
    format: GraphFormat,
    has_graphs: bool,
    arguments: &MapArguments,
    terminal: &Terminal,
) -> Result<(Mapped, u64)> {
    let (mut quads, mut n_bytes) = (Vec::new(), 0);
    let most_bytes = work::memory_limit().unwrap_or(u64::MAX);
    let mapped = mapping.run(arguments.skip_bad_cells, &mut |quad: Quad| {
        if !has_graphs && quad.graph_name != GraphName::DefaultGraph {
            return Err(Error::invalid(map::foreign_graph(&quad.graph_name.to_string())));
        }
        n_bytes += size_of::<Quad>() as u64 + quad.to_string().len() as u64;
        if n_bytes > most_bytes {
            let message = format!("the triples take more than {}", work::memory_shown());
            let hint = "write N-Triples or N-Quads, or allow more with `--memory`".to_owned();
            return Err(Error::invalid(Finding::error(codes::MAPPING_MEMORY, message).hint(hint)));
        }
        quads.push(quad);
        Ok(())
    })?;
    quads.sort_by_cached_key(Quad::to_string);
    quads.dedup();
    let n_triples = quads.len() as u64;
    terminal.write(arguments.output.as_deref(), |out| {
        export::write_graph(format, quads, &mapping.prefixes, &Preamble::default(), out)
    })?;
    Ok((mapped, n_triples))
}
