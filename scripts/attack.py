#!/usr/bin/env python3
"""Attacks a daifa program with crafted files, names, links, rules and templates, and says what did not hold.

    scripts/attack.py DAIFA [NAME ...]

DAIFA is the program; with NAMEs only the attacks whose names contain one of them. Everything happens in a temporary
folder. Each attack ends with "held" or with what broke; the exit code is 1 when anything broke. What is tried, what is
promised and what is not stands in docs/security.md. Needs Linux or macOS and Python 3.9, nothing else.
"""

import io
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from pathlib import Path

DAY = "2026-03-18"
# Bounds of a single command: far above what it needs, far below what a fault takes.
SECONDS = 120
MIB = 1024

DAIFA = ""
ROOT = Path()
broken = []


class Broke(Exception):
    """Something an attack shows not to hold."""


def check(holds, what):
    if not holds:
        raise Broke(what)


class Ran:
    def __init__(self, code, out, err, mib):
        self.code, self.out, self.err, self.mib = code, out, err, mib


def daifa(folder, *arguments, stdin=None, env=None, named=True):
    """Runs the program on a workspace; a run that hangs or takes too much memory breaks the attack."""
    words = [DAIFA, *map(str, arguments)]
    if named:
        words += ["-w", str(folder)]
    environment = {**os.environ, "DAIFA_KEY_FILE": str(Path(folder).parent / "key"), "COLUMNS": "80", **(env or {})}
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = subprocess.Popen(words, stdin=stdin or subprocess.DEVNULL, stdout=out, stderr=err, env=environment,
                                 cwd=Path(folder).parent, start_new_session=True)
        until = time.time() + SECONDS
        while True:
            pid, status, usage = os.wait4(child.pid, os.WNOHANG)
            if pid:
                break
            if time.time() > until:
                os.killpg(child.pid, signal.SIGKILL)
                os.wait4(child.pid, 0)
                child.returncode = -9
                raise Broke(f"no end within {SECONDS} s: {shown(arguments)}")
            time.sleep(0.01)
        child.returncode = os.waitstatus_to_exitcode(status)
        mib = usage.ru_maxrss >> (20 if sys.platform == "darwin" else 10)
        out.seek(0)
        err.seek(0)
        ran = Ran(child.returncode, out.read().decode("utf-8", "replace"), err.read().decode("utf-8", "replace"), mib)
    check(ran.mib < MIB, f"{ran.mib} MiB: {shown(arguments)}")
    check(ran.code >= 0, f"ended by signal {-ran.code}: {shown(arguments)}")
    check("panicked" not in ran.err, f"a panic: {shown(arguments)}: {ran.err[:200]}")
    return ran


def shown(arguments):
    return " ".join(str(a)[:60] for a in arguments)


def data(folder, *arguments):
    ran = daifa(folder, *arguments, "--json")
    try:
        return json.loads(ran.out)
    except ValueError:
        raise Broke(f"no answer of {shown(arguments)}: {ran.code} {ran.err[:300]}") from None


def table(header, *rows):
    return "\n".join(",".join(row) for row in [header, *rows]) + "\n"


HELD = ["客户号", "客户姓名", "手机号", "代发单位", "归属网点", "客户经理", "数据日期", "最近交易日期", "AUM余额(元)"]
PAID = ["序号", "收款方户名", "客户号", "金额", "用途", "代发日期", "代发单位名称"]
EMPLOYERS = ["代发单位编号", "代发单位名称", "行业", "代发人数", "发薪日", "归属网点", "客户经理", "关键联系人", "联系电话"]
CONTACTS = ["客户号", "联系结果", "联系日期", "备注"]


def held(date, second="KH000002", outlet="一网点", rm="林一"):
    row = lambda number, name, phone, aum: [number, name, phone, "甲厂有限公司", outlet, rm, date, "2026-03-10", aum]
    return table(HELD, row("KH000001", "甲一", "19900000001", "36000"), row(second, "甲二", "19900000002", "45000"))


