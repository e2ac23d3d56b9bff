"""Workspaces at random, made by the server's own requests, as a hand or another tool may do."""

import random
from typing import Any
from urllib.parse import quote

import httpx

TEXTS = (
    *("on", "1e3", "012", "2026-01-01", "a: b", "- a", "null", "~", "", " padded ", "yes", "0x1f"),
    *("12:30:00", "#x", "'q'", '"q"', "back\\slash", "tab\there", "two\nlines", "two\nlines\n"),
    *(
        "a\n\n  b\n",
        "\n first",
        "é ü 漢 🙂",
        "{a: 1}",
        "[1]",
        "*x",
        "&x",
        "!t",
        "%p",
        "@a",
        "|",
        ">",
    ),
    *(
        "{{ flow_run.name }}",
        "{{ $HOME }}",
        "{{ vars.x }}",
        "{{ x }} and }}",
        "{{ '{{' }}",
        "{{{ a }}",
    ),
    *("end \n", "a\u2028b", "no-break\u00a0space", "trailing #comment", "k: v # c", "\u200bzero"),
)
VALUES: tuple[Any, ...] = (
    *(0, 1, -5, 1.5, 1e300, 1.0, 10**15, True, False, None, [], {}, [1, [2, {"a": None}]]),
    *({"on": "off", "1": "x", "a b": [{"c": "1.10"}]}, {"password": "hunter2-hunter2"}),
    *("{{ prefect.variables.x }}", "https://me:hunter2hunter2@example.com/x"),
)
CRONS = ("0 3 * * *", "*/5 * * * *", "@daily", "30 2 * * 1-5", "0 0 29 2 *")
RULES = (
    "FREQ=DAILY",
    "DTSTART:20260101T080000\nRRULE:FREQ=WEEKLY;BYDAY=MO,WE",
    "RRULE:FREQ=HOURLY;INTERVAL=2",
    "FREQ=MONTHLY;BYMONTHDAY=1",
)
STEPS: tuple[list[dict[str, Any]], ...] = (
    [],
    [{"prefect.deployments.steps.set_working_directory": {"directory": "/srv/flows"}}],
    [
        {
            "prefect.deployments.steps.git_clone": {
                "repository": "https://example.com/shop.git",
                "branch": "main",
                "access_token": "{{ prefect.blocks.secret.token }}",
            }
        },
        {"prefect.deployments.steps.run_shell_script": {"script": "echo ${X}\necho {{ y }}"}},
    ],
)


