//! Lines of a tree as strokes: what several lines share is drawn once, and a
//! corner is one only where no other line goes straight on.

use std::collections::BTreeMap;

use crate::chart::scene::{Line, THIN};

/// A stroke from corner to corner.
pub struct Stroke {
    /// Its corners.
    pub points: Vec<(f64, f64)>,
    /// Whether it is of relations that do not hold yet.
    pub dashed: bool,
    /// Whether it is of second parents.
    pub dotted: bool,
    /// Its thickness.
    pub width: f64,
}

/// The strokes of the lines below each parent, in the order of the parents, and of each line
/// of a network, whose relations stay apart.
pub fn strokes(lines: &[Line]) -> Vec<Stroke> {
    let mut strokes = Vec::new();
    let mut of_parent: BTreeMap<usize, Vec<&Line>> = BTreeMap::new();
    for line in lines {
        if !is_shared(line) {
            let (points, width) = (line.drawn(), line.width());
            strokes.push(Stroke { points, dashed: line.dashed, dotted: line.dotted, width });
        } else {
            of_parent.entry(line.ends.0).or_default().push(line);
        }
    }
    for lines in of_parent.values() {
        let of = |dashed: bool| {
            let mut bars = Bars::default();
            lines.iter().filter(|line| line.dashed == dashed).for_each(|line| bars.add(&line.points));
            bars
        };
        let (solid, mut dashed) = (of(false).united(), of(true).united());
        dashed.cut(&solid);
        for (bars, dashed) in [(solid, false), (dashed, true)] {
            let stroke = |points| Stroke { points, dashed, dotted: false, width: THIN };
            strokes.extend(bars.chains().into_iter().map(stroke));
        }
    }
    strokes
}

/// Whether a line shares its way with others below the same parent.
pub fn is_shared(line: &Line) -> bool {
    !line.arrow && !line.dotted && is_straight(&line.points)
}

/// Whether every piece is level or upright.
fn is_straight(points: &[(f64, f64)]) -> bool {
    points.windows(2).all(|ends| (ends[0].0 - ends[1].0).abs() < 0.005 || (ends[0].1 - ends[1].1).abs() < 0.005)
}

/// Hundredths of points, in which places can be compared.
fn grid(value: f64) -> i64 {
    (value * 100.0).round() as i64
}

/// Level and upright bars: at a height (or distance from the left) from one place to another.
#[derive(Default)]
struct Bars([BTreeMap<i64, Vec<(i64, i64)>>; 2]);

impl Bars {
    fn add(&mut self, points: &[(f64, f64)]) {
        for ends in points.windows(2) {
            let [(x1, y1), (x2, y2)] = [ends[0], ends[1]].map(|(x, y)| (grid(x), grid(y)));
            if y1 == y2 && x1 != x2 {
                self.0[0].entry(y1).or_default().push((x1.min(x2), x1.max(x2)));
            } else if x1 == x2 && y1 != y2 {
                self.0[1].entry(x1).or_default().push((y1.min(y2), y1.max(y2)));
            }
        }
    }

    /// Bars that touch on one line are one.
    fn united(mut self) -> Self {
        for bars in self.0.iter_mut().flat_map(BTreeMap::values_mut) {
            bars.sort_unstable();
            let mut united: Vec<(i64, i64)> = Vec::new();
            for (from, to) in bars.drain(..) {
                match united.last_mut() {
                    Some(last) if from <= last.1 => last.1 = last.1.max(to),
                    _ => united.push((from, to)),
                }
            }
            *bars = united;
        }
        self
    }

    /// Removes what other bars draw already.
    fn cut(&mut self, others: &Self) {
        for (own, others) in self.0.iter_mut().zip(&others.0) {
            for (place, bars) in own {
                for (from, to) in others.get(place).into_iter().flatten() {
                    let left = |bar: &(i64, i64)| [(bar.0, bar.1.min(*from)), (bar.0.max(*to), bar.1)];
                    *bars = bars.iter().flat_map(left).filter(|(from, to)| from < to).collect();
                }
            }
        }
    }