def workspace(second="KH000002", bank="D001", more=()):
    """A workspace of one employer with two people, of whom the second has the number given."""
    folder = Path(tempfile.mkdtemp(dir=ROOT)) / "ws"
    ran = daifa(folder, "init", str(folder), "--branch", "测试支行", named=False)
    check(ran.code == 0, f"init: {ran.err}")
    paid = table(PAID, ["1", "甲一", "KH000001", "5000", "工资", "2026-03-10", "甲厂有限公司"],
                 ["2", "甲二", second, "6000", "工资", "2026-03-10", "甲厂有限公司"])
    employers = table(EMPLOYERS, [bank, "甲厂有限公司", "制造业", "2", "每月10日", "一网点", "林一", "联络独二",
                                  "0571-88881234"])
    files = [("单位.csv", employers), ("三月九.csv", held("2026-03-09", second)),
             ("三月十六.csv", held("2026-03-16", second)), ("工资.csv", paid), *more]
    for name, text in files:
        (folder / "inbox" / name).write_text(text, "utf-8")
    ran = daifa(folder, "cycle", "--today", DAY)
    check(ran.code == 0, f"cycle: {ran.code} {ran.err} {ran.out[-500:]}")
    return folder


def works(folder, commands=("rank", "track", "followup", "report", "plan", "cycle"), codes=(0,)):
    for command in commands:
        ran = daifa(folder, command, "--today", DAY)
        check(ran.code in codes, f"{command} ends with {ran.code}: {ran.err[:300]}")


def zipped(*parts):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts:
            archive.writestr(name, body)
    return packed.getvalue()


def bomb(mib=480):
    return zipped(("xl/worksheets/sheet1.xml", b" " * (mib << 20)))


# -- removing people ---------------------------------------------------------------------------------------------

def purge_of_a_number_that_reads_as_a_day():
    for second in ["20260310", "202603", "20260318", "2026031016"]:
        folder = workspace(second)
        (folder / "out" / "日程.txt").write_text("2026-03-10 走访,20260310 回访\n", "utf-8")
        ran = daifa(folder, "purge", "--person", "P000002", "--yes", "--files", "--today", DAY)
        check(ran.code == 0, f"{second}: {ran.err}")
        works(folder)
        check((folder / "out" / "日程.txt").exists(), f"{second}: a file of days is gone")
        check((folder / "inbox/done" / DAY / "单位.csv").exists(), f"{second}: the list of employers is gone")


def purge_of_an_employers_number():
    folder = workspace("DF00001", "DF00001")
    check(daifa(folder, "purge", "--person", "P000002", "--yes", "--files", "--today", DAY).code == 0, "not done")
    works(folder)
    check(daifa(folder, "rank", "DF00001", "--today", DAY).code in (0, 2), "the employer lost its number")
    check((folder / "inbox/done" / DAY / "单位.csv").exists(), "the list of employers is gone")


def purge_of_somebody_named_by_our_number_in_a_note():
    note = table(CONTACTS, ["KH000001", "已接通", "2026-03-12", "与P000002同来"])
    folder = workspace(more=[("联系.csv", note)])
    done = data(folder, "purge", "--person", "P000002", "--yes", "--today", DAY)
    check(done.get("people") == ["P000002"] and done["remaining"] == [], str(done)[:300])


def purge_beside_hostile_files():
    folder = workspace()
    inbox = folder / "inbox"
    (inbox / "炸弹.xlsx").write_bytes(bomb())
    (inbox / "包中包.zip").write_bytes(zipped(("a.zip", zipped(("b.zip", zipped(("名单.txt", "KH000002")))))))
    line = "客户,备注,甲厂有限公司,KH000001,已约好下周三上午\n".encode("gbk")
    (inbox / "长.csv").write_bytes(line * 1_000_000 + b"\0\xff")
    os.mkfifo(inbox / "管道")
    os.symlink("/etc/hostname", inbox / "链接.txt")
    done = data(folder, "purge", "--person", "P000002", "--yes", "--files", "--today", DAY)
    found = {f["file"]: f for f in done["files"]}
    for name in ["炸弹.xlsx", "管道", "链接.txt"]:
        check(found.get(f"inbox/{name}", {}).get("unreadable"), f"{name} is not named to be looked at")
    check(found.get("inbox/包中包.zip", {}).get("removed"), "an archive inside an archive is not looked into")
    works(folder, ["rank", "doctor"], codes=(0, 1))


# -- files ---------------------------------------------------------------------------------------------------------

