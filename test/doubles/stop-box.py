"""Stop box on a pseudo terminal: plays frames 50 times a second as the box would, and shows what the host answers.

Prints `path PTY` first, then `host HEX` for each 8 bytes from the host. Commands, one a line on stdin:
inputs N | silent | stuck | back | noise N | speak | unplug
"""
import os
import select
import sys
import threading
import time
import tty

PERIOD = 0.02


def crc8(data):
    # Table-driven, unlike the program's own, so that both cannot share one mistake.
    crc = 0
    for byte in data:
        crc = TABLE[crc ^ byte]
    return crc


def table_entry(value):
    for _ in range(8):
        value = ((value << 1) ^ 0x107) if value & 0x80 else value << 1
    return value & 0xFF


TABLE = [table_entry(value) for value in range(256)]


class Box:
    def __init__(self):
        self.master, slave = os.openpty()
        tty.setraw(self.master)
        tty.setraw(slave)
        self.path = os.ttyname(slave)
        self.slave = slave
        self.sequence = 0
        self.inputs = 3
        self.mode = "speak"
        self.noise = 0
        self.started = time.monotonic()

    def frame(self):
        uptime = int((time.monotonic() - self.started) * 100) & 0xFFFF
        body = bytes([0xA5, 1, self.sequence, self.inputs, uptime & 0xFF, uptime >> 8, 0])
        return body + bytes([crc8(body)])

    def play(self):
        while True:
            time.sleep(PERIOD)
            if self.mode == "silent":
                continue
            if self.mode != "stuck":
                self.sequence = (self.sequence + 1) & 0xFF
            frame = self.frame()
            if self.noise > 0:
                self.noise -= 1
                frame = frame[:7] + bytes([frame[7] ^ 0x55])
            os.write(self.master, frame)

    def listen(self):
        rest = b""
        while True:
            select.select([self.master], [], [])
            rest += os.read(self.master, 256)
            while len(rest) >= 8:
                print("host", rest[:8].hex(), flush=True)
                rest = rest[8:]


# A real box has a processor of its own: where it is allowed, other work must not make this one late.
try:
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(60))
except PermissionError:
    pass
box = Box()
print("path", box.path, flush=True)
for work in (box.play, box.listen):
    threading.Thread(target=work, daemon=True).start()
for line in sys.stdin:
    word, *values = line.split()
    if word == "inputs":
        box.inputs = int(values[0])
    elif word == "noise":
        box.noise = int(values[0])
    elif word == "back":
        box.sequence = (box.sequence - 40) & 0xFF
    elif word == "unplug":
        os._exit(0)
    else:
        box.mode = word