    /// Bars joined at their corners: where the ends of a level and an upright one meet.
    fn chains(&self) -> Vec<Vec<(f64, f64)>> {
        type Point = (i64, i64);
        let point = |axis: usize, place: i64, at: i64| if axis == 0 { (at, place) } else { (place, at) };
        let mut bars: Vec<[Point; 2]> = Vec::new();
        for (axis, of_axis) in self.0.iter().enumerate() {
            for (place, intervals) in of_axis {
                bars.extend(intervals.iter().map(|(from, to)| [point(axis, *place, *from), point(axis, *place, *to)]));
            }
        }
        let mut ends: BTreeMap<Point, Vec<usize>> = BTreeMap::new();
        for (index, bar) in bars.iter().enumerate() {
            bar.iter().for_each(|end| ends.entry(*end).or_default().push(index));
        }
        let goes_on = |(x, y): Point| {
            let inside = |bars: Option<&Vec<(i64, i64)>>, at: i64| {
                bars.into_iter().flatten().any(|(from, to)| (*from + 1..*to).contains(&at))
            };
            inside(self.0[0].get(&y), x) || inside(self.0[1].get(&x), y)
        };
        let next = |bar: usize, end: Point| match ends[&end].as_slice() {
            [a, b] if !goes_on(end) => Some(if *a == bar { *b } else { *a }),
            _ => None,
        };
        let mut drawn = vec![false; bars.len()];
        let mut chains = Vec::new();
        // From the free ends first: what is left then are rings.
        let free = |index: &usize| bars[*index].iter().any(|end| next(*index, *end).is_none());
        let order: Vec<usize> = (0..bars.len()).filter(free).chain(0..bars.len()).collect();
        for start in order {
            if drawn[start] {
                continue;
            }
            let [a, b] = bars[start];
            let (first, mut last) = if next(start, a).is_none() { (a, b) } else { (b, a) };
            let mut chain = vec![first, last];
            let mut bar = start;
            drawn[bar] = true;
            while let Some(other) = next(bar, last).filter(|other| !drawn[*other]) {
                let [a, b] = bars[other];
                last = if a == last { b } else { a };
                chain.push(last);
                (bar, drawn[other]) = (other, true);
            }
            chains.push(chain.into_iter().map(|(x, y)| (x as f64 / 100.0, y as f64 / 100.0)).collect());
        }
        chains
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(points: &[(f64, f64)], dashed: bool) -> Line {
        Line { points: points.to_vec(), ends: (0, 1), dashed, ..Line::default() }
    }

    fn drawn(lines: &[Line]) -> Vec<(Vec<(f64, f64)>, bool)> {
        strokes(lines).into_iter().map(|stroke| (stroke.points, stroke.dashed)).collect()
    }

    #[test]
    fn what_lines_share_is_drawn_once() {
        // A stem, a bus to both sides, and a child in the middle.
        let lines = [
            line(&[(50.0, 0.0), (50.0, 10.0), (0.0, 10.0), (0.0, 20.0)], false),
            line(&[(50.0, 0.0), (50.0, 20.0)], false),
            line(&[(50.0, 0.0), (50.0, 10.0), (100.0, 10.0), (100.0, 20.0)], false),
        ];
        let strokes = drawn(&lines);
        // The bus with its two ends, which are corners, and the stem, which goes straight through it.
        assert_eq!(strokes.len(), 2);
        assert!(strokes.contains(&(vec![(50.0, 0.0), (50.0, 20.0)], false)));
        assert!(strokes.iter().any(|(points, _)| points.len() == 4 && !points.contains(&(50.0, 10.0))));
        let length = |points: &[(f64, f64)]| -> f64 {
            points.windows(2).map(|ends| (ends[0].0 - ends[1].0).abs() + (ends[0].1 - ends[1].1).abs()).sum()
        };
        let whole: f64 = strokes.iter().map(|(points, _)| length(points)).sum();
        assert!((whole - (20.0 + 100.0 + 20.0)).abs() < 1e-9, "{whole}");
    }

    #[test]
    fn a_planned_branch_is_dashed_where_it_is_alone() {
        let lines =
            [line(&[(0.0, 0.0), (0.0, 30.0), (9.0, 30.0)], false), line(&[(0.0, 0.0), (0.0, 60.0), (9.0, 60.0)], true)];
        let strokes = drawn(&lines);
        let has = |points: &[(f64, f64)], dashed: bool| {
            let back: Vec<(f64, f64)> = points.iter().rev().copied().collect();
            strokes.contains(&(points.to_vec(), dashed)) || strokes.contains(&(back, dashed))
        };
        assert!(has(&[(0.0, 30.0), (0.0, 60.0), (9.0, 60.0)], true), "{strokes:?}");
        assert!(has(&[(0.0, 0.0), (0.0, 30.0), (9.0, 30.0)], false), "{strokes:?}");
        assert_eq!(strokes.len(), 2);
    }
}
