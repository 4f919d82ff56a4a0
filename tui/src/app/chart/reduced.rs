//! The curve reduced to the dots that are there, kept until the stretch, the width or the curve changes.

use std::cell::Ref;

use flowdeck_surface::client::series::{Reduced, Span};

use super::{Chart, SMOOTHINGS};

/// A curve reduced to columns of dots.
#[derive(Debug)]
pub(crate) struct Prepared {
    of: Wanted,
    /// The curve as it was logged.
    pub(crate) raw: Reduced,
    /// The smoothed curve, where it is wanted.
    pub(crate) smooth: Option<Reduced>,
}

/// What a reduced curve depends on.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Wanted {
    version: u64,
    span: Span,
    n_columns: usize,
    smoothing: usize,
}

impl Chart {
    /// The curve reduced to so many columns of dots over a stretch.
    ///
    /// A million points take a millisecond, and some more to smooth: nothing that a key should wait for each time.
    pub(super) fn prepared(&self, span: Span, n_columns: usize) -> Ref<'_, Prepared> {
        let wanted = Wanted {
            version: self.version,
            span,
            n_columns,
            smoothing: self.smoothing,
        };
        let is_here = self
            .prepared
            .borrow()
            .as_ref()
            .is_some_and(|prepared| prepared.of == wanted);
        if !is_here {
            let weight = SMOOTHINGS[self.smoothing];
            *self.prepared.borrow_mut() = Some(Prepared {
                of: wanted,
                raw: self.series.reduced(span, n_columns),
                smooth: (weight > 0.0).then(|| self.series.smoothed_reduced(weight, span, n_columns)),
            });
        }
        Ref::map(self.prepared.borrow(), |prepared| {
            prepared.as_ref().expect("it was made just above")
        })
    }
}