def file_rewritten_while_it_is_imported():
    folder = workspace()
    path = folder / "inbox" / "大表.csv"
    rows = lambda aum: table(HELD, *([f"KH1{i:05}", f"测{i}", "", "乙厂有限公司", "一网点", "林一", "2026-03-17", "", aum]
                                     for i in range(20_000)))
    old, new = rows("11111").encode(), rows("22222").encode()
    met = set()
    for turn in range(8):
        path.write_bytes(old)
        stop = threading.Event()

        def rewrite():
            time.sleep(0.02 + 0.03 * turn)
            with open(path, "r+b") as file:
                while not stop.is_set():
                    for body in (new, old):
                        file.seek(0)
                        for at in range(0, len(body), 1 << 16):
                            file.write(body[at:at + (1 << 16)])
                            file.flush()

        writer = threading.Thread(target=rewrite)
        writer.start()
        report = json.loads(daifa(folder, "import", path, "--today", DAY, "--json").out)
        stop.set()
        writer.join()
        state = report["files"][0]["outcome"]
        met.add(state)
        if state != "refused":
            tracked = data(folder, "track", "--today", DAY)["employees"]
            sums = {e.get("aum_after_fen") for e in tracked if e.get("aum_after_fen") in (1111100, 2222200)}
            check(len(sums) <= 1, "a mixture of the old file and the new one is in")
    check("refused" in met, "no run met a file that was being rewritten")


def names_of_files():
    odd = ["好" * 83 + ".csv", "CON.csv", "aux.csv", "x" * 251 + ".csv"[:4], "a;b.csv", "a'b\".csv", "-w.csv",
           "$(touch canary).csv", "`touch canary`.csv", "\x1b]0;x\x07.csv", "\u202egpj.csv", "名\r\n字.csv", "...csv",
           "a\\b.csv"]
    folder = workspace()
    made = 0
    for number, name in enumerate(odd):
        name = name.encode()[:251].decode("utf-8", "ignore") if len(name.encode()) > 255 else name
        try:
            (folder / "inbox" / name).write_text(f"甲列,乙列,丙列\n{number},x,y\n", "utf-8")
            made += 1
        except OSError:
            continue
    check(made > 10, "hardly any name could be made")
    (folder / "inbox" / "三月十七.csv").write_text(held("2026-03-17"), "utf-8")
    ran = daifa(folder, "cycle", "--today", DAY)
    check(ran.code == 1, f"cycle ends with {ran.code}: {ran.err[:300]}")
    check((folder / "inbox/done" / DAY / "三月十七.csv").exists(), "a good file beside them is not taken")
    harmless(ran)
    reserved = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.I)
    for path in [*folder.joinpath("profiles").rglob("*"), *folder.joinpath("out").rglob("*")]:
        check(not reserved.match(path.name), f"Windows cannot open {path.name}")
        check(not any(ord(c) < 32 or c in '<>:"|?*\\' for c in path.name), f"no name for Windows: {path.name!r}")
    canary(folder, ran)


def harmless(ran):
    """Nothing a terminal obeys but line ends stands in what was printed."""
    for text in (ran.out, ran.err):
        bad = [c for c in text if (ord(c) < 32 and c != "\n") or 127 <= ord(c) < 160 or c in "\u202a\u202b\u202c\u202d\u202e"
               "\u2066\u2067\u2068\u2069"]
        check(not bad, f"{bad[:5]!r} reaches the terminal")


