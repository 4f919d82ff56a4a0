//! Which values of a metric are good, as far as its name tells.

/// Which values of a metric are good.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Hash)]
pub enum Goal {
    /// Low ones: losses, errors, times.
    Min,
    /// High ones: scores, accuracies.
    Max,
}

/// Prefix of the metrics that MLflow itself logs of the machine: none of them is good or bad.
pub const SYSTEM_METRICS: &str = "system/";

/// Words in the names of metrics whose low values are good.
const LOW: &[&str] = &[
    "bpb",
    "bpc",
    "brier",
    "cer",
    "cost",
    "crps",
    "crossentropy",
    "deviance",
    "duration",
    "ece",
    "eer",
    "err",
    "error",
    "errors",
    "fid",
    "fnr",
    "fpr",
    "latency",
    "logloss",
    "loss",
    "losses",
    "mae",
    "mape",
    "mase",
    "medae",
    "ms",
    "mse",
    "msle",
    "nll",
    "nrmse",
    "perplexity",
    "ppl",
    "regret",
    "rmse",
    "rmsle",
    "seconds",
    "smape",
    "time",
    "wape",
    "wer",
    "xent",
];

/// Words in the names of metrics whose high values are good.
const HIGH: &[&str] = &[
    "acc",
    "accuracy",
    "ap",
    "auc",
    "auprc",
    "auroc",
    "bleu",
    "chrf",
    "dice",
    "elbo",
    "f1",
    "f2",
    "fbeta",
    "fscore",
    "gini",
    "hits",
    "iou",
    "jaccard",
    "kappa",
    "map",
    "mcc",
    "meteor",
    "miou",
    "mrr",
    "ndcg",
    "prauc",
    "precision",
    "psnr",
    "r2",
    "recall",
    "reward",
    "rocauc",
    "rouge",
    "score",
    "sensitivity",
    "specificity",
    "ssim",
    "throughput",
    "tnr",
    "tpr",
];

/// Words of metrics that tell how sure another one is, which is neither good nor bad by itself.
const SPREAD: &[&str] = &["std", "stddev", "stdev", "var", "variance", "stderr", "sem"];

/// The word by which scikit-learn names a metric that it has turned round: `neg_mean_squared_error` is good when high.
const TURNED_ROUND: &str = "neg";

impl Goal {
    /// What the name of a metric lets one guess, from whole words: none where it says nothing, or two things.
    ///
    /// A guess, to be shown as one: people declare what they mean.
    pub fn guessed(key: &str) -> Option<Self> {
        if key.starts_with(SYSTEM_METRICS) {
            return None;
        }
        let words = words(key);
        if words.iter().any(|word| SPREAD.contains(&word.as_str())) {
            return None;
        }
        let any = |known: &[&str]| words.iter().any(|word| is_among(word, known));
        let goal = match (any(LOW), any(HIGH)) {
            (true, false) => Self::Min,
            (false, true) => Self::Max,
            _ => return None,
        };
        let is_turned = words.iter().any(|word| word == TURNED_ROUND);
        Some(if is_turned { goal.other() } else { goal })
    }

    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Min => Self::Max,
            Self::Max => Self::Min,
        }
    }

    /// Whether one value is better than another; NaN neither is nor has a better one.
    pub fn is_better(self, one: f64, other: f64) -> bool {
        match self {
            Self::Min => one < other,
            Self::Max => one > other,
        }
    }

    /// How much better `to` is than `from`; negative where it is worse.
    pub fn gain(self, from: f64, to: f64) -> f64 {
        match self {
            Self::Min => from - to,
            Self::Max => to - from,
        }
    }
}

/// The words of a name, in small letters: parted by what is no letter or digit, and where `valLoss` begins anew.
fn words(key: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before_is_small = false;
    for letter in key.chars() {
        if !letter.is_alphanumeric() || (before_is_small && letter.is_uppercase()) {
            words.push(String::new());
        }
        before_is_small = letter.is_lowercase();
        if let Some(word) = words.last_mut().filter(|_| letter.is_alphanumeric()) {
            word.extend(letter.to_lowercase());
        }
    }
    words
}

/// Whether a word is known as it is, or without the number behind it: `ndcg10`, `rouge2`.
fn is_among(word: &str, known: &[&str]) -> bool {
    known.contains(&word) || known.contains(&word.trim_end_matches(|letter: char| letter.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_metric_tells_which_values_are_good_or_nothing() {
        use Goal::{Max, Min};
        let table: &[(Option<Goal>, &[&str])] = &[
            (
                Some(Max),
                &[
                    "accuracy",
                    "acc",
                    "val_acc",
                    "test/Accuracy",
                    "top5.accuracy",
                    "valAccuracy",
                    "auc",
                    "roc_auc",
                    "ROC_AUC",
                    "precision_recall_auc",
                    "f1",
                    "f1-macro",
                    "training_f1_score",
                    "precision",
                    "precision@10",
                    "recall",
                    "recall_at_5",
                    "r2",
                    "training_r2_score",
                    "ndcg10",
                    "rouge2",
                    "rougeL",
                    "mAP",
                    "lossless_score",
                    "episode_reward",
                    "neg_mean_squared_error",
                    "test_neg_log_loss",
                ],
            ),
            (
                Some(Min),
                &[
                    "loss",
                    "val/loss",
                    "val_loss",
                    "valLoss",
                    "log_loss",
                    "error",
                    "mean_absolute_error",
                    "val_RMSE",
                    "rmse",
                    "mae",
                    "mse",
                    "perplexity",
                    "latency",
                    "latency_p95",
                    "p99_latency_ms",
                    "epoch_time",
                    "cv/brier_mean",
                    "wer",
                ],
            ),
            (
                None,
                &[
                    "",
                    "m",
                    "n",
                    "lr",
                    "learning_rate",
                    "epoch",
                    "lossless",
                    "pressure",
                    "timestep",
                    "mapping",
                    "entropy",
                    // Two things at once.
                    "accuracy_error",
                    "ms_ssim",
                    // How sure another one is.
                    "cv/auc_std",
                    "loss_var",
                    "system/cpu_time",
                ],
            ),
        ];
        for (goal, keys) in table {
            for key in *keys {
                assert_eq!(Goal::guessed(key), *goal, "{key}");
            }
        }
    }

    #[test]
    fn a_gain_is_what_is_better() {
        assert_eq!((Goal::Min.gain(2.0, 1.5), Goal::Max.gain(2.0, 1.5)), (0.5, -0.5));
        assert!(Goal::Min.is_better(1.0, 2.0) && !Goal::Max.is_better(1.0, 2.0));
        assert!(!Goal::Min.is_better(f64::NAN, 1.0) && !Goal::Min.is_better(1.0, f64::NAN));
        assert_eq!(Goal::Min.other(), Goal::Max);
    }
}
