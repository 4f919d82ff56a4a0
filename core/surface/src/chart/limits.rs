use flowdeck_client::series::Span;

/// The ends of an axis, each of them as far as the data goes unless it is set.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Limits {
    /// The lower end.
    pub min: Option<f64>,
    /// The upper end.
    pub max: Option<f64>,
}

impl Limits {
    /// As far as the data goes.
    pub const FREE: Self = Self { min: None, max: None };

    /// Both ends set.
    pub const fn of(span: Span) -> Self {
        Self {
            min: Some(span.min),
            max: Some(span.max),
        }
    }

    /// Whether neither end is set.
    pub const fn is_free(self) -> bool {
        self.min.is_none() && self.max.is_none()
    }

    /// The stretch to show of data that goes so far. Ends that leave nothing between them are moved apart.
    pub fn over(self, whole: Span) -> Span {
        let min = self.min.unwrap_or(whole.min);
        let max = self.max.unwrap_or(whole.max);
        if min <= max {
            return Span { min, max };
        }
        // The data ends before the lower end, or begins behind the upper one.
        match (self.min, self.max) {
            (Some(min), None) => Span { min, max: min },
            (None, Some(max)) => Span { min: max, max },
            _ => Span { min: max, max: min },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_that_is_not_set_follows_the_data() {
        let whole = Span { min: 0.0, max: 9.0 };
        let over = |min, max| {
            let span = Limits { min, max }.over(whole);
            (span.min, span.max)
        };
        assert_eq!(over(None, None), (0.0, 9.0));
        assert_eq!(over(Some(3.0), None), (3.0, 9.0));
        assert_eq!(over(None, Some(20.0)), (0.0, 20.0));
        assert_eq!(over(Some(30.0), None), (30.0, 30.0));
        assert_eq!(over(None, Some(-1.0)), (-1.0, -1.0));
    }
}
