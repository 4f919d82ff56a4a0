//! Whether charts are drawn by pixels or in dots.

use flowdeck_surface::notice::Notice;

use crate::app::effect::Effect;
use crate::app::state::{State, Word};

/// Draws charts by pixels, or in dots again, as the person wants it.
pub(super) fn switch(state: &mut State) -> Vec<Effect> {
    let graphics = state.theme.graphics();
    if graphics.has_pixels() {
        state.theme = state.theme.with_charts_in_pixels(!graphics.charts);
    } else {
        state.said = Some(Word::Failed(Notice {
            hint: Some("FLOWDECK_GRAPHICS=kitty, iterm2 or sixel says that it does.".to_owned()),
            ..Notice::saying("This terminal is not known to show pixels.".to_owned())
        }));
    }
    Vec::new()
}

/// The terminal takes long for charts by pixels: they are drawn in dots, unless the person wants them so.
pub(super) fn slow(state: &mut State) -> Vec<Effect> {
    if state.theme.graphics().is_by_default {
        state.theme = state.theme.with_charts_in_pixels(false);
        let word = "This terminal takes long for pixels, so charts are drawn in dots; i draws pixels again.";
        state.said = Some(Word::Said(word.to_owned()));
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use flowdeck_surface::clock::Clock;

    use super::*;
    use crate::app::graphics::{ChartPixels, Graphics};
    use crate::app::theme::{Depth, Theme};

    fn state(wanted: ChartPixels) -> State {
        let variable = |name: &str| (name == "FLOWDECK_GRAPHICS").then_some("kitty");
        let graphics = Graphics::detect(Depth::Many, Some((8, 16)), wanted, variable);
        let area = ratatui::layout::Rect::new(0, 0, 80, 24);
        let mut state = State::new(area, Theme::new(Depth::Many), Clock::utc(), None);
        state.theme = state.theme.with_graphics(graphics);
        state
    }

    #[test]
    fn a_slow_terminal_gets_dots_unless_a_person_wants_pixels() {
        let mut by_default = state(ChartPixels::Auto);
        slow(&mut by_default);
        assert!(!by_default.theme.graphics().charts && by_default.said.is_some());
        switch(&mut by_default);
        by_default.said = None;
        slow(&mut by_default);
        assert!(by_default.theme.graphics().charts && by_default.said.is_none());
        let mut wanted = state(ChartPixels::Always);
        slow(&mut wanted);
        assert!(wanted.theme.graphics().charts);
    }
}
