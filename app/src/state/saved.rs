//! How a work is written for a browser's storage: a version, then lengths and texts. Anything else is refused, so that a
//! state that cannot be read is never taken for an empty one.

use super::documents::Documents;
use podyard_engine::session::File;

const MAGIC: &str = "podyard-work 1";

/// A work as text.
pub fn write(documents: &Documents) -> String {
    let mut out = String::from(MAGIC);
    out.push('\n');
    let mut field = |name: &str, value: &str| {
        out.push_str(&format!("{name} {}\n{value}\n", value.len()));
    };
    field("title", &documents.title);
    field("scenario", documents.scenario.as_deref().unwrap_or_default());
    field("edited", if documents.edited { "yes" } else { "no" });
    field("active", documents.active().map_or("", |sheet| &sheet.name));
    field("files", &documents.sheets().len().to_string());
    for sheet in documents.sheets() {
        field("name", &sheet.name);
        field("text", &sheet.text);
    }
    out
}

/// A work from text; nothing when a single byte is not as written.
pub fn read(text: &str) -> Option<Documents> {
    let mut rest = text.strip_prefix(MAGIC)?.strip_prefix('\n')?;
    let mut field = |name: &str| -> Option<String> {
        let (head, tail) = rest.split_once('\n')?;
        let length: usize = head.strip_prefix(name)?.strip_prefix(' ')?.parse().ok()?;
        let value = tail.get(..length)?;
        rest = tail.get(length..)?.strip_prefix('\n')?;
        Some(value.into())
    };
    let title = field("title")?;
    let scenario = field("scenario")?;
    let edited = field("edited")? == "yes";
    let active = field("active")?;
    let count: usize = field("files")?.parse().ok()?;
    let mut files = vec![];
    for _ in 0..count {
        files.push(File { name: field("name")?, text: field("text")? });
    }
    if !rest.is_empty() {
        return None;
    }
    let scenario = Some(scenario).filter(|scenario| !scenario.is_empty());
    let mut documents = Documents::new(&title, scenario.as_deref(), files);
    let shown = documents.named(&active).map(|sheet| sheet.id);
    if let Some(id) = shown {
        documents.show(id);
    }
    documents.edited = edited;
    Some(documents)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn work() -> Documents {
        let files = vec![
            File { name: "a b.yaml".into(), text: "kind: Pod\n\n# é 𝕏\n".into() },
            File { name: "empty".into(), text: String::new() },
        ];
        let mut work = Documents::new("My\nwork", None, files);
        let id = work.named("empty").unwrap().id;
        work.show(id);
        work.edited = true;
        work
    }

    #[test]
    fn what_is_written_is_read() {
        let read = read(&write(&work())).unwrap();
        assert_eq!(read.files(), work().files());
        assert_eq!((read.title, read.edited), ("My\nwork".into(), true));
    }

    #[test]
    fn the_shown_file_is_remembered() {
        assert_eq!(read(&write(&work())).unwrap().active().unwrap().name, "empty");
    }

    #[test]
    fn every_cut_is_refused() {
        let text = write(&work());
        for at in (0..text.len()).filter(|at| text.is_char_boundary(*at)) {
            assert_eq!(read(&text[..at]), None, "cut at {at}");
        }
        assert_eq!(read("{}"), None);
        assert_eq!(read(&format!("{text}x")), None);
    }
}
