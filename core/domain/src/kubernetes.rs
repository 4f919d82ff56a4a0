//! What flowdeck knows of Kubernetes: pods, their containers, events, and why a pod waits or died.

mod container;
pub mod escapes;
mod event;
mod forward;
mod kinds;
mod log_chunk;
mod log_line;
mod pod;
mod pod_status;
mod pod_trouble;
mod rights;
mod watched;

pub use container::{Container, ContainerKind, ContainerState, Terminated};
pub use event::Event;
pub use forward::{ForwardTarget, PortForward};
pub use kinds::{ClusterKinds, Installed, ServedKind};
pub use log_chunk::{LogChunk, LogNote};
pub use log_line::{LogLine, LogTime};
pub use pod::{Pod, PodCondition, PodPhase, RestartPolicy};
pub use rights::RightQuestion;
pub use watched::{Change, Watched};
