//! What can be typed behind `:`: places to go, settings, and every action by its name.

use crate::action::keymap::KeyBinding;
use crate::action::{Action, Scope, keymap::Keymap};
use crate::fuzzy::Fuzzy;
use crate::notice::Notice;

/// A command as it was typed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Command {
    /// To a place.
    Go(Place),
    /// Does an action of the screen in view.
    Act(Action),
    /// Changes a setting until the app is left.
    Set(Setting, String),
}

/// A place to go to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Place {
    /// The list of experiments.
    Experiments,
    /// The runs of an experiment, by its name or id; of the one in hand where none is named.
    Runs(Option<String>),
    /// The contexts; one that is named is opened.
    Contexts(Option<String>),
    /// What happened since the last look.
    Inbox,
    /// The registered models.
    Models,
    /// The prompts, which the registry keeps beside the models.
    Prompts,
    /// A registered model, by its name.
    Model(String),
    /// What flowdeck changed in the registry.
    Audit,
    /// The log of a pod: `POD`, `NAMESPACE/POD`, with `:CONTAINER` behind it.
    Log(String),
    /// The pipelines.
    Pipelines,
    /// The pipeline runs.
    PipelineRuns,
    /// A pipeline run, by its id or name.
    PipelineRun(String),
    /// The experiments of pipelines.
    PipelineExperiments,
    /// The schedules.
    Schedules,
    /// The namespaces of the cluster.
    Namespaces,
    /// The pods of a namespace; of the one that is meant where none is named.
    Pods(Option<String>),
}

/// What can be set.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Setting {
    /// Colours.
    Theme,
    /// Whether the app takes the mouse; without it the terminal itself selects text.
    Mouse,
    /// Whether the terminal's bell rings for what comes into the inbox.
    Bell,
}

/// What stands behind a command.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Argument {
    /// Nothing.
    None,
    /// The name or id of an experiment; `false` where it may be left out.
    Experiment(bool),
    /// The name of a context, which may be left out.
    Context,
    /// The name of a registered model.
    Model,
    /// The id or name of a pipeline run.
    PipelineRun,
    /// The name of a namespace, which may be left out.
    Namespace,
    /// A setting and its value.
    Setting,
    /// The name of a theme.
    Theme,
    /// The name of a pod.
    Pod,
}

/// A command that can be typed.
#[derive(Clone, Copy, Debug)]
pub struct CommandInfo {
    /// What is typed.
    pub name: &'static str,
    /// Shorter words for it.
    pub aliases: &'static [&'static str],
    /// What stands behind it.
    pub argument: Argument,
    /// What it does.
    pub title: &'static str,
}

/// Every command but the actions, which have names of their own.
pub const COMMANDS: &[CommandInfo] = &[
    command("experiments", &["exps"], Argument::None, "go to the experiments"),
    command(
        "exp",
        &["experiment"],
        Argument::Experiment(true),
        "list the runs of an experiment",
    ),
    command(
        "runs",
        &[],
        Argument::Experiment(false),
        "go to the runs, of this or another experiment",
    ),
    command(
        "ctx",
        &["context", "contexts"],
        Argument::Context,
        "go to the contexts, or open the store of one",
    ),
    command("models", &[], Argument::None, "go to the registered models"),
    command("model", &[], Argument::Model, "go to a registered model"),
    command("prompts", &[], Argument::None, "go to the prompts"),
    command(
        "audit",
        &["changes"],
        Argument::None,
        "what flowdeck changed in the registry; takes it back",
    ),
    command(
        "log",
        &["logs"],
        Argument::Pod,
        "the log of a pod: log POD, NAMESPACE/POD or POD:CONTAINER",
    ),
    command("pipelines", &[], Argument::None, "go to the pipelines"),
    command(
        "pipeline-runs",
        &["pruns"],
        Argument::None,
        "go to the pipeline runs",
    ),
    command(
        "prun",
        &["pipeline-run"],
        Argument::PipelineRun,
        "go to a pipeline run, by its id or name",
    ),
    command(
        "schedules",
        &["recurring-runs"],
        Argument::None,
        "go to the schedules that start pipeline runs",
    ),
    command(
        "pipeline-experiments",
        &["pexps"],
        Argument::None,
        "go to the experiments of pipelines",
    ),
    command(
        "ns",
        &["namespaces", "namespace"],
        Argument::Namespace,
        "go to the namespaces of the cluster, or to the pods of one",
    ),
    command(
        "pods",
        &["pod"],
        Argument::Namespace,
        "go to the pods of a namespace: state, why they wait or died, events",
    ),
    command("inbox", &[], Argument::None, "what happened since the last look"),
    command("theme", &["colours", "colors"], Argument::Theme, "choose colours"),
    command(
        "set",
        &[],
        Argument::Setting,
        "change a setting: theme, mouse, bell",
    ),
    command("help", &["keys"], Argument::None, "the keys of this screen"),
    command("quit", &["q"], Argument::None, "leave"),
];

