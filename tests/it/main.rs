//! Tests of the whole, a module per topic.

mod architecture;
mod bad_input;
mod chapter;
mod charts;
mod checks;
mod command_line;
mod derivation;
mod evidence;
mod exports;
mod fault_places;
mod hard_places;
mod hostile_text;
mod ontology;
mod outside_tools;
mod places;
mod questions;
mod shacl;
mod shape_files;
mod shapes;
mod snapshot;
mod support;
mod validation;
mod yarrrml;
