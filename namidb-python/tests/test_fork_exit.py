"""P-02: children of a fork open again by themselves, and every process ends cleanly."""

import os
import select
import signal
import subprocess
import sys
import warnings

import pytest
from undisturbed import HANGS

import namidb
from namidb import errors


def in_child(work: object) -> str:
    """What a function gives in the child of a fork, as text."""
    read, write = os.pipe()
    with warnings.catch_warnings():
        # Python warns of forks while other threads run: that is what is tested.
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid == 0:
        try:
            answer = str(work())  # type: ignore[operator]
        except BaseException as error:
            answer = f"{type(error).__name__}: {error}"
        os.write(write, answer.encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        ends, _, _ = select.select([pipe], [], [], HANGS)
        if not ends:
            os.kill(pid, signal.SIGKILL)
        answer = pipe.read().decode()
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0, "the child hangs" if not ends else answer
    return answer


def test_p02_a_forked_client_opens_again_by_its_uri(file_uri: str) -> None:
    with namidb.Client(file_uri) as client:
        client.cypher("CREATE (:A)")
        client.upsert_node("B", namidb.uuid7(), {})

        def work() -> object:
            assert client.pending == 0
            client.cypher("CREATE (:A)")
            client.upsert_node("B", namidb.uuid7(), {})
            client.commit()
            client.flush()
            return client.cypher("MATCH (n) RETURN count(*) AS n").first()

        assert in_child(work) == "{'n': 3}"
        assert client.pending == 1
        assert client.cypher("MATCH (n) RETURN count(*) AS n").first() == {"n": 3}
        assert in_child(work) == "{'n': 5}"
        assert client.commit() is not None
        assert client.node_count == 6


def test_p02_memory_is_closed_in_the_child(private: namidb.Client) -> None:
    private.cypher("CREATE (:A)")
    assert in_child(lambda: private.cypher("RETURN 1")).startswith("ClosedError")
    assert in_child(lambda: private.node_count).startswith("ClosedError")
    assert in_child(private.close) == "None"

    def other() -> object:
        with namidb.Client("memory://mine") as mine:
            mine.cypher("CREATE (:B)")
            return mine.node_count

    assert in_child(other) == "1"
    assert private.node_count == 1


def test_p02_a_fork_in_the_middle_of_everything(file_uri: str) -> None:
    import threading

    with namidb.Client(file_uri) as client:
        stop = threading.Event()
        # A server that answers one request after another would be busy with these alone.
        pause = 0.0 if file_uri.startswith("file:") else 0.1

        def busy() -> None:
            while not stop.wait(pause):
                client.cypher("CREATE (:A)")
                client.merge_nodes("B", [{"id": namidb.uuid7()} for _ in range(50)])
                client.rollback()

        threads = [threading.Thread(target=busy) for _ in range(3)]
        for thread in threads:
            thread.start()
        try:
            for _ in range(5):
                assert in_child(lambda: client.cypher("CREATE (:C) RETURN 1 AS x").first()) == "{'x': 1}"
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        assert client.cypher("MATCH (c:C) RETURN count(*) AS n").first() == {"n": 5}


def test_p02_a_fork_in_the_middle_of_the_first_call(file_uri: str) -> None:
    # Whatever is imported from now on takes its time, so the fork comes in the middle of it.
    script = f"""
import os, sys, threading, time, warnings
import namidb
warnings.simplefilter('ignore')
class Slow:
    def find_spec(self, name, path=None, target=None):
        time.sleep(0.3)
for name in ['fractions', 'zoneinfo', 'namidb.errors']:
    sys.modules.pop(name, None)
sys.meta_path.insert(0, Slow())
client = namidb.Client({file_uri!r})
def first():
    try:
        client.cypher('RETURN $a AS a, date($text) AS d', {{'a': [1.5], 'text': sys.argv[1]}}).rows()
        client.cypher('RETURN')
    except namidb.NamiError:
        pass
thread = threading.Thread(target=first)
thread.start()
time.sleep(float(sys.argv[2]))
pid = os.fork()
if pid == 0:
    first()
    os._exit(0)
for _ in range({HANGS} * 10):
    if os.waitpid(pid, os.WNOHANG)[0]:
        break
    time.sleep(0.1)
else:
    os.kill(pid, 9)
    raise SystemExit('the child hangs')
thread.join()
"""
    for wait in ["0", "0.1", "0.4"]:
        command = [sys.executable, "-c", script, "2020-01-01", wait]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=2 * HANGS, check=False)
        assert (ended.returncode, ended.stderr) == (0, ""), wait


REFUSES_ALL = """
import socket, threading
server = socket.create_server(("127.0.0.1", 0), backlog=128)
print(server.getsockname()[1], flush=True)
def serve(client):
    with client:
        while client.recv(65536):
            client.sendall(b"HTTP/1.1 403 Forbidden\\r\\nContent-Length: 0\\r\\n\\r\\n")
while True:
    threading.Thread(target=serve, args=server.accept()[:1], daemon=True).start()
"""

