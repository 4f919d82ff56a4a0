//! The schedules that start pipeline runs, which the server calls recurring runs.
//!
//! ```text
//!  flowdeck › Experiments › Schedules
//!  2 schedules
//!   Schedule   State      When             Next                       At once
//!   nightly    ● ENABLED  0 0 2 * * *      11-24 02:00 (in 9h 12m)          1
//!   old        ● ENABLED  30 4 * * 1       has five cron fields, which the server reads with …
//! ```

use flowdeck_surface::action::{Action, Scope};
use flowdeck_surface::client::Listing;
use flowdeck_surface::client::pipelines::{RecurringRun, RecurringRunStatus};
use flowdeck_surface::pipelines::{from_now, next_fire, trigger_words};
use flowdeck_surface::tone::Tone;
use flowdeck_surface::{format, status};

use super::pipeline_runs::PipelineRuns;
use crate::app::context::{Cx, Go, Look};
use crate::app::pipelines::acting::Said;
use crate::app::pipelines::columns::Wish;
use crate::app::pipelines::launching::Purpose;
use crate::app::pipelines::list::{Changing, List, Listed};
use crate::app::pipelines::{Asked, Deed, TemplateOf, Told};
use crate::app::widgets::dialog::confirm::Confirm;
use crate::app::widgets::table::TableCell;

/// The list of schedules.
pub(crate) type Schedules = List<AllSchedules>;

/// All schedules of the namespace.
#[derive(Default)]
pub(crate) struct AllSchedules;

impl Listed for AllSchedules {
    type Item = RecurringRun;

    const NOUN: (&'static str, &'static str) = ("schedule", "schedules");
    const COLUMNS: &'static [Wish] = &[
        Wish {
            title: "Schedule",
            least: 14,
            most: 50,
            is_right: false,
            rank: 0,
        },
        Wish {
            title: "State",
            least: 10,
            most: 10,
            is_right: false,
            rank: 1,
        },
        Wish {
            title: "When",
            least: 14,
            most: 30,
            is_right: false,
            rank: 2,
        },
        Wish {
            title: "Next, your time",
            least: 22,
            most: 70,
            is_right: false,
            rank: 3,
        },
        Wish {
            title: "At once",
            least: 7,
            most: 7,
            is_right: true,
            rank: 5,
        },
        Wish {
            title: "Made",
            least: 11,
            most: 11,
            is_right: false,
            rank: 4,
        },
    ];

    fn crumb(&self) -> String {
        "Schedules".to_owned()
    }

    fn scopes(&self) -> &'static [Scope] {
        &[Scope::Schedules, Scope::List, Scope::Everywhere]
    }

    fn asked(&self) -> Asked {
        Asked::Schedules
    }

    fn take(&mut self, told: Told) -> Option<Listing<RecurringRun>> {
        match told {
            Told::Schedules(listing) => Some(listing),
            _ => None,
        }
    }

    fn id(item: &RecurringRun) -> String {
        item.id.to_string()
    }

    fn texts(item: &RecurringRun) -> (&str, Vec<&str>) {
        (
            &item.display_name,
            vec![item.id.as_str(), item.status.word(), &item.description],
        )
    }

    fn cell<'a>(&'a self, item: &'a RecurringRun, column: usize, look: &Look<'_>) -> TableCell<'a> {
        match column {
            0 => TableCell::new(item.display_name.as_str(), Tone::Plain),
            1 => {
                let badge = status::of_recurring_run(item.status);
                TableCell::new(format!("{} {}", badge.symbol, badge.word), badge.tone)
            }
            2 => TableCell::new(trigger_words(&item.trigger), Tone::Plain),
            3 => next(item, look),
            4 => TableCell::new(item.max_concurrency.to_string(), Tone::Muted),
            _ => {
                let made = item.created_at.map(|at| look.clock.compact(at, look.now));
                TableCell::new(made.unwrap_or_default(), Tone::Muted)
            }
        }
    }

    fn empty(&self) -> (&'static str, Option<&'static str>) {
        (
            "There is no schedule on this server yet.",
            Some("S on a pipeline, a version or a run makes one."),
        )
    }

    fn open(&self, item: &RecurringRun, cx: &mut Cx<'_>) {
        let runs = PipelineRuns::of_schedule(item.id.clone(), &item.display_name);
        cx.go = Some(Go::To(Box::new(runs)));
    }

    fn act(&mut self, action: Action, chosen: &[&RecurringRun], doing: &mut Changing, cx: &mut Cx<'_>) {
        match (action, chosen.first()) {
            (Action::Enable, Some(_)) => enable(chosen, doing, cx),
            (Action::Clone, Some(first)) => {
                doing
                    .launching
                    .begin(TemplateOf::Schedule(first.id.clone()), Purpose::Schedule, cx);
            }
            (Action::Delete, Some(_)) => {
                let confirm = Confirm::new(format!("Delete {}?", named(chosen)), "delete")
                    .line("It fires no more; the runs it started stay.", Tone::Plain);
                let ids = chosen.iter().map(|schedule| schedule.id.clone()).collect();
                let said = Said {
                    verb: "Deleted",
                    noun: "schedule",
                };
                doing
                    .acting
                    .confirm(confirm, Deed::DeleteSchedules(ids), said, cx);
            }
            _ => {}
        }
    }

    fn web_path(&self, item: Option<&RecurringRun>) -> String {
        item.map_or_else(
            || "#/recurringruns".to_owned(),
            |item| format!("#/recurringrun/details/{}", item.id),
        )
    }
}

/// When it fires next, or why it does not.
fn next<'a>(item: &RecurringRun, look: &Look<'_>) -> TableCell<'a> {
    if let Some(error) = &item.error {
        return TableCell::new(error.clone(), Tone::Bad);
    }
    if let Some(warning) = item.warning() {
        return TableCell::new(warning, Tone::Warning);
    }
    match next_fire(item, look.now) {
        Some(at) => {
            let text = format!(
                "{} ({})",
                look.clock.compact(at, look.now),
                from_now(at, look.now)
            );
            TableCell::new(text, Tone::Plain)
        }
        None => TableCell::new("", Tone::Muted),
    }
}

fn named(chosen: &[&RecurringRun]) -> String {
    match chosen {
        [one] => format!("schedule {}", one.display_name),
        all => format!("{} schedules", format::count(all.len())),
    }
}

/// Those that are chosen fire if none of them does, else they do not.
fn enable(chosen: &[&RecurringRun], doing: &mut Changing, cx: &mut Cx<'_>) {
    let fires = chosen
        .iter()
        .any(|schedule| schedule.status == RecurringRunStatus::Enabled);
    let (verb, line, done) = if fires {
        (
            "Disable",
            "It fires no more, until it is enabled again.",
            "Disabled",
        )
    } else {
        (
            "Enable",
            "It fires from now on; times that passed may be caught up.",
            "Enabled",
        )
    };
    let confirm = Confirm::new(format!("{verb} {}?", named(chosen)), verb.to_lowercase())
        .line(line, Tone::Plain)
        .harmless();
    let ids = chosen.iter().map(|schedule| schedule.id.clone()).collect();
    doing.acting.confirm(
        confirm,
        Deed::Enable(ids, !fires),
        Said {
            verb: done,
            noun: "schedule",
        },
        cx,
    );
}
