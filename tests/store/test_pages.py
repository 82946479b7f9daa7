"""Every page and every answer of the API asks the store by an index, on every database, and the past costs nothing."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import event, select
from starlette.routing import Route

from app.settings import load_settings
from app.wiring import Program
from bench.web_rows import Size
from bench.web_store import fill
from review.app import make_app
from review.guarding import all_routes
from store.plans import get_plan
from store.session import open_store
from store.tables import PlanItemRow, PlanRow
from web_builders import a_service, at_own_plan, signed_in

pytestmark = pytest.mark.slow

YOUNG, OLD = Size(120, 1200, 30, 3), Size(1800, 18_000, 30, 3)
"""The same company after some weeks and after two years: as much waits, fifteen times as much is past."""
LAST = date(2026, 11, 16)
NOW = datetime(2026, 11, 16, 12, 0, tzinfo=UTC)
SCOPES = (
    "originals:read",
    "plans:read",
    "evidence:read",
    "movements:read",
    "decisions:read",
    "decisions:write",
    "practice:write",
)
GROWS = {"plans", "plan_items", "item_failures", "scores", "calls", "evidence", "movements", "follow_ups", "decisions",
         "judgements", "overrulings", "practice_done", "audit", "events", "dashboard_lines", "agents"}  # fmt: skip
"""Tables that grow with the years or with the company."""

OPEN_ALONE = re.compile(
    r"ix_plan_items_queue\w*|ix_follow_ups_\w*(open|waits)\w*|ix_movements_asks|ix_plan_items_\w*disput\w*"
)
"""Indexes that hold only what still waits for somebody."""

NO_LOOK = {
    "/static/{name}",
    "/healthz",
    "/readyz",
    "/metrics",  # counts all there is, for one reader a minute
    "/nights",
    "/reports/{name}",
    "/enter/{secret}",
    "/sign-in",
    "/api/v1/openapi.json",
    "/api/v1/schemas/{record}",
    "/plans/{plan_id}/pdf",
    "/my-plan/{plan_id}/pdf",
}
"""Pages that show nothing of a plan, and those that look up what another one does and then work for seconds."""

STEPS, ALLOWED = 20, 12_000
"""SQLite is asked every so many steps of its machine. So many more are allowed, which is what counting to a thousand
takes, or sorting what one agent has: a millisecond or two."""

OF_A_WINDOW = {"/agreement 0"}
"""What reads all decisions of a year: they grow with the company, and end with the window."""

SETTINGS = """[program]
name = "Harbour"
[review]
requests_per_minute = 100000
api_requests_per_minute = 100000
two_reviewers = 0.1
"""


@dataclass
class Asked:
    """What was asked of the database, by the address that was opened; for SQLite the steps that it took."""

    statements: dict[str, list[tuple[str, object]]] = field(default_factory=dict)
    steps: dict[str, int] = field(default_factory=dict)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("pages")


@pytest.fixture(scope="module")
def young(folder):
    return _made(f"sqlite:///{folder / 'young.db'}", YOUNG)


@pytest.fixture(scope="module")
def old(folder):
    return _made(f"sqlite:///{folder / 'old.db'}", OLD)


@pytest.fixture(scope="module")
def on_postgres(postgres):
    with postgres.database() as url:
        yield _made(url, YOUNG)


def _made(url, size):
    with open_store(url) as store:
        return url, fill(store, size, LAST, 1)


def addresses(store):
    """For each path of the app some addresses, by who opens them."""
    with store.read() as session:
        draft = session.execute(
            select(
                PlanItemRow.plan_id, PlanItemRow.item_id, PlanItemRow.call_id, PlanItemRow.queue_key, PlanRow.agent_id
            )
            .join(PlanRow, PlanRow.plan_id == PlanItemRow.plan_id)
            .where(PlanItemRow.queue_key.is_not(None))
            .order_by(PlanItemRow.queue_key)
        ).first()
        closed = session.scalars(select(PlanRow.plan_id).where(PlanRow.status == "closed")).first()
        approved = session.scalars(select(PlanRow.plan_id).where(PlanRow.status == "approved")).first()
        assigned = session.scalars(select(PlanItemRow.call_id).where(PlanItemRow.plan_id == approved)).first()
    plan, item, call, key, agent = (quote(str(one)) for one in draft)
    after = quote('["2026-01-05","a-00001","p-a-00001-0001"]')
    since = "updated_since=2026-10-01T00:00:00Z"
    return {
        "/": ["/"],
        "/queue": [
            "/queue",
            f"/queue?after={key}",
            f"/queue?before={key}",
            "/queue?team=Team 01",
            "/queue?criterion=empathy",
            "/queue?confidence=low&age=7",
            f"/queue?agent={agent}",
            "/queue?version=1&age=older&team=Team 02",
        ],
        "/evidence/next": [f"/evidence/next?after={key}"],
        "/evidence/{plan_id}/{item_id}": [f"/evidence/{plan}/{item}", f"/evidence/{plan}/{item}?call=whole&saved=j-1"],
        "/evidence/{plan_id}/{item_id}/eyes": [f"/evidence/{plan}/{item}/eyes"],
        "/decisions": ["/decisions"],
        "/agreement": ["/agreement?days=365"],
        "/plans": [
            "/plans",
            "/plans?status=",
            "/plans?status=closed",
            f"/plans?status=closed&after={after}",
            f"/plans?agent={agent}",
            f"/plans?status=&after={after}",
        ],
        "/plans/{plan_id}": [f"/plans/{plan}", f"/plans/{closed}", f"/plans/{approved}"],
        "/plans/{plan_id}/markdown": [f"/plans/{closed}/markdown"],
        "/plans/{plan_id}/calls/{call_id:path}": [f"/plans/{plan}/calls/{call}"],
        "/plans/{plan_id}/follow-up": [f"/plans/{closed}/follow-up", f"/plans/{approved}/follow-up"],
        "/follow-ups": ["/follow-ups"],
        "/dashboard": ["/dashboard", "/dashboard?team=Team 01"],
        "/dashboard/follow-ups": [f"/dashboard/follow-ups?due={due}" for due in ("overdue", "soon", "waiting")],
        "/dashboard/undecided": ["/dashboard/undecided", "/dashboard/undecided?team=Team 01"],
        "/deliveries": ["/deliveries"],
        "/trail": ["/trail", "/trail?before=400", f"/trail?plan={plan}", "/trail?day=2026-11-16"],
        "/dashboard/{name}": [f"/dashboard/{name}" for name in ("not-moved", "clock", "trends")],
        "/agents/{agent_id}": [f"/agents/{agent}"],
        "/my-plan/{plan_id}": [f"/my-plan/{approved}"],
        "/my-plan/{plan_id}/calls/{call_id:path}": [f"/my-plan/{approved}/calls/{assigned}"],
        "/api/v1/plans": [
            f"/api/v1/plans?{since}",
            "/api/v1/plans",
            f"/api/v1/plans?agent_id={agent}",
            "/api/v1/plans?status=returned",
        ],
        "/api/v1/items": [f"/api/v1/items?{since}", f"/api/v1/items?agent_id={agent}"],
        "/api/v1/evidence": [f"/api/v1/evidence?{since}"],
        "/api/v1/plans/{plan_id}": [f"/api/v1/plans/{plan}"],
        "/api/v1/plans/{plan_id}/items/{item_id}/evidence": [f"/api/v1/plans/{plan}/items/{item}/evidence"],
        "/api/v1/plans/{plan_id}/practice": [f"/api/v1/plans/{closed}/practice"],
        "/api/v1/plans/{plan_id}/items/{item_id}/original": [f"/api/v1/plans/{plan}/items/{item}/original"],
        "/api/v1/follow-ups": [
            f"/api/v1/follow-ups?{since}",
            f"/api/v1/follow-ups?plan_id={closed}",
            "/api/v1/follow-ups?state=open",
            "/api/v1/follow-ups?state=cancelled",
        ],
        "/api/v1/movements": [
            f"/api/v1/movements?{since}",
            f"/api/v1/movements?plan_id={closed}",
            f"/api/v1/movements?agent_id={agent}",
        ],
        "/api/v1/decisions": [f"/api/v1/decisions?{since}", f"/api/v1/decisions?plan_id={closed}"],
    }


def program_of(store, rubric, folder):
    config = Path(folder) / "verbatim.toml"
    config.write_text(SETTINGS, encoding="utf-8")
    return Program(load_settings(config), rubric, store)


def browsers(program, app, plan_id):
    """Who opens a page, by how its address begins."""
    with program.store.read() as session:
        plan = get_plan(session, plan_id)
    return {
        "/api": a_service(program, app, *SCOPES, at=NOW),
        "/my-plan": at_own_plan(program, app, plan, at=NOW),
        "/": signed_in(program, app, "admin", at=NOW),
    }


def opened(made, folder):
    """Everything that the store is asked while each address is opened."""
    url, rubric = made
    asked = Asked()
    with open_store(url) as store:
        program = program_of(store, rubric, folder)
        app, wanted = make_app(program, lambda: NOW), addresses(store)
        people = browsers(program, app, wanted["/my-plan/{plan_id}"][0].rpartition("/")[2])
        named = {f"{path} {n}": one for path, some in wanted.items() for n, one in enumerate(some)}
        for name, address in named.items():
            with noted(store.engine, asked, name):
                who = next(one for begins, one in people.items() if address.startswith(begins))
                assert who.get(address).status_code in (200, 303), address
    return asked


def test_every_page_and_every_answer_is_opened_here(young, folder):
    url, rubric = young
    with open_store(url) as store:
        app = make_app(program_of(store, rubric, folder))
        paths = {path for path, route in all_routes(app.routes) if is_look(route)}
        assert sorted((paths - NO_LOOK) ^ set(addresses(store))) == [], "say in addresses what this page is opened by"


def is_look(route):
    return isinstance(route, Route) and "GET" in (route.methods or {"GET"})


@contextmanager
def noted(engine, asked, name):
    said, steps = asked.statements.setdefault(name, []), [0]

    def note(connection, cursor, statement, parameters, context, executemany):
        if statement.startswith(("SELECT", "WITH")):
            said.append((statement, parameters))

    def count():
        steps[0] += 1

    def listen(connection, _record, _proxy):
        if engine.dialect.name == "sqlite":
            connection.set_progress_handler(count, STEPS)

    event.listen(engine, "before_cursor_execute", note)
    event.listen(engine, "checkout", listen)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", note)
        event.remove(engine, "checkout", listen)
        asked.steps[name] = steps[0] * STEPS


def read_whole_on_sqlite(connection, statement, parameters):
    rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
    for *_, said in rows:
        found = re.match(r"SCAN (\w+?)(?:_\d+)?(?: USING (?:COVERING )?INDEX (\w+))?$", said)
        if found and found[1] in GROWS and not stops(found[2], statement):
            yield said


def read_whole_on_postgres(connection, statement, parameters):
    for switch in ("seqscan", "hashjoin", "mergejoin"):
        connection.exec_driver_sql(f"SET LOCAL enable_{switch} = off")
    [[plan]] = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters).scalars()
    yield from scans(plan["Plan"], statement)


def scans(node, statement):
    kind, table = node["Node Type"], node.get("Relation Name")
    if table in GROWS and kind.endswith("Scan") and not {"Index Cond", "Recheck Cond"} & set(node):
        yield from () if stops(node.get("Index Name"), statement) else (f"{kind} of {table}",)
    for inner in node.get("Plans", ()):
        yield from scans(inner, statement)


def stops(index, statement):
    """Whether a walk along an index ends soon: it holds only what waits, or a page of it is taken."""
    return bool(index) and bool(OPEN_ALONE.fullmatch(index) or " LIMIT " in statement.replace("\n", " "))


@pytest.mark.parametrize("name", ["old", "on_postgres"])
def test_no_page_and_no_answer_reads_a_table_from_end_to_end(request, folder, name):
    made = request.getfixturevalue(name)
    asked, found = opened(made, folder), {}
    look = read_whole_on_postgres if name == "on_postgres" else read_whole_on_sqlite
    with open_store(made[0]) as store, store.engine.connect() as connection:
        for address, statements in asked.statements.items():
            assert statements, address
            wrong = {one for statement, values in statements for one in look(connection, statement, values)}
            if wrong:
                found[address] = wrong
    assert sorted(found.items()) == []


def test_what_is_long_past_costs_no_page_anything(young, old, folder):
    few, many = opened(young, folder).steps, opened(old, folder).steps
    grown = {one: (few[one], many[one]) for one in few if many[one] > 2 * few[one] + ALLOWED}
    assert set(grown) <= OF_A_WINDOW, grown