const SETTINGS: [(&str, Setting, &str); 3] = [
    ("theme", Setting::Theme, "colours"),
    (
        "mouse",
        Setting::Mouse,
        "on or off; off lets the terminal select text",
    ),
    (
        "bell",
        Setting::Bell,
        "on or off; rings for what comes into the inbox",
    ),
];

const fn command(
    name: &'static str,
    aliases: &'static [&'static str],
    argument: Argument,
    title: &'static str,
) -> CommandInfo {
    CommandInfo {
        name,
        aliases,
        argument,
        title,
    }
}

/// What is known of what can be named.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    /// The actions and their keys.
    pub keymap: &'a Keymap,
    /// The scopes of the screen in view.
    pub scopes: &'a [Scope],
    /// The names of experiments.
    pub experiments: &'a [String],
    /// The names of contexts.
    pub contexts: &'a [String],
    /// The names of registered models, as far as they were listed.
    pub models: &'a [String],
    /// The names of themes.
    pub themes: &'a [&'static str],
}

/// Something that completes what was typed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Completion {
    /// The whole line with it.
    pub line: String,
    /// What it is called.
    pub label: String,
    /// What it does.
    pub title: String,
    /// Whether more has to be typed behind it.
    pub wants_more: bool,
}

fn info(name: &str) -> Option<&'static CommandInfo> {
    COMMANDS
        .iter()
        .find(|info| info.name == name || info.aliases.contains(&name))
}

/// What was typed as a command.
///
/// # Errors
/// A word that is no command, or one that lacks what has to stand behind it.
pub fn parse(line: &str, known: &Known<'_>) -> Result<Command, Notice> {
    let (name, rest) = parted(line);
    let argument = (!rest.is_empty()).then(|| rest.to_owned());
    if let Some(bound) = known
        .keymap
        .bindings_of(known.scopes)
        .find(|bound| bound.name == name)
    {
        return Ok(Command::Act(bound.binding.action));
    }
    let Some(info) = info(name) else {
        return Err(unknown(name, known));
    };
    let needed = |what: &str| Notice {
        hint: Some("Tab completes.".to_owned()),
        ..Notice::saying(format!("Name {what} behind `{name}`."))
    };
    Ok(match info.name {
        "experiments" => Command::Go(Place::Experiments),
        "exp" => match argument {
            Some(name) => Command::Go(Place::Runs(Some(name))),
            None => Command::Go(Place::Experiments),
        },
        "runs" => Command::Go(Place::Runs(argument)),
        "ctx" => Command::Go(Place::Contexts(argument)),
        "inbox" => Command::Go(Place::Inbox),
        "models" => Command::Go(Place::Models),
        "model" => match argument {
            Some(name) => Command::Go(Place::Model(name)),
            None => Command::Go(Place::Models),
        },
        "prompts" => Command::Go(Place::Prompts),
        "audit" => Command::Go(Place::Audit),
        "log" => Command::Go(Place::Log(argument.ok_or_else(|| Notice {
            hint: Some("It is listed by `flowdeck pods list`.".to_owned()),
            ..Notice::saying("Name a pod behind `log`.")
        })?)),
        "pipelines" => Command::Go(Place::Pipelines),
        "pipeline-runs" => Command::Go(Place::PipelineRuns),
        "prun" => match argument {
            Some(word) => Command::Go(Place::PipelineRun(word)),
            None => Command::Go(Place::PipelineRuns),
        },
        "schedules" => Command::Go(Place::Schedules),
        "pipeline-experiments" => Command::Go(Place::PipelineExperiments),
        "ns" => match argument {
            Some(name) => Command::Go(Place::Pods(Some(name))),
            None => Command::Go(Place::Namespaces),
        },
        "pods" => Command::Go(Place::Pods(argument)),
        "theme" => Command::Set(Setting::Theme, argument.ok_or_else(|| needed("a theme"))?),
        "set" => {
            let (name, value) = parted(rest);
            let setting = SETTINGS.iter().find(|(known, ..)| *known == name);
            let (_, setting, _) = setting.ok_or_else(|| needed("theme, mouse or bell"))?;
            if value.is_empty() {
                return Err(needed("a value"));
            }
            Command::Set(*setting, value.to_owned())
        }
        "help" => Command::Act(Action::Help),
        _ => Command::Act(Action::Quit),
    })
}

