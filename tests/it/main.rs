//! Tests of the whole, a module per topic.

mod architecture;
mod arguments;
mod bad_input;
mod chapter;
mod charts;
mod checks;
mod command_line;
mod derivation;
mod evidence;
mod exports;
mod hard_places;
mod imports;
mod ontology;
mod outside_tools;
mod places;
mod questions;
mod repeated;
mod shacl;
mod shape_files;
mod shape_results;
mod shapes;
mod snapshot;
mod support;
mod validation;
mod which_graph;
mod yarrrml;
