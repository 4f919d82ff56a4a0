//! The pods of a namespace as a person reads them: a line for each, why it waits or died, what happened to it.
//!
//! Nothing here knows a screen. A screen hands over what a watch tells ([`PodTable::take_pods`],
//! [`PodTable::take_events`]), says what a person wants, and draws the lines.

mod container;
mod line;
mod table;

pub use container::{ContainerLine, container_lines};
pub use line::{EventLine, PodLine, state_tone};
pub use table::{PodOrder, PodTable};

#[cfg(test)]
mod tests;