fn unknown(name: &str, known: &Known<'_>) -> Notice {
    let near = completions(name, known).into_iter().next();
    Notice {
        hint: near.map(|near| format!("Did you mean `{}`?", near.label)),
        ..Notice::saying(format!("There is no command `{name}`."))
    }
}

/// What completes a line, the best first.
pub fn completions(line: &str, known: &Known<'_>) -> Vec<Completion> {
    let (name, rest) = parted(line);
    if !line.trim_start().contains(' ') {
        return complete_name(name, known);
    }
    match info(name).map(|info| info.argument) {
        Some(Argument::Experiment(_)) => complete(
            name,
            rest,
            known.experiments.iter().map(|name| (name.as_str(), "")),
        ),
        Some(Argument::Model) => complete(name, rest, known.models.iter().map(|name| (name.as_str(), ""))),
        Some(Argument::Theme) => complete(name, rest, known.themes.iter().map(|name| (*name, ""))),
        Some(Argument::Context) => {
            complete(name, rest, known.contexts.iter().map(|name| (name.as_str(), "")))
        }
        Some(Argument::Setting) => complete_setting(rest, known),
        Some(Argument::None | Argument::Pod | Argument::PipelineRun | Argument::Namespace) | None => {
            Vec::new()
        }
    }
}

fn complete_name(words: &str, known: &Known<'_>) -> Vec<Completion> {
    let of_command = |info: &CommandInfo| Completion {
        line: info.name.to_owned() + if info.argument == Argument::None { "" } else { " " },
        label: info.name.to_owned(),
        title: info.title.to_owned(),
        wants_more: matches!(
            info.argument,
            Argument::Experiment(true) | Argument::Setting | Argument::Theme | Argument::Pod
        ),
    };
    let of_action = |bound: &KeyBinding| Completion {
        line: bound.name.clone(),
        label: bound.name.clone(),
        title: bound.binding.title.to_owned(),
        wants_more: false,
    };
    let actions = known.keymap.bindings_of(known.scopes).map(of_action);
    let all: Vec<_> = COMMANDS.iter().map(of_command).chain(actions).collect();
    let mut fuzzy = Fuzzy::new(words);
    let mut places = fuzzy.ranked(all.iter().map(|completion| completion.label.as_str()));
    // What was typed in full, or for short, stands first.
    let exact = info(words).map(|info| info.name);
    places.sort_by_key(|&place| exact != Some(all[place].label.as_str()));
    // An alias need not have the letters of its command.
    let aliased = exact.and_then(|name| all.iter().position(|one| one.label == name));
    places.splice(0..0, aliased.filter(|place| !places.contains(place)));
    places.into_iter().map(|place| all[place].clone()).collect()
}