FORKS_AMONG_ERRORS = """
import os, signal, sys, threading, warnings
import namidb
warnings.simplefilter('ignore')
assert 'RUST_LIB_BACKTRACE' not in os.environ
stop = threading.Event()
def refused():
    try:
        namidb.Client(sys.argv[1])
    except namidb.errors.BackendAuthError:
        return
    os._exit(3)
def busy():
    while not stop.is_set():
        refused()
threads = [threading.Thread(target=busy) for _ in range(3)]
for thread in threads:
    thread.start()
for _ in range(150):
    pid = os.fork()
    if pid == 0:
        signal.alarm(int(sys.argv[2]))
        refused()
        os._exit(0)
    status = os.waitpid(pid, 0)[1]
    if status:
        print('the child ended with', status, flush=True)
        os._exit(1)
stop.set()
"""


def test_p02_a_fork_in_the_middle_of_errors_that_want_backtraces() -> None:
    server = subprocess.Popen(
        [sys.executable, "-c", REFUSES_ALL], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    with server:
        try:
            assert server.stdout is not None
            endpoint = f"http://127.0.0.1:{server.stdout.readline().strip()}/devstoreaccount1"
            uri = f"az://devstoreaccount1/c?ns=a&use_emulator=true&endpoint={endpoint}"
            command = [sys.executable, "-c", FORKS_AMONG_ERRORS, uri, str(HANGS)]
            environment = {**os.environ, "RUST_BACKTRACE": "1"}
            ended = subprocess.run(
                command, env=environment, capture_output=True, text=True, timeout=2 * HANGS, check=False
            )
        finally:
            server.kill()
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


def test_p02_a_transaction_ends_with_the_fork(file_uri: str) -> None:
    with namidb.Client(file_uri) as client:
        tx = client.begin()
        tx.cypher("CREATE (:A)")
        assert in_child(lambda: tx.cypher("RETURN 1")).startswith("TransactionClosed")
        tx.commit()
        assert client.node_count == 1


SCRIPTS = {
    "open": "client.cypher('CREATE (:A)')",
    "closed": "client.cypher('CREATE (:A)'); client.close()",
    "asyncio": "import asyncio; asyncio.run(client.acypher('CREATE (:A)'))",
    "asyncio, abandoned": """
import asyncio
async def main():
    asyncio.create_task(client.acypher('UNWIND range(1, 30000000) AS i RETURN sum(i)'))
    await asyncio.sleep(0.05)
asyncio.run(main())
""",
    "trio": "import trio; trio.run(client.acypher, 'CREATE (:A)')",
    "a call that nobody waits for": """
for _ in range(20):
    namidb._namidb._submit(lambda: client.cypher('UNWIND range(1, 30000000) AS i RETURN sum(i)'), lambda: None)
""",
    "calls that end while Python leaves": """
for _ in range(50):
    namidb._namidb._submit(lambda: client.cypher('CREATE (:A)'), lambda: None)
""",
    "a daemon thread": """
import threading, time
def loop():
    while True:
        client.cypher('MATCH (n) RETURN count(*) AS n').rows()
for _ in range(4):
    threading.Thread(target=loop, daemon=True).start()
time.sleep(0.1)
""",
    "a daemon thread in a long query": """
import threading, time
threading.Thread(target=client.cypher, args=('UNWIND range(1, 30000000) AS i RETURN sum(i)',), daemon=True).start()
time.sleep(0.1)
""",
    "fork": """
import os, warnings
warnings.simplefilter('ignore')
client.cypher('CREATE (:A)')
pid = os.fork()
client.cypher('CREATE (:A)')
if pid:
    assert os.waitpid(pid, 0)[1] == 0
""",
    "sys.exit": "import sys; client.begin(); sys.exit(0)",
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_p02_every_process_ends_cleanly(name: str, file_uri: str) -> None:
    script = f"import namidb\nclient = namidb.Client({file_uri!r})\n{SCRIPTS[name]}"
    for _ in range(3):
        ended = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, timeout=HANGS, check=False
        )
        assert (ended.returncode, ended.stderr) == (0, ""), name


def test_a_child_that_is_made_by_multiprocessing_has_its_own_client(file_uri: str) -> None:
    script = f"""
import multiprocessing, warnings
import namidb
warnings.simplefilter('ignore')
client = namidb.Client({file_uri!r})
def work(i):
    client.cypher('CREATE (:A {{i: $i}})', {{'i': i}})
    return i
if __name__ == '__main__':
    client.cypher('CREATE (:B)')
    with multiprocessing.get_context('fork').Pool(3) as pool:
        assert sum(pool.map(work, range(12))) == 66
    assert client.cypher('MATCH (a:A) RETURN count(DISTINCT a.i) AS n').first() == {{'n': 12}}
"""
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=HANGS, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_errors_have_their_class_in_the_child(private: namidb.Client) -> None:
    assert issubclass(errors.ClosedError, RuntimeError)
    assert in_child(lambda: private.commit()).startswith("ClosedError")
