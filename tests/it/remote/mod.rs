//! Engines: stores of other programs. What goes wrong is played by a server of the test; what goes
//! right is compared with our own answers, row by row.

#[cfg(unix)]
mod certificates;
mod engines;
mod failures;
mod mock;
mod probed;
mod same_answers;
