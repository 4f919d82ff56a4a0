//! Pages of MLflow's own web app, to be opened in a browser.

use flowdeck_client::{ExperimentId, RunId};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// A page of MLflow's own web app.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum WebPage {
    /// The list of experiments.
    Experiments,
    /// The runs of an experiment.
    Experiment(ExperimentId),
    /// One run.
    Run(ExperimentId, RunId),
    /// The registered models.
    Models,
    /// One registered model.
    Model(String),
    /// One version of a registered model.
    ModelVersion(String, String),
}

/// What cannot stand in a part of a fragment as it is.
const PART: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'/')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'`');

impl WebPage {
    /// Its address on a server. Source: the routes of MLflow's web app, the same from 1.30 to 3.18.
    pub fn address(&self, server: &str) -> String {
        let part = |text: &str| utf8_percent_encode(text, PART).to_string();
        let route = match self {
            Self::Experiments => "experiments".to_owned(),
            Self::Experiment(id) => format!("experiments/{}", part(id.as_str())),
            Self::Run(experiment, run) => {
                format!(
                    "experiments/{}/runs/{}",
                    part(experiment.as_str()),
                    part(run.as_str())
                )
            }
            Self::Models => "models".to_owned(),
            Self::Model(name) => format!("models/{}", part(name)),
            Self::ModelVersion(name, version) => format!("models/{}/versions/{}", part(name), part(version)),
        };
        format!("{}/#/{route}", server.trim_end_matches('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_a_slash_stays_one_part() {
        let page = WebPage::ModelVersion("team a/b?".to_owned(), "3".to_owned());
        assert_eq!(
            page.address("https://lab.example/mlflow/"),
            "https://lab.example/mlflow/#/models/team%20a%2Fb%3F/versions/3"
        );
        assert_eq!(
            WebPage::Run("1".into(), "a1".into()).address("http://h:5000"),
            "http://h:5000/#/experiments/1/runs/a1"
        );
    }
}
