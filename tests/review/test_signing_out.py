"""The way out is on every page, and no name of a file leads out of its folder."""

import pytest

from web_builders import signed_in


@pytest.mark.parametrize("path", ["/", "/queue", "/plans", "/plans/p-a-1", "/decisions", "/agreement", "/nights"])
def test_every_page_of_somebody_signed_in_has_the_way_out(program, app, path):
    page = signed_in(program, app, "admin").get(path)
    assert page.status_code == 200
    assert '<form method="post" action="/sign-out"' in page.text
    assert "Sign out" in page.text


NAMES = [
    "../verbatim.toml",
    "..%2fverbatim.toml",
    "%2e%2e/verbatim.toml",
    "..\\verbatim.toml",
    "%00",
    "2026-11-16.html%00",
]


@pytest.mark.parametrize("name", [*NAMES, "/etc/passwd", "%2fetc%2fpasswd", "2026-11-16.html/../../verbatim.toml"])
@pytest.mark.parametrize("folder", ["reports", "static"])
def test_no_name_of_a_file_leads_out_of_its_folder(program, app, folder, name):
    (program.settings.folder / "reports").mkdir(exist_ok=True)
    answer = signed_in(program, app, "admin").get(f"/{folder}/{name}")
    assert answer.status_code in (404, 405)
    assert "[program]" not in answer.text


def test_a_file_that_is_sent_is_named_by_its_date(program, app):
    sent = signed_in(program, app, "admin").get("/plans/p-a-1/markdown")
    assert sent.headers["content-disposition"] == 'attachment; filename="plan-2026-11-16.md"'
