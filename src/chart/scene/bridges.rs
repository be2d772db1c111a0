//! Where lines of a network cross that have nothing to do with each other: there one goes over the other, so
//! that no crossing looks like a junction.

use super::Line;
use crate::chart::layout::Points;

/// Above this number of lines, crossings are not looked for.
const MOST_LINES: usize = 3_000;
/// Places closer than this are one.
const NEAR: Points = 0.05;

/// A level or upright piece of a line: its place, from where to where, and its line.
struct LinePiece {
    place: Points,
    from: Points,
    to: Points,
    line: usize,
}

/// Gives each level piece a bridge over the upright pieces of other lines that it crosses.
pub(super) fn find(lines: &mut [Line]) {
    if lines.len() > MOST_LINES {
        return;
    }
    let (mut level, mut upright) = (Vec::new(), Vec::new());
    for (line, points) in lines.iter().map(|line| &line.points).enumerate() {
        for ends in points.windows(2) {
            let ((x1, y1), (x2, y2)) = (ends[0], ends[1]);
            if (y1 - y2).abs() < NEAR {
                level.push(LinePiece { place: y1, from: x1.min(x2), to: x1.max(x2), line });
            } else if (x1 - x2).abs() < NEAR {
                upright.push(LinePiece { place: x1, from: y1.min(y2), to: y1.max(y2), line });
            }
        }
    }
    upright.sort_by(|a, b| a.place.total_cmp(&b.place));
    let touches = |pieces: &[LinePiece], line: usize, place: Points, at: Points| {
        let own = |piece: &&LinePiece| piece.line == line && (piece.place - place).abs() < NEAR;
        pieces.iter().filter(own).any(|piece| piece.from - NEAR < at && at < piece.to + NEAR)
    };
    let mut found: Vec<(usize, (Points, Points))> = Vec::new();
    for piece in &level {
        let from = upright.partition_point(|other| other.place <= piece.from + NEAR);
        for other in upright[from..].iter().take_while(|other| other.place < piece.to - NEAR) {
            let crosses = other.from + NEAR < piece.place && piece.place < other.to - NEAR;
            // Lines that part or meet at a place share it.
            let is_shared = || {
                touches(&upright, piece.line, other.place, piece.place)
                    || touches(&level, other.line, piece.place, other.place)
            };
            if crosses && other.line != piece.line && !is_shared() {
                found.push((piece.line, (other.place, piece.place)));
            }
        }
    }
    for (line, place) in found {
        if !lines[line].bridges.contains(&place) {
            lines[line].bridges.push(place);
        }
    }
    // Lines that run together go over others together.
    let all: Vec<(Points, Points)> = lines.iter().flat_map(|line| line.bridges.clone()).collect();
    for piece in &level {
        for place in &all {
            let is_on = (place.1 - piece.place).abs() < NEAR && piece.from < place.0 && place.0 < piece.to;
            if is_on && !lines[piece.line].bridges.contains(place) {
                lines[piece.line].bridges.push(*place);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(points: &[(f64, f64)]) -> Line {
        Line { points: points.to_vec(), arrow: true, ..Line::default() }
    }

    #[test]
    fn a_crossing_is_a_bridge_and_a_junction_is_none() {
        let across = [(0.0, 50.0), (100.0, 50.0)];
        let down = [(40.0, 0.0), (40.0, 100.0), (90.0, 100.0)];
        let mut lines = [line(&across), line(&down)];
        find(&mut lines);
        assert_eq!(lines[0].bridges, [(40.0, 50.0)]);
        assert!(lines[1].bridges.is_empty());
        assert_eq!(lines[0].drawn().len(), 2 + 5);
        // Two lines that leave one card together and part.
        let stem = [(0.0, 50.0), (40.0, 50.0), (40.0, 10.0), (90.0, 10.0)];
        let on = [(0.0, 50.0), (100.0, 50.0)];
        let mut lines = [line(&stem), line(&on), line(&[(0.0, 50.0), (40.0, 50.0), (40.0, 90.0), (90.0, 90.0)])];
        find(&mut lines);
        assert!(lines.iter().all(|line| line.bridges.is_empty()));
    }
}
