//! Starts runs and makes schedules: asks what they are made from, lets the person fill in the form, and does it.

use flowdeck_surface::client::pipelines::{Parameters, Trigger};
use flowdeck_surface::client::port::NewPipelineRun;
use flowdeck_surface::client::{Failure, FailureKind, Timestamp};
use flowdeck_surface::clock::Clock;
use flowdeck_surface::notice::Notice;
use flowdeck_surface::pipelines::{FormField, RunForm, WHEN_EXAMPLES, read_when, when_typed};
use flowdeck_surface::tone::Tone;

use super::acting::{Acting, Said};
use super::{Asked, Deed, Done, NewSchedule, Template, TemplateOf, Told};
use crate::app::context::Cx;
use crate::app::effect::Question;
use crate::app::fetch::not_empty;
use crate::app::message::{Answer, Reply};
use crate::app::ticket::Ticket;
use crate::app::widgets::dialog::Decision;
use crate::app::widgets::dialog::form::{Field, Form};

/// What is to be made.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Purpose {
    Run,
    Schedule,
}

/// A run or a schedule that is being made.
#[derive(Default)]
pub(crate) struct Launching {
    asked: Option<(Ticket, Purpose)>,
    acting: Acting,
}

/// What a form says of times that passed.
const CATCH_UP: &str = "start them late";
const LET_GO: &str = "let them go";

impl Launching {
    /// Asks for what a run or a schedule is made from; the form opens with the answer.
    pub(crate) fn begin(&mut self, of: TemplateOf, purpose: Purpose, cx: &mut Cx<'_>) {
        if cx.may_change() {
            let asked = Asked::Template(of);
            let ticket = cx.ask(Question::Pipelines(Box::new(asked)));
            self.asked = Some((ticket, purpose));
        }
    }

    /// Whether the answer to this ticket is waited for.
    pub(crate) fn awaits(&self, ticket: Ticket) -> bool {
        self.asked.is_some_and(|(asked, _)| asked == ticket) || self.acting.awaits(ticket)
    }

    /// Does what was decided in the form; answers whether it was the form's.
    pub(crate) fn decide(&mut self, ticket: Ticket, decision: Option<&Decision>, cx: &mut Cx<'_>) -> bool {
        self.acting.decide(ticket, decision, cx)
    }

    /// Takes an answer; what was made comes back.
    pub(crate) fn take(&mut self, reply: Reply, cx: &mut Cx<'_>) -> Option<Done> {
        let Some((_, purpose)) = self.asked.take_if(|(asked, _)| *asked == reply.ticket) else {
            return self.acting.take(reply, cx);
        };
        match reply.answer {
            Ok(Answer::Pipelines(from)) => {
                if let Told::Template(template) = from.told {
                    self.open(*template, purpose, reply.at.at, cx);
                }
            }
            Ok(_) => {}
            Err(failure) => cx.complain(Notice::of(&failure)),
        }
        None
    }

    fn open(&mut self, template: Template, purpose: Purpose, now: Timestamp, cx: &mut Cx<'_>) {
        let inputs = template
            .spec
            .as_deref()
            .map(|spec| RunForm::of_run(spec, &template.given));
        let (title, verb, noun) = match purpose {
            Purpose::Run => ("Start a run", "start", "run"),
            Purpose::Schedule => ("Schedule runs", "make it", "schedule"),
        };
        let mut form = Form::new(title, verb)
            .about(format!("Of {}.", template.of))
            .field(Field::text("Name", &template.name).checked(not_empty));
        if purpose == Purpose::Schedule {
            form = schedule_fields(form, &template, now, cx.clock);
        }
        form = input_fields(form, inputs.as_ref(), &template.given);
        form = form
            .field(Field::text(
                "Experiment · empty for the server's default",
                &template.experiment,
            ))
            .field(Field::text(
                "Service account · empty for the usual one",
                template.service_account.as_deref().unwrap_or_default(),
            ))
            .field(Field::text(
                "Pipeline root · empty for the server's own",
                template.pipeline_root.as_deref().unwrap_or_default(),
            ));
        let clock = cx.clock.clone();
        let said = Said {
            verb: if purpose == Purpose::Run {
                "Started"
            } else {
                "Made"
            },
            noun,
        };
        let make = move |fields: &[String]| made(fields, &template, inputs.as_ref(), purpose, now, &clock);
        self.acting.form(form, make, said, cx);
    }
}

fn schedule_fields(form: Form, template: &Template, now: Timestamp, clock: &Clock) -> Form {
    let (told_clock, checked_clock) = (clock.clone(), clock.clone());
    let when = Field::text(format!("When · {WHEN_EXAMPLES}"), &when_typed(&template.trigger))
        .checked(move |text| read_when(text, now, &checked_clock).err())
        .telling(move |text| times(text, now, &told_clock));
    let at_once = template.max_concurrency.clamp(1, 10);
    let counts: Vec<String> = (1..=10).map(|count: u32| count.to_string()).collect();
    let missed = usize::from(template.no_catchup);
    form.field(when)
        .field(Field::choice(
            "Runs at once, at most",
            counts,
            at_once as usize - 1,
        ))
        .field(Field::choice(
            "Times that pass meanwhile",
            vec![CATCH_UP.to_owned(), LET_GO.to_owned()],
            missed,
        ))
}

