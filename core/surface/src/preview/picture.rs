//! Pictures as pixels.

use std::fmt;
use std::io::Cursor;
use std::sync::Arc;

use image::{ImageReader, Limits, RgbaImage};

/// Most bytes that the pixels of a picture may take while it is read.
const MOST_BYTES: u64 = 256 << 20;

/// The longer side that is kept, in pixels: more than any terminal shows.
const LONGEST_SIDE: u32 = 2048;

/// A picture that was read; cheap to clone.
#[derive(Clone)]
pub struct Picture {
    /// As it lies in the file, in pixels.
    pub width: u32,
    /// As it lies in the file, in pixels.
    pub height: u32,
    pixels: Arc<RgbaImage>,
}

impl Picture {
    /// Reads the pixels; of an animation, the first.
    ///
    /// # Errors
    /// Why they cannot be read, in a few words.
    pub fn decode(bytes: &[u8]) -> Result<Self, String> {
        let mut reader = ImageReader::new(Cursor::new(bytes))
            .with_guessed_format()
            .map_err(|error| error.to_string())?;
        let mut limits = Limits::default();
        limits.max_alloc = Some(MOST_BYTES);
        reader.limits(limits);
        let decoded = reader.decode().map_err(|error| error.to_string())?;
        let (width, height) = (decoded.width(), decoded.height());
        let kept = if width.max(height) > LONGEST_SIDE {
            decoded.thumbnail(LONGEST_SIDE, LONGEST_SIDE)
        } else {
            decoded
        };
        Ok(Self {
            width,
            height,
            pixels: Arc::new(kept.into_rgba8()),
        })
    }

    /// Its pixels, perhaps fewer than the file has.
    pub fn pixels(&self) -> &RgbaImage {
        &self.pixels
    }

    /// Its size in pixels, for people.
    pub fn remark(&self) -> Option<String> {
        Some(format!("{} × {} pixels", self.width, self.height))
    }
}

impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Picture")
            .field("width", &self.width)
            .field("height", &self.height)
            .finish_non_exhaustive()
    }
}
