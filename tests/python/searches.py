"""Searches that every version understands, with the answers of MLflow's own client: ids in order, page by page.

A search that this version or store rejects is answered with the error's code.
"""

from mlflow.entities import ViewType
from mlflow.exceptions import MlflowException

RUN_FILTERS = [
    "metrics.acc > 0.5",
    "metrics.acc >= 0.5 and params.optimizer = 'adam'",
    "metrics.acc != 0.5",
    "metrics.`val/acc` < 1",
    "metrics.nan > 0",
    "metrics.infinity > 1e300",
    "params.optimizer != 'adam'",
    "params.`with blank` LIKE '3%'",
    "params.empty = ''",
    "tags.fold = '1'",
    "tags.unicode ILIKE '%größe%'",
    "tags.mlflow.parentRunId LIKE '%'",
    "tags.lines LIKE 'first%'",
    "status = 'FAILED'",
    "attributes.status != 'FINISHED'",
    "run_name LIKE 'child%'",
    "attribute.run_name ILIKE 'STILL%'",
    "start_time > 1700000600000",
    "end_time < 1700000900000",
    "params.optimizer > 'a'",
    "metrics.acc = 'text'",
    "nonsense",
    "tags.a = b",
]
RUN_ORDERS = [
    [],
    ["metrics.acc DESC"],
    ["metrics.acc ASC"],
    ["metrics.nan DESC"],
    ["params.optimizer", "metrics.acc DESC"],
    ["tags.fold DESC", "start_time ASC"],
    ["attributes.start_time ASC"],
    ["end_time DESC"],
    ["run_name"],
    ["status DESC", "run_id"],
    ["nonsense.x"],
]
EXPERIMENT_FILTERS = [
    "name = 'plain'",
    "name LIKE 'twin%'",
    "name ILIKE 'ÜBUNG%'",
    "name ILIKE '%DELETED%'",
    "tags.team = 'vision'",
    "tags.team != 'vision'",
    "tags.a = '1' AND tags.b LIKE '2'",
    "creation_time > 0",
    "nonsense = 1",
]
EXPERIMENT_ORDERS = [[], ["name ASC"], ["name DESC"], ["experiment_id DESC"]]
MODEL_FILTERS = ["name = 'detector'", "name LIKE '%name%'", "name ILIKE 'DETECT%'", "tags.team = 'vision'", "nonsense = 'x'"]
MODEL_ORDERS = [[], ["name DESC"], ["name ASC"]]
VERSION_FILTERS = ["name = 'detector'", "name LIKE '%e%'", "tags.number = '2'", "tags.gate = 'passed'", "nonsense = 'x'"]
VERSION_ORDERS = [["name ASC", "version_number DESC"], ["version_number ASC", "name DESC"]]
LOGGED_MODEL_FILTERS = ["name = 'ready'", "tags.team = 'vision'", "params.depth = '10'", "metrics.acc > 0.5", "model_type = 'agent'"]
TRACE_FILTERS = [
    "tags.team = 'search'",
    "status = 'ERROR'",
    "timestamp_ms > 1700000004000",
    "execution_time_ms > 1000",
    "tags.`mlflow.traceName` LIKE 'plain%'",
]
TRACE_ORDERS = [["timestamp_ms ASC"], ["timestamp_ms DESC"], ["execution_time_ms DESC", "timestamp_ms ASC"]]

VIEWS = [("active", ViewType.ACTIVE_ONLY), ("deleted", ViewType.DELETED_ONLY), ("all", ViewType.ALL)]


def answers(client, experiments):
    ids = sorted(experiment.experiment_id for experiment in experiments)
    return {
        "experiments": [
            ask(filter, order, word, 4, lambda token, f=filter, o=order, v=view: client.search_experiments(
                view_type=v, max_results=4, filter_string=f, order_by=o or None, page_token=token
            ), lambda experiment: experiment.experiment_id)
            for filter, order in cases(EXPERIMENT_FILTERS, EXPERIMENT_ORDERS)
            for word, view in VIEWS
        ],
        "runs": [
            ask(filter, order, word, 5, lambda token, f=filter, o=order, v=view: client.search_runs(
                ids, filter_string=f, run_view_type=v, max_results=5, order_by=o or None, page_token=token
            ), lambda run: run.info.run_id)
            for filter, order in cases(RUN_FILTERS, RUN_ORDERS)
            for word, view in VIEWS
        ],
        "models": models(client),
        "versions": versions(client),
        "logged_models": logged_models(client, ids),
        "traces": traces(client, ids),
    }


def cases(filters, orders):
    """Every filter in the store's own order, every order without a filter."""
    return [(filter, []) for filter in filters] + [("", order) for order in orders]


def ask(filter, order_by, view, max_results, page, id):
    """One search: all its pages."""
    asked = {"filter": filter, "order_by": order_by, "view": view, "max_results": max_results}
    pages, token = [], None
    try:
        while True:
            found = page(token)
            pages.append([id(thing) for thing in found])
            token = found.token
            if not token:
                return {**asked, "pages": pages}
    except MlflowException as refusal:
        return {**asked, "error": refusal.error_code}


def models(client):
    import write_models

    if not write_models.has_registry(client):
        return []
    return [
        ask(filter, order, "active", 2, lambda token, f=filter, o=order: client.search_registered_models(
            filter_string=f, max_results=2, order_by=o or None, page_token=token
        ), lambda model: model.name)
        for filter, order in cases(MODEL_FILTERS, MODEL_ORDERS)
    ]


def versions(client):
    import write_models

    if not write_models.has_registry(client) or not hasattr(client, "set_registered_model_alias"):
        return []
    return [
        ask(filter, order, "active", 2, lambda token, f=filter, o=order: client.search_model_versions(
            filter_string=f, max_results=2, order_by=o or None, page_token=token
        ), lambda version: f"{version.name}/{version.version}")
        for filter, order in cases(VERSION_FILTERS, VERSION_ORDERS)
    ]


def logged_models(client, ids):
    if not hasattr(client, "search_logged_models"):
        return []
    return [
        ask(filter, [], "active", 2, lambda token, f=filter: client.search_logged_models(
            ids, filter_string=f or None, max_results=2, page_token=token
        ), lambda model: model.model_id)
        for filter in LOGGED_MODEL_FILTERS + [""]
    ]


def traces(client, ids):
    if not hasattr(client, "search_traces"):
        return []
    return [
        ask(filter, order, "active", 2, lambda token, f=filter, o=order: client.search_traces(
            experiment_ids=ids, filter_string=f, max_results=2, order_by=o, page_token=token, include_spans=False
        ), lambda trace: getattr(trace.info, "trace_id", None) or trace.info.request_id)
        for filter, order in [(filter, ["timestamp_ms ASC"]) for filter in TRACE_FILTERS] + [("", o) for o in TRACE_ORDERS]
    ]