def canary(folder, ran, wanted=False):
    """Commands shown for copying are run as a user would paste them."""
    place = Path(tempfile.mkdtemp(dir=ROOT))
    fake = place / "daifa"
    fake.write_text("#!/bin/sh\nexit 0\n")
    fake.chmod(0o755)
    lines = re.findall(r"daifa (?:import|inspect)[^\n]*", ran.out + ran.err)
    check(lines or not wanted, "no command is shown for copying")
    for line in lines:
        line = re.split(r"[；。]", line)[0]
        subprocess.run(["sh", "-c", line], cwd=place, env={"PATH": f"{place}:{os.environ['PATH']}"}, timeout=20,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        check(not (place / "canary").exists(), f"the command shown runs what a file name says: {line}")


def command_shown_for_a_hostile_name():
    folder = workspace()
    for name in ["$(touch canary).csv", "`touch canary`.csv", "x'; touch canary; '.csv", 'x"; touch canary; ".csv',
                 "-x; touch canary.csv", "x\x1b'; touch canary; '.csv", "名 字&touch canary&.csv"]:
        path = folder.parent / name
        path.write_text("客户编码,名字,余额\n1,甲一,5\n2,甲二,6\n", "utf-8")
        for arguments in [("import", path), ("inspect", path)]:
            ran = daifa(folder, *arguments, "--today", DAY)
            harmless(ran)
            canary(folder, ran, wanted=arguments[0] == "import")


def pipes_devices_and_sockets():
    folder = workspace()
    pipe = folder.parent / "管道.csv"
    os.mkfifo(pipe)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(folder.parent / "s"))
        for path in [pipe, folder.parent / "s", "/dev/zero", "/dev/tty"]:
            for arguments in [("import", path), ("inspect", path), ("inspect", "--cells", path),
                              ("import", "--profile", path, folder / "x.csv"), ("purge", "--find", path, "--dry-run"),
                              ("restore", path, "--into", folder.parent / "neu"), ("calendar", "add", path)]:
                ran = daifa(folder, *arguments)
                check(ran.code != 0, f"{shown(arguments)} took it")
    for place in ["rules/ranking.toml", "templates/messages.toml", "inbox/x.csv", "daifa.toml", ".daifa/lock"]:
        there = folder / place
        kept = there.read_bytes() if there.exists() else None
        there.unlink(missing_ok=True)
        os.mkfifo(there)
        ran = daifa(folder, "rank" if "inbox" not in place else "cycle", "--today", DAY)
        check(ran.code != 0, f"{place} as a pipe is taken")
        there.unlink()
        if kept is not None:
            there.write_bytes(kept)
    works(folder)


def links():
    outside = Path(tempfile.mkdtemp(dir=ROOT))
    (outside / "wichtig.txt").write_text("bleibt")
    for place in [".daifa/tmp", ".daifa/lock", "inbox", "inbox/done", "out", "rules", "templates", "profiles", "daifa.db"]:
        folder = workspace()
        there = folder / place
        target = outside / "wichtig.txt" if place.endswith(("lock", ".db")) else outside
        if there.is_dir():
            shutil.rmtree(there)
        else:
            there.unlink(missing_ok=True)
        os.symlink(target, there)
        (folder / "x.csv").write_text(held("2026-03-17"), "utf-8")
        for arguments in [("rank",), ("import", folder / "x.csv"), ("cycle",), ("purge", "--person", "P000002", "--yes")]:
            ran = daifa(folder, *arguments, "--today", DAY)
            check(ran.code != 0, f"{place} as a link: {arguments[0]} goes on")
        check([p.name for p in outside.iterdir()] == ["wichtig.txt"], f"{place}: something was made or removed outside")
        check((outside / "wichtig.txt").read_text() == "bleibt", f"{place}: a file outside was changed")


def modes():
    folder = workspace()
    for path in [folder, *folder.rglob("*")]:
        mode = path.lstat().st_mode & 0o077
        check(mode == 0 or path.suffix in (".sh", ".cmd"), f"others may read {path.relative_to(folder.parent)}")
    key = folder.parent / "key"
    key.chmod(0o644)
    ran = daifa(folder, "rank", "--today", DAY)
    check(key.stat().st_mode & 0o077 == 0 or ran.code != 0, "a key file others can read is used in silence")


# -- what leaves ---------------------------------------------------------------------------------------------------

def recipients_with_like_names():
    rows = [["KH2000%02d" % n, f"丙{n}", "", "甲厂有限公司", outlet, rm, "2026-03-17", "", "9000"]
            for n, (outlet, rm) in enumerate([("A/B支行", "李/四"), ("A:B支行", "李:四"), ("a/b支行", "李?四"), ("CON", "NUL")])]
    folder = workspace(more=[("三月十七.csv", table(HELD, *rows))])
    names = [p.name for p in (folder / "out" / DAY).glob("06_*.xlsx")]
    folded = {n.casefold() for n in names}
    check(len(folded) == len(names), f"names alike on Windows: {names}")
    # The four above and the outlet of the branch itself where it has tasks.
    exported = [e for e in data(folder, "audit", "show", "--action", "export") if "/06_" in e["subject"]]
    check(len({e["subject"] for e in exported}) == len(names), "an outlet's workbook was written over")


SECRETS = ["19900000777", "199-0000-0777", "１９９００００７７７".replace("１９９", "１９９０"), "+86 199 0000 0777",
           "11010119900319118X", "6222021001112345678", "6222 0210 0111 2345 678"]


