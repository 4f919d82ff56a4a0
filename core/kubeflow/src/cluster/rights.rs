use async_trait::async_trait;
use flowdeck_domain::kubernetes::{ClusterKinds, RightQuestion};
use flowdeck_domain::port::ClusterReader;
use flowdeck_domain::{Namespace, Result};
use serde::Deserialize;
use serde_json::json;

use super::Cluster;

/// An answer about oneself.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Review {
    status: ReviewStatus,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct ReviewStatus {
    allowed: bool,
    user_info: UserInfo,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct UserInfo {
    username: String,
}

#[async_trait]
impl ClusterReader for Cluster {
    async fn kinds(&self) -> Result<ClusterKinds> {
        self.ask_kinds().await
    }

    async fn may(&self, question: &RightQuestion) -> Result<bool> {
        let path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
        let object = json!({
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": { "resourceAttributes": {
                "verb": question.verb,
                "group": question.group,
                "resource": question.resource,
                "subresource": question.part,
                "namespace": question.namespace.as_ref().map(Namespace::as_str),
            } },
        });
        let review: Review = self.create(path, &object, "ask what one may do").await?;
        Ok(review.status.allowed)
    }

    async fn who(&self) -> Result<String> {
        let path = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
        let object = json!({ "apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview" });
        let review: Review = self.create(path, &object, "ask who one is").await?;
        Ok(review.status.user_info.username)
    }
}
