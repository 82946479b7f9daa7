"""Where the server listens."""

import asyncio
import socket

import pytest

from review.server import PortTaken, listening


def test_an_answer_does_not_wait_until_the_one_before_it_was_acknowledged():
    async def no_delay():
        waits = asyncio.get_running_loop().create_future()
        with listening(0) as listener:
            server = await asyncio.start_server(lambda _, writer: waits.set_result(writer), sock=listener)
            async with server:
                _, ours = await asyncio.open_connection(*listener.getsockname())
                theirs = await waits
                found = theirs.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
                for writer in (theirs, ours):
                    writer.close()
                    await writer.wait_closed()
        return found

    assert asyncio.run(no_delay()) != 0


def test_a_port_that_is_taken_is_named():
    with listening(0) as listener:
        listener.listen()
        port = listener.getsockname()[1]
        with pytest.raises(PortTaken) as refused:
            listening(port)
    assert refused.value.port == port
