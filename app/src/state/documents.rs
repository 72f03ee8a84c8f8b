//! What the user typed: files by name, never dropped.

use podyard_engine::session::File;

/// A file that keeps its identity when it is renamed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// Unique for as long as the page lives.
    pub id: u64,
    /// Its name, unique among the files.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// A file that was removed, and where it stood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removed {
    sheet: Sheet,
    at: usize,
}

impl Removed {
    /// The name it had.
    pub fn name(&self) -> &str {
        &self.sheet.name
    }
}

/// The user's files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Documents {
    /// What the work is called.
    pub title: String,
    /// The scenario it began as.
    pub scenario: Option<String>,
    /// The user changed something.
    pub edited: bool,
    sheets: Vec<Sheet>,
    active: u64,
    next: u64,
}

impl Documents {
    /// A work of these files.
    pub fn new(title: &str, scenario: Option<&str>, files: Vec<File>) -> Self {
        let mut documents =
            Self { title: title.into(), scenario: scenario.map(Into::into), ..Self::default() };
        for file in files {
            documents.insert(&file.name, file.text);
        }
        documents.active = documents.sheets.first().map_or(0, |sheet| sheet.id);
        documents
    }

    /// The files in order.
    pub fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    /// As the engine takes them.
    pub fn files(&self) -> Vec<File> {
        self.sheets.iter().map(|s| File { name: s.name.clone(), text: s.text.clone() }).collect()
    }

    /// The file on show.
    pub fn active(&self) -> Option<&Sheet> {
        self.sheets.iter().find(|sheet| sheet.id == self.active)
    }

    /// The file with this name.
    pub fn named(&self, name: &str) -> Option<&Sheet> {
        self.sheets.iter().find(|sheet| sheet.name == name)
    }

    /// Shows a file; false when there is none with this id.
    pub fn show(&mut self, id: u64) -> bool {
        let known = self.sheets.iter().any(|sheet| sheet.id == id);
        if known {
            self.active = id;
        }
        known
    }

    /// Replaces a file's text.
    pub fn edit(&mut self, id: u64, text: String) {
        if let Some(sheet) = self.sheets.iter_mut().find(|sheet| sheet.id == id && sheet.text != text) {
            sheet.text = text;
            self.edited = true;
        }
    }

    /// Adds a file, under another name when this one is taken, and shows it.
    pub fn add(&mut self, name: &str, text: String) -> u64 {
        let id = self.insert(name, text);
        self.active = id;
        self.edited = true;
        id
    }

    /// Renames a file; the old name, unless the new one is empty, taken or the same.
    pub fn rename(&mut self, id: u64, name: &str) -> Option<String> {
        let name = name.trim();
        if name.is_empty() || self.named(name).is_some() {
            return None;
        }
        let sheet = self.sheets.iter_mut().find(|sheet| sheet.id == id)?;
        self.edited = true;
        Some(std::mem::replace(&mut sheet.name, name.into()))
    }

    /// Takes a file away, to be given back by [`Documents::restore`].
    pub fn remove(&mut self, id: u64) -> Option<Removed> {
        let at = self.sheets.iter().position(|sheet| sheet.id == id)?;
        let sheet = self.sheets.remove(at);
        if self.active == id {
            let beside = self.sheets.get(at.saturating_sub(1)).or(self.sheets.first());
            self.active = beside.map_or(0, |sheet| sheet.id);
        }
        self.edited = true;
        Some(Removed { sheet, at })
    }

    /// Gives a removed file back, where it stood.
    pub fn restore(&mut self, removed: Removed) {
        let Removed { mut sheet, at } = removed;
        sheet.name = self.free_name(&sheet.name);
        self.active = sheet.id;
        self.sheets.insert(at.min(self.sheets.len()), sheet);
    }