def numbers_in_free_text():
    notes = [["KH000001", "已接通", f"2026-03-{n + 1:02}", f"请回电{secret}谢谢"] for n, secret in enumerate(SECRETS)]
    folder = workspace(more=[("联系.csv", table(CONTACTS, *notes))])
    plain = {re.sub(r"\D", "", s) for s in SECRETS if len(re.sub(r"\D", "", s)) >= 11} | {"11010119900319118X"}
    said = [daifa(folder, c, "--json", "--today", DAY).out for c in ["rank", "track", "followup", "report", "plan"]]
    for path in (folder / "out").rglob("*"):
        if path.suffix in (".xlsx", ".docx"):
            with zipfile.ZipFile(path) as archive:
                said += [archive.read(n).decode("utf-8", "replace") for n in archive.namelist()]
        elif path.is_file():
            said.append(path.read_text("utf-8", "replace"))
    for text in said:
        digits = re.sub(r"[ \-]", "", text)
        for secret in plain:
            check(secret not in digits, "a whole number leaves in free text")


def names_as_headers():
    folder = workspace()
    sheet = folder.parent / "横排.csv"
    sheet.write_text("姓名,丁一二,丁三四,丁五六\n客户号,KH300001,KH300002,KH300003\n余额,1,2,3\n", "utf-8")
    ran = daifa(folder, "import", sheet, "--today", DAY, "--json")
    told = ran.out + ran.err + daifa(folder, "inspect", sheet, "--json").out
    told += "".join(p.read_text("utf-8") for p in (folder / "profiles").glob("*.toml"))
    for name in ["丁一二", "丁三四", "丁五六"]:
        check(name not in told, "a name that stands as a header is written down")


# -- rules and templates -------------------------------------------------------------------------------------------

CONDITIONS = [
    "(SELECT count(*) FROM employee_facts a, employee_facts b, employee_facts c) > 0",
    "employee_id IN (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n) SELECT i FROM n)",
    "EXISTS (SELECT 1 FROM person)", "aum_fen > (SELECT max(aum_fen) FROM employee_facts)",
    "length(zeroblob(1000000000)) > 0", "length(randomblob(1000000000)) > 0", "length(hex(zeroblob(500000000))) > 0",
    "printf('%1000000000d', 1) > ''", "length(replace(replace('aaaa','a','aaaaaaaa'),'a','aaaaaaaa')) > 0",
    "outlet LIKE '%a%a%a%a%a%a%a%a%a%a%b'", "outlet GLOB '*a*a*a*a*a*a*a*a*b'", "load_extension('x')", "1; DROP TABLE person",
    "1) OR (1", "1 --", "1 /*", "(" * 5000 + "1" + ")" * 5000, " OR ".join(["aum_fen > 0"] * 5000),
    "randomblob(9) IS NOT NULL", "aum_fen > $nowhere", "\"aum_fenn\" > 0", "sqlite_version() > ''",
]


def conditions_of_rules():
    folder = workspace()
    rule = folder / "rules" / "followup.toml"
    for sql in CONDITIONS:
        text = '[rules.attack]\nlabel = "x"\npriority = 1\nchannel = ["phone"]\nwhen = [{ label = "x", sql = %s }]\n'
        rule.write_text(text % json.dumps(sql), "utf-8")
        ran = daifa(folder, "followup", "--today", DAY)
        check(ran.code != 0, f"a condition is taken: {sql[:60]}")
    rule.unlink()
    works(folder, ["followup"])


TEMPLATES = [
    "{% for i in range(end=100000000) %}x{% endfor %}",
    "{% for i in range(end=30000) %}{% for j in range(end=30000) %}x{% endfor %}{% endfor %}",
    "{% set s = 'xxxxxxxxxx' %}" + "{% for i in range(end=60) %}{% set_global s = s ~ s %}{% endfor %}{{ s }}",
    "{% set_global s = 'x' %}{% for i in range(end=64) %}{% set_global s = s ~ s ~ s %}{% endfor %}",
    "{% set a = [1,2,3] %}{% for i in range(end=40) %}{% set_global a = [a, a] %}{% endfor %}{{ a }}",
    "{{ 'x' | replace(from='x', to='xxxxxxxxxx') * 1000 }}",
    "{% include 'start_here.md' %}", "{{ __tera_context }}", "{{ nowhere.nobody }}", "{% if a", "x" * (32 << 20),
]


