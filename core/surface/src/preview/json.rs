//! JSON as a tree: read by a stack of its own, so that no depth of brackets overflows another, and numbers stay as
//! they were written.

use super::tree::{MOST_LINES, Tree, TreeLine, ValueKind};

/// The tree of a text, of one value or of one on each line. The head of a longer text gives the tree of its beginning.
///
/// # Errors
/// Why it is no JSON, in a few words with the line.
pub(super) fn tree(text: &str, is_whole: bool, remarks: &mut Vec<String>) -> Result<Tree, String> {
    let mut scan = Scan {
        text,
        at: 0,
        lines: Vec::new(),
        open: Vec::new(),
    };
    let ended = scan.run();
    match ended {
        Ok(()) if scan.lines.is_empty() && is_whole => return Err("it is empty".to_owned()),
        Ok(()) => {}
        Err(Stop::Full) => remarks.push(format!("the first {MOST_LINES} values")),
        Err(Stop::End) if !is_whole => {}
        Err(Stop::End) => return Err("it ends in the middle of a value".to_owned()),
        Err(Stop::Wrong) => {
            let line = text[..scan.at.min(text.len())].matches('\n').count() + 1;
            return Err(format!("no JSON from line {line} on"));
        }
    }
    Ok(scan.done())
}

/// Why reading stopped before the text was done.
enum Stop {
    End,
    Wrong,
    Full,
}

struct Scan<'a> {
    text: &'a str,
    at: usize,
    lines: Vec<TreeLine>,
    open: Vec<Open>,
}

/// A bracket that is open.
struct Open {
    is_object: bool,
    n_values: usize,
}

impl Scan<'_> {
    /// Reads values until the text is done.
    fn run(&mut self) -> Result<(), Stop> {
        loop {
            self.skip_blanks();
            if self.open.is_empty() {
                if self.at >= self.text.len() {
                    return Ok(());
                }
                self.value(String::new())?;
                continue;
            }
            self.inside()?;
        }
    }

    /// One step within the innermost open bracket: its end, or its next value.
    fn inside(&mut self) -> Result<(), Stop> {
        let Some(open) = self.open.last() else {
            return Ok(());
        };
        let (is_object, n_values) = (open.is_object, open.n_values);
        let end = if is_object { b'}' } else { b']' };
        if self.peek()? == end {
            self.at += 1;
            self.open.pop();
            return Ok(());
        }
        if n_values > 0 {
            self.expect(b',')?;
            self.skip_blanks();
        }
        let key = if is_object {
            let key = self.string()?;
            self.skip_blanks();
            self.expect(b':')?;
            self.skip_blanks();
            key
        } else {
            n_values.to_string()
        };
        if let Some(open) = self.open.last_mut() {
            open.n_values += 1;
        }
        self.value(key)
    }

    fn value(&mut self, key: String) -> Result<(), Stop> {
        if self.lines.len() >= MOST_LINES {
            return Err(Stop::Full);
        }
        match self.peek()? {
            start @ (b'{' | b'[') => {
                self.at += 1;
                self.open.push(Open {
                    is_object: start == b'{',
                    n_values: 0,
                });
                self.push(key, String::new(), ValueKind::Holder, self.open.len() - 1);
            }
            b'"' => {
                let text = self.string()?;
                self.push(key, text, ValueKind::Text, self.open.len());
            }
            _ => {
                let word = self.word()?;
                let kind = if matches!(word.as_str(), "true" | "false" | "null") {
                    ValueKind::Word
                } else {
                    ValueKind::Number
                };
                self.push(key, word, kind, self.open.len());
            }
        }
        Ok(())
    }

    fn push(&mut self, key: String, value: String, kind: ValueKind, depth: usize) {
        self.lines.push(TreeLine {
            depth,
            key,
            value,
            kind,
            end: 0,
        });
    }

    /// A string, with its escapes undone.
    fn string(&mut self) -> Result<String, Stop> {
        if self.peek()? != b'"' {
            return Err(Stop::Wrong);
        }
        let bytes = self.text.as_bytes();
        let mut end = self.at + 1;
        loop {
            match bytes.get(end) {
                None => return Err(Stop::End),
                Some(b'"') => break,
                Some(b'\\') => end += 2,
                Some(_) => end += 1,
            }
        }
        let quoted = &self.text[self.at..=end];
        // A line break within quotes is against the rules, yet written by hand often enough.
        let text = serde_json::from_str(quoted).unwrap_or_else(|_| quoted[1..quoted.len() - 1].to_owned());
        self.at = end + 1;
        Ok(text)
    }

    /// A number or a word; `NaN` and `Infinity` are Python's own.
    fn word(&mut self) -> Result<String, Stop> {
        let rest = &self.text[self.at..];
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.' | b'_');
        let length = rest.bytes().take_while(|&byte| is_part(byte)).count();
        let word = &rest[..length];
        let is_known = matches!(word, "true" | "false" | "null" | "NaN" | "Infinity" | "-Infinity");
        let is_number = word.starts_with(|letter: char| letter.is_ascii_digit() || letter == '-')
            && word.parse::<f64>().is_ok();
        if !is_known && !is_number {
            return Err(if length == rest.len() {
                Stop::End
            } else {
                Stop::Wrong
            });
        }
        self.at += length;
        Ok(word.to_owned())
    }

    fn expect(&mut self, byte: u8) -> Result<(), Stop> {
        if self.peek()? != byte {
            return Err(Stop::Wrong);
        }
        self.at += 1;
        Ok(())
    }

    fn peek(&self) -> Result<u8, Stop> {
        self.text.as_bytes().get(self.at).copied().ok_or(Stop::End)
    }

    fn skip_blanks(&mut self) {
        let blanks = self.text.as_bytes()[self.at.min(self.text.len())..]
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
        self.at += blanks.count();
    }

    fn done(self) -> Tree {
        let mut tree = Tree { lines: self.lines };
        tree.close();
        count_values(&mut tree);
        tree
    }
}

/// Says of each holder how much it holds.
fn count_values(tree: &mut Tree) {
    let mut n_values = vec![0_usize; tree.lines.len()];
    let mut above: Vec<usize> = Vec::new();
    for (index, line) in tree.lines.iter().enumerate() {
        above.truncate(line.depth);
        if let Some(&parent) = above.last() {
            n_values[parent] += 1;
        }
        above.push(index);
    }
    for (line, n_values) in tree.lines.iter_mut().zip(n_values) {
        if line.kind == ValueKind::Holder {
            line.value = match n_values {
                0 => "empty".to_owned(),
                1 => "1 value".to_owned(),
                more => format!("{more} values"),
            };
        }
    }
}
