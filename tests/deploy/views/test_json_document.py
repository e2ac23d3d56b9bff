"""JSON for programs: its fields are a promise."""

import json

from inline_snapshot import snapshot

from compiler.diagnostics import Edit, Fix, Label, Safety
from deploy.views.json_document import document, render
from tests.support.findings import finding, findings, place

FIX = Fix(message="write 'retry'", edits=(Edit(place(1, 1, 6), "retry"),), safety=Safety.SAFE)


def test_every_field_is_there() -> None:
    found = finding(
        place(6, 7, 14), hint="mend it", related=[Label(place(4, 17, 29), "here")], fix=FIX
    )

    assert document(findings(found, deploy="")) == snapshot(
        {
            "version": 1,
            "tool": {"name": "deploy", "version": "1.2.3"},
            "files": ["deploy.yaml"],
            "counts": {"error": 1, "warning": 0, "info": 0},
            "findings": [
                {
                    "code": "DEP999",
                    "name": "wrong-thing",
                    "severity": "error",
                    "message": "a thing is wrong",
                    "hint": "mend it",
                    "at": {
                        "file": "deploy.yaml",
                        "start": {"line": 6, "column": 7},
                        "end": {"line": 6, "column": 14},
                    },
                    "related": [
                        {
                            "message": "here",
                            "at": {
                                "file": "deploy.yaml",
                                "start": {"line": 4, "column": 17},
                                "end": {"line": 4, "column": 29},
                            },
                        }
                    ],
                    "fix": {
                        "message": "write 'retry'",
                        "safety": "safe",
                        "edits": [
                            {
                                "at": {
                                    "file": "deploy.yaml",
                                    "start": {"line": 1, "column": 1},
                                    "end": {"line": 1, "column": 6},
                                },
                                "text": "retry",
                            }
                        ],
                    },
                    "docs": "deploy explain DEP999",
                }
            ],
        }
    )


def test_what_is_not_known_is_null() -> None:
    (found,) = json.loads(render(findings(finding(None))))["findings"]

    assert (found["hint"], found["at"], found["fix"], found["related"]) == (None, None, None, [])


def test_no_findings_are_an_empty_list() -> None:
    assert json.loads(render(findings(deploy=""))) == {
        "version": 1,
        "tool": {"name": "deploy", "version": "1.2.3"},
        "files": ["deploy.yaml"],
        "counts": {"error": 0, "warning": 0, "info": 0},
        "findings": [],
    }


def test_it_is_ascii_whatever_it_says() -> None:
    assert render(findings(finding(None, "日本語 \ud800"))).isascii()