fn complete<'a>(
    command: &str,
    words: &str,
    values: impl Iterator<Item = (&'a str, &'a str)>,
) -> Vec<Completion> {
    let values: Vec<_> = values.collect();
    let places = Fuzzy::new(words).ranked(values.iter().map(|(value, _)| *value));
    let of = |place: usize| Completion {
        line: format!("{command} {}", values[place].0),
        label: values[place].0.to_owned(),
        title: values[place].1.to_owned(),
        wants_more: false,
    };
    places.into_iter().map(of).collect()
}

fn complete_setting(rest: &str, known: &Known<'_>) -> Vec<Completion> {
    let (name, value) = parted(rest);
    if !rest.contains(' ') {
        let settings = SETTINGS.iter().map(|(name, _, title)| (*name, *title));
        let mut completions = complete("set", name, settings);
        for completion in &mut completions {
            completion.line.push(' ');
            completion.wants_more = true;
        }
        return completions;
    }
    let command = format!("set {name}");
    match name {
        "theme" => complete(&command, value, known.themes.iter().map(|name| (*name, ""))),
        _ => complete(&command, value, [("on", ""), ("off", "")].into_iter()),
    }
}

/// The first word, and what stands behind it.
fn parted(line: &str) -> (&str, &str) {
    let line = line.trim_start();
    match line.split_once(char::is_whitespace) {
        Some((name, rest)) => (name, rest.trim()),
        None => (line, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_known<T>(look: impl FnOnce(&Known<'_>) -> T) -> T {
        let keymap = Keymap::default();
        let experiments = ["vision-classifier", "churn", "Two words"].map(str::to_owned);
        look(&Known {
            keymap: &keymap,
            scopes: &[Scope::Runs, Scope::List, Scope::Everywhere],
            experiments: &experiments,
            contexts: &["lab", "production"].map(str::to_owned),
            models: &[],
            themes: &["dark", "light"],
        })
    }

    fn labels(line: &str) -> Vec<String> {
        with_known(|known| {
            completions(line, known)
                .into_iter()
                .map(|one| one.label)
                .collect()
        })
    }

    #[test]
    fn commands_settings_and_actions_are_understood() {
        let parsed = |line: &str| with_known(|known| parse(line, known));
        assert_eq!(
            parsed("exp churn"),
            Ok(Command::Go(Place::Runs(Some("churn".to_owned()))))
        );
        assert_eq!(
            parsed(" exp  Two words "),
            Ok(Command::Go(Place::Runs(Some("Two words".to_owned()))))
        );
        assert_eq!(parsed("runs"), Ok(Command::Go(Place::Runs(None))));
        assert_eq!(parsed("q"), Ok(Command::Act(Action::Quit)));
        assert_eq!(parsed("runs.sort"), Ok(Command::Act(Action::Sort)));
        assert_eq!(
            parsed("set mouse off"),
            Ok(Command::Set(Setting::Mouse, "off".to_owned()))
        );
        assert_eq!(
            parsed("theme light"),
            Ok(Command::Set(Setting::Theme, "light".to_owned()))
        );
    }

    #[test]
    fn what_is_no_command_names_the_nearest() {
        let fault = with_known(|known| parse("thme", known)).expect_err("it is none");
        assert_eq!(fault.sentence, "There is no command `thme`.");
        assert_eq!(fault.hint.as_deref(), Some("Did you mean `theme`?"));
        assert!(with_known(|known| parse("theme", known)).is_err());
        assert!(with_known(|known| parse("chart.pin", known)).is_err());
    }

    #[test]
    fn names_and_what_stands_behind_them_are_completed() {
        assert_eq!(labels("exp ")[..], ["vision-classifier", "churn", "Two words"]);
        assert_eq!(labels("exp vcl"), ["vision-classifier"]);
        assert_eq!(labels("theme l"), ["light"]);
        assert_eq!(labels("ctx "), ["lab", "production"]);
        assert_eq!(labels("context pd"), ["production"]);
        assert_eq!(labels("set mo"), ["mouse"]);
        assert_eq!(labels("set mouse o"), ["on", "off"]);
        assert_eq!(labels("q")[0], "quit");
        assert!(labels("sort").contains(&"runs.sort".to_owned()));
        assert_eq!(labels("help")[0], "help");
    }
}
