//! The way of a line between boxes that are placed already: horizontal and vertical pieces through the room
//! between boxes, as short and with as few corners as possible.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::Points;

/// A box: left, top, width, height.
pub type Obstacle = (Points, Points, Points, Points);

/// The distance that a line keeps from boxes.
const AWAY: Points = 5.0;
/// What a corner costs, as length.
const CORNER: i64 = 4_000;
/// The most crossings of the grid that are searched.
const MOST: usize = 600_000;

/// The room between boxes, in which lines find their way.
pub struct Detours {
    xs: Vec<Points>,
    ys: Vec<Points>,
    /// Whether the piece to the right of each crossing, and the one below it, is free.
    right: Vec<bool>,
    down: Vec<bool>,
}

impl Detours {
    /// The room between boxes; `None` if there are too many.
    pub fn around(boxes: &[Obstacle]) -> Option<Self> {
        let sorted = |mut values: Vec<Points>| {
            values.sort_by(Points::total_cmp);
            values.dedup_by(|a, b| (*a - *b).abs() < 0.5);
            values
        };
        let xs = sorted(boxes.iter().flat_map(|(x, _, width, _)| [x - AWAY, x + width + AWAY]).collect());
        let ys = sorted(boxes.iter().flat_map(|(_, y, _, height)| [y - AWAY, y + height + AWAY]).collect());
        if xs.len() * ys.len() > MOST {
            return None;
        }
        let n = xs.len() * ys.len();
        let mut room = Self { xs, ys, right: vec![true; n], down: vec![true; n] };
        let near = AWAY - 2.0;
        for (x, y, width, height) in boxes {
            let (left, right, top, bottom) = (x - near, x + width + near, y - near, y + height + near);
            // The pieces that touch the box.
            let columns =
                room.xs.partition_point(|at| *at < left).saturating_sub(1)..room.xs.partition_point(|at| *at < right);
            let rows =
                room.ys.partition_point(|at| *at < top).saturating_sub(1)..room.ys.partition_point(|at| *at < bottom);
            for row in rows {
                for column in columns.clone() {
                    let at = row * room.xs.len() + column;
                    let (here_x, here_y) = (room.xs[column], room.ys[row]);
                    let (next_x, next_y) = (room.xs.get(column + 1), room.ys.get(row + 1));
                    if here_y > top && here_y < bottom && next_x.is_some_and(|next| *next > left && here_x < right) {
                        room.right[at] = false;
                    }
                    if here_x > left && here_x < right && next_y.is_some_and(|next| *next > top && here_y < bottom) {
                        room.down[at] = false;
                    }
                }
            }
        }
        Some(room)
    }

