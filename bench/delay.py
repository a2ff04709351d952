#!/usr/bin/python3
"""A slow line: takes TCP connections and carries their bytes on, so many
milliseconds late each way. The rate is the kernel's business (tc tbf).

usage: delay.py LISTEN-HOST:PORT TO-HOST:PORT MILLISECONDS
"""
import asyncio
import sys


async def carry(reader, writer, delay):
    queue = asyncio.Queue(maxsize=64)
    loop = asyncio.get_running_loop()

    async def send():
        while True:
            due, piece = await queue.get()
            await asyncio.sleep(max(0, due - loop.time()))
            if not piece:
                break
            writer.write(piece)
            await writer.drain()
        writer.close()

    sender = asyncio.create_task(send())
    try:
        while True:
            piece = await reader.read(16384)
            await queue.put((loop.time() + delay, piece))
            if not piece:
                break
        await sender
    except (ConnectionError, OSError):
        sender.cancel()
        writer.close()


async def main(listen, to, ms):
    async def met(reader, writer):
        try:
            there, back = await asyncio.open_connection(*to)
        except OSError:
            writer.close()
            return
        await asyncio.gather(carry(reader, back, ms / 1000),
                             carry(there, writer, ms / 1000))

    server = await asyncio.start_server(met, *listen)
    async with server:
        await server.serve_forever()


def place(text):
    host, port = text.rsplit(":", 1)
    return host, int(port)


if len(sys.argv) != 4:
    sys.exit(__doc__)
try:
    asyncio.run(main(place(sys.argv[1]), place(sys.argv[2]), int(sys.argv[3])))
except KeyboardInterrupt:
    pass
