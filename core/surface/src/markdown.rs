//! Markdown laid out as lines of so many cells: what a note of a run or an experiment reads like.
//!
//! Headings, lists, tasks, quotes, code, tables, links, struck text. HTML is shown as it is written, never obeyed;
//! a picture is named, never fetched.

mod block;
mod flow;
mod grid;

use pulldown_cmark::{Options, Parser};

pub use flow::{Line, Mark, Piece};

use block::Layout;

/// Lines that are laid out at most: a log named `.md` is no note.
const MOST_LINES: usize = 20_000;

/// The lines of a text, each at most so many cells wide where its words allow.
pub fn lay_out(text: &str, width_cells: usize) -> Vec<Line> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut layout = Layout::new(width_cells.max(8));
    for event in Parser::new_ext(text, options) {
        layout.take(event);
        if layout.n_lines() > MOST_LINES {
            break;
        }
    }
    layout.done()
}

/// The text of a note without its marks, in one line: what stands for it in a list.
pub fn summary(text: &str) -> String {
    let first = lay_out(text, 400)
        .into_iter()
        .map(|line| plain(&line))
        .find(|line| !line.trim().is_empty());
    first.unwrap_or_default().trim().to_owned()
}

/// A line without its marks.
pub fn plain(line: &[Piece]) -> String {
    line.iter().map(|piece| piece.text.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn laid_out(text: &str, width: usize) -> Vec<String> {
        lay_out(text, width).iter().map(|line| plain(line)).collect()
    }

    #[test]
    fn blocks_stand_apart_and_lists_are_indented() {
        let text = "# Title\nSome *text* of\ntwo lines.\n\n- one\n  - inner\n- [x] done\n\n3. three\n4. four\n\n> quoted";
        assert_eq!(
            laid_out(text, 40),
            [
                "Title",
                "",
                "Some text of two lines.",
                "",
                "• one",
                "  • inner",
                "• ☑ done",
                "",
                "3. three",
                "4. four",
                "",
                "│ quoted"
            ]
        );
    }

    #[test]
    fn a_long_paragraph_breaks_at_blanks_and_keeps_its_indent() {
        assert_eq!(
            laid_out("- one two three four\n\n> five six seven", 11),
            ["• one two", "  three", "  four", "", "│ five six", "│ seven"]
        );
        assert_eq!(laid_out("abcdefghijkl mn", 8), ["abcdefgh", "ijkl mn"]);
    }

    #[test]
    fn code_stays_as_it_is_and_links_tell_where_they_lead() {
        assert_eq!(
            laid_out(
                "Use `a  b`:\n\n```sh\nls   -l\n\ncd\n```\nSee [here](http://x.example) <http://y.example>",
                60
            ),
            [
                "Use a  b:",
                "",
                "  ls   -l",
                "",
                "  cd",
                "",
                "See here (http://x.example) http://y.example"
            ]
        );
    }

    #[test]
    fn tables_are_drawn_with_their_columns_under_each_other() {
        assert_eq!(
            laid_out("| a | num |\n|---|---:|\n| one | 1 |\n| x | 22 |", 40),
            ["a    num", "───  ───", "one    1", "x     22"]
        );
        let narrow = laid_out("| key | text |\n|---|---|\n| k | some long words here |", 16);
        assert_eq!(
            narrow,
            [
                "key  text",
                "───  ───────────",
                "k    some long",
                "     words here"
            ]
        );
    }

    #[test]
    fn marks_are_kept_and_html_is_only_shown() {
        let lines = lay_out("a **b** ~~c~~ <script>x</script>", 60);
        let marks: Vec<_> = lines[0]
            .iter()
            .map(|piece| (piece.text.trim(), piece.mark))
            .collect();
        assert!(marks.contains(&(
            "b",
            Mark {
                is_strong: true,
                ..Mark::default()
            }
        )));
        assert!(marks.contains(&(
            "c",
            Mark {
                is_struck: true,
                ..Mark::default()
            }
        )));
        assert!(plain(&lines[0]).contains("<script>"));
        assert_eq!(summary("\n\n## The *note*\nmore"), "The note");
    }

    #[test]
    fn nothing_overflows_however_deep_or_narrow() {
        let deep = "> ".repeat(5_000) + "x";
        assert!(!lay_out(&deep, 20).is_empty());
        let lists: String = (0..2_000)
            .map(|depth| format!("{}- x\n", "  ".repeat(depth)))
            .collect();
        assert!(!lay_out(&lists, 3).is_empty());
        assert!(lay_out("", 10).is_empty());
    }
}
