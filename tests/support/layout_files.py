"""What stands in the files of `layouts.py`: flows and `prefect.yaml` files as people write them."""

PLAIN = "from prefect import flow\n\n\n@flow\ndef load(rows: int = 1) -> None:\n    'Load it.'\n"
NAMED = "from prefect import flow\n\n\n@flow(name='Täglich laden')\nasync def load() -> None: ...\n"
TWO = f"{PLAIN}\n\n@flow\ndef report(day: str) -> None:\n    load()\n"
METHOD = """\
from prefect import flow


class Jobs:
    @staticmethod
    @flow
    def run() -> None: ...
"""
WRAPPED = "from lib.wrapping import traced\n\n\n@traced\ndef load(rows: int = 1) -> None: ...\n"
WRAPPER = """\
from prefect import flow


def traced(function):
    return flow(log_prints=True)(function)
"""
OPTIONS = '''\
from prefect import flow

TEAM = "shop"


@flow(
    name=f"{TEAM}-load",
    description="Written in the decorator.",
    version="1.4",
    retries=3,
    retry_delay_seconds=[1, 10],
    log_prints=True,
    flow_run_name="load-{day}",
)
def load(day: str, rows: int = 1) -> None:
    """Not this one."""


@flow(name="每日更新")
async def daily(日期: str = "今天") -> None:
    """每天更新一次。"""
'''
TYPES = '''\
import dataclasses
import datetime
import enum
import pathlib
import typing as t
import uuid

from prefect import flow
from pydantic import BaseModel, Field
from typing_extensions import TypedDict

Mode = t.Literal["full", "delta"]
ROWS = 500


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Constants(enum.Enum):
    TABLE = "orders"


class Retention(BaseModel):
    """How long things are kept."""

    days: int = Field(30, ge=1, description="In days.")
    tables: list[str] = []


@dataclasses.dataclass
class Window:
    first: datetime.date
    last: t.Optional[datetime.date] = None


class Row(TypedDict):
    id: int
    name: str


@flow
def load(
    source: str,
    window: Window,
    rows: int = ROWS,
    full: bool = False,
    share: float = 0.5,
    note: t.Optional[str] = None,
    region: str | None = "eu",
    tables: list[str] = ["orders"],
    limits: dict[str, int] = {},
    mode: Mode = "full",
    colour: Colour = Colour.RED,
    table: str = Constants.TABLE.value,
    retention: Retention = Retention(),
    chunk: t.Annotated[int, Field(gt=0)] = 10,
    day: datetime.date | None = None,
    wait: datetime.timedelta = datetime.timedelta(minutes=5),
    run: uuid.UUID | None = None,
    path: pathlib.Path = pathlib.Path("data"),
    pair: tuple[int, str] = (1, "a"),
    first: Row | None = None,
    anything=None,
) -> None:
    """Load orders.

    Args:
        source: Where they come from.
        rows: How many,
            at most.
    """
'''
RE_EXPORTED = """\
import os

if os.environ.get("WITHOUT_PREFECT"):

    def flow(function):
        return function
else:
    from prefect import flow
"""
PREFECT = """\
# Of the team.
name: shop
prefect-version: 3.8.8
build: null
pull: null
deployments:
- name: nightly
  entrypoint: flows.py:load
  parameters: {rows: 5}
  schedule: {cron: "0 3 * * *", timezone: Europe/Berlin}
  work_pool: {name: local, work_queue_name: null, job_variables: {}}
"""
AS_INIT_WRITES = """\
# Welcome to your prefect.yaml file! You can use this file for storing and managing
# configuration for deploying your flows.

# Generic metadata about this project
name: shop
prefect-version: 3.8.8

# build section allows you to manage and build docker images
build: null

# push section allows you to manage if and how this project is uploaded to remote locations
push: null

# pull section allows you to provide instructions for cloning this project in remote locations
pull:
- prefect.deployments.steps.set_working_directory:
    directory: /home/ann/shop

# the deployments section allows you to provide configuration for deploying flows
deployments:
- name: nightly
  version: null
  tags: []
  description: null
  schedule: {}
  flow_name: null
  entrypoint: flows.py:load
  parameters: {}
  work_pool:
    name: local
    work_queue_name: null
    job_variables: {}
"""
ANCHORS = """\
x-owner: team-data
definitions:
  tags: &tags [shop, prod]
  schedules:
    night: &night
      cron: "0 4 * * *"
      timezone: Europe/Berlin
  work_pools:
    small: &small
      name: docker
      job_variables: {image: "shop:1", env: {SIZE: small}}
pull:
- prefect.deployments.steps.set_working_directory: {directory: /opt/shop}
deployments:
- name: a
  entrypoint: flows.py:load
  tags: *tags
  schedules: [*night]
  work_pool: *small
- &b
  name: b
  entrypoint: flows.py:load
  tags: *tags
  schedules:
  - <<: *night
    slug: own
    cron: "0 5 * * *"
  work_pool:
    <<: *small
    work_queue_name: high
- <<: *b
  name: c
  description: Like b.
"""
SCHEDULES = """\
pull:
- prefect.deployments.steps.set_working_directory: {directory: /opt/shop}
deployments:
- name: of-every-kind
  entrypoint: flows.py:load
  schedules:
  - {cron: "0 3 * * *", timezone: Europe/Berlin, day_or: true}
  - {cron: "*/15 8-18 * * 1-5", active: false, slug: office}
  - {interval: 3600, anchor_date: "2026-01-01T00:00:00+00:00", timezone: UTC}
  - {interval: 600, parameters: {rows: 3}}
  - {rrule: "FREQ=WEEKLY;BYDAY=MO,WE;BYHOUR=6;BYMINUTE=0;BYSECOND=0", timezone: America/New_York}
  work_pool: {name: local}
- name: older
  entrypoint: ./flows.py:load
  schedule: {interval: 86400, timezone: Asia/Tokyo}
  work_pool: {name: local}
- name: asleep
  entrypoint: flows.py:load
  paused: true
  schedules:
  - cron: "@daily"
  work_pool: {name: local}
- name: unscheduled
  entrypoint: flows.py:load
  schedules: []
  work_pool: {name: local}
"""
TEMPLATED = """\
name: shop
pull:
- prefect.deployments.steps.git_clone:
    id: clone
    repository: https://example.com/shop/flows.git
    branch: "{{ $BRANCH }}"
    access_token: "{{ prefect.blocks.secret.token }}"
- prefect.deployments.steps.pip_install_requirements:
    directory: "{{ clone.directory }}"
    requirements_file: requirements.txt
    stream_output: false
deployments:
- name: "{{ $STAGE }}-load"
  entrypoint: flows.py:load
  tags: ["stage:{{ $STAGE }}", "{{ $BRANCH }}"]
  description: "Runs in {{ $STAGE }}."
  version: "{{ $STAGE }}-1"
  work_pool:
    name: docker
    job_variables:
      image: "shop/flows:{{ $BRANCH }}"
      env:
        STAGE: "{{ $STAGE }}"
        TOKEN: "{{ prefect.blocks.secret.token }}"
"""
STEPS = """\
build:
- prefect.deployments.steps.run_shell_script:
    id: short
    script: echo abc123
    stream_output: false
push: null
pull:
- prefect.deployments.steps.set_working_directory: {directory: "/opt/{{ short.stdout }}"}
deployments:
- name: nightly
  entrypoint: flows.py:load
  version: "{{ short.stdout }}"
  tags: ["commit:{{ short.stdout }}"]
  work_pool:
    name: docker
    job_variables: {image: "shop:{{ short.stdout }}"}
- name: with-steps-of-its-own
  entrypoint: flows.py:load
  build:
  - prefect.deployments.steps.run_shell_script: {id: own, script: echo own, stream_output: false}
  pull:
  - prefect.deployments.steps.set_working_directory: {directory: /srv}
  description: "Built as {{ own.stdout }}."
  work_pool: {name: local}
"""
DROPPED = """\
name: shop
description: of the team
maintainer: ann@example.com
pull:
- prefect.deployments.steps.set_working_directory: {directory: /opt/shop}
deployments:
- name: nightly
  entrypoint: flows.py:load
  collision_strategy: ENQUEUE
  job_variables: {env: {A: "1"}}
  work_queue_name: high
  is_paused: true
  enforce_parameter_schema: false
  parameters: {rows: 7}
  work_pool:
    name: local
    flow_variables: {}
    concurrency_limit: 3
"""
LIMITS = """\
pull:
- prefect.deployments.steps.set_working_directory: {directory: /opt/shop}
deployments:
- {name: one, entrypoint: "flows.py:load", concurrency_limit: 2, work_pool: {name: local}}
- name: many
  entrypoint: flows.py:load
  concurrency_limit: {limit: 3, collision_strategy: CANCEL_NEW}
  work_pool: {name: local}
  triggers:
  - expect: [shop.order.placed]
    match: {prefect.resource.id: "shop.order.*"}
    parameters: {rows: "{{ event.payload.rows }}"}
  - name: nobody orders
    enabled: false
    posture: Proactive
    expect: [shop.order.placed]
    within: 3600
"""
MODULES = """\
pull:
- prefect.deployments.steps.set_working_directory: {directory: /opt/shop}
deployments:
- {name: a, entrypoint: "shop.flows:load", work_pool: {name: local}}
- {name: b, entrypoint: shop.flows.load, work_pool: {name: local}}
- {name: c, entrypoint: ./shop/flows.py:load, work_pool: {name: local}}
- {name: d, entrypoint: "shop/jobs.py:Jobs.run", work_pool: {name: local}}
"""
NAMES = """\
pull:
- prefect.deployments.steps.set_working_directory: {directory: /opt/shop}
deployments:
- name: 每日更新
  entrypoint: flows.py:daily
  tags: [数据, été, "l'hiver"]
  description: |
    每天更新一次
    und dann nicht mehr
  work_pool: {name: local}
- name: 일간 보고서
  entrypoint: flows.py:load
  parameters: {day: "2026-01-01"}
  work_pool: {name: local}
"""
OF_A_TEAM = """\
pull:
- prefect.deployments.steps.git_clone: {repository: "https://example.com/all.git", branch: main}
deployments:
- {name: nightly, entrypoint: "TEAM/flows.py:load", tags: [TEAM], work_pool: {name: local}}
"""
