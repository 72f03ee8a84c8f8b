//! Play, pause, speed: how wall time becomes virtual time.

use std::time::Duration;

/// Steps of the speed.
pub const SPEEDS: [f64; 11] = [0.01, 0.03, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 20.0, 100.0, 1000.0];
/// How often time is asked to go on.
pub const TICK: Duration = Duration::from_millis(50);
/// More wall time than this between two ticks was not lived through: the page slept or was busy.
const LONGEST_TICK: f64 = 250.0;

/// The next slower or faster speed.
pub fn next_speed(speed: f64, faster: bool) -> f64 {
    let mut steps = SPEEDS.into_iter();
    let next = if faster { steps.find(|s| *s > speed) } else { steps.rfind(|s| *s < speed) };
    next.unwrap_or(speed)
}

/// Virtual microseconds for so much wall time, in milliseconds.
pub fn advance(elapsed: f64, speed: f64) -> u64 {
    // The cast saturates; the product is at most 250 s.
    (elapsed.clamp(0.0, LONGEST_TICK) * 1000.0 * speed) as u64
}

/// `00:12.480`, with hours when there are any.
pub fn format(micros: u64) -> String {
    let millis = micros / 1000;
    let (hours, minutes, seconds, millis) =
        (millis / 3_600_000, millis / 60_000 % 60, millis / 1000 % 60, millis % 1000);
    match hours {
        0 => format!("{minutes:02}:{seconds:02}.{millis:03}"),
        _ => format!("{hours}:{minutes:02}:{seconds:02}.{millis:03}"),
    }
}

/// `1×`, `0.25×`.
pub fn format_speed(speed: f64) -> String {
    format!("{}×", speed_name(speed))
}

/// `1`, `0.25`.
pub fn speed_name(speed: f64) -> String {
    thousandths((speed * 1000.0).round() as u64)
}

/// A span of time in the unit that suits it: `10 µs`, `2.4 ms`, `5.001 s`.
pub fn format_span(micros: u64) -> String {
    match micros {
        0..1000 => format!("{micros} µs"),
        1000..1_000_000 => format!("{} ms", thousandths(micros)),
        _ => format!("{} s", thousandths(micros / 1000)),
    }
}

/// `2400` as `2.4`.
fn thousandths(value: u64) -> String {
    let text = format!("{}.{:03}", value / 1000, value % 1000);
    text.trim_end_matches('0').trim_end_matches('.').into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speeds_stop_at_both_ends() {
        assert_eq!((next_speed(1.0, true), next_speed(1.0, false)), (2.0, 0.5));
        assert_eq!((next_speed(1000.0, true), next_speed(0.01, false)), (1000.0, 0.01));
    }

    #[test]
    fn a_page_that_slept_does_not_leap() {
        assert_eq!(advance(50.0, 1.0), 50_000);
        assert_eq!(advance(60_000.0, 1.0), 250_000);
        assert_eq!(advance(-5.0, 1.0), 0);
        assert_eq!(advance(50.0, 0.01), 500);
    }

    #[test]
    fn times_read_as_people_write_them() {
        assert_eq!(format(12_480_000), "00:12.480");
        assert_eq!(format(3_661_001_000), "1:01:01.001");
        assert_eq!(
            ["10 µs", "2.4 ms", "5.001 s", "5 s"],
            [10, 2400, 5_001_000, 5_000_000].map(format_span).as_slice()
        );
    }
}
