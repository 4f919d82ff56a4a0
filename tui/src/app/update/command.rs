//! What is typed behind `:` and becomes of it.

use flowdeck_surface::client::logs::LogTarget;
use flowdeck_surface::client::port::StoreKind;
use flowdeck_surface::client::tracking::Experiment;
use flowdeck_surface::command::{Command, Known, Place, Setting};
use flowdeck_surface::notice::Notice;

use super::{act, back_to, open};
use crate::app::effect::Effect;
use crate::app::key::Key;
use crate::app::mouse::Mouse;
use crate::app::palette::{Palette, Remembered, Typing};
use crate::app::screens::logs::LogScreen;
use crate::app::screens::runs::Runs;
use crate::app::state::{State, Word};
use crate::app::theme::THEME_NAMES;

/// Opens the line behind `:`.
pub(super) fn open_palette(state: &mut State) -> Vec<Effect> {
    with_known(state, |_, known, _| Some(Palette::open(known)));
    Vec::new()
}

/// Takes a key while the line is open.
pub(super) fn press(state: &mut State, key: &Key) -> Vec<Effect> {
    let mut typing = Typing::Closed;
    with_known(state, |palette, known, remembered| {
        let mut palette = palette?;
        typing = palette.press(key, known, remembered);
        Some(palette)
    });
    follow(state, typing)
}

/// Takes a text that was pasted while the line is open.
pub(super) fn paste(state: &mut State, text: &str) -> Vec<Effect> {
    with_known(state, |palette, known, _| {
        let mut palette = palette?;
        palette.paste(text, known);
        Some(palette)
    });
    Vec::new()
}

/// Takes the mouse while the line is open.
pub(super) fn point(state: &mut State, mouse: &Mouse) -> Vec<Effect> {
    let mut typing = Typing::Closed;
    with_known(state, |palette, known, remembered| {
        let mut palette = palette?;
        typing = palette.point(mouse, known, remembered);
        Some(palette)
    });
    follow(state, typing)
}

