use std::collections::HashSet;

use flowdeck_client::TaskId;
use flowdeck_client::pipelines::{Task, TaskKind, TaskSource, TaskState, TaskTree};

use super::{Area, BoxKind, Heading, TaskGraph, closed_at_first};

/// Tasks as lines: `path kind before,before`; the parent is the path's.
pub(crate) fn tree(lines: &[&str]) -> TaskTree {
    let task = |line: &&str| {
        let mut words = line.split_whitespace();
        let (path, kind) = (words.next().unwrap(), words.next().unwrap_or("RUNTIME"));
        let (path, iteration) = match path.split_once('#') {
            Some((path, number)) => (path, number.parse().ok()),
            None => (path, None),
        };
        let name = path.rsplit('.').next().unwrap();
        let id = match iteration {
            Some(number) => format!("{path}#{number}"),
            None => path.to_owned(),
        };
        let mut task = Task::new(
            id.as_str().into(),
            name,
            TaskKind::from_word(kind),
            TaskState::Succeeded,
        );
        task.parent_id = path.rsplit_once('.').map(|(parent, _)| parent.into());
        task.path = path.to_owned();
        task.iteration = iteration;
        task.depends_on = words
            .next()
            .into_iter()
            .flat_map(|names| names.split(',').map(str::to_owned))
            .collect();
        task
    };
    TaskTree::ordered(lines.iter().map(task).collect(), TaskSource::Workflow)
}

fn nested() -> TaskTree {
    tree(&[
        "root ROOT",
        "root.prepare RUNTIME",
        "root.exit-handler-1 EXIT_HANDLER prepare",
        "root.exit-handler-1.flip RUNTIME",
        "root.exit-handler-1.condition-1 CONDITION flip",
        "root.exit-handler-1.condition-1.heads RUNTIME",
        "root.exit-handler-1.for-loop-2 LOOP flip",
        "root.exit-handler-1.for-loop-2.train#0 RUNTIME",
        "root.exit-handler-1.for-loop-2.score#0 RUNTIME train",
        "root.exit-handler-1.for-loop-2.train#1 RUNTIME",
        "root.exit-handler-1.for-loop-2.score#1 RUNTIME train",
        "root.notify RUNTIME exit-handler-1",
    ])
}

fn title(graph: &TaskGraph, place: usize) -> &str {
    &graph.boxes[place].title
}

/// What must hold of every drawing.
fn check(graph: &TaskGraph, tree: &TaskTree) {
    let frames = |one: &super::TaskBox| matches!(one.kind, BoxKind::Open | BoxKind::Round);
    for (at, one) in graph.boxes.iter().enumerate() {
        assert!(
            one.area.right() <= graph.width && one.area.bottom() <= graph.height,
            "{one:?}"
        );
        for other in &graph.boxes[at + 1..] {
            let apart = !one.area.meets(other.area);
            let within = frames(one) && one.area.holds(other.area);
            assert!(apart || within, "{one:?} and {other:?}");
        }
    }
    for edge in &graph.edges {
        let (from, to) = (&graph.boxes[edge.from], &graph.boxes[edge.to]);
        let wanted = &tree.tasks[to.task].depends_on;
        assert!(wanted.contains(&tree.tasks[from.task].name), "{edge:?}");
        let (first, last) = (edge.points[0], edge.points[edge.points.len() - 1]);
        assert_eq!(first.1 + 1, from.area.bottom(), "{from:?} {edge:?}");
        assert_eq!(last.1, to.area.y, "{to:?} {edge:?}");
        for pair in edge.points.windows(2) {
            assert!(pair[0].0 == pair[1].0 || pair[0].1 == pair[1].1, "{edge:?}");
        }
        for one in graph.boxes.iter().filter(|one| one.kind != BoxKind::Round) {
            for pair in edge.points.windows(2) {
                assert!(
                    !crosses(pair[0], pair[1], one, (from, to)),
                    "{edge:?} runs through {one:?}"
                );
            }
        }
    }
}

/// Whether a line runs through the inside of a box that it has nothing to do with.
fn crosses(
    a: (u32, u32),
    b: (u32, u32),
    one: &super::TaskBox,
    ends: (&super::TaskBox, &super::TaskBox),
) -> bool {
    let around = |other: &super::TaskBox| one.area.holds(other.area);
    if one.area == ends.0.area || one.area == ends.1.area || around(ends.0) || around(ends.1) {
        return false;
    }
    let line = Area {
        x: a.0.min(b.0),
        y: a.1.min(b.1),
        width: a.0.abs_diff(b.0) + 1,
        height: a.1.abs_diff(b.1) + 1,
    };
    line.meets(one.area)
}

#[test]
fn every_task_has_a_box_and_lines_lead_downwards_from_what_comes_first() {
    let tree = nested();
    let graph = TaskGraph::of(&tree, &HashSet::new());
    check(&graph, &tree);
    let n_tasks = graph
        .boxes
        .iter()
        .filter(|one| one.kind != BoxKind::Round)
        .count();
    assert_eq!(n_tasks, tree.tasks.len() - 1, "all but the pipeline itself");
    let n_rounds = graph
        .boxes
        .iter()
        .filter(|one| one.kind == BoxKind::Round)
        .count();
    assert_eq!(n_rounds, 2);
    let mut lines: Vec<(&str, &str)> = graph
        .edges
        .iter()
        .map(|edge| (title(&graph, edge.from), title(&graph, edge.to)))
        .collect();
    lines.sort_unstable();
    assert_eq!(
        lines,
        [
            ("exit-handler-1", "notify"),
            ("flip", "condition-1"),
            ("flip", "for-loop-2"),
            ("prepare", "exit-handler-1"),
            ("train [0]", "score [0]"),
            ("train [1]", "score [1]"),
        ]
    );
}