/// The next times of what was typed, or what is wrong with it.
fn times(text: &str, now: Timestamp, clock: &Clock) -> Vec<(String, Tone)> {
    if text.trim().is_empty() {
        return Vec::new();
    }
    match read_when(text, now, clock) {
        Ok(when) => {
            let mut lines: Vec<(String, Tone)> = Vec::new();
            if !when.times.is_empty() {
                lines.push((format!("Next: {}", when.times.join(", ")), Tone::Good));
            }
            lines.extend(when.remark.map(|remark| (remark, Tone::Muted)));
            lines
        }
        Err(notice) => {
            let hint = notice.hint.map(|hint| (hint, Tone::Muted));
            std::iter::once((notice.sentence, Tone::Warning))
                .chain(hint)
                .collect()
        }
    }
}

/// One field for each input of the pipeline; one for all of them as JSON where nobody knows what there is.
fn input_fields(mut form: Form, inputs: Option<&RunForm>, given: &Parameters) -> Form {
    let Some(inputs) = inputs else {
        let json = serde_json::to_string(given).unwrap_or_default();
        let field = Field::text(
            "Parameters · a JSON object; what the run is made from is gone",
            &json,
        );
        return form.field(field.checked(|text| read_object(text).err()));
    };
    for input in &inputs.fields {
        form = form.field(input_field(input, inputs));
    }
    form
}

fn input_field(input: &FormField, inputs: &RunForm) -> Field {
    let needed = if input.required { "required" } else { "optional" };
    let label = format!("{} · {} · {needed}", input.name, input.holds);
    let choices: Vec<String> = match input.holds {
        "true or false" => vec!["true".to_owned(), "false".to_owned()],
        _ => input.choices.clone(),
    };
    let field = if choices.is_empty() {
        Field::text(label, &input.text)
    } else {
        let mut options = choices;
        if !options.contains(&input.text) {
            options.insert(0, input.text.clone());
        }
        let chosen = options
            .iter()
            .position(|option| *option == input.text)
            .unwrap_or(0);
        Field::choice(label, options, chosen)
    };
    let description = input.description.clone();
    let field = field.telling(move |_| match description.as_str() {
        "" => Vec::new(),
        text => vec![(text.to_owned(), Tone::Muted)],
    });
    let (name, form, required) = (input.name.clone(), inputs.clone(), input.required);
    field.checked(move |text| {
        if required && text.trim().is_empty() {
            return Some(Notice::saying(format!("`{name}` needs a value.")));
        }
        let mut form = form.clone();
        form.set(&name, text);
        let problem = form
            .fields
            .iter()
            .find(|field| field.name == name)?
            .problem
            .clone()?;
        Some(Notice::of(&Failure::new(FailureKind::InvalidInput, problem)))
    })
}

fn read_object(text: &str) -> Result<Parameters, Notice> {
    if text.trim().is_empty() {
        return Ok(Parameters::new());
    }
    serde_json::from_str(text).map_err(|error| Notice::saying(format!("That is no JSON object: {error}.")))
}

/// What the fields of the form ask for.
fn made(
    fields: &[String],
    template: &Template,
    inputs: Option<&RunForm>,
    purpose: Purpose,
    now: Timestamp,
    clock: &Clock,
) -> Result<Deed, Notice> {
    let mut fields = fields.iter();
    let mut next = || fields.next().cloned().unwrap_or_default();
    let name = next().trim().to_owned();
    let schedule = match purpose {
        Purpose::Run => None,
        Purpose::Schedule => {
            let trigger = read_when(&next(), now, clock)?.trigger;
            let max_concurrency = next().parse().unwrap_or(1);
            Some((trigger, max_concurrency, next() == LET_GO))
        }
    };
    let parameters = match inputs {
        None => read_object(&next())?,
        Some(inputs) => {
            let mut inputs = inputs.clone();
            let names: Vec<String> = inputs.fields.iter().map(|field| field.name.clone()).collect();
            for name in names {
                inputs.set(&name, &next());
            }
            inputs.parameters().map_err(|failure| Notice::of(&failure))?
        }
    };
    let experiment = next().trim().to_owned();
    let filled = |text: String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let run = NewPipelineRun {
        display_name: name,
        description: template.description.clone(),
        experiment_id: template
            .experiment_id
            .clone()
            .filter(|_| experiment == template.experiment),
        source: template.source.clone(),
        parameters,
        service_account: filled(next()),
        pipeline_root: filled(next()),
        plugins_input: template.plugins_input.clone(),
    };
    // An experiment that is known by its id need not be looked up by its name.
    let experiment = if run.experiment_id.is_some() {
        String::new()
    } else {
        experiment
    };
    Ok(match schedule {
        None => Deed::Start(Box::new(run), experiment),
        Some((trigger, max_concurrency, no_catchup)) => {
            let new = NewSchedule {
                run,
                trigger: keep_bounds(trigger, &template.trigger),
                max_concurrency,
                no_catchup,
            };
            Deed::Schedule(Box::new(new), experiment)
        }
    })
}

/// A schedule like another one begins and ends as that one does.
fn keep_bounds(trigger: Trigger, old: &Trigger) -> Trigger {
    let (start, end) = match old {
        Trigger::Cron { start, end, .. } | Trigger::Interval { start, end, .. } => (*start, *end),
        Trigger::Never => (None, None),
    };
    match trigger {
        Trigger::Cron { expression, .. } => Trigger::Cron {
            expression,
            start,
            end,
        },
        Trigger::Interval { seconds, .. } => Trigger::Interval { seconds, start, end },
        Trigger::Never => Trigger::Never,
    }
}
