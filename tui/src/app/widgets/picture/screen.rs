//! A terminal in a test: reads what a painter sends back into letters and pixels, by each of the protocols.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use image::{Rgba, RgbaImage};
use std::collections::HashMap;

use super::kitty;

/// What a terminal shows.
pub(crate) struct PixelScreen {
    /// In cells.
    width: u16,
    height: u16,
    /// A cell in pixels.
    cell: (u32, u32),
    letters: Vec<String>,
    /// What sixels and iTerm2's pictures drew; transparent elsewhere.
    drawn: RgbaImage,
    /// Kitty's pictures, and the cells that they were made for.
    files: HashMap<u32, (RgbaImage, u32, u32)>,
    /// What was sent of a file that is not whole yet.
    sending: Option<(HashMap<String, String>, String)>,
    /// Parts of kitty's pictures, cell by cell: number, column, row.
    parts: Vec<Option<(u32, u32, u32)>>,
    at: (u16, u16),
    colour: u32,
    /// Pictures that were sent.
    pub(crate) n_sent: usize,
}

impl PixelScreen {
    pub(crate) fn new(width: u16, height: u16, cell: (u16, u16)) -> Self {
        let n_cells = usize::from(width) * usize::from(height);
        let cell = (u32::from(cell.0), u32::from(cell.1));
        Self {
            width,
            height,
            cell,
            letters: vec![" ".to_owned(); n_cells],
            drawn: RgbaImage::new(u32::from(width) * cell.0, u32::from(height) * cell.1),
            files: HashMap::new(),
            sending: None,
            parts: vec![None; n_cells],
            at: (0, 0),
            colour: 0,
            n_sent: 0,
        }
    }

    /// Takes what is sent; what it does not know is a fault of the test's.
    pub(crate) fn process(&mut self, bytes: &str) {
        let mut rest = bytes;
        while let Some(letter) = rest.chars().next() {
            rest = match letter {
                '\x1b' => self.escape(&rest[1..]),
                '\r' => {
                    self.at.0 = 0;
                    &rest[1..]
                }
                '\n' => {
                    self.at.1 += 1;
                    &rest[1..]
                }
                _ => self.letter(rest),
            };
        }
    }

    /// What stands in a row, parts of pictures left out.
    pub(crate) fn row(&self, y: u16) -> String {
        let from = usize::from(y) * usize::from(self.width);
        self.letters[from..from + usize::from(self.width)].concat()
    }

    /// Kitty's pictures that the terminal keeps.
    pub(crate) fn n_files(&self) -> usize {
        self.files.len()
    }

    /// All pixels of pictures, as they are seen; transparent where there is none.
    pub(crate) fn pixels(&self) -> RgbaImage {
        let mut seen = self.drawn.clone();
        for (place, part) in self.parts.iter().enumerate() {
            let Some((id, column, row)) = part else { continue };
            let Some((file, columns, rows)) = self.files.get(id) else {
                continue;
            };
            let (x, y) = (
                place as u32 % u32::from(self.width),
                place as u32 / u32::from(self.width),
            );
            for dy in 0..self.cell.1 {
                for dx in 0..self.cell.0 {
                    let from = (
                        (column * self.cell.0 + dx) * file.width() / (columns * self.cell.0),
                        (row * self.cell.1 + dy) * file.height() / (rows * self.cell.1),
                    );
                    let pixel = *file.get_pixel(from.0, from.1);
                    seen.put_pixel(x * self.cell.0 + dx, y * self.cell.1 + dy, pixel);
                }
            }
        }
        seen
    }

