"""What the files say of a thing besides its values: its policy, its protection, its past."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from compiler import Overlays, Request, compile_project
from compiler.desired.address import block, deployment, variable, work_pool, work_queue
from compiler.desired.clone import Clone
from compiler.desired.policy import Limits, Policy
from compiler.desired.resources import DesiredState, Resource
from compiler.desired.secret import Form, FromCommand, FromFile, Secret

FLOW = "from prefect import flow\n\n\n@flow\ndef etl(): ...\n"


def lowered(folder: Path, text: str, *, environment: str | None = None) -> DesiredState:
    (folder / "flows.py").write_text(FLOW, encoding="utf-8")
    path = folder / "deploy.yaml"
    path.write_text(text, encoding="utf-8")
    overlays = Overlays(environment=environment)
    compiled = compile_project(Request(files=(path,), base=folder, overlays=overlays))
    assert compiled.desired is not None, list(compiled.report)
    return compiled.desired


def nightly(folder: Path, text: str, *, environment: str | None = None) -> Resource:
    text = f"deployments:\n  - {{name: nightly, entrypoint: 'flows.py:etl', {text}}}\n"
    if environment is not None:
        text += f"environments: {{{environment}: {{name_prefix: {environment}-}}}}\n"
    return lowered(folder, text, environment=environment).resources[0]


@pytest.mark.parametrize(
    ("written", "policy"),
    [
        ("", Policy()),
        ("policy:", Policy()),
        ("policy: {prune: false}", Policy(prunes=False)),
        ("policy: {prune: true, deletes: null}", Policy()),
        ("policy: {deletes: allow}", Policy(limits=Limits(are_off=True))),
        ("policy: {deletes: {}}", Policy()),
        ("policy: {deletes: {share: 0.5}}", Policy(limits=Limits(share=0.5))),
        ("policy: {deletes: {share: 0}}", Policy(limits=Limits(share=0))),
        ("policy: {deletes: {share: 50%}}", Policy(limits=Limits(share=0.5))),
        ("policy: {deletes: {share: 12.5 %}}", Policy(limits=Limits(share=0.125))),
        ("policy: {deletes: {from: 10}}", Policy(limits=Limits(exempt_below=10))),
    ],
)
def test_a_policy_says_how_far_a_run_may_go(tmp_path: Path, written: str, policy: Policy) -> None:
    assert lowered(tmp_path, written + "\ndeployments: []\n").policy == policy


def test_an_environment_lays_its_policy_over_the_files(tmp_path: Path) -> None:
    text = """
policy: {prune: false, deletes: {share: 0.5, from: 10}}
environments: {prod: {policy: {deletes: {share: 0.1}}}}
"""

    found = lowered(tmp_path, text, environment="prod").policy

    assert found == Policy(prunes=False, limits=Limits(share=0.1, exempt_below=10))


@pytest.mark.parametrize(("written", "protect"), [("true", True), ("false", False), ("null", None)])
def test_protection_is_asked_for_or_lifted_or_left(
    tmp_path: Path, written: str, *, protect: bool | None
) -> None:
    assert nightly(tmp_path, f"protect: {written}").protect is protect


def test_pools_and_queues_are_protected_each_by_itself(tmp_path: Path) -> None:
    text = """
work_pools:
  - {name: local, protect: true, work_queues: [{name: high, protect: false}, {name: low}]}
"""

    found = {each.address: each.protect for each in lowered(tmp_path, text).resources}

    assert found == {
        work_pool("local"): True,
        work_queue("local", "high"): False,
        work_queue("local", "low"): None,
    }


def test_protection_and_paths_come_from_the_defaults(tmp_path: Path) -> None:
    text = """
defaults: {entrypoint: "flows.py:etl", protect: true, ignore: [description]}
deployments: [{name: a}, {name: b, protect: false, ignore: [version]}]
"""

    found = [(each.protect, each.ignored) for each in lowered(tmp_path, text).resources]

    assert found == [(True, (("description",),)), (False, (("version",),))]


def test_the_policys_paths_are_added_to_a_deployments_own(tmp_path: Path) -> None:
    text = """
policy: {ignore: [paused, tags]}
deployments:
  - {name: nightly, entrypoint: "flows.py:etl", tags: [a], ignore: [tags, work_pool.name],
     work_pool: {name: local}}
"""

    (found,) = lowered(tmp_path, text).resources

    assert found.ignored == (("paused",), ("tags",), ("work_pool_name",))


@pytest.mark.parametrize(
    ("written", "flow", "name"),
    [
        ("daily", "etl", "daily"),
        ("load/daily", "load", "daily"),
        ("load/nightly", "load", "nightly"),
    ],
)
def test_what_was_renamed_is_of_the_same_flow_or_the_one_named(
    tmp_path: Path, written: str, flow: str, name: str
) -> None:
    assert nightly(tmp_path, f"renamed_from: {written}").renamed_from == deployment(flow, name)


def test_what_was_renamed_had_the_prefix_too(tmp_path: Path) -> None:
    found = nightly(tmp_path, "renamed_from: load/daily", environment="dev")

    assert found.address == deployment("etl", "dev-nightly")
    assert found.renamed_from == deployment("load", "dev-daily")


def test_what_workers_fill_in_is_there_before_the_deployment_that_names_it(tmp_path: Path) -> None:
    text = """