    /// Applies edits given in UTF-16 offsets, last first, so that earlier ones stay true.
    pub fn fix(&mut self, name: &str, edits: &[(u32, u32, String)]) -> Option<String> {
        let sheet = self.sheets.iter_mut().find(|sheet| sheet.name == name)?;
        let mut units: Vec<u16> = sheet.text.encode_utf16().collect();
        let mut edits: Vec<_> = edits.iter().collect();
        edits.sort_by_key(|(from, to, _)| std::cmp::Reverse((*from, *to)));
        for (from, to, insert) in edits {
            let (from, to) = (*from as usize, *to as usize);
            if from > to || to > units.len() {
                return None;
            }
            units.splice(from..to, insert.encode_utf16());
        }
        sheet.text = String::from_utf16(&units).ok()?;
        self.edited = true;
        Some(sheet.text.clone())
    }

    fn insert(&mut self, name: &str, text: String) -> u64 {
        self.next += 1;
        let name = self.free_name(name);
        self.sheets.push(Sheet { id: self.next, name, text });
        self.next
    }

    /// `name`, or `name-2` and so on when it is taken.
    fn free_name(&self, name: &str) -> String {
        if self.named(name).is_none() {
            return name.into();
        }
        let (stem, ending) =
            name.rsplit_once('.').map_or((name, String::new()), |(s, e)| (s, format!(".{e}")));
        let taken = |name: &String| self.named(name).is_some();
        let mut number = 2;
        loop {
            let candidate = format!("{stem}-{number}{ending}");
            if !taken(&candidate) {
                return candidate;
            }
            number += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shop() -> Documents {
        let file = |name: &str| File { name: name.into(), text: format!("# {name}\n") };
        Documents::new("Shop", Some("shop"), vec![file("a.yaml"), file("b.yaml"), file("c.yaml")])
    }
    fn names(documents: &Documents) -> Vec<&str> {
        documents.sheets().iter().map(|sheet| sheet.name.as_str()).collect()
    }

    #[test]
    fn a_removed_file_comes_back_where_it_stood() {
        let mut documents = shop();
        let before = documents.files();
        let id = documents.named("b.yaml").unwrap().id;
        let removed = documents.remove(id).unwrap();
        assert_eq!(names(&documents), ["a.yaml", "c.yaml"]);
        documents.restore(removed);
        assert_eq!(documents.files(), before);
        assert_eq!(documents.active().unwrap().name, "b.yaml");
    }

    #[test]
    fn removing_the_file_on_show_shows_its_neighbour() {
        let mut documents = shop();
        let id = documents.active().unwrap().id;
        documents.remove(id);
        assert_eq!(documents.active().unwrap().name, "b.yaml");
    }

    #[test]
    fn names_stay_unique() {
        let mut documents = shop();
        documents.add("a.yaml", String::new());
        documents.add("a.yaml", String::new());
        assert_eq!(names(&documents), ["a.yaml", "b.yaml", "c.yaml", "a-2.yaml", "a-3.yaml"]);
        let id = documents.named("b.yaml").unwrap().id;
        assert_eq!(documents.rename(id, "a.yaml"), None);
        assert_eq!(documents.rename(id, " "), None);
        assert_eq!(documents.rename(id, "d.yaml").as_deref(), Some("b.yaml"));
    }

    #[test]
    fn a_fix_counts_in_utf16_and_from_the_end() {
        let mut documents =
            Documents::new("", None, vec![File { name: "a".into(), text: "é𝕏 replcas: 1".into() }]);
        let edits = [(0, 0, "# ".into()), (4, 11, "replicas".into())];
        assert_eq!(documents.fix("a", &edits).as_deref(), Some("# é𝕏 replicas: 1"));
        assert_eq!(documents.fix("a", &[(90, 91, String::new())]), None);
    }

    #[test]
    fn only_a_change_counts_as_edited() {
        let mut documents = shop();
        let sheet = documents.active().unwrap().clone();
        documents.edit(sheet.id, sheet.text.clone());
        assert!(!documents.edited);
        documents.edit(sheet.id, "kind: Pod".into());
        assert!(documents.edited);
    }
}