#[test]
fn a_drawing_stays_as_it_is_while_its_tasks_go_on() {
    let before = nested();
    let mut after = before.clone();
    for task in &mut after.tasks {
        task.state = TaskState::Running;
        task.start_time = Some(flowdeck_client::Timestamp(7));
    }
    after.tasks.reverse();
    let of = |tree: &TaskTree| {
        let graph = TaskGraph::of(tree, &HashSet::new());
        let mut boxes: Vec<_> = graph.boxes.into_iter().map(|one| (one.title, one.area)).collect();
        boxes.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.x.cmp(&b.1.x)));
        boxes
    };
    assert_eq!(of(&before), of(&after));
}

#[test]
fn what_is_closed_stands_as_one_box() {
    let tree = nested();
    let closed: HashSet<TaskId> = [TaskId::from("root.exit-handler-1")].into();
    let graph = TaskGraph::of(&tree, &closed);
    check(&graph, &tree);
    let boxes: Vec<(&str, BoxKind)> = graph
        .boxes
        .iter()
        .map(|one| (one.title.as_str(), one.kind))
        .collect();
    assert_eq!(
        boxes,
        [
            ("exit-handler-1", BoxKind::Closed),
            ("notify", BoxKind::Task),
            ("prepare", BoxKind::Task)
        ]
    );
}

#[test]
fn three_hundred_tasks_and_a_fan_of_forty_keep_apart() {
    let mut lines = vec!["root ROOT".to_owned(), "root.split RUNTIME".to_owned()];
    let mut joined = Vec::new();
    for shard in 0..40 {
        lines.push(format!("root.load-{shard} RUNTIME split"));
        for step in 0..6 {
            let before = match step {
                0 => format!("load-{shard}"),
                _ => format!("work-{shard}-{}", step - 1),
            };
            lines.push(format!("root.work-{shard}-{step} RUNTIME {before}"));
        }
        joined.push(format!("work-{shard}-5"));
    }
    lines.push(format!("root.join RUNTIME {}", joined.join(",")));
    // A line that passes all layers.
    lines.push("root.report RUNTIME split,join".to_owned());
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let tree = tree(&lines);
    let graph = TaskGraph::of(&tree, &HashSet::new());
    assert_eq!(graph.boxes.len(), 283);
    check(&graph, &tree);
}

#[test]
fn tasks_that_nothing_joins_stand_on_shelves_instead_of_in_one_endless_row() {
    let lines: Vec<String> = (0..50).map(|n| format!("root.shard-{n} RUNTIME")).collect();
    let mut all = vec!["root ROOT"];
    all.extend(lines.iter().map(String::as_str));
    let tree = tree(&all);
    let graph = TaskGraph::of(&tree, &HashSet::new());
    check(&graph, &tree);
    assert!(graph.width <= super::draft::SHELF, "{}", graph.width);
}

#[test]
fn a_circle_and_a_stranger_among_dependencies_are_drawn_all_the_same() {
    let tree = tree(&[
        "root ROOT",
        "root.a RUNTIME b",
        "root.b RUNTIME a,gone",
        "root.c RUNTIME c",
    ]);
    let graph = TaskGraph::of(&tree, &HashSet::new());
    assert_eq!(graph.boxes.len(), 3);
    assert!(
        TaskGraph::of(&TaskTree::default(), &HashSet::new())
            .boxes
            .is_empty()
    );
}

#[test]
fn keys_lead_to_what_stands_there() {
    let tree = nested();
    let graph = TaskGraph::of(&tree, &HashSet::new());
    let mut here = graph.first().unwrap();
    let mut way = vec![title(&graph, here).to_owned()];
    for heading in [Heading::Down, Heading::Down, Heading::Down] {
        here = graph.neighbour(here, heading).unwrap();
        way.push(title(&graph, here).to_owned());
    }
    assert_eq!(way[..3], ["prepare", "exit-handler-1", "flip"]);
    let beside = graph
        .neighbour(here, Heading::Right)
        .or_else(|| graph.neighbour(here, Heading::Left));
    assert!(beside.is_some());
    assert_eq!(title(&graph, graph.last().unwrap()), "notify");
    assert_eq!(graph.neighbour(graph.first().unwrap(), Heading::Up), None);
}

#[test]
fn a_loop_of_many_times_round_is_closed_at_first() {
    let mut tree = nested();
    let at = tree
        .tasks
        .iter()
        .position(|task| task.kind == TaskKind::Loop)
        .unwrap();
    tree.tasks[at].iteration_count = Some(2);
    assert!(closed_at_first(&tree).is_empty());
    tree.tasks[at].iteration_count = Some(200);
    assert_eq!(closed_at_first(&tree).len(), 1);
}
