"""The pipelines of the demo. `python flows.py` writes their packages beside this file, with kfp 2.17.0."""

from kfp import compiler, dsl

IMAGE = "registry.example.com/ml/steps:1.8"


@dsl.component(base_image=IMAGE)
def load_applications(rows: int, applications: dsl.Output[dsl.Dataset]) -> int:
    return rows


@dsl.component(base_image=IMAGE)
def prepare_features(rows: int, applications: dsl.Input[dsl.Dataset], features: dsl.Output[dsl.Dataset]):
    pass


@dsl.component(base_image=IMAGE)
def train_model(depth: int, lr: float, features: dsl.Input[dsl.Dataset], model: dsl.Output[dsl.Model]) -> float:
    return 0.9


@dsl.component(base_image=IMAGE)
def evaluate_model(model: dsl.Input[dsl.Model], metrics: dsl.Output[dsl.Metrics]) -> float:
    return 0.9


@dsl.component(base_image=IMAGE)
def register_model(model: dsl.Input[dsl.Model], name: str) -> str:
    return name


@dsl.component(base_image=IMAGE)
def list_regions(n: int) -> list:
    return list(range(n))


@dsl.component(base_image=IMAGE)
def forecast_region(region: str, horizon: int) -> float:
    return 0.1


@dsl.component(base_image=IMAGE)
def publish_forecast(note: str):
    pass


@dsl.component(base_image=IMAGE)
def notify_team(status: dsl.PipelineTaskFinalStatus):
    pass


@dsl.pipeline(name="credit-risk-training", description="Trains the credit model and registers it where it is good enough.")
def credit(rows: int = 20000, depth: int = 6, lr: float = 0.05, threshold: float = 0.8, segments: list = ["retail", "sme"]):
    loaded = load_applications(rows=rows)
    prepared = prepare_features(rows=loaded.outputs["Output"], applications=loaded.outputs["applications"])
    trained = train_model(depth=depth, lr=lr, features=prepared.outputs["features"])
    trained.set_caching_options(False).set_retry(2, "10s").set_cpu_limit("4").set_memory_limit("8Gi")
    trained.set_accelerator_type("nvidia.com/gpu").set_accelerator_limit(1)
    evaluated = evaluate_model(model=trained.outputs["model"]).set_caching_options(False)
    with dsl.If(evaluated.outputs["Output"] > 0.8, name="good-enough"):
        register_model(model=trained.outputs["model"], name="credit-default-risk").set_caching_options(False)


@dsl.pipeline(name="weekly-forecast", description="Forecasts demand region by region and tells the team how it went.")
def forecast(regions: int = 4, horizon: int = 8):
    with dsl.ExitHandler(notify_team()):
        listed = list_regions(n=regions)
        with dsl.ParallelFor(listed.output, parallelism=2, name="each-region") as region:
            forecast_region(region=region, horizon=horizon).set_caching_options(False).set_retry(1, "10s")
        publish_forecast(note="weekly").after(listed)


for flow in (credit, forecast):
    compiler.Compiler().compile(flow, f"{flow.name.replace('-', '_')}.yaml")
