use super::Namespaces;
use crate::app::screens::pods::tests::tell_all;
use crate::app::testing::{Bench, unreachable};

#[test]
fn every_state_has_a_frame_at_both_sizes() {
    for (width, height) in [(80, 24), (160, 48)] {
        let name = |state: &str| format!("namespaces_{state}_{width}x{height}");
        let mut bench = Bench::on(Namespaces::default(), width, height);
        insta::assert_snapshot!(name("loading"), bench.frame());
        tell_all(&mut bench);
        insta::assert_snapshot!(name("full"), bench.frame());
        let mut failed = Bench::on(Namespaces::default(), width, height);
        let (ticket, _) = failed.asked().remove(0);
        failed.answer(ticket, Err(unreachable()));
        insta::assert_snapshot!(name("failed"), failed.frame());
    }
}

#[test]
fn the_namespace_that_is_meant_is_selected_and_one_is_found_by_its_letters() {
    let mut bench = Bench::on(Namespaces::default(), 100, 24);
    tell_all(&mut bench);
    bench.press("enter");
    tell_all(&mut bench);
    assert!(bench.frame().contains("7 pods in team-a"), "{}", bench.frame());
    bench.press("esc");
    tell_all(&mut bench);
    bench.press("/").type_text("ada");
    bench.press("enter enter");
    tell_all(&mut bench);
    assert!(
        bench.frame().contains("7 pods in kubeflow-user-ada"),
        "{}",
        bench.frame()
    );
}

#[test]
fn commands_lead_to_namespaces_and_pods() {
    let mut bench = Bench::on(Namespaces::default(), 100, 24);
    bench.press(":").type_text("pods team-b");
    bench.press("enter");
    tell_all(&mut bench);
    assert!(bench.frame().contains("7 pods in team-b"), "{}", bench.frame());
    bench.press(":").type_text("ns");
    bench.press("enter");
    tell_all(&mut bench);
    assert!(
        bench.frame().contains("3 namespaces that you may see"),
        "{}",
        bench.frame()
    );
}
