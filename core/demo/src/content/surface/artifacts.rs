//! What a classifier's run keeps: pictures, tables, logs, its model and its data.

use serde_json::json;
use std::sync::Arc;

use flowdeck_domain::Timestamp;

use super::super::team;
use super::CLASSES;
use crate::file::model::Flavor;
use crate::file::{picture, text};
use crate::random::Random;
use crate::record::{DatasetRecord, RunRecord};

pub(super) fn flavor() -> Flavor {
    let tensor = |dtype: &str, shape: &[i64]| json!([{"type": "tensor", "tensor-spec": {"dtype": dtype, "shape": shape}}]);
    Flavor {
        name: "pytorch",
        loader: "mlflow.pytorch",
        weights: "data/model.pth",
        requirements: &["torch==2.9.1", "torchvision==0.24.1", "numpy==2.4.6"],
        inputs: tensor("float32", &[-1, 3, 224, 224]),
        outputs: tensor("float32", &[-1, 6]),
    }
}

pub(super) fn dataset(random: &mut Random, name: &str, rows: u32) -> Arc<DatasetRecord> {
    let schema = json!({"mlflow_tensorspec": {
        "features": json!([{"type": "tensor", "tensor-spec": {"dtype": "uint8", "shape": [-1, 224, 224, 3]}}]).to_string(),
        "targets": json!([{"type": "tensor", "tensor-spec": {"dtype": "int64", "shape": [-1]}}]).to_string(),
    }});
    let profile = json!({"features_shape": [rows, 224, 224, 3], "features_size": u64::from(rows) * 150_528});
    let uri = json!({"uri": format!("s3://vision-datasets/{name}/")});
    team::dataset(random, name, ("s3", &uri), &schema, &profile)
}

/// How the test parts were sorted, as a picture and as a table.
pub(super) fn confusion_matrix(run: &mut RunRecord, random: &mut Random, accuracy: f64) {
    let counts: Vec<Vec<u32>> = (0..CLASSES.len())
        .map(|row| matrix_row(random, row, accuracy))
        .collect();
    run.file("plots/confusion_matrix.png", picture::confusion_matrix(&counts));
    let rows = counts.iter().zip(CLASSES).map(|(cells, class)| {
        std::iter::once(class.to_owned())
            .chain(cells.iter().map(u32::to_string))
            .collect()
    });
    let header: Vec<&str> = std::iter::once("actual").chain(CLASSES).collect();
    run.file(
        "tables/confusion_matrix.csv",
        text::csv(&header, rows).into_bytes(),
    );
}

/// How 300 parts of one class were sorted.
fn matrix_row(random: &mut Random, row: usize, accuracy: f64) -> Vec<u32> {
    let mut cells = vec![0; CLASSES.len()];
    for _ in 0..300 {
        let column = if random.unit() < accuracy {
            row
        } else {
            random.below(CLASSES.len())
        };
        cells[column] += 1;
    }
    cells
}

/// Pictures of the same part as training goes on, named as `mlflow.log_image` names them.
pub(super) fn sample_pictures(run: &mut RunRecord, random: &mut Random, moments: &[(i64, Timestamp)]) {
    run.tag("mlflow.loggedImages", "True");
    for (step, at) in moments.iter().take(3) {
        let id = random.hex(32);
        let path = format!("images/prediction+step+{step}+timestamp+{}+{id}.png", at.0);
        let scratches = 1 + random.below(5);
        run.file(&path, picture::surface(random, scratches));
    }
}

/// What every run keeps: what it printed and how it was set up.
pub(super) fn files(run: &mut RunRecord) {
    let log = text::training_log(run, 1);
    let config = text::yaml(&run.params);
    run.file("logs/train.log", log.into_bytes());
    run.file("config.yaml", config.into_bytes());
}
