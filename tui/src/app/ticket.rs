//! Tickets: what ties an answer to the question it belongs to.

/// One question. A later question has a greater number, so an answer to an older one is told apart and dropped.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash)]
pub(crate) struct Ticket(u64);

/// Gives out tickets, each once.
#[derive(Debug, Default)]
pub(crate) struct Tickets {
    last: u64,
}

impl Tickets {
    /// A ticket that nobody has.
    pub(crate) fn next(&mut self) -> Ticket {
        self.last += 1;
        Ticket(self.last)
    }
}
