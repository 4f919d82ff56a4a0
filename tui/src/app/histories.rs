//! Metric histories that were read, for all charts of the app: moving between charts reads nothing anew.
//!
//! A chart says which histories it shows ([`Histories::want`]). Those are asked for, a few at a time and in that order,
//! and are read on when there may be more; what nobody looks at any more is not waited for. Of histories that no chart
//! shows, those looked at last stay, as far as their bytes go.

mod entry;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use flowdeck_surface::chart::RunColours;
use flowdeck_surface::client::tracking::MetricPoint;
use flowdeck_surface::client::{MetricKey, RunId, Timestamp};

use super::basket::Place;
use super::effect::{Effect, Question};
use super::message::Reply;
use super::ticket::{Ticket, Tickets};
pub(crate) use entry::Entry;

/// Histories that are read at once: a store answers few questions sooner than many.
const AT_ONCE: usize = 6;
/// Bytes of histories that are kept though no chart shows them: two million points.
const KEPT_BYTES: usize = 32 << 20;

/// One metric of one run.
#[derive(Clone, Debug, Eq, PartialEq, Hash)]
pub(crate) struct HistoryId {
    /// The run.
    pub(crate) run: RunId,
    /// Its metric.
    pub(crate) key: MetricKey,
}

/// A history that a chart shows.
#[derive(Clone, Debug)]
pub(crate) struct Want {
    /// Which.
    pub(crate) id: HistoryId,
    /// The latest value, where it is known: another one than before means that there is more to read.
    pub(crate) latest: Option<MetricPoint>,
    /// Whether the run has ended, so that nothing more is to come.
    pub(crate) is_over: bool,
}

/// Metric histories that were read or are being read.
#[derive(Debug, Default)]
pub(crate) struct Histories {
    entries: HashMap<HistoryId, Entry>,
    wanted: Vec<HistoryId>,
    /// Runs that are read at another place than the store that is open, with their ids there.
    elsewhere: HashMap<RunId, (Place, RunId)>,
    n_looks: u64,
    /// When the last answer came, of a history or of anything else.
    now: Option<Timestamp>,
    /// Which run has which colour.
    pub(crate) colours: RunColours,
}

impl Histories {
    /// What is known of a history.
    pub(crate) fn get(&self, id: &HistoryId) -> Option<&Entry> {
        self.entries.get(id)
    }

    /// Says which histories are shown now, the most wanted first; reads what of them is not here yet, and what has news.
    /// With `again`, as a person asks for it, all that may have grown or that failed are read on.
    pub(crate) fn want(&mut self, wants: &[Want], again: bool, tickets: &mut Tickets) -> Vec<Effect> {
        self.n_looks += 1;
        for want in wants {
            let entry = self.entries.entry(want.id.clone()).or_default();
            entry.looked_at = self.n_looks;
            entry.expect(want, again, self.now);
        }
        self.wanted = wants.iter().map(|want| want.id.clone()).collect();
        let mut effects = self.give_up_the_rest();
        effects.extend(self.ask_some(tickets));
        self.forget_the_oldest();
        effects
    }

    /// Says that a run is read at another place, where it has this id.
    pub(crate) fn read_elsewhere(&mut self, run: RunId, place: Place, id: RunId) {
        self.elsewhere.insert(run, (place, id));
    }

    /// Whether the answer to this ticket is waited for.
    pub(crate) fn awaits(&self, ticket: Ticket) -> bool {
        self.entries.values().any(|entry| entry.asked == Some(ticket))
    }

    /// About when it is: whatever was answered, time went on.
    pub(crate) fn hear(&mut self, now: Timestamp) {
        self.now = self.now.max(Some(now));
    }

    /// Takes points, or the reason why there are none; asks on.
    pub(crate) fn reply(&mut self, reply: Reply, tickets: &mut Tickets) -> Vec<Effect> {
        let ticket = reply.ticket;
        self.hear(reply.at.at);
        if let Some(entry) = self
            .entries
            .values_mut()
            .find(|entry| entry.asked == Some(ticket))
        {
            entry.take(reply);
        }
        self.ask_some(tickets)
    }

    /// Whether it is shown now, and so read on.
    pub(crate) fn is_shown(&self, id: &HistoryId) -> bool {
        self.wanted.contains(id)
    }

    /// How many of those that are shown are not here yet.
    pub(crate) fn n_missing(&self) -> usize {
        let is_missing = |id: &&HistoryId| self.entries.get(id).is_some_and(Entry::is_awaited);
        self.wanted.iter().filter(is_missing).count()
    }

    /// When the newest of those that are shown came.
    pub(crate) fn as_of(&self) -> Option<Timestamp> {
        let entries = self.wanted.iter().filter_map(|id| self.entries.get(id));
        entries.filter_map(|entry| entry.as_of).max()
    }

    fn give_up_the_rest(&mut self) -> Vec<Effect> {
        let look = self.n_looks;
        let mut effects = Vec::new();
        self.entries.retain(|_, entry| {
            if entry.looked_at == look {
                return true;
            }
            effects.extend(entry.give_up().map(Effect::GiveUp));
            // Half a history is of no use once nobody reads on.
            entry.is_whole()
        });
        effects
    }

    fn ask_some(&mut self, tickets: &mut Tickets) -> Vec<Effect> {
        let n_asked = self
            .entries
            .values()
            .filter(|entry| entry.asked.is_some())
            .count();
        let mut free = AT_ONCE.saturating_sub(n_asked);
        let mut effects = Vec::new();
        for id in &self.wanted {
            let Some(entry) = self.entries.get_mut(id).filter(|_| free > 0) else {
                continue;
            };
            if entry.is_due() {
                let ticket = tickets.next();
                entry.ask(ticket);
                let question = match self.elsewhere.get(&id.run) {
                    None => Question::History(id.run.clone(), id.key.clone(), entry.mark()),
                    Some((place, run)) => {
                        let there = Question::History(run.clone(), id.key.clone(), entry.mark());
                        Question::Elsewhere(place.clone(), Box::new(there))
                    }
                };
                if !entry.is_whole() && question.may_be_kept() {
                    effects.push(Effect::KeptFirst(ticket));
                }
                effects.push(Effect::Ask(ticket, question));
                free -= 1;
            }
        }
        effects
    }

    fn forget_the_oldest(&mut self) {
        let look = self.n_looks;
        let unwanted = |entry: &Entry| entry.looked_at != look;
        let mut bytes: usize = self
            .entries
            .values()
            .filter(|entry| unwanted(entry))
            .map(|entry| entry.history.size_bytes())
            .sum();
        while bytes > KEPT_BYTES {
            let oldest = self
                .entries
                .iter()
                .filter(|(_, entry)| unwanted(entry))
                .min_by_key(|(_, entry)| entry.looked_at);
            let Some((id, entry)) = oldest else { return };
            bytes -= entry.history.size_bytes();
            let id = id.clone();
            self.entries.remove(&id);
        }
    }
}
