//! YAML as a tree, by its indentation alone: every line stays as it was written, comments too, and whatever is wrong
//! with it, it can be read.

use super::tree::{MOST_LINES, Tree, TreeLine, ValueKind};

/// The tree of a text.
pub(super) fn tree(text: &str, remarks: &mut Vec<String>) -> Tree {
    let mut tree = Tree::default();
    // Indents of the lines that the next one may stand in.
    let mut indents: Vec<usize> = Vec::new();
    for line in text.lines() {
        if tree.lines.len() >= MOST_LINES {
            remarks.push(format!("the first {MOST_LINES} lines"));
            break;
        }
        let written = line.trim();
        if written.is_empty() {
            continue;
        }
        let indent = indent_of(line);
        while indents.last().is_some_and(|&above| above >= indent) {
            indents.pop();
        }
        let (key, value, kind) = parts(written);
        tree.lines.push(TreeLine {
            depth: indents.len(),
            key,
            value,
            kind,
            end: 0,
        });
        indents.push(indent);
    }
    tree.close();
    tree
}

/// Twice the blanks in front; an item of a list stands half a step deeper, as it may begin where its key begins.
fn indent_of(line: &str) -> usize {
    let written = line.trim_start();
    let blanks = line.len() - written.len();
    2 * blanks + usize::from(written == "-" || written.starts_with("- "))
}

fn parts(written: &str) -> (String, String, ValueKind) {
    if written.starts_with('#') || matches!(written, "---" | "...") {
        return (String::new(), written.to_owned(), ValueKind::Comment);
    }
    let colon = written
        .find(": ")
        .or_else(|| written.strip_suffix(':').map(str::len));
    let (key, value) = match colon {
        Some(at) if !written[..at].contains(['"', '\'', '{', '[', '#']) => {
            (&written[..at], written[at + 1..].trim_start())
        }
        _ => ("", written),
    };
    (key.to_owned(), value.to_owned(), kind_of(value))
}

fn kind_of(value: &str) -> ValueKind {
    match value {
        "true" | "false" | "null" | "~" => ValueKind::Word,
        "" => ValueKind::Holder,
        _ if value.parse::<f64>().is_ok() => ValueKind::Number,
        _ => ValueKind::Text,
    }
}
