//! Points of a metric as columns: steps and times as differences, values bit by bit.
//!
//! A point of a usual curve takes ten to eleven bytes: one for the step, one or two for the time, eight for the value.

use flowdeck_domain::Timestamp;
use flowdeck_domain::tracking::MetricPoint;

use super::codec::{Cursor, Names, Stored, unzigzag, write_number, zigzag};

/// The columns of some points, in their order.
pub(crate) fn write_points(points: &[MetricPoint]) -> Vec<u8> {
    let mut out = Vec::with_capacity(points.len() * 11 + 8);
    write_number(points.len() as u64, &mut out);
    write_differences(points.iter().map(|point| point.step), &mut out);
    write_differences(points.iter().map(|point| point.timestamp.as_millis()), &mut out);
    points.iter().for_each(|point| point.value.write(&mut out));
    out
}

/// Adds the points that some columns spell; none where they are damaged.
pub(crate) fn read_points(columns: &[u8], points: &mut Vec<MetricPoint>) -> Option<()> {
    let mut names = Names::default();
    let mut from = Cursor::new(columns, &mut names);
    let n = usize::try_from(from.number()?).ok()?;
    // Each point takes ten bytes at least.
    if n > columns.len() {
        return None;
    }
    let start = points.len();
    points.reserve(n);
    let mut step = 0_i64;
    for _ in 0..n {
        step = step.wrapping_add(unzigzag(from.number()?));
        points.push(MetricPoint {
            step,
            timestamp: Timestamp(0),
            value: 0.0,
        });
    }
    let mut time = 0_i64;
    for point in &mut points[start..] {
        time = time.wrapping_add(unzigzag(from.number()?));
        point.timestamp = Timestamp(time);
    }
    for point in &mut points[start..] {
        point.value = f64::read(&mut from)?;
    }
    from.is_at_end().then_some(())
}

fn write_differences(numbers: impl Iterator<Item = i64>, out: &mut Vec<u8>) {
    let mut before = 0_i64;
    for number in numbers {
        write_number(zigzag(number.wrapping_sub(before)), out);
        before = number;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_come_back_bit_by_bit_in_their_order() {
        let values = [0.1, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0, f64::MAX];
        let steps = [0, 7, 7, -3, i64::MAX, i64::MIN];
        let points: Vec<_> = values
            .iter()
            .zip(steps)
            .map(|(&value, step)| MetricPoint {
                step,
                timestamp: Timestamp(step.wrapping_mul(31)),
                value,
            })
            .collect();
        let mut read = Vec::new();
        assert_eq!(read_points(&write_points(&points), &mut read), Some(()));
        let bits = |points: &[MetricPoint]| -> Vec<_> {
            points
                .iter()
                .map(|point| (point.step, point.timestamp, point.value.to_bits()))
                .collect()
        };
        assert_eq!(bits(&read), bits(&points));
    }

    #[test]
    fn columns_that_were_cut_or_lie_about_their_length_are_no_points() {
        let point = MetricPoint {
            step: 1,
            timestamp: Timestamp(2),
            value: 3.0,
        };
        let columns = write_points(&[point; 9]);
        for end in 0..columns.len() {
            assert_eq!(read_points(&columns[..end], &mut Vec::new()), None, "{end}");
        }
        assert_eq!(
            read_points(&[0xff, 0xff, 0xff, 0xff, 0x7f], &mut Vec::new()),
            None
        );
    }
}
