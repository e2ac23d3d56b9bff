"""Who may do something on the page: sessions, tokens, forms, headers."""

import asyncio
import re
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import AbstractContextManager

import pytest

from controller.files import Files
from controller.page.sessions import Gate, Sessions, is_same
from controller.roster import Stack
from controller.settled import Settled, State
from reconciler.api.client import PrefectClient
from reconciler.gitops.refs import Ref, Resolved
from reconciler.gitops.refusal import NotFetched, Why
from reconciler.suspension import suspended
from tests.support.paged import TOKEN, Paged, paged, stack

POSTS = (
    "/stacks/shop/sync",
    "/stacks/shop/suspend",
    "/stacks/shop/resume",
    "/sign-out",
)


@pytest.fixture
async def page(client: PrefectClient) -> AsyncIterator[Paged]:
    async with paged([stack(), stack("web")], client) as found:
        found.settle(Settled(stack="shop", state=State.SYNCED, commit="a" * 40, refused="sha256:1"))
        yield found


class Clock:
    """A time that a test moves."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


async def test_without_a_token_there_is_nothing_to_press() -> None:
    async with paged([stack()], token=None) as page:
        shown = [(await page.http.get(path)).text for path in ("/", "/stacks/shop")]
        signing = await page.http.get("/sign-in")
        tried = [await page.http.post(path, data={"csrf": ""}) for path in POSTS]

    assert not any("<button" in each.replace("<noscript><button", "") for each in shown)
    assert not any("sign-in" in each for each in shown)
    assert signing.status_code == 404
    assert {each.status_code for each in tried} == {403}


@pytest.mark.server
async def test_who_has_not_signed_in_only_looks(page: Paged) -> None:
    shown = (await page.http.get("/stacks/shop")).text
    tried = [await page.http.post(path, data={"csrf": "x"}) for path in POSTS]

    assert "act-sync" not in shown
    assert {each.status_code for each in tried} == {403}
    assert page.controller.stacks.queue.due_in("shop") is None


@pytest.mark.server
async def test_the_cookie_is_random_and_out_of_reach(page: Paged) -> None:
    answer = await page.sign_in()

    (cookie,) = [each for each in answer.headers.get_list("set-cookie") if "deploy_session" in each]
    assert answer.status_code == 303
    assert TOKEN not in str(answer.headers)
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert len(page.http.cookies["deploy_session"]) >= 40


@pytest.mark.server
async def test_over_tls_the_cookie_is_for_tls_alone(page: Paged) -> None:
    csrf = re.search(
        r'name="csrf" value="([^"]+)"', (await page.http.get("https://page/sign-in")).text
    )
    assert csrf is not None

    answer = await page.http.post("https://page/sign-in", data={"csrf": csrf[1], "token": TOKEN})

    assert "Secure" in answer.headers["set-cookie"]


@pytest.mark.server
async def test_a_wrong_token_opens_nothing_and_soon_not_even_the_right_one(page: Paged) -> None:
    wrong = [(await page.sign_in(f"{TOKEN}{at}")).status_code for at in range(10)]
    right = await page.sign_in()

    assert wrong == [403] * 10
    assert right.status_code == 429
    assert "deploy_session" not in page.http.cookies


@pytest.mark.server
async def test_to_sign_in_takes_the_form_that_this_browser_was_given(page: Paged) -> None:
    csrf = await page.csrf("/sign-in")
    page.http.cookies.clear()
    await page.http.get("/sign-in")  # another nonce

    answer = await page.http.post("/sign-in", data={"csrf": csrf, "token": TOKEN})

    assert answer.status_code == 403
    assert "not ours" in answer.text


@pytest.mark.server
async def test_the_buttons_do_what_they_say(page: Paged, client: PrefectClient) -> None:
    await page.sign_in()
    csrf = await page.csrf("/stacks/shop")

    synced = await page.http.post("/stacks/shop/sync", data={"csrf": csrf})
    assert synced.headers["location"] == "/stacks/shop?said=sync"
    assert page.controller.stacks.queue.due_in("shop") == 0.0
    assert page.controller.keeping.settled["shop"].refused is None

    await page.http.post("/stacks/shop/suspend", data={"csrf": csrf})
    assert list(await suspended(client, ["shop", "web"])) == ["shop"]
    assert 'data-group="suspended"' in (await page.http.get("/")).text

    await page.http.post("/stacks/shop/resume", data={"csrf": csrf})
    assert await suspended(client, ["shop", "web"]) == {}
    assert 'data-group="suspended"' not in (await page.http.get("/")).text


@pytest.mark.server
@pytest.mark.parametrize(
    ("headers", "data", "status"),
    [
        ({}, {}, 415),
        ({}, {"csrf": ""}, 403),
        ({}, {"csrf": "wrong"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, {"csrf": "right"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, {"csrf": "right"}, 403),
        ({"Origin": "http://evil.example"}, {"csrf": "right"}, 403),
        ({"Origin": "null"}, {"csrf": "right"}, 403),
        ({"Content-Type": "text/plain"}, {"csrf": "right"}, 415),
        ({}, {"csrf": "right", "more": "x" * 5_000}, 413),
        ({}, {"csrf": "right"} | {f"f{at}": "" for at in range(20)}, 400),
        ({"Origin": "http://page"}, {"csrf": "right"}, 303),
        (
            {"Sec-Fetch-Site": "same-origin", "Origin": "https://tls.example"},
            {"csrf": "right"},
            303,
        ),
    ],
)
async def test_a_form_that_is_not_ours_does_nothing(
    page: Paged, headers: dict[str, str], data: dict[str, str], status: int
) -> None:
    await page.sign_in()
    right = await page.csrf("/stacks/shop")
    told = {name: right if value == "right" else value for name, value in data.items()}

    answer = await page.http.post("/stacks/shop/sync", data=told, headers=headers)

    assert answer.status_code == status
    assert (page.controller.stacks.queue.due_in("shop") is not None) is (status == 303)


@pytest.mark.server
async def test_looking_never_does_anything(page: Paged) -> None:
    await page.sign_in()

    answers = [await page.http.get(path) for path in POSTS]

    assert {each.status_code for each in answers} <= {404, 405}
    assert page.controller.stacks.queue.due_in("shop") is None


@pytest.mark.server
async def test_signing_out_ends_the_session_at_the_server(page: Paged) -> None:
    await page.sign_in()
    csrf = await page.csrf("/stacks/shop")
    cookie = page.http.cookies["deploy_session"]

    await page.http.post("/sign-out", data={"csrf": csrf})

    page.http.cookies.set("deploy_session", cookie)
    assert "act-sync" not in (await page.http.get("/stacks/shop")).text


@pytest.mark.server
async def test_a_server_that_does_not_take_it_is_told() -> None:
    async with paged([stack()]) as page:
        await page.sign_in()
        csrf = await page.csrf("/stacks/shop")

        answer = await page.http.post("/stacks/shop/suspend", data={"csrf": csrf})

        assert answer.status_code == 502
        assert "nobody is there" in answer.text
        assert 'data-group="suspended"' not in (await page.http.get("/")).text


@pytest.mark.parametrize(
    "path", ["/", "/stacks/shop", "/stacks/none", "/sign-in", "/static/page.js", "/static/x"]
)
async def test_every_answer_says_what_a_browser_may_do(path: str) -> None:
    async with paged([stack()]) as page:
        answer = await page.http.get(path)

    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store" or path == "/static/page.js"
    assert (
        not re.search(r"<script(?![^>]* src=)|\sstyle=|\son[a-z]+=", answer.text)
        or "static" in path
    )


def test_sessions_end_and_are_few() -> None:
    clock = Clock()
    sessions = Sessions(clock)
    cookie, session = sessions.open()
    assert sessions.find(cookie) is session
    assert sessions.find(cookie[:-1]) is None
    for _ in range(12):
        clock.now += 3_500
        sessions.find(cookie)
    assert sessions.find(cookie) is not None
    clock.now += 3_500
    assert sessions.find(cookie) is None

    idle, _ = sessions.open()
    clock.now += 3_601
    assert sessions.find(idle) is None

    first, _ = sessions.open()
    for _ in range(100):
        sessions.open()
    assert sessions.find(first) is None
    assert len(sessions) == 100


def test_a_gate_opens_again_after_a_while() -> None:
    clock = Clock()
    gate = Gate("token", clock)
    for _ in range(10):
        assert not gate.opens_for("wrong")
    assert not gate.opens_for("token")
    clock.now += 61
    assert gate.opens_for("token")
    assert is_same("a", "a")
    assert not is_same("a", "ab")


class _Refusing:
    """A Git that says why it has nothing, and a secret with it."""

    def look_up(self, url: str, refs: Collection[Ref]) -> Mapping[Ref, Resolved | NotFetched]:
        """Nothing."""
        return dict.fromkeys(refs, NotFetched(Why.BROKEN, f"{url}: no way with hunter2-and-more"))

    def files(self, stack: Stack, resolved: Resolved) -> AbstractContextManager[Files]:
        """Never."""
        raise NotImplementedError


async def test_no_secret_of_an_address_or_of_a_failure_is_shown() -> None:
    kept = stack(repository="https://example.com/hunter2-and-more/shop.git")
    async with paged([kept], git=_Refusing(), secrets=("hunter2-and-more",)) as page:
        listener = page.hub.listen(page.hub.position)
        assert listener is not None
        running = asyncio.create_task(page.controller.run())
        assert await listener.next(10) == ["shop"]
        shown = [(await page.http.get(path)).text for path in ("/", "/stacks/shop")]
        page.controller.end()
        await running

    assert all("no way with (secret #1)" in each for each in shown)
    assert not any("hunter2" in each for each in shown)