def templates():
    folder = workspace()
    place = folder / "templates" / "zh-CN"
    place.mkdir(parents=True, exist_ok=True)
    for number, text in enumerate(TEMPLATES):
        for name in ["start_here.md", "visit_plan.md"]:
            (place / name).write_text(text, "utf-8")
        ran = daifa(folder, "cycle", "--today", DAY)
        check(number in (6, 7) or ran.code != 0, f"template {number} is filled in")
        check(sum(p.stat().st_size for p in (folder / "out").rglob("*") if p.is_file()) < 64 << 20, "outputs flood")
    shutil.rmtree(place)
    works(folder, ["cycle"])


# -- the rest ------------------------------------------------------------------------------------------------------

def passphrases():
    folder = workspace()
    for short in ["x", "12345", "      "]:
        ran = daifa(folder, "key", "rotate", "--passphrase", env={"DAIFA_NEW_PASSPHRASE": short})
        check(ran.code != 0, f"a passphrase of {len(short)} characters is taken")


def day_far_ahead():
    folder = workspace()
    before = {c: daifa(folder, c, "--json", "--today", DAY).out for c in ["plan", "followup", "rank"]}
    for command in before:
        daifa(folder, command, "--today", "2031-05-05")
    for command, said in before.items():
        check(daifa(folder, command, "--json", "--today", DAY).out == said, f"{command} of the day is another one now")


def crafted_workbooks():
    folder = workspace()
    sheet = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'
    book = (b'<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats'
            b'.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>')
    links_ = (b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
              b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
              b'Target="worksheets/sheet1.xml"/></Relationships>')
    def xlsx(body, *more):
        return zipped(("xl/workbook.xml", book), ("xl/_rels/workbook.xml.rels", links_),
                      ("xl/worksheets/sheet1.xml", body), *more)
    corners = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    files = {
        "炸弹.xlsx": bomb(), "两角.xlsx": xlsx(sheet % corners), "深.xlsx": xlsx(sheet % (b"<a>" * 300_000)),
        "十亿.xlsx": xlsx(b'<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;">]>' + sheet % b"&c;"),
        "外.xlsx": xlsx(b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>' + sheet % b"&b;"),
        "路径.xlsx": xlsx(sheet % corners, ("../../../../tmp/daifa_canary", b"x")),
        "一行.csv": ("甲" * 20_000_000).encode(), "引号.csv": b'a,b\n"' + b"x" * 40_000_000,
        "公式.csv": table(HELD, ["=cmd|'/c calc'!A1", "+丁", "@x", "-甲厂", "=1+1", "\t=1", "2026-03-17", "", "1"]).encode(),
        "空.xlsx": b"", "零.csv": b"\0" * 1_000_000, "乱.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5_000),
    }
    for name, body in files.items():
        (folder / "inbox" / name).write_bytes(body)
    (folder / "inbox" / "三月十七.csv").write_text(held("2026-03-17"), "utf-8")
    ran = daifa(folder, "cycle", "--today", DAY)
    check(ran.code == 1, f"cycle ends with {ran.code}: {ran.err[:300]}")
    check((folder / "inbox/done" / DAY / "三月十七.csv").exists(), "a good file beside them is not taken")
    check(not Path("/tmp/daifa_canary").exists(), "a part of an archive was written outside")
    works(folder, ["rank", "doctor"], codes=(0, 1))


ATTACKS = [purge_of_a_number_that_reads_as_a_day, purge_of_an_employers_number,
           purge_of_somebody_named_by_our_number_in_a_note, purge_beside_hostile_files, file_rewritten_while_it_is_imported,
           names_of_files, command_shown_for_a_hostile_name, pipes_devices_and_sockets, links, modes,
           recipients_with_like_names, numbers_in_free_text, names_as_headers, conditions_of_rules, templates, passphrases,
           day_far_ahead, crafted_workbooks]


def main():
    global DAIFA, ROOT
    if len(sys.argv) < 2:
        print(__doc__)
        return 2
    DAIFA = str(Path(sys.argv[1]).resolve())
    for attack in ATTACKS:
        name = attack.__name__
        if len(sys.argv) > 2 and not any(part in name for part in sys.argv[2:]):
            continue
        start = time.time()
        with tempfile.TemporaryDirectory() as root:
            ROOT = Path(root)
            try:
                attack()
                said = "held"
            except Broke as what:
                said = f"BROKE: {what}"
                broken.append(name)
        print(f"{name.replace('_', ' '):50} {time.time() - start:6.1f} s  {said}", flush=True)
    print(f"{len(broken)} broke" if broken else "all held")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
