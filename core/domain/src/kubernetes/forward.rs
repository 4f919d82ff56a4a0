use std::any::Any;
use std::fmt;
use std::net::SocketAddr;

use crate::id::PodName;

/// What a port is forwarded to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ForwardTarget {
    /// One pod.
    Pod(PodName),
    /// A service: whichever of its pods is ready when a connection is opened.
    Service(String),
}

/// A port of loopback that leads into a cluster, until this is dropped.
pub struct PortForward {
    /// Where to connect.
    pub address: SocketAddr,
    _open: Box<dyn Any + Send + Sync>,
}

impl PortForward {
    /// A port that is open for as long as `open` lives.
    pub fn new(address: SocketAddr, open: impl Any + Send + Sync) -> Self {
        Self {
            address,
            _open: Box::new(open),
        }
    }
}

impl fmt::Debug for PortForward {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PortForward").field(&self.address).finish()
    }
}

/// `pod trainer-0`, `service iris-predictor`.
impl fmt::Display for ForwardTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pod(name) => write!(f, "pod {name}"),
            Self::Service(name) => write!(f, "service {name}"),
        }
    }
}
