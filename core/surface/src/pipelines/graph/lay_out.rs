//! One DAG laid out from top to bottom.
//!
//! By `ascii-dag` (MIT or Apache-2.0, no dependencies): layers by the longest path, fewer crossings by medians, places in
//! whole cells, lines that go round boxes.

use ascii_dag::{CustomNode, Direction, EdgePath, Graph, LayoutConfig};

/// Blank columns between boxes of one layer.
const NODE_SPACING: usize = 2;

/// Boxes in their places, and the lines between them.
pub(super) struct LaidOut {
    /// The upper left corner of each box.
    pub(super) places: Vec<(u32, u32)>,
    /// Each line once, however often it was asked for.
    pub(super) lines: Vec<Line>,
}

/// A line between two boxes.
pub(super) struct Line {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) points: Vec<(u32, u32)>,
}

/// Lays boxes of these sizes out so that lines lead downwards, except where they run in a circle.
pub(super) fn lay_out(sizes: &[(u32, u32)], edges: &[(usize, usize)]) -> LaidOut {
    let mut graph = Graph::new();
    for (id, &(width, height)) in sizes.iter().enumerate() {
        let node = CustomNode {
            label: "",
            width: width as usize,
            height: height as usize,
            painter: None,
            payload: "",
        };
        graph.add_node(id, node);
    }
    let mut asked = edges.to_vec();
    asked.sort_unstable();
    asked.dedup();
    for &(from, to) in &asked {
        graph.add_edge(from, to, None);
    }
    let mut config = LayoutConfig::standard();
    config.direction = Direction::TopDown;
    config.node_spacing = NODE_SPACING;
    let layout = graph.compute_layout_with_config(&config);
    let mut places = vec![(0, 0); sizes.len()];
    for node in layout.nodes() {
        if let Some(place) = places.get_mut(node.id) {
            *place = (units(node.x), units(node.y));
        }
    }
    let lines = layout.edges().iter().map(|edge| {
        let (from, to) = ((edge.from_x, edge.from_y), (edge.to_x, edge.to_y));
        Line {
            from: edge.from_id,
            to: edge.to_id,
            points: corners(from, to, &edge.path),
        }
    });
    LaidOut {
        places,
        lines: lines
            .filter(|line| line.from < sizes.len() && line.to < sizes.len())
            .collect(),
    }
}

/// The corners of a line. Where the crate leaves a turn to whoever draws, it is one row below where the line came from.
fn corners(from: (usize, usize), to: (usize, usize), path: &EdgePath) -> Vec<(u32, u32)> {
    let mut points = vec![from];
    match path {
        EdgePath::Corner { bend_at } => points.extend([(from.0, *bend_at), (to.0, *bend_at)]),
        EdgePath::MultiSegment {
            waypoints,
            start_offset,
        } => {
            let mut last = from;
            let mut below = 1 + start_offset;
            for &next in waypoints.iter().chain(std::iter::once(&to)) {
                if next.0 != last.0 {
                    points.extend([(last.0, last.1 + below), (next.0, last.1 + below)]);
                }
                points.push(next);
                last = next;
                below = 1;
            }
            points.pop();
        }
        _ if from.0 != to.0 => points.extend([(from.0, from.1 + 1), (to.0, from.1 + 1)]),
        _ => {}
    }
    points.push(to);
    points.dedup();
    points.into_iter().map(|(x, y)| (units(x), units(y))).collect()
}

fn units(cells: usize) -> u32 {
    u32::try_from(cells).unwrap_or(u32::MAX)
}
