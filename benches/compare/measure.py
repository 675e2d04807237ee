"""Runs one command as a whole process: wall and processor seconds, and the peak memory of it and its children together."""
import os
import subprocess
import threading
import time


def tree(pid):
    """A process and everything below it."""
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as children:
            below = [int(child) for child in children.read().split()]
    except OSError:
        below = []
    return [pid] + [process for child in below for process in tree(child)]


def resident(pid):
    """Resident memory in bytes; 0 for a process that has gone."""
    try:
        with open(f"/proc/{pid}/statm") as statm:
            return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


def run(command, cwd=None, env=None):
    """A dict of wall seconds, processor seconds, peak MiB and what the command printed; raises when it fails."""
    before, begun = os.times(), time.monotonic()
    process = subprocess.Popen(
        [str(part) for part in command], cwd=cwd, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    peak, over = 0, threading.Event()

    def watch():
        nonlocal peak
        while not over.wait(0.02):
            peak = max(peak, sum(resident(pid) for pid in tree(process.pid)))

    watcher = threading.Thread(target=watch)
    watcher.start()
    out, err = process.communicate()
    over.set()
    watcher.join()
    wall, after = time.monotonic() - begun, os.times()
    if process.returncode not in (0, 1):
        raise RuntimeError(f"{command}: {process.returncode}\n{err.decode(errors='replace')}")
    processor = after.children_user + after.children_system - before.children_user - before.children_system
    return {"wall": wall, "processor": processor, "mib": peak / 2**20, "out": out, "err": err}


if __name__ == "__main__":
    import sys

    result = run(sys.argv[1:])
    sys.stdout.buffer.write(result["out"])
    sys.stderr.buffer.write(result["err"])
    print(f"{result['wall']:.2f} s, {result['processor']:.2f} s of processor time, {result['mib']:.0f} MiB", file=sys.stderr)
