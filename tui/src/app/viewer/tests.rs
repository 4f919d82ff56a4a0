use flowdeck_surface::action::Action;
use flowdeck_surface::preview::{Preview, Source};
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};

use super::Viewer;
use super::block::Block;
use crate::app::screens::value::ValuePage;
use crate::app::testing::Bench;

fn preview(name: &str, bytes: &[u8]) -> Viewer {
    Viewer::of_preview(Preview::of(&Source {
        name,
        bytes,
        size_bytes: Some(bytes.len() as u64),
        is_whole: true,
    }))
}

fn bench(viewer: Viewer) -> Bench {
    Bench::on(ValuePage::of("value", viewer), 80, 24)
}

#[test]
fn long_lines_break_or_are_scrolled_as_the_person_likes() {
    let text = format!("{}end\nshort", "word ".repeat(40));
    let mut bench = bench(preview("a.log", text.as_bytes()));
    assert!(bench.frame().contains("end"));
    bench.press("w");
    assert!(!bench.frame().contains("end"));
    bench.press("l l l l l l l l l l l l l l l l l");
    assert!(bench.frame().contains("end"), "{}", bench.frame());
    bench.press("w");
    assert!(bench.frame().contains("word word"));
}

#[test]
fn words_are_found_in_text_trees_and_tables() {
    let lines: String = (0..500).map(|line| format!("line {line}\n")).collect();
    let mut text = bench(preview("a.txt", lines.as_bytes()));
    text.press("/").type_text("line 321").press("enter");
    assert!(text.frame().contains("▌line 321"), "{}", text.frame());
    let json: String = format!(
        "{{\"a\": [{}], \"b\": \"needle\"}}",
        "0,".repeat(300).trim_end_matches(',')
    );
    let mut tree = bench(preview("a.json", json.as_bytes()));
    tree.press("/").type_text("needle").press("enter");
    assert!(tree.frame().contains("b needle"), "{}", tree.frame());
    let csv: String = (0..300).map(|row| format!("{row},x{row}\n")).collect();
    let mut table = bench(preview("a.csv", csv.as_bytes()));
    table.press("/").type_text("x217").press("enter");
    assert!(table.frame().contains("x217"), "{}", table.frame());
}

#[test]
fn a_wide_table_moves_by_columns() {
    let line = |prefix: &str| {
        let cells: Vec<String> = (0..10_000).map(|column| format!("{prefix}{column}")).collect();
        cells.join(",") + "\n"
    };
    let csv = line("column") + &line("cell");
    let mut bench = bench(preview("wide.csv", csv.as_bytes()));
    assert!(bench.frame().contains("column0") && !bench.frame().contains("column30"));
    for _ in 0..30 {
        bench.press("l");
    }
    assert!(
        bench.frame().contains("column30 ") && bench.frame().contains("cell30"),
        "{}",
        bench.frame()
    );
}

#[test]
fn a_note_keeps_its_marks() {
    let viewer = Viewer::of_blocks(vec![Block::Markdown(
        "# Head\n\nsome `code` and **bold**".to_owned(),
    )]);
    let bench = bench(viewer);
    let mut buf = Buffer::empty(Rect::new(0, 0, 80, 24));
    crate::app::view::view(&bench.state, &mut buf);
    let style_of = |text: &str| {
        let (column, row) = bench.place_of(text);
        buf[(column, row)].clone()
    };
    assert!(style_of("Head").modifier.contains(Modifier::BOLD));
    assert!(style_of("bold").modifier.contains(Modifier::BOLD));
    assert_eq!(
        style_of("code").fg,
        bench.state.theme.tone(Tone::Active).fg.unwrap_or(Color::Reset)
    );
}

#[test]
fn a_viewer_of_nothing_says_so_and_none_breaks_in_no_room() {
    assert!(bench(preview("empty.txt", b"")).frame().contains("It is empty."));
    assert!(bench(preview("empty.csv", b"")).frame().contains("no columns"));
    let files: [(&str, &[u8]); 6] = [
        ("a.txt", b"text\nlines"),
        ("a.json", b"{\"a\": [1, 2]}"),
        ("a.csv", b"a,b\n1,2"),
        ("a.md", b"# x\n| a | b |\n|---|---|\n| 1 | 2 |"),
        ("a.bin", b"\x00\x01\x02"),
        (
            "a.png",
            include_bytes!("../../../../tests/fixtures/preview/plot.png"),
        ),
    ];
    let actions = [
        Action::Down,
        Action::PageDown,
        Action::Last,
        Action::Right,
        Action::Open,
        Action::Wrap,
        Action::FoldAll,
        Action::UnfoldAll,
        Action::NextMatch,
        Action::First,
        Action::Left,
    ];
    let bench = bench(preview("a.txt", b"x"));
    for (name, bytes) in files {
        let mut viewer = preview(name, bytes);
        for (width, height) in [(0, 0), (1, 1), (3, 1), (4, 2), (80, 24), (300, 2)] {
            let area = Rect::new(0, 0, width, height);
            let mut buf = Buffer::empty(area);
            for action in actions {
                viewer.act(action, area);
                viewer.find("1", area);
                viewer.wheel(3, area);
                viewer.draw(area, true, &mut buf, &bench.state.look());
            }
        }
    }
}