    /// A way from one box to another, from side to side; `None` if there is none.
    pub fn way(&self, from: Obstacle, to: Obstacle) -> Option<Vec<(Points, Points)>> {
        let n = self.xs.len();
        let nearest = |values: &[Points], value: Points| {
            let at = values.partition_point(|known| *known < value - 0.5);
            (at < values.len()).then_some(at)
        };
        // The crossings beside the sides of a box, each with the point of the box.
        let doors = |(x, y, width, height): Obstacle| {
            let mut doors: Vec<(usize, (Points, Points))> = Vec::new();
            for (side, edge) in [(x - AWAY, x), (x + width + AWAY, x + width)] {
                if let Some(column) = nearest(&self.xs, side) {
                    let rows =
                        (0..self.ys.len()).filter(|row| self.ys[*row] > y + 2.0 && self.ys[*row] < y + height - 2.0);
                    // At the middle if no grid line passes the box.
                    let middle = y + height / 2.0;
                    let row = rows.min_by(|a, b| (self.ys[*a] - middle).abs().total_cmp(&(self.ys[*b] - middle).abs()));
                    if let Some(row) = row {
                        doors.push((row * n + column, (edge, self.ys[row])));
                    }
                }
            }
            for (side, edge) in [(y - AWAY, y), (y + height + AWAY, y + height)] {
                if let Some(row) = nearest(&self.ys, side) {
                    for (column, x_there) in [(x - AWAY, x + 8.0), (x + width + AWAY, x + width - 8.0)] {
                        if let Some(column) = nearest(&self.xs, column) {
                            doors.push((row * n + column, (x_there, edge)));
                        }
                    }
                }
            }
            doors
        };
        let (starts, ends) = (doors(from), doors(to));
        // The cost of each crossing by the direction in which it is reached: across or down.
        let mut costs = vec![[i64::MAX; 2]; n * self.ys.len()];
        let mut before: Vec<[Option<(usize, usize)>; 2]> = vec![[None; 2]; n * self.ys.len()];
        let mut work = BinaryHeap::new();
        for (at, _) in &starts {
            costs[*at] = [0, 0];
            work.extend([0, 1].map(|direction| Reverse((0_i64, *at, direction))));
        }
        let length = |a: Points, b: Points| ((a - b).abs() * 100.0) as i64;
        while let Some(Reverse((cost, at, direction))) = work.pop() {
            if cost > costs[at][direction] {
                continue;
            }
            if let Some((_, end)) = ends.iter().find(|(end, _)| *end == at) {
                let mut points = vec![*end];
                let mut here = Some((at, direction));
                let mut first = at;
                while let Some((crossing, direction)) = here {
                    points.push((self.xs[crossing % n], self.ys[crossing / n]));
                    first = crossing;
                    here = before[crossing][direction];
                }
                points.extend(starts.iter().find(|(start, _)| *start == first).map(|(_, point)| *point));
                points.reverse();
                return Some(straight(points));
            }
            let (column, row) = (at % n, at / n);
            let mut steps: Vec<(usize, usize, i64)> = Vec::with_capacity(4);
            if column + 1 < n && self.right[at] {
                steps.push((at + 1, 0, length(self.xs[column], self.xs[column + 1])));
            }
            if column > 0 && self.right[at - 1] {
                steps.push((at - 1, 0, length(self.xs[column], self.xs[column - 1])));
            }
            if row + 1 < self.ys.len() && self.down[at] {
                steps.push((at + n, 1, length(self.ys[row], self.ys[row + 1])));
            }
            if row > 0 && self.down[at - n] {
                steps.push((at - n, 1, length(self.ys[row], self.ys[row - 1])));
            }
            for (next, way, length) in steps {
                let cost = cost + length + if way == direction { 0 } else { CORNER };
                if cost < costs[next][way] {
                    costs[next][way] = cost;
                    before[next][way] = Some((at, direction));
                    work.push(Reverse((cost, next, way)));
                }
            }
        }
        None
    }
}

/// The corners of a way: slanted ends get a corner, and points on a straight piece are left out.
fn straight(points: Vec<(Points, Points)>) -> Vec<(Points, Points)> {
    let mut corners: Vec<(Points, Points)> = Vec::new();
    for (index, point) in points.iter().enumerate() {
        if let Some((x, y)) = corners.last().copied()
            && (x - point.0).abs() > 1e-6
            && (y - point.1).abs() > 1e-6
        {
            // From a door at the upper or lower side: first away from the box, then along it.
            let is_last = index + 1 == points.len();
            corners.push(if is_last { (point.0, y) } else { (x, point.1) });
        }
        corners.push(*point);
    }
    let mut at = 1;
    while at + 1 < corners.len() {
        let [a, b, c] = [corners[at - 1], corners[at], corners[at + 1]];
        let on_line = (a.0 - b.0).abs() < 1e-6 && (b.0 - c.0).abs() < 1e-6
            || (a.1 - b.1).abs() < 1e-6 && (b.1 - c.1).abs() < 1e-6;
        if on_line {
            corners.remove(at);
        } else {
            at += 1;
        }
    }
    corners
}
