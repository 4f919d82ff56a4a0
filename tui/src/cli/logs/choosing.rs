use flowdeck_surface::client::kubernetes::LogLine;
use flowdeck_surface::client::logs::{LineFilter, Pattern};
use flowdeck_surface::client::{Result, Timestamp};

use super::{LogArgs, until};

/// Which lines are written.
#[derive(Debug, Default)]
pub(super) struct Choosing {
    filter: LineFilter,
    until: Option<Timestamp>,
    /// Of each part, whether it has given a line that is too late.
    past: Vec<bool>,
}

impl Choosing {
    pub(super) fn of(args: &LogArgs, now: Timestamp) -> Result<Self> {
        Ok(Self {
            filter: LineFilter {
                include: any_of(&args.grep)?,
                exclude: any_of(&args.exclude)?,
            },
            until: until(args.until.as_deref(), now)?,
            past: Vec::new(),
        })
    }

    /// One more part is read.
    pub(super) fn add(&mut self) {
        self.past.push(false);
    }

    /// A part has nothing more to give.
    pub(super) fn end(&mut self, place: usize) {
        if let Some(past) = self.past.get_mut(place) {
            *past = true;
        }
    }

    /// Whether a line is written.
    pub(super) fn wants(&mut self, place: usize, line: &LogLine) -> bool {
        let is_late = self
            .until
            .is_some_and(|until| line.time.is_some_and(|time| time.timestamp() > until));
        if is_late {
            self.end(place);
        }
        !is_late && (self.filter.is_empty() || self.filter.wants(&line.bytes))
    }

    /// Whether nothing more is wanted of anything.
    pub(super) fn is_past(&self) -> bool {
        self.until.is_some() && !self.past.is_empty() && self.past.iter().all(|past| *past)
    }
}

/// One pattern for several, of which one is enough.
fn any_of(texts: &[String]) -> Result<Option<Pattern>> {
    // What is wrong is told of the one that is.
    for text in texts {
        Pattern::new(text, false)?;
    }
    match texts {
        [] => Ok(None),
        [only] => Pattern::new(only, false).map(Some),
        several => {
            let parts: Vec<String> = several.iter().map(|text| format!("(?:{text})")).collect();
            Pattern::new(&parts.join("|"), false).map(Some)
        }
    }
}
