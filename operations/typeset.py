"""The program that sets one document as PDF: HTML on standard input, PDF on standard output, in a process of its own.

Whatever the text is, it can take no more time and memory than the process may, and it can fetch nothing: neither from
the network nor from this machine. ``python -m operations.typeset SECONDS BYTES``.
"""

from __future__ import annotations

import hashlib
import sys

NOT_INSTALLED, TOO_LARGE = 4, 5
"""Exit statuses: a library is missing; the memory was not enough."""


class Refused(Exception):
    """A document asked for something outside itself."""


def typeset(html: str) -> bytes:
    """The document as PDF; the same bytes for the same text on one machine.

    Raises ImportError or OSError where WeasyPrint, or Pango under it, is not installed.
    """
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher

    class RefuseAll(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: object = None) -> object:
            raise Refused(url[:200])

    identifier = hashlib.sha256(html.encode()).hexdigest()[:32].encode()
    document = HTML(string=html, url_fetcher=RefuseAll(), base_url=None)
    written: bytes = document.write_pdf(pdf_identifier=identifier, pdf_tags=True)
    return written


def limit(seconds: int, memory: int) -> None:
    """Let this process take so many seconds of a processor and bytes of memory, and write no core."""
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def main() -> int:
    """Set what comes in; an exit status."""
    limit(int(sys.argv[1]), int(sys.argv[2]))
    try:
        pdf = typeset(sys.stdin.buffer.read().decode("utf-8"))
    except MemoryError:
        return TOO_LARGE
    except (ImportError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return NOT_INSTALLED
    sys.stdout.buffer.write(pdf)
    return 0


if __name__ == "__main__":
    sys.exit(main())
