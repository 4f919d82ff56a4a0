use flowdeck_surface::clock::Clock;
use flowdeck_surface::notice::Notice;
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::confirm::Confirm;
use super::editor::Editor;
use super::form::{Field, Form};
use super::picker::{Item, Picker};
use super::{Decision, Dialog, OpenDialog, Pressed};
use crate::app::context::Look;
use crate::app::histories::Histories;
use crate::app::key::Key;
use crate::app::mouse::{Mouse, MouseKind, Targets};
use crate::app::testing::NOW;
use crate::app::theme::{Depth, Theme};
use crate::app::ticket::Tickets;

/// A dialog on a screen, with what stands where on it.
struct Stage {
    open: OpenDialog,
    screen: Rect,
    targets: Targets,
}

impl Stage {
    fn of(dialog: impl Dialog + 'static, width: u16, height: u16) -> Self {
        Self {
            open: OpenDialog::new(Tickets::default().next(), Box::new(dialog)),
            screen: Rect::new(0, 0, width, height),
            targets: Targets::default(),
        }
    }

    fn press(&mut self, keys: &str) -> Pressed {
        let mut last = Pressed::Nothing;
        for name in keys.split_whitespace() {
            last = self.open.press(&Key::named(name), self.screen);
        }
        last
    }

    fn type_text(&mut self, text: &str) -> &mut Self {
        for letter in text.chars() {
            let name = if letter == ' ' {
                "space".to_owned()
            } else {
                letter.to_string()
            };
            self.open.press(&Key::named(&name), self.screen);
        }
        self
    }

    fn click(&mut self, text: &str) -> Pressed {
        let frame = self.frame();
        let found = frame.lines().enumerate().find_map(|(row, line)| {
            let byte = line.find(text)?;
            Some((line[..byte].chars().count() as u16, row as u16))
        });
        let (column, row) = found.unwrap_or_else(|| panic!("{text} in\n{frame}"));
        let mouse = Mouse {
            target: self.targets.at(column, row),
            ..Mouse::at(MouseKind::Press, column, row)
        };
        self.open.point(&mouse, self.screen)
    }

    fn frame(&self) -> String {
        self.targets.clear();
        let (theme, clock) = (Theme::new(Depth::Many), Clock::utc());
        let look = Look {
            theme: &theme,
            clock: &clock,
            now: NOW,
            histories: &Histories::default(),
            targets: &self.targets,
            pictures: &crate::app::widgets::picture::Pictures::default(),
        };
        let mut buf = Buffer::empty(self.screen);
        self.open.draw(self.screen, &mut buf, &look);
        let line = |y| {
            let cells = (0..self.screen.width).map(|x| buf[(x, y)].symbol());
            cells.collect::<String>().trim_end().to_owned()
        };
        let lines: Vec<_> = (0..self.screen.height).map(line).collect();
        lines.join("\n").trim_end().to_owned() + "\n"
    }
}

fn rename() -> Form {
    let taken = |text: &str| (text == "churn").then(|| Notice::saying("An experiment of this name exists."));
    Form::new("New experiment", "create")
        .about("It is written to the store at once.")
        .field(Field::text("Name", "").checked(taken))
        .field(Field::choice(
            "View",
            vec!["all".to_owned(), "mine".to_owned()],
            0,
        ))
}

fn deletion() -> Confirm {
    Confirm::new("Delete 3 runs?", "Delete")
        .line("They can be restored from the view of deleted runs.", Tone::Plain)
}

fn experiments() -> Picker {
    let items = ["vision-classifier", "churn", "vision-detector", "demand"];
    let items = items.map(|name| Item::new(name, format!("{} runs", name.len())));
    Picker::new("Go to experiment", "open", items.into())
}

#[test]
fn every_dialog_at_both_sizes() {
    for (width, height) in [(80, 24), (160, 48)] {
        let name = |kind: &str| format!("dialog_{kind}_{width}x{height}");
        insta::assert_snapshot!(name("confirm"), Stage::of(deletion(), width, height).frame());
        let mut typed = Stage::of(deletion().typed("churn"), width, height);
        typed.type_text("chrn").press("enter");
        insta::assert_snapshot!(name("typed"), typed.frame());
        let mut form = Stage::of(rename(), width, height);
        form.type_text("churn").press("tab");
        form.press("enter");
        insta::assert_snapshot!(name("form"), form.frame());
        let mut picker = Stage::of(experiments().several([1]), width, height);
        picker.type_text("vi");
        insta::assert_snapshot!(name("picker"), picker.frame());
        let mut editor = Stage::of(
            Editor::new("Note", "# Baseline\n\nof the second week"),
            width,
            height,
        );
        editor.press("end");
        editor.type_text(" run").press("esc");
        insta::assert_snapshot!(name("editor"), editor.frame());
    }
}

