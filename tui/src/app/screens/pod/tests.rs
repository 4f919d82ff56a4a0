use flowdeck_surface::client::kubernetes::{Change, Watched};
use flowdeck_surface::client::{Failure, FailureKind};

use super::PodPage;
use crate::app::cluster::Told;
use crate::app::message::Answer;
use crate::app::screens::pods::tests::{pods, tell_all};
use crate::app::testing::Bench;

fn page(name: &str, width: u16, height: u16) -> Bench {
    Bench::on(PodPage::of("team-a".into(), name.into()), width, height)
}

#[test]
fn a_pod_is_shown_whole_at_both_sizes() {
    for (width, height) in [(80, 24), (160, 48)] {
        let name = |state: &str| format!("pod_{state}_{width}x{height}");
        let mut bench = page("train-mount", width, height);
        insta::assert_snapshot!(name("loading"), bench.frame());
        tell_all(&mut bench);
        insta::assert_snapshot!(name("full"), bench.frame());
        let mut failed = page("train-mount", width, height);
        let (ticket, _) = failed.asked().remove(0);
        let failure = Failure::new(
            FailureKind::Permission,
            "no permission to list pods in namespace team-a",
        );
        failed.answer(ticket, Err(failure));
        insta::assert_snapshot!(name("failed"), failed.frame());
        let mut missing = page("nope", width, height);
        tell_all(&mut missing);
        insta::assert_snapshot!(name("empty"), missing.frame());
    }
}

#[test]
fn a_pod_that_is_deleted_stays_as_it_was_last() {
    let mut bench = page("train-oom-loop", 120, 40);
    let (ticket, _) = bench.asked().remove(0);
    tell_all(&mut bench);
    let frame = bench.frame();
    assert!(frame.contains("out of memory (exit code 137)"), "{frame}");
    let gone = pods()
        .into_iter()
        .find(|pod| pod.name.as_str() == "train-oom-loop");
    let told = Watched::Changed(vec![Change::Removed(gone.expect("it was there"))]);
    bench.answer(ticket, Ok(Answer::Cluster(Told::Pods(told))));
    let frame = bench.frame();
    assert!(frame.contains("deleted; as it was last"), "{frame}");
    assert!(frame.contains("out of memory (exit code 137)"), "{frame}");
}
