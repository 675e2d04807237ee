#!/usr/bin/env python3
"""Makes the files of the comparison: two month-ends of an invented city's payroll clients as csv, one list as xlsx.

    make_files.py DIR [--people 1000000] [--employers 5000] [--months 2] [--book-rows 200000]

Everything is invented and follows from the row's number: same arguments, same bytes. Of each month about one in a
hundred has left, one in a hundred has come, one in twenty has a product more or less.
"""
import argparse
import pathlib

COLUMNS = [
    "客户号", "客户姓名", "手机号", "代发单位编号", "代发单位", "数据日期", "归属网点", "客户经理", "客户等级",
    "AUM余额(元)", "月日均AUM(元)", "活期(元)", "定期(元)", "大额存单(元)", "理财(元)", "现金管理(元)", "基金(元)",
    "保险(元)", "贵金属(元)", "手机银行", "网上银行", "基金定投", "信用卡",
]
DAYS = ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31", "2026-06-30", "2026-07-31",
        "2026-08-31", "2026-09-30", "2026-10-31", "2026-11-30", "2026-12-31"]
LEVELS = ["普通客户", "金卡客户", "白金客户"]
NAMES = ["测甲", "测乙", "测丙", "测丁", "测戊"]


def mixed(number, salt):
    """A number that looks drawn by lot, always the same."""
    x = (number * 0x9E3779B97F4A7C15 + salt * 0xBF58476D1CE4E5B9) & 0xFFFFFFFFFFFFFFFF
    x ^= x >> 29
    x = (x * 0x94D049BB133111EB) & 0xFFFFFFFFFFFFFFFF
    return x ^ (x >> 32)


def yuan(fen):
    return f"{fen // 100}.{fen % 100:02d}"


def row(person, month, employers):
    """One person at one month's end; None while not employed."""
    lot = mixed(person, 1)
    if lot % 100 < month and lot % 2 == 0:
        return None
    if lot % 100 == 99 and month == 0:
        return None
    employer = person % employers
    changed = mixed(person, 100 + month) % 20 == 0
    held = mixed(person, 2) ^ (1 << (mixed(person, 200 + month) % 10) if changed else 0)
    wage = 400_000 + mixed(person, 3) % 1_600_000
    drift = mixed(person, 300 + month) % 500_000
    demand = wage // 2 + drift

    def amount(bit, most):
        return (mixed(person, 10 + bit) % most) // 10_000 * 10_000 if held >> bit & 3 == 3 else 0

    term, large, wealth = amount(0, 20_000_000), amount(20, 60_000_000) // 20_000_000 * 20_000_000, amount(4, 30_000_000)
    cash, fund, insurance, metal = amount(6, 5_000_000), amount(8, 8_000_000), amount(10, 4_000_000), amount(12, 900_000)
    total = demand + term + large + wealth + cash + fund + insurance + metal

    def yes(bit):
        return "是" if held >> bit & 1 else "否"

    return [
        f"K{person:09d}", NAMES[lot % 5] + f"{lot // 7 % 1000:03d}", f"1380000{person % 10_000:04d}",
        f"D{employer:06d}", f"测试企业{employer:05d}有限公司", DAYS[month], f"第{employer % 500:03d}网点",
        f"经理{employer % 2000:04d}", LEVELS[min(total // 10_000_000, 2)], yuan(total), yuan(total - drift // 2),
        yuan(demand), yuan(term), yuan(large), yuan(wealth), yuan(cash), yuan(fund), yuan(insurance), yuan(metal),
        yes(1), yes(3), yes(9), yes(14),
    ]


def write_csv(path, people, month, employers):
    with open(path, "w", encoding="utf-8-sig", newline="\n") as out:
        out.write(",".join(COLUMNS) + "\n")
        for person in range(people):
            cells = row(person, month, employers)
            if cells:
                out.write(",".join(cells) + "\n")


def write_book(path, rows, employers):
    import xlsxwriter

    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = book.add_worksheet("持有")
    sheet.write_row(0, 0, COLUMNS + ["备注"])
    at = 0
    for person in range(rows * 2):
        cells = row(person, 0, employers)
        if not cells or at == rows:
            continue
        at += 1
        for column, text in enumerate(cells):
            if 9 <= column <= 18:
                sheet.write_number(at, column, float(text))
            else:
                sheet.write_string(at, column, text)
        sheet.write_string(at, len(cells), "")
    book.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dir", type=pathlib.Path)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--employers", type=int, default=5_000)
    parser.add_argument("--months", type=int, default=2)
    parser.add_argument("--book-rows", type=int, default=200_000)
    options = parser.parse_args()
    options.dir.mkdir(parents=True, exist_ok=True)
    for month in range(options.months):
        write_csv(options.dir / f"holdings-{month + 1:02d}.csv", options.people, month, options.employers)
    if options.book_rows:
        write_book(options.dir / "holdings.xlsx", options.book_rows, max(1, options.book_rows // 200))


if __name__ == "__main__":
    main()