fn with_known(
    state: &mut State,
    change: impl FnOnce(Option<Palette>, &Known<'_>, &mut Remembered) -> Option<Palette>,
) {
    let palette = state.palette.take();
    let mut remembered = std::mem::take(&mut state.remembered);
    let models = state.models.clone();
    let experiments: Vec<String> = state.experiments.iter().map(|one| one.name.clone()).collect();
    let known = Known {
        keymap: &state.keymap,
        scopes: state.top().scopes(),
        experiments: &experiments,
        contexts: &state.contexts,
        models: &models,
        themes: &THEME_NAMES,
    };
    let palette = change(palette, &known, &mut remembered);
    state.palette = palette;
    state.remembered = remembered;
}

fn follow(state: &mut State, typing: Typing) -> Vec<Effect> {
    match typing {
        Typing::On => Vec::new(),
        Typing::Closed => {
            state.palette = None;
            Vec::new()
        }
        Typing::Done(command) => {
            state.palette = None;
            run(state, command)
        }
    }
}

fn run(state: &mut State, command: Command) -> Vec<Effect> {
    match command {
        Command::Act(action) => act(state, action),
        Command::Go(Place::Experiments) => go_home(state),
        Command::Go(Place::Contexts(name)) => super::go_to_contexts(state, name),
        Command::Go(Place::Inbox) => super::inbox::show(state),
        Command::Go(Place::Models) => super::registry::models(state, false),
        Command::Go(Place::Prompts) => super::registry::models(state, true),
        Command::Go(Place::Model(name)) => super::registry::model(state, &name),
        Command::Go(Place::Audit) => super::registry::audit(state),
        Command::Go(Place::Log(pod)) => show_log(state, &pod),
        Command::Go(Place::Pipelines) => super::pipelines::pipelines(state),
        Command::Go(Place::PipelineRuns) => super::pipelines::runs(state),
        Command::Go(Place::PipelineRun(word)) => super::pipelines::run(state, &word),
        Command::Go(Place::PipelineExperiments) => super::pipelines::experiments(state),
        Command::Go(Place::Schedules) => super::pipelines::schedules(state),
        Command::Go(Place::Namespaces) => super::cluster::namespaces(state),
        Command::Go(Place::Pods(name)) => super::cluster::pods(state, name.as_deref()),
        Command::Go(Place::Runs(name)) => go_to_runs(state, name.as_deref()),
        Command::Set(setting, value) => set(state, setting, &value),
    }
}

pub(super) fn refuse(state: &mut State, sentence: impl Into<String>, hint: Option<&str>) -> Vec<Effect> {
    state.said = Some(Word::Failed(Notice {
        hint: hint.map(str::to_owned),
        ..Notice::saying(sentence)
    }));
    Vec::new()
}

/// To the list of experiments, which is the first screen of a store that is open.
pub(super) fn go_home(state: &mut State) -> Vec<Effect> {
    if state.origin.is_none() {
        return refuse(state, "No store is open.", None);
    }
    if state.screens.len() == 1 {
        return Vec::new();
    }
    back_to(state, 0)
}

/// To the runs of an experiment; of the one in hand where none is named.
fn go_to_runs(state: &mut State, name: Option<&str>) -> Vec<Effect> {
    let Some(name) = name else {
        let place = state.screens.iter().position(|screen| screen.lists_runs());
        return match place {
            Some(place) => back_to(state, place),
            None => refuse(
                state,
                "No experiment is in hand.",
                Some("Name one: `:runs NAME`."),
            ),
        };
    };
    let Some(experiment) = find(&state.experiments, name).cloned() else {
        let sentence = format!("There is no experiment `{name}` in the list.");
        return refuse(
            state,
            sentence,
            Some("Tab completes; deleted ones are listed with v."),
        );
    };
    let mut effects = go_home(state);
    effects.extend(open(state, Box::new(Runs::of(experiment))));
    effects
}

/// To the log of a pod: `POD`, `NAMESPACE/POD`, with `:CONTAINER` behind it.
fn show_log(state: &mut State, text: &str) -> Vec<Effect> {
    let (text, container) = match text.split_once(':') {
        Some((text, container)) => (text, Some(container.to_owned())),
        None => (text, None),
    };
    let (namespace, pod) = match text.split_once('/') {
        Some((namespace, pod)) => (Some(namespace.into()), pod),
        None => (None, text),
    };
    let target = LogTarget::Pod {
        namespace,
        pod: pod.into(),
    };
    let screen = LogScreen::of(target, pod).container(container);
    open(state, Box::new(screen))
}

/// An experiment by its id or name; the id wins.
fn find<'a>(experiments: &'a [Experiment], name: &str) -> Option<&'a Experiment> {
    let by_id = experiments.iter().find(|one| one.id.as_str() == name);
    by_id.or_else(|| experiments.iter().find(|one| one.name == name))
}

fn set(state: &mut State, setting: Setting, value: &str) -> Vec<Effect> {
    let flag = match value {
        "on" | "true" | "yes" => Some(true),
        "off" | "false" | "no" => Some(false),
        _ => None,
    };
    match (setting, flag) {
        (Setting::Theme, _) => match state.theme.named(value) {
            Some(theme) => {
                state.theme = theme;
                vec![Effect::Redraw]
            }
            None => refuse(
                state,
                format!("There is no theme `{value}`."),
                Some(&THEME_NAMES.join(", ")),
            ),
        },
        (Setting::Mouse, Some(is_on)) => {
            let word = match is_on {
                true => "The mouse is flowdeck's again.",
                false => "The mouse is the terminal's: it selects text now.",
            };
            state.said = Some(Word::Said(word.to_owned()));
            vec![Effect::TakeMouse(is_on)]
        }
        (Setting::Bell, Some(is_on)) => {
            state.bell.rings = is_on;
            Vec::new()
        }
        (_, None) => refuse(state, "That is neither `on` nor `off`.", None),
    }
}

/// Shows the page in the browser that shows the same; of a local store, says where it lies.
pub(super) fn browse(state: &mut State) -> Vec<Effect> {
    if let Some(address) = state.top().web_address() {
        return vec![Effect::Browse(address)];
    }
    if state.top().is_of_pipelines() {
        let hint = "Its API server answers here, not the UI server in front of it.";
        return refuse(state, "The server of pipelines has no web pages.", Some(hint));
    }
    let Some(origin) = &state.origin else {
        return refuse(state, "No store is open.", None);
    };
    if origin.kind != StoreKind::Server {
        let word = format!("This store is local, with no web page: {}", origin.uri);
        state.said = Some(Word::Said(word));
        return Vec::new();
    }
    match state.top().web_page() {
        Some(page) => vec![Effect::Browse(page.address(&origin.uri))],
        None => refuse(state, "The server has no page for this.", None),
    }
}