class RandomWorkspace:
    """Makes things one after another; `made` counts them."""

    def __init__(self, http: httpx.AsyncClient, seed: int) -> None:
        self._http = http
        self._chance = random.Random(seed)
        self._pools: dict[str, list[str]] = {}
        self._limits: list[str] = []
        self._deployments: dict[str, str] = {}
        self._keys: list[str] = []
        self._automations: list[str] = []
        self.made = 0

    async def make(self, count: int) -> None:
        """Make this many things: of each kind some, and most of them deployments."""
        makers = (
            (self._pool, 10),
            (self._queue, 12),
            (self._variable, 15),
            (self._limit, 8),
            (self._tag_limit, 5),
            (self._deployment, 50),
            (self._block, 10),
            (self._automation, 15),
        )
        while self.made < count:
            (maker,) = self._chance.choices(
                [each for each, _ in makers], [weight for _, weight in makers]
            )
            await maker()

    async def _send(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = await self._http.request(method, path, json=body)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json() if answer.content else {}
        return found

    def _some(self, **choices: Any) -> dict[str, Any]:
        """Each with an even chance."""
        return {name: make() for name, make in choices.items() if self._chance.random() < 0.5}

    def _text(self) -> str:
        return self._chance.choice(TEXTS)

    def _no_braces(self) -> str:
        """A text that the server takes for a template of its own."""
        return self._chance.choice([text for text in TEXTS if "{" not in text])

    def _value(self) -> Any:
        return self._chance.choice((*VALUES, *TEXTS))

    def _values(self) -> dict[str, Any]:
        names = self._chance.sample(["rows", "on", "a b", "x.y", "1", "api_token", "max_tokens"], 3)
        return {name: self._value() for name in names}

    def _name(self, kind: str) -> str:
        self.made += 1
        odd = self._chance.choice(["", "", "", " of €", ".v1", " on", "-1e3"])
        return f"{kind}-{self.made}{odd}"

    async def _pool(self) -> None:
        name, kind = self._name("pool"), self._chance.choice(["process", "docker", "own"])
        body: dict[str, Any] = {"name": name, "type": kind}
        packages = await self._http.get("/collections/views/aggregate-worker-metadata")
        types = {key: each for one in packages.json().values() for key, each in one.items()}
        template = types.get(kind, {}).get("default_base_job_configuration", {})
        if self._chance.random() < 0.3:
            variables = {"image": {"type": "string", "default": self._text()}}
            template = {
                "job_configuration": {"command": "{{ image }}"},
                "variables": {"type": "object", "properties": variables},
            }
        body |= {"base_job_template": template} if template else {}
        body |= self._some(
            description=self._text,
            concurrency_limit=lambda: self._chance.choice([0, 1, 7]),
            is_paused=lambda: True,
        )
        await self._send("POST", "/work_pools/", body)
        self._pools[name] = []
        if self._chance.random() < 0.2:
            changed = self._some(
                concurrency_limit=lambda: 3, is_paused=lambda: True, description=self._text
            )
            await self._send("PATCH", f"/work_pools/{_quoted(name)}/queues/default", changed)

    async def _queue(self) -> None:
        if not self._pools:
            return
        pool, name = self._chance.choice(sorted(self._pools)), self._name("queue")
        body = {"name": name} | self._some(
            description=self._text,
            priority=lambda: self._chance.choice([1, 2, 5, 9]),
            concurrency_limit=lambda: self._chance.choice([0, 2]),
            is_paused=lambda: True,
        )
        await self._send("POST", f"/work_pools/{_quoted(pool)}/queues", body)
        self._pools[pool].append(name)

    async def _variable(self) -> None:
        self.made += 1
        name = self._chance.choice(
            [
                f"v_{self.made}",
                f"v-{self.made}",
                f"db_password_{self.made}",
                f"a_{self.made}_api_key",
            ]
        )
        body = {"name": name, "value": self._value()} | self._some(tags=self._tags)
        await self._send("POST", "/variables/", body)

    def _tags(self) -> list[str]:
        texts = [text for text in TEXTS if text]
        return self._chance.sample(texts, self._chance.randint(0, 3))

    async def _limit(self) -> None:
        name = self._name("limit")
        body = {"name": name, "limit": self._chance.choice([0, 1, 5])} | self._some(
            slot_decay_per_second=lambda: self._chance.choice([0, 0.5, 2]), active=lambda: False
        )
        await self._send("POST", "/v2/concurrency_limits/", body)
        self._limits.append(name)

    async def _tag_limit(self) -> None:
        body = {"tag": self._name("tag"), "concurrency_limit": self._chance.choice([0, 1, 3])}
        await self._send("POST", "/concurrency_limits/", body)

    async def _deployment(self) -> None:
        flow = self._chance.choice(["etl", "report", f"flow {self.made % 20}", "on"])
        flow_id = (await self._send("POST", "/flows/", {"name": flow}))["id"]
        body: dict[str, Any] = {
            "name": self._name("deployment"),
            "flow_id": flow_id,
            "enforce_parameter_schema": self._chance.random() < 0.5,
        }
        body |= self._some(
            description=self._text,
            version=self._text,
            tags=self._tags,
            labels=lambda: self._chance.choice([{"a.b": "1"}, {"on": True, "n": 1.5}, {}]),
            paused=lambda: True,
            entrypoint=lambda: self._chance.choice(["gone/etl.py:etl", "gone.etl.flow"]),
            pull_steps=lambda: self._chance.choice(STEPS),
            schedules=self._schedules,
        )
        if not body["enforce_parameter_schema"]:
            body |= self._some(parameters=self._values)
        body |= self._place() | self._concurrency()
        made = await self._send("POST", "/deployments/", body)
        self._deployments[made["id"]] = body["name"]
        if self._limits and self._chance.random() < 0.1:
            limit = await self._http.get(
                f"/v2/concurrency_limits/{_quoted(self._chance.choice(self._limits))}"
            )
            shared = {"global_concurrency_limit_id": limit.json()["id"]}
            if not body.get("concurrency_limit"):
                await self._send("PATCH", f"/deployments/{made['id']}", shared)

    def _place(self) -> dict[str, Any]:
        if not self._pools or self._chance.random() < 0.3:
            return {}
        pool = self._chance.choice(sorted(self._pools))
        return {"work_pool_name": pool} | self._some(
            work_queue_name=lambda: self._chance.choice(["default", *self._pools[pool]]),
            job_variables=self._job_variables,
        )

    def _job_variables(self) -> dict[str, Any]:
        return self._chance.choice(
            [
                {},
                {"env": {}},
                {"env": {"A": "1", "B": self._text()}},
                {"image": "shop:1", "env": {"DB_PASSWORD": "{{ prefect.blocks.secret.db }}"}},
                {"env": {"DB_PASSWORD": f"hunter-{self.made % 3}", "NAME": "{{ flow_run.name }}"}},
            ]
        )

    def _concurrency(self) -> dict[str, Any]:
        if self._chance.random() < 0.7:
            return {}
        options = {"collision_strategy": self._chance.choice(["ENQUEUE", "CANCEL_NEW"])}
        return {"concurrency_limit": self._chance.choice([1, 4])} | self._some(
            concurrency_options=lambda: options
        )

    async def _block(self) -> None:
        """Of types with a secret, with a secret in a mapping, with one, and with another block."""
        key = self._chance.choice([*self._keys, None])
        slug, data = self._chance.choice(
            [
                ("secret", {"value": f"hunter-{self.made}"}),
                ("secret", {"value": {"user": "me", "pins": [12, None, f"x{self.made}"]}}),
                (
                    "webhook",
                    {
                        "url": f"https://example.com/{self.made}",
                        "headers": {"a": f"Bearer {self.made}", "b": "x"},
                    },
                ),
                ("aws-credentials", {"region_name": "eu", "aws_secret_access_key": "hunter-2"}),
                ("local-file-system", {"basepath": self._text()}),
                ("shell-operation", {"commands": [self._text()], "env": {"A": self._text()}}),
                (
                    "s3-bucket",
                    {"bucket_name": "shop", "bucket_folder": self._text()}
                    | ({"credentials": {"$ref": {"block_document_id": key}}} if key else {}),
                ),
            ]
        )
        kind = (await self._http.get(f"/block_types/slug/{slug}")).raise_for_status().json()
        schemas = await self._http.post(
            "/block_schemas/filter",
            json={"block_schemas": {"block_type_id": {"any_": [kind["id"]]}}},
        )
        self.made += 1
        body = {
            "name": f"block-{self.made}",
            "data": data,
            "block_type_id": kind["id"],
            "block_schema_id": schemas.json()[0]["id"],
        }
        made = await self._send("POST", "/block_documents/", body)
        if slug == "aws-credentials":
            self._keys.append(made["id"])

    async def _automation(self) -> None:
        """One that runs a deployment, as a trigger does, or does something else."""
        if not self._deployments:
            return
        target = self._chance.choice(list(self._deployments))
        run = {"type": "run-deployment", "source": "selected", "deployment_id": target}
        some = [
            run
            | self._some(parameters=lambda: {"n": "{{ event.payload.n }}", "t": self._no_braces()}),
            {"type": "pause-deployment", "source": "selected", "deployment_id": target},
            {"type": "cancel-flow-run"},
            {"type": "change-flow-run-state", "state": "FAILED", "message": self._text()},
        ]
        if self._automations:
            other = self._chance.choice(self._automations)
            some.append({"type": "pause-automation", "source": "selected", "automation_id": other})
        name = self._name("automation")
        if self._chance.random() < 0.3:
            name = f"{self._deployments[target]}__automation_{self._chance.choice([1, 2, 10])}"
        body = {
            "name": name,
            "trigger": self._trigger(target),
            "actions": self._chance.choices([some[:1], self._chance.sample(some, 2)], [2, 1])[0],
        }
        body |= self._some(
            description=self._text,
            enabled=lambda: False,
            tags=lambda: self._chance.choice([[], ["etl"], ["on", "1e3"]]),
            actions_on_resolve=lambda: self._chance.choice([[], [{"type": "cancel-flow-run"}]]),
        )
        made = await self._send("POST", "/automations/", body)
        self._automations.append(made["id"])

    def _trigger(self, target: str) -> dict[str, Any]:
        labels = {"prefect.resource.id": f"prefect.deployment.{target}"}
        event: dict[str, Any] = {
            "type": "event",
            "posture": "Reactive",
            "expect": ["shop.order.placed"],
        }
        event |= self._some(
            match=lambda: {"prefect.resource.id": ["a.*", "prefect.flow-run.*"]},
            match_related=lambda: labels | {"prefect.resource.role": "deployment"},
            after=lambda: ["shop.opened"],
            for_each=lambda: ["prefect.resource.id"],
            threshold=lambda: 3,
            within=lambda: 60,
        )
        absent = {**event, "posture": "Proactive", "within": 90.5}
        several = {"type": "sequence", "triggers": [event, event], "within": 60}
        both = {"type": "compound", "require": "any", "triggers": [event, absent], "within": None}
        return self._chance.choice([event, event, absent, several, both])

    def _schedules(self) -> list[dict[str, Any]]:
        slugged = self._chance.random() < 0.6
        found = []
        for number in range(self._chance.randint(0, 3)):
            times = self._chance.choice(
                [
                    {"cron": self._chance.choice(CRONS)},
                    {
                        "cron": self._chance.choice(CRONS),
                        "timezone": "Europe/Berlin",
                        "day_or": False,
                    },
                    {
                        "interval": self._chance.choice([60, 90.5, 3600]),
                        "anchor_date": "2026-01-01T00:00:00Z",
                    },
                    {"interval": 86400, "timezone": "America/New_York"},
                    {"rrule": self._chance.choice(RULES)},
                    {"rrule": self._chance.choice(RULES[:3]), "timezone": "Europe/Berlin"},
                ]
            )
            one: dict[str, Any] = {"schedule": times, "active": self._chance.random() < 0.7}
            one |= self._some(parameters=self._values)
            found.append(one | ({"slug": f"s{number}"} if slugged else {}))
        return found


def _quoted(name: str) -> str:
    return quote(name, safe="")
