//! The suite on our own server, a test for each case, and on a real API server, one after the other.

use super::ground::Ground;
use super::suite;

macro_rules! cases {
    (on both: $($case:ident),*; on the real one: $($real:ident),* $(,)?) => {
        mod our_server {
            use super::*;
            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $case() {
                    suite::$case(&Ground::ours().await).await;
                }
            )*
        }

        #[tokio::test(flavor = "multi_thread")]
        async fn a_real_api_server_passes_every_case() {
            let Some(ground) = Ground::real().await else { return };
            $(
                eprintln!("on a real API server: {}", stringify!($case));
                suite::$case(&ground).await;
            )*
            $(
                eprintln!("on a real API server: {}", stringify!($real));
                suite::$real(&ground).await;
            )*
        }
    };
}

cases! {
    on both:
    a_list_of_many_pages_is_whole,
    a_watch_tells_what_is_made_changed_and_deleted,
    a_watch_that_is_too_old_begins_again_without_a_word,
    a_watch_outlives_the_server,
    a_missing_right_is_said_by_verb_kind_and_namespace,
    who_is_not_signed_in_is_told_so,
    namespaces_are_those_that_one_may_see,
    a_kind_is_there_once_it_is_installed,
    a_log_is_followed_until_its_pod_is_deleted,
    a_kubelet_that_dies_and_comes_back_loses_no_line,
    a_server_that_is_killed_and_comes_back_loses_no_line,
    the_container_before_has_a_log_of_its_own,
    init_and_sidecar_containers_are_told_apart_and_have_their_logs,
    a_plugin_signs_in_and_says_why_it_cannot;
    // Our own server opens no ports.
    on the real one:
    a_port_leads_to_a_pod_and_to_a_service,
}
