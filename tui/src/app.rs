//! The terminal app.
//!
//! ```text
//! key, mouse, answer -> Msg -> update(&mut State, Msg) -> effects   pure
//!                                       State -> view -> cells      pure
//! runtime: takes messages, carries out effects, writes cells        all input and output
//! ```
//!
//! A question to a store is an effect with a ticket; its answer comes back as a message with the same ticket, and is
//! dropped where nobody waits for it any more. Each screen is a folder below [`screens`]; what a key does is written
//! once, in `surface::action`.

mod arrangement;
mod basket;
mod changing;
pub(crate) mod chart;
mod cluster;
#[allow(dead_code, reason = "screens that ask come one after the other")]
mod context;
mod contrast;
mod detail;
mod effect;
mod fetch;
mod files;
mod graphics;
mod help;
mod histories;
mod inbox;
mod key;
mod layout;
mod live;
mod loadable;
mod log;
mod message;
#[allow(dead_code, reason = "screens that ask come one after the other")]
mod mouse;
mod palette;
mod pipelines;
mod pulse;
mod registry;
mod registry_edit;
mod runtime;
mod screens;
mod settings;
mod state;
mod take_back;
#[cfg(test)]
mod testing;
#[allow(dead_code, reason = "screens that ask come one after the other")]
pub(crate) mod theme;
mod ticket;
mod typing;
mod update;
mod view;
mod viewer;
mod widgets;

use std::process::ExitCode;

use flowdeck_surface::client::{Contexts, Discovery, Environment, Failure, FailureKind, Flags, Result};
use flowdeck_surface::clock::Clock;
use ratatui::layout::Rect;

use graphics::Graphics;
pub(crate) use runtime::now;
use runtime::{Charset, Drawing, Opening, background, terminal};
use settings::Settings;
use state::State;
use theme::{Depth, Theme};

/// What the command line says of how the app shows things.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Options {
    /// Whether colours are wanted: neither `--no-color` nor `NO_COLOR` was given.
    pub(crate) colour: bool,
}

/// Shows the store that was found until the person leaves; where none was found, offers the demo.
///
/// # Errors
/// A terminal that cannot be drawn on.
pub(crate) fn run(
    discovery: &Discovery,
    environment: &Environment,
    flags: Flags,
    options: &Options,
) -> Result<ExitCode> {
    let variable = |name: &str| environment.variable(name);
    terminal::check(variable("TERM"))?;
    let settings = Settings::load(environment);
    let depth = match depth(options, variable) {
        Depth::Monochrome => Depth::Monochrome,
        known => settings.depth.unwrap_or(known),
    };
    let graphics = Graphics::detect(depth, terminal::cell_pixels(), settings.chart_pixels, variable)
        .of_process(std::process::id());
    let background = settings.background;
    let known = background.or_else(|| variable("COLORFGBG").and_then(background::of_variable));
    let theme = Theme::new(depth)
        .on(known.unwrap_or_default())
        .with_own(settings.own_colours)
        .with_graphics(graphics);
    let theme = settings.theme.and_then(|name| theme.named(name)).unwrap_or(theme);
    let nothing_found = discovery.chosen.is_none().then(|| discovery.looks.clone());
    let drawing = Drawing {
        charset: settings.charset.unwrap_or_else(|| Charset::of_locale(variable)),
        asks_background: background.is_none()
            && depth == Depth::Many
            && background::may_ask(variable("TERM")),
    };
    let mut state = State::new(Rect::ZERO, theme, Clock::local(), nothing_found);
    state.take_settings(settings);
    if let Ok(contexts) = Contexts::load(environment) {
        state.contexts = contexts.names().map(str::to_owned).collect();
    }
    let opening = Opening::new(discovery.chosen.clone(), environment.clone(), flags);
    runtime::run(state, drawing, opening).map_err(|error| {
        Failure::new(
            FailureKind::System,
            format!("the terminal does not answer: {error}"),
        )
        .caused_by(error)
    })
}

/// How many colours are wanted and there. Source: <https://no-color.org>; the names of terminfo's entries.
fn depth<'a>(options: &Options, variable: impl Fn(&str) -> Option<&'a str>) -> Depth {
    let refused = variable("NO_COLOR").is_some_and(|value| !value.is_empty());
    if !options.colour || refused {
        return Depth::Monochrome;
    }
    let term = variable("TERM").unwrap_or_default();
    let many = [
        "256color",
        "direct",
        "kitty",
        "alacritty",
        "ghostty",
        "wezterm",
        "foot",
    ];
    if variable("COLORTERM").is_some_and(|value| !value.is_empty())
        || many.iter().any(|name| term.contains(name))
    {
        Depth::Many
    } else {
        Depth::Sixteen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_as_many_as_the_terminal_has_and_the_person_wants() {
        let depth_of = |colour, set: &[(&str, &'static str)]| {
            let variable = |name: &str| set.iter().find(|(own, _)| *own == name).map(|(_, value)| *value);
            depth(&Options { colour }, variable)
        };
        assert_eq!(depth_of(true, &[("TERM", "xterm-256color")]), Depth::Many);
        assert_eq!(depth_of(true, &[("TERM", "linux")]), Depth::Sixteen);
        assert_eq!(
            depth_of(true, &[("TERM", "xterm"), ("COLORTERM", "truecolor")]),
            Depth::Many
        );
        assert_eq!(
            depth_of(true, &[("TERM", "xterm-256color"), ("NO_COLOR", "1")]),
            Depth::Monochrome
        );
        assert_eq!(
            depth_of(true, &[("TERM", "xterm-256color"), ("NO_COLOR", "")]),
            Depth::Many
        );
        assert_eq!(depth_of(false, &[("TERM", "xterm-256color")]), Depth::Monochrome);
    }
}
