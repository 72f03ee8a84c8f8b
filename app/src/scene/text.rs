//! How wide words are, and how a name is fitted without losing its end.
//!
//! The page does not know which system font it gets, so widths are on the safe side.

/// A type size and family the picture uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// Words, 13 px, weight 600.
    Title,
    /// Words, 11 px: kind tags.
    Tag,
    /// Words, 11 px, weight 600: strand labels.
    Label,
    /// Monospace, 12 px: names and addresses.
    Code,
    /// Monospace, 11 px: addresses above a door.
    SmallCode,
}

/// The width of a text, in pixels, on the safe side.
pub fn width(text: &str, face: Face) -> f64 {
    match face {
        Face::Code => text.chars().count() as f64 * 7.25,
        Face::SmallCode => text.chars().count() as f64 * 6.65,
        Face::Title => text.chars().map(share).sum::<f64>() * 13.0 * 1.1,
        Face::Label => text.chars().map(share).sum::<f64>() * 11.0 * 1.12,
        Face::Tag => text.chars().map(share).sum::<f64>() * 11.0,
    }
}

/// The share of the type size a letter takes in a wide sans-serif.
fn share(letter: char) -> f64 {
    match letter {
        'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '|' | '\'' | ' ' | '/' => 0.33,
        'f' | 't' | 'r' | '-' | '(' | ')' => 0.42,
        'm' | 'w' | 'M' | 'W' | '…' | '↻' | '→' => 0.95,
        'A'..='Z' => 0.72,
        _ => 0.62,
    }
}

/// A name on at most `lines` lines of `room` pixels. It breaks after `-` and `.` where it can; what is still too long
/// loses letters from its middle, never from its end.
pub fn fit(name: &str, room: f64, face: Face, lines: usize) -> Vec<String> {
    if width(name, face) <= room {
        return vec![name.to_owned()];
    }
    if lines > 1
        && let Some((head, tail)) = broken(name, room, face)
    {
        let mut out = vec![head];
        out.extend(fit(&tail, room, face, lines - 1));
        return out;
    }
    vec![shortened(name, room, face)]
}

/// The longest head that fits and ends at a joint, and the rest.
fn broken(name: &str, room: f64, face: Face) -> Option<(String, String)> {
    let joints = name.char_indices().filter(|(_, letter)| matches!(letter, '-' | '.'));
    let cut = joints
        .map(|(at, letter)| at + letter.len_utf8())
        .filter(|&at| at < name.len())
        .take_while(|&at| width(&name[..at], face) <= room)
        .last()?;
    Some((name[..cut].to_owned(), name[cut..].to_owned()))
}

/// `long-na…-end`: the end is kept, since it is what tells siblings apart.
fn shortened(name: &str, room: f64, face: Face) -> String {
    let letters: Vec<char> = name.chars().collect();
    for keep in (2..letters.len()).rev() {
        let tail = keep.div_ceil(2);
        let mut text: String = letters.iter().take(keep - tail).collect();
        text.push('…');
        text.extend(letters.iter().skip(letters.len() - tail));
        if width(&text, face) <= room {
            return text;
        }
    }
    name.to_owned()
}

/// `1 pod`, `7 pods`, `5,000 pods`.
pub fn counted(count: usize, one: &str, many: &str) -> String {
    let digits = count.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{grouped} {}", if count == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_names_stay_and_long_ones_break_at_joints() {
        assert_eq!(fit("db-0", 80.0, Face::Code, 2), ["db-0"]);
        assert_eq!(fit("checkout-worker-0", 80.0, Face::Code, 2), ["checkout-", "worker-0"]);
    }

    #[test]
    fn the_end_of_a_name_is_never_cut() {
        let name = "a-very-long-name-without-much-meaning-x2k9f";
        let lines = fit(name, 80.0, Face::Code, 2);
        assert!(lines.iter().all(|line| width(line, Face::Code) <= 80.0), "{lines:?}");
        assert!(lines.last().is_some_and(|line| line.ends_with("k9f")), "{lines:?}");
    }
}
