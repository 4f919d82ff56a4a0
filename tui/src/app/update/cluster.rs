//! The cluster beside the screens: where `:ns` and `:pods` lead.

use super::open;
use crate::app::cluster::Of;
use crate::app::effect::Effect;
use crate::app::screens::namespaces::Namespaces;
use crate::app::screens::pods::Pods;
use crate::app::state::State;

/// To the namespaces.
pub(super) fn namespaces(state: &mut State) -> Vec<Effect> {
    open(state, Box::new(Namespaces::default()))
}

/// To the pods of a namespace, or of the one that is meant.
pub(super) fn pods(state: &mut State, name: Option<&str>) -> Vec<Effect> {
    let of = match name {
        None => Of::Meant,
        Some("all" | "*") => Of::All,
        Some(name) => Of::Namespace(name.into()),
    };
    open(state, Box::new(Pods::of(of)))
}
