use flowdeck_surface::client::Timestamp;
use flowdeck_surface::client::port::{HistoryMark, HistoryPart};
use flowdeck_surface::client::tracking::MetricPoint;

use super::{AT_ONCE, Histories, HistoryId, KEPT_BYTES, Want};
use crate::app::effect::{Effect, Question};
use crate::app::message::{Answer, Came, Reply};
use crate::app::testing::{NOW, unreachable};
use crate::app::ticket::{Ticket, Tickets};

fn want(run: usize) -> Want {
    Want {
        id: HistoryId {
            run: format!("{run}").into(),
            key: "loss".into(),
        },
        latest: None,
        is_over: false,
    }
}

fn wants(runs: std::ops::Range<usize>) -> Vec<Want> {
    runs.map(want).collect()
}

fn asked(effects: &[Effect]) -> Vec<(Ticket, Question)> {
    let asked = effects.iter().filter_map(|effect| match effect {
        Effect::Ask(ticket, question) => Some((*ticket, question.clone())),
        _ => None,
    });
    asked.collect()
}

fn tell(histories: &mut Histories, tickets: &mut Tickets, ticket: Ticket, n_points: i64) -> Vec<Effect> {
    let point = |step: i64| MetricPoint {
        step,
        timestamp: Timestamp(step),
        value: 0.0,
    };
    let parts = [
        HistoryPart::Anew,
        HistoryPart::Points((0..n_points).map(point).collect()),
        HistoryPart::End(Some(HistoryMark("here".into()))),
    ];
    let replies = parts.map(|part| Reply {
        ticket,
        at: NOW.into(),
        took: std::time::Duration::ZERO,
        answer: Ok(Answer::History(part)),
    });
    replies
        .into_iter()
        .flat_map(|reply| histories.reply(reply, tickets))
        .collect()
}

#[test]
fn a_few_are_asked_at_once_in_the_order_they_are_wanted() {
    let (mut histories, mut tickets) = (Histories::default(), Tickets::default());
    let effects = histories.want(&wants(0..20), false, &mut tickets);
    assert_eq!(asked(&effects).len(), AT_ONCE);
    let first = asked(&effects)[0].clone();
    assert_eq!(first.1, Question::History("0".into(), "loss".into(), None));
    let next = asked(&tell(&mut histories, &mut tickets, first.0, 1));
    let seventh = Question::History(format!("{AT_ONCE}").into(), "loss".into(), None);
    assert_eq!(
        next.iter().map(|(_, question)| question).collect::<Vec<_>>(),
        [&seventh]
    );
    assert_eq!(histories.n_missing(), 19);
}

#[test]
fn of_histories_that_nobody_shows_the_oldest_go_first() {
    let (mut histories, mut tickets) = (Histories::default(), Tickets::default());
    let bytes_of_point = 16;
    let n_points = (KEPT_BYTES / bytes_of_point / 3) as i64;
    for run in 0..5 {
        let effects = histories.want(&[want(run)], false, &mut tickets);
        let (ticket, _) = asked(&effects)[0].clone();
        tell(&mut histories, &mut tickets, ticket, n_points);
    }
    let is_here = |run: usize| histories.get(&want(run).id).is_some();
    let here: Vec<bool> = (0..5).map(is_here).collect();
    assert_eq!(here, [false, true, true, true, true]);
}

#[test]
fn what_failed_is_not_asked_again_until_somebody_says_so() {
    let (mut histories, mut tickets) = (Histories::default(), Tickets::default());
    let (ticket, _) = asked(&histories.want(&[want(1)], false, &mut tickets))[0].clone();
    let failed = Reply {
        ticket,
        at: NOW.into(),
        took: std::time::Duration::ZERO,
        answer: Err(unreachable()),
    };
    assert!(histories.reply(failed, &mut tickets).is_empty());
    assert!(asked(&histories.want(&[want(1)], false, &mut tickets)).is_empty());
    let again = asked(&histories.want(&[want(1)], true, &mut tickets));
    assert_eq!(again[0].1, Question::History("1".into(), "loss".into(), None));
}

