//! Logs as people read them: lines in their own colours and nothing else that steers a terminal, JSON picked apart, the view
//! with what is found, left out, marked and followed.
//!
//! ```text
//! ink    what a container printed -> text and colours
//! fields one line of JSON -> the fields that are wanted
//! line   one line as it stands on a screen: time, where it is from, text
//! fault  what tells that something went wrong
//! view   what is shown of a log, and what has to be asked for it
//! ```

mod fault;
mod fields;
mod ink;
mod line;
mod view;

pub use fault::faults;
pub use fields::{Picked, is_object, picked, unfolded};
pub use ink::{Colour, Ink, Span, coloured, inked, text_of};
pub use line::{Settings, ShownLine, Times, shown};
pub use view::{Ask, At, LogView, Looked, Move, Pane, Row};