#[test]
fn a_dangerous_question_is_only_answered_yes_on_purpose() {
    let stage = || Stage::of(deletion(), 80, 24);
    assert_eq!(stage().press("enter"), Pressed::Cancelled);
    assert_eq!(stage().press("esc"), Pressed::Cancelled);
    assert_eq!(stage().press("y"), Pressed::Decided(Decision::Yes));
    assert_eq!(stage().press("tab enter"), Pressed::Decided(Decision::Yes));
    assert_eq!(stage().click("[ Delete ]"), Pressed::Decided(Decision::Yes));
    assert_eq!(stage().click("[ Keep ]"), Pressed::Cancelled);
    let mut harmless = Stage::of(deletion().harmless(), 80, 24);
    assert_eq!(harmless.press("enter"), Pressed::Decided(Decision::Yes));
}

#[test]
fn a_name_has_to_be_typed_as_it_is() {
    let mut stage = Stage::of(deletion().typed("churn"), 80, 24);
    assert_eq!(stage.type_text("chur").press("enter"), Pressed::Nothing);
    assert!(stage.frame().contains("not the name"));
    assert_eq!(
        stage.type_text("n").press("enter"),
        Pressed::Decided(Decision::Yes)
    );
}

#[test]
fn a_field_that_is_wrong_says_so_until_it_is_right() {
    let mut stage = Stage::of(rename(), 80, 24);
    stage.type_text("churn");
    assert!(!stage.frame().contains("exists"));
    assert_eq!(stage.press("enter enter"), Pressed::Nothing);
    assert!(stage.frame().contains("exists"));
    stage.type_text("2");
    assert!(!stage.frame().contains("exists"));
    let fields = Decision::Fields(vec!["churn2".to_owned(), "mine".to_owned()]);
    assert_eq!(stage.press("tab right enter"), Pressed::Decided(fields));
}

#[test]
fn what_the_store_refuses_can_be_changed() {
    let mut stage = Stage::of(rename(), 80, 24);
    stage.open.wait();
    assert_eq!(stage.press("a enter"), Pressed::Nothing);
    assert!(stage.frame().contains("working"));
    stage.open.refuse(Notice::saying("The store is read-only."));
    assert!(stage.frame().contains("read-only"));
    stage.type_text("a");
    assert!(!stage.frame().contains("read-only"));
}

#[test]
fn a_list_is_narrowed_and_one_is_chosen() {
    let mut stage = Stage::of(experiments(), 80, 24);
    assert_eq!(
        stage.type_text("dem").press("enter"),
        Pressed::Decided(Decision::Picked(vec![3]))
    );
    let mut stage = Stage::of(experiments(), 80, 24);
    assert_eq!(
        stage.press("down enter"),
        Pressed::Decided(Decision::Picked(vec![1]))
    );
    let mut stage = Stage::of(experiments(), 80, 24);
    assert_eq!(stage.type_text("xyz").press("enter"), Pressed::Nothing);
    let mut several = Stage::of(experiments().several([3]), 80, 24);
    assert_eq!(
        several.press("tab enter"),
        Pressed::Decided(Decision::Picked(vec![0, 3]))
    );
}

#[test]
fn an_edited_text_is_not_dropped_by_one_key() {
    let mut stage = Stage::of(Editor::new("Note", "one"), 80, 24);
    assert_eq!(stage.press("esc"), Pressed::Cancelled);
    assert_eq!(stage.press("a esc"), Pressed::Nothing);
    assert_eq!(stage.press("esc"), Pressed::Cancelled);
    assert_eq!(
        stage.press("ctrl-s"),
        Pressed::Decided(Decision::Text("aone".to_owned()))
    );
    assert_eq!(stage.press("ctrl-o"), Pressed::HandOver("aone".to_owned()));
    stage.open.edited("two\nlines".to_owned());
    assert_eq!(
        stage.press("ctrl-s"),
        Pressed::Decided(Decision::Text("two\nlines".to_owned()))
    );
}

#[test]
fn nothing_breaks_on_a_screen_of_any_size() {
    let sizes = [(1, 1), (4, 3), (8, 4), (20, 6), (300, 100)];
    for (width, height) in sizes {
        let dialogs: [Box<dyn Dialog>; 4] = [
            Box::new(deletion().typed("churn")),
            Box::new(rename()),
            Box::new(experiments()),
            Box::new(Editor::new("Note", "a long line that has to be broken\n\n猫猫猫")),
        ];
        for dialog in dialogs {
            let open = OpenDialog::new(Tickets::default().next(), dialog);
            let mut stage = Stage {
                open,
                ..Stage::of(deletion(), width, height)
            };
            for keys in ["a b c", "down pgdn up pgup", "tab", "enter"] {
                stage.press(keys);
                stage.frame();
            }
        }
    }
}