#[test]
fn a_run_that_ended_is_read_on_once_more_and_then_left_alone() {
    let (mut histories, mut tickets) = (Histories::default(), Tickets::default());
    let (ticket, _) = asked(&histories.want(&[want(1)], false, &mut tickets))[0].clone();
    tell(&mut histories, &mut tickets, ticket, 5);
    let over = Want {
        is_over: true,
        ..want(1)
    };
    let last = asked(&histories.want(std::slice::from_ref(&over), false, &mut tickets));
    let mark = Some(HistoryMark("here".into()));
    assert_eq!(last[0].1, Question::History("1".into(), "loss".into(), mark));
    tell(&mut histories, &mut tickets, last[0].0, 5);
    assert!(asked(&histories.want(&[over], true, &mut tickets)).is_empty());
}

#[test]
fn a_store_that_reads_everything_anew_is_not_asked_more_often_than_it_can_bear() {
    let (mut histories, mut tickets) = (Histories::default(), Tickets::default());
    let latest = |step: i64| Want {
        latest: Some(MetricPoint {
            step,
            timestamp: Timestamp(step),
            value: 0.0,
        }),
        ..want(1)
    };
    let answer = |histories: &mut Histories, tickets: &mut Tickets, ticket, after_ms: i64| {
        let parts = [HistoryPart::Anew, HistoryPart::End(None)];
        for part in parts {
            let reply = Reply {
                ticket,
                at: Timestamp(NOW.0 + after_ms).into(),
                took: std::time::Duration::from_secs(1),
                answer: Ok(Answer::History(part)),
            };
            histories.reply(reply, tickets);
        }
    };
    for (step, after_ms) in [(1, 0), (2, 2_000)] {
        let (ticket, _) = asked(&histories.want(&[latest(step)], false, &mut tickets))[0].clone();
        answer(&mut histories, &mut tickets, ticket, after_ms);
    }
    assert!(asked(&histories.want(&[latest(3)], false, &mut tickets)).is_empty());
    assert_eq!(
        asked(&histories.want(&[latest(3)], true, &mut tickets)).len(),
        1,
        "by hand"
    );
    histories.want(&[], false, &mut tickets);
    histories.now = Some(Timestamp(NOW.0 + 22_001));
    assert_eq!(asked(&histories.want(&[latest(3)], false, &mut tickets)).len(), 1);
}

#[test]
fn points_that_came_before_a_reading_was_given_up_are_not_taken_twice() {
    let (mut histories, mut tickets) = (Histories::default(), Tickets::default());
    let (ticket, _) = asked(&histories.want(&[want(1)], false, &mut tickets))[0].clone();
    tell(&mut histories, &mut tickets, ticket, 5);
    let (ticket, _) = asked(&histories.want(&[want(1)], true, &mut tickets))[0].clone();
    let part = Reply {
        ticket,
        at: NOW.into(),
        took: std::time::Duration::ZERO,
        answer: Ok(Answer::History(HistoryPart::Points(vec![MetricPoint {
            step: 5,
            timestamp: Timestamp(5),
            value: 0.0,
        }]))),
    };
    histories.reply(part, &mut tickets);
    histories.want(&[], false, &mut tickets);
    let (_, question) = asked(&histories.want(&[want(1)], false, &mut tickets))[0].clone();
    assert_eq!(question, Question::History("1".into(), "loss".into(), None));
}

#[test]
fn points_that_were_kept_are_shown_until_the_store_tells_what_follows() {
    let (mut histories, mut tickets) = (Histories::default(), Tickets::default());
    let effects = histories.want(&wants(0..1), false, &mut tickets);
    let (ticket, _) = asked(&effects)[0].clone();
    assert!(effects.contains(&Effect::KeptFirst(ticket)));
    let point = |step: i64| MetricPoint {
        step,
        timestamp: Timestamp(step),
        value: 0.0,
    };
    let mut hear = |part: HistoryPart, is_kept: bool| {
        let reply = Reply {
            ticket,
            at: Came { at: NOW, is_kept },
            took: std::time::Duration::ZERO,
            answer: Ok(Answer::History(part)),
        };
        histories.reply(reply, &mut tickets);
        let entry = histories.get(&wants(0..1)[0].id).expect("it is wanted");
        (entry.history.len(), entry.is_whole(), histories.awaits(ticket))
    };
    hear(HistoryPart::Anew, true);
    hear(HistoryPart::Points((0..3).map(point).collect()), true);
    assert_eq!(hear(HistoryPart::End(None), true), (3, true, true));
    assert_eq!(hear(HistoryPart::Points(vec![point(3)]), false), (4, true, true));
    assert_eq!(hear(HistoryPart::End(None), false), (4, true, false));
}
