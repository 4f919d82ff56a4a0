use std::hash::{DefaultHasher, Hash, Hasher};

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder, RgbaImage};
use ratatui::layout::Size;

use super::{Pixels, iterm2, kitty, sixel};
use crate::app::graphics::Way;

/// A picture as a terminal is told.
#[derive(Debug)]
pub(crate) struct Encoded {
    /// Tells pictures apart: equal where all pixels are.
    pub(crate) print: u64,
    /// What the terminal is told.
    pub(crate) form: Form,
}

/// What the terminal is told, by protocol.
#[derive(Debug)]
pub(crate) enum Form {
    /// A file for kitty's protocol; its number is known only where it stands.
    Kitty(kitty::File),
    /// A sequence that draws from the cell of the cursor on and leaves what it does not draw on as it is.
    Sixel(String),
    /// A sequence that draws from the cell of the cursor on and takes the place of all that stands there.
    Iterm2(String),
}

impl Encoded {
    /// A picture of few colours; none where a terminal shows no pixels.
    pub(crate) fn of_pixels(pixels: &Pixels, size: Size, way: Way, ground: [u8; 3]) -> Option<Self> {
        let form = match way {
            Way::Kitty => Form::Kitty(kitty::File::new(pixels.png()?, size)),
            Way::Iterm2 => Form::Iterm2(iterm2::sequence(&pixels.png()?, size)),
            Way::Sixel => Form::Sixel(sixel::sequence(pixels, ground)),
            Way::TrueColour | Way::Indexed | Way::Letters => return None,
        };
        Some(Self {
            print: pixels.print(size),
            form,
        })
    }

    /// A picture of many colours, opaque; none where a terminal shows no pixels.
    pub(crate) fn of_image(image: &RgbaImage, size: Size, way: Way) -> Option<Self> {
        let form = match way {
            Way::Kitty => Form::Kitty(kitty::File::new(png(image)?, size)),
            Way::Iterm2 => Form::Iterm2(iterm2::sequence(&png(image)?, size)),
            Way::Sixel => Form::Sixel(sixel::of_many_colours(image)?),
            Way::TrueColour | Way::Indexed | Way::Letters => return None,
        };
        let mut print = DefaultHasher::new();
        (image.as_raw(), image.width(), size.width, size.height).hash(&mut print);
        Some(Self {
            print: print.finish(),
            form,
        })
    }
}

/// A file without the pixels' transparency, of which there is none.
fn png(image: &RgbaImage) -> Option<Vec<u8>> {
    let opaque: Vec<u8> = image
        .pixels()
        .flat_map(|pixel| [pixel[0], pixel[1], pixel[2]])
        .collect();
    let mut file = Vec::new();
    PngEncoder::new_with_quality(&mut file, CompressionType::Fast, FilterType::Adaptive)
        .write_image(&opaque, image.width(), image.height(), ExtendedColorType::Rgb8)
        .ok()?;
    Some(file)
}
