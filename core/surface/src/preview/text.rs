/// A text and where its lines begin. Lines end with `\n` or `\r\n`, which belong to none.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Text {
    text: String,
    starts: Vec<usize>,
}

impl Text {
    /// A text by its lines.
    pub fn new(text: String) -> Self {
        let mut starts = Vec::new();
        if !text.is_empty() {
            starts.push(0);
            let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
            starts.extend(breaks.map(|(at, _)| at + 1).filter(|start| *start < text.len()));
        }
        Self { text, starts }
    }

    /// How many lines it has.
    pub fn n_lines(&self) -> usize {
        self.starts.len()
    }

    /// A line without its end.
    pub fn line(&self, index: usize) -> Option<&str> {
        let start = *self.starts.get(index)?;
        let end = self.starts.get(index + 1).copied().unwrap_or(self.text.len());
        let line = &self.text[start..end];
        let line = line.strip_suffix('\n').unwrap_or(line);
        Some(line.strip_suffix('\r').unwrap_or(line))
    }

    /// All of it.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}
