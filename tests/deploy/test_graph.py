"""`deploy graph` draws what needs what, and asks no server."""

from pathlib import Path

import pytest
from lxml import etree  # type: ignore[import-untyped]  # it has none

from compiler.conversion.graph import Edge, graph
from compiler.desired.address import Address
from tests.support.command import deploy
from tests.support.compiling import compiled

DOCUMENT = {
    "stack": "shop",
    "external": {"work_pools": ["theirs"]},
    "work_pools": [{"name": "local", "work_queues": [{"name": "high"}]}],
    "concurrency_limits": [{"name": "database", "limit": 2}],
    "deployments": [
        {
            "name": 'the "big" one',
            "flow_name": "etl",
            "entrypoint": "etl.py:etl",
            "work_pool": {
                "name": "local",
                "work_queue_name": "high",
                "job_variables": {"env": {"KEY": "{{ prefect.blocks.secret.key }}"}},
            },
            "concurrency_limit": {"global": "database"},
            "triggers": [{"name": "after", "expect": ["a"]}],
        },
        {
            "name": "small",
            "flow_name": "etl",
            "entrypoint": "etl.py:etl",
            "work_pool": {"name": "theirs"},
        },
    ],
}


def edge(user: str, used: str) -> Edge:
    return Edge(Address.parse(user), Address.parse(used))


def test_everything_that_is_needed_is_there(tmp_path: Path) -> None:
    found = graph(compiled(tmp_path, DOCUMENT))

    big = 'deployment/etl/the "big" one'
    assert set(found.edges) == {
        edge('automation/etl/the "big" one/after', big),
        edge(big, "work-queue/local/high"),
        edge(big, "concurrency-limit/database"),
        edge(big, "block/secret/key"),
        edge("deployment/etl/small", "work-pool/theirs"),
        edge("work-queue/local/high", "work-pool/local"),
    }
    assert {str(each) for each in found.external} == {"block/secret/key", "work-pool/theirs"}
    assert {end for each in found.edges for end in (each.user, each.used)} <= set(found.nodes)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    import yaml

    (tmp_path / "deploy.yaml").write_text(yaml.safe_dump(DOCUMENT), encoding="utf-8")
    return tmp_path


def drawn(folder: Path, format: str) -> str:
    ended = deploy(folder, "graph", "--format", format, url="http://127.0.0.1:9/api")
    assert ended.code == 0, ended.text
    return ended.stdout


def test_mermaid_says_what_others_own(folder: Path) -> None:
    lines = drawn(folder, "mermaid").splitlines()

    assert lines[0] == "flowchart LR"
    assert '  n3["work-pool<br/>theirs"]:::external' in lines
    assert any('the #quot;big#quot; one"]' in line for line in lines)
    assert sum(" --> " in line for line in lines) == 6


def test_dot_quotes_names(folder: Path) -> None:
    text = drawn(folder, "dot")

    assert '"deployment/etl/the \\"big\\" one" -> "work-queue/local/high";' in text
    assert '"work-pool/theirs" [label="work-pool\\ntheirs", style="rounded,dashed"];' in text


def test_the_picture_has_a_box_for_each_and_a_line_for_each_need(folder: Path) -> None:
    root = etree.fromstring(drawn(folder, "svg").encode())

    titles = root.xpath("//*[local-name()='g']/*[local-name()='title']/text()")
    assert 'deployment/etl/the "big" one' in titles
    assert len(titles) == 8
    assert len(root.xpath("//*[local-name()='path']")) == 6
    for box in root.xpath("//*[local-name()='rect']"):
        assert 0 < float(box.get("x")) < float(root.get("width"))


def test_files_that_are_wrong_are_not_drawn(folder: Path) -> None:
    (folder / "deploy.yaml").write_text("stack: shop\ndeployments: 7\n", encoding="utf-8")

    ended = deploy(folder, "graph", url="http://127.0.0.1:9/api")

    assert (ended.code, ended.stdout) == (1, "")
    assert "deploy.yaml:2:14" in ended.stderr
