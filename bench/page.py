"""The page of benchmarks: each bench owns a section of it, between two marks."""

from __future__ import annotations

from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"
TITLE = "# Benchmarks\n\nEach section is written by the command that it names.\n"


def write_section(name: str, text: str, page: Path = PAGE, title: str = TITLE) -> None:
    """Put ``text`` into the section of that name; the other sections stay as they are."""
    begin, end = f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->\n"
    old = page.read_text(encoding="utf-8") if page.exists() else title
    before, _, rest = old.partition(begin)
    _, _, after = rest.partition(end)
    if not rest:
        before = before.rstrip("\n") + "\n\n"
    page.write_text(f"{before}{begin}{text.rstrip()}\n{end}{after}", encoding="utf-8")


def table(header: list[str], rows: list[list[str]]) -> str:
    """A Markdown table; the first column is words, the others are figures."""
    lines = [header, ["---"] + ["---:"] * (len(header) - 1), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)
