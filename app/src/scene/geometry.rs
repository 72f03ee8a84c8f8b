//! Points, rectangles and right-angled paths, in the picture's pixels at 100 %.

/// A point.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Down.
    pub y: f64,
}

/// Makes a point.
pub const fn point(x: f64, y: f64) -> Point {
    Point { x, y }
}

/// A rectangle.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rect {
    /// Left.
    pub x: f64,
    /// Top.
    pub y: f64,
    /// Width.
    pub w: f64,
    /// Height.
    pub h: f64,
}

/// Makes a rectangle.
pub const fn rect(x: f64, y: f64, w: f64, h: f64) -> Rect {
    Rect { x, y, w, h }
}

impl Rect {
    /// The right edge.
    pub fn right(&self) -> f64 {
        self.x + self.w
    }
    /// The lower edge.
    pub fn bottom(&self) -> f64 {
        self.y + self.h
    }
    /// The middle.
    pub fn center(&self) -> Point {
        point(self.x + self.w / 2.0, self.y + self.h / 2.0)
    }
    /// They share area.
    pub fn overlaps(&self, other: &Rect) -> bool {
        self.x < other.right() && other.x < self.right() && self.y < other.bottom() && other.y < self.bottom()
    }
    /// `other` lies wholly inside.
    pub fn contains(&self, other: &Rect) -> bool {
        other.x >= self.x
            && other.y >= self.y
            && other.right() <= self.right() + 1e-6
            && other.bottom() <= self.bottom() + 1e-6
    }
    /// Larger by `by` on every side.
    pub fn grown(&self, by: f64) -> Rect {
        rect(self.x - by, self.y - by, self.w + 2.0 * by, self.h + 2.0 * by)
    }
    /// The rectangle a straight segment covers.
    pub fn of_segment(a: Point, b: Point) -> Rect {
        rect(a.x.min(b.x), a.y.min(b.y), (a.x - b.x).abs(), (a.y - b.y).abs())
    }
}

/// A number as SVG likes it: at most one decimal.
pub fn number(value: f64) -> String {
    let tenths = (value * 10.0).round() as i64;
    let sign = if tenths < 0 { "-" } else { "" };
    let (whole, tenth) = (tenths.abs() / 10, tenths.abs() % 10);
    if tenth == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{tenth}") }
}

/// The length of a polyline.
pub fn length(points: &[Point]) -> f64 {
    points.windows(2).map(|pair| distance(pair[0], pair[1])).sum()
}

/// The distance of two points.
pub fn distance(a: Point, b: Point) -> f64 {
    ((a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y)).sqrt()
}

/// The point `along` pixels down a polyline; its ends beyond them.
pub fn at(points: &[Point], along: f64) -> Point {
    let mut left = along.max(0.0);
    for pair in points.windows(2) {
        let step = distance(pair[0], pair[1]);
        if left <= step && step > 0.0 {
            let share = left / step;
            return point(
                pair[0].x + (pair[1].x - pair[0].x) * share,
                pair[0].y + (pair[1].y - pair[0].y) * share,
            );
        }
        left -= step;
    }
    points.last().copied().unwrap_or_default()
}

/// The first `keep` pixels of a polyline.
pub fn clipped(points: &[Point], keep: f64) -> Vec<Point> {
    let mut out = Vec::new();
    let mut left = keep;
    for pair in points.windows(2) {
        out.push(pair[0]);
        let step = distance(pair[0], pair[1]);
        if left < step {
            out.push(at(pair, left));
            return out;
        }
        left -= step;
    }
    out.extend(points.last());
    out
}

/// Without points that lie on the straight line between their neighbours.
pub fn simplified(points: &[Point]) -> Vec<Point> {
    let mut out: Vec<Point> = Vec::new();
    for &next in points {
        if out.last().is_some_and(|last| distance(*last, next) < 0.5) {
            continue;
        }
        if let [.., a, b] = out[..]
            && ((a.x == b.x && b.x == next.x) || (a.y == b.y && b.y == next.y))
        {
            out.pop();
        }
        out.push(next);
    }
    out
}

/// A polyline as SVG path data, its corners rounded.
pub fn path_data(points: &[Point], radius: f64) -> String {
    let Some(first) = points.first() else { return String::new() };
    let mut out = format!("M{} {}", number(first.x), number(first.y));
    for (index, here) in points.iter().enumerate().skip(1) {
        match points.get(index + 1) {
            Some(next) => {
                let before = points[index - 1];
                let bend = radius.min(distance(before, *here) / 2.0).min(distance(*here, *next) / 2.0);
                let from = toward(*here, before, bend);
                let to = toward(*here, *next, bend);
                out.push_str(&format!(
                    "L{} {}Q{} {} {} {}",
                    number(from.x),
                    number(from.y),
                    number(here.x),
                    number(here.y),
                    number(to.x),
                    number(to.y)
                ));
            }
            None => out.push_str(&format!("L{} {}", number(here.x), number(here.y))),
        }
    }
    out
}

fn toward(from: Point, to: Point, by: f64) -> Point {
    let whole = distance(from, to);
    if whole == 0.0 {
        return from;
    }
    point(from.x + (to.x - from.x) * by / whole, from.y + (to.y - from.y) * by / whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_polyline_is_measured_clipped_and_drawn() {
        let line = [point(0.0, 0.0), point(30.0, 0.0), point(30.0, 40.0)];
        assert_eq!(length(&line), 70.0);
        assert_eq!(at(&line, 50.0), point(30.0, 20.0));
        assert_eq!(clipped(&line, 50.0), vec![point(0.0, 0.0), point(30.0, 0.0), point(30.0, 20.0)]);
        assert_eq!(path_data(&line, 8.0), "M0 0L22 0Q30 0 30 8L30 40");
        assert_eq!(simplified(&[line[0], point(10.0, 0.0), line[1], line[2]]), line.to_vec());
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!((number(-0.04), number(12.0), number(-3.26)), ("0".into(), "12".into(), "-3.3".into()));
    }
}