    fn letter<'a>(&mut self, rest: &'a str) -> &'a str {
        let symbol = unicode_segmentation::UnicodeSegmentation::graphemes(rest, true)
            .next()
            .unwrap_or_default();
        let place = usize::from(self.at.1) * usize::from(self.width) + usize::from(self.at.0);
        assert!(
            self.at.0 < self.width && self.at.1 < self.height,
            "{:?} {symbol}",
            self.at
        );
        self.blank(self.at.0, self.at.1);
        if kitty::is_placeholder(symbol) {
            self.parts[place] = Some(self.part(symbol, place));
        } else {
            symbol.clone_into(&mut self.letters[place]);
        }
        self.at.0 += 1;
        &rest[symbol.len()..]
    }

    fn part(&self, symbol: &str, place: usize) -> (u32, u32, u32) {
        let mut marks = symbol.chars().skip(1).filter_map(kitty::number);
        match (marks.next(), marks.next()) {
            (Some(row), Some(column)) => (self.colour, u32::from(column), u32::from(row)),
            _ => {
                let (id, column, row) = self.parts[place - 1].expect("a part stands before");
                assert_eq!(id, self.colour, "a part counts on from one of its own picture");
                (id, column + 1, row)
            }
        }
    }

    fn blank(&mut self, x: u16, y: u16) {
        let place = usize::from(y) * usize::from(self.width) + usize::from(x);
        " ".clone_into(&mut self.letters[place]);
        self.parts[place] = None;
        for dy in 0..self.cell.1 {
            for dx in 0..self.cell.0 {
                let (x, y) = (u32::from(x) * self.cell.0 + dx, u32::from(y) * self.cell.1 + dy);
                self.drawn.put_pixel(x, y, Rgba([0; 4]));
            }
        }
    }

    fn escape<'a>(&mut self, rest: &'a str) -> &'a str {
        let until = |end: &str| {
            rest.split_once(end)
                .unwrap_or_else(|| panic!("no end of {rest:?}"))
        };
        match rest.as_bytes()[0] {
            b'[' => self.control(&rest[1..]),
            b'_' => {
                let (command, rest) = until("\x1b\\");
                self.kitty(&command[2..]);
                rest
            }
            b'P' => {
                let (sixels, rest) = until("\x1b\\");
                let picture = format!("\x1b{sixels}\x1b\\");
                let read = icy_sixel::SixelImage::decode(picture.as_bytes()).expect("sixels are read");
                let (width, height) = read.dimensions();
                let image = RgbaImage::from_raw(width as u32, height as u32, read.pixels);
                self.draw(&image.expect("as many pixels as it says"), false);
                rest
            }
            b']' => {
                let (text, rest) = until("\x07");
                let (head, file) = text.split_once(':').expect("a file follows");
                let of = |name: &str| -> u32 {
                    let all = head.split_once('=').expect("what it is").1;
                    let found = all
                        .split(';')
                        .find_map(|part| part.strip_prefix(&format!("{name}=")));
                    found.expect("it is told").parse().expect("it is a number")
                };
                let file = STANDARD.decode(file).expect("it is base64");
                assert_eq!(of("size") as usize, file.len());
                let image = image::load_from_memory(&file)
                    .expect("it is a picture")
                    .into_rgba8();
                let (width, height) = (of("width") * self.cell.0, of("height") * self.cell.1);
                let filter = image::imageops::FilterType::Nearest;
                self.draw(&image::imageops::resize(&image, width, height, filter), true);
                rest
            }
            other => panic!("escape {}", char::from(other)),
        }
    }

    fn control<'a>(&mut self, rest: &'a str) -> &'a str {
        let end = rest
            .find(|letter: char| letter.is_ascii_alphabetic())
            .expect("it ends");
        let (text, letter) = (&rest[..end], rest.as_bytes()[end]);
        let numbers: Vec<u16> = text.split(';').filter_map(|number| number.parse().ok()).collect();
        let first = numbers.first().copied();
        match letter {
            b'H' => self.at = (numbers.get(1).copied().unwrap_or(1) - 1, first.unwrap_or(1) - 1),
            b'C' => self.at.0 += first.unwrap_or(1),
            b'X' => (0..first.unwrap_or(1)).for_each(|n| self.blank(self.at.0 + n, self.at.1)),
            b'b' => {
                let place = usize::from(self.at.1) * usize::from(self.width) + usize::from(self.at.0);
                assert!(self.parts[place - 1].is_some(), "nothing but parts is repeated");
                let letter = kitty::PLACEHOLDER.to_string();
                (0..first.unwrap_or(1)).for_each(|_| {
                    self.letter(&letter);
                });
            }
            b'K' => (self.at.0..self.width).for_each(|x| self.blank(x, self.at.1)),
            b'J' => {
                *self = Self {
                    files: std::mem::take(&mut self.files),
                    n_sent: self.n_sent,
                    ..Self::new(self.width, self.height, (self.cell.0 as u16, self.cell.1 as u16))
                }
            }
            b'm' => {
                if let Some(place) = numbers.windows(2).position(|pair| pair == [38, 2]) {
                    let [red, green, blue] = [2, 3, 4].map(|n| u32::from(numbers[place + n]));
                    self.colour = red << 16 | green << 8 | blue;
                }
            }
            b'h' | b'l' => {}
            other => panic!("control {text}{}", char::from(other)),
        }
        &rest[end + 1..]
    }

    /// A picture from the cursor's cell on; where it takes the place of what stands there, nothing of that is left.
    fn draw(&mut self, image: &RgbaImage, takes_place: bool) {
        self.n_sent += 1;
        let (left, top) = (
            u32::from(self.at.0) * self.cell.0,
            u32::from(self.at.1) * self.cell.1,
        );
        for (x, y, pixel) in image.enumerate_pixels() {
            if takes_place || pixel[3] > 0 {
                self.drawn.put_pixel(left + x, top + y, *pixel);
            }
        }
    }

    fn kitty(&mut self, command: &str) {
        let (head, file) = command.split_once(';').unwrap_or((command, ""));
        let keys: HashMap<String, String> = head
            .split(',')
            .filter_map(|pair| pair.split_once('='))
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect();
        if keys.get("a").is_some_and(|action| action == "d") {
            self.files.remove(&keys["i"].parse::<u32>().expect("a number"));
            return;
        }
        let (first, mut text) = self.sending.take().unwrap_or((keys.clone(), String::new()));
        text.push_str(file);
        if keys["m"] == "1" {
            self.sending = Some((first, text));
            return;
        }
        let number = |key: &str| first[key].parse::<u32>().expect("a number");
        assert_eq!(
            (first["a"].as_str(), first["U"].as_str(), first["f"].as_str()),
            ("T", "1", "100")
        );
        let file = STANDARD.decode(text).expect("it is base64");
        let image = image::load_from_memory(&file)
            .expect("it is a picture")
            .into_rgba8();
        self.files.insert(number("i"), (image, number("c"), number("r")));
        self.n_sent += 1;
    }
}
