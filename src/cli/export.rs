//! `civigraph export`

use std::path::Path;

use anyhow::Result;

use super::args::{ExportArguments, ExportFormat, ExtraLayer, FileForm as _, format_of};
use super::knowledge;
use super::outputs::Outputs;
use super::terminal::Terminal;
use crate::ask::{self, Answer};
use crate::entity::{NodeKind, find};
use crate::error::Error;
use crate::export::{self, BYTE_ORDER_MARK, Formulas, Preamble};
use crate::finding::{Finding, codes};
use crate::graph::Layer;
use crate::network;

pub(super) fn run(arguments: &ExportArguments, terminal: &Terminal) -> Result<bool> {
    let output = arguments.output.as_deref();
    let format = format_of(arguments.format, output).map_err(Error::invalid)?.unwrap_or(ExportFormat::Turtle);
    arguments.output.as_deref().map_or(Ok(()), |output| terminal.refuse_missing(output))?;
    let knowledge = knowledge::open(&arguments.source, terminal)?;
    let languages = knowledge::languages(&arguments.language, &knowledge, terminal);
    let graph = &knowledge.graph;
    let mut layers = vec![Layer::Source, Layer::Direct];
    layers.extend(arguments.layers.iter().map(|layer| match layer {
        ExtraLayer::Inferred => Layer::Inferred,
        ExtraLayer::Ontology => Layer::Ontology,
    }));
    let entity = arguments.entity.as_deref().map(|text| find(graph, text, NodeKind::Entity)).transpose()?;
    let constructed = match &arguments.construct {
        None => None,
        Some(text) => {
            knowledge::reads_query(text, &knowledge, terminal);
            let known = (graph, &knowledge.questions);
            let limit = arguments.timeout.0;
            let asked = ask::read_within(known, text, &[], &knowledge.questions.languages, limit)?;
            terminal.print(&asked.warnings);
            match ask::answer(graph.clone(), asked.query, limit)? {
                Answer::Triples(quads) => Some(quads),
                Answer::Rows(_) | Answer::Boolean(_) => {
                    let fault = Finding::error(codes::UNKNOWN_FORMAT, "the query does not return triples");
                    return Err(Error::invalid(fault.hint("use CONSTRUCT or DESCRIBE".to_owned())).into());
                }
            }
        }
    };
    let Some(format) = format.graph() else {
        let network = match &constructed {
            Some(quads) => network::of_triples(graph, &languages, quads)?,
            None => network::project(graph, &languages, entity.as_ref().map(|node| node.as_ref()))?,
        };
        if format == ExportFormat::Dot {
            let title = export::header(graph)?.lines.into_iter().next().unwrap_or_default();
            let dot = export::write_dot(&network, &graph.prefixes, &title);
            terminal.write(output, |out| out.write_all(dot.as_bytes()))?;
            return Ok(true);
        }
        let Some(output) = output.filter(|path| *path != Path::new("-")) else {
            let fault = Finding::error(codes::UNKNOWN_FORMAT, "CSV consists of two tables, nodes and edges");
            return Err(Error::invalid(fault.hint("name a file: `-o graph.csv`".to_owned())).into());
        };
        let mark: &[u8] = if arguments.bom { BYTE_ORDER_MARK } else { b"" };
        let formulas = if arguments.escape_formulas { Formulas::Escaped } else { Formulas::Kept };
        let mut outputs = Outputs::new(terminal);
        outputs.add(&output.with_extension("nodes.csv"), |out| {
            out.write_all(mark)?;
            export::write_nodes(&network, &graph.prefixes, &languages, formulas, out)
        })?;
        outputs.add(&output.with_extension("edges.csv"), |out| {
            out.write_all(mark)?;
            export::write_edges(&network, &graph.prefixes, &languages, formulas, out)
        })?;
        outputs.replace()?;
        return Ok(true);
    };
    let (quads, header) = match (&arguments.graph, &entity, constructed) {
        (Some(name), _, _) => (export::named(graph, name)?, export::header(graph)?),
        (_, Some(entity), _) => (export::neighbourhood(graph, entity.as_ref(), &layers)?, export::header(graph)?),
        (_, _, Some(quads)) => (quads, Preamble::default()),
        (None, None, None) => (export::layers(graph, &layers), export::header(graph)?),
    };
    export::fits(format, &quads, &graph.prefixes)?;
    terminal.write(output, |out| export::write_graph(format, quads, &graph.prefixes, &header, out))?;
    Ok(true)
}
