"""Twenty readers at a server, and how long their pages take. A page's time ends with the last byte of its answer."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from bench.web_pages import Draw, Reader

Times = dict[str, list[float]]
"""Milliseconds by kind of page."""

THINKS = (0.5, 1.5)
"""Seconds between an answer and the next click of somebody who reads: uniform, one second on average."""

WARM_UP = 2
STARTS_WITHIN = 60.0


class NotAnswered(Exception):
    """A page was not what it should be; no figure is made of it."""

    def __init__(self, reader: Reader, address: str, status: int, text: str) -> None:
        super().__init__(f"{address} for {reader.kind} {reader.name}: status {status}, {text[:200]!r}")


@dataclass(frozen=True)
class Served:
    """A server that runs in a process of its own."""

    address: str
    process: int
    cookie: str

    def cpu_ms(self) -> float:
        """Milliseconds of processor that the server's process has used so far; PostgreSQL's are not in it."""
        fields = Path(f"/proc/{self.process}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


@contextmanager
def serve(config: Path, port: int, cookie: str) -> Iterator[Served]:
    """``verbatim serve`` for as long as it is needed."""
    command = [str(Path(sys.executable).with_name("verbatim")), "serve", "--config", str(config), "--port", str(port)]
    with (config.parent / f"{config.stem}.log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(address, process)
            yield Served(address, process.pid, cookie)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(20)


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            httpx.get(f"{address}/healthz", timeout=5).raise_for_status()
            return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise RuntimeError(f"the server at {address} did not start; its log says why")


@dataclass
class Visit:
    """Readers at a server for some time. Without ``thinks`` each asks again as soon as it was answered."""

    served: Served
    readers: Sequence[tuple[Reader, dict[str, Draw]]]
    seed: int
    thinks: tuple[float, float] = THINKS
    times: Times = field(default_factory=lambda: defaultdict(list))

    def last(self, seconds: float) -> Times:
        asyncio.run(self._all(seconds))
        return self.times

    async def _all(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
        async with httpx.AsyncClient(base_url=self.served.address, limits=limits, timeout=60) as client:
            await asyncio.gather(*(self._read(client, n, until) for n in range(len(self.readers))))

    async def _read(self, client: httpx.AsyncClient, number: int, until: float) -> None:
        reader, kinds = self.readers[number]
        chance, headers = random.Random(f"{self.seed} {number}"), headers_of(reader, self.served.cookie)
        names, turn = sorted(kinds), number
        await asyncio.sleep(chance.uniform(0, self.thinks[1]))
        while time.monotonic() < until:
            name = names[turn % len(names)]
            turn += 1
            self.times[name].append(await timed(client, reader, kinds[name](chance), headers))
            await asyncio.sleep(chance.uniform(*self.thinks))


def headers_of(reader: Reader, cookie: str) -> dict[str, str]:
    """What a reader shows."""
    if reader.kind.endswith("service"):
        return {"Authorization": f"Bearer {reader.secret}"}
    return {"Cookie": f"{cookie}={reader.secret}"}


async def timed(client: httpx.AsyncClient, reader: Reader, address: str, headers: dict[str, str]) -> float:
    """Milliseconds until an answer was read. Raises NotAnswered where it is none of status 200."""
    begun = time.perf_counter()
    try:
        answer = await client.get(address, headers=headers)
    except httpx.TransportError:  # the server has just closed a connection that was long idle: browsers ask again, too
        answer = await client.get(address, headers=headers)
    took = (time.perf_counter() - begun) * 1000
    if answer.status_code != 200:
        raise NotAnswered(reader, address, answer.status_code, answer.text)
    return took


@dataclass(frozen=True)
class Alone:
    """A kind of page without anybody else: the median time, and the processor time of the server for one."""

    ms: float
    cpu_ms: float


def one_by_one(
    served: Served, readers: Sequence[tuple[Reader, dict[str, Draw]]], seed: int, count: int
) -> dict[str, Alone]:
    """Each kind ``count`` times, one after the other, after some that are not counted."""
    found: dict[str, Alone] = {}
    with httpx.Client(base_url=served.address, timeout=60) as client:
        for reader, kinds in readers:
            for name, draw in kinds.items():
                if name not in found:
                    found[name] = _alone(client, served, reader, name, draw, seed, count)
    return found


def _alone(client: httpx.Client, served: Served, reader: Reader, name: str, draw: Draw, seed: int, count: int) -> Alone:
    chance, headers, times = random.Random(f"{seed} {name}"), headers_of(reader, served.cookie), []
    before = 0.0
    for number in range(-WARM_UP, count):
        if number == 0:
            before = served.cpu_ms()
        begun, address = time.perf_counter(), draw(chance)
        answer = client.get(address, headers=headers)
        if number >= 0:
            times.append((time.perf_counter() - begun) * 1000)
        if answer.status_code != 200:
            raise NotAnswered(reader, address, answer.status_code, answer.text)
    return Alone(sorted(times)[len(times) // 2], (served.cpu_ms() - before) / count)