blocks: [{name: token, type: secret, data: {value: {$file: x}}}, {name: other, type: secret}]
variables: [{name: stage, value: 1}]
work_pools: [{name: ours}]
deployments:
  - name: nightly
    entrypoint: flows.py:etl
    pull:
      - prefect.deployments.steps.git_clone:
          repository: https://example.com/x.git
          access_token: "{{ prefect.blocks.secret.token }}"
    work_pool:
      name: ours
      job_variables:
        env:
          STAGE: "is {{ prefect.variables.stage }}"
          KEYS: "{{ prefect.blocks.aws-credentials.theirs.region_name }}"
"""
    found = {each.address: each for each in lowered(tmp_path, text).resources}

    assert found[deployment("etl", "nightly")].needs == {
        block("secret", "token"),
        variable("stage"),
        work_pool("ours"),
    }


def test_a_block_is_read_from_its_sources_later(tmp_path: Path) -> None:
    text = """
blocks:
  - name: a
    type: some
    data:
      plain: [1, {x: y}]
      literal: {$literal: {$file: x}}
      file: {$file: sub/x, as: json}
      inner: {user: me, pin: {$command: [vault, read], timeout: 2.5}}
      block: {$block: secret/b}
      null: null
  - {name: b, type: secret, protect: true}
"""
    one, two = lowered(tmp_path, text).resources
    data = two.fields["data"] if two.address.name == "a" else one.fields["data"]

    assert isinstance(data, Mapping)
    assert data["plain"] == [1, {"x": "y"}]
    assert data["literal"] == {"$file": "x"}
    assert data["file"] == Secret(
        None, source=FromFile(path=tmp_path / "sub" / "x", form=Form.JSON, written="sub/x")
    )
    command = FromCommand(words=("vault", "read"), folder=tmp_path, seconds=2.5)
    assert data["inner"] == Secret({"user": "me", "pin": Secret(None, source=command)})
    assert data["block"] == {"$block": "secret/b"}
    assert {each.address.name: each.protect for each in (one, two)} == {"a": None, "b": True}
    first = one if one.address.name == "a" else two
    assert first.needs == {block("secret", "b")}
    assert first.written_out == {"plain", "literal", "inner"}
    assert first.where["data.plain"].start.line == 6


def cloning(folder: Path, text: str, clone: Clone) -> Resource:
    """A deployment of a file in `folder/etl`, which was fetched."""
    path = folder / "etl" / "deploy.yaml"
    path.parent.mkdir()
    (folder / ".git").mkdir()
    (folder / "flows.py").write_text(FLOW, encoding="utf-8")
    (folder / "etl" / "own.py").write_text(FLOW, encoding="utf-8")
    path.write_text(text, encoding="utf-8")
    done = compile_project(Request(files=(path,), base=folder, clone=clone))
    assert done.desired is not None, list(done.report)
    return done.desired.resources[0]


CLONE = "prefect.deployments.steps.git_clone"
URL = "https://example.com/shop.git"


@pytest.mark.parametrize(
    ("clone", "inputs"),
    [
        ({"branch": "v1.0.0"}, {"repository": URL, "branch": "v1.0.0"}),
        ({"commit": "4f1d"}, {"repository": URL, "commit_sha": "4f1d"}),
        ({}, {"repository": URL}),
    ],
)
def test_workers_clone_what_was_fetched(
    clone: dict[str, str], inputs: dict[str, str], tmp_path: Path
) -> None:
    text = "deployments: [{name: nightly, entrypoint: 'flows.py:etl'}]"

    fixed = Clone(repository=URL, root=tmp_path, is_fixed=True, **clone)
    found = cloning(tmp_path, text, fixed)

    assert found.fields["pull_steps"] == [{CLONE: inputs}]
    assert "pull_steps" not in found.riding


def test_a_branch_is_cloned_and_no_reason_to_write(tmp_path: Path) -> None:
    text = "deployments: [{name: nightly, entrypoint: 'own.py:etl'}]"

    found = cloning(tmp_path, text, Clone(repository=URL, root=tmp_path, branch="main"))

    assert "pull_steps" not in found.fields
    assert found.riding["pull_steps"].value == [
        {CLONE: {"id": "clone", "repository": URL, "branch": "main"}},
        {
            "prefect.deployments.steps.set_working_directory": {
                "directory": "{{ clone.directory }}/etl"
            }
        },
    ]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("pull: []", []),
        (
            "work_pool: null",
            [{"prefect.deployments.steps.set_working_directory": {"directory": "."}}],
        ),
        ("work_pool: {name: k8s, job_variables: {image: x}}", None),
    ],
)
def test_what_the_file_says_of_the_code_wins(more: str, expected: object, tmp_path: Path) -> None:
    text = f"deployments: [{{name: nightly, entrypoint: 'flows.py:etl', {more}}}]"

    found = cloning(tmp_path, text, Clone(repository=URL, root=tmp_path, is_fixed=True))

    assert found.fields.get("pull_steps") == expected
