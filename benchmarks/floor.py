"""The floor: a bare client that sends the fewest requests that could do a job, and no more.

It knows beforehand what is to be done, checks nothing, and keeps nothing in mind.

    python -m benchmarks.floor create|read|change|reschedule|delete URL DEPLOYMENTS CHANGES
"""

import sys
import time
from typing import Any

import httpx

_PAGE = 200
_BUSY, _PAUSE = 503, 0.1  # seconds
_AT_ONCE = 50  # deployments that the server deletes in one request


def main(job: str, url: str, number: int, changes: int) -> None:
    """Do one job."""
    with httpx.Client(base_url=url, timeout=120, transport=_Again()) as http:
        match job:
            case "create":
                _create(http, number)
            case "read":
                _read(http)
            case "change":
                for each in _read(http)[:changes]:
                    _patch(http, each, {"parameters": {"rows": 2}})
            case "reschedule":
                for each in _read(http)[:changes]:
                    _reschedule(http, each)
            case "delete":
                _delete(http, number)
            case _:
                sys.exit(__doc__)


def _create(http: httpx.Client, number: int) -> None:
    for n in range(number):
        flow = _said(http.post("/flows/", json={"name": f"flow-{n}"}))
        body = {
            "name": f"d{n}",
            "flow_id": flow["id"],
            "entrypoint": f"flows/flow_{n}.py:run",
            "parameters": {"rows": 1},
            "tags": ["bench", "deploy:bench"],
            "work_pool_name": "bench",
            "pull_steps": [],
            "schedules": [
                {
                    "slug": "s",
                    "schedule": {"cron": f"{n % 60} 3 * * *", "timezone": "Europe/Berlin"},
                }
            ],
        }
        _said(http.post("/deployments/", json=body))


def _read(http: httpx.Client) -> list[dict[str, Any]]:
    """The deployments and their flows, which are not in the same answers."""
    mine = {"tags": {"all_": ["bench"]}}
    found = _pages(http, "/deployments/paginate", {"deployments": mine})
    _pages(http, "/flows/paginate", {"deployments": mine})
    return found


def _pages(http: httpx.Client, path: str, matching: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    page = 1
    while True:
        asked = {**matching, "limit": _PAGE, "page": page, "sort": "NAME_ASC"}
        answer = _said(http.post(path, json=asked))
        found += answer["results"]
        if page >= answer["pages"]:
            return found
        page += 1


def _patch(http: httpx.Client, deployment: dict[str, Any], body: dict[str, Any]) -> None:
    http.patch(f"/deployments/{deployment['id']}", json=body).raise_for_status()


def _reschedule(http: httpx.Client, deployment: dict[str, Any]) -> None:
    (schedule,) = deployment["schedules"]
    path = f"/deployments/{deployment['id']}/schedules/{schedule['id']}"
    moved = {**schedule["schedule"], "cron": "1 4 * * *"}
    http.patch(path, json={"schedule": moved, "active": True}).raise_for_status()


def _delete(http: httpx.Client, number: int) -> None:
    mine = {"deployments": {"tags": {"all_": ["bench"]}}, "limit": _AT_ONCE}
    for _ in range(0, number, _AT_ONCE):
        _said(http.post("/deployments/bulk_delete", json=mine))


class _Again(httpx.HTTPTransport):
    """Asks again where the database was busy, as every client of Prefect has to."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        while (answer := super().handle_request(request)).status_code == _BUSY:
            answer.close()
            time.sleep(_PAUSE)
        return answer


def _said(answer: httpx.Response) -> dict[str, Any]:
    answer.raise_for_status()
    said: dict[str, Any] = answer.json()
    return said


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
