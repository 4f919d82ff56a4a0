//! iTerm2's protocol: a file in a sequence. Source: iTerm2, "Inline Images Protocol".

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ratatui::layout::Size;

/// Draws a file on so many cells from the cursor's on.
pub(super) fn sequence(png: &[u8], size: Size) -> String {
    let Size { width, height } = size;
    let n_bytes = png.len();
    let file = STANDARD.encode(png);
    format!(
        "\x1b]1337;File=inline=1;size={n_bytes};width={width};height={height};preserveAspectRatio=0;doNotMoveCursor=1:{file}\x07"
    )
}
